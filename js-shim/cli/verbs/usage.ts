/** `selvedge usage`: what access logs say of rules. */
import type { Command } from "commander";
import { OK } from "../exit.js";
import { number, type Reading, readingLines } from "../logs/reading.js";
import { LOGS, type LogVerbOptions, onLogs, rulesAndLogs } from "../logs/verb.js";
import { RULE_FILES, siteOption } from "../options.js";
import { coloursOf, print, printJson } from "../output.js";
import { printable } from "../printable.js";
import { withRules } from "../refusal.js";
import { filesOfSite } from "../site.js";
import { Suggester, type Suggestion } from "../suggest.js";
import type { WrittenRule } from "../traffic/lines.js";
import { isPage, pathOf } from "../traffic/address.js";
import { usageOf } from "../traffic/run.js";
import type { Usage } from "../traffic/usage.js";

interface Options extends LogVerbOptions {
  readonly site?: string;
  readonly rules?: string[];
}

const HELP = `
${LOGS}

What rules do is asked of the engine, as the log has each request: host, path, query, method, status. A rule that depends on
something else, such as a cookie, is marked: that it was not hit says nothing.

Exit codes: 0 the report was made, 2 rules or all logs cannot be read, or the logs hold no request.

Examples:
  $ selvedge usage rules.json access.log.gz
  $ selvedge usage _redirects _headers logs/ --dialect netlify
  $ selvedge usage rules.json logs/ --site dist --json > usage.json
  $ selvedge usage --sql athena     the query that counts where the logs are; then selvedge usage rules.json result.csv`;

export function registerUsage(program: Command, summary: string): void {
  const command = program
    .command("usage")
    .summary(summary)
    .description("Sends the requests of access logs through rules: hits per rule and day, rules that are never hit, missed addresses with suggestions, loops.")
    .argument("[files...]", `${RULE_FILES}; then logs`)
    .option("--rules <files...>", "the files of rules, where they are not the first of the files")
    .addOption(siteOption())
    .addHelpText("after", HELP);
  onLogs(command, run);
}

async function run(files: readonly string[], given: Options, command: Command): Promise<number> {
  const { sources, logs, options } = rulesAndLogs(files, given, command);
  return withRules(sources, options.json, async () => {
    const { written, usage, reading } = await usageOf(sources, logs, options, options.queries);
    const pages = options.site === undefined ? usage.pages.top().map(({ key }) => key) : filesOfSite(options.site).filter(isPage);
    const found = reportOf(usage, written, reading, pages, options.json ? MAX_SUGGESTED : options.top);
    if (options.json) printJson(found);
    else print(text(found, reading, options.top).join("\n"));
    return OK;
  });
}

/** The report, as `--json` prints it. */
interface Report {
  readonly requests: number;
  readonly days: { readonly first: string; readonly last: string } | null;
  readonly rules: readonly (WrittenRule & { readonly hits: number; readonly lastHit: string | null; readonly days: Record<string, number>; readonly example: string })[];
  /** Rules without a hit. Those that depend on something else may have had some. */
  readonly neverHit: readonly (WrittenRule & { readonly isCertain: boolean })[];
  readonly missing: readonly { readonly url: string; readonly count: number; readonly suggestions: readonly Suggestion[] }[];
  readonly loops: readonly { readonly url: string; readonly count: number; readonly steps: readonly string[] }[];
  /** Small counts of addresses are too low: there were too many to count them all. */
  readonly isRough: boolean;
  readonly unreadable: { readonly lines: number; readonly where: readonly string[]; readonly files: Reading["files"]; readonly invalid: number };
}

/** For more missed addresses no page is looked for: each is held against all pages. */
const MAX_SUGGESTED = 1_000;

