// Event texts as CloudFront sends them: they differ as real ones do, in identifiers, paths, dates and sizes.
import { BATCH } from "./race.mjs";

/** The 64 texts of the nth pair of batches: no text comes twice, as at an origin stage behind a cache. */
export function fresh(of) {
  let last = -1;
  let texts = [];
  return (n) => {
    if (n !== last) texts = Array.from({ length: BATCH }, (_, i) => of(n * BATCH + i));
    last = n;
    return texts;
  };
}

/** The same 64 texts again and again: hot paths. */
export function hot(of) {
  const texts = Array.from({ length: BATCH }, (_, i) => of(i));
  return () => texts;
}

/** A response of S3 at origin-response: 13 headers, two of them metadata. */
export function s3Response(i, uri = `/assets/page-${i}.html`, more = []) {
  const headers = [
    ["x-amz-id-2", `ef8yU9AS1ed4OpIszj7UDNEHGran${i % 64}`],
    ["x-amz-request-id", `318BC8BC1434${100_000 + i}`],
    ["Date", `Tue, 03 Nov 2026 10:00:${10 + (i % 50)} GMT`],
    ["Last-Modified", "Mon, 02 Nov 2026 10:00:00 GMT"],
    ["ETag", `"d41d8cd98f00b204e9800998ecf8${100_000 + i}"`],
    ["x-amz-meta-deployed-by", "ci"],
    ["x-amz-meta-md5chksum", `1B2M2Y8AsgTpgAmY7Ph${i}==`],
    ["x-amz-server-side-encryption", "AES256"],
    ["x-amz-version-id", `3HL4kqtJlcpXroDTDmjVBH40Nr8X8g${i}`],
    ["Accept-Ranges", "bytes"],
    ["Content-Type", "text/html"],
    ["Content-Length", String(5_000 + i)],
    ["Server", "AmazonS3"],
    ...more,
  ];
  const response = { status: "200", statusDescription: "OK", headers: headerMap(headers) };
  return event("origin-response", i, { request: request(i, uri), response });
}

/** A request at origin-request, with or without Accept-Encoding. */
export function originRequest(i, uri, acceptEncoding) {
  const headers = [
    ["X-Forwarded-For", `203.0.113.${i % 256}`],
    ["User-Agent", "Amazon CloudFront"],
    ["Via", "2.0 2afae0d44e2540f472c0635ab62c232b.cloudfront.net (CloudFront)"],
    ["Accept-Encoding", acceptEncoding],
    ["Host", "assets.s3.amazonaws.com"],
  ];
  const s3 = { authMethod: "none", customHeaders: {}, domainName: "assets.s3.amazonaws.com", path: "", region: "" };
  return event("origin-request", i, { request: { ...request(i, uri, headers), origin: { s3 } } });
}

/** A browser's request at viewer-request. */
export function viewerRequest(i, uri, cookie = `session=${100_000 + i}`) {
  const headers = [
    ["Host", "www.example.org"],
    ["User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"],
    ["Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
    ["Accept-Language", "en-GB,en;q=0.5"],
    ["Accept-Encoding", "gzip, deflate, br, zstd"],
    ["Cookie", cookie],
  ];
  return event("viewer-request", i, { request: request(i, uri, headers) });
}

function event(eventType, i, messages) {
  const config = {
    distributionDomainName: "d111111abcdef8.cloudfront.net",
    distributionId: "EDFDVBD6EXAMPLE",
    eventType,
    requestId: `4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26Clk${100_000 + i}==`,
  };
  return JSON.stringify({ Records: [{ cf: { config, ...messages } }] });
}

function request(i, uri, headers = [["Host", "www.example.org"]]) {
  return { clientIp: `203.0.113.${i % 256}`, method: "GET", querystring: "", uri, headers: headerMap(headers) };
}

function headerMap(lines) {
  return Object.fromEntries(lines.map(([key, value]) => [key.toLowerCase(), [{ key, value }]]));
}
