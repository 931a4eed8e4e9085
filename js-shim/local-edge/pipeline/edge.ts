/**
 * CloudFront in small: viewer-request, cache, origin-request, origin, origin-response, viewer-response. What breaks a rule of
 * AWS is answered as CloudFront does, with the reason on the page.
 */
import { randomBytes } from "node:crypto";
import { STATUS_CODES } from "node:http";
import { isBodiless } from "#dist/generated/bodiless.js";
import { type Behaviour, behaviourOf, type CustomError, type Distribution, ERROR_CACHING_MIN_TTL, groupOf, type Origin } from "../distribution/distribution.js";
import { cacheKey, factHeaders, forwardsCookies, memberOf, OF_CLOUDFRONT, originSide, VIA, withCloudFrontHeaders } from "../distribution/policy.js";
import type { EdgeFunction } from "../handlers/function.js";
import { type Event, type EventBody, type EventRequest, type EventResponse, type HeaderLine, type HeaderMap, valueOf, withHeader, without } from "../message.js";
import type { OriginAnswer, OriginServer } from "../origin/origin.js";
import type { Origins } from "../origin/origins.js";
import { OriginError } from "../origin/web-server.js";
import { isViewers, ORIGIN_REQUEST, ORIGIN_RESPONSE, type Trigger, TRIGGERS, VIEWER_REQUEST, VIEWER_RESPONSE } from "../trigger.js";
import { Cache, type Copy, lifetime } from "./cache.js";
import { compressed } from "./compression.js";
import { isWhole, withConditions, withoutConditions } from "./conditions.js";
import { Fault } from "./fault.js";
import type { Made } from "./made.js";
import { ranged, withPolicy } from "./finish.js";
import { overHttp, ownAnswer } from "./own-answer.js";
import { type ChosenOrigin, withChosen } from "../handlers/viewer-messages.js";
import { Trace } from "./trace.js";
import { isPassedOn, withExposed, withHidden } from "./exposed.js";
import { checkResult, isUntouched, normalised } from "./result.js";

/** A request as it came, and what the edge knows of who sent it. */
export interface Viewer {
  readonly request: EventRequest;
  readonly body: Buffer;
  readonly country?: string | undefined;
  readonly device: readonly string[];
  /** Whether the viewer came by HTTP; the local edge stands for HTTPS otherwise. */
  readonly isPlain?: boolean | undefined;
  /** Default 1.1. */
  readonly httpVersion?: string | undefined;
}

/** What can be replaced while requests run: each keeps what it began with. */
export interface Setup {
  readonly distribution: Distribution;
  functionOf(behaviour: Behaviour, trigger: Trigger): EdgeFunction | undefined;
  readonly origins: Origins;
  /** How long functions may take, in seconds. */
  readonly seconds: { readonly viewer: number; readonly origin: number };
}

const NO_FUNCTION = "no function";
const EXPOSED_BODY = { viewer: 40 << 10, origin: 1 << 20 };

export class Edge {
  readonly cache = new Cache();
  setup: Setup;
  /** Where the page of faults leads. */
  inspector: string | undefined;

  constructor(setup: Setup) {
    this.setup = setup;
  }

  async answer(viewer: Viewer, trace: Trace): Promise<Made> {
    let made: Made;
    try {
      made = await new Passage(this.setup, this.cache, viewer, trace).run();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.trigger === undefined) trace.fault = error.detail;
      made = error.made(this.inspector);
    }
    return withOwnHeaders(ranged(viewer.request, made), trace.id, viewer.request.method);
  }
}

const ID_BYTES = 40;
/** Drawn for many at once: one draw is a call of the system. */
let [random, usedRandom]: [Buffer, number] = [Buffer.alloc(0), 0];

/** An opaque identifier, as long as CloudFront's. */
export function requestId(): string {
  if (usedRandom + ID_BYTES > random.length) [random, usedRandom] = [randomBytes(100 * ID_BYTES), 0];
  return `${random.toString("base64", usedRandom, (usedRandom += ID_BYTES)).replace(/[+/]/g, "_").replace(/=+$/, "")}==`;
}

/** The first origin of a group failed. */
class Failover extends Error {}

/** The methods for which CloudFront asks the second origin of a group. */
const FAILING_OVER = new Set(["GET", "HEAD", "OPTIONS"]);

/** One request on its way. */
class Passage {
  readonly #behaviour: Behaviour;
  /** What a CloudFront Function chose. */
  #origin: ChosenOrigin | undefined;

