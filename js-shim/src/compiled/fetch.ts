/** `selvedge/compiled/fetch`: the same for compiled plans without regular expressions; the smallest. */
import { createEdge, type Edge, type EdgeOptions } from "../fetch/edge.js";
import { load } from "../load/compiled.js";

export type { Edge, EdgeOptions } from "../fetch/edge.js";
export type { OriginOption } from "../fetch/send.js";
export type * from "../fetch/types.js";
export { PlanError } from "../plan.js";

/** Makes the handler of a plan, as `compile(rules, { platform: "fetch" })` of `selvedge/compile` returns it. */
export function edge<C = unknown>(plan: Uint8Array, options?: EdgeOptions<C>): Edge<C> {
  return createEdge(load(plan, "fetch"), options);
}
