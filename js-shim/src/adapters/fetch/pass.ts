/** All four stages in one pass around the call to the origin, for every platform of Request and Response. */
import { type Loaded, PlanEngine } from "../../core/plan-engine.js";
import { ANSWERED, ORIGIN_REQUEST, ORIGIN_RESPONSE, VIEWER_REQUEST, VIEWER_RESPONSE } from "../../generated/names.js";
import { type Edits, EditsOf, ofAnswer, type Status, together } from "../../core/edits.js";
import { ofFiles } from "../../core/of-files.js";
import { factsFirst } from "../../core/facts.js";
import { callHook, checkHooks, type Hook, HOOKS, hookOf, isThenable } from "../../core/hooks.js";
import { answerer, blocked, requestApplier, responseApplier } from "./apply.js";
import { copyOf, discard, failure, isInvalid, withStatus } from "./copy.js";
import { answerIllegible } from "./legible.js";
import { Exchange, type Facts } from "./exchange.js";
import { sourceOf } from "./source.js";
import type { FetchHooks, Next } from "./types.js";
import { refused } from "../../load/refused.js";
import { requestTo } from "./request.js";

/** The answer of a rule or a hook; `undefined`: the request goes on, as the exchange has it. */
type RequestStage<C> = (x: Exchange<C>) => Response | undefined | Promise<Response | undefined>;
type Rules<C> = (x: Exchange<C>, response: Response) => Response;
type ResponseStage<C> = (x: Exchange<C>, response: Response) => Response | Promise<Response>;

export interface Platform<C> {
  /** The name that plans are compiled for. */
  readonly name: string;
  readonly facts: Facts<C>;
  readonly hooks?: FetchHooks<C> | undefined;
  /** Looks at what the origin sent; what comes back is done to it after the rules of origin-response. */
  receive?(response: Response): Receipt | undefined;
}

/** What a runtime needs done to a response that it brought, once the rules have changed it. */
export type Receipt = (response: Response) => Response;

/** Handles one request. `ask` gets what the request stages made of it. */
export type Pass<C> = (request: Request, context: C, ask: Next) => Promise<Response>;

/** A hook threw, which is logged; the request cannot go on half-done. */
const HOOK_FAILED = Symbol();

