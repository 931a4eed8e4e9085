/** How a file of rules is encoded: what is written is encoded as it was. */
import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { InputError } from "../input-error.js";

export interface Encoding {
  /** The byte order mark of UTF-8: a part of the first line for programs that compare files by lines. */
  readonly mark: string;
  readonly encode: (text: string) => Buffer;
}

const MARK = "\ufeff";

/** The encoding of a file that has been read before. Throws an `InputError` for one that is in none. */
export function encodingOf(file: string): Encoding {
  const bytes = file === "-" ? Buffer.alloc(0) : readFileSync(file);
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return { mark: "", encode: (text) => Buffer.from(MARK + text, "utf16le") };
  if (first === 0xfe && second === 0xff) return { mark: "", encode: (text) => Buffer.from(MARK + text, "utf16le").swap16() };
  // It was read with U+FFFD in the place of some bytes, which must not be written.
  if (!isUtf8(bytes)) throw new InputError("is not UTF-8", { where: file, help: "save it as UTF-8" });
  const mark = first === 0xef && second === 0xbb && third === 0xbf ? MARK : "";
  return { mark, encode: (text) => Buffer.from(mark + text) };
}
