/**
 * Names with a hash of the content: they never mean anything else, so a copy may be kept for good. A name that only looks so
 * would be kept, too, whatever is in the file later. So a word, a date and a version by themselves are not hashes; they may be
 * in a folder whose other files have hashes.
 */
import { posix } from "node:path";

/** A folder whose files are kept for good. */
export interface Hashed {
  readonly folder: string;
  /** A folder in it whose files change. */
  readonly except?: string | undefined;
  /** One of its files. */
  readonly file: string;
}

/** Where the build gives every file a name of its own: SvelteKit, Next, Astro, Nuxt. */
const FOLDER = /^(.*?(?:^|\/)(?:_app\/immutable|_next\/static|_astro|_nuxt))\//;
/** But for what says which build of Nuxt is the latest. */
const CHANGING = /(?:^|\/)_nuxt\/builds(?=\/)/;
/** The folders of files that Gatsby was given. */
const GATSBY = /(?:^|\/)static\/[0-9a-f]{32}\//;
/** What webpack calls the files of modules by itself, `[hash][ext]`: twenty hexadecimal digits. */
const WHOLE = /(?:^|\/)(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{20}\.[a-z0-9]+$/;
/** webpack, Hugo, Docusaurus, Gatsby: hexadecimal digits, and neither a number nor a year next to letters (`2023abcd`). */
const HEX = /[._-](?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])(?!(?:19|20)[0-9]{2}[a-f]+\.)(?![a-f]+(?:19|20)[0-9]{2}\.)[0-9a-f]{8,64}\.[^/]+$/;
/** Vite, Rollup, esbuild, VitePress: eight characters of base64url, or of base32, before the endings. */
const EIGHT = /[.-]([\w-]{8})(?:\.lean)?\.[a-z0-9]+(?:\.(?:map|br|gz|zst))?$/i;
/** Where bundlers write: a token without a digit is a hash there rather than a word. */
const BUNDLED = /(?:^|\/)(?:assets|chunks?|build|js|css)\/(?:[^/]+\/)?[^/]+$/;
/** How many files of a folder say something of each other. */
const ENOUGH = 3;
const PAGE = /\.html?$/i;

/** Which of the files have names that never mean anything else: by themselves, or by what is next to them if they are not words. */
export function hashedFiles(files: readonly string[]): ReadonlySet<string> {
  const folders = hashedFolders(files).map(({ folder }) => `${folder}/`);
  const isLikely = (file: string) => folders.some((folder) => file.startsWith(folder)) && isUnlikeWords(file);
  return new Set(files.filter((file) => isHashed(file) || isLikely(file)));
}

/** The folders that builds are known for, and the topmost others in which every file has a hash. */
export function hashedFolders(files: readonly string[]): Hashed[] {
  const found: Hashed[] = [];
  const isApart = (folder: string) => !found.some((other) => `${folder}/`.startsWith(`${other.folder}/`) || `${other.folder}/`.startsWith(`${folder}/`));
  for (const file of files) {
    const folder = FOLDER.exec(file)?.[1];
    if (folder === undefined || CHANGING.test(file) || !isApart(folder)) continue;
    const changing = files.find((other) => other.startsWith(`${folder}/`) && CHANGING.test(other));
    found.push({ folder, except: changing && `${folder}/builds`, file });
  }
  const byFolder = new Map<string, string[]>();
  for (const file of files) {
    for (const folder of foldersOf(file)) {
      const inside = byFolder.get(folder);
      if (inside === undefined) byFolder.set(folder, [file]);
      else inside.push(file);
    }
  }
  for (const [folder, inside] of [...byFolder].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (isApart(folder) && haveHashes(inside)) found.push({ folder, file: inside.find(isHashed) ?? inside[0]! });
  }
  return found;
}

/** All that a file is in, but for the top. */
function foldersOf(file: string): string[] {
  const parts = file.split("/").slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join("/")).filter((folder) => folder !== "");
}

/** Few files must have one beyond doubt. Among more, a hash may look like a word, as long as half of them do not. */
function haveHashes(files: readonly string[]): boolean {
  if (files.length < ENOUGH) return files.every(isHashed);
  const mayHaveOne = (file: string) => isHashed(file) || wordsIn(file).length > 0;
  return files.every(mayHaveOne) && 2 * files.filter((file) => isHashed(file) || isUnlikeWords(file)).length >= files.length;
}

/** Whether a name has a hash beyond doubt, whatever is next to it. */
function isHashed(name: string): boolean {
  if (PAGE.test(name)) return false;
  if (FOLDER.test(name)) return !CHANGING.test(name);
  if (GATSBY.test(name) || WHOLE.test(name) || HEX.test(name)) return true;
  const token = EIGHT.exec(name)?.[1];
  return token !== undefined && (isMixed(token) || (isRestless(token) && BUNDLED.test(name)));
}

/** Letters and digits that are not a word with a number after it, such as `Chapter1` or `PICT2345`. */
function isMixed(token: string): boolean {
  if (!/[0-9]/.test(token) || !/[A-Z]/.test(token) || /^[A-Za-z]?[a-z_-]*[0-9._-]*$/.test(token) || /^[A-Z_-]+[0-9._-]+$/.test(token)) return false;
  // One case alone is base32, as esbuild has it, which knows no 0, 1, 8 and 9.
  return /[a-z]/.test(token) || /^[A-Z2-7]+$/.test(token);
}

/** Upper case in the middle of lower case, but not words: `userName`, `DarkMode`, `de_DE-ab`. */
function isRestless(token: string): boolean {
  return /[a-z_-][A-Z]/.test(token) && !token.split(/[_-]/).every(isWords);
}

/** `DiwrgTda` is a hash of Vite's: nobody can say three consonants in a row. */
function isWords(text: string): boolean {
  const isPascal = text.split(/(?=[A-Z])/).every((word) => /^[A-Z]?[a-z]{2,}$/.test(word) && !/[^aeiouy]{3}/i.test(word));
  return isPascal || /^(?:[a-z]*|[A-Z]*|[a-z]+[A-Z][a-z]+)$/.test(text);
}

/** What may be a hash: at least 8 characters after a dot, dash, underscore or tilde, before the endings of a file that is not a page. */
function wordsIn(file: string): string[] {
  if (PAGE.test(file)) return [];
  const segments = posix.basename(file).split(".");
  return segments.slice(0, -1).flatMap((segment, at) => [...(at === 0 ? [] : [segment]), ...[...segment.matchAll(/[-_~]/g)].map(({ index }) => segment.slice(index + 1))]).filter((word) => /^[\w-]{8,}$/.test(word));
}

function isUnlikeWords(file: string): boolean {
  return wordsIn(file).some((word) => !isReadable(word));
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