/** Builds the pass. Everything that can be done before a request is done here, and all errors of a plan are thrown. */
export function createPass<C>(loaded: Loaded, platform: Platform<C>): Pass<C> {
  const { name, facts, hooks = {} } = platform;
  checkHooks(hooks);
  const engine = engineOf(loaded, name);
  const viewerRequest = requestStage(engine, VIEWER_REQUEST, facts, hookOf(hooks, VIEWER_REQUEST));
  const originRequest = requestStage(engine, ORIGIN_REQUEST, facts, hookOf(hooks, ORIGIN_REQUEST));
  const originResponse = pageRules(engine, ORIGIN_RESPONSE, facts);
  const atOriginResponse = responseHook(ORIGIN_RESPONSE, hookOf(hooks, ORIGIN_RESPONSE));
  const viewerResponse = pageRules(engine, VIEWER_RESPONSE, facts);
  const atViewerResponse = responseHook(VIEWER_RESPONSE, hookOf(hooks, VIEWER_RESPONSE));

  const leaves = engine.plan.stages[VIEWER_RESPONSE] !== undefined || atViewerResponse !== undefined;

  /** The request stages: an answer, or that the origin is to be asked. */
  function answerTo(x: Exchange<C>): Response | undefined | Promise<Response | undefined> {
    const answer = viewerRequest(x);
    if (answer === undefined) return answerBehind(x);
    // Without hooks nothing has to be waited for.
    return isThenable(answer) ? answer.then((late) => late ?? answerBehind(x)) : answer;
  }

  function answerBehind(x: Exchange<C>): Response | undefined | Promise<Response | undefined> {
    x.viewed = x.request;
    const answer = originRequest(x);
    if (answer === undefined) return undefined;
    return isThenable(answer) ? answer.then((late) => late && leave(x, late)) : leave(x, answer);
  }

  async function asked(x: Exchange<C>): Promise<Response> {
    const first = received(x, await x.ask(x.request));
    const response = x.again === undefined ? first : await askAgain(x, first);
    const last = atOriginResponse === undefined ? response : await atOriginResponse(x, response);
    return leaves ? leave(x, last) : last;
  }

  /** @param status what a 200 becomes; rules see that */
  function received(x: Exchange<C>, answer: Response, status?: Status): Response {
    if (isFinal(answer)) return answer;
    if (isInvalid(answer)) discard(answer);
    const response = isInvalid(answer) ? failure(502) : answer;
    const receipt = platform.receive?.(response);
    const page = status === undefined || response.status !== 200 ? response : (x.own = withStatus(response, status));
    const changed = originResponse(x, page);
    return receipt === undefined ? changed : receipt(changed);
  }

  /** A fallback rewrite. */
  async function askAgain(x: Exchange<C>, first: Response): Promise<Response> {
    discard(first);
    const { status } = x.again!;
    return received(x, await x.ask(x.restart()), status);
  }

  /** The viewer's side, on the way back. */
  function leave(x: Exchange<C>, response: Response): Response | Promise<Response> {
    if (isFinal(response)) return response;
    // What origin-request made of the path is not seen there.
    if (x.request !== x.viewed) x.show();
    const changed = viewerResponse(x, response);
    return atViewerResponse === undefined ? changed : atViewerResponse(x, changed);
  }

  const pass: Pass<C> = (request, context, ask) => {
    const illegible = answerIllegible(request);
    if (illegible !== undefined) return Promise.resolve(illegible);
    const x = new Exchange(request, context, ask);
    const answer = answerTo(x);
    if (answer === undefined) return asked(x);
    return isThenable(answer) ? answer.then((late) => late ?? asked(x)) : Promise.resolve(answer);
  };
  if (Object.values(hooks).every((hook) => hook === undefined)) return pass;
  return (request, context, ask) => pass(request, context, ask).catch(failed);
}

function engineOf(loaded: Loaded, name: string): PlanEngine {
  try {
    return new PlanEngine(loaded, name);
  } catch (error) {
    throw refused(error);
  }
}

function failed(error: unknown): Response {
  if (error !== HOOK_FAILED) throw error;
  const headers = { "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" };
  return new Response("Internal Server Error", { status: 500, headers });
}

function requestStage<C>(engine: PlanEngine, index: number, facts: Facts<C>, hook: Hook | undefined): RequestStage<C> {
  const { border } = engine;
  const answered = responseRules(engine, index + ANSWERED, facts);
  const answeredByRule = responseRules(engine, index + ANSWERED, facts, ofAnswer);
  const always = alwaysAt(engine, index + ANSWERED);
  const decided = engine.rules<Exchange<C>, undefined, Response | undefined>(index, sourceOf(facts, index), {
    apply(edits) {
      const { answer } = edits;
      if (answer === undefined) return requestApplier(edits, border);
      const both = always && together(edits.failed, always.failed);
      if (both !== undefined) return answerer({ ...edits, headers: both, failed: both }, border);
      const apply = answerer(edits, border);
      return (x, _, texts) => answeredByRule(x, apply(x, _, texts)!);
    },
    unchanged: () => undefined,
    blocked,
  });
  const rules = factsFirst(facts, engine.plan.stages[index], decided, blocked);
  if (hook === undefined) return (x) => rules(x, undefined);
  return async (x) => {
    const answer = rules(x, undefined);
    if (answer !== undefined) return answer;
    // The viewer's own request cannot be changed everywhere, and viewer-response is to see it as it was.
    if (x.request === x.viewed) x.request = requestTo(x.request.url, x.request);
    const returned = await returnedBy(hook, index, [x.request, x.context]);
    if (returned === undefined) return undefined;
    if (isResponse(returned)) return isFinal(returned) ? returned : answered(x, returned);
    x.replace(returned);
    return undefined;
  };
}

