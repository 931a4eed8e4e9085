import type { Undo } from "./escapes.js";

/** One request of an access log. The client's address is not even read. */
export interface Entry {
  readonly scheme: string;
  /** As the log has it; empty where it has none. */
  readonly host: string;
  /** Begins with a slash. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly method: string;
  readonly status: number;
  /** `2026-11-27`; empty where the log does not say. */
  readonly day: string;
  /** How many requests it stands for. */
  readonly count: number;
}

/** What a line is, besides a request: `undefined`, a comment or a header, or something that is not about a request. */
export const UNREADABLE = Symbol("unreadable");

/** A line of a connection or of a build, without a request: Apache's `"-" 408`, nginx's `"" 400`, what a function of Vercel printed. */
export const NO_REQUEST = Symbol("no request");

/** Reads one line. */
export type LineReader = (line: string) => Entry | typeof UNREADABLE | typeof NO_REQUEST | undefined;

/** What names of fields the formats have for the same thing, the best first. */
export const FIELDS = {
  // x-host-header is what the viewer asked for, cs(Host) the distribution's own name.
  host: ["x-host-header", "cs(host)", "cs-host", "x_host_header", "cs_host", "clientrequesthost", "host", "domain", "authority"],
  target: ["clientrequesturi", "cs-uri-stem", "cs_uri_stem", "clientrequestpath", "request_uri", "uri", "url", "path"],
  query: ["cs-uri-query", "cs_uri_query", "querystring", "query"],
  status: ["sc-status", "sc_status", "edgeresponsestatus", "statuscode", "status_code", "status", "http_status"],
  method: ["cs-method", "cs_method", "clientrequestmethod", "request_method", "method"],
  day: ["day", "date", "edgestarttimestamp", "edgestarttimestamp", "starteddatetime", "timestamp", "timestamp(ms)", "time", "ts", "@timestamp"],
  scheme: ["cs-protocol", "cs_protocol", "clientrequestscheme", "scheme"],
  count: ["count", "requests", "hits", "n"],
} as const;

export type Field = keyof typeof FIELDS;

/** An entry of texts, if they make one. @param undo what the format does to the target and the query */
export function entryOf(field: (name: Field) => string | undefined, undo: Undo = (text) => text): Entry | typeof UNREADABLE {
  const status = Number(field("status"));
  let target = field("target");
  if (target === undefined || !Number.isInteger(status) || status < 0 || status > 999) return UNREADABLE;
  let [host, scheme] = [known(field("host")), known(field("scheme"))];
  const absolute = target.startsWith("/") ? null : /^(https?):\/\/([^/?#]+)(.*)$/i.exec(target);
  if (absolute !== null) [scheme, host, target] = [absolute[1]!, absolute[2]!, absolute[3]!.startsWith("/") ? absolute[3]! : `/${absolute[3]!}`];
  if (!target.startsWith("/")) return UNREADABLE;
  const day = dayOf(field("day"));
  const count = Number(field("count") ?? 1);
  if (day === undefined || !Number.isInteger(count) || count < 0) return UNREADABLE;
  const mark = target.indexOf("?");
  const query = mark < 0 ? known(field("query")).replace(/^\?/, "") : target.slice(mark + 1);
  return {
    scheme: scheme.toLowerCase() === "http" ? "http" : "https",
    host: host.toLowerCase(),
    path: undo(mark < 0 ? target : target.slice(0, mark)),
    query: undo(query),
    method: known(field("method")) || "GET",
    status,
    day,
    count,
  };
}

/** `-` stands for nothing. */
function known(value: string | undefined): string {
  return value === undefined || value === "-" ? "" : value;
}

/** The last one that was looked at: a log has one for many lines. */
let knownDay = "";

/**
 * The day in UTC of a date, or of a number of seconds, milliseconds, or nanoseconds; empty for what is neither.
 *
 * @returns `undefined`: a day that no calendar has
 */
function dayOf(text: string | undefined): string | undefined {
  if (text === undefined) return "";
  if (text === knownDay) return text;
  if (/^\d{4}-\d\d-\d\d/.test(text)) return isDay(text.slice(0, 10)) ? text.slice(0, 10) : undefined;
  if (!/^\d{9,19}(?:\.\d+)?$/.test(text)) return "";
  const number = Number(text);
  const seconds = number > 1e17 ? number / 1e9 : number > 1e14 ? number / 1e6 : number > 1e11 ? number / 1e3 : number;
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** Whether a calendar has this day. `Date` takes the 31st of February for a day in March. */
export function isDay(text: string): boolean {
  if (text === knownDay) return true;
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text)) return false;
  knownDay = text;
  return true;
}
