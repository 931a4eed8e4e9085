// What a distribution's cache policy and origin request policy decide: what the cache keys, what the origin side sees.

/** Names as in CloudFront's own policies, headers in lower case. */
export const DEFAULT_POLICY = {
  minTTL: 0,
  defaultTTL: 86_400,
  maxTTL: 31_536_000,
  enableAcceptEncodingGzip: true,
  enableAcceptEncodingBrotli: true,
  /** Cache policy: in the key, and seen by the origin side. `queries`: "none", "all" or a list of names. */
  headers: [],
  queries: "none",
  /** Origin request policy: seen by the origin side, not in the key. */
  forwardedHeaders: [],
};

/** The policy of exactly what a plan needs; `needs` as `needsOf` tells it. */
export function policyOf({ cachePolicy, originRequestPolicy }) {
  return {
    ...DEFAULT_POLICY,
    enableAcceptEncodingGzip: cachePolicy.acceptEncodingGzip,
    enableAcceptEncodingBrotli: cachePolicy.acceptEncodingBrotli,
    headers: [...cachePolicy.headers, ...(cachePolicy.cookies === "all" ? ["cookie"] : [])],
    queries: cachePolicy.queryStrings,
    forwardedHeaders: originRequestPolicy.headers,
  };
}

/** What reaches the origin side though no policy names it. The rest of a viewer's headers does not. */
const UNNAMED = ["cache-control", "content-length", "content-type", "pragma"];
/** What the edge itself says there. */
const OWN = ["accept-encoding", "host", "user-agent", "via", "x-forwarded-for"];

/**
 * Accept-Encoding as the origin side and the key see it: of the enabled codings, those that the viewer accepts.
 *
 * @returns undefined where the viewer sent none
 */
export function normalisedEncodings(lines, policy) {
  if (lines === undefined) return undefined;
  const members = lines.flatMap(({ value }) => value.split(",")).map((member) => member.split(";").map((part) => part.trim().toLowerCase()));
  const accepts = (coding) => members.some(([name, ...parameters]) => name === coding && !parameters.some((parameter) => /^q\s*=\s*0(\.0*)?$/.test(parameter)));
  const enabled = [policy.enableAcceptEncodingBrotli && "br", policy.enableAcceptEncodingGzip && "gzip"].filter(Boolean);
  return enabled.filter(accepts).join(",") || "identity";
}

/** The query string as the origin side and the key see it. */
export function keptQuery(query, { queries }) {
  if (queries === "all" || query === "") return query;
  if (queries === "none") return "";
  return query.split("&").filter((pair) => queries.includes(pair.split("=", 1)[0])).join("&");
}

/** What two requests must have in common to get one copy. */
export function cacheKey(request, policy) {
  const encodings = normalisedEncodings(request.headers["accept-encoding"], policy);
  const headers = policy.headers.map((name) => `${name}: ${(request.headers[name] ?? []).map(({ value }) => value).join(", ")}`);
  const query = keptQuery(request.querystring, policy);
  return [request.uri + (query && `?${query}`), ...(encodings && encodings !== "identity" ? [`accept-encoding: ${encodings}`] : []), ...headers].join("\n");
}

/** The request behind the cache: what no policy names is gone, CloudFront's own headers are there. */
export function originSide(request, policy, origin) {
  const named = new Set([...policy.headers, ...policy.forwardedHeaders]);
  const headers = Object.create(null);
  const put = (key, value) => { headers[key.toLowerCase()] = [{ key, value }]; };
  put("Host", originOf(origin).domainName);
  put("X-Forwarded-For", request.clientIp);
  put("User-Agent", "Amazon CloudFront");
  put("Via", "1.1 5e17ed9e.cloudfront.net (CloudFront)");
  const encodings = normalisedEncodings(request.headers["accept-encoding"], policy);
  if (encodings !== undefined) put("Accept-Encoding", encodings);
  for (const [name, entries] of Object.entries(request.headers)) {
    if (named.has(name) ? name !== "accept-encoding" : UNNAMED.includes(name) && !OWN.includes(name)) headers[name] = entries;
  }
  return { ...request, querystring: keptQuery(request.querystring, policy), headers, origin };
}

/** The one member that an origin has. */
export function originOf(origin) {
  return origin.s3 ?? origin.custom;
}
