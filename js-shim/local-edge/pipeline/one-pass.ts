/** The platforms that have all stages in one pass around the origin, and no cache between them. */
import { createPass, type Pass } from "#dist/adapters/fetch/pass.js";
import type { Platform } from "#dist/compile/compile.js";
import { isBodiless } from "#dist/generated/bodiless.js";
import { load } from "#dist/load/rules.js";
import { factHeaders, OF_CLOUDFRONT } from "../distribution/policy.js";
import { type HeaderMap, mapOf, withHeader, without } from "../message.js";
import type { OriginServer } from "../origin/origin.js";
import { OriginError } from "../origin/web-server.js";
import { TRIGGERS } from "../trigger.js";
import { received, sent } from "../wire.js";
import type { Viewer } from "./edge.js";
import { Fault } from "./fault.js";
import { ranged } from "./finish.js";
import type { Made } from "./made.js";
import type { Trace } from "./trace.js";

/** How long an origin may take. */
const SECONDS = 30;

interface Context {
  readonly viewer: Viewer;
  readonly id: string;
}

export class OnePass {
  inspector: string | undefined;
  readonly #pass: Pass<Context> | undefined;

  /** @param plan compiled for the platform; none: every request goes to the origin */
  constructor(
    plan: Uint8Array | undefined,
    readonly platform: Platform,
    readonly origin: OriginServer,
    readonly basePath: string,
  ) {
    this.#pass = plan && createPass(load(plan, platform), {
      name: platform,
      facts: {
        country: (_, { viewer }) => viewer.country,
        device: (_, { viewer }) => viewer.device,
        clientIp: (_, { viewer }) => viewer.request.clientIp,
        requestId: (_, { id }) => id,
      },
    });
  }

  async answer(viewer: Viewer, trace: Trace): Promise<Made> {
    trace.cache = "no cache";
    trace.skipped(TRIGGERS, "one pass: see the rules");
    try {
      return await this.#answer(viewer, trace);
    } catch (error) {
      if (!(error instanceof OriginError)) throw error;
      trace.fault = error.message;
      return new Fault("origin", error.status, error.status === 504 ? "Gateway Timeout" : "Bad Gateway", error.message).made(this.inspector);
    }
  }

  async #answer(viewer: Viewer, trace: Trace): Promise<Made> {
    const { method, uri, querystring } = viewer.request;
    const headers = this.#headersOf(viewer);
    const lines = pairsOf(headers);
    const body = method === "GET" || method === "HEAD" ? null : new Uint8Array(viewer.body);
    const url = `${viewer.isPlain ? "http" : "https"}://${trace.host || "localhost"}${uri}${querystring && `?${querystring}`}`;
    let request: Request;
    try {
      request = new Request(url, { method, headers: lines, body });
    } catch (error) {
      const text = Buffer.from(`400 Bad Request\n${(error as Error).message}\n`);
      return { status: 400, reason: "Bad Request", headers: mapOf([["Content-Type", "text/plain"]]), body: text, originStatus: 400, xCache: "" };
    }
    const ask = (asked: Request): Promise<Response> => this.#ask(asked, trace);
    const response = this.#pass === undefined ? await ask(request) : await this.#pass(request, { viewer, id: trace.id }, ask);
    const bytes = Buffer.from(await response.arrayBuffer());
    const told = received([...response.headers].filter(([name]) => name !== "set-cookie" && name !== "content-length").map(([name, value]) => [name, value]));
    const cookies = response.headers.getSetCookie();
    const all = cookies.length === 0 ? told : { ...told, ...received(cookies.map((value) => ["Set-Cookie", value])) };
    const made = ranged(viewer.request, { status: response.status, reason: response.statusText, headers: all, body: bytes, originStatus: trace.origin?.status ?? 0, xCache: "" });
    if (isBodiless(made.status)) return made;
    // Of what is sent, and that may be a part.
    const length = method === "HEAD" ? (response.headers.get("content-length") ?? "0") : String(made.body.length);
    return { ...made, headers: withHeader(made.headers, "Content-Length", length) };
  }

  /** A CloudFront Function is told of the viewer by headers; the others have facts. */
  #headersOf(viewer: Viewer): HeaderMap {
    const { headers } = viewer.request;
    if (this.platform !== "cloudfront-functions") return headers;
    return { ...without(headers, (name) => name.startsWith(OF_CLOUDFRONT)), ...factHeaders(viewer) };
  }

  async #ask(request: Request, trace: Trace): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const body = request.method === "GET" || request.method === "HEAD" ? undefined : Buffer.from(await request.arrayBuffer());
    const asked = { method: request.method, path: this.basePath + pathname, query: search.slice(1), headers: received([...request.headers].filter(([name]) => name !== "host")), body, seconds: SECONDS };
    const started = performance.now();
    const { status, reason, headers, body: bytes } = await this.origin.answer(asked);
    trace.origin = { url: this.origin.address(asked), status, headers, milliseconds: performance.now() - started };
    const lines = pairsOf(headers);
    return new Response(isBodiless(status) || request.method === "HEAD" ? null : new Uint8Array(bytes), { status, statusText: reason.replace(/[^\t\x20-\x7e]/g, ""), headers: lines });
  }
}

/** Lines as `Headers` takes them: bytes. */
function pairsOf(headers: HeaderMap): [string, string][] {
  return Object.entries(headers).flatMap(([name, lines]) => lines.map((line): [string, string] => [name, sent(line)]));
}
