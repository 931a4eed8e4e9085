// A CloudFront edge in small: four stages of one handler around a cache and an origin.
//
// Left out on purpose: ranges and conditional requests (every answer is whole), compression by CloudFront itself,
// request bodies, custom error pages, origin groups. What breaks a rule of CloudFront is answered as CloudFront does,
// 502, with the reason on the page.
import { randomBytes } from "node:crypto";
import { STATUS_CODES } from "node:http";
import { isDisallowed, validate } from "../../tests/runtimes/lambda-edge/validate.mjs";
import { Cache, lifetime } from "./cache.mjs";
import { Fault } from "./fault.mjs";
import { cacheKey, DEFAULT_POLICY, originOf, originSide } from "./policy.mjs";
import { STAGES, Trace, Traces } from "./trace.mjs";

const [VIEWER_REQUEST, ORIGIN_REQUEST, ORIGIN_RESPONSE, VIEWER_RESPONSE] = STAGES;
const DISTRIBUTION = { distributionDomainName: "d5e1vedgelocal.cloudfront.net", distributionId: "E5ELVEDGELOCAL" };

export class Edge {
  cache = new Cache();
  traces = new Traces();
  #handler;
  #bucket;
  #origin;
  #policy;

  /**
   * @param handler the Lambda@Edge handler under test
   * @param bucket what answers at the origin: `answer(method, uri)`
   * @param origin the origin as the distribution configures it, as in the event
   * @param policy see policy.mjs
   */
  constructor({ handler, bucket, origin, policy = {} }) {
    this.#handler = handler;
    this.#bucket = bucket;
    this.#origin = origin;
    this.#policy = { ...DEFAULT_POLICY, ...policy };
  }

  /**
   * One request of a viewer.
   *
   * @param viewer `{ clientIp, method, uri, querystring, headers }` as in the event
   * @param country where the viewer is; the edge knows, the viewer does not say
   * @returns `{ status, statusDescription, headers, body }` with the body as bytes
   */
  async answer(viewer, { country = "DE" } = {}) {
    const id = randomBytes(40).toString("base64").replace(/[+/]/g, "_");
    const trace = new Trace(id, viewer);
    let answer;
    try {
      answer = await this.#pass({ ...viewer, headers: exposed(viewer.headers) }, country, trace);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      answer = error.answer();
    }
    trace.end(answer);
    this.traces.add(trace);
    return finished(answer, id, viewer.method);
  }

  async #pass(viewer, country, trace) {
    trace.skipped([ORIGIN_REQUEST, ORIGIN_RESPONSE, VIEWER_RESPONSE], "answered before the cache");
    const seen = await this.#call(trace, VIEWER_REQUEST, viewer);
    if (seen.status !== undefined) return generated(seen);

    const request = this.#withCountry(seen, country);
    const keyed = request.method === "GET" || request.method === "HEAD";
    trace.key = cacheKey(request, this.#policy);
    const copy = keyed ? this.cache.find(trace.key) : undefined;
    trace.cache = copy !== undefined ? "hit" : keyed ? "miss" : "passed by";
    let answer;
    if (copy !== undefined) {
      trace.skipped([ORIGIN_REQUEST, ORIGIN_RESPONSE], "the cache has it");
      const headers = { ...copy.answer.headers, age: [{ key: "Age", value: String(copy.age) }] };
      answer = { ...copy.answer, headers, xCache: copy.answer.originStatus < 400 ? "Hit from cloudfront" : "Error from cloudfront" };
    } else {
      answer = await this.#fetch(request, trace);
      if (request.method === "GET") this.cache.keep(trace.key, answer, lifetime(answer, this.#policy));
    }
    return this.#respond(request, answer, trace);
  }

  /** Behind the cache, and back. */
  async #fetch(request, trace) {
    const asked = await this.#call(trace, ORIGIN_REQUEST, originSide(request, this.#policy, this.#origin));
    if (asked.status !== undefined) {
      trace.skipped([ORIGIN_RESPONSE], "answered before the origin");
      return { ...generated(asked), originStatus: Number(asked.status) };
    }
    const { body, ...response } = await this.#bucket.answer(asked.method, originOf(asked.origin).path + asked.uri);
    const answer = await this.#call(trace, ORIGIN_RESPONSE, asked, response);
    const originStatus = Number(response.status);
    const xCache = originStatus < 400 ? "Miss from cloudfront" : "Error from cloudfront";
    if (answer.body === undefined) return { ...answer, headers: answer.headers ?? {}, body, originStatus, xCache };
    const { "content-length": _, ...headers } = answer.headers ?? {};
    return { ...answer, headers, body: bytesOf(answer), originStatus, xCache };
  }

  /** Not where the origin failed. AWS does not say which request this stage is shown; here: as viewer-request left it. */
  async #respond(request, answer, trace) {
    if (answer.originStatus >= 400) {
      trace.skipped([VIEWER_RESPONSE], `the origin answered ${answer.originStatus}`);
      return answer;
    }
    const { status, statusDescription = STATUS_CODES[status] ?? "", headers } = answer;
    const shown = { ...request, headers: exposed(request.headers, (name) => name.startsWith("cloudfront-")) };
    const result = await this.#call(trace, VIEWER_RESPONSE, shown, { status: String(status), statusDescription, headers: exposed(headers) });
    return { ...answer, headers: result.headers ?? {} };
  }

