/** `selvedge/bytes/netlify`: the same for compiled plans, with a reader that you bring. */
import { createEdgeFunction, type EdgeFunction, type NetlifyContext, type NetlifyOptions } from "../netlify/edge-function.js";
import { load, type Wasm } from "../load/bytes.js";

export type { Wasm } from "../load/bytes.js";
export type { EdgeFunction, NetlifyContext, NetlifyOptions } from "../netlify/edge-function.js";
export type * from "../fetch/types.js";
export { PlanError } from "../plan.js";

/** Makes the edge function of a plan. `wasm` is `selvedge/reader.wasm`, or `selvedge/reader-regex.wasm`: its module, or its bytes. */
export function edgeFunction<C extends NetlifyContext = NetlifyContext>(wasm: Wasm, plan: Uint8Array, options?: NetlifyOptions<C>): EdgeFunction<C> {
  return createEdgeFunction(load(wasm, plan, "netlify"), options);
}
