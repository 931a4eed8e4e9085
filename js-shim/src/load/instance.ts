/** Instances of a module: of a reader, or of the compiler, which holds one too. */
import type { Reader } from "../core/border.js";

export function instances<Exports = Reader>(module: WebAssembly.Module): () => Exports {
  return () => new WebAssembly.Instance(module).exports as unknown as Exports;
}
