/** `selvedge/compiled/regex/netlify`: the same for compiled plans that have regular expressions. */
import { createEdgeFunction, type EdgeFunction, type NetlifyContext, type NetlifyOptions } from "../../netlify/edge-function.js";
import { load } from "../../load/compiled-regex.js";

export type { EdgeFunction, NetlifyContext, NetlifyOptions } from "../../netlify/edge-function.js";
export type * from "../../fetch/types.js";
export { PlanError } from "../../plan.js";

/** Makes the edge function of a plan, as `compile(rules, { platform: "netlify" })` of `selvedge/compile` returns it. */
export function edgeFunction<C extends NetlifyContext = NetlifyContext>(plan: Uint8Array, options?: NetlifyOptions<C>): EdgeFunction<C> {
  return createEdgeFunction(load(plan, "netlify"), options);
}
