/** The rules of each stage at work on an event. */
import { type Edits, ofAnswer } from "../../core/edits.js";
import type { PlanEngine, Work } from "../../core/plan-engine.js";
import { ANSWERED, VIEWER_RESPONSE } from "../../generated/names.js";
import { blocked, blockedResponse, requestApplier, responseApplier, unstored } from "./apply.js";
import { type CloudFront, isObject, noEvent, type Request, type Response } from "./event.js";
import type { EventSource } from "./source.js";

/** The rules of a request stage: the request that goes on, or an answer. */
export function onRequest(engine: PlanEngine, source: EventSource, index: number): (cf: CloudFront) => Request | Response {
  const { border, plan } = engine;
  const answered = onResponse(engine, source, index + ANSWERED, ofAnswer);
  const rules = engine.rules<CloudFront, undefined, Request | Response>(index, source, {
    apply(edits) {
      const apply = requestApplier(edits, border, plan.maxUri);
      if (edits.answer === undefined && edits.uri.length === 0) return apply;
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
export function onResponse(engine: PlanEngine, source: EventSource, index: number, as = (edits: Edits): Edits => edits): (cf: CloudFront, response: Response) => Response {
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

export function responseOf(cf: CloudFront): Response {
  if (!isObject(cf.response)) throw noEvent("no cf.response");
  return cf.response;
}

/** CloudFront itself tells the two by `status`. */
export function isAnswer(message: Request | Response, cf: CloudFront): message is Response {
  return message !== cf.request && (message as Response).status !== undefined;
}
