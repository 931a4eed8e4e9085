/** `selvedge/bytes/fetch`: the same for compiled plans, with a reader that you bring. */
import { createEdge, type Edge, type EdgeOptions } from "../fetch/edge.js";
import { load, type Wasm } from "../load/bytes.js";

export type { Wasm } from "../load/bytes.js";
export type { Edge, EdgeOptions } from "../fetch/edge.js";
export type { OriginOption } from "../fetch/send.js";
export type * from "../fetch/types.js";
export { PlanError } from "../plan.js";

/** Makes the handler of a plan. `wasm` is `selvedge/reader.wasm`, or `selvedge/reader-regex.wasm`: its module, or its bytes. */
export function edge<C = unknown>(wasm: Wasm, plan: Uint8Array, options?: EdgeOptions<C>): Edge<C> {
  return createEdge(load(wasm, plan, "fetch"), options);
}
