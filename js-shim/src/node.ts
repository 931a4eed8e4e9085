/** `selvedge/node`: the rules as connect-style middleware, for http, Express and Fastify, from plain rules or a compiled plan. */
import { createMiddleware, type Middleware, type NodeOptions, type NodeRequest, type NodeResponse } from "./node/middleware.js";
import { givenFacts } from "./fetch/facts.js";
import { load } from "./load/rules.js";
import type { RulesArgument } from "./rules-argument.js";

export { RulesError } from "./compile.js";
export type { Problem } from "./compile.js";
export type { Middleware, NodeFacts, NodeHooks, NodeNext, NodeOptions, NodeRequest, NodeResponse } from "./node/middleware.js";
export { PlanError } from "./plan.js";

/**
 * Makes the middleware. Rules (an object, or JSON text) are compiled here; what is wrong with them is thrown as one
 * `RulesError`.
 *
 * ```js
 * app.use(middleware({ redirects: [{ from: "/old/*", to: "/new/:splat" }] }));
 * ```
 */
export function middleware<Q extends NodeRequest = NodeRequest, S extends NodeResponse = NodeResponse, const R = never>(
  rules: RulesArgument<R> | Uint8Array,
  options?: NodeOptions<Q, S>,
): Middleware<Q, S> {
  return createMiddleware(load(rules, "fetch", { facts: givenFacts(options) }), options);
}
