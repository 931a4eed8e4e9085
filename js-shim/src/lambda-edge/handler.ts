/** The adapter, whichever way its reader gets in: one handler for the four triggers of Lambda@Edge. */
import { Border, type Instantiate } from "../border.js";
import { type Edits, EditsOf } from "../edits.js";
import { type Plan, PlanError, PLATFORMS, readPlan } from "../plan.js";
import {
  type ApplyToRequest,
  type ApplyToResponse,
  blocked,
  blockedResponse,
  requestApplier,
  responseApplier,
} from "./apply.js";
import { type CloudFront, cloudFrontOf, isObject, noEvent, noEventType, type Request, type Response } from "./event.js";
import { decider } from "./inputs.js";
import type { LambdaEdgeHandler, LambdaEdgeHooks } from "./types.js";

/** What a stage does with an event. */
type Stage = (cf: CloudFront, context: unknown) => unknown;
type Hook = (...args: unknown[]) => unknown;
type Name = keyof LambdaEdgeHooks;

const CLOUDFRONT = 0;
const VIEWER_REQUEST = 0;
const ORIGIN_REQUEST = 1;
const ORIGIN_RESPONSE = 2;
const VIEWER_RESPONSE = 3;
/** Added to a request stage: the stage of the answers that are made there. */
const ANSWERED = 4;

const HOOKS: readonly Name[] = ["viewerRequest", "originRequest", "originResponse", "viewerResponse"];
const STAGES = ["viewer-request", "origin-request", "origin-response", "viewer-response"];

