/** `selvedge/lambda-edge`: one handler for all four triggers, from plain rules or a compiled plan. */
import { createHandler } from "./lambda-edge/handler.js";
import type { LambdaEdgeHandler, LambdaEdgeHooks } from "./lambda-edge/types.js";
import { load } from "./load/rules.js";
import type { Rules } from "./rules.js";

export { RulesError } from "./compile.js";
export type { Problem } from "./compile.js";
export type * from "./lambda-edge/types.js";
export { PlanError } from "./plan.js";

/**
 * Makes the handler. Rules (an object, or JSON text) are compiled here, at module load; what is wrong with them is
 * thrown as one `RulesError`.
 *
 * ```js
 * export const handler = lambdaEdge({ redirects: [{ from: "/old/*", to: "/new/:splat" }] });
 * ```
 */
export function lambdaEdge(rules: Rules | string | Uint8Array, hooks?: LambdaEdgeHooks): LambdaEdgeHandler {
  return createHandler(load(rules, "cloudfront"), hooks);
}
