/** What a distribution's policies decide: what the cache keys, what the origin side sees. */
import { type EventOrigin, type EventRequest, type HeaderLine, type HeaderMap, mapOf, valueOf } from "../message.js";

/** All, none, those of these names, or all but those. */
export type Named = "all" | "none" | readonly string[] | { readonly except: readonly string[] };

/** Names as in CloudFront's own policies; headers in lower case. */
export interface CachePolicy {
  readonly minTTL: number;
  readonly defaultTTL: number;
  readonly maxTTL: number;
  readonly headers: readonly string[];
  readonly cookies: Named;
  readonly queryStrings: Named;
  readonly enableAcceptEncodingGzip: boolean;
  readonly enableAcceptEncodingBrotli: boolean;
}

/** Seen by the origin side, without a part in the key. */
export interface OriginRequestPolicy {
  /** Of those that the viewer sent. */
  readonly headers: Named;
  /** CloudFront's own headers, besides. */
  readonly also: readonly string[];
  readonly cookies: Named;
  readonly queryStrings: Named;
}

export interface Policies {
  readonly cache: CachePolicy;
  readonly originRequest: OriginRequestPolicy;
}

/** CloudFront's managed policy CachingOptimized. */
export const CACHING_OPTIMIZED: CachePolicy = {
  minTTL: 1, defaultTTL: 86_400, maxTTL: 31_536_000, headers: [], cookies: "none", queryStrings: "none",
  enableAcceptEncodingGzip: true, enableAcceptEncodingBrotli: true,
};

export const CACHING_DISABLED: CachePolicy = {
  ...CACHING_OPTIMIZED, minTTL: 0, defaultTTL: 0, maxTTL: 0, enableAcceptEncodingGzip: false, enableAcceptEncodingBrotli: false,
};

export const NO_ORIGIN_REQUEST_POLICY: OriginRequestPolicy = { headers: [], also: [], cookies: "none", queryStrings: "none" };

/** What of a viewer's headers reaches the origin side though no policy names it. */
const UNNAMED = new Set(["cache-control", "content-length", "content-type", "pragma"]);
/** What the edge itself says there. */
const OWN = new Set(["accept-encoding", "host", "user-agent", "via", "x-forwarded-for"]);
/**
 * What the names of the headers begin with that CloudFront adds where a policy names them.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
 */
export const OF_CLOUDFRONT = "cloudfront-";
/** What hosts call themselves in `Via`. */
export const VIA = "1.1 5e17ed9e.cloudfront.net (CloudFront)";

/** Accept-Encoding as the origin side and the key see it; `undefined`: the viewer sent none, or it is a header like any other. */
export function normalisedEncodings(lines: readonly HeaderLine[] | undefined, policy: CachePolicy): string | undefined {
  const enabled = [policy.enableAcceptEncodingBrotli && "br", policy.enableAcceptEncodingGzip && "gzip"].filter((name) => name !== false);
  if (lines === undefined || enabled.length === 0) return undefined;
  const members = lines.flatMap(({ value }) => value.split(",")).map((member) => member.split(";").map((part) => part.trim().toLowerCase()));
  const accepts = (coding: string): boolean =>
    members.some(([name, ...parameters]) => name === coding && !parameters.some((parameter) => /^q\s*=\s*0(\.0*)?$/.test(parameter)));
  return enabled.filter(accepts).join(",") || "identity";
}

/** What two requests must have in common to get one copy, as lines that a person can read. */
export function cacheKey(request: EventRequest, host: string, { cache }: Policies): readonly string[] {
  const encodings = normalisedEncodings(request.headers["accept-encoding"], cache);
  const query = kept(request.querystring, "&", cache.queryStrings);
  const cookies = kept(cookiesOf(request), "; ", cache.cookies);
  return [
    `${host}${request.uri}${query && `?${query}`}`,
    ...(encodings !== undefined && encodings !== "identity" ? [`accept-encoding: ${encodings}`] : []),
    ...cache.headers.map((name) => `${name}: ${valueOf(request.headers, name) ?? ""}`),
    ...(cookies === "" ? [] : [`cookie: ${cookies}`]),
  ];
}

