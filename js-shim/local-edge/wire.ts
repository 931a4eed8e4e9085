/** Values of headers and targets between text, which functions see, and bytes, of which Node shows each as a character. */
import type { HeaderLine, HeaderMap } from "./message.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Lines that did not come as UTF-8, and their bytes: those that are left alone go on as they came. */
const others = new WeakMap<HeaderLine, string>();

const ASCII = /^[\0-\x7f]*$/;

/** Functions see UTF-8; what is not counts as ISO-8859-1: "Restrictions on Lambda@Edge", character encoding. */
export function textOf(bytes: string): string {
  if (ASCII.test(bytes)) return bytes;
  try {
    return utf8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    return bytes;
  }
}

/** As UTF-8. */
export function bytesOf(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text).toString("latin1");
}

/** Lines of a message that came, by lower-case name. */
export function received(lines: Iterable<readonly [string, string]>): HeaderMap {
  const headers: Record<string, HeaderLine[]> = Object.create(null);
  for (const [key, bytes] of lines) {
    const line = { key, value: textOf(bytes) };
    if (bytesOf(line.value) !== bytes) others.set(line, bytes);
    (headers[key.toLowerCase()] ??= []).push(line);
  }
  return headers;
}

/** The value of a line as it is sent. */
export function sent(line: HeaderLine): string {
  return others.get(line) ?? bytesOf(line.value);
}
