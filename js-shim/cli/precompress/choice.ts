/** Which files are worth compressing: by what their name says, and by what is in them. */
import { closeSync, fstatSync, readSync } from "node:fs";
import { lookup } from "mrmime";
import { CODINGS, SUFFIX } from "./coding.js";
import { open } from "./file.js";
import { extension, isUtf8, type Name } from "./name.js";

/** Types that are text, or that hold long runs of the like: fonts and bitmaps without a compression of their own. */
const COMPRESSIBLE =
  /^text\/(?!.*mp2t)|\+(json|xml|text)$|^application\/(atom|ecmascript|graphql|geo|javascript|json|ld|manifest|postscript|rtf|toml|vnd\.ms-fontobject|wasm|x-font-ttf|xml|yaml)\b|^font\/(collection|otf|sfnt|ttf)$|^image\/(bmp|svg\+xml|vnd\.microsoft\.icon|x-icon|x-ms-bmp)$|^model\//;

/** How files begin that are compressed already, whatever their names say. */
const COMPRESSED = ["1f8b", "28b52ffd", "504b0304", "fd377a585a00", "425a68", "377abcaf271c", "89504e47", "ffd8ff", "47494638", "774f4646", "774f4632"];

/** Archives are what they are, also those whose contents begin like text. Variants never have variants. */
const ARCHIVES = new Set(["7z", "bz2", "rar", "tar", "tgz", "xz", "zip"]);

/** So much of a file tells whether it is text. */
export const HEAD = 8192;

/** What is asked for on the command line. */
export interface Choice {
  /** Only these, whatever their type. */
  readonly include: readonly string[];
  /** These not. */
  readonly exclude: readonly string[];
  readonly minSize: number;
}

/** Whether a file of this name may be one of them; what is in it has to be looked at then. */
export function nameIsChosen(name: Name, { include, exclude }: Choice): boolean {
  if (CODINGS.some((coding) => name.endsWith(SUFFIX[coding]))) return false;
  if (exclude.some((pattern) => matches(pattern, name))) return false;
  if (include.length > 0) return include.some((pattern) => matches(pattern, name));
  return !ARCHIVES.has(extension(name));
}

/** Whether a file that begins with `head` is one. */
export function contentIsChosen(name: Name, head: Uint8Array, size: number, { include, minSize }: Choice): boolean {
  if (size < Math.max(1, minSize)) return false;
  if (include.length > 0) return true;
  const start = Buffer.from(head.subarray(0, 12)).toString("hex");
  if (COMPRESSED.some((magic) => start.startsWith(magic))) return false;
  const type = lookup(extension(name));
  return (type !== undefined && COMPRESSIBLE.test(type)) || isText(head);
}

/** Text in UTF-8, as far as the beginning tells. */
export function isText(head: Uint8Array): boolean {
  if (head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return false;
  // The last character may be cut.
  const cuts = head.length < HEAD ? [0] : [0, 1, 2, 3];
  return cuts.some((cut) => isUtf8(head.subarray(0, head.length - cut)));
}

/** The beginning of a file, and how long it is. */
export function beginning(path: Buffer, within?: string): { readonly head: Uint8Array; readonly size: number } {
  const descriptor = open(path, within);
  try {
    const head = Buffer.alloc(HEAD);
    return { head: head.subarray(0, readSync(descriptor, head)), size: fstatSync(descriptor).size };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Patterns as in rules: `/assets/*` is a path from the folder, where `*` is any characters; `*.js` is the end of a path, at
 * any depth, where `*` stays in its segment.
 */
export function matches(pattern: string, name: Name): boolean {
  // Names are bytes, a character each; so must be the pattern.
  const bytes = Buffer.from(pattern, "utf8").toString("latin1");
  const rooted = bytes.startsWith("/");
  const source = bytes.replace(/[\\^$.|?+()[\]{}]/g, "\\$&").replaceAll("*", rooted ? "[^]*" : "[^/]*");
  return new RegExp(rooted ? `^${source}$` : `(^|/)${source}$`).test(rooted ? `/${name}` : name);
}