  constructor(
    readonly setup: Setup,
    readonly cache: Cache,
    readonly viewer: Viewer,
    readonly trace: Trace,
  ) {
    this.#behaviour = behaviourOf(setup.distribution, viewer.request.uri);
  }

  async run(): Promise<Made> {
    const { trace, viewer } = this;
    const secured = viewer.isPlain ? overHttp(viewer.request, this.#behaviour.viewerProtocol) : undefined;
    if (secured !== undefined) {
      trace.skipped(TRIGGERS, `the viewer came by HTTP, and the policy is ${this.#behaviour.viewerProtocol}`);
      return secured;
    }
    const { allowedMethods } = this.#behaviour;
    if (allowedMethods !== undefined && !allowedMethods.includes(viewer.request.method)) {
      trace.skipped(TRIGGERS, `the behaviour does not allow ${viewer.request.method}`);
      return ownAnswer(403, "Error from cloudfront", [], `The distribution takes ${allowedMethods.join(", ")} here.`);
    }
    trace.skipped([ORIGIN_REQUEST, ORIGIN_RESPONSE, VIEWER_RESPONSE], "answered before the cache");
    const facts = factHeaders(viewer);
    const shown = { ...viewer.request, headers: without(viewer.request.headers, (name) => !isPassedOn(name)), ...this.#bodyFor(VIEWER_REQUEST) };
    const isFunction = this.#isFunction(VIEWER_REQUEST);
    const seen = await this.#call(VIEWER_REQUEST, isFunction ? withCloudFrontHeaders(shown, this.#behaviour.policies, facts) : shown);
    if (isResponse(seen)) return generated(seen, isFunction ? "FunctionGeneratedResponse" : "LambdaGeneratedResponse");
    const { body, ...left } = seen;
    // "Serve compressed files": of HTTP/1.0, CloudFront takes the header away.
    const request = viewer.httpVersion === "1.0" ? { ...left, headers: without(left.headers, (name) => name === "accept-encoding") } : left;
    const { defaultRootObject } = this.setup.distribution;
    const rooted = request.uri === "/" && defaultRootObject !== "" ? { ...request, uri: `/${defaultRootObject}` } : request;
    const made = await this.#cached(withCloudFrontHeaders(rooted, this.#behaviour.policies, facts), sentBody(viewer.body, body)).catch(unreachable);
    const errorPage = await this.#errorPage(made instanceof Fault ? made.made(undefined) : made, rooted, facts);
    if (errorPage !== undefined) {
      trace.skipped([VIEWER_RESPONSE], "a custom error page is returned");
      if (made instanceof Fault) trace.fault = made.detail;
      return withPolicy(errorPage, this.#behaviour.responseHeaders);
    }
    if (made instanceof Fault) throw made;
    return this.#respond(request, facts, withPolicy(made, this.#behaviour.responseHeaders));
  }

  /** What the cache has, or what the origin side makes of it. */
  async #cached(request: EventRequest, body: Buffer): Promise<Made> {
    const { trace, cache } = this;
    const { policies } = this.#behaviour;
    const keyed = (request.method === "GET" || request.method === "HEAD") && policies.cache.maxTTL > 0;
    trace.key = cacheKey(request, trace.host, policies);
    const key = trace.key.join("\n");
    const copy = keyed ? cache.find(key) : undefined;
    if (copy !== undefined && copy.until > Date.now()) {
      trace.cache = "hit";
      trace.skipped([ORIGIN_REQUEST, ORIGIN_RESPONSE], "the cache has it");
      return fromCopy(copy, "Hit");
    }
    trace.cache = keyed ? "miss" : "passed by";
    const made = await this.#behind(keyed ? withoutConditions(request) : request, body, copy).catch(unreachable);
    if (copy !== undefined && copy.made.originStatus < 400 && (made instanceof Fault ? made.status : made.originStatus) >= 500) return this.#stale(key, copy);
    if (made instanceof Fault) throw made;
    if (made.status === 304 && copy !== undefined) {
      trace.cache = "refreshed";
      const refreshed = { ...copy.made, headers: { ...copy.made.headers, ...without(made.headers, (name) => name.startsWith("content-")) } };
      this.#keep(key, refreshed);
      return { ...refreshed, xCache: "RefreshHit from cloudfront" };
    }
    if (request.method === "GET" && keyed && isWhole(made)) this.#keep(key, made);
    return made;
  }

  /**
   * A copy that is too old, where the origin fails or does not answer: that counts as 5xx. It is served until the error is.
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
   */
  #stale(key: string, copy: Copy): Made {
    const { trace } = this;
    trace.cache = "stale";
    this.cache.prolong(key, copy, this.#errorTTL(trace.origin?.status ?? 503));
    return fromCopy(copy, "Hit");
  }

  #keep(key: string, made: Made): void {
    this.cache.keep(key, made, lifetime(made.status, made.headers, this.#behaviour.policies.cache, this.#errorTTL(made.status)));
  }

  #errorTTL(status: number): number {
    return this.setup.distribution.customErrors.find(({ errorCode }) => errorCode === status)?.errorCachingMinTTL ?? ERROR_CACHING_MIN_TTL;
  }

  /** After the cache, and back: from the origin or, of a group, from the first that does not fail. */
  async #behind(request: EventRequest, body: Buffer, stale: Copy | undefined): Promise<Made> {
    const { origins, distribution } = this.setup;
    const { members: [first = "", second], statusCodes } = groupOf(distribution, this.#behaviour);
    if (second === undefined || !FAILING_OVER.has(request.method)) return this.#from(origins.named(first), request, body, stale);
    try {
      return await this.#from(origins.named(first), request, body, stale, statusCodes);
    } catch (error) {
      if (!(error instanceof Failover)) throw error;
      return this.#from(origins.named(second), request, body, undefined);
    }
  }

  /** @param failing the statuses at which the other origin is asked */
  async #from(origin: Origin, request: EventRequest, body: Buffer, stale: Copy | undefined, failing: readonly number[] = []): Promise<Made> {
    const { trace } = this;
    const event = this.#origin === undefined ? origin.event : withChosen(origin.event, this.#origin);
    const forwarded = originSide(request, this.#behaviour.policies, event);
    const conditional = stale === undefined ? forwarded : { ...forwarded, headers: withConditions(forwarded.headers, stale.made.headers) };
    // CloudFront looks the origin's name up before the function runs, which then does not: "Restrictions on Lambda@Edge".
    if (this.setup.functionOf(this.#behaviour, ORIGIN_REQUEST) !== undefined) await this.#reached(origin.event, failing, (server) => server.find?.() ?? Promise.resolve());
    const asked = await this.#call(ORIGIN_REQUEST, { ...conditional, ...this.#bodyFor(ORIGIN_REQUEST, body) });
    if (isResponse(asked)) {
      trace.skipped([ORIGIN_RESPONSE], "answered before the origin");
      return generated(asked, "LambdaGeneratedResponse");
    }
    const chosen = asked.origin ?? event;
    const { customHeaders, path } = memberOf(chosen);
    const { body: replaced, ...told } = asked;
    const answer = await this.#ask(chosen, { ...told, headers: { ...told.headers, ...customHeaders } }, path + told.uri, sentBody(body, replaced), failing);
    if (failing.includes(answer.status)) throw new Failover();
    // Where no cookies are forwarded, none come back: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Cookies.html
    const hasCookies = forwardsCookies(this.#behaviour.policies);
    const response: EventResponse = { status: String(answer.status), statusDescription: answer.reason, headers: without(answer.headers, (name) => !isPassedOn(name) || (name === "set-cookie" && !hasCookies)) };
    const result = (await this.#call(ORIGIN_RESPONSE, told, response)) as EventResponse;
    const made = madeOf(result, answer);
    return compressed(made, this.#behaviour, valueOf(told.headers, "accept-encoding"));
  }

  async #ask(chosen: NonNullable<EventRequest["origin"]>, request: EventRequest, path: string, body: Buffer, failing: readonly number[] = []): Promise<OriginAnswer> {
    const { method, querystring, headers } = request;
    const seconds = chosen.custom?.readTimeout ?? 30;
    const asked = { method, path, query: querystring, headers, body: method === "GET" || method === "HEAD" ? undefined : body, seconds };
    return this.#reached(chosen, failing, async (server, told) => {
      const answer = await server.answer(asked);
      told(answer.status, answer.headers);
      return answer;
    }, (server) => server.address(asked));
  }

  /** Does something with an origin's server, and fails as CloudFront does where it cannot be reached. */
  async #reached<Done>(chosen: NonNullable<EventRequest["origin"]>, failing: readonly number[], act: (server: OriginServer, told: (status: number, headers: HeaderMap) => void) => Promise<Done>, addressOf = (_: OriginServer): string => memberOf(chosen).domainName): Promise<Done> {
    const server = this.setup.origins.of(chosen);
    const started = performance.now();
    const told = (status: number, headers: HeaderMap): void => {
      this.trace.origin = { url: addressOf(server), status, headers, milliseconds: performance.now() - started };
    };
    try {
      return await act(server, told);
    } catch (error) {
      if (!(error instanceof OriginError)) throw error;
      told(error.status, {});
      // An origin that cannot be reached counts as 503.
      if (failing.includes(error.status === 504 ? 504 : 503)) throw new Failover();
      this.trace.skipped(TRIGGERS.slice(1).filter((trigger) => !this.trace.stages[trigger].ran && this.trace.stages[trigger].why !== NO_FUNCTION), "the origin did not answer");
      throw new Fault("origin", error.status, error.status === 504 ? "We can't connect to the server for this app or website at this time. (The origin timed out.)" : "CloudFront wasn't able to connect to the origin.", error.message);
    }
  }

  async #errorPage(made: Made, request: EventRequest, facts: HeaderMap): Promise<Made | undefined> {
    const { distribution, origins } = this.setup;
    const rule: CustomError | undefined = distribution.customErrors.find(({ errorCode }) => errorCode === made.originStatus && made.originStatus === made.status);
    if (rule?.responsePagePath === undefined) return undefined;
    const behaviour = behaviourOf(distribution, rule.responsePagePath);
    const origin = origins.named(groupOf(distribution, behaviour).members[0] ?? "");
    const page: EventRequest = { ...withCloudFrontHeaders(request, behaviour.policies, facts), method: "GET", uri: rule.responsePagePath, querystring: "" };
    const asked = originSide(page, behaviour.policies, origin.event);
    const answer = await this.#ask(origin.event, asked, memberOf(origin.event).path + asked.uri, Buffer.alloc(0)).catch(unreachable);
    if (answer instanceof Fault || answer.status !== 200) return undefined;
    const status = rule.responseCode ?? made.status;
    return { status, reason: STATUS_CODES[status] ?? "", headers: answer.headers, body: answer.body, originStatus: made.originStatus, xCache: "Error from cloudfront" };
  }

  /** Not where the origin failed. AWS does not say which request this stage is shown; here: as viewer-request left it. */
  async #respond(request: EventRequest, facts: HeaderMap, made: Made): Promise<Made> {
    if (made.originStatus >= 400) {
      this.trace.skipped([VIEWER_RESPONSE], `the origin answered ${made.originStatus}`);
      return made;
    }
    const shown = { ...request, headers: without(request.headers, (name) => name.startsWith(OF_CLOUDFRONT)) };
    const response: EventResponse = { status: String(made.status), statusDescription: made.reason, headers: made.headers };
    const seen = this.#isFunction(VIEWER_RESPONSE) ? withCloudFrontHeaders(shown, this.#behaviour.policies, facts) : shown;
    const result = (await this.#call(VIEWER_RESPONSE, seen, response)) as EventResponse;
    return { ...made, status: Number(result.status), headers: result.headers ?? {} };
  }

  #isFunction(trigger: Trigger): boolean {
    return this.setup.functionOf(this.#behaviour, trigger)?.isAtViewer ?? false;
  }

  /** Calls the function as Lambda does, JSON in and JSON out, and checks the result as CloudFront does. */
  async #call(trigger: Trigger, request: EventRequest, response?: EventResponse): Promise<EventRequest | EventResponse> {
    const { trace, setup } = this;
    const code = setup.functionOf(this.#behaviour, trigger);
    if (code === undefined) {
      trace.skipped([trigger], NO_FUNCTION);
      return response ?? request;
    }
    const { id: distributionId, domainName: distributionDomainName } = setup.distribution;
    const exposed = { request: withExposed(request), ...(response && { response: withExposed(response) }) };
    const config = { distributionDomainName, distributionId, eventType: trigger, requestId: trace.id };
    const event: Event = { Records: [{ cf: { config, ...exposed } }] };
    const called = await code.call(event, isViewers(trigger) ? setup.seconds.viewer : setup.seconds.origin);
    // Of a group of origins, a function may run for each.
    const said = [...(trace.stages[trigger].console ?? []), ...called.console];
    const more = { event, by: code.name, console: said, milliseconds: called.milliseconds };
    const refuse = (fault: Fault): never => {
      trace.skipped(TRIGGERS.slice(TRIGGERS.indexOf(trigger) + 1), "an earlier stage failed");
      trace.failed(trigger, fault.detail, { ...more, violations: fault.violations, ...("result" in called && { result: called.result }) });
      throw fault;
    };
    const isFunction = code.isAtViewer ?? false;
    if ("failure" in called) return refuse(isFunction ? Fault.function(trigger, called.failure) : Fault.execution(trigger, called.failure));
    if ("invalid" in called) return refuse(Fault.functionResult(trigger, called.invalid));
    this.#origin = called.origin ?? this.#origin;
    if (isUntouched(event, called)) {
      trace.ranInVain(trigger, event, more);
      return response ?? request;
    }
    // A function may change the status of a response, which Lambda@Edge may not.
    const violations = checkResult(trigger, event, called).filter(({ place }) => !isFunction || place !== "status");
    if (violations.some(({ severity }) => severity === "error")) return refuse(isFunction ? Fault.functionResult(trigger, "", violations) : Fault.validation(trigger, violations));
    const result = normalised((called as { result: EventRequest & EventResponse }).result, exposed.response ?? exposed.request);
    trace.ran(trigger, event, result, { ...more, violations });
    return response === undefined && isResponse(result) ? result : withHidden(result, response ?? request);
  }

  #bodyFor(trigger: Trigger, body = this.viewer.body): { readonly body?: EventBody } {
    if (!this.#behaviour.includeBody.includes(trigger)) return {};
    const limit = isViewers(trigger) ? EXPOSED_BODY.viewer : EXPOSED_BODY.origin;
    return { body: { inputTruncated: body.length > limit, action: "read-only", encoding: "base64", data: body.subarray(0, limit).toString("base64") } };
  }
}

/** How CloudFront tells a response from a request is not documented; every adapter looks for a status. */
function isResponse(message: EventRequest | EventResponse): message is EventResponse {
  return "status" in message && message.status !== undefined && message.status !== null;
}

/** What goes to the origin: what the viewer sent, or what a function put in its place. */
function sentBody(original: Buffer, body: EventBody | undefined): Buffer {
  if (body?.action !== "replace") return original;
  return Buffer.from(body.data, body.encoding === "text" ? "utf8" : "base64");
}

/** An answer that a function made. */
function generated(answer: EventResponse, by: "LambdaGeneratedResponse" | "FunctionGeneratedResponse"): Made {
  const status = Number(answer.status);
  const reason = answer.statusDescription ?? STATUS_CODES[status] ?? "";
  return { status, reason, headers: answer.headers ?? {}, body: bytesOf(answer), originStatus: status, xCache: `${by} from cloudfront` };
}

/** The origin's answer as a function left it. */
function madeOf(result: EventResponse, { status: originStatus, body, changed }: OriginAnswer): Made {
  const status = Number(result.status);
  const xCache = originStatus < 400 ? "Miss from cloudfront" : "Error from cloudfront";
  const made = { status, reason: result.statusDescription ?? STATUS_CODES[status] ?? "", originStatus, xCache, changed };
  if (result.body === undefined) return { ...made, headers: result.headers ?? {}, body };
  return { ...made, headers: without(result.headers ?? {}, (name) => name === "content-length"), body: bytesOf(result) };
}

function bytesOf({ body = "", bodyEncoding }: EventResponse): Buffer {
  return Buffer.from(body, bodyEncoding === "base64" ? "base64" : "utf8");
}

function fromCopy({ made, since }: Copy, how: string): Made {
  const headers = withHeader(made.headers, "Age", String(Math.floor((Date.now() - since) / 1000)));
  return { ...made, headers, xCache: made.originStatus < 400 ? `${how} from cloudfront` : "Error from cloudfront" };
}

/** For `catch`: that the origin did not answer. What a function brought about is thrown on. */
function unreachable(error: unknown): Fault {
  if (error instanceof Fault && error.kind === "origin") return error;
  throw error;
}

const OF_CONNECTIONS = new Set(["connection", "keep-alive", "transfer-encoding"]);

/** What CloudFront adds when all functions have run. */
function withOwnHeaders(made: Made, id: string, method: string): Made {
  const { status, headers, body } = made;
  const bodiless = isBodiless(status);
  const length = method === "HEAD" ? (valueOf(headers, "content-length") ?? String(body.length)) : String(body.length);
  const sent: Record<string, readonly HeaderLine[]> = Object.create(null);
  const put = (key: string, value: string): void => void (sent[key.toLowerCase()] = [{ key, value }]);
  put("Date", new Date().toUTCString());
  put("Server", "CloudFront");
  for (const name of Object.keys(headers)) if (!OF_CONNECTIONS.has(name) && !(bodiless && name === "content-length")) sent[name] = headers[name] ?? [];
  if (!bodiless) put("Content-Length", length);
  for (const [key, value] of [["Via", VIA], ["X-Cache", made.xCache], ["X-Amz-Cf-Pop", "LOC50-C1"], ["X-Amz-Cf-Id", id]] as const) put(key, value);
  return { ...made, headers: sent, body: bodiless ? Buffer.alloc(0) : body };
}
