/** The rules of a set as people wrote them: a line of a vendor's file may be several rules. */
import type { TrafficRule } from "#dist/tools/traffic.js";
import type { Source } from "../input.js";

/** What a person would take out: one rule of one's own, or one line of a vendor's file. */
export interface WrittenRule {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly kinds: readonly string[];
  /** The places of the rules that it became. */
  readonly places: readonly string[];
  readonly rule: string;
  /** What it depends on that no log says. */
  readonly reads: readonly string[];
}

/** The rules as they are written, and of each rule by its number which one that is. */
export function writtenRules(rules: readonly TrafficRule[], byLine: ReadonlySet<string>): { readonly written: readonly WrittenRule[]; readonly of: readonly number[] } {
  const written: (WrittenRule & { kinds: string[]; places: string[]; reads: string[] })[] = [];
  const known = new Map<string, number>();
  const of = rules.map(({ file, line, column, kind, place, rule, reads }) => {
    const key = byLine.has(file) && line !== undefined ? `${file}:${line}` : `${file} ${place}`;
    let at = known.get(key);
    if (at === undefined) {
      known.set(key, (at = written.length));
      written.push({ file, line, column, kinds: [], places: [], rule, reads: [] });
    }
    written[at]!.kinds.push(kind);
    written[at]!.places.push(place);
    written[at]!.reads.push(...reads.filter((what) => !written[at]!.reads.includes(what)));
    return at;
  });
  return { written, of };
}

/** The files whose lines are rules; in others a line may hold several. */
export function byLine(sources: readonly Source[]): ReadonlySet<string> {
  return new Set(sources.filter(({ form }) => ["redirects", "headers", "table"].includes(form)).map(({ name }) => name));
}
