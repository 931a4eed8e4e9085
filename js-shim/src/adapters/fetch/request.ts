/** Requests at other addresses. */
import { addressOf } from "../../core/url.js";

/** The request at another address. */
export function withAddress(request: Request, base: string | undefined, path: string, query: string): Request {
  const there = base ?? addressOf(request.url).base;
  return requestTo(`${there}${path}${query === "" ? "" : `?${query}`}`, request);
}

/** A request of its own, which can be changed. The first one's body goes over to it. */
export function requestTo(url: string, request: Request): Request {
  // Only a browser may ask for a page as a page: from code the same request is one within the site, or across sites.
  const mode: string | undefined = request.mode;
  if (mode !== "navigate" && mode !== "same-origin") return new Request(url, request);
  const { method, headers, body, credentials, cache, redirect, referrer, signal } = request;
  const within = addressOf(url).base === addressOf(request.url).base;
  const init = { method, headers, body, credentials, cache, redirect, referrer, signal, duplex: "half" };
  return new Request(url, { ...init, mode: within ? "same-origin" : "cors" } as RequestInit);
}
