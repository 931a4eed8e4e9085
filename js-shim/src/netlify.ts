/** `selvedge/netlify`: the rules as a Netlify Edge Function, from plain rules or a compiled plan. */
import { createEdgeFunction, type EdgeFunction, type NetlifyContext, type NetlifyOptions } from "./netlify/edge-function.js";
import { givenFacts } from "./fetch/facts.js";
import { load } from "./load/rules.js";
import type { RulesArgument } from "./rules-argument.js";

export { RulesError } from "./compile.js";
export type { Problem } from "./compile.js";
export type { EdgeFunction, NetlifyContext, NetlifyOptions } from "./netlify/edge-function.js";
export type * from "./fetch/types.js";
export { PlanError } from "./plan.js";

/**
 * Makes the edge function. Rules (an object, or JSON text) are compiled here; what is wrong with them is thrown as one
 * `RulesError`.
 *
 * ```js
 * export default edgeFunction({ redirects: [{ from: "/old/*", to: "/new/:splat" }] });
 * export const config = { path: "/*" };
 * ```
 */
export function edgeFunction<C extends NetlifyContext = NetlifyContext, const R = never>(
  rules: RulesArgument<R> | Uint8Array,
  options?: NetlifyOptions<C>,
): EdgeFunction<C> {
  return createEdgeFunction(load(rules, "netlify", { facts: givenFacts(options) }), options);
}
