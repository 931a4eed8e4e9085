/** Messages of CloudFront Functions, made of those of Lambda@Edge, and back: what is not in their form is refused. */
import type { Event, EventOrigin, EventRequest, EventResponse, HeaderLine, HeaderMap } from "../message.js";

interface Entry {
  readonly value: string;
  readonly attributes?: string;
  multiValue?: Omit<Entry, "multiValue">[];
}

type Entries = Record<string, Entry>;

/** An event for a function, and the query as it was sent. */
export interface ViewerEvent {
  readonly event: object;
  readonly rawQuery: string | undefined;
}

/** What `updateRequestOrigin()` was told. */
export interface ChosenOrigin {
  readonly domainName?: string;
  readonly originPath?: string;
  readonly customHeaders?: Readonly<Record<string, string>>;
  readonly customOriginConfig?: { readonly port?: number; readonly protocol?: "http" | "https"; readonly sslProtocols?: readonly string[] };
  readonly timeouts?: { readonly readTimeout?: number; readonly keepAliveTimeout?: number };
  readonly originAccessControlConfig?: { readonly enabled?: boolean; readonly region?: string };
}

/** A result is not in the form that CloudFront takes. */
export class Malformed extends Error {}

export function viewerEvent({ Records: [{ cf }] }: Event): ViewerEvent {
  const { config, request, response } = cf;
  const shown = { method: request.method, uri: request.uri, querystring: queryEntries(request.querystring), headers: entriesOf(request.headers, "cookie"), cookies: cookiesOf(request.headers) };
  const event = {
    version: "1.0",
    context: config,
    viewer: { ip: request.clientIp },
    request: shown,
    ...(response && { response: { statusCode: Number(response.status), statusDescription: response.statusDescription, headers: entriesOf(response.headers ?? {}, "set-cookie"), cookies: setCookiesOf(response.headers ?? {}) } }),
  };
  return { event, rawQuery: request.querystring === "" ? undefined : request.querystring };
}

/** What the function returned, as Lambda@Edge would have. Throws `Malformed`. */
export function viewerResult({ Records: [{ cf }] }: Event, { event }: ViewerEvent, result: unknown): EventRequest | EventResponse {
  const returned = objectOf(result, "the result");
  if (cf.response === undefined && returned["statusCode"] === undefined) return asRequest(cf.request, (event as { readonly request: object }).request, returned);
  return asResponse(cf.response, returned);
}

