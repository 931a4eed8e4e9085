/** What was made of which file, as it stands in the folder: for the rule `precompressed`, and for the next run. */
import { readFileSync } from "node:fs";
import { InputError, systemError } from "../input-error.js";
import { type Coding, CODINGS } from "./coding.js";
import { type Name, nameOf, urlPath } from "./name.js";

/** The name of the manifest in its folder. */
export const MANIFEST = ".selvedge-precompress.json";
const VERSION = 1;

/** A file that was looked at. */
export interface Entry {
  /** The hash of the file that the variants are of. */
  readonly sha256: string;
  readonly bytes: number;
  /** What `gzip -9` makes of it. */
  readonly gzip9?: number;
  readonly variants: { readonly [coding in Coding]?: Variant };
}

export interface Variant {
  /** What made it. */
  readonly by: string;
  readonly bytes: number;
  /** The hash of the file that was written: another file is not ours. Absent where it was not worth keeping. */
  readonly sha256?: string;
}

export type Entries = Map<Name, Entry>;

/** A file's size and that of its variants that may be served. */
export type Sizes = Partial<Record<Coding | "identity", number>>;

/** The text of a manifest: `files` as the rule takes it, `made` for ourselves. The same state gives the same bytes. */
export function textOf(files: ReadonlyMap<Name, Sizes>, entries: Entries, base: string): string {
  const sorted = <T>(map: ReadonlyMap<Name, T>, prefix: string): [string, T][] =>
    [...map].map(([name, value]): [string, T] => [prefix + urlPath(name), value]).sort(([one], [other]) => (one < other ? -1 : 1));
  // One line for each file: a change of one is a change of one line.
  const lines = (of: [string, unknown][]) => of.map(([path, value]) => `\n    ${JSON.stringify(path)}: ${JSON.stringify(value)}`).join(",");
  const served = [...files].filter(([, sizes]) => CODINGS.some((coding) => sizes[coding] !== undefined));
  const sizesOf = (sizes: Sizes) => ({ identity: sizes.identity, ...inOrder(sizes) });
  const entryOf = ({ sha256, bytes, gzip9, variants }: Entry) => ({ sha256, bytes, gzip9, variants: inOrder(variants) });
  const listed = new Map(served.map(([name, sizes]) => [name, sizesOf(sizes)]));
  const made = new Map([...entries].map(([name, entry]) => [name, entryOf(entry)]));
  return `{
  "version": ${VERSION},
  "files": {${lines(sorted(listed, base))}
  },
  "made": {${lines(sorted(made, ""))}
  }
}
`;
}

/** Members by coding, in one order whichever was done first. */
function inOrder<T>(of: { readonly [coding in Coding]?: T }): { [coding in Coding]?: T } {
  return Object.fromEntries(CODINGS.flatMap((coding) => (of[coding] === undefined ? [] : [[coding, of[coding]]])));
}

/** What the last run left; nothing where there was none. */
export function readManifest(file: string): Entries {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw systemError(file, error);
  }
  return parse(file, text);
}

function parse(file: string, text: string): Entries {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw damaged(file, (error as Error).message);
  }
  if (!isObject(manifest) || manifest["version"] !== VERSION) {
    throw damaged(file, isObject(manifest) ? `its version is ${JSON.stringify(manifest["version"])}, not ${VERSION}` : "it is not an object");
  }
  const made = manifest["made"];
  if (!isObject(made)) throw damaged(file, '"made" is missing');
  return new Map(
    Object.entries(made).map(([path, entry]) => {
      if (!isEntry(entry)) throw damaged(file, `the entry of ${path} is none`);
      return [nameOf(path), entry];
    }),
  );
}

function damaged(file: string, why: string): InputError {
  return new InputError(`is not a manifest of this version of selvedge: ${why}`, {
    where: file,
    help: "if nobody else made it, remove it together with the variants that it lists, and run again",
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEntry(value: unknown): value is Entry {
  if (!isObject(value) || typeof value["sha256"] !== "string" || typeof value["bytes"] !== "number" || !isObject(value["variants"])) return false;
  return Object.entries(value["variants"]).every(
    ([coding, variant]) =>
      CODINGS.some((known) => known === coding) &&
      isObject(variant) &&
      typeof variant["by"] === "string" &&
      typeof variant["bytes"] === "number" &&
      (variant["sha256"] === undefined || typeof variant["sha256"] === "string"),
  );
}
