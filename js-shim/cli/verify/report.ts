/** What came of old addresses: for people, as a page that can be mailed, and for programs. */
import { csvCell } from "../csv.js";
import { coloursOf } from "../output.js";
import { printable, printableJson } from "../printable.js";
import { xml } from "../xml.js";
import type { Skipped } from "./list.js";
import { GOOD, type Outcome, OUTCOMES, type Result } from "./item.js";

export const FORMATS = ["table", "json", "csv", "junit", "html"] as const;
export type Format = (typeof FORMATS)[number];

export interface Report {
  /** What was asked: a site, or files of rules. */
  readonly against: string;
  readonly results: readonly Result[];
  readonly skipped: readonly Skipped[];
}

export function rendered(report: Report, format: Format): string {
  switch (format) {
    case "table":
      return table(report);
    case "json":
      return `${printableJson(JSON.stringify({ against: report.against, counts: countsOf(report.results), results: report.results, skipped: report.skipped.map(({ text }) => text) }, null, 2))}\n`;
    case "csv":
      return csv(report);
    case "junit":
      return junit(report);
    case "html":
      return html(report);
  }
}

export function isGood({ outcome }: Result): boolean {
  return GOOD.includes(outcome);
}

function countsOf(results: readonly Result[]): Partial<Record<Outcome, number>> {
  const counts = OUTCOMES.map((outcome) => [outcome, results.filter((result) => result.outcome === outcome).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function summary({ results, against }: Report): string {
  const counts = Object.entries(countsOf(results)).map(([outcome, count]) => `${count} ${outcome}`);
  return `${results.length} ${results.length === 1 ? "address" : "addresses"} against ${against}: ${counts.join(", ") || "nothing was asked"}`;
}

/** From address to address. */
function way({ hops, finalStatus, problem }: Result): string {
  const steps = hops.map(({ status, to }) => `${status} ${to}`);
  return [...steps, problem ?? (finalStatus > 0 ? String(finalStatus) : "the origin")].join(" → ");
}

function suggestionsOf({ suggestions = [] }: Result): string[] {
  return suggestions.map(({ target, score }) => `${score.toFixed(2)} ${target}`);
}

const MAX_SKIPPED = 5;
/** In the place of an outcome. */
const NOT_ASKED = "not asked";

function table(report: Report): string {
  const { bold, dim, green, red, yellow } = coloursOf(process.stdout);
  const { results, skipped } = report;
  const lines: string[] = [];
  for (const result of results) {
    if (isGood(result) && result.hints.length === 0) continue;
    const mark = isGood(result) ? green("✓") : red("✗");
    lines.push(`${mark} ${bold(result.outcome)}  ${printable(result.from)}  ${dim(printable(way(result)))}`);
    if (result.outcome === "wrong target") lines.push(`    expected ${printable(result.to ?? "")}`);
    lines.push(...result.hints.map((hint) => `    ${yellow(printable(hint))}`), ...suggestionsOf(result).map((text) => `    suggested: ${printable(text)}`));
  }
  if (skipped.length > 0) lines.push("", ...skipped.slice(0, MAX_SKIPPED).map(({ text }) => `${yellow(`${NOT_ASKED}:`)} ${printable(text)}`), ...(skipped.length > MAX_SKIPPED ? [dim(`… and ${skipped.length - MAX_SKIPPED} more`)] : []));
  if (lines.length > 0) lines.push("");
  return [...lines, bold(printable(summary(report))), ""].join("\n");
}

function csv({ results, skipped }: Report): string {
  const head = ["from", "expected", "outcome", "status", "final", "redirects", "hints", "suggestions", "where"];
  const rows = results.map((result) => [
    result.from, result.to ?? "", result.outcome, String(Math.max(0, result.finalStatus)), result.final, way(result), result.hints.join("; "), suggestionsOf(result).join("; "), result.where ?? "",
  ]);
  const others = skipped.map(({ text, row }) => [row?.from ?? "", row?.to ?? "", NOT_ASKED, "0", "", "", text, "", row?.where ?? ""]);
  return [head, ...rows, ...others].map((row) => `${row.map((value) => csvCell(printable(value))).join(",")}\r\n`).join("");
}

/** As Jenkins, GitLab and others read it: https://github.com/testmoapp/junitxml */
function junit({ results, skipped, against }: Report): string {
  const faults = skipped.filter(({ row }) => row !== undefined).length;
  const failed = results.filter((result) => !isGood(result)).length + faults;
  const cases = results.map((result) => {
    const name = `    <testcase name="${xml(result.from)}" classname="${xml(result.where ?? against)}"`;
    if (isGood(result)) return `${name}/>`;
    const about = [way(result), ...(result.to === undefined ? [] : [`expected ${result.to}`]), ...result.hints].join("\n");
    return `${name}>\n      <failure message="${xml(result.outcome)}">${xml(about)}</failure>\n    </testcase>`;
  });
  const others = skipped.map(({ text, row }) => {
    const [name, what] = row === undefined ? [NOT_ASKED, "skipped"] : [row.from, "failure"];
    return `    <testcase name="${xml(name)}" classname="${xml(row?.where ?? against)}">\n      <${what} message="${xml(row === undefined ? text : NOT_ASKED)}">${xml(text)}</${what}>\n    </testcase>`;
  });
  const counts = `tests="${results.length + skipped.length}" failures="${failed}" skipped="${skipped.length - faults}"`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${counts}>`, `  <testsuite name="${xml(against)}" ${counts}>`, ...cases, ...others, "  </testsuite>", "</testsuites>", ""].join("\n");
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1f24;background:#fff}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #d8dee4}
td{overflow-wrap:anywhere}.bad{color:#a40e26;font-weight:600}.good{color:#116329}small{color:#57606a;display:block}
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}th,td{border-color:#30363d}.bad{color:#ff7b72}.good{color:#56d364}small{color:#9198a1}}`;

/** One page without scripts or anything from elsewhere, so that it can be mailed. What is wrong comes first. */
function html(report: Report): string {
  const { results, skipped } = report;
  const rows = [...results.filter((result) => !isGood(result)), ...results.filter(isGood)].map((result) => {
    const notes = [...(result.to === undefined ? [] : [`expected ${result.to}`]), ...result.hints, ...suggestionsOf(result).map((text) => `suggested: ${text}`)];
    return `<tr><td class="${isGood(result) ? "good" : "bad"}">${xml(result.outcome)}</td><td>${link(result.from)}${result.where === undefined ? "" : `<small>${xml(result.where)}</small>`}</td><td>${xml(way(result))}${notes.map((note) => `<small>${xml(note)}</small>`).join("")}</td></tr>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>Old addresses</title><style>${STYLE}</style></head>
<body><h1>Old addresses</h1><p>${xml(summary(report))}</p>
<table><thead><tr><th scope="col">Outcome</th><th scope="col">Address</th><th scope="col">What came of it</th></tr></thead><tbody>
${rows.join("\n")}
</tbody></table>
${skipped.length === 0 ? "" : `<h2>Not asked</h2><ul>${skipped.map(({ text }) => `<li>${xml(text)}</li>`).join("")}</ul>`}
</body></html>
`;
}

/** Only addresses of the web are links. */
function link(address: string): string {
  return /^https?:\/\//i.test(address) ? `<a href="${xml(address)}" rel="noreferrer noopener">${xml(address)}</a>` : xml(address);
}
