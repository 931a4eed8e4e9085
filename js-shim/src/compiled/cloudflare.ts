/** `selvedge/compiled/cloudflare`: the same for compiled plans without regular expressions; the smallest. */
import { createWorker, type Worker, type WorkerOptions } from "../cloudflare/worker.js";
import { load } from "../load/compiled.js";

export type { ExecutionContext, Worker, WorkerContext, WorkerOptions } from "../cloudflare/worker.js";
export type * from "../fetch/types.js";
export { PlanError } from "../plan.js";

/** Makes the Worker of a plan, as `compile(rules, { platform: "cloudflare" })` of `selvedge/compile` returns it. */
export function worker<Env = unknown>(plan: Uint8Array, options?: WorkerOptions<Env>): Worker<Env> {
  return createWorker(load(plan, "cloudflare"), options);
}