/** Builds the handler. Everything that can be done before an event is done here, and all errors of a plan are thrown. */
export function createHandler(bytes: Uint8Array, instantiate: Instantiate, hooks: LambdaEdgeHooks = {}): LambdaEdgeHandler {
  checkHooks(hooks);
  const engine = new Engine(bytes, instantiate);
  const hookOf = (stage: number): Hook | undefined => hooks[HOOKS[stage]!] as Hook | undefined;
  const viewerRequest = requestStage(engine, VIEWER_REQUEST, hookOf(VIEWER_REQUEST));
  const originRequest = requestStage(engine, ORIGIN_REQUEST, hookOf(ORIGIN_REQUEST));
  const originResponse = responseStage(engine, ORIGIN_RESPONSE, hookOf(ORIGIN_RESPONSE));
  const viewerResponse = responseStage(engine, VIEWER_RESPONSE, hookOf(VIEWER_RESPONSE));

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

function requestStage(engine: Engine, index: number, hook: Hook | undefined): Stage {
  const rules = engine.onRequest(index);
  if (hook === undefined) return rules;
  const answered = engine.hasStage(index + ANSWERED) ? engine.onResponse(index + ANSWERED) : undefined;
  return (cf, context) => {
    const request = rules(cf);
    if (isAnswer(request, cf)) return request;
    return call(hook, index, [request, context], (returned) => {
      if (!isObject(returned)) return request;
      if (answered === undefined || returned === request || !isAnswer(returned, cf)) return returned;
      // The hook may return one object again and again: the rules for answers work on a copy.
      const { headers } = returned;
      return answered({ ...returned, headers: isObject(headers) ? { ...headers } : {} }, cf);
    });
  };
}

function responseStage(engine: Engine, index: number, hook: Hook | undefined): Stage {
  const rules = engine.onResponse(index);
  if (hook === undefined) return (cf) => rules(responseOf(cf), cf);
  return (cf, context) => {
    const response = rules(responseOf(cf), cf);
    return call(hook, index, [response, cf.request, context], (returned) => (isObject(returned) ? returned : response));
  };
}

/** Calls a hook. One that is not asynchronous costs no turn of the event loop. */
function call(hook: Hook, index: number, args: unknown[], settle: (returned: unknown) => unknown): unknown {
  const failed = (error: unknown): never => {
    console.error(`selvedge: the hook ${HOOKS[index]!} threw ${describe(error)}`);
    throw error;
  };
  let returned: unknown;
  try {
    returned = hook(...args);
  } catch (error) {
    return failed(error);
  }
  return isThenable(returned) ? returned.then(settle, failed) : settle(returned);
}

/** The rules, and what happens when the reader traps. */
class Engine {
  private readonly border: Border;
  private readonly plan: Plan;
  /** A reader that trapped could not be made anew. */
  private broken = false;

  constructor(bytes: Uint8Array, instantiate: Instantiate) {
    this.border = new Border(bytes, instantiate);
    this.plan = readPlan(this.border.plan());
    const { platform } = this.plan;
    if (platform !== CLOUDFRONT) {
      throw new PlanError(`it is for ${PLATFORMS[platform] ?? `platform ${platform}`}; compile it for cloudfront`);
    }
    this.warmUp();
  }

  /** The first decision compiles the reader's functions: better now than in the first event. */
  private warmUp(): void {
    const stage = this.plan.stages.find((each) => each !== undefined && each.inputs.length > 0);
    if (stage === undefined) return;
    try {
      this.border.decide(stage.index, stage.inputs.map(() => "/").join("\0"), 0, 0);
    } catch {
      this.border.rebuild();
    }
  }

  hasStage(index: number): boolean {
    return this.plan.stages[index] !== undefined;
  }

  /** The rules of a request stage: the request that goes on, or an answer. */
  onRequest(index: number): (cf: CloudFront) => Request | Response {
    const { border, plan } = this;
    const stage = plan.stages[index];
    if (stage === undefined) return ({ request }) => request;
    const make = (edits: Edits): ApplyToRequest => requestApplier(edits, border, plan.maxUri);
    const decide = decider(stage, border, new EditsOf(border, "request", make));
    const answered = this.onResponse(index + ANSWERED);
    return (cf) => {
      let result: Request | Response;
      try {
        if (this.broken) this.rebuild();
        const decision = decide(cf, undefined);
        if (decision === undefined) return cf.request;
        result = decision.apply(cf.request, decision.texts);
      } catch (error) {
        this.stopped(index, error, plan.block);
        return plan.block ? blocked() : cf.request;
      }
      return isAnswer(result, cf) ? answered(result, cf) : result;
    };
  }

  /** The rules of a response stage, or those for the answers of a request stage. */
  onResponse(index: number): (response: Response, cf: CloudFront) => Response {
    const { border, plan } = this;
    const stage = plan.stages[index];
    if (stage === undefined) return (response) => response;
    const make = (edits: Edits): ApplyToResponse => responseApplier(edits, border);
    const decide = decider(stage, border, new EditsOf(border, "response", make));
    // CloudFront lets no one change the status at viewer-response.
    const block = plan.block && index !== VIEWER_RESPONSE;
    return (response, cf) => {
      try {
        if (this.broken) this.rebuild();
        const decision = decide(cf, response);
        return decision === undefined ? response : decision.apply(response, cf.request, decision.texts);
      } catch (error) {
        this.stopped(index, error, block);
        if (!block) return response;
        return index >= ANSWERED ? blocked() : blockedResponse(response);
      }
    };
  }

  private stopped(index: number, error: unknown, block: boolean): void {
    let engine = "the engine was made anew";
    try {
      this.rebuild();
    } catch (failure) {
      this.broken = true;
      engine = `the engine could not be made anew: ${describe(failure)}`;
    }
    const stage = STAGES[index % ANSWERED]!;
    const message = block ? "the answer is 503" : "the message goes on unchanged";
    console.error(`selvedge: the engine stopped at ${stage}: ${describe(error)}; ${message}; ${engine}`);
  }

  private rebuild(): void {
    this.border.rebuild();
    this.broken = false;
  }
}

function checkHooks(hooks: object): void {
  for (const [name, hook] of Object.entries(hooks)) {
    if (!(HOOKS as readonly string[]).includes(name)) {
      throw new TypeError(`selvedge: there is no hook ${name}; the hooks are ${HOOKS.join(", ")}`);
    }
    if (hook !== undefined && typeof hook !== "function") {
      throw new TypeError(`selvedge: the hook ${name} must be a function`);
    }
  }
}

function responseOf(cf: CloudFront): Response {
  if (!isObject(cf.response)) throw noEvent("no cf.response");
  return cf.response;
}

/** CloudFront itself tells the two by `status`. */
function isAnswer(message: Request | Response, cf: CloudFront): message is Response {
  return message !== cf.request && (message as Response).status !== undefined;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof (value as { then?: unknown }).then === "function";
}

/** On one line: a log is read line by line. */
function describe(error: unknown): string {
  return String(error).replaceAll(/\s*\n\s*/g, " ");
}
