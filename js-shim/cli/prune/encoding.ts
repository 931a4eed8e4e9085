/** How a file of rules is encoded: what is written is encoded as it was. */
import { readFileSync } from "node:fs";

export interface Encoding {
  /** The byte order mark of UTF-8: a part of the first line for programs that compare files by lines. */
  readonly mark: string;
  readonly encode: (text: string) => Buffer;
}

const MARK = "\ufeff";

/** The encoding of a file that has been read before. */
export function encodingOf(file: string): Encoding {
  const [first, second, third] = file === "-" ? Buffer.alloc(0) : readFileSync(file);
  if (first === 0xff && second === 0xfe) return { mark: "", encode: (text) => Buffer.from(MARK + text, "utf16le") };
  if (first === 0xfe && second === 0xff) return { mark: "", encode: (text) => Buffer.from(MARK + text, "utf16le").swap16() };
  const mark = first === 0xef && second === 0xbb && third === 0xbf ? MARK : "";
  return { mark, encode: (text) => Buffer.from(mark + text) };
}
