/** The request target, in its four forms: RFC 9112 §3.2. */
import { isIPv6 } from "node:net";

export interface PathAndQuery {
  /** "/" where there is none: an empty path is that one, RFC 9110 §4.2.3. */
  readonly path: string;
  /** Without "?". */
  readonly query: string;
}

export interface RequestTarget extends PathAndQuery {
  /** Of absolute-form, what stands before the path: `http://example.org`. */
  readonly base: string;
  /** Of absolute-form and authority-form, the host and maybe a port. */
  readonly authority: string | undefined;
}

const NOWHERE = { base: "", authority: undefined, path: "/", query: "" };

/** Reads a target. An error says why nobody can tell what it means. */
export function readTarget(method: string | undefined, text: string): RequestTarget | Error {
  if (!VISIBLE.test(text)) return new Error("the target holds what no URI does");
  if (method === "CONNECT") {
    // RFC 9110 §9.3.6: what CONNECT is for has a port.
    const isForm = isAuthority(text) && /:0*[1-9]\d*$/.test(text);
    return isForm ? { ...NOWHERE, authority: text } : new Error("the target of CONNECT is a host and a port");
  }
  if (text.startsWith("/")) return { ...NOWHERE, ...splitAt(text, 0) };
  if (text === "*") return method === "OPTIONS" ? NOWHERE : new Error("the target * is for OPTIONS");
  const [base, authority] = ABSOLUTE.exec(text) ?? [];
  if (base === undefined) return new Error("the target is neither a path nor an http or https URI");
  if (!isAuthority(authority!)) return new Error("the target's authority is not a host");
  // Routers look for the first "/", which they find in the query of `http://example.org?/`.
  if (text[base.length] === "?") return new Error("the target has a query, but no path");
  return { base, authority, ...splitAt(text, base.length) };
}

/** Splits a target that was read before; since then a rule or a hook may have put another in its place. */
export function splitTarget(text: string): PathAndQuery {
  return splitAt(text, text.startsWith("/") ? 0 : (ABSOLUTE.exec(text)?.[0].length ?? text.length));
}

/** `uri-host [ ":" port ]`, RFC 9110 §7.2; of the names of RFC 3986 §3.2.2 those that DNS can have. */
export function isAuthority(text: string): boolean {
  const { name, address, port = "" } = AUTHORITY.exec(text)?.groups ?? {};
  return (name !== undefined || (address !== undefined && isIPv6(address))) && Number(port) <= 65535;
}

/**
 * A path as every server reads it, which is the normalised one of rules: `\` is `/`, dot segments are resolved, and
 * characters that need no escape have none. One that has nothing of this stays as it is. Several slashes at the start are
 * one: whoever resolves a reference takes what follows two of them for a host.
 */
function normalised(path: string): string {
  return UNTIDY.test(path) ? withoutDots(path).replace(ESCAPE, unescaped).replace(/^\/+/, "/") : path;
}

/** Without "#", which ends a URI. */
const VISIBLE = /^[!"$-~]+$/;
const ABSOLUTE = /^https?:\/\/([^/?]*)/i;
const AUTHORITY = /^(?:(?<name>[\w.-]+)|\[(?<address>[\da-f:.]+)\])(?::(?<port>\d*))?$/i;
/** Slashes at the start, a backslash, the start of a dot segment, an escape of an unreserved character (RFC 3986 §2.3). */
const UNTIDY = /^\/\/|\\|\/\.|%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/i;
/** One dot, or two. */
const DOTS = /^(?:\.|%2e)(\.|%2e)?$/i;
/** With what stands before it, if that is a `%` that begins no escape, and maybe one digit. */
const ESCAPE = /(%[\da-f]?)?(%[\da-f]{2})/gi;

function splitAt(text: string, start: number): PathAndQuery {
  const mark = text.indexOf("?", start);
  const path = mark < 0 ? text.slice(start) : text.slice(start, mark);
  return { path: path === "" ? "/" : normalised(path), query: mark < 0 ? "" : text.slice(mark + 1) };
}

/** Not by the class URL: that of Node 20 and 22 leaves the path `/a/.b/../c` as it is. */
function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.replaceAll("\\", "/").split("/");
  for (const segment of segments) {
    const dots = DOTS.exec(segment);
    if (dots === null) kept.push(segment);
    else if (dots[1] !== undefined && kept.length > 1) kept.pop();
  }
  // What a path ends with is a segment, an empty one after dots.
  if (DOTS.test(segments.at(-1)!)) kept.push("");
  return kept.join("/");
}

/** Decoding must not make a new escape: `%2%66` is not `%2f`. */
function unescaped(_: string, before: string | undefined, escape: string): string {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  const decodes = before === undefined ? /[\w.~-]/ : /[g-z_.~-]/i;
  return (before ?? "") + (decodes.test(character) ? character : escape.toUpperCase());
}
