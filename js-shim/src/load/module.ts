/** Wasm that the platform imports as a module, or that the caller brings. */

/** The module; `name` is the file that was to be brought. */
export function moduleFrom(wasm: unknown, name: string): WebAssembly.Module {
  // Not by `instanceof`: sandboxes have classes of their own.
  const kind = Object.prototype.toString.call(wasm);
  if (kind === "[object WebAssembly.Module]") return wasm as WebAssembly.Module;
  if (kind === "[object ArrayBuffer]" || ArrayBuffer.isView(wasm)) return new WebAssembly.Module(wasm as BufferSource);
  throw new TypeError(
    `selvedge: expected ${name} as a WebAssembly.Module or as its bytes, got ${typeof wasm === "object" ? kind : typeof wasm}. ` +
      'The conditions "workerd" and "edge-light" are for bundlers of platforms that import .wasm files as modules',
  );
}
