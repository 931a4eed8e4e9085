/** The handler of rules alone, as `selvedge build` bundles it with their plan: without hooks, and what checks those. */
import { type Loaded, PlanEngine } from "../../core/plan-engine.js";
import { ORIGIN_RESPONSE, type StageName, STAGES } from "../../generated/names.js";
import { cloudFrontOf, noEvent } from "./event.js";
import { onRequest, onResponse, responseOf } from "./rules.js";
import { sourceOf } from "./source.js";
import type { LambdaEdgeHandler } from "./types.js";

export function createHandler(loaded: Loaded): LambdaEdgeHandler {
  const engine = new PlanEngine(loaded, "cloudfront");
  const source = sourceOf(engine.plan.token);
  const stages = STAGES.map((_, index) => {
    if (index < ORIGIN_RESPONSE) return onRequest(engine, source, index);
    const rules = onResponse(engine, source, index);
    return (cf: Parameters<typeof rules>[0]) => rules(cf, responseOf(cf));
  });
  return (async (event: unknown) => {
    const cf = cloudFrontOf(event);
    const stage = stages[STAGES.indexOf(cf.config.eventType as StageName)];
    if (stage === undefined) throw noEvent(`config.eventType ${JSON.stringify(cf.config.eventType)}`);
    return stage(cf);
  }) as LambdaEdgeHandler;
}
