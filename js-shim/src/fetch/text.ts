/**
 * Header values as bytes. In a `Headers` object each character is a byte; rules are about UTF-8. A runtime that has
 * decoded a value already has characters that are no bytes, or none that make sense as UTF-8: those stay.
 */
const BEYOND_ASCII = /[^\0-\x7f]/;
const NO_BYTE = /[^\0-\xff]/;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function fromHeader(value: string): string {
  if (!BEYOND_ASCII.test(value) || NO_BYTE.test(value)) return value;
  try {
    return decoder.decode(Uint8Array.from(value, (character) => character.charCodeAt(0)));
  } catch {
    return value;
  }
}

export function toHeader(value: string): string {
  return BEYOND_ASCII.test(value) ? String.fromCharCode(...encoder.encode(value)) : value;
}
