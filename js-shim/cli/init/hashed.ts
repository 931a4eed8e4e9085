/** Folders whose files have hashes in their names: what is once under such a name never changes. */
import { basename, dirname } from "node:path";

/** Paths that are cached for good. */
export interface Hashed {
  readonly folder: string;
  /** A folder in it whose files change. */
  readonly except?: string | undefined;
  /** One of its files. */
  readonly file: string;
}

/** Where frameworks put what has hashes alone, by their names: some are in the names of folders. */
const KNOWN: Readonly<Record<string, Pick<Hashed, "folder" | "except">>> = {
  Astro: { folder: "/_astro" },
  "Next.js": { folder: "/_next/static" },
  Nuxt: { folder: "/_nuxt", except: "/_nuxt/builds" },
  SvelteKit: { folder: "/_app/immutable" },
};

/** Those that the framework is known for, and the topmost others in which each file may have a hash, and half of them have one beyond doubt. */
export function hashedFolders(files: readonly string[], framework: string | undefined): Hashed[] {
  const known = KNOWN[framework ?? ""];
  const file = known && files.find((file) => file.startsWith(`${known.folder}/`) && (known.except === undefined || !file.startsWith(`${known.except}/`)));
  const found: Hashed[] = known === undefined || file === undefined ? [] : [{ ...known, file }];
  const byFolder = new Map<string, string[]>();
  for (const file of files) for (let folder = dirname(file); folder !== "/"; folder = dirname(folder)) byFolder.set(folder, [...(byFolder.get(folder) ?? []), file]);
  for (const [folder, inside] of [...byFolder].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (found.some((outer) => `${folder}/`.startsWith(`${outer.folder}/`) || `${outer.folder}/`.startsWith(`${folder}/`))) continue;
    const words = inside.map((file) => wordsIn(basename(file)));
    const hashed = inside.filter((_, at) => words[at]!.some((word) => !isReadable(word)));
    if (words.every((inName) => inName.length > 0) && 2 * hashed.length >= inside.length) found.push({ folder, file: hashed[0]! });
  }
  return found;
}

/** What may be a hash: at least 8 characters after a dot, dash, underscore or tilde, before the endings of a file that is not a page. */
function wordsIn(name: string): string[] {
  const segments = name.split(".");
  if (segments.at(-1) === "html") return [];
  return segments.slice(0, -1).flatMap((segment, at) => [...(at === 0 ? [] : [segment]), ...[...segment.matchAll(/[-_~]/g)].map(({ index }) => segment.slice(index + 1))]).filter((word) => /^[\w-]{8,}$/.test(word));
}

/** Whether a person may have written it: words that can be spoken, numbers, and both, such as `background2`, `v30` and `2024-01-31`. */
function isReadable(text: string): boolean {
  const parts = text.split(/[-_]/).flatMap((part) => part.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? []);
  const isAlternating = text.split(/[-_]/).some((part) => !/^[A-Za-z]*\d*$/.test(part));
  return !isAlternating && parts.every((part, at) => /^\d+$/.test(part) || isSpoken(part) || (part.length === 1 && /^\d/.test(parts[at + 1] ?? "")));
}

/** In three letters and more there is a vowel, and nowhere are there five consonants in a row. Few people write long words in capitals. */
function isSpoken(word: string): boolean {
  return word.length >= 3 && !/^[A-Z]{5}/.test(word) && /[aeiouy]/i.test(word) && !/[^aeiouy]{5}/i.test(word);
}
