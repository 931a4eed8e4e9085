/** `selvedge/fetch`: the rules around any handler of Request and Response, from plain rules or a compiled plan. */
import { createEdge, type Edge, type EdgeOptions } from "./fetch/edge.js";
import { givenFacts } from "./fetch/facts.js";
import { load } from "./load/rules.js";
import type { RulesArgument } from "./rules-argument.js";

export { RulesError } from "./compile.js";
export type { Problem } from "./compile.js";
export type { Edge, EdgeOptions } from "./fetch/edge.js";
export type { OriginOption } from "./fetch/send.js";
export type * from "./fetch/types.js";
export { PlanError } from "./plan.js";

/**
 * Makes the handler. Rules (an object, or JSON text) are compiled here; what is wrong with them is thrown as one
 * `RulesError`.
 *
 * ```js
 * const site = edge({ redirects: [{ from: "/old/*", to: "/new/:splat" }] });
 * Deno.serve((request) => site(request, (request) => serveDir(request)));
 * ```
 */
export function edge<C = unknown, const R = never>(rules: RulesArgument<R> | Uint8Array, options?: EdgeOptions<C>): Edge<C> {
  return createEdge(load(rules, "fetch", { facts: givenFacts(options) }), options);
}
