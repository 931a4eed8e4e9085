/** Where the parts of rules stand in a module that exports them. Their texts are looked for there: nothing else is known of it. */
import type { Span } from "./check.js";

/**
 * Finds what stands at a place of the JSON text in the source of the module: by its text, its name, or the paths of the rule
 * around it, whatever stands in the source exactly once. Anything else is not found, and not guessed.
 *
 * @param json the rules that the module exports, with a line for each member, as `JSON.stringify(rules, null, 1)` writes it
 */
export function locator(source: string, json: string): (span: Span) => Span | null {
  let lines: readonly Line[] | undefined;
  return ({ line }) => {
    lines ??= json.split("\n").map(read);
    for (const text of candidates(lines, line - 1)) {
      const found = once(source, text);
      if (found !== null) return found;
    }
    return null;
  };
}

interface Line {
  readonly depth: number;
  readonly name: string | undefined;
  /** Where it is text. */
  readonly value: string | undefined;
}

function read(line: string): Line {
  const [, blanks = "", name, value] = /^( *)(?:("(?:[^"\\]|\\.)*"): )?("(?:[^"\\]|\\.)*")?/.exec(line) ?? [];
  return { depth: blanks.length, name: name && (JSON.parse(name) as string), value: value && (JSON.parse(value) as string) };
}

/** What the line says, then what is said around it, from the inside out; each as it may be written in JavaScript. */
function* candidates(lines: readonly Line[], at: number): Generator<readonly string[]> {
  const here = lines[at];
  if (here?.value !== undefined) yield quoted(here.value);
  if (here?.name !== undefined) yield [`${here.name}:`, ...quoted(here.name)];
  for (let around: number | undefined = at; around !== undefined; around = outer(lines, around)) {
    for (const { name, value } of inside(lines, around)) {
      if (value !== undefined && (name === "from" || name === "for")) yield quoted(value);
    }
  }
}

function outer(lines: readonly Line[], at: number): number | undefined {
  const depth = lines[at]?.depth ?? 0;
  for (let before = at - 1; before > 0; before--) if (lines[before]!.depth < depth) return before;
  return undefined;
}

/** The members of the object that begins at a line. */
function* inside(lines: readonly Line[], at: number): Generator<Line> {
  const depth = lines[at]?.depth ?? 0;
  for (let next = at + 1; next < lines.length && lines[next]!.depth > depth; next++) if (lines[next]!.depth === depth + 1) yield lines[next]!;
}

function quoted(text: string): string[] {
  const escaped = JSON.stringify(text);
  return [escaped, `'${escaped.slice(1, -1)}'`, `\`${escaped.slice(1, -1)}\``];
}

function once(source: string, spellings: readonly string[]): Span | null {
  const found = spellings.flatMap((spelling) => {
    const first = source.indexOf(spelling);
    return first < 0 ? [] : [{ spelling, first, isOnly: source.indexOf(spelling, first + 1) < 0 }];
  });
  const [only] = found;
  if (only === undefined || found.length > 1 || !only.isOnly) return null;
  const before = source.slice(0, only.first).split("\n");
  return { line: before.length, column: [...before.at(-1)!].length + 1, length: [...only.spelling].length };
}
