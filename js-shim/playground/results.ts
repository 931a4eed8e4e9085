/** What the tools say of rules and a request, as elements. */
import type { Finding } from "#dist/tools/check.js";
import type { Change, StageTrace, Trace } from "#dist/tools/explain.js";
import type { Outline } from "#dist/tools/outline.js";
import { type CompiledForm, PlanFacts } from "#dist/tools/plan-facts.js";
import type { Converted } from "#dist/tools/rule-files.js";
import { Lines } from "../cli/excerpt.js";
import { widthOf } from "../cli/width.js";
import { difference, el, more, table } from "../pages/dom.js";
import { stepList } from "../pages/steps.js";

const MAX_FINDINGS = 200;
const CLASSES = { error: "bad", warning: "warn", note: "quiet" } as const;

/** `width` is how many characters of a line are shown. */
export function findings(found: readonly Finding[], texts: ReadonlyMap<string, string>, width: number): Node[] {
  if (found.length === 0) return [el("p", { className: "good" }, "Nothing found.")];
  const left = found.length - MAX_FINDINGS;
  return [...found.slice(0, MAX_FINDINGS).map((each) => finding(each, texts, width)), ...(left > 0 ? [el("p", {}, `and ${left} more`)] : [])];
}

function finding({ file, line, column = 1, length = 1, severity, code, place, message, help }: Finding, texts: ReadonlyMap<string, string>, width: number): Node {
  const where = line === undefined ? [file, place].filter((part) => part !== "").join(": ") : `${file}:${line}:${column}`;
  return el("div", { className: `finding ${severity}` },
    el("p", {}, el("code", {}, where), " ", el("b", { className: CLASSES[severity] }, `${severity} `), el("a", { href: `../../reference/lints.html#${code}` }, code)),
    el("p", {}, message),
    line === undefined ? undefined : excerpt(new Lines(texts.get(file) ?? "").around(line, column, length, width - `${line} | `.length), line),
    help === "" ? undefined : el("p", { className: "quiet" }, help));
}

function excerpt({ before, marked, after }: { before: string; marked: string; after: string }, line: number): Node {
  const [gutter, blanks] = [`${line} | `, " ".repeat(String(line).length)];
  const carets = "^".repeat(Math.max(1, widthOf(marked)));
  return el("pre", { tabIndex: 0 }, `${gutter}${before}`, el("mark", {}, marked), `${after}\n${blanks} | ${" ".repeat(widthOf(before))}`, el("mark", {}, carets));
}

export function explanation({ stages, asked, response }: Trace): Node[] {
  const { status, headers, body } = response;
  return [
    ...stages.map(stage),
    el("div", { className: "stage" }, el("h3", {}, "origin", el("span", { className: asked === null ? "quiet" : "did" }, asked === null ? "is not asked" : `${asked.method} ${asked.path}${asked.query === "" ? "" : `?${asked.query}`}`)),
      ...(asked === null ? [] : [more("What it is asked with", table(asked.headers, "no headers"))])),
    el("div", { className: "stage", id: "response" }, el("h3", {}, "The viewer gets", el("span", { className: status >= 500 ? "bad" : status >= 400 ? "warn" : "good" }, String(status))), table(headers, "no headers"),
      body === null || body === "" ? undefined : el("pre", { tabIndex: 0 }, body)),
  ];
}

function stage({ stage: name, skipped, remarks, steps }: StageTrace): Node {
  const acted = steps.filter(({ verdict }) => verdict === "acted");
  const changes = acted.flatMap((step) => step.changes);
  return el("div", { className: "stage" },
    el("h3", {}, name, skipped === null ? undefined : el("span", { className: "quiet" }, `does not run: ${skipped}`)),
    ...remarks.map((remark) => el("p", {}, remark)),
    changes.length === 0 ? undefined : table(changes.map(change)),
    ...(skipped === null ? stepList(steps) : []));
}

function change({ what, name, before, after }: Change): [string, ...Node[]] {
  const text = (lines: readonly string[]): string | undefined => (lines.length === 0 ? undefined : lines.join("\n"));
  return [name ?? what, ...difference(text(before), text(after))];
}

export function conversion({ files, findings: left }: Converted, texts: ReadonlyMap<string, string>, width: number): Node[] {
  const shown = files.map(({ name, text }) => el("div", {}, el("h3", {}, name), el("pre", { tabIndex: 0 }, text)));
  const lost = left.length === 0 ? [] : [el("h3", {}, "What it cannot express"), ...findings(left, texts, width)];
  return [...(shown.length === 0 ? [el("p", {}, "Nothing of it can be expressed there.")] : shown), ...lost];
}

/** What is said of a plan, by the entries that take it. */
const READERS: Record<CompiledForm, string> = {
  "compiled/small": "It has no regular expressions: the small reader will do.",
  compiled: "It has no regular expressions, and asks for more than the small reader has.",
  "compiled/regex": "It has regular expressions.",
};

export function plan({ plan: bytes, stages }: Outline): Node[] {
  const reader = READERS[new PlanFacts(bytes).form()];
  const rows = stages.map(({ stage: name, rules, blocks, because }): [string, string] => [name, `${rules.map(([kind, count]) => `${count} ${kind}`).join(", ") || "nothing"}${blocks ? `; blocks where the engine fails: ${because ?? ""}` : ""}`]);
  const hex = Array.from(bytes.subarray(0, 512), (byte) => byte.toString(16).padStart(2, "0")).join(" ").replace(/(.{47}) /g, "$1\n");
  return [el("p", {}, `${bytes.length.toLocaleString("en")} bytes. ${reader}`), table(rows, "No stage has to run."), more("The first bytes", el("pre", { tabIndex: 0 }, hex))];
}
