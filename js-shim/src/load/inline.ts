/** Wasm that travels as text in the JavaScript: no file for a bundler to lose. */

/** One character for each byte; those of frequent bytes need no escape, which keeps source and gzip small. */
export interface Text {
  /** The 256 bytes in hex, by falling frequency. They have the characters that need no escape, then the others. */
  readonly order: string;
  readonly text: string;
}

export function moduleOf(text: Text): WebAssembly.Module {
  return new WebAssembly.Module(bytesOf(text));
}

function bytesOf({ order, text }: Text): Uint8Array<ArrayBuffer> {
  const byteOf = new Uint8Array(256);
  let next = 0;
  for (const plain of [true, false]) {
    for (let code = 0; code < 256; code++) {
      if (isPlain(code) === plain) byteOf[code] = parseInt(order.slice(next, (next += 2)), 16);
    }
  }
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = byteOf[text.charCodeAt(i)]!;
  return bytes;
}

function isPlain(code: number): boolean {
  return code >= 0x20 && code <= 0x7e && !"\"'`$\\".includes(String.fromCharCode(code));
}
