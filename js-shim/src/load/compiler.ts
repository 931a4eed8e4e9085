/** The compiler: its module, compiled once, and throwaway instances of it with their glue. */
import { wasmModule } from "#wasm/compiler";
import { createGlue } from "../generated/compiler-glue.js";
import { refused } from "./refused.js";

/** The compiler's exports, by their names in crates/selvedge-wasm/src/compiler.rs. */
export interface Compiler {
  compile(rules: string, platform: string, facts: string[], key: string): Uint8Array;
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

/** A new instance: nothing of one rule set stays for the next, and its memory goes with it. */
export function compiler(): Compiler {
  const glue = createGlue<Compiler>();
  glue.initSync({ module: compilerModule() });
  return glue;
}
