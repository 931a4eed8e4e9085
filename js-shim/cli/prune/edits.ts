/** Taking rules out of the text that they are written in, and what that changes as a diff. */
import { type Node, parseTree } from "jsonc-parser";
import { rows, separatorOf } from "../csv.js";
import type { Source } from "../input.js";

/** What is taken out of a text. */
export interface Cut {
  readonly start: number;
  readonly end: number;
}

/** Where a rule stands: line and column from 1, the column in characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What has to go for these rules to go. `undefined` for one that cannot be taken out by itself. */
export function cutsOf({ form, text }: Source, places: readonly Place[]): readonly (readonly Cut[] | undefined)[] {
  if (form === "rules") return ofItems(text, places);
  if (form !== "redirects" && form !== "table") return places.map(() => undefined);
  const starts = lineStarts(text);
  const ends = form === "table" ? rowEnds(text) : undefined;
  return places.map(({ line }) => [{ start: starts[line - 1]!, end: starts[(ends?.get(line) ?? line)] ?? text.length }]);
}

/** The last line of each row of a table, by its first: a value may have several. */
function rowEnds(text: string): ReadonlyMap<number, number> {
  const first = text.split(/\r?\n/, 1)[0] ?? "";
  const begins = [...rows(text, separatorOf(first))].map(({ line }) => line);
  return new Map(begins.map((line, at) => [line, (begins[at + 1] ?? lineStarts(text).length + 1) - 1]));
}

/** The items of lists in JSON: with the comma after them, or at the end of a list with the one before. */
function ofItems(text: string, places: readonly Place[]): readonly (readonly Cut[] | undefined)[] {
  const starts = lineStarts(text);
  const wanted = new Map(places.map(({ line, column }, at) => [offsetOf(text, starts[line - 1] ?? 0, column), at]));
  const found: (Cut[] | undefined)[] = places.map(() => undefined);
  const visit = (node: Node): void => {
    if (node.type === "array" && node.children !== undefined) {
      const items = node.children;
      const at = items.map(({ offset }) => wanted.get(offset));
      let kept = items.length;
      while (kept > 0 && at[kept - 1] !== undefined) kept--;
      const lastKept = items[kept - 1];
      items.forEach((item, number) => {
        const rule = at[number];
        if (rule === undefined) return;
        const before = items[number - 1];
        const isTail = number >= kept && lastKept !== undefined;
        const start = isTail ? endOf(before!) : item.offset;
        const end = isTail ? endOf(item) : (items[number + 1]?.offset ?? endOf(item));
        found[rule] = [{ start, end }];
      });
    }
    node.children?.forEach(visit);
  };
  const tree = parseTree(text, [], { allowTrailingComma: true });
  if (tree !== undefined) visit(tree);
  return found;
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function offsetOf(text: string, start: number, column: number): number {
  let at = start;
  for (let left = column - 1; left > 0 && at < text.length; left--) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}

export function without(text: string, cuts: readonly Cut[]): string {
  let kept = "";
  let at = 0;
  for (const { start, end } of sorted(cuts)) {
    kept += text.slice(at, start);
    at = Math.max(at, end);
  }
  return kept + text.slice(at);
}

function sorted(cuts: readonly Cut[]): Cut[] {
  return [...cuts].sort((one, other) => one.start - other.start);
}

const CONTEXT = 3;

/** The change as a unified diff, which `patch` and `git apply` take. */
export function diffOf(name: string, text: string, cuts: readonly Cut[]): string {
  const starts = lineStarts(text);
  if (starts.at(-1) === text.length) starts.pop();
  const lineAt = (offset: number): number => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low;
  };
  const textOf = (from: number, to: number): string => text.slice(starts[from] ?? text.length, starts[to] ?? text.length);
  // Lines that change, together where their surroundings meet; `to` is the first line that does not.
  const groups: { from: number; to: number; cuts: Cut[] }[] = [];
  for (const cut of sorted(cuts)) {
    const from = lineAt(cut.start);
    const to = starts[lineAt(cut.end)] === cut.end && cut.end > cut.start ? lineAt(cut.end) : lineAt(Math.max(cut.start, cut.end - 1)) + 1;
    const last = groups.at(-1);
    if (last !== undefined && from <= last.to + 2 * CONTEXT) {
      last.to = Math.max(last.to, to);
      last.cuts.push(cut);
    } else groups.push({ from, to, cuts: [cut] });
  }
  let shift = 0;
  const hunks = groups.map(({ from, to, cuts: own }) => {
    const start = starts[from] ?? text.length;
    const before = linesOf(textOf(from, to));
    const after = linesOf(without(textOf(from, to), own.map((cut) => ({ start: cut.start - start, end: cut.end - start }))));
    const head = linesOf(textOf(Math.max(0, from - CONTEXT), from));
    const tail = linesOf(textOf(to, Math.min(starts.length, to + CONTEXT)));
    const [oldCount, newCount] = [before, after].map((lines) => head.length + lines.length + tail.length) as [number, number];
    const first = from - head.length + 1;
    const title = `@@ -${oldCount === 0 ? first - 1 : first},${oldCount} +${newCount === 0 ? first + shift - 1 : first + shift},${newCount} @@`;
    shift += newCount - oldCount;
    return [title, ...marked(" ", head), ...changed(before, after), ...marked(" ", tail)].join("\n");
  });
  return hunks.length === 0 ? "" : [`--- a/${name}`, `+++ b/${name}`, ...hunks, ""].join("\n");
}

/** Lines that stay are taken in order: of what was cut, nothing was moved. */
function changed(before: readonly string[], after: readonly string[]): string[] {
  const found: string[] = [];
  let at = 0;
  for (const line of before) {
    const next = after.indexOf(line, at);
    if (next === at) {
      found.push(...marked(" ", [line]));
      at++;
    } else if (next > at && !before.includes(after[at]!)) {
      found.push(...marked("+", after.slice(at, next)), ...marked(" ", [line]));
      at = next + 1;
    } else found.push(...marked("-", [line]));
  }
  return [...found, ...marked("+", after.slice(at))];
}

function marked(mark: string, lines: readonly string[]): string[] {
  return lines.map((line) => (line.endsWith("\n") ? `${mark}${line.slice(0, -1)}` : `${mark}${line}\n\\ No newline at end of file`));
}

/** With their ends. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}