/** The request after the cache: what no policy names is gone, and so is what the origin's own headers take the place of. */
export function originSide(request: EventRequest, { cache, originRequest }: Policies, origin: EventOrigin): EventRequest {
  const headers: Record<string, readonly HeaderLine[]> = Object.create(null);
  const forwards = forwarded(cache, originRequest);
  const put = (key: string, value: string): void => void (headers[key.toLowerCase()] = [{ key, value }]);
  put("Host", memberOf(origin).domainName);
  const before = valueOf(request.headers, "x-forwarded-for");
  put("X-Forwarded-For", before === undefined ? request.clientIp : `${before}, ${request.clientIp}`);
  put("User-Agent", "Amazon CloudFront");
  put("Via", VIA);
  const encodings = normalisedEncodings(request.headers["accept-encoding"], cache);
  if (encodings !== undefined) put("Accept-Encoding", encodings);
  for (const [name, lines] of Object.entries(request.headers)) {
    if (name === "cookie" || name === "x-forwarded-for" || (name === "accept-encoding" && encodings !== undefined)) continue;
    if (forwards(name) || (UNNAMED.has(name) && !OWN.has(name))) headers[name] = lines;
  }
  const all = cookiesOf(request);
  const cookies = kept(all, "; ", cache.cookies, originRequest.cookies);
  if (cookies !== "") headers["cookie"] = cookies === all ? (request.headers["cookie"] ?? []) : [{ key: "Cookie", value: cookies }];
  const querystring = kept(request.querystring, "&", cache.queryStrings, originRequest.queryStrings);
  for (const name of Object.keys(memberOf(origin).customHeaders)) delete headers[name.toLowerCase()];
  return { ...request, querystring, headers, origin };
}

/** CloudFront's own headers, where a policy names them. What a viewer sent under such a name is gone, whether the fact is known or not. */
export function withCloudFrontHeaders(request: EventRequest, { cache, originRequest }: Policies, facts: HeaderMap): EventRequest {
  const named = namesOf(cache, originRequest);
  const headers: Record<string, readonly HeaderLine[]> = Object.create(null);
  for (const [name, lines] of Object.entries(request.headers)) if (!name.startsWith(OF_CLOUDFRONT)) headers[name] = lines;
  for (const [name, lines] of Object.entries(facts)) if (named.has(name)) headers[name] = lines;
  return { ...request, headers };
}

/** Of a viewer. */
interface Known {
  readonly country?: string | undefined;
  readonly device: readonly string[];
  readonly isPlain?: boolean | undefined;
  readonly httpVersion?: string | undefined;
  readonly request: { readonly clientIp: string };
}

/** What CloudFront tells of a viewer. */
export function factHeaders({ country, device: devices, isPlain, httpVersion = "1.1", request: { clientIp } }: Known): HeaderMap {
  const words = { Desktop: "desktop", Mobile: "mobile", Tablet: "tablet", SmartTV: "smarttv", IOS: "ios", Android: "android" };
  return mapOf([
    ...(country === undefined ? [] : [["CloudFront-Viewer-Country", country] as const]),
    ...Object.entries(words).map(([word, device]) => [`CloudFront-Is-${word}-Viewer`, String(devices.includes(device))] as const),
    ["CloudFront-Viewer-Address", `${clientIp}:46532`],
    ["CloudFront-Forwarded-Proto", isPlain ? "http" : "https"],
    ["CloudFront-Viewer-Http-Version", httpVersion],
  ]);
}

export function memberOf(origin: EventOrigin): NonNullable<EventOrigin["s3"] | EventOrigin["custom"]> {
  const member = origin.s3 ?? origin.custom;
  if (member === undefined) throw new TypeError("an origin is s3 or custom");
  return member;
}

/** Whether any cookie reaches the origin: else the viewer gets none from there, either. */
export function forwardsCookies({ cache, originRequest }: Policies): boolean {
  return [cache.cookies, originRequest.cookies].some((cookies) => cookies !== "none" && !(isList(cookies) && cookies.length === 0));
}

/** The headers that are forwarded by name: CloudFront's own are only so. */
function namesOf(cache: CachePolicy, { headers, also }: OriginRequestPolicy): ReadonlySet<string> {
  return new Set([...cache.headers, ...also, ...(isList(headers) ? headers : [])]);
}

function forwarded(cache: CachePolicy, originRequest: OriginRequestPolicy): (name: string) => boolean {
  const named = namesOf(cache, originRequest);
  return (name) => named.has(name) || (!name.startsWith(OF_CLOUDFRONT) && has(originRequest.headers, name));
}

/** HTTP/2 has a line for each cookie. */
function cookiesOf({ headers }: Pick<EventRequest, "headers">): string {
  return (headers["cookie"] ?? []).map(({ value }) => value).join("; ");
}

/** Of the pairs of a query or of cookies, those that a policy forwards. */
function kept(text: string, separator: string, ...policies: readonly Named[]): string {
  if (policies.includes("all")) return text;
  const names = (pair: string): string => (pair.split("=", 1)[0] ?? "").trim();
  return text.split(separator.trim()).filter((pair) => policies.some((named) => has(named, names(pair)))).map((pair) => pair.trim()).join(separator);
}

function has(named: Named, name: string): boolean {
  if (typeof named === "string") return named === "all";
  return isList(named) ? named.includes(name) : !named.except.includes(name);
}

function isList(named: Named): named is readonly string[] {
  return Array.isArray(named);
}
