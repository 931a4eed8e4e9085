/**
 * Names with a hash of the content: they never mean anything else, so a copy may be kept forever. A name that only looks so
 * would be kept, too, whatever is in the file later. So a word, a date and a version are not hashes.
 */
import type { Name } from "./name.js";

/**
 * Folders in which the build gives every file a name of its own: SvelteKit, Next, Astro, Nuxt (but for what says which build is the
 * latest), and the files of Gatsby's pages.
 */
const FOLDERS = /(?:^|\/)(?:_app\/immutable|_next\/static|_astro|_nuxt(?!\/builds\/)|static\/[0-9a-f]{32})\//;
/** What webpack calls the files of modules by itself, `[hash][ext]`: twenty hexadecimal digits. */
const WHOLE = /(?:^|\/)(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{20}\.[a-z0-9]+$/;
/** webpack, Hugo, Docusaurus, Gatsby: hexadecimal digits, and neither a number nor a year next to letters (`2023abcd`). */
const HEX = /[._-](?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])(?!(?:19|20)[0-9]{2}[a-f]+\.)(?![a-f]+(?:19|20)[0-9]{2}\.)[0-9a-f]{8,64}\.[^/]+$/;
/** Vite, Rollup, esbuild, VitePress: eight characters of base64url, or of base32, before the endings. */
const EIGHT = /[.-]([\w-]{8})(?:\.lean)?\.[a-z0-9]+(?:\.(?:map|br|gz|zst))?$/i;
/** Where bundlers write: a token without a digit is a hash there rather than a word. */
const BUNDLED = /(?:^|\/)(?:assets|chunks?|build|js|css)\/(?:[^/]+\/)?[^/]+$/;

export function isHashed(name: Name): boolean {
  if (/\.html?$/i.test(name)) return false;
  if (FOLDERS.test(name) || WHOLE.test(name) || HEX.test(name)) return true;
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
