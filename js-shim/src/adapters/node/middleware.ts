/** The adapter for Node's own servers: the request stages before the application, the response stages at its head. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Edits, ofAnswer } from "../../core/edits.js";
import { ofFiles } from "../../core/of-files.js";
import { type ApplyRules, type Loaded, PlanEngine } from "../../core/plan-engine.js";
import { stringOf } from "../../core/decide.js";
import { factOf, factsFirst } from "../../core/facts.js";
import { ANSWERED, ORIGIN_REQUEST, ORIGIN_RESPONSE, VIEWER_REQUEST, VIEWER_RESPONSE } from "../../generated/names.js";
import { callHook, checkHooks, hookOf, isThenable } from "../../core/hooks.js";
import { type Answered, emptied, requestApplier, responseApplier, setStatus } from "./apply.js";
import { Exchange, FACTS, peerOf } from "./exchange.js";
import { refuse, settle } from "./head.js";
import { publish } from "./headers.js";
import { addressOf } from "./origin.js";
import { sendOn } from "./proxy.js";
import { AGAIN, intercept, type Verdict } from "./reply.js";
import { sourceOf } from "./source.js";
import type { Middleware, NodeFacts, NodeNext, NodeOptions, NodeRequest, NodeResponse } from "./types.js";

export type * from "./types.js";

type NodeRules = ApplyRules<Exchange, ServerResponse, Answered | undefined>;
type Hook = (x: Exchange, first: unknown, second: unknown) => MaybeLater<Answered | undefined>;
type MaybeLater<T> = T | PromiseLike<T>;
type RequestStage = typeof VIEWER_REQUEST | typeof ORIGIN_REQUEST;

export function createMiddleware<Q extends NodeRequest, S extends NodeResponse>(
  loaded: Loaded,
  { facts = {}, hooks = {}, again, forwarded = true }: NodeOptions<Q, S> = {},
): Middleware<Q, S> {
  checkHooks(hooks);
  const engine = new PlanEngine(loaded, "fetch");
  const { clientIp = FACTS.clientIp, scheme = FACTS.scheme, ...others } = facts as NodeFacts;
  const known: NodeFacts = { clientIp, scheme, ...others };
  const rules = (index: number, as?: typeof ofAnswer): NodeRules => stageRules(engine, index, known, as);
  const answers = (as?: typeof ofAnswer) => [rules(VIEWER_REQUEST + ANSWERED, as), rules(ORIGIN_REQUEST + ANSWERED, as)] as const;
  const hook = (index: number): Hook | undefined => stageHook(hooks, index);

  const request = [rules(VIEWER_REQUEST), rules(ORIGIN_REQUEST)] as const;
  const requestHooks = [hook(VIEWER_REQUEST), hook(ORIGIN_REQUEST)] as const;
  const answered = answers();
  const answeredByRule = answers(ofAnswer);
  const originResponse = pageRules(rules, ORIGIN_RESPONSE);
  const originResponseHook = hook(ORIGIN_RESPONSE);
  const viewerResponse = pageRules(rules, VIEWER_RESPONSE);
  const viewerResponseHook = hook(VIEWER_RESPONSE);
  const changesRequest = engine.plan.stages[ORIGIN_REQUEST] !== undefined || requestHooks[ORIGIN_REQUEST] !== undefined;

  /** Those whose application is asked a second time, through this middleware. */
  const asked = new WeakSet<object>();

  return (incoming, outgoing, next) => {
    if (asked.has(incoming)) return next();
    const head = settle(incoming);
    if (head instanceof Error) return refuse(incoming, outgoing, head);
    const x = new Exchange(incoming, outgoing, head);
    /** Where the application, or a hook, would answer. */
    let stage = VIEWER_REQUEST;
    const send = intercept(
      outgoing,
      () => (stage === ORIGIN_RESPONSE ? atOriginResponse(x) : atAnswer(x, stage, undefined)),
      () => {
        x.restart();
        ask(x, () => askWhole(x, next));
      },
    );
    run(VIEWER_REQUEST, () => {
      x.enterOrigin(changesRequest);
      run(ORIGIN_REQUEST, () => {
        stage = ORIGIN_RESPONSE;
        if (x.changed.size > 0) publish(incoming, x.changed);
        x.leave();
        ask(x, next);
      });
    });

    /** A request stage: `goOn` unless a rule or a hook answered. */
    function run(index: RequestStage, goOn: () => void): void {
      stage = index;
      const answer = request[index](x, outgoing);
      if (answer !== undefined) {
        const verdict = answer.final === true ? answer : atAnswer(x, index, answer);
        whenThere(verdict, (last) => send(last as Answered));
      } else if (requestHooks[index] === undefined) {
        goOn();
      } else {
        whenThere(requestHooks[index](x, incoming, outgoing), (failed) => {
          if (failed !== undefined) send(failed);
          else if (!outgoing.headersSent && !outgoing.writableEnded) goOn();
        });
      }
    }
  };

  /** Whoever answers: the origin of a rule, or the application. */
  function ask(x: Exchange, next: () => void): void {
    const origin = x.origin && addressOf(x.origin);
    const { request, head } = x;
    if (origin?.host === undefined) {
      if (origin) x.enter(origin);
      return x.outside ? askWhole(x, next) : next();
    }
    const seen = { address: peerOf(request), host: head.host, scheme: stringOf(factOf(known, "scheme", [request])), version: request.httpVersion };
    sendOn(x, origin, forwarded ? seen : undefined);
  }

  /** The application from its beginning, past these rules: for a fallback, and for what is not below the mount. */
  function askWhole({ request, response }: Exchange, next: () => void): void {
    asked.add(request);
    if (again === undefined) askAgain(request, response, next);
    else again(request as Q, response as S);
  }

  /** The head of an answer made at a request stage, by a rule or by a hook. */
  function atAnswer(x: Exchange, index: number, answer: Answered | undefined): MaybeLater<Verdict> {
    const replaced = (answer === undefined ? answered : answeredByRule)[index as RequestStage](x, x.response) ?? answer;
    return index === VIEWER_REQUEST ? replaced : atViewerResponse(x, replaced);
  }

  function atOriginResponse(x: Exchange): MaybeLater<Verdict> {
    // What the page stands for is what rules on it see.
    if (x.status !== undefined && x.response.statusCode === 200) setStatus(x, x.status.code, x.status.reason);
    const replaced = originResponse(x, x.response);
    if (x.again !== undefined) return AGAIN;
    if (originResponseHook === undefined) return atViewerResponse(x, replaced);
    return whenThere(originResponseHook(x, x.response, x.request), (failed) => failed ?? atViewerResponse(x, replaced));
  }

  function atViewerResponse(x: Exchange, replaced: Answered | undefined): MaybeLater<Verdict> {
    if (replaced?.final === true) return replaced;
    // Placeholders name what the viewer asked for, and not the file that origin-request made of it.
    if (x.viewed !== undefined) x.show(x.viewed.path);
    const last = viewerResponse(x, x.response) ?? replaced;
    if (viewerResponseHook === undefined || last?.final === true) return last;
    return whenThere(viewerResponseHook(x, x.response, x.request), (failed) => failed ?? last);
  }
}

