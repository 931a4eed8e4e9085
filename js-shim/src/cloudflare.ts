/** `selvedge/cloudflare`: the rules as a Cloudflare Worker, from plain rules or a compiled plan. */
import { createWorker, type Worker, type WorkerOptions } from "./cloudflare/worker.js";
import { givenFacts } from "./fetch/facts.js";
import { load } from "./load/rules.js";
import type { RulesArgument } from "./rules-argument.js";

export { RulesError } from "./compile.js";
export type { Problem } from "./compile.js";
export type { ExecutionContext, Worker, WorkerContext, WorkerOptions } from "./cloudflare/worker.js";
export type * from "./fetch/types.js";
export { PlanError } from "./plan.js";

/**
 * Makes the Worker. Rules (an object, or JSON text) are compiled here; what is wrong with them is thrown as one
 * `RulesError`.
 *
 * ```js
 * export default worker({ redirects: [{ from: "/old/*", to: "/new/:splat" }] });
 * ```
 */
export function worker<Env = unknown, const R = never>(
  rules: RulesArgument<R> | Uint8Array,
  options?: WorkerOptions<Env>,
): Worker<Env> {
  return createWorker(load(rules, "cloudflare", { facts: givenFacts(options) }), options);
}
