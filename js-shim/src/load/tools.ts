/**
 * The tools: what the command line and the root entry ask. Never reachable from what ships to the edge: the module is
 * several times larger than the compiler's.
 */
import { createGlue } from "../generated/tools-glue.js";
import { wasmModule } from "../generated/tools.js";

/** The tools' exports, by their names in crates/selvedge-wasm/src/tools: JSON text in, JSON text out. */
export interface Tools {
  parse(question: string): string;
  check(question: string): string;
  explain(question: string): string;
  road(question: string): string;
  traffic(question: string): string;
  cloudfrontFunction(question: string): string;
  cloudfrontSplit(question: string): string;
  convert(question: string): string;
  usable(question: string): string;
  outline(question: string): string;
  migration(question: string): string;
  validate(question: string): string;
}

let module: WebAssembly.Module | undefined;

/**
 * Asks one question, in a new instance: nothing of one stays for the next, and its memory goes with it.
 *
 * ```js
 * ask("parse", { form: "rules", text: "{}" }); // { rules: {}, findings: [] }
 * ```
 */
export function ask<Answer>(verb: keyof Tools, question: unknown): Answer {
  const glue = createGlue<Tools>();
  glue.initSync({ module: (module ??= wasmModule()) });
  return JSON.parse(glue[verb](JSON.stringify(question))) as Answer;
}

/** Asks many small questions, all in one instance: a new one only after a trap. */
export class Asker {
  #glue: Tools | undefined;

  ask<Answer>(verb: keyof Tools, question: unknown): Answer {
    if (this.#glue === undefined) {
      const glue = createGlue<Tools>();
      glue.initSync({ module: (module ??= wasmModule()) });
      this.#glue = glue;
    }
    try {
      return JSON.parse(this.#glue[verb](JSON.stringify(question))) as Answer;
    } catch (error) {
      this.#glue = undefined;
      throw error;
    }
  }
}
