/** The adapter, whichever way its reader gets in: one handler for the four triggers of Lambda@Edge. */
import { type Edits, ofAnswer } from "../../core/edits.js";
import { type Loaded, PlanEngine, type Work } from "../../core/plan-engine.js";
import { ANSWERED, ORIGIN_REQUEST, ORIGIN_RESPONSE, VIEWER_REQUEST, VIEWER_RESPONSE } from "../../generated/names.js";
import { callHook, checkHooks, type Hook, hookOf } from "../../core/hooks.js";
import { blocked, blockedResponse, requestApplier, responseApplier, unstored } from "./apply.js";
import { type CloudFront, cloudFrontOf, isObject, noEvent, noEventType, type Request, type Response } from "./event.js";
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
  const viewerRequest = requestStage(engine, source, VIEWER_REQUEST, hookOf(hooks, VIEWER_REQUEST));
  const originRequest = requestStage(engine, source, ORIGIN_REQUEST, hookOf(hooks, ORIGIN_REQUEST));
  const originResponse = responseStage(engine, source, ORIGIN_RESPONSE, hookOf(hooks, ORIGIN_RESPONSE));
  const viewerResponse = responseStage(engine, source, VIEWER_RESPONSE, hookOf(hooks, VIEWER_RESPONSE));

  // Two formal parameters: Node 24's runtime refuses handlers with three. Typed by overloads, which a function
  // expression cannot have.
  return (async (event: unknown, context: unknown) => {
    const cf = cloudFrontOf(event);
    switch (cf.config.eventType) {
      case "origin-response":
        return originResponse(cf, context);
      case "origin-request":
        return originRequest(cf, context);
      case "viewer-request":
        return viewerRequest(cf, context);
      case "viewer-response":
        return viewerResponse(cf, context);
      default:
        throw noEventType(cf.config.eventType);
    }
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
      if (!isObject(returned)) return request;
      if (!stage || returned === request || !isAnswer(returned, cf)) return returned;
      // The hook may return one object again and again: the rules for answers work on a copy.
      const { headers } = returned;
      return answered(cf, { ...returned, headers: isObject(headers) ? { ...headers } : {} });
    });
  };
}

function responseStage(engine: PlanEngine, source: EventSource, index: number, hook: Hook | undefined): Stage {
  const rules = onResponse(engine, source, index);
  if (hook === undefined) return (cf) => rules(cf, responseOf(cf));
  return (cf, context) => {
    const response = rules(cf, responseOf(cf));
    return callHook(hook, index, [response, cf.request, context], (returned) => (isObject(returned) ? returned : response));
  };
}

/** The rules of a request stage: the request that goes on, or an answer. */
function onRequest(engine: PlanEngine, source: EventSource, index: number): (cf: CloudFront) => Request | Response {
  const { border, plan } = engine;
  const answered = onResponse(engine, source, index + ANSWERED, ofAnswer);
  const rules = engine.rules<CloudFront, undefined, Request | Response>(index, source, {
    apply(edits) {
      const stage = plan.stages[index]!;
      const apply = requestApplier(edits, border, plan.maxUri, stage);
      if (edits.answer === undefined && !stage.arranges) return apply;
      return (cf, _, texts) => {
        const message = apply(cf, _, texts);
        return isAnswer(message, cf) ? answered(cf, message) : message;
      };
    },
    unchanged: ({ request }) => request,
    blocked,
  });
  return (cf) => rules(cf, undefined);
}

/** The rules of a response stage, or those for the answers of a request stage. */
function onResponse(engine: PlanEngine, source: EventSource, index: number, as = (edits: Edits): Edits => edits): (cf: CloudFront, response: Response) => Response {
  const { border } = engine;
  const last = index === VIEWER_RESPONSE;
  const work: Work<CloudFront, Response, Response> = {
    apply: (edits) => responseApplier(as(edits), border),
    unchanged: (_, response) => response,
    blocked: (_, response) => (index >= ANSWERED ? blocked() : last ? unstored(response) : blockedResponse(response)),
    outcome: last ? "the response goes on with no-store" : undefined,
  };
  return engine.rules(index, source, work);
}

function responseOf(cf: CloudFront): Response {
  if (!isObject(cf.response)) throw noEvent("no cf.response");
  return cf.response;
}

/** CloudFront itself tells the two by `status`. */
function isAnswer(message: Request | Response, cf: CloudFront): message is Response {
  return message !== cf.request && (message as Response).status !== undefined;
}
