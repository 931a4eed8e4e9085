/** `selvedge/bytes/cloudflare`: the same for compiled plans, with a reader that you bring. */
import { createWorker, type Worker, type WorkerOptions } from "../cloudflare/worker.js";
import { load, type Wasm } from "../load/bytes.js";

export type { Wasm } from "../load/bytes.js";
export type { ExecutionContext, Worker, WorkerContext, WorkerOptions } from "../cloudflare/worker.js";
export type * from "../fetch/types.js";
export { PlanError } from "../plan.js";

/** Makes the Worker of a plan. `wasm` is `selvedge/reader.wasm`, or `selvedge/reader-regex.wasm`: its module, or its bytes. */
export function worker<Env = unknown>(wasm: Wasm, plan: Uint8Array, options?: WorkerOptions<Env>): Worker<Env> {
  return createWorker(load(wasm, plan, "cloudflare"), options);
}
