/** Messages as CloudFront's events hold them. */

export interface HeaderLine {
  readonly key?: string;
  readonly value: string;
}

/** By lower-case name, one item for each line. */
export type HeaderMap = Record<string, readonly HeaderLine[]>;

export interface S3Origin {
  readonly authMethod: string;
  readonly customHeaders: HeaderMap;
  readonly domainName: string;
  readonly path: string;
  readonly region: string;
}

export interface CustomOrigin {
  readonly customHeaders: HeaderMap;
  readonly domainName: string;
  readonly keepaliveTimeout: number;
  readonly path: string;
  readonly port: number;
  readonly protocol: "http" | "https";
  readonly readTimeout: number;
  readonly sslProtocols: readonly string[];
}

/** The one member that an origin has. */
export interface EventOrigin {
  readonly s3?: S3Origin;
  readonly custom?: CustomOrigin;
}

export interface EventBody {
  readonly inputTruncated: boolean;
  readonly action: string;
  readonly encoding: string;
  readonly data: string;
}

export interface EventRequest {
  readonly clientIp: string;
  readonly method: string;
  readonly uri: string;
  readonly querystring: string;
  readonly headers: HeaderMap;
  readonly body?: EventBody;
  readonly origin?: EventOrigin;
}

export interface EventResponse {
  readonly status: string;
  readonly statusDescription?: string;
  readonly headers?: HeaderMap;
  readonly body?: string;
  readonly bodyEncoding?: string;
}

/** What functions get. */
export interface Event {
  readonly Records: readonly [{ readonly cf: { readonly config: object; readonly request: EventRequest; readonly response?: EventResponse } }];
}

/** Header lines as a map. */
export function mapOf(lines: Iterable<readonly [string, string]>): HeaderMap {
  const headers: Record<string, HeaderLine[]> = Object.create(null);
  for (const [key, value] of lines) (headers[key.toLowerCase()] ??= []).push({ key, value });
  return headers;
}

/** The lines of a header as one value, as RFC 9110 §5.3 joins them. */
export function valueOf(headers: HeaderMap, name: string): string | undefined {
  const lines = headers[name];
  return lines?.length === 1 ? lines[0]?.value : lines?.map(({ value }) => value).join(", ");
}

/** A map without some headers. */
export function without(headers: HeaderMap, unwanted: (name: string) => boolean): HeaderMap {
  const kept: Record<string, readonly HeaderLine[]> = Object.create(null);
  for (const name of Object.keys(headers)) if (!unwanted(name)) kept[name] = headers[name] ?? [];
  return kept;
}

/** A map with a header of one line. */
export function withHeader(headers: HeaderMap, key: string, value: string): HeaderMap {
  return { ...headers, [key.toLowerCase()]: [{ key, value }] };
}

/** A copy of plain data, for whoever may change it. Several times faster than by way of JSON. */
export function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const member = copyOf((value as Record<string, unknown>)[name]);
    // A viewer may send a header of this name.
    if (name === "__proto__") Object.defineProperty(copy, name, { value: member, enumerable: true, configurable: true, writable: true });
    else copy[name] = member;
  }
  return copy;
}

/** Whether two values are the same in JSON, whatever the order of members. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && isSame((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]));
}