function stageRules(engine: PlanEngine, index: number, facts: NodeFacts, as = (edits: Edits): Edits => edits): NodeRules {
  const { border } = engine;
  const isRequest = index <= ORIGIN_REQUEST;
  const blocked = (x: Exchange): Answered => emptied(x, 503, "Service Unavailable");
  const rules = engine.rules<Exchange, ServerResponse, Answered | undefined>(index, sourceOf(index), {
    apply: (edits) => (isRequest ? requestApplier : responseApplier)(as(edits), border),
    unchanged: () => undefined,
    blocked,
  });
  return factsFirst(facts, engine.plan.stages[index], rules, blocked);
}

/** The rules of a response stage, for pages in place of what is missing as well. */
function pageRules(rules: (index: number, as?: typeof ofAnswer) => NodeRules, index: number): NodeRules {
  const [whole, byFile, byPath] = [rules(index), rules(index, ofFiles), rules(index, ofAnswer)];
  return (x, response) => {
    const { file, path } = x;
    if (file === undefined) return whole(x, response);
    x.show(file);
    const blocked = byFile(x, response);
    x.show(path);
    return blocked ?? byPath(x, response);
  };
}

/** A hook, and the answer where it throws: the request cannot go on half-done. */
function stageHook(hooks: object, index: number): Hook | undefined {
  const hook = hookOf(hooks, index);
  return hook && ((x, first, second) => {
    const failed = (): Answered => emptied(x, 500, "Internal Server Error");
    try {
      const returned = callHook(hook, index, [first, second], () => undefined);
      return isThenable(returned) ? (returned as PromiseLike<undefined>).then(undefined, failed) : undefined;
    } catch {
      return failed();
    }
  });
}

function whenThere<T, U>(value: MaybeLater<T>, then: (value: T) => MaybeLater<U>): MaybeLater<U> {
  return isThenable(value) ? (value as PromiseLike<T>).then(then) : then(value as T);
}

/** Express goes through its application once more; a plain server's `next` can be called again. */
function askAgain(request: IncomingMessage, response: ServerResponse, next: NodeNext): void {
  const express = request as { app?: unknown; baseUrl?: unknown };
  if (typeof express.app !== "function") return next();
  // Where the router was, which it adds what it finds to.
  express.baseUrl = "";
  express.app(request, response);
}
