/** The headers of Node's messages as rules see them. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { fromHeader, headerBytes, toHeader } from "../../core/header-text.js";
import type { HeaderAccess } from "../../core/header-editor.js";

/** Node throws on what is not legal in a value; an edit that would put it there is skipped. */
const ILLEGAL = /[^\t\x20-\x7e\x80-\xff]/;

export const RESPONSE_HEADERS: HeaderAccess<ServerResponse> = {
  names: (response) => response.getHeaderNames(),
  has: (response, name) => response.hasHeader(name),
  lines: (response, name) => valuesOf(response.getHeader(name)),
  value: toHeader,
  bytes: headerBytes,
  set: (response, name, value) => void response.setHeader(name, value),
  put(response, name, lines) {
    const values = legal(lines);
    if (values.length > 0) response.setHeader(name, values.length === 1 ? values[0]! : values);
  },
  delete: (response, name) => response.removeHeader(name),
};

/** The fields of a request, and which of them were changed. */
export interface RequestFields {
  readonly headers: IncomingHttpHeaders;
  readonly changed: Set<string>;
}

/** Of a request: joined by ", " as Node does, but for cookies. */
export const REQUEST_HEADERS: HeaderAccess<RequestFields> = {
  // Not the pseudo-headers of HTTP/2.
  names: ({ headers }) => Object.keys(headers).filter((name) => name[0] !== ":"),
  has: ({ headers }, name) => fieldOf(headers, name) !== undefined,
  lines: ({ headers }, name) => valuesOf(fieldOf(headers, name)),
  value: toHeader,
  bytes: headerBytes,
  set({ headers, changed }, name, value) {
    headers[name] = value;
    changed.add(name);
  },
  put({ headers, changed }, name, lines) {
    const values = legal(lines);
    if (values.length === 0) return;
    headers[name] = values.join(name === "cookie" ? "; " : ", ");
    changed.add(name);
  },
  delete({ headers, changed }, name) {
    delete headers[name];
    changed.add(name);
  },
};

/** Makes `rawHeaders`, which some frameworks read, say of these fields what `headers` says. */
export function publish({ headers, rawHeaders }: IncomingMessage, names: Iterable<string>): void {
  if (!Array.isArray(rawHeaders)) return;
  const changed = new Set(names);
  let kept = 0;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (changed.has(rawHeaders[i]!.toLowerCase())) continue;
    rawHeaders[kept++] = rawHeaders[i]!;
    rawHeaders[kept++] = rawHeaders[i + 1]!;
  }
  rawHeaders.length = kept;
  for (const name of changed) {
    const value = fieldOf(headers, name);
    if (value !== undefined) rawHeaders.push(name, String(value));
  }
}

/** A field of a request; no request brings the `constructor` that every object has. */
export function fieldOf(headers: IncomingHttpHeaders, name: string): string | readonly string[] | undefined {
  return Object.hasOwn(headers, name) ? headers[name] : undefined;
}

/** A field's lines as one text; `undefined` when there is none. */
export function textOf(value: number | string | readonly string[] | undefined, join = "\n"): string | undefined {
  return value === undefined ? undefined : linesOf(value).join(join);
}

function linesOf(value: number | string | readonly string[]): readonly string[] {
  return valuesOf(value).map(fromHeader);
}

function valuesOf(value: number | string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "object" ? value : [String(value)];
}

function legal(lines: readonly string[]): readonly string[] {
  return lines.filter((value) => !ILLEGAL.test(value));
}
