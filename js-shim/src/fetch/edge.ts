/** The adapter for any server, or service worker, of Request and Response. */
import type { CompileOptions } from "../compile.js";
import type { Loaded } from "../engine.js";
import { createPass, type Receipt } from "./pass.js";
import { type OriginOption, originFetcher } from "./send.js";
import type { FetchOptions, Next } from "./types.js";

export interface EdgeOptions<C = unknown> extends FetchOptions<C> {
  /** Who is asked where no `next` is given: an address, or a function. */
  readonly origin?: OriginOption<C> | undefined;
}

/**
 * Handles a request. `next` answers what no rule does: the application, a file server, `fetch`. What is given after it, or
 * instead of it, reaches hooks and facts as their context.
 */
export interface Edge<C = unknown> {
  (request: Request, next: Next, context?: C): Promise<Response>;
  (request: Request, context?: C): Promise<Response>;
}

/** The facts that an adapter is given, for the compiler. */
export function givenFacts<C>({ facts = {} }: FetchOptions<C> = {}): NonNullable<CompileOptions["facts"]> {
  return (["country", "device"] as const).filter((name) => facts[name] !== undefined);
}

export function createEdge<C>(loaded: Loaded, { facts = {}, hooks, origin }: EdgeOptions<C> = {}): Edge<C> {
  const pass = createPass<C>(loaded, { name: "fetch", facts, hooks, receive: decoded });
  const fetcher = origin === undefined ? undefined : originFetcher(origin);

  return (request: Request, next?: Next | C, context?: C): Promise<Response> => {
    if (typeof next === "function") return pass(request, context as C, next as Next);
    if (fetcher === undefined) return Promise.reject(new TypeError(NOBODY));
    return pass(request, next as C, fetcher(next as C));
  };
}

const NOBODY =
  "selvedge: there is nobody to ask: pass a function, edge(rules)(request, next), or an origin, edge(rules, { origin })";

/** Bodies that `fetch` brings are decoded in Node and Bun, while their headers still tell how they came. */
const DECODES = typeof process === "object" && process.versions?.["node"] !== undefined;

function decoded(received: Response): Receipt | undefined {
  // Only what came over the network has an address.
  if (!DECODES || !received.url) return undefined;
  const encoding = received.headers.get("content-encoding");
  if (encoding === null) return undefined;
  return (response) => {
    if (response.headers.get("content-encoding") !== encoding) return response;
    const { status, statusText, body } = response;
    const headers = new Headers(response.headers);
    headers.delete("content-encoding");
    headers.delete("content-length");
    return new Response(body, { status, statusText, headers });
  };
}
