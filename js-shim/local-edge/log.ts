/** What the terminal shows of a request: a line, and what a person has to know besides. */
import type { coloursOf } from "../cli/output.js";
import { printable, printableLines } from "../cli/printable.js";
import { textOf } from "./pipeline/fault.js";
import type { Trace } from "./pipeline/trace.js";
import { TRIGGERS } from "./trigger.js";

export function requestLine(trace: Trace, { bold, cyan, dim, green, red, yellow }: ReturnType<typeof coloursOf>): string {
  const { method, url, status, milliseconds, cache, stages, fault } = trace;
  const paint = status >= 500 ? red : status >= 400 ? yellow : green;
  const did = TRIGGERS.flatMap((trigger) => {
    const { ran, decision } = stages[trigger];
    return ran && decision !== "unchanged" && decision !== undefined ? [`${cyan(trigger)} ${printable(decision)}`] : [];
  });
  const lines = [`${paint(String(status))} ${bold(method)} ${printable(url)} ${dim(`${cache}, ${milliseconds.toFixed(1)} ms`)}${did.length === 0 ? "" : `  ${did.join(dim("; "))}`}`];
  for (const trigger of TRIGGERS) {
    const { console = [], violations = [], problem } = stages[trigger];
    for (const { level, text } of console) lines.push(indented(`${dim(`${trigger} ${level}:`)} ${printableLines(text)}`));
    if (problem !== undefined && violations.length === 0) lines.push(indented(red(`${trigger}: ${printableLines(problem)}`)));
    for (const violation of violations) lines.push(indented((violation.severity === "error" ? red : yellow)(`${trigger}: ${printableLines(textOf(violation))}`)));
  }
  if (fault !== undefined && TRIGGERS.every((trigger) => stages[trigger].problem === undefined)) lines.push(indented(red(printableLines(fault))));
  return lines.join("\n");
}

function indented(text: string): string {
  return `    ${text.replaceAll("\n", "\n    ")}`;
}
