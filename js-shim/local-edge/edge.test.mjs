// The local edge itself, with handlers of a few lines: node --test js-shim/dev/edge.test.mjs
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Bucket, mapOf } from "./bucket.mjs";
import { lifetime } from "./cache.mjs";
import { Edge } from "./edge.mjs";
import { cacheKey, DEFAULT_POLICY, normalisedEncodings } from "./policy.mjs";
import { close, edgeServer, listen } from "./server.mjs";
import { Viewer } from "./viewer.mjs";

let folder;
const ORIGIN = { s3: { authMethod: "none", customHeaders: {}, domainName: "b.s3.amazonaws.com", path: "", region: "" } };
const messageOf = ({ Records: [{ cf }] }) => cf.response ?? cf.request;
const untouched = async (event) => messageOf(event);

before(() => {
  folder = mkdtempSync(join(tmpdir(), "selvedge-edge-"));
  writeFileSync(join(folder, "a.txt"), "a");
  writeFileSync(join(folder, "a.txt.gz"), "no gzip, but S3 does not look");
});
after(() => rmSync(folder, { recursive: true }));

function edgeOf(handler, policy) {
  return new Edge({ handler, bucket: new Bucket(folder, { "*": { "x-amz-meta-a": "1" } }), origin: structuredClone(ORIGIN), policy });
}

function get(edge, uri = "/a.txt", { lines = [], querystring = "", method = "GET", ...more } = {}) {
  return edge.answer({ clientIp: "127.0.0.1", method, uri, querystring, headers: mapOf([["Host", "localhost"], ...lines]) }, more);
}

const header = (answer, name) => answer.headers[name]?.map(({ value }) => value).join(", ");

/** What an edge shows its handler, by stage. */
function recorder() {
  const seen = [];
  const handler = async (event) => {
    seen.push(structuredClone(event.Records[0].cf));
    return messageOf(event);
  };
  return { seen, handler, stages: () => seen.splice(0).map(({ config }) => config.eventType) };
}

describe("Accept-Encoding behind the cache", () => {
  const cases = [
    [true, true, "gzip, deflate, br, zstd", "br,gzip"], [true, true, "GZIP", "gzip"], [true, true, "br", "br"], [true, true, "deflate", "identity"],
    [true, true, "gzip;q=0, br;q=0.000", "identity"], [true, false, "gzip, br", "gzip"], [true, false, "br", "identity"], [false, true, "gzip, br", "br"],
  ];
  for (const [gzip, brotli, sent, expected] of cases) {
    it(`${sent}, gzip ${gzip}, brotli ${brotli}: ${expected}`, () => {
      const policy = { ...DEFAULT_POLICY, enableAcceptEncodingGzip: gzip, enableAcceptEncodingBrotli: brotli };
      assert.equal(normalisedEncodings([{ value: sent }], policy), expected);
    });
  }

  it("stays absent", () => assert.equal(normalisedEncodings(undefined, DEFAULT_POLICY), undefined));

  it("is keyed as it is normalised; identity and absent share a copy", () => {
    const key = (lines) => cacheKey({ uri: "/a", querystring: "x=1", headers: mapOf(lines) }, DEFAULT_POLICY);
    assert.equal(key([["Accept-Encoding", "gzip, br"]]), key([["accept-encoding", "br"], ["accept-encoding", "zstd, gzip;q=0.1"]]));
    assert.equal(key([["Accept-Encoding", "identity"]]), key([]));
    assert.notEqual(key([["Accept-Encoding", "gzip"]]), key([]));
  });
});

describe("lifetime", () => {
  const now = Date.parse("2026-11-03T10:00:00Z");
  const cases = [
    ["200", [["Cache-Control", "public, max-age=60"]], 60], ["200", [["Cache-Control", "max-age=60, s-maxage=5"]], 5], ["200", [], 86_400],
    ["200", [["Cache-Control", "no-store"]], 0], ["200", [["Cache-Control", "private, max-age=60"]], 0], ["200", [["Expires", "Tue, 03 Nov 2026 10:01:00 GMT"]], 60],
    ["200", [["Expires", "0"]], 0], ["200", [["Cache-Control", "max-age=99999999999"]], 31_536_000], ["404", [], 10], ["404", [["Cache-Control", "max-age=60"]], 60], ["418", [], 0],
  ];
  for (const [status, lines, seconds] of cases) it(`${status} ${lines.map((line) => line.join(": "))}: ${seconds} s`, () => assert.equal(lifetime({ status, headers: mapOf(lines) }, DEFAULT_POLICY, now), seconds));
});

