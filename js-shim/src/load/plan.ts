import { PlanError } from "../core/plan.js";

/** Whether this is bytes rather than rules. Not by `instanceof`: test runners have a `Uint8Array` of their own. */
export function isPlan(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}

/** The plan, where nothing else can be used. `entry` is the import that also takes rules. */
export function planOnly(plan: unknown, entry: string): Uint8Array {
  if (isPlan(plan)) return plan;
  throw new PlanError(
    `expected the Uint8Array that compile() of selvedge/compile returns; rules go to selvedge/${entry}`,
  );
}
