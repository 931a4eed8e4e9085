/** Asking an origin over the network. */
import { CONNECTION_FIELDS } from "../connection-fields.js";
import { onOneLine } from "../hooks.js";
import { IS_NODE } from "./runtime.js";
import { requestTo } from "./request.js";
import { addressOf } from "../url.js";

/** An address, whose scheme, host and path come before every path; or a function that answers. */
export type OriginOption<C> = string | URL | ((request: Request, context: C) => Response | Promise<Response>);

/** What asks the origin, for each request's context. */
export function originFetcher<C>(origin: OriginOption<C>): (request: Request, context: C) => Response | Promise<Response> {
  if (typeof origin === "function") return origin;
  const { base, path } = addressOf(addressFrom(origin));
  const prefix = path.replace(/\/+$/, "");
  return (request) => {
    const { path, query } = addressOf(request.url);
    return fetchFrom(requestTo(`${base}${prefix}${path}${query === "" ? "" : `?${query}`}`, request));
  };
}

/** Whether a rule or a hook chose another host than the viewer's. */
export function isElsewhere(request: Request, first: Request): boolean {
  return request !== first && addressOf(request.url).base !== addressOf(first.url).base;
}

/** Sends the request where its address says. A redirect is the viewer's business; an origin that is not there, a 502. */
export async function fetchFrom(request: Request): Promise<Response> {
  try {
    return await fetch(passable(request), { redirect: "manual" });
  } catch (error) {
    const late = isTimeout(error);
    // The viewer is gone.
    if (request.signal?.aborted && !late) throw error;
    const { base } = addressOf(request.url);
    console.error(`selvedge: the origin ${base} could not be asked: ${onOneLine(error)}${causeOf(error)}`);
    return new Response(null, { status: late ? 504 : 502, headers: { "cache-control": "no-store" } });
  }
}

/** Without the fields of the viewer's connection, on some of which Node throws; workerd opens a WebSocket by them. */
function passable(request: Request): Request {
  if (!IS_NODE || !CONNECTION_FIELDS.some((name) => request.headers.has(name))) return request;
  const own = requestTo(request.url, request);
  for (const name of CONNECTION_FIELDS) own.headers.delete(name);
  return own;
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
