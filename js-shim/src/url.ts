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

function pathStart(url: string): number {
  return url.indexOf("/", url.indexOf("://") + 3);
}

function endOf(url: string): number {
  const hash = url.indexOf("#");
  return hash < 0 ? url.length : hash;
}
