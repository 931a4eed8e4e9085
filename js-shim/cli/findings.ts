/** Findings as text for people: where, what, the line itself with a caret under what is meant, and what to do. */
import type { Finding } from "#dist/tools/check.js";
import { FindingsError } from "#dist/tools/findings-error.js";
import type { Source } from "./input.js";
import { Lines } from "./excerpt.js";
import { FINDINGS, OK } from "./exit.js";
import { sectionAddress } from "./lints.js";
import { coloursOf } from "./output.js";
import { printable, printableLines } from "./printable.js";
import { widthOf } from "./width.js";

type Colours = ReturnType<typeof coloursOf>;

/** More than a person reads. */
const MAX_SHOWN = 500;

/** Prints findings for people, with the lines they are in. */
export function printFindings(findings: readonly Finding[], sources: readonly Source[], stream: NodeJS.WriteStream): void {
  const colours = coloursOf(stream);
  const texts = new Map(sources.flatMap(({ name, text, written, included = new Map() }) => [...included, [name, written ?? text] as const]));
  const width = stream.isTTY ? Math.max(stream.columns || 80, 40) : 120;
  for (const block of renderFindings(shownOf(findings), texts, colours, width)) stream.write(`${block}\n\n`);
  const more = findings.length - MAX_SHOWN;
  if (more > 0) stream.write(`${colours.bold(`… and ${more.toLocaleString("en")} more`)}; --json prints all\n\n`);
  stream.write(`${colours.bold(summary(findings, sources.length))}\n`);
}

/** Says which lines of vendors' files are left out; the exit code. */
export function printLeftOut(findings: readonly Finding[], sources: readonly Source[], strict: "has --strict" | "has no --strict" = "has --strict"): number {
  if (findings.length === 0) return OK;
  printFindings(findings, sources, process.stderr);
  const lost = lostOf(findings).length > 0;
  process.stderr.write(`These lines are left out; the others are used.${lost && strict === "has --strict" ? " --strict refuses the files." : ""}\n`);
  return lost ? FINDINGS : OK;
}

/** Throws with those that the platform does not honour by its own settings either. */
export function refuseLost(findings: readonly Finding[]): void {
  const lost = lostOf(findings);
  if (lost.length > 0) throw new FindingsError(lost);
}

/** Of lines that are left out, those that nothing honours. */
export function lostOf(leftOut: readonly Finding[]): readonly Finding[] {
  return leftOut.filter(({ severity }) => severity === "error");
}

/** Those that are shown, errors before all else where they are too many. */
function shownOf(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MAX_SHOWN) return findings;
  const isError = ({ severity }: Finding) => severity === "error";
  return [...findings.filter(isError), ...findings.filter((finding) => !isError(finding))].slice(0, MAX_SHOWN);
}

/** Whether a file could not be read at all: it is not even JSON or TOML, or a table in which nothing says what is what. */
export function isUnreadable(findings: readonly Finding[]): boolean {
  return findings.some(({ code, severity }) => severity === "error" && ["invalid-json", "invalid-toml", "invalid-xml", "invalid-table"].includes(code));
}

/** A finding as other programs get it: with the address of what is said about its code. */
export function withAddress(finding: Finding): Finding & { readonly address: string } {
  return { ...finding, address: sectionAddress(finding.code) };
}

/** The blocks of text, one for each finding; `texts` are the files by their names, `width` what a line may take. */
export function* renderFindings(
  findings: Iterable<Finding>,
  texts: ReadonlyMap<string, string>,
  colours: Colours,
  width: number,
): Generator<string> {
  const files = new Map<string, Lines>();
  const told = new Set<string>();
  for (const finding of findings) {
    let lines = files.get(finding.file);
    if (lines === undefined) files.set(finding.file, (lines = new Lines(texts.get(finding.file) ?? "")));
    const block = render(finding, lines, colours, width);
    // Once for each code: the address is the same.
    yield told.has(finding.code) ? block : `${block}\n   ${colours.cyan("see:")} ${sectionAddress(finding.code)}`;
    told.add(finding.code);
  }
}

function render(finding: Finding, lines: Lines, colours: Colours, width: number): string {
  const { bold, cyan, dim } = colours;
  const { file, line, column, code, severity, place, message, help } = finding;
  const where = line === undefined ? (place === "" ? file : `${file}: ${place}`) : `${file}:${line}:${column}`;
  const paint = painter(severity, colours);
  const parts = [`${bold(printable(where))}: ${bold(paint(`${severity}[${code}]`))}: ${printable(message)}`];
  if (line !== undefined && column !== undefined) {
    const number = String(line);
    const gutter = " ".repeat(number.length);
    const { before, marked, after } = lines.around(line, column, finding.length ?? 1, width - number.length - 4);
    const carets = "^".repeat(Math.max(1, widthOf(marked)));
    parts.push(` ${dim(`${number} |`)} ${before}${marked}${after}`);
    parts.push(` ${dim(`${gutter} |`)} ${" ".repeat(widthOf(before))}${paint(carets)}`);
  }
  if (help) parts.push(`   ${cyan("help:")} ${printableLines(help)}`);
  return parts.join("\n");
}

function painter(severity: Finding["severity"], { red, yellow, blue }: Colours): (text: string) => string {
  return { error: red, warning: yellow, note: blue }[severity];
}

/** `2 errors, 1 warning in 3 files`. */
export function summary(findings: readonly Finding[], files: number): string {
  const counts = (["error", "warning", "note"] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [plural(count, severity)];
  });
  return `${counts.length === 0 ? "nothing found" : counts.join(", ")} in ${plural(files, "file")}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
