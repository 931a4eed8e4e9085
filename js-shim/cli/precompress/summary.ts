/** What a run came to, by the types of the files: for a table, and for other programs. */
import { type Coding, CODINGS } from "./coding.js";
import { extension } from "./name.js";
import type { Outcome } from "./run.js";

/** Bytes. What has no variant counts as it is: that is what is sent. */
export interface Row {
  readonly type: string;
  readonly files: number;
  readonly original: number;
  /** What `gzip -9` would make, for comparison; absent where gzip was not asked for. */
  readonly gzip9: number | undefined;
  readonly variants: { readonly [coding in Coding]?: number };
}

/** One row for each type, the largest first, and one for all. */
export function summarise(outcome: Outcome, codings: readonly Coding[]): { readonly rows: Row[]; readonly total: Row } {
  const types = new Map<string, string[]>();
  for (const name of outcome.files.keys()) {
    const type = extension(name) === "" ? "(none)" : `.${extension(name)}`;
    const names = types.get(type);
    if (names) names.push(name);
    else types.set(type, [name]);
  }
  const rows = [...types].map(([type, names]) => rowOf(type, names, outcome, codings));
  rows.sort((one, other) => other.original - one.original);
  return { rows, total: rowOf("all", [...outcome.files.keys()], outcome, codings) };
}

function rowOf(type: string, names: readonly string[], { files, entries }: Outcome, codings: readonly Coding[]): Row {
  const sum = (of: (name: string) => number) => names.reduce((bytes, name) => bytes + of(name), 0);
  const size = (name: string) => files.get(name)?.identity ?? 0;
  // A coding without a single variant was not made: this Node lacks it.
  const made = CODINGS.filter((coding) => codings.includes(coding) && [...files.values()].some((sizes) => sizes[coding] !== undefined));
  const known = codings.includes("gzip") && names.some((name) => entries.get(name)?.gzip9 !== undefined);
  return {
    type,
    files: names.length,
    original: sum(size),
    gzip9: known ? sum((name) => Math.min(entries.get(name)?.gzip9 ?? size(name), size(name))) : undefined,
    variants: Object.fromEntries(made.map((coding) => [coding, sum((name) => files.get(name)?.[coding] ?? size(name))])),
  };
}
