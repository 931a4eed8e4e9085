/**
 * An event as it really arrives: nothing about it is certain. Checks the envelope once; below it, whatever is missing
 * or of another type counts as absent.
 */

import { STAGES } from "../../generated/names.js";

/** A header map, from CloudFront or from anyone. */
export type Headers = Record<string, unknown>;

/** `cf.request`. */
export interface Request {
  uri?: unknown;
  querystring?: unknown;
  method?: unknown;
  clientIp?: unknown;
  headers?: unknown;
  origin?: unknown;
}

/** `cf.response`, or an answer. */
export interface Response {
  status?: unknown;
  statusDescription?: unknown;
  headers?: unknown;
  body?: unknown;
  bodyEncoding?: unknown;
}

/** `Records[0].cf`. */
export interface CloudFront {
  readonly config: { readonly eventType: string; readonly requestId?: unknown };
  readonly request: Request;
  readonly response?: Response;
}

/** An entry of a header: one line. */
export interface Entry {
  key?: unknown;
  value?: unknown;
}

/** Takes `Records[0].cf` out of an event, or says what is wrong with the event. */
export function cloudFrontOf(event: unknown): CloudFront {
  const cf = (event as { Records?: [{ cf?: CloudFront }] } | undefined | null)?.Records?.[0]?.cf;
  // Message by message, so that the common case costs three checks.
  if (isObject(cf) && isObject(cf.config) && isObject(cf.request)) return cf;
  throw noEvent(isObject(cf) ? `no cf.${isObject(cf.config) ? "request" : "config"}` : got(event));
}

/** The error for something that is not an event of CloudFront. */
export function noEvent(found: string): TypeError {
  return new TypeError(`selvedge: expected a CloudFront event, ${STAGES.join(", ")}; got ${found}`);
}

/** The text of the URI's path. A path is always readable. */
export function pathOf(request: Request): string {
  const { uri } = request;
  return typeof uri === "string" ? uri : "/";
}

/** The text of the query, without "?". */
export function queryOf(request: Request): string {
  const { querystring } = request;
  return typeof querystring === "string" ? querystring : "";
}

/** The status of a response; 0 when it cannot be read. AWS's own examples write numbers. */
export function statusOf(response: Response | undefined): number {
  const status = response?.status;
  if (status === "200") return 200;
  const number = typeof status === "string" && status.length === 3 ? +status : status;
  return typeof number === "number" && Number.isInteger(number) && number > 0 && number < 0x10000 ? number : 0;
}

/** The lines of a header, joined; `undefined` when there is none. */
export function headerOf(message: { headers?: unknown } | undefined, name: string, join: string): string | undefined {
  const headers = message?.headers;
  // Not only for lack of headers: an inherited `constructor` is not an array either.
  const entries = isObject(headers) ? (headers as Headers)[name] : undefined;
  if (!Array.isArray(entries)) return undefined;
  if (entries.length === 1) return valueOf(entries[0]);
  let lines: string | undefined;
  for (let i = 0; i < entries.length; i++) {
    const value = valueOf(entries[i]);
    if (value !== undefined) lines = lines === undefined ? value : lines + join + value;
  }
  return lines;
}

/** The value of one line. */
export function valueOf(entry: unknown): string | undefined {
  const value = (entry as Entry | undefined | null)?.value;
  return typeof value === "string" ? value : undefined;
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function got(value: unknown): string {
  if (!isObject(value)) return value === null ? "null" : typeof value;
  return `an object with ${Object.keys(value).slice(0, 8).join(", ") || "nothing"}`;
}
