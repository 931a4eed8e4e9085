/** The adapter for any server, or service worker, of Request and Response. */
import type { Loaded } from "../../core/plan-engine.js";
import { stringOf } from "../../core/decide.js";
import { factOf } from "../../core/facts.js";
import type { Forwarded } from "../../core/forwarded.js";
import { initOf, withoutCoding } from "./copy.js";
import { createPass, type Receipt } from "./pass.js";
import { IS_NODE } from "./runtime.js";
import { endToEnd, fetchFrom, forwarder, isElsewhere, type OriginOption, originFetcher, passing } from "./send.js";
import type { FetchFacts, FetchOptions, Next } from "./types.js";
import { hostOf, schemeOf } from "../../core/url.js";

/** What `edge` takes besides the rules. */
export interface EdgeOptions<C = unknown> extends FetchOptions<C> {
  /**
   * The origin that is asked if there is no `next`: an address, or a function. By default there is none, and `next` is required.
   */
  readonly origin?: OriginOption<C> | undefined;
  /** Whether an origin at an address gets `X-Forwarded-For`, `X-Forwarded-Host`, `X-Forwarded-Proto` and `Via`. Default `true`. */
  readonly forwarded?: boolean | undefined;
}

/**
 * Handles a request. `next` answers what no rule does: the application, a file server, `fetch`. What is given after it, or
 * instead of it, reaches hooks and facts as their context.
 */
export interface Edge<C = unknown> {
  (request: Request, next: Next, context?: C): Promise<Response>;
  (request: Request, context?: C): Promise<Response>;
}

export function createEdge<C>(
  loaded: Loaded,
  { facts = {}, hooks, origin, forwarded = true }: EdgeOptions<C> = {},
): Edge<C> {
  const pass = createPass<C>(loaded, { name: "fetch", facts, hooks, receive: decoded });
  const fetcher = origin === undefined ? undefined : originFetcher(origin);

  return (request: Request, next?: Next | C, context?: C): Promise<Response> => {
    if (typeof next === "function") return pass(request, context as C, next === fetch ? passing : (next as Next));
    if (fetcher === undefined) return Promise.reject(new TypeError(NOBODY));
    const given = next as C;
    const first = endToEnd(request);
    const tell = forwarded ? forwarder(first, viewerOf(first, addressIn(facts, first, given))) : undefined;
    return pass(first, given, (asked) => (isElsewhere(asked, first) ? fetchFrom(asked, tell) : fetcher(asked, given, tell)));
  };
}

/** Where it was to be known and is not, the last address of the list must not be one that the client wrote. */
function addressIn<C>(facts: FetchFacts<C>, request: Request, context: C): string | undefined {
  return facts.clientIp && (stringOf(factOf(facts, "clientIp", [request, context])) ?? "unknown");
}

function viewerOf({ url }: Request, address: string | undefined): Forwarded {
  // Nothing here says which version of HTTP the viewer speaks.
  return { address, host: hostOf(url), scheme: schemeOf(url), version: "1.1" };
}

const NOBODY =
  "selvedge: no origin: pass `next`, edge(rules)(request, next), or set `origin`, edge(rules, { origin })";

/** Bodies that `fetch` brings are decoded in Node and Bun, while their headers still tell how they came. */
function decoded(received: Response): Receipt | undefined {
  // Only what came over the network has an address.
  if (!IS_NODE || !received.url) return undefined;
  const encoding = received.headers.get("content-encoding");
  if (encoding === null) return undefined;
  return (response) => {
    const own = withoutCoding(response, encoding);
    if (own === undefined) return response;
    const headers = new Headers(response.headers);
    headers.delete("content-length");
    headers.delete("content-encoding");
    if (own !== "") headers.set("content-encoding", own);
    return new Response(response.body, { ...initOf(response), headers });
  };
}
