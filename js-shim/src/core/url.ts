/** Addresses of requests, as texts. They are serialised URLs, but for what a server made of a field that is not a host. */

export interface Address {
  /** `https://example.org` */
  readonly base: string;
  readonly path: string;
  /** Without "?". */
  readonly query: string;
}

export function addressOf(text: string): Address {
  const url = serialised(text);
  const slash = pathStart(url);
  const end = endOf(url);
  const mark = url.indexOf("?", slash);
  if (mark < 0 || mark > end) return { base: url.slice(0, slash), path: url.slice(slash, end), query: "" };
  return { base: url.slice(0, slash), path: url.slice(slash, mark), query: url.slice(mark + 1, end) };
}

export function queryOf(text: string): string {
  const url = serialised(text);
  const end = endOf(url);
  const mark = url.indexOf("?");
  return mark < 0 || mark > end ? "" : url.slice(mark + 1, end);
}

/** `example.org:8080` */
export function hostOf(text: string): string {
  const url = serialised(text);
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

/** Deno puts the field's bytes before the path: `example.org\secret` would be a host here, and has a path for whoever parses it. */
function serialised(url: string): string {
  return PLAIN.test(url) || !URL.canParse(url) ? url : new URL(url).href;
}

const PLAIN = /^[a-z]+:\/\/[\w.:[\]-]+\//i;
