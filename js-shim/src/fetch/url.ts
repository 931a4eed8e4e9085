/** Addresses of requests, as texts: they are serialised URLs, which begin with a scheme and a host. */

export interface Address {
  /** `https://example.org` */
  readonly base: string;
  readonly path: string;
  /** Without "?". */
  readonly query: string;
}

export function addressOf(url: string): Address {
  const slash = pathStart(url);
  const end = endOf(url);
  const mark = url.indexOf("?", slash);
  if (mark < 0 || mark > end) return { base: url.slice(0, slash), path: url.slice(slash, end), query: "" };
  return { base: url.slice(0, slash), path: url.slice(slash, mark), query: url.slice(mark + 1, end) };
}

export function queryOf(url: string): string {
  const end = endOf(url);
  const mark = url.indexOf("?");
  return mark < 0 || mark > end ? "" : url.slice(mark + 1, end);
}

/** `example.org:8080` */
export function hostOf(url: string): string {
  return url.slice(url.indexOf("://") + 3, pathStart(url));
}

export function schemeOf(url: string): string {
  return url.slice(0, url.indexOf(":"));
}

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

function pathStart(url: string): number {
  return url.indexOf("/", url.indexOf("://") + 3);
}

function endOf(url: string): number {
  const hash = url.indexOf("#");
  return hash < 0 ? url.length : hash;
}
