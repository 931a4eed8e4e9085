/** What a request is for, settled before any rule looks at it: in one way for rules and the application, or not at all. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { stringOf } from "../../core/decide.js";
import { publish } from "./headers.js";
import { isAuthority, readTarget, type RequestTarget, splitTarget } from "./target.js";

export interface Head {
  /** Host, and maybe a port; HTTP/1.0 may name none. */
  readonly host: string | undefined;
  /** What stands before each path in `request.url`; mostly nothing. */
  readonly base: string;
  /** What a router has cut off in front of the path, because the middleware is mounted there; mostly nothing. */
  readonly mount: string;
  /** Whether the viewer's path ends with the mount: what is left of it is "/" nevertheless. */
  readonly bare: boolean;
}

/** Leaves the path in `request.url` and the host in the `host` field, as rules see them. An error is to be answered by 400. */
export function settle(request: IncomingMessage): Head | Error {
  const { url = "", headers } = request;
  const target = readTarget(request.method, url);
  if (target instanceof Error) return target;
  const host = hostOf(request, target);
  if (host instanceof Error) return host;
  if (host !== undefined && host !== headers.host) {
    headers.host = host;
    publish(request, ["host"]);
  }
  const { path, authority } = target;
  // Of authority-form and asterisk-form nothing is a path.
  if (authority === url || url === "*") return { host, base: "", mount: "", bare: false };
  // Routers of Express and connect cut what they found before the path out of each later URL, so it has to stay.
  const base = "originalUrl" in request && url.length > target.base.length ? target.base : "";
  const mark = url.indexOf("?");
  const settled = mark < 0 ? base + path : base + path + url.slice(mark);
  const cut = mountOf(request, pathIn(url, target.base), target.base);
  if (settled !== url) request.url = settled;
  return { host, base, ...cut };
}

/** Express says where it is; of connect, it is what the first URL has more than this one. */
function mountOf(request: IncomingMessage, path: string, origin: string): Pick<Head, "mount" | "bare"> {
  const { originalUrl, baseUrl } = request as { originalUrl?: unknown; baseUrl?: unknown };
  const original = pathIn(stringOf(originalUrl) ?? path, origin);
  const bare = path === "/" && !original.endsWith("/");
  const cut = bare ? original : original.endsWith(path) ? original.slice(0, -path.length) : "";
  const mount = stringOf(baseUrl) ?? cut;
  return { mount: mount && splitTarget(mount).path, bare: bare && mount === original };
}

function pathIn(url: string, origin: string): string {
  return (url.startsWith(origin) ? url.slice(origin.length) : url).split("?", 1)[0]!;
}

/** Answers what nobody can read, and ends the connection: what follows it may be meant otherwise, too. */
export function refuse(request: IncomingMessage, response: ServerResponse, { message }: Error): void {
  const body = `400 Bad Request: ${message}\n`;
  response.statusCode = 400;
  response.setHeader("cache-control", "no-store");
  response.setHeader("content-type", "text/plain");
  response.setHeader("content-length", body.length);
  if (!(request.httpVersionMajor >= 2)) response.setHeader("connection", "close");
  response.end(body);
}

/**
 * Where the target names the host, as in absolute-form, the `host` field does not count: RFC 9112 §3.2.2. In HTTP/2 it is in
 * `:authority`, and a field that says otherwise makes the request malformed: RFC 9113 §8.3.1.
 */
function hostOf({ headers, rawHeaders, httpVersionMajor, httpVersionMinor }: IncomingMessage, { base, authority }: RequestTarget): string | undefined | Error {
  const field = headers.host === "" ? undefined : headers.host;
  if (count(rawHeaders, "host") > 1) return new Error("there is more than one Host field");
  if (field !== undefined && !isAuthority(field)) return new Error("the Host field is not a host");
  if (!(httpVersionMajor >= 2)) {
    const host = authority ?? field;
    // RFC 9112 §3.2. HTTP/1.0 has no such field.
    const needed = httpVersionMajor === 1 && httpVersionMinor > 0;
    return needed && (host === undefined || headers.host === undefined) ? new Error("there is no Host field") : host;
  }
  if (base !== "") return new Error("the target is not a path");
  if (!/^https?$/.test((headers[":scheme"] as string | undefined) ?? "http")) return new Error("the target's scheme is neither http nor https");
  const named = headers[":authority"] as string | undefined;
  if (named === undefined) return field ?? new Error("the request names no host");
  if (!isAuthority(named)) return new Error(":authority is not a host");
  return field === undefined || same(field, named, headers[":scheme"]) ? named : new Error("Host and :authority name different hosts");
}

/** RFC 3986 §6.2.2.1 and §6.2.3: neither case counts, nor a port that the scheme has by itself. */
function same(one: string, other: string, scheme: unknown): boolean {
  const port = scheme === "http" ? /:(?:80)?$/ : /:(?:443)?$/;
  const bare = (host: string): string => host.replace(port, "").toLowerCase();
  return one === other || bare(one) === bare(other);
}

function count(raw: readonly string[] | undefined, name: string): number {
  let found = 0;
  if (raw !== undefined) for (let i = 0; i < raw.length; i += 2) if (raw[i]!.length === name.length && raw[i]!.toLowerCase() === name) found++;
  return found;
}
