/** `selvedge prune`: a list of redirects without those that nobody follows any more. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { FACTS } from "#dist/generated/names.js";
import { Road } from "#dist/tools/traffic.js";
import { FINDINGS, OK } from "../exit.js";
import type { Source } from "../input.js";
import { InputError } from "../input-error.js";
import { isDay } from "../logs/entry.js";
import { number, type Reading, readingLines } from "../logs/reading.js";
import { LOGS, type LogVerbOptions, onLogs, rulesAndLogs } from "../logs/verb.js";
import { followOption, RULE_FILES } from "../options.js";
import { coloursOf, print, printFile, printJson } from "../output.js";
import { printable } from "../printable.js";
import { encodingOf } from "../prune/encoding.js";
import { type Cut, cutsOf, diffOf, without } from "../prune/edits.js";
import { withRules } from "../refusal.js";
import type { WrittenRule } from "../traffic/lines.js";
import { usageOf } from "../traffic/run.js";
import { writeAtomically } from "../write.js";

interface Options extends LogVerbOptions {
  readonly since?: string;
  readonly rules?: string[];
  readonly write?: boolean;
  readonly followLinks: boolean;
}

const HELP = `
A redirect is taken out where no request of the logs since that day matched it. Rules that do something else stay, and so do those that
depend on what a log does not say, such as a cookie. The logs must reach back to that day. Nothing is written without --write: what
is printed is a diff, and before it, for each rule, what its address would come to without it.

${LOGS}

Exit codes: 0 nothing to take out, or it was written; 1 something to take out; 2 rules or logs cannot be used.

Examples:
  $ selvedge prune _redirects logs/ --dialect netlify --since 2025-11-01
  $ selvedge prune redirects.csv logs/ --since 2025-11-01 --write
  $ selvedge prune rules.json result.csv > unused.diff`;

export function registerPrune(program: Command, summary: string): void {
  const command = program
    .command("prune")
    .summary(summary)
    .description("Takes redirects out of a list that no request of the logs matched since a day, as a diff to review.")
    .argument("[files...]", `${RULE_FILES}; then logs`)
    .addOption(new Option("--since <day>", "the first day that counts, as 2026-03-01 (default: all days of the logs)").argParser(day))
    .option("--rules <files...>", "the files of rules, where they are not the first of the files")
    .option("--write", "write the files without these rules")
    .addOption(followOption("write where a symbolic link leads that is in the place of a file"))
    .addHelpText("after", HELP);
  onLogs(command, run);
}

/** A rule that can go. */
interface Unused extends WrittenRule {
  /** The last day on which it was hit, before those that count. */
  readonly lastHit: string | null;
  /** An address that it is for, and what that comes to without it. */
  readonly address: string;
  readonly without: string;
}

async function run(files: readonly string[], given: Options, command: Command): Promise<number> {
  const { sources, logs, options } = rulesAndLogs(files, given, command);
  const { platform, since, json, write, followLinks, host } = options;
  return withRules(sources, json, async () => {
    const { written, usage, reading } = await usageOf(sources, logs, options, "show");
    checkDays(usage.days, reading, since);
    const idle = written
      .map((rule, at) => ({ rule, last: [...(usage.hits.get(at)?.days.keys() ?? [])].sort().at(-1) ?? null }))
      .filter(({ rule, last }) => rule.kinds.includes("redirects") && rule.reads.length === 0 && rule.line !== undefined && (last === null || (since !== undefined && last < since)));
    const cuts = new Map<string, { readonly source: Source; readonly cuts: Cut[]; readonly text: string }>();
    const gone: typeof idle = [];
    for (const source of sources) {
      const own = idle.filter(({ rule }) => rule.file === source.name);
      const found = source.written === undefined ? cutsOf(source, own.map(({ rule }) => ({ line: rule.line!, column: rule.column ?? 1 }))) : own.map(() => undefined);
      gone.push(...own.filter((_, at) => found[at] !== undefined));
      const all = found.flatMap((each) => each ?? []);
      if (all.length > 0) cuts.set(source.name, { source, cuts: all, text: without(source.text, all) });
    }
    const pruned = sources.map((source) => ({ ...source, text: cuts.get(source.name)?.text ?? source.text }));
    const unused = withWhatComes(gone, new Road(pruned, { platform, facts: FACTS }), host);
    const diff = [...cuts.values()].map(({ source, cuts: own }) => diffOfFile(source, own)).join("");
    if (write) for (const { source, text } of cuts.values()) writeAtomically(source.name, encodingOf(source.name).encode(text), followLinks);
    if (json) printJson({ unused, stays: idle.length - gone.length, diff, written: write === true, unreadable: { lines: reading.unreadable, where: reading.where, files: reading.files } });
    else {
      const { bold, dim } = coloursOf(process.stdout);
      const days = [...usage.days].sort();
      print([
        `${bold(`${number(unused.length)} redirects`)} of ${number(written.length)} rules were not hit from ${since ?? days[0]} to ${days.at(-1)}${idle.length > gone.length ? `; ${number(idle.length - gone.length)} more cannot be taken out of their files by themselves` : ""}`,
        ...readingLines(reading),
        ...unused.map(({ file, line, rule, lastHit, address, without }) => `  ${printable(`${file}:${line}`)}  ${printable(rule)}${dim(`${lastHit === null ? "" : `  last hit ${lastHit}`}  without it, ${printable(address)}: ${printable(without)}`)}`),
      ].join("\n"));
      if (!write && diff !== "") printFile(`\n${diff}`);
    }
    return unused.length === 0 || write ? OK : FINDINGS;
  });
}

function diffOfFile({ name, text }: Source, cuts: readonly Cut[]): string {
  const { mark } = encodingOf(name);
  return diffOf(name, mark + text, cuts.map(({ start, end }) => ({ start: start + mark.length, end: end + mark.length })));
}

/** What the logs do not cover cannot be said to be unused. */
function checkDays(days: ReadonlySet<string>, { undated }: Reading, since: string | undefined): void {
  if (undated !== undefined) throw new InputError("does not say on which day the request came", { where: undated, help: "take the line out, or write the day as 2026-03-01; a table needs the column day" });
  const [first = ""] = [...days].sort();
  if (since !== undefined && first > since) throw new InputError(`the logs begin on ${first}, after ${since}`, { help: `add older logs, or --since ${first}` });
}

/** What the address of each rule comes to when all of them are gone. */
function withWhatComes(gone: readonly { readonly rule: WrittenRule; readonly last: string | null }[], road: Road, host: string): Unused[] {
  const addresses = gone.map(({ rule }) => sampleOf(rule.rule));
  const journeys = road.follow(addresses.map((address) => [`https://${host}${address}`, "GET", 200]));
  return gone.map(({ rule, last }, at) => {
    const step = journeys[at]?.steps[0];
    const comes = step === undefined ? "not known" : step.location !== null ? `${step.status} ${step.location}` : step.asked === null ? `${step.status}` : "the origin is asked";
    return { ...rule, lastHit: last, address: addresses[at]!, without: comes };
  });
}

/** A path that a rule is for, by the rule in short: `/old/*, /older → 301 /new`. */
function sampleOf(rule: string): string {
  const [pattern = "/"] = rule.split(/ → |, /);
  const path = pattern.replace(/:[A-Za-z_]\w*|\*/g, "x").replace(/[{}]/g, "");
  return path.startsWith("/") ? path : `/${path}`;
}

function day(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError("It is a day, such as 2026-03-01.");
  return text;
}
