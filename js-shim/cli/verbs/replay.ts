/** `selvedge replay`: what a change of rules changes in the traffic of access logs. */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { FINDINGS, OK } from "../exit.js";
import { readSources } from "../input.js";
import { InputError } from "../input-error.js";
import { number, type Reading, readingLines } from "../logs/reading.js";
import { LOGS, type LogVerbOptions, onLogs } from "../logs/verb.js";
import { siteOption } from "../options.js";
import { coloursOf, print, printJson } from "../output.js";
import { printable } from "../printable.js";
import { inProject } from "../project.js";
import { withRules } from "../refusal.js";
import { existsIn } from "../site.js";
import type { Change, Comparison } from "../traffic/comparison.js";
import { comparisonOf } from "../traffic/run.js";

interface Options extends LogVerbOptions {
  readonly site?: string;
}

/** What no change of rules should bring. */
const GRAVE = ["new loop", "may be missing"];

const HELP = `
Each request of the logs is sent through the old rules and the new ones, and what comes out otherwise is counted. "May be missing":
the old rules answered, the new ones ask the origin, and neither the log nor --site has a page there.
Several files of one set are joined by commas: _redirects,rules.json

${LOGS}

Exit codes: 0 no new loops, and nothing that may be missing; 1 some; 2 rules or logs cannot be used.

Examples:
  $ selvedge replay rules.json new.json logs/
  $ selvedge replay _redirects _redirects.new logs/ --dialect netlify --site dist
  $ selvedge replay --sql bigquery  the query that counts where the logs are; then selvedge replay rules.json new.json result.csv`;

export function registerReplay(program: Command, summary: string): void {
  const command = program
    .command("replay")
    .summary(summary)
    .description("Sends the requests of access logs through two sets of rules: what changes, by outcome, with examples; new loops, and what may be missing.")
    .argument("[old]", "the rules as they are")
    .argument("[new]", "the rules as they are to be")
    .argument("[logs...]", "access logs, and folders of them")
    .addOption(siteOption())
    .addHelpText("after", HELP);
  onLogs(command, run);
}

async function run(old: string | undefined, changed: string | undefined, logs: readonly string[], given: Options, command: Command): Promise<number> {
  if (old === undefined || changed === undefined || logs.length === 0) {
    throw new InputError("replay takes the old rules, the new ones, and logs", { help: "write: selvedge replay rules.json new.json access.log" });
  }
  const [, options] = inProject(["-"], given, command);
  const { dialect, site, json, top } = options;
  const sets = [old, changed].map((names) => readSources(existsSync(names) ? [names] : names.split(","), { dialect, site }));
  return withRules(sets.flat(), json, async () => {
    const { comparison, reading } = await comparisonOf(sets, logs, options);
    const changes = comparison.changes(site === undefined ? () => false : existsIn(site));
    if (json) printJson({ requests: comparison.requests, changed: comparison.changed, changes, isRough: comparison.isRough, unreadable: { lines: reading.unreadable, where: reading.where, files: reading.files, invalid: comparison.invalid } });
    else print(text(comparison, changes, reading, top).join("\n"));
    return changes.some(({ kind }) => GRAVE.includes(kind)) ? FINDINGS : OK;
  });
}

function text({ requests, changed, isRough }: Comparison, changes: readonly Change[], reading: Reading, top: number): string[] {
  const { bold, dim, red } = coloursOf(process.stdout);
  const share = requests === 0 ? "0" : ((100 * changed) / requests).toFixed(2);
  return [
    `${bold(`${number(requests)} requests`)}, ${changed === 0 ? "and nothing changes" : `${number(changed)} of them (${share} %) change`}`,
    ...readingLines(reading),
    ...changes.slice(0, top).flatMap(({ kind, before, after, count, examples }) => [
      "",
      `${bold(GRAVE.includes(kind) ? red(kind) : kind)}: ${number(count)} ${dim(`${before} → ${after}`)}`,
      ...examples.map((example) => `  ${printable(example.url)}\n      ${dim("was")} ${printable(example.before)}\n      ${dim("is ")} ${printable(example.after)}`),
    ]),
    ...(changes.length > top ? ["", dim(`… and ${changes.length - top} more kinds of changes; --json has them`)] : []),
    ...(isRough ? ["", dim("There were too many different addresses: small counts are too low.")] : []),
  ];
}
