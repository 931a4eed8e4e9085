/** `selvedge/bytes/node`: the same for compiled plans, with a reader that you bring. */
import { createMiddleware, type Middleware, type NodeOptions, type NodeRequest, type NodeResponse } from "../node/middleware.js";
import { load, type Wasm } from "../load/bytes.js";

export type { Wasm } from "../load/bytes.js";
export type { Middleware, NodeFacts, NodeHooks, NodeNext, NodeOptions, NodeRequest, NodeResponse } from "../node/middleware.js";
export { PlanError } from "../plan.js";

/** Makes the middleware of a plan. `wasm` is `selvedge/reader.wasm`, or `selvedge/reader-regex.wasm`: its module, or its bytes. */
export function middleware<Q extends NodeRequest = NodeRequest, S extends NodeResponse = NodeResponse>(wasm: Wasm, plan: Uint8Array, options?: NodeOptions<Q, S>): Middleware<Q, S> {
  return createMiddleware(load(wasm, plan, "node"), options);
}
