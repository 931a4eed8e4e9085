/** Wasm that travels as text in the JavaScript: no file for a bundler to lose. */
import { isPlain } from "../generated/plain.js";

/** One character for each byte; those of frequent bytes need no escape, which keeps source and gzip small. */
export interface Text {
  /**
   * The most frequent bytes in hex. They have the characters that need no escape; the other bytes have the other
   * characters, in ascending order.
   */
  readonly order: string;
  readonly text: string;
}

export function moduleOf(text: Text): WebAssembly.Module {
  return new WebAssembly.Module(bytesOf(text));
}

/**
 * ```wat
 * (module
 *   (memory (export "m") 1)
 *   (func (export "f") (param $at i32) (param $end i32)
 *     (loop $next
 *       (i32.store8 (local.get $at) (i32.load8_u (i32.load8_u (local.get $at))))
 *       (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 1))) (local.get $end))))))
 * ```
 *
 * Replaces each byte by the one that a table at address 0 has for it. In JavaScript, where a cold start interprets the
 * loop, that takes longer than everything else of loading.
 */
const MAP = "AGFzbQEAAAABBgFgAn9/AAMCAQAFAwEAAQcJAgFtAgABZgAACiABHgADQCAAIAAtAAAtAAA6AAAgAEEBaiIAIAFJDQALCw==";
const PAGE = 65536;
const TABLE = 256;

function bytesOf({ order, text }: Text): Uint8Array<ArrayBuffer> {
  const { m: memory, f: map } = new WebAssembly.Instance(new WebAssembly.Module(decoded(MAP))).exports as {
    m: WebAssembly.Memory;
    f(at: number, end: number): void;
  };
  const end = TABLE + text.length;
  memory.grow(Math.ceil(end / PAGE));
  const bytes = new Uint8Array(memory.buffer as ArrayBuffer);
  const frequent = order.match(/../g)!.map((hex) => parseInt(hex, 16));
  const others = [...Array(TABLE).keys()].filter((byte) => !frequent.includes(byte));
  for (let code = 0; code < TABLE; code++) bytes[code] = (isPlain(code) ? frequent : others).shift()!;
  if (typeof Buffer === "function") Buffer.from(memory.buffer).write(text, TABLE, "latin1");
  else for (let i = 0; i < text.length; i++) bytes[TABLE + i] = text.charCodeAt(i);
  map(TABLE, end);
  return bytes.subarray(TABLE, end);
}

function decoded(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