/** What a stage always does, if it looks at nothing and so always does the same. */
function alwaysAt({ border, plan }: PlanEngine, index: number): Edits | undefined {
  const stage = plan.stages[index];
  if (stage === undefined || stage.accept || stage.status || stage.inputs.length > 0) return undefined;
  try {
    const code = border.decide(index, "", 0, 0);
    return code > 0 ? new EditsOf(border, "response", (edits) => edits).constant(code) : undefined;
  } catch {
    // For the first answer to report.
    border.rebuild();
    return undefined;
  }
}

function responseRules<C>(engine: PlanEngine, index: number, facts: Facts<C>, as = (edits: Edits): Edits => edits): Rules<C> {
  const { border } = engine;
  const instead = (_: unknown, response: Response): Response => (discard(response), blocked());
  const rules = engine.rules<Exchange<C>, Response, Response>(index, sourceOf(facts, index), {
    apply: (edits) => responseApplier(as(edits), border),
    unchanged: (_, response) => response,
    blocked: instead,
  });
  return factsFirst(facts, engine.plan.stages[index], rules, instead);
}

/** As `responseRules`, for pages in place of what is missing as well. */
function pageRules<C>(engine: PlanEngine, index: number, facts: Facts<C>): Rules<C> {
  const rules = (as?: typeof ofFiles): Rules<C> => responseRules(engine, index, facts, as);
  const [whole, byFile, byPath] = [rules(), rules(ofFiles), rules(ofAnswer)];
  return (x, response) => {
    if (x.file === undefined) return whole(x, response);
    x.show(x.file);
    const page = byFile(x, response);
    x.show();
    return byPath(x, page);
  };
}

function responseHook<C>(index: number, hook: Hook | undefined): ResponseStage<C> | undefined {
  if (hook === undefined) return undefined;
  return async (x, response) => {
    if (isFinal(response)) return response;
    const own = response === x.own ? response : (x.own = copyOf(response));
    const request = index === VIEWER_RESPONSE ? x.viewed : x.request;
    try {
      const returned = await returnedBy(hook, index, [own, request, x.context]);
      return returned === undefined ? own : (returned as Response);
    } catch (error) {
      discard(own);
      throw error;
    }
  };
}

/** What a hook returned, if it is what a hook of its stage may return. */
async function returnedBy(hook: Hook, index: number, args: unknown[]): Promise<Request | Response | undefined> {
  let returned: unknown;
  try {
    returned = await callHook(hook, index, args, (value) => value);
  } catch {
    throw HOOK_FAILED;
  }
  if (returned == null) return undefined;
  const side = index === VIEWER_REQUEST || index === ORIGIN_REQUEST;
  if (isResponse(returned) || (side && isRequest(returned))) return returned;
  const expected = side ? "a Request, a Response or undefined" : "a Response or undefined";
  console.error(`selvedge: the hook ${HOOKS[index]!} returned ${typeof returned}; it may return ${expected}`);
  throw HOOK_FAILED;
}

/** By their members: a test runner, or a framework, has classes of its own. */
function isResponse(value: unknown): value is Response {
  return typeof value === "object" && value !== null && typeof (value as Response).status === "number" && "headers" in value;
}

function isRequest(value: unknown): value is Request {
  return typeof value === "object" && value !== null && typeof (value as Request).url === "string" && "method" in value;
}

/**
 * A WebSocket, or an opaque response, which no script may read: there is nothing that could be changed. Throws on what is not
 * a response.
 */
function isFinal(response: Response): boolean {
  const status = (response as Response | null | undefined)?.status;
  if (typeof status === "number") return status < 200;
  throw new TypeError(`selvedge: the origin's answer must be a Response, got ${response === null ? "null" : typeof response}`);
}
