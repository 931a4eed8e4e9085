/**
 * Header values are bytes on their way; rules are about UTF-8. In a `Headers` object by the fetch standard each character
 * is a byte; workerd's holds text.
 */
const BEYOND_ASCII = /[^\0-\x7f]/;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function fromHeader(value: string): string {
  if (!BEYOND_ASCII.test(value) || !holdsBytes()) return value;
  return decoder.decode(Uint8Array.from(value, (character) => character.charCodeAt(0)));
}

export function toHeader(value: string): string {
  return BEYOND_ASCII.test(value) && holdsBytes() ? String.fromCharCode(...encoder.encode(value)) : value;
}

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
