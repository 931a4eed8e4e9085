/** What a run came to, in words and as a table. */
import Table from "cli-table3";
import { coloursOf, print, printJson } from "../output.js";
import { printable } from "../printable.js";
import { type Coding, CODINGS } from "./coding.js";
import { shown, urlPath } from "./name.js";
import type { Outcome } from "./run.js";
import { type Row, summarise } from "./summary.js";

const HEADINGS: Record<Coding, string> = { gzip: "zopfli", br: "brotli 11", zstd: "zstd 22" };
/** More names than a person reads. */
const MAX_LISTED = 20;

export interface Context {
  readonly codings: readonly Coding[];
  readonly check: boolean;
  /** Codings that this Node lacks. */
  readonly lacking: readonly Coding[];
  readonly seconds: number;
}

export function report(outcome: Outcome, context: Context): void {
  const { bold, dim, red, yellow, green } = coloursOf(process.stdout);
  const { rows, total } = summarise(outcome, context.codings);
  if (rows.length > 0 && !context.check) print(table(rows, total));
  const [made, removed] = context.check ? ["missing or out of date", "stale"] : ["made", "removed"];
  if (context.check) {
    list(outcome.made, (name) => `${red(made)}: ${name}`);
    list(outcome.removed, (name) => `${red(removed)}: ${name}`);
  }
  for (const { file, message } of outcome.problems) print(`${red("problem:")} ${bold(printable(file))}: ${printable(message)}`);
  list(outcome.links.map(shown), (name) => dim(`not followed: ${name}, a symbolic link to no file of the folder`));
  if (context.lacking.length > 0) print(yellow(`no Zstandard: Node ${process.versions.node} has none; 22.15 and later do`));
  const counts = `${count(total.files)} files; variants: ${count(outcome.made.length)} ${made}, ${count(outcome.removed.length)} ${removed}`;
  const well = outcome.problems.length === 0 && !(context.check && outcome.made.length + outcome.removed.length > 0);
  print(`${well ? green("✓") : red("✗")} ${counts}, ${context.seconds.toFixed(1)} s${context.check ? "" : `; ${dim(printable(outcome.manifest))}`}`);
}

export function reportJson(outcome: Outcome, context: Context): void {
  const { rows, total } = summarise(outcome, context.codings);
  printJson({
    manifest: outcome.manifest,
    files: Object.fromEntries([...outcome.files].map(([name, sizes]) => [urlPath(name), sizes])),
    [context.check ? "missing" : "made"]: outcome.made,
    [context.check ? "stale" : "removed"]: outcome.removed,
    problems: outcome.problems,
    links: outcome.links.map(shown),
    lacking: context.lacking,
    summary: rows,
    total,
  });
}

function table(rows: readonly Row[], total: Row): string {
  const { bold, dim } = coloursOf(process.stdout);
  const codings = CODINGS.filter((coding) => total.variants[coding] !== undefined);
  const compared = total.gzip9 !== undefined;
  const head = ["type", "files", "original", ...(compared ? ["gzip -9"] : []), ...codings.map((coding) => HEADINGS[coding])];
  const cells = (row: Row) => [
    row.type,
    count(row.files),
    count(row.original),
    ...(compared ? [row.gzip9 === undefined ? "" : sized(row.gzip9, row)] : []),
    ...codings.map((coding) => sized(row.variants[coding] ?? row.original, row)),
  ];
  const sized = (bytes: number, row: Row) => `${count(bytes)} ${dim(`${Math.round((100 * bytes) / Math.max(1, row.original))} %`.padStart(5))}`;
  const out = new Table({
    head: head.map((text) => bold(text)),
    colAligns: head.map((_, column) => (column === 0 ? "left" : "right")),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
    chars: Object.fromEntries(
      ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right", "left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"].map((name) => [name, ""]),
    ),
  });
  out.push(...rows.map(cells));
  if (rows.length > 1) out.push(cells(total).map((text) => bold(text)));
  return out.toString().replace(/ +$/gm, "");
}

function list(names: readonly string[], line: (name: string) => string): void {
  for (const name of names.slice(0, MAX_LISTED)) print(line(name));
  if (names.length > MAX_LISTED) print(`… and ${count(names.length - MAX_LISTED)} more`);
}

function count(number: number): string {
  return number.toLocaleString("en");
}
