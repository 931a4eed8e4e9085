/**
 * The tools: what the command line and the root entry ask. Never reachable from what ships to the edge: the module is
 * several times larger than the compiler's.
 */
import { wasmModule } from "#wasm/tools";
import { createGlue } from "../generated/tools-glue.js";

/** The tools' exports, by their names in crates/selvedge-wasm/src/tools. */
export interface Tools extends Verbs {
  validate(trigger: string, sent: unknown, result: unknown): unknown[];
  converted(file: number): string | undefined;
}

/** JSON text in, JSON text out. */
interface Verbs {
  parse(question: string): string;
  check(question: string): string;
  outsideTargets(question: string): string;
  explain(question: string): string;
  road(question: string): string;
  traffic(question: string): string;
  cloudfrontFunction(question: string): string;
  cloudfrontSplit(question: string): string;
  convert(question: string): string;
  usable(question: string): string;
  outline(question: string): string;
  migration(question: string): string;
}

let module: WebAssembly.Module | undefined;

/**
 * Asks one question, in a new instance: nothing of one stays for the next, and its memory goes with it.
 *
 * ```js
 * ask("parse", { form: "rules", text: "{}" }); // { rules: {}, findings: [] }
 * ```
 */
export function ask<Answer>(verb: keyof Verbs, question: unknown): Answer {
  const glue = createGlue<Tools>();
  glue.initSync({ module: (module ??= wasmModule()) });
  return JSON.parse(glue[verb](JSON.stringify(question))) as Answer;
}

/** Asks many small questions, all in one instance: a new one only after a trap. */
export class Asker {
  #glue: Tools | undefined;

  ask<Answer>(verb: keyof Verbs, question: unknown): Answer {
    return JSON.parse(this.use((tools) => tools[verb](JSON.stringify(question)))) as Answer;
  }

  use<Answer>(job: (tools: Tools) => Answer): Answer {
    if (this.#glue === undefined) {
      const glue = createGlue<Tools>();
      glue.initSync({ module: (module ??= wasmModule()) });
      this.#glue = glue;
    }
    try {
      return job(this.#glue);
    } catch (error) {
      this.#glue = undefined;
      throw error;
    }
  }
}
