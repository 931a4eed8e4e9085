/** `selvedge/compiled/regex/lambda-edge`: the same handler for compiled plans that have regular expressions. */
import { createHandler } from "../../lambda-edge/handler.js";
import type { LambdaEdgeHandler, LambdaEdgeHooks } from "../../lambda-edge/types.js";
import { load } from "../../load/compiled-regex.js";

export type * from "../../lambda-edge/types.js";
export { PlanError } from "../../plan.js";

/** Makes the handler of a plan, as `compile(rules, { platform: "cloudfront" })` of `selvedge/compile` returns it. */
export function lambdaEdge(plan: Uint8Array, hooks?: LambdaEdgeHooks): LambdaEdgeHandler {
  return createHandler(load(plan, "lambda-edge"), hooks);
}
