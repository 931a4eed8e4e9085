/** `selvedge/vercel`: the rules as Vercel's routing middleware, from plain rules or a compiled plan. */
import { createMiddleware, type Middleware, type VercelContext, type VercelOptions } from "./vercel/middleware.js";
import { givenFacts } from "./fetch/facts.js";
import { load } from "./load/rules.js";
import type { RulesArgument } from "./rules-argument.js";

export { RulesError } from "./compile.js";
export type { Problem } from "./compile.js";
export type { Middleware, VercelContext, VercelOptions } from "./vercel/middleware.js";
export type * from "./fetch/types.js";
export { PlanError } from "./plan.js";

/**
 * Makes the middleware. Rules (an object, or JSON text) are compiled here; what is wrong with them is thrown as one
 * `RulesError`.
 *
 * ```js
 * export default middleware({ redirects: [{ from: "/old/*", to: "/new/:splat" }] });
 * ```
 */
export function middleware<C extends VercelContext = VercelContext, const R = never>(
  rules: RulesArgument<R> | Uint8Array,
  options?: VercelOptions<C>,
): Middleware<C> {
  return createMiddleware(load(rules, "vercel", { facts: givenFacts(options) }), options);
}
