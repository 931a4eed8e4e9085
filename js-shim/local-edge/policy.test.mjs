// What the cache keys and the origin gets, by policies and path patterns: node --test js-shim/local-edge/policy.test.mjs
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { source } from "../test/source.mjs";

const { CACHING_OPTIMIZED, NO_ORIGIN_REQUEST_POLICY, behaviourOf, bucket, cacheKey, mapOf, normalisedEncodings, originSide } = await source("local-edge/distribution/policy.ts", "local-edge/distribution/distribution.ts", "local-edge/message.ts");

const CACHE = { ...CACHING_OPTIMIZED, minTTL: 0 };
const header = ({ headers }, name) => headers[name]?.map(({ value }) => value).join(", ");

// "Controlling the cache key", compressed objects.
describe("Accept-Encoding after the cache", () => {
  const cases = [
    [true, true, "gzip, deflate, br, zstd", "br,gzip"], [true, true, "GZIP", "gzip"], [true, true, "br", "br"], [true, true, "deflate", "identity"],
    [true, true, "gzip;q=0, br;q=0.000", "identity"], [true, false, "gzip, br", "gzip"], [true, false, "br", "identity"], [false, true, "gzip, br", "br"],
    [false, false, "gzip, br", undefined],
  ];
  for (const [gzip, brotli, sent, expected] of cases) {
    it(`${sent}, gzip ${gzip}, brotli ${brotli}: ${expected}`, () => {
      const policy = { ...CACHE, enableAcceptEncodingGzip: gzip, enableAcceptEncodingBrotli: brotli };
      assert.equal(normalisedEncodings([{ value: sent }], policy), expected);
    });
  }

  it("stays absent", () => assert.equal(normalisedEncodings(undefined, CACHE), undefined));

  it("is keyed as it is normalised; identity and absent share a copy", () => {
    const key = (lines) => cacheKey({ uri: "/a", querystring: "x=1", headers: mapOf(lines) }, "h", { cache: CACHE }).join("\n");
    assert.equal(key([["Accept-Encoding", "gzip, br"]]), key([["accept-encoding", "br"], ["accept-encoding", "zstd, gzip;q=0.1"]]));
    assert.equal(key([["Accept-Encoding", "identity"]]), key([]));
    assert.notEqual(key([["Accept-Encoding", "gzip"]]), key([]));
  });
});

describe("policies", () => {
  const request = { clientIp: "1.2.3.4", method: "GET", uri: "/", querystring: "a=1&b=2&c=3", headers: mapOf([["Cookie", "s=1; t=2"], ["X-A", "1"], ["X-B", "2"], ["Host", "viewer"], ["User-Agent", "curl"]]) };
  const side = (cache, originRequest) => originSide(request, { cache: { ...CACHE, ...cache }, originRequest: { ...NO_ORIGIN_REQUEST_POLICY, ...originRequest } }, bucket("b"));
  it("forward nothing by default", () => {
    const { headers, querystring } = side({}, {});
    assert.deepEqual([Object.keys(headers).sort(), querystring, headers["user-agent"][0].value], [["host", "user-agent", "via", "x-forwarded-for"], "", "Amazon CloudFront"]);
  });
  it("forward what either of the two names", () => {
    const { headers, querystring } = side({ headers: ["x-a"], queryStrings: ["a"], cookies: ["t"] }, { headers: ["x-b"], queryStrings: ["c"] });
    assert.deepEqual([headers["x-a"][0].value, headers["x-b"][0].value, querystring, headers.cookie[0].value], ["1", "2", "a=1&c=3", "t=2"]);
  });
  it("forward the viewer's own Host and User-Agent with all headers, and no Host without", () => {
    assert.equal(side({}, { headers: "all" }).headers.host[0].value, "viewer");
    const { headers } = side({}, { headers: { except: ["host"] } });
    assert.deepEqual([headers.host[0].value, headers["user-agent"][0].value], ["b", "curl"]);
  });
});

