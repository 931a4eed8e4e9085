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
  return headers[name]?.map(({ value }) => value).join(", ");
}

/** A map without some headers. */
export function without(headers: HeaderMap, unwanted: (name: string) => boolean): HeaderMap {
  return Object.assign(Object.create(null), Object.fromEntries(Object.entries(headers).filter(([name]) => !unwanted(name))));
}

/** A map with a header of one line. */
export function withHeader(headers: HeaderMap, key: string, value: string): HeaderMap {
  return { ...headers, [key.toLowerCase()]: [{ key, value }] };
}
