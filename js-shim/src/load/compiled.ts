/** Compiled plans without regular expressions. */
import { wasmModule } from "#wasm/reader";
import type { Instantiate } from "../core/border.js";
import type { Loaded } from "../core/plan-engine.js";
import { instances } from "./instance.js";
import { planOnly } from "./plan.js";

let instantiate: Instantiate | undefined;

export function load(plan: Uint8Array, entry: string): Loaded {
  return { plan: planOnly(plan, entry), instantiate: () => (instantiate ??= instances(wasmModule()))() };
}
