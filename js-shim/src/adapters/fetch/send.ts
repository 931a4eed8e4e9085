/** Asking an origin over the network, as a gateway does. */
import { connectionFields } from "../../core/connection-fields.js";
import { type Forwarded, forwardedFields, goesInCircles } from "../../core/forwarded.js";
import { onOneLine } from "../../core/hooks.js";
import { copyOf, discard, failure, isInvalid } from "./copy.js";
import { IS_BROWSER, IS_NODE, MAKES_STREAMS } from "./runtime.js";
import { requestTo } from "./request.js";
import { addressOf } from "../../core/url.js";

/** An address, whose scheme, host and path come before every path; or a function that answers. */
export type OriginOption<C> = string | URL | ((request: Request, context: C) => Response | Promise<Response>);

/** Adds to the headers that an origin gets. */
export type Tell = (headers: Headers) => void;

/** What asks the origin, for each request's context. */
export function originFetcher<C>(origin: OriginOption<C>): (request: Request, context: C, tell?: Tell) => Response | Promise<Response> {
  if (typeof origin === "function") return origin === fetch ? passing : (request, context) => origin(request, context);
  const { base, path } = addressOf(addressFrom(origin));
  const prefix = path.replace(/\/+$/, "");
  return (request, _, tell) => {
    const { path, query } = addressOf(request.url);
    return fetchFrom(request, tell, `${base}${prefix}${path}${query === "" ? "" : `?${query}`}`);
  };
}

/**
 * The runtime's own `fetch`, as an origin: a redirect is the viewer's business, though a server's requests say "follow". In a
 * service worker they are those of a page, which says who follows.
 */
export function passing(request: Request): Promise<Response> {
  return IS_BROWSER ? fetch(request) : fetch(request, { redirect: "manual" });
}

/** Whether a rule or a hook chose another host than the viewer's. */
export function isElsewhere(request: Request, first: Request): boolean {
  return request !== first && addressOf(request.url).base !== addressOf(first.url).base;
}

/**
 * The viewer's request without what its `Connection` names (RFC 9110 §7.6.1). Before any rule: a viewer must not have a
 * field taken out that a rule sets.
 */
export function endToEnd(request: Request): Request {
  const connection = request.headers.get("connection");
  if (connection === null) return request;
  const named = [...connectionFields(connection)].filter((name) => !FIELDS.has(name) && request.headers.has(name));
  return named.length === 0 ? request : without(named, request);
}

/** Tells the origin about the viewer, unless rules have said something else. */
export function forwarder(first: Request, viewer: Forwarded): Tell {
  const before = (name: string): string | undefined => first.headers.get(name) ?? undefined;
  return (headers) => {
    for (const [name, value] of forwardedFields(viewer, before)) {
      if (headers.get(name) === first.headers.get(name)) headers.set(name, value);
    }
  };
}

/**
 * What each body answers. In Node a signal reaches it only while the Request that brought the signal is alive: once that was
 * collected, a body that stopped coming would be waited for, whatever time a hook had set.
 */
const SENT = new WeakMap<ReadableStream, readonly Request[]>();

/** Sends the request where its address says. A redirect is the viewer's business; an origin that is not there, a 502. */
export async function fetchFrom(request: Request, tell?: Tell, url = request.url): Promise<Response> {
  if (goesInCircles(request.headers.get("via") ?? undefined)) return failure(508);
  try {
    const asked = outgoing(request, tell, url);
    const response = await fetch(asked, { redirect: "manual" });
    if (!MAKES_STREAMS && response.body !== null) SENT.set(response.body, [request, asked]);
    if (isLegal(response, asked)) return received(response);
    discard(response);
    console.error(`selvedge: the origin ${addressOf(url).base} sent what is not an answer`);
    return failure(502);
  } catch (error) {
    const late = isTimeout(error);
    // The viewer is gone.
    if (request.signal?.aborted && !late) throw error;
    const { base } = addressOf(url);
    console.error(`selvedge: the origin ${base} could not be asked: ${onOneLine(error)}${causeOf(error)}`);
    return failure(late ? 504 : 502);
  }
}

/**
 * What ends at this hop. Node throws on some of it, on `Expect` too, which the server has answered; workerd opens a WebSocket
 * by `Connection` and `Upgrade`, and keeps the connection's fields to itself.
 */
const FIELDS: ReadonlySet<string> = IS_NODE ? connectionFields("expect") : new Set(["expect", "proxy-authorization"]);

function outgoing(request: Request, tell: Tell | undefined, url: string): Request {
  const gone = [...FIELDS].filter((name) => request.headers.has(name));
  if (gone.length === 0 && tell === undefined && url === request.url) return request;
  const own = without(gone, request, url);
  tell?.(own.headers);
  return own;
}

function without(names: readonly string[], request: Request, url = request.url): Request {
  const own = requestTo(url, request);
  for (const name of names) own.headers.delete(name);
  return own;
}

const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;
const ILLEGAL = /[\0-\x08\x0a-\x1f\x7f]/;

/**
 * Whether it can go on to the viewer: runtimes hand over fields that RFC 9110 §5 knows no such name or value for, on which servers then
 * fail, and a change to a protocol that nobody asked for.
 */
function isLegal({ status, headers }: Response, request: Request): boolean {
  if (status === 101) return request.headers.has("upgrade");
  for (const [name, value] of headers) if (!NAME.test(name) || ILLEGAL.test(value)) return false;
  return true;
}

/** The answer without the fields of the origin's connection, before any rule. */
function received(response: Response): Response {
  if (!IS_NODE) return response;
  const { headers, status, url } = response;
  const gone = [...connectionFields(headers.get("connection") ?? undefined)].filter((name) => headers.has(name));
  // RFC 9110 §8.6.
  if (status === 204) gone.push("content-length");
  if (gone.length === 0 || isInvalid(response)) return response;
  const own = copyOf(response);
  for (const name of gone) own.headers.delete(name);
  // What came over the network has an address.
  return Object.defineProperty(own, "url", { value: url });
}

function addressFrom(origin: string | URL): string {
  try {
    const url = new URL(origin);
    if (/^https?:$/.test(url.protocol)) return url.href;
  } catch {
    // Said below.
  }
  throw new TypeError(`selvedge: the origin must be an address such as "https://origin.example.com", got ${String(origin)}`);
}

/** By a signal that a hook gave the request, or by the runtime's own patience. */
function isTimeout(error: unknown): boolean {
  const { name, cause } = (error ?? {}) as { name?: unknown; cause?: { name?: unknown } };
  return name === "TimeoutError" || /Timeout/.test(String(cause?.name));
}

/** Node says "fetch failed", and why one level below. */
function causeOf(error: unknown): string {
  const cause = (error as { cause?: unknown } | undefined)?.cause;
  return cause === undefined ? "" : ` (${onOneLine(cause)})`;
}
