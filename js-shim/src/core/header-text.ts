/**
 * Header values are bytes on their way; rules are about UTF-8. In a `Headers` object by the fetch standard each character
 * is a byte; workerd's holds text.
 */
import type { Bytes } from "./border.js";

const BEYOND_ASCII = /[^\0-\x7f]/;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** What one call takes as arguments, far below what any engine's stack holds. */
const CHUNK = 4096;

export function fromHeader(value: string): string {
  if (!BEYOND_ASCII.test(value) || !holdsBytes()) return value;
  return decoder.decode(Uint8Array.from(value, (character) => character.charCodeAt(0)));
}

export function toHeader(value: string): string {
  return BEYOND_ASCII.test(value) && holdsBytes() ? characters(encoder.encode(value)) : value;
}

/** One character for each byte, however many there are: a viewer chooses how long a cookie is. */
function characters(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}

/** How a value crosses the border with each byte as it is; `undefined` where values are text. */
export function headerBytes(): Bytes | undefined {
  return holdsBytes() ? BYTES : undefined;
}

const BYTES: Bytes = {
  write(line, into) {
    for (let i = 0; i < line.length; i++) into[i] = line.charCodeAt(i);
    return line.length;
  },
  read: characters,
};

let bytes: boolean | undefined;

function holdsBytes(): boolean {
  return (bytes ??= refuses("\u0100"));
}

function refuses(value: string): boolean {
  try {
    new Headers([["x-value", value]]);
    return false;
  } catch {
    return true;
  }
}
