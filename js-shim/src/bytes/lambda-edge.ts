/** `selvedge/bytes/lambda-edge`: the same handler for compiled plans, with a reader that you bring. */
import { createHandler } from "../lambda-edge/handler.js";
import type { LambdaEdgeHandler, LambdaEdgeHooks } from "../lambda-edge/types.js";
import { load, type Wasm } from "../load/bytes.js";

export type * from "../lambda-edge/types.js";
export type { Wasm } from "../load/bytes.js";
export { PlanError } from "../plan.js";

/** Makes the handler of a plan. `wasm` is `selvedge/reader.wasm`, or `selvedge/reader-regex.wasm`: its module, or its bytes. */
export function lambdaEdge(wasm: Wasm, plan: Uint8Array, hooks?: LambdaEdgeHooks): LambdaEdgeHandler {
  return createHandler(load(wasm, plan, "lambda-edge"), hooks);
}