function asRequest(before: EventRequest, shown: object, { method, uri, querystring, headers, cookies = {}, ...rest }: Readonly<Record<string, unknown>>): EventRequest {
  nothingOf(rest, "a request");
  if (method !== before.method) throw new Malformed("the method is read-only");
  if (typeof uri !== "string" || !/^\/[^?#\s]*$/.test(uri)) throw new Malformed(`uri: ${JSON.stringify(uri)} is not a path`);
  const { querystring: query, cookies: sent } = shown as { readonly querystring: Entries; readonly cookies: Entries };
  const kept = spelledAs(before.headers, linesOf(headers, "headers", ["value", "multiValue"]));
  if (Object.hasOwn(kept, "cookie")) throw new Malformed("headers.cookie: cookies are a member of the request");
  const pairs = pairsOf(cookies, "cookies", ["value", "multiValue"]);
  const cookie = same(cookies, sent) ? before.headers["cookie"] : pairs.length === 0 ? undefined : [{ key: "Cookie", value: pairs.map(({ name, value }) => `${name}=${value}`).join("; ") }];
  return { ...before, uri, querystring: queryOf(before.querystring, query, querystring), headers: { ...kept, ...(cookie && { cookie }) } };
}

function asResponse(before: EventResponse | undefined, { statusCode, statusDescription, headers = {}, cookies = {}, body, ...rest }: Readonly<Record<string, unknown>>): EventResponse {
  nothingOf(rest, "a response");
  if (!Number.isInteger(statusCode) || Number(statusCode) < 100 || Number(statusCode) > 599) throw new Malformed(`statusCode: ${JSON.stringify(statusCode)} is not a status`);
  if (statusDescription !== undefined && typeof statusDescription !== "string") throw new Malformed("statusDescription: it is not a text");
  const lines = linesOf(headers, "headers", ["value", "multiValue"]);
  if (Object.hasOwn(lines, "set-cookie")) throw new Malformed("headers.set-cookie: cookies are a member of the response");
  const set = pairsOf(cookies, "cookies", ["value", "attributes", "multiValue"]).map(({ name, value, attributes }) => ({ key: "Set-Cookie", value: `${name}=${value}${attributes === undefined || attributes === "" ? "" : `; ${attributes}`}` }));
  const answered = { status: String(statusCode), statusDescription: statusDescription ?? "", headers: { ...spelledAs(before?.headers ?? {}, lines), ...(set.length > 0 && { "set-cookie": set }) } };
  if (body === undefined) return answered;
  if (before !== undefined) throw new Malformed("body: a function at viewer-response cannot write one");
  if (typeof body === "string") return { ...answered, body };
  const { data, encoding } = objectOf(body, "body");
  if (typeof data !== "string" || (encoding !== "text" && encoding !== "base64")) throw new Malformed("body: it is a text, or { data, encoding } in text or base64");
  return { ...answered, body: data, ...(encoding === "base64" && { bodyEncoding: encoding }) };
}

/** The origin of a behaviour with what a function chose in its place. */
export function withChosen(before: EventOrigin, { domainName, originPath, customHeaders, customOriginConfig, timeouts, originAccessControlConfig: access }: ChosenOrigin): EventOrigin {
  const old = before.s3 ?? before.custom;
  const common = {
    domainName: domainName ?? old?.domainName ?? "",
    path: originPath ?? old?.path ?? "",
    customHeaders: customHeaders === undefined ? (old?.customHeaders ?? {}) : Object.fromEntries(Object.entries(customHeaders).map(([name, value]) => [name.toLowerCase(), [{ key: name, value }]])),
  };
  const isBucket = access?.enabled ?? (before.s3 !== undefined && customOriginConfig === undefined);
  if (isBucket) return { s3: { authMethod: "none", region: "us-east-1", ...before.s3, ...common, ...(access?.region !== undefined && { region: access.region }) } };
  const usual = { port: 443, protocol: "https", sslProtocols: ["TLSv1.2"], readTimeout: 30, keepaliveTimeout: 5 } as const;
  const { readTimeout, keepAliveTimeout } = timeouts ?? {};
  return { custom: { ...usual, ...before.custom, ...common, ...customOriginConfig, ...(readTimeout !== undefined && { readTimeout }), ...(keepAliveTimeout !== undefined && { keepaliveTimeout: keepAliveTimeout }) } };
}

function add(entries: Entries, name: string, entry: Omit<Entry, "multiValue">): void {
  const known = Object.hasOwn(entries, name) ? entries[name] : undefined;
  // Assigned, "__proto__" would be no member.
  if (known === undefined) Object.defineProperty(entries, name, { value: { ...entry }, enumerable: true, writable: true, configurable: true });
  else (known.multiValue ??= [{ ...known }]).push(entry);
}

function entriesOf(headers: HeaderMap, apart: string): Entries {
  const entries: Entries = {};
  for (const [name, lines] of Object.entries(headers)) if (name !== apart) for (const { value } of lines) add(entries, name, { value });
  return entries;
}

function cookiesOf(headers: HeaderMap): Entries {
  const cookies: Entries = {};
  for (const pair of (headers["cookie"] ?? []).flatMap(({ value }) => value.split(";"))) {
    const at = pair.indexOf("=");
    if (at >= 0) add(cookies, pair.slice(0, at).trim(), { value: pair.slice(at + 1).trim() });
  }
  return cookies;
}

function setCookiesOf(headers: HeaderMap): Entries {
  const cookies: Entries = {};
  for (const { value } of headers["set-cookie"] ?? []) {
    const [, name, text = "", attributes = ""] = /^([^=;]*)=([^;]*);?\s*(.*)$/s.exec(value) ?? [];
    if (name !== undefined) add(cookies, name, { value: text, attributes });
  }
  return cookies;
}

function queryEntries(text: string): Entries {
  const query: Entries = {};
  for (const pair of text.split("&").filter((pair) => pair !== "")) {
    const at = pair.indexOf("=");
    add(query, at < 0 ? pair : pair.slice(0, at), { value: at < 0 ? "" : pair.slice(at + 1) });
  }
  return query;
}

/** The query that goes on: text that the function wrote, or what it left as it was. */
function queryOf(before: string, shown: Entries, query: unknown): string {
  if (typeof query === "string") {
    if (/[\s#]/.test(query)) throw new Malformed(`querystring: ${JSON.stringify(query)} is not a query`);
    return query;
  }
  const pairs = pairsOf(query, "querystring", ["value", "multiValue"]);
  return same(query, shown) ? before : pairs.map(({ name, value }) => `${name}=${value}`).join("&");
}

function linesOf(entries: unknown, what: string, members: readonly string[]): Record<string, HeaderLine[]> {
  const lines: Record<string, HeaderLine[]> = {};
  for (const { name, value } of pairsOf(entries, what, members)) {
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) throw new Malformed(`${what}.${name}: it is not the name of a header in lower case`);
    if (/[\0-\x08\x0a-\x1f\x7f]/.test(value)) throw new Malformed(`${what}.${name}: its value has control characters`);
    (lines[name] ??= []).push({ key: name, value });
  }
  return lines;
}

function pairsOf(entries: unknown, what: string, members: readonly string[]): { readonly name: string; readonly value: string; readonly attributes?: string | undefined }[] {
  return Object.entries(objectOf(entries, what)).flatMap(([name, entry]) => {
    const { multiValue, ...first } = objectOf(entry, `${what}.${name}`);
    if (multiValue !== undefined && !Array.isArray(multiValue)) throw new Malformed(`${what}.${name}.multiValue: it is not a list`);
    return (multiValue ?? [first]).map((line: unknown) => {
      const { value, attributes, ...rest } = objectOf(line, `${what}.${name}`);
      nothingOf(rest, `${what}.${name}`);
      if (typeof value !== "string") throw new Malformed(`${what}.${name}.value: ${JSON.stringify(value)} is not a text`);
      if (attributes !== undefined && (typeof attributes !== "string" || !members.includes("attributes"))) throw new Malformed(`${what}.${name}.attributes: it is not a text of a cookie that is set`);
      return { name, value, attributes };
    });
  });
}

/** Functions see names in lower case; what they leave alone is sent as it came. */
function spelledAs(before: HeaderMap, lines: HeaderMap): HeaderMap {
  const values = (list: readonly HeaderLine[] | undefined): string => JSON.stringify(list?.map(({ value }) => value));
  return Object.fromEntries(Object.entries(lines).map(([name, list]) => [name, values(before[name]) === values(list) ? (before[name] ?? list) : list]));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function nothingOf(rest: object, what: string): void {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new Malformed(`${what} has no member ${unknown}`);
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Malformed(`${what}: ${JSON.stringify(value)} is not an object`);
  return value as Readonly<Record<string, unknown>>;
}
