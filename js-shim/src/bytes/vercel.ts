/** `selvedge/bytes/vercel`: the same for compiled plans, with a reader that you bring. */
import { createMiddleware, type Middleware, type VercelContext, type VercelOptions } from "../vercel/middleware.js";
import { load, type Wasm } from "../load/bytes.js";

export type { Wasm } from "../load/bytes.js";
export type { Middleware, VercelContext, VercelOptions } from "../vercel/middleware.js";
export type * from "../fetch/types.js";
export { PlanError } from "../plan.js";

/** Makes the middleware of a plan. `wasm` is `selvedge/reader.wasm`, or `selvedge/reader-regex.wasm`: its module, or its bytes. */
export function middleware<C extends VercelContext = VercelContext>(wasm: Wasm, plan: Uint8Array, options?: VercelOptions<C>): Middleware<C> {
  return createMiddleware(load(wasm, plan, "vercel"), options);
}