describe("stages", () => {
  it("run four on a miss, two on a hit", async () => {
    const { handler, stages } = recorder();
    const edge = edgeOf(handler);
    assert.equal(header(await get(edge), "x-cache"), "Miss from cloudfront");
    assert.deepEqual(stages(), ["viewer-request", "origin-request", "origin-response", "viewer-response"]);
    const hit = await get(edge, "/a.txt", { querystring: "not=keyed" });
    assert.equal(header(hit, "x-cache"), "Hit from cloudfront");
    assert.equal(hit.body.toString(), "a");
    assert.deepEqual(stages(), ["viewer-request", "viewer-response"]);
  });

  it("do not end in viewer-response where the origin failed, from the cache neither", async () => {
    const { handler, stages } = recorder();
    const edge = edgeOf(handler);
    const { status, body } = await get(edge, "/none");
    assert.equal(status, "404");
    assert.match(body.toString(), /<Code>NoSuchKey</);
    assert.deepEqual(stages(), ["viewer-request", "origin-request", "origin-response"]);
    assert.equal(header(await get(edge, "/none"), "x-cache"), "Error from cloudfront");
    assert.deepEqual(stages(), ["viewer-request"]);
  });

  it("show the country and the normalised encoding only behind the cache, whatever the viewer says", async () => {
    const { handler, seen } = recorder();
    const lines = [["Accept-Encoding", "gzip"], ["CloudFront-Viewer-Country", "XX"], ["Cookie", "a=1"], ["X-Cache", "mine"]];
    await get(edgeOf(handler, { forwardedHeaders: ["cloudfront-viewer-country"] }), "/a.txt", { lines, country: "FR" });
    const [first, second] = seen.map(({ request }) => request.headers);
    assert.equal(first["cloudfront-viewer-country"][0].value, "XX");
    assert.equal(first["x-cache"], undefined);
    assert.equal(first.cookie[0].value, "a=1");
    assert.equal(second["cloudfront-viewer-country"][0].value, "FR");
    assert.equal(second["accept-encoding"][0].value, "gzip");
    assert.equal(second.cookie, undefined);
    assert.equal(second.host[0].value, "b.s3.amazonaws.com");
  });

  it("keep an answer of origin-request, and not one of viewer-request", async () => {
    let count = 0;
    const edge = edgeOf(async (event) => {
      const { eventType } = event.Records[0].cf.config;
      const { uri } = event.Records[0].cf.request;
      return (eventType === "viewer-request" && uri === "/v") || (eventType === "origin-request" && uri === "/o") ? { status: "200", body: String(++count) } : messageOf(event);
    });
    const bodies = [];
    for (const uri of ["/v", "/v", "/o", "/o"]) bodies.push((await get(edge, uri)).body.toString());
    assert.deepEqual(bodies, ["1", "2", "3", "3"]);
  });
});

describe("what CloudFront forbids", () => {
  const breaking = (stage, change) => async (event) => {
    const message = messageOf(event);
    return event.Records[0].cf.config.eventType === stage ? (change(message) ?? message) : message;
  };
  const cases = [
    ["viewer-request", (request) => { request.headers.host = [{ key: "Host", value: "other.example" }]; }, /read-only header: host/],
    ["origin-request", (request) => { delete request.headers.via; }, /read-only header: via/],
    ["origin-response", (response) => { response.headers["x-cache"] = [{ key: "X-Cache", value: "x" }]; }, /blacklisted header: x-cache/],
    ["viewer-response", (response) => { response.status = "201"; }, /status cannot change/],
    ["viewer-request", () => ({ status: "200", body: "x".repeat(50_000) }), /too large/],
    ["origin-request", (request) => { request.uri = "no-slash"; }, /must begin with \//],
  ];
  for (const [stage, change, reason] of cases) {
    it(`${stage}: ${reason.source}`, async () => {
      const edge = edgeOf(breaking(stage, change));
      const answer = await get(edge);
      assert.equal(answer.status, "502");
      assert.equal(header(answer, "x-cache"), "LambdaValidationError from cloudfront");
      assert.match(answer.body.toString(), reason);
      assert.match(answer.body.toString(), new RegExp(`at ${stage}`));
      assert.match(edge.traces.last[0].fault, reason);
    });
  }

  it("is 503 where the function throws", async () => {
    const answer = await get(edgeOf(async () => { throw new Error("<no>"); }));
    assert.equal(answer.status, "503");
    assert.match(answer.body.toString(), /&lt;no&gt;/);
  });
});

describe("bucket", () => {
  it("says binary/octet-stream of compressed files, and what they were uploaded with", async () => {
    const { headers } = await new Bucket(folder, { "*": { "x-amz-meta-a": "1" } }).answer("GET", "/a.txt.gz");
    assert.equal(headers["content-type"][0].value, "binary/octet-stream");
    assert.equal(headers["x-amz-meta-a"][0].value, "1");
    assert.equal(headers.server[0].value, "AmazonS3");
  });

  for (const uri of ["/../a.txt", "/%2e%2e/a.txt", "/..%2fa.txt", "/", "//a.txt", "/%00", "/%zz", "/a.txt/", `/${"a".repeat(5000)}`]) {
    it(`has nothing at ${uri.slice(0, 20)}`, async () => assert.equal((await new Bucket(folder).answer("GET", uri)).status, "404"));
  }
});

describe("server", () => {
  it("carries lines apart, HEAD without a body, and no strange target", async () => {
    const cookies = [{ key: "Set-Cookie", value: "a=1" }, { key: "Set-Cookie", value: "b=2" }];
    const handler = async (event) => {
      const message = messageOf(event);
      if (event.Records[0].cf.config.eventType === "viewer-response") message.headers["set-cookie"] = cookies;
      return message;
    };
    const server = edgeServer(edgeOf(handler));
    const viewer = new Viewer(await listen(server, 0));
    try {
      const answer = await viewer.send({ path: "/a.txt" });
      assert.equal(answer.headers["set-cookie"], "a=1\nb=2");
      assert.equal(answer.body.toString(), "a");
      const head = await viewer.send({ method: "HEAD", path: "/a.txt" });
      assert.equal(head.headers["content-length"], "1");
      assert.equal(head.body.length, 0);
      assert.equal((await viewer.send({ path: `/${"a".repeat(8192)}` })).status, 413);
      assert.equal((await viewer.send({ method: "POST", path: "/a.txt" })).status, 405);
      assert.equal((await viewer.send({ path: "*" })).status, 400);
    } finally {
      await close(server);
    }
  });

  it("says which port is taken, or takes the next", async () => {
    const [one, two] = [edgeServer(edgeOf(untouched)), edgeServer(edgeOf(untouched))];
    const url = await listen(one, 0);
    const port = Number(new URL(url).port);
    try {
      await assert.rejects(listen(two, port), new RegExp(`port ${port} is taken`));
      assert.notEqual(await listen(two, port, false), url);
    } finally {
      await close(one);
      await close(two);
    }
  });
});