/** @param suggested for so many missed addresses pages are suggested */
function reportOf(usage: Usage, written: readonly WrittenRule[], reading: Reading, pages: readonly string[], suggested: number): Report {
  const missing = usage.missing.top().map(({ key, count }) => ({ url: key, count }));
  const suggester = new Suggester(pages, undefined, missing.slice(0, suggested).map(({ url }) => pathOf(url)));
  const counted = written.map((rule, at) => ({ rule, hits: usage.hits.get(at) }));
  const days = [...usage.days].filter((day) => day !== "").sort();
  return {
    requests: usage.requests,
    days: days.length === 0 ? null : { first: days[0]!, last: days.at(-1)! },
    rules: counted.flatMap(({ rule, hits }) => (hits === undefined ? [] : [{ ...rule, hits: hits.count, lastHit: lastOf(hits.days), days: Object.fromEntries([...hits.days].sort()), example: hits.example }])).sort((one, other) => other.hits - one.hits),
    neverHit: counted.filter(({ hits }) => hits === undefined).map(({ rule }) => ({ ...rule, isCertain: rule.reads.length === 0 })),
    missing: missing.map(({ url, count }, at) => ({ url, count, suggestions: at < suggested ? suggester.suggest(pathOf(url)) : [] })),
    loops: usage.loops.top().map(({ key, count, value }) => ({ url: key, count, steps: value })),
    isRough: usage.missing.isRough || usage.loops.isRough,
    unreadable: { lines: reading.unreadable, where: reading.where, files: reading.files, invalid: usage.invalid },
  };
}

function text(report: Report, reading: Reading, top: number): string[] {
  const { bold, dim, yellow, red } = coloursOf(process.stdout);
  const { requests, days, rules, neverHit, missing, loops, isRough, unreadable } = report;
  const about = days === null ? "" : days.first === days.last ? ` of ${days.first}` : ` from ${days.first} to ${days.last}`;
  const sure = neverHit.filter(({ isCertain }) => isCertain);
  const unsure = neverHit.filter(({ isCertain }) => !isCertain);
  const count = (number_: number): string => number(number_).padStart(12);
  const where = ({ file, line, places: [place = ""] }: WrittenRule): string => printable(line === undefined ? `${file}: ${place}` : `${file}:${line}`);
  const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ["", bold(title), ...lines.slice(0, top), ...(lines.length > top ? [dim(`  … and ${number(lines.length - top)} more; --json has them, --top ${top * 5} shows more`)] : [])]);
  return [
    `${bold(`${number(requests)} requests`)}${about}, ${rules.length === 1 ? "1 rule" : `${number(rules.length)} rules`} hit, ${number(neverHit.length)} not`,
    ...readingLines(reading),
    ...(unreadable.invalid > 0 ? [`${yellow("warning:")} ${number(unreadable.invalid)} requests have an address or a method that no request can have`] : []),
    ...section("Hits", rules.map((rule) => `${count(rule.hits)}  ${where(rule)}  ${printable(rule.rule)}${rule.lastHit === null ? "" : dim(`  last ${rule.lastHit}`)}`)),
    ...section("Never hit", sure.map((rule) => `  ${where(rule)}  ${printable(rule.rule)}`)),
    ...section("Not hit as far as the log says", unsure.map((rule) => `  ${where(rule)}  ${printable(rule.rule)}${dim(`  depends on ${printable(rule.reads.join(", "))}`)}`)),
    ...section("Missed", missing.map(({ url, count: times, suggestions }) => `${count(times)}  ${printable(url)}${dim(suggestions.map(({ target, score }) => `  ${score.toFixed(2)} ${printable(target)}`).join(""))}`)),
    ...section(red("Round in circles"), loops.map(({ count: times, steps }) => `${count(times)}  ${steps.slice(0, 5).map(printable).join(" → ")}`)),
    ...(isRough ? ["", dim("There were too many different addresses: small counts are too low.")] : []),
  ];
}

function lastOf(days: ReadonlyMap<string, number>): string | null {
  return [...days.keys()].sort().at(-1) || null;
}
