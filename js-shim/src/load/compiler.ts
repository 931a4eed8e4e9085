/** The compiler: its module, compiled once, and throwaway instances of it. */
import { wasmModule } from "#wasm/compiler";
import type { Problem } from "../compile/rules-error.js";
import { instances } from "./instance.js";
import { refused } from "./refused.js";

/** The compiler's exports, see crates/selvedge-wasm/src/compiler.rs. */
interface Compiler {
  readonly memory: { readonly buffer: ArrayBufferLike };
  compile_text(len: number): number;
  compile(): number;
  compile_outcome(): number;
}

let module: WebAssembly.Module | undefined;

/** The compiler's module, which holds a reader with regular expressions as well. */
export function compilerModule(): WebAssembly.Module {
  try {
    return (module ??= wasmModule());
  } catch (error) {
    throw refused(error);
  }
}

/** The plan of rules as JSON text, or everything that is wrong. */
export function planOf(rules: string, platform: string, facts: readonly string[], key: string): Uint8Array | Problem[] {
  // A new instance: nothing of one rule set stays for the next, and its memory goes with it.
  const wasm = instances<Compiler>(compilerModule())();
  for (const text of [rules, platform, key, ...facts]) {
    const bytes = new TextEncoder().encode(text);
    // In this order: memory grows, and a view from before has none of it.
    const at = wasm.compile_text(bytes.length);
    new Uint8Array(wasm.memory.buffer).set(bytes, at);
  }
  const count = wasm.compile();
  const { buffer } = wasm.memory;
  const spans = new Uint32Array(buffer, wasm.compile_outcome());
  const bytesOf = (n: number) => new Uint8Array(buffer, spans[2 * n], spans[2 * n + 1]);
  if (count === 0) return bytesOf(0).slice();
  const textOf = (n: number) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytesOf(n));
  return Array.from({ length: count }, (_, n) => {
    return { place: textOf(3 * n), message: textOf(3 * n + 1), help: textOf(3 * n + 2) };
  });
}
