/** `selvedge/compiled/lambda-edge`: the same handler for compiled plans without regular expressions; the smallest. */
import { readerWasm } from "../generated/reader.js";
import { createHandler } from "../lambda-edge/handler.js";
import type { LambdaEdgeHandler, LambdaEdgeHooks } from "../lambda-edge/types.js";
import { moduleOf } from "../load/inline.js";
import { instances } from "../load/instance.js";
import { planOnly } from "../load/plan.js";

export type * from "../lambda-edge/types.js";
export { PlanError } from "../plan.js";

let instantiate: ReturnType<typeof instances> | undefined;

/** Makes the handler of a plan, as `compile(rules, { platform: "cloudfront" })` of `selvedge/compile` returns it. */
export function lambdaEdge(plan: Uint8Array, hooks?: LambdaEdgeHooks): LambdaEdgeHandler {
  return createHandler(planOnly(plan), (instantiate ??= instances(moduleOf(readerWasm))), hooks);
}
