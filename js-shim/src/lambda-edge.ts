/** `selvedge/lambda-edge`: one handler for all four triggers, from plain rules or a compiled plan. */
import { createHandler } from "./lambda-edge/handler.js";
import type { LambdaEdgeHandler, LambdaEdgeOptions } from "./lambda-edge/types.js";
import { isPlan } from "./load/plan.js";
import { load } from "./load/rules.js";
import { randomKey } from "./key.js";
import { PlanError } from "./plan.js";
import type { RulesArgument } from "./rules-argument.js";

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
export function lambdaEdge<const R = never>(rules: RulesArgument<R> | Uint8Array, options?: LambdaEdgeOptions): LambdaEdgeHandler {
  const key = options?.key;
  if (key !== undefined && isPlan(rules)) throw new PlanError("it has its key; give yours to compile(), or to selvedge build --key");
  return createHandler(load(rules, "cloudfront", { key: key ?? functionKey() }), options, ["key"]);
}

let random: string | undefined;

/** What all instances of a function know, its replicas in other regions too, and nobody else. Elsewhere: this process. */
function functionKey(): string {
  const name = globalThis.process?.env["AWS_LAMBDA_FUNCTION_NAME"];
  return name ? `AWS Lambda function ${name.replace(/^us-east-1\./, "")}` : (random ??= randomKey());
}
