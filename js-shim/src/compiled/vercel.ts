/** `selvedge/compiled/vercel`: the same for compiled plans without regular expressions; the smallest. */
import { createMiddleware, type Middleware, type VercelContext, type VercelOptions } from "../vercel/middleware.js";
import { load } from "../load/compiled.js";

export type { Middleware, VercelContext, VercelOptions } from "../vercel/middleware.js";
export type * from "../fetch/types.js";
export { PlanError } from "../plan.js";

/** Makes the middleware of a plan, as `compile(rules, { platform: "vercel" })` of `selvedge/compile` returns it. */
export function middleware<C extends VercelContext = VercelContext>(plan: Uint8Array, options?: VercelOptions<C>): Middleware<C> {
  return createMiddleware(load(plan, "vercel"), options);
}
