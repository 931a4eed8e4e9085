/** The rules at work on plain data: for tests of rules, and for servers whose messages no adapter knows. */
import type { Platform } from "../compile/compile.js";
import type { RulesArgument } from "../compile/rules-argument.js";
import { createPass, type Pass } from "../adapters/fetch/pass.js";
import { isBodiless } from "../generated/bodiless.js";
import { FACTS } from "../generated/names.js";
import { load } from "../load/rules.js";
import type { Rules } from "../rules/rules.js";

/** Header names and their values; a list is several lines. */
export type PlainHeaders = Readonly<Record<string, string | readonly string[]>>;

/** A request as plain data. */
export interface PlainRequest {
  /** An absolute URL, or a path on the host of the header `Host`, which by default is `example.org`. */
  readonly url: string;
  /** Default `"GET"`. */
  readonly method?: string | undefined;
  /** The headers. By default there are none. */
  readonly headers?: PlainHeaders | undefined;
  /** The country by ISO 3166-1 alpha-2, for conditions on `country`. By default unknown. */
  readonly country?: string | undefined;
  /** One or more words, for conditions on `device`. By default unknown. */
  readonly device?: string | readonly string[] | undefined;
  /** The viewer's address, for conditions on `ip`. By default unknown. */
  readonly clientIp?: string | undefined;
  /** What experiments and weights are drawn from. Default: a random one. */
  readonly requestId?: string | undefined;
}

/** An origin's response as plain data. */
export interface PlainResponse {
  /** The status. Default 200. */
  readonly status?: number | undefined;
  /** The headers. By default there are none. */
  readonly headers?: PlainHeaders | undefined;
  /** The body. By default it is empty. */
  readonly body?: string | undefined;
}

/** What the viewer gets, and what the origin was asked. */
export interface Outcome {
  /** What the origin was asked, the last time if it was asked twice; `undefined`: a rule answered. */
  readonly asked: { readonly method: string; readonly url: string; readonly headers: Record<string, string> } | undefined;
  /** The status of the response. */
  readonly status: number;
  /** Names in lower case; lines of one name are joined by a comma. */
  readonly headers: Record<string, string>;
  /** The lines of `Set-Cookie`, which cannot be joined. */
  readonly cookies: readonly string[];
  /** The body of the response. */
  readonly body: string;
}

/** Answers for the origin. */
export type PlainOrigin = (asked: NonNullable<Outcome["asked"]>) => PlainResponse | Promise<PlainResponse>;

/** What an `Engine` takes besides the rules. */
export interface EngineOptions {
  /** The platform that the rules are compiled for, or that the plan was compiled for. Default `"fetch"`. */
  readonly platform?: Platform | undefined;
}

/**
 * Runs rules (an object, JSON text, or a compiled plan) through all four stages.
 *
 * ```js
 * const engine = new Engine({ redirects: [{ from: "/old/*", to: "/new/:splat" }] });
 * const { status, headers } = await engine.handle({ url: "/old/page" }); // 301, { location: "/new/page" }
 * ```
 */
export class Engine<const R = never> {
  readonly #pass: Pass<PlainRequest>;
  readonly #platform: Platform;

  /** Throws a `RulesError` for what is wrong with the rules, a `PlanError` for a plan that cannot be used. */
  constructor(rules: RulesArgument<R> | Uint8Array, { platform = "fetch" }: EngineOptions = {}) {
    this.#platform = platform;
    this.#pass = createPass(load(rules as Rules | string | Uint8Array, platform, { facts: FACTS }), {
      name: platform,
      facts: {
        country: (_, { country }) => country,
        device: (_, { device }) => device,
        clientIp: (_, { clientIp }) => clientIp,
        requestId: (_, { requestId }) => requestId,
      },
    });
  }

  /** Handles one request, or a GET of a URL; the origin answers an empty 200 if it is not given. */
  async handle(asking: PlainRequest | string | URL, origin: PlainOrigin = () => ({})): Promise<Outcome> {
    let asked: Outcome["asked"];
    const request: PlainRequest = typeof asking === "string" || asking instanceof URL ? { url: String(asking) } : asking;
    if (typeof request?.url !== "string") throw new TypeError('selvedge: a request is a URL or a path, "/docs/", or { url: "/docs/" }');
    const { method = "GET", headers } = request;
    const lines = headersOf(headers);
    const url = new URL(request.url, `https://${hostIn(lines) ?? "example.org"}`);
    if (this.#platform.startsWith("cloudfront")) addViewer(lines, url, request);
    const viewed = new Request(url, { method, headers: lines });
    const response = await this.#pass(viewed, request, async ({ method, url, headers }) => {
      asked = { method, url, headers: Object.fromEntries(headers) };
      const answered: unknown = await origin(asked);
      if (!isPlain(answered)) throw new TypeError("selvedge: an origin answers plain data, { status, headers, body }");
      const { status = 200, body, headers: sent } = answered as PlainResponse;
      // As bytes, which bring no `Content-Type` of their own.
      const bytes = isBodiless(status) ? null : new TextEncoder().encode(body ?? "");
      return new Response(bytes, { status, headers: headersOf(sent) });
    });
    return {
      asked,
      status: response.status,
      headers: Object.fromEntries([...response.headers].filter(([name]) => name !== "set-cookie")),
      cookies: response.headers.getSetCookie(),
      body: await response.text(),
    };
  }
}

const DEVICES = ["android", "desktop", "ios", "mobile", "smarttv", "tablet"];

/** The host that a path is for. */
function hostIn(headers: Headers): string | undefined {
  const host = headers.get("host");
  return host !== null && URL.canParse(`https://${host}`) ? host : undefined;
}

/** CloudFront tells the host in a header, and the origin side of a viewer in others. No rule may read those before. */
function addViewer(headers: Headers, { host, protocol }: URL, { country, device }: PlainRequest): void {
  if (!headers.has("host")) headers.set("Host", host);
  headers.set("CloudFront-Forwarded-Proto", protocol.slice(0, -1));
  if (country !== undefined) headers.set("CloudFront-Viewer-Country", country);
  const words = typeof device === "string" ? [device] : device;
  if (words !== undefined) for (const word of DEVICES) headers.set(`CloudFront-Is-${word}-Viewer`, String(words.includes(word)));
}

/** An instance of a class, such as a `Response`, has its fields elsewhere, and would be taken for an empty object. */
function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
}

function headersOf(plain: PlainHeaders = {}): Headers {
  if (!isPlain(plain)) throw new TypeError('selvedge: headers are plain data, { "name": "value" }, or lists of values');
  const headers = new Headers();
  for (const [name, values] of Object.entries(plain)) {
    for (const value of Array.isArray(values) ? (values as readonly string[]) : [String(values)]) headers.append(name, value);
  }
  return headers;
}
