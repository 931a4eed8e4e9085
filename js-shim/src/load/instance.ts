/** Instances of the reader. */
import type { Instantiate, Reader } from "../core/border.js";

/**
 * Makes instances of a module that holds a reader. The compiler's module holds one too: what it imports for
 * wasm-bindgen is never called from the reader's functions, so it needs no glue here.
 */
export function instances(module: WebAssembly.Module): Instantiate {
  const imports: Record<string, Record<string, () => never>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = unused;
  return () => new WebAssembly.Instance(module, imports).exports as unknown as Reader;
}

function unused(): never {
  throw new Error("the reader imports nothing");
}
