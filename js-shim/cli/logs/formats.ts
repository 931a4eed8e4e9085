/** The formats of access logs, told apart by their first line. */
import { cells, separatorOf } from "../csv.js";
import { ofCloudFront, ofCombined, type Undo } from "./escapes.js";
import { type Entry, entryOf, type Field, FIELDS, type LineReader, NO_REQUEST, UNREADABLE } from "./entry.js";

/**
 * What reads the lines of a file, by its first one; `undefined`: nothing that is known.
 *
 * @param names of the fields, where the file does not say them: real-time logs of CloudFront, and standard logs v2 as plain text
 */
export function readerOf(first: string, names: readonly string[] | undefined): LineReader | undefined {
  if (names !== undefined && !/^[#{[]/.test(first)) return delimited(names, first.includes("\t") ? "\t" : " ");
  if (first.startsWith("#")) return extended();
  if (first.startsWith("{") || first.startsWith("[")) return json;
  if (COMBINED.test(first)) return combined;
  const separator = separatorOf(first);
  const header = cells(first, separator).map((name) => name.trim().toLowerCase());
  if (has(header, "target") && has(header, "status")) return delimited(header, separator, first);
  return undefined;
}

function has(names: readonly string[], field: Field): boolean {
  return FIELDS[field].some((name) => names.includes(name));
}

/** The extended format of the W3C: `#Fields:` names what follows. CloudFront separates by tabs, IIS by blanks. */
function extended(): LineReader {
  let read: LineReader | undefined;
  return (line) => {
    if (!line.startsWith("#")) return read === undefined ? UNREADABLE : read(line);
    // A file may be several, one after another.
    const [, names] = /^#Fields:\s*(.*)$/i.exec(line) ?? [];
    if (names !== undefined) read = undefined;
    if (names !== undefined) {
      const list = names.trim().split(/\s+/);
      // IIS has the names of CloudFront, and not its escapes.
      read = (text) => (read = text.includes("\t") ? delimited(list, "\t") : delimited(list, " ", undefined, false))(text);
    }
    return undefined;
  };
}

/** Names that CloudFront gives the path, in its logs and in the tables that AWS makes of them. */
const STEMS = ["cs-uri-stem", "cs_uri_stem"];

function undoOf(has: (name: string) => boolean): Undo | undefined {
  return STEMS.some(has) ? ofCloudFront : undefined;
}

/**
 * @param header a line that is not a request
 * @param isEscaped whether fields with the names of CloudFront are escaped as it does
 */
function delimited(names: readonly string[], separator: string, header?: string, isEscaped = true): LineReader {
  const lower = names.map((name) => name.trim().toLowerCase());
  const undo = isEscaped ? undoOf((name) => lower.includes(name)) : undefined;
  const at = {} as Record<Field, readonly number[]>;
  for (const field of Object.keys(FIELDS) as Field[]) {
    at[field] = FIELDS[field].map((name) => lower.indexOf(name)).filter((index) => index >= 0);
  }
  // Of every line, as many values are cut out as are looked at.
  const last = Math.max(...Object.values(at).flat());
  return (line) => {
    if (line === header || line.startsWith("#")) return undefined;
    const values = separator === "," || line.includes('"') ? cells(line, separator) : line.split(separator, last + 1);
    return entryOf((field) => {
      for (const index of at[field]) {
        const value = values[index];
        if (value !== undefined && value !== "-" && value !== "") return value;
      }
      return undefined;
    }, undo);
  };
}

/** Combined and common, with or without the virtual host in front: `%v:%p %h %l %u %t "%r" %>s …`. */
const COMBINED = /^(?:(\S+?)(?::\d+)? )?\S+ \S+ (?:\S+|"[^"]*") \[(\d\d\/[A-Z][a-z]{2}\/\d{4}):[^\]]*\] "((?:[^"\\]|\\.)*)" (\d{3})(?: |$)/;
const REQUEST_LINE = /^([A-Za-z]+) (\S+)(?: HTTP\/[\d.]+)?$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function combined(line: string): Entry | typeof UNREADABLE | typeof NO_REQUEST {
  const found = COMBINED.exec(line);
  if (found?.[3] === "-" || found?.[3] === "") return NO_REQUEST;
  const request = REQUEST_LINE.exec(found?.[3] ?? "");
  if (found === null || request === null) return UNREADABLE;
  const values: Partial<Record<Field, string | undefined>> = { host: found[1], method: request[1], target: request[2], status: found[4], day: dayOf(found[2]!) };
  return entryOf((field) => values[field], ofCombined);
}

/** The last date that was looked at, and its day: a log has one for many lines. */
let known = { date: "", day: "" };

/** `2026-11-27` of `27/Nov/2026`. */
function dayOf(date: string): string {
  if (date !== known.date) {
    const [day, month, year] = date.split("/");
    known = { date, day: `${year!}-${String(MONTHS.indexOf(month!) + 1).padStart(2, "0")}-${day!}` };
  }
  return known.day;
}

/** A line of JSON: Cloudflare's Logpush, CloudFront v2, Netlify's and Vercel's drains, Caddy, or the result of a query. */
function json(line: string): Entry | typeof UNREADABLE | typeof NO_REQUEST | undefined {
  // Commas and brackets of an array that does not begin its file.
  let end = line.length;
  // From the end, and not by an expression: it would begin anew at each comma of a line that holds nothing else.
  while (end > 0 && /[,\s\]]/.test(line[end - 1]!)) end--;
  const text = line.slice(0, end).replace(/^\s*[[,]?\s*/, "");
  if (text === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.startsWith("{") && !text.endsWith("}") ? `${text}]` : text);
  } catch {
    return UNREADABLE;
  }
  return typeof value === "object" && value !== null ? entryOfObject(value as Record<string, unknown>) : UNREADABLE;
}

/** Vercel and Caddy have the request in a member. What is about no request is passed over. */
export function entryOfObject(value: Record<string, unknown>): Entry | typeof UNREADABLE | typeof NO_REQUEST {
  const inner = (value["proxy"] ?? value["request"]) as Record<string, unknown> | undefined;
  const values = new Map<string, string>();
  for (const object of [value, typeof inner === "object" ? inner : undefined]) {
    for (const name in object) {
      const member = object[name];
      if (typeof member === "string" || typeof member === "number") values.set(name.toLowerCase(), String(member));
    }
  }
  const isLog = typeof value["source"] === "string" && typeof value["deploymentId"] === "string";
  // Vercel: a line of a build, or what a function printed; the path of those is that of a route.
  if (isLog && inner === undefined) return NO_REQUEST;
  if (value["log_type"] !== undefined && value["log_type"] !== "traffic") return NO_REQUEST;
  return entryOf((field) => {
    for (const name of FIELDS[field]) {
      const found = values.get(name);
      if (found !== undefined && found !== "") return found;
    }
    return undefined;
  }, undoOf((name) => values.has(name)));
}

/** An archive of a browser: http://www.softwareishard.com/blog/har-12-spec/ */
export function* entriesOfArchive(text: string): Generator<Entry | typeof UNREADABLE> {
  const { log } = JSON.parse(text.replace(/^\ufeff/, "")) as { log?: { entries?: unknown } };
  if (!Array.isArray(log?.entries)) throw new SyntaxError("no log.entries");
  for (const { request, response, startedDateTime } of log.entries as Record<string, Record<string, unknown>>[]) {
    const values: Partial<Record<Field, unknown>> = { target: request?.["url"], method: request?.["method"], status: response?.["status"], day: startedDateTime };
    yield entryOf((field) => (values[field] === undefined ? undefined : String(values[field])));
  }
}
