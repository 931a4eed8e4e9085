// Events as CloudFront sends them, from a seed.
import { headers, path, query } from "./rules.mjs";

const MAPS = ["viewer-request", "origin-request", "origin-response", "viewer-response"];

export function event(random) {
  const eventType = random.pick(MAPS);
  const id = random.below(2 ** 30).toString(36);
  const config = { distributionDomainName: "d111111abcdef8.cloudfront.net", distributionId: "EDFDVBD6EXAMPLE", eventType, requestId: id };
  const request = { clientIp: `203.0.113.${random.below(256)}`, headers: headerMap(headers(random)), method: random.maybe(0.9) ? "GET" : "POST", querystring: query(random), uri: path(random) };
  if (eventType.startsWith("origin")) {
    request.origin = { s3: { authMethod: "none", customHeaders: {}, domainName: "site.s3.amazonaws.com", path: "", region: "" } };
  }
  const cf = { config, request };
  if (eventType.endsWith("response")) {
    const lines = [["Content-Type", "text/html"], ["Server", "AmazonS3"], ["x-amz-meta-by", "ci"], ["ETag", `"${id}"`]];
    cf.response = { headers: headerMap(lines), status: random.pick(["200", "200", "200", "304", "404", "500"]), statusDescription: "OK" };
  }
  return { Records: [{ cf }] };
}

/** The longest that there will be, so that memory has grown as far as it must. */
export function longest(eventType) {
  const lines = [["Host", "www.example.org"], ["Cookie", "x=" + "y".repeat(20_000)]];
  const request = { clientIp: "203.0.113.1", headers: headerMap(lines), method: "GET", querystring: "a&".repeat(4_000), uri: "/" + "a/".repeat(4_000) };
  const cf = { config: { eventType, requestId: "longest" }, request };
  if (eventType.startsWith("origin")) {
    request.origin = { s3: { authMethod: "none", customHeaders: {}, domainName: "site.s3.amazonaws.com", path: "", region: "" } };
  }
  if (eventType.endsWith("response")) cf.response = { headers: headerMap([["Content-Type", "text/html"]]), status: "200", statusDescription: "OK" };
  return { Records: [{ cf }] };
}

export const stages = MAPS;

function headerMap(lines) {
  const map = {};
  for (const [key, value] of lines) (map[key.toLowerCase()] ??= []).push({ key, value });
  return map;
}