// `HeaderBehavior`, `CookieBehavior` and `QueryStringBehavior` of AWS::CloudFront::CachePolicy and OriginRequestPolicy. What either of the
// two policies forwards is forwarded.
describe("policies of all but some", () => {
  const except = (...names) => ({ except: names });
  const request = { clientIp: "1.2.3.4", method: "GET", uri: "/", querystring: "a=1&utm=x&b", headers: mapOf([["Cookie", "s=1; t=2"], ["Cookie", "u=3"], ["X-A", "1"], ["X-B", "2"], ["CloudFront-Viewer-City", "X"]]) };
  const side = (cache, originRequest) => originSide(request, { cache: { ...CACHE, ...cache }, originRequest: { ...NO_ORIGIN_REQUEST_POLICY, ...originRequest } }, bucket("b"));
  const cookies = (cache, originRequest) => header(side({ cookies: cache }, { cookies: originRequest }), "cookie");
  it("leave names out of the key", () => {
    const key = (querystring, cookie) => cacheKey({ uri: "/", querystring, headers: mapOf([["Cookie", cookie]]) }, "h", { cache: { ...CACHE, queryStrings: except("utm"), cookies: except("t") } }).join("\n");
    assert.equal(key("a=1&utm=x", "s=1; t=2"), key("a=1", "t=3; s=1"));
    assert.notEqual(key("a=1", "s=1"), key("a=2", "s=1"));
    assert.notEqual(key("a=1", "s=1"), key("a=1", "s=2"));
  });
  it("leave names out of what the origin gets", () => {
    const { headers, querystring } = side({}, { headers: except("x-a"), queryStrings: except("utm") });
    assert.deepEqual([headers["x-a"], headers["x-b"][0].value, headers["cloudfront-viewer-city"], querystring, headers.cookie], [undefined, "2", undefined, "a=1&b", undefined]);
  });
  for (const [cache, originRequest, expected] of [
    ["none", except("s"), "t=2; u=3"], [except("s"), except("s", "t"), "t=2; u=3"], [except("s"), ["s"], "s=1; t=2, u=3"], [["t"], except("t", "u"), "s=1; t=2"], ["none", "none", undefined], ["all", except("s"), "s=1; t=2, u=3"], [[], ["u"], "u=3"],
  ]) {
    it(`cookies ${JSON.stringify(cache)} and ${JSON.stringify(originRequest)}`, () => assert.equal(cookies(cache, originRequest), expected));
  }
});

// "Request and response behavior for custom origins", client IP addresses.
describe("X-Forwarded-For", () => {
  for (const headers of [[], "all", ["x-forwarded-for"]]) {
    it(`has the viewer's address at its end, headers ${JSON.stringify(headers)}`, () => {
      const asked = (lines) => header(originSide({ clientIp: "192.0.2.2", method: "GET", uri: "/", querystring: "", headers: mapOf(lines) }, { cache: CACHE, originRequest: { ...NO_ORIGIN_REQUEST_POLICY, headers } }, bucket("b")), "x-forwarded-for");
      assert.equal(asked([]), "192.0.2.2");
      assert.equal(asked([["X-Forwarded-For", "192.0.2.4,192.0.2.3"]]), "192.0.2.4,192.0.2.3, 192.0.2.2");
    });
  }
});

describe("behaviours by path pattern", () => {
  const cases = [
    ["*.jpg", "/a/b.jpg", true], ["/images/*", "/images/a/b", true], ["images/*", "/images/a", true], ["/images/*", "/image/a", false], ["/a?c", "/abc", true], ["/a?c", "/ac", false],
    ["/A", "/a", false], ["*a*b*", "/xaxbx", true], ["/*/*.js", "/a/b.js", true], ["/*/*.js", "/b.js", false],
  ];
  for (const [pattern, path, expected] of cases) {
    it(`${pattern} ${expected ? "has" : "has not"} ${path}`, () => {
      const found = behaviourOf({ behaviours: [{ pattern }, { pattern: "*" }] }, path);
      assert.equal(found.pattern === pattern, expected);
    });
  }
});
