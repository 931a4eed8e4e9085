/** The adapter, whichever way its reader gets in: one handler for the four triggers of Lambda@Edge. */
import { type Loaded, PlanEngine } from "../../core/plan-engine.js";
import { ANSWERED, ORIGIN_RESPONSE, type StageName, STAGES } from "../../generated/names.js";
import { callHook, checkHooks, type Hook, hookOf } from "../../core/hooks.js";
import { type CloudFront, cloudFrontOf, type Headers, noEvent, type Request, type Response } from "./event.js";
import { accepted } from "./returned.js";
import { isAnswer, onRequest, onResponse, responseOf } from "./rules.js";
import { type EventSource, sourceOf } from "./source.js";
import type { LambdaEdgeHandler, LambdaEdgeHooks } from "./types.js";

/** What a stage does with an event. */
type Stage = (cf: CloudFront, context: unknown) => unknown;

/**
 * Builds the handler. Everything that can be done before an event is done here, and all errors of a plan are thrown.
 * `others`: members of the hooks' object that are not hooks.
 */
export function createHandler(loaded: Loaded, hooks: LambdaEdgeHooks = {}, others?: readonly string[]): LambdaEdgeHandler {
  checkHooks(hooks, others);
  const engine = new PlanEngine(loaded, "cloudfront");
  const source = sourceOf(engine.plan.token);
  const stages = STAGES.map((_, index) => (index < ORIGIN_RESPONSE ? requestStage : responseStage)(engine, source, index, hookOf(hooks, index)));

  // Two formal parameters: Node 24's runtime refuses handlers with three. Typed by overloads, which a function
  // expression cannot have.
  return (async (event: unknown, context: unknown) => {
    const cf = cloudFrontOf(event);
    const stage = stages[STAGES.indexOf(cf.config.eventType as StageName)];
    if (stage === undefined) throw noEvent(`config.eventType ${JSON.stringify(cf.config.eventType)}`);
    return stage(cf, context);
  }) as LambdaEdgeHandler;
}

function requestStage(engine: PlanEngine, source: EventSource, index: number, hook: Hook | undefined): Stage {
  const rules = onRequest(engine, source, index);
  if (hook === undefined) return rules;
  const answered = onResponse(engine, source, index + ANSWERED);
  const stage = engine.plan.stages[index + ANSWERED];
  return (cf, context) => {
    const request = rules(cf);
    if (isAnswer(request, cf)) return request;
    return callHook(hook, index, [request, context], (returned) => {
      const message = accepted((returned ?? request) as Request, cf, index);
      if (!stage || message === request || !isAnswer(message, cf)) return message;
      // The hook may return one object again and again: the rules for answers work on a copy.
      return answered(cf, { ...message, headers: { ...(message.headers as Headers | undefined) } });
    });
  };
}

function responseStage(engine: PlanEngine, source: EventSource, index: number, hook: Hook | undefined): Stage {
  const rules = onResponse(engine, source, index);
  if (hook === undefined) return (cf) => rules(cf, responseOf(cf));
  return (cf, context) => {
    const response = rules(cf, responseOf(cf));
    const { status } = response;
    return callHook(hook, index, [response, cf.request, context], (returned) => accepted((returned ?? response) as Response, cf, index, status));
  };
}
