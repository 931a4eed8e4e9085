/** Compiled plans, with a reader that the caller brings: `selvedge/reader.wasm` or `selvedge/reader-regex.wasm`. */
import type { Loaded } from "../core/plan-engine.js";
import { instances } from "./instance.js";
import { moduleFrom } from "./module.js";
import { planOnly } from "./plan.js";

/** A `WebAssembly.Module`, or its bytes. Not by these names: projects for Node have no types for them. */
export type Wasm = object;

export function load(wasm: Wasm, plan: Uint8Array, entry: string): Loaded {
  const module = moduleFrom(wasm, "selvedge/reader.wasm");
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === "plan_load")) {
    throw new TypeError("selvedge: this WebAssembly is not a reader; bring selvedge/reader.wasm or selvedge/reader-regex.wasm");
  }
  return { plan: planOnly(plan, entry), instantiate: instances(module) };
}