  /** Calls the function as Lambda does, JSON in and JSON out, and checks the result as CloudFront does. */
  async #call(trace, eventType, request, response) {
    const cf = { config: { ...DISTRIBUTION, eventType, requestId: trace.id }, request, ...(response && { response }) };
    const event = clone({ Records: [{ cf }] });
    const started = performance.now();
    let result;
    try {
      result = await this.#handler(clone(event), { awsRequestId: trace.id, functionName: "us-east-1.local", functionVersion: "1", memoryLimitInMB: "128", getRemainingTimeInMillis: () => 5000 });
    } catch (error) {
      throw this.#fault(trace, event, new Fault(eventType, "Execution", error?.stack ?? String(error)));
    }
    const milliseconds = performance.now() - started;
    try {
      validate(eventType, event.Records[0].cf, result);
    } catch (error) {
      throw this.#fault(trace, event, new Fault(eventType, "Validation", error.message.replace(/^CloudFront would answer 502: /, "")));
    }
    result = clone(result);
    trace.ran(eventType, event, result, milliseconds);
    return result;
  }

  #fault(trace, event, fault) {
    const later = STAGES.slice(STAGES.indexOf(fault.stage) + 1);
    trace.skipped(later, "an earlier stage failed");
    trace.failed(fault.stage, event, fault.message);
    return fault;
  }

  /** Added behind viewer-request, and only if a policy names it. What a viewer sent under the name is gone. */
  #withCountry(request, country) {
    const { "cloudfront-viewer-country": _, ...headers } = request.headers;
    const named = [...this.#policy.headers, ...this.#policy.forwardedHeaders].includes("cloudfront-viewer-country");
    if (named) headers["cloudfront-viewer-country"] = [{ key: "CloudFront-Viewer-Country", value: country }];
    return { ...request, headers };
  }
}

/** An answer that a function made. */
function generated(answer) {
  const headers = answer.headers ?? {};
  return { status: answer.status, statusDescription: answer.statusDescription, headers, body: bytesOf(answer), xCache: "LambdaGeneratedResponse from cloudfront" };
}

function bytesOf({ body = "", bodyEncoding }) {
  return Buffer.from(body, bodyEncoding === "base64" ? "base64" : "utf8");
}

/** What CloudFront adds when all functions have run. */
function finished({ status, statusDescription, headers, body, xCache }, id, method) {
  const sent = { date: [{ key: "Date", value: new Date().toUTCString() }], server: [{ key: "Server", value: "CloudFront" }], ...headers };
  // The body's own length; that of the file where there is none to count.
  if (method !== "HEAD" || sent["content-length"] === undefined) sent["content-length"] = [{ key: "Content-Length", value: String(body.length) }];
  if (status === "204" || status === "304") delete sent["content-length"];
  sent.via = [{ key: "Via", value: "1.1 5e17ed9e.cloudfront.net (CloudFront)" }];
  sent["x-cache"] = [{ key: "X-Cache", value: xCache }];
  sent["x-amz-cf-id"] = [{ key: "X-Amz-Cf-Id", value: id }];
  return { status, statusDescription: statusDescription ?? STATUS_CODES[status] ?? "", headers: sent, body };
}

/** What functions are shown of headers. */
function exposed(headers, hidden = () => false) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isDisallowed(name) && !hidden(name)));
}

function clone(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
