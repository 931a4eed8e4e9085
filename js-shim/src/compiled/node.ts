/** `selvedge/compiled/node`: the same for compiled plans without regular expressions; the smallest. */
import { createMiddleware, type Middleware, type NodeOptions, type NodeRequest, type NodeResponse } from "../node/middleware.js";
import { load } from "../load/compiled.js";

export type { Middleware, NodeFacts, NodeHooks, NodeNext, NodeOptions, NodeRequest, NodeResponse } from "../node/middleware.js";
export { PlanError } from "../plan.js";

/** Makes the middleware of a plan, as `compile(rules, { platform: "fetch" })` of `selvedge/compile` returns it. */
export function middleware<Q extends NodeRequest = NodeRequest, S extends NodeResponse = NodeResponse>(plan: Uint8Array, options?: NodeOptions<Q, S>): Middleware<Q, S> {
  return createMiddleware(load(plan, "node"), options);
}
