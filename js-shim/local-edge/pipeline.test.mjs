// The pipeline with functions of a few lines, called in this process: node --test js-shim/local-edge/pipeline.test.mjs
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { source } from "../test/source.mjs";

const { Edge, OriginError, received, sent } = await source("local-edge/pipeline/edge.ts", "local-edge/origin/web-server.ts", "local-edge/wire.ts");
const { Trace } = await source("local-edge/pipeline/trace.ts");
const { lifetime } = await source("local-edge/pipeline/cache.ts");
const { Bucket } = await source("local-edge/origin/bucket.ts");
const { Origins } = await source("local-edge/origin/origins.ts");
const { CACHING_OPTIMIZED, NO_ORIGIN_REQUEST_POLICY } = await source("local-edge/distribution/policy.ts");
const { bucket, NAME } = await source("local-edge/distribution/distribution.ts");
const { mapOf } = await source("local-edge/message.ts");

const CACHE = { ...CACHING_OPTIMIZED, minTTL: 0 };
const messageOf = ({ Records: [{ cf }] }) => cf.response ?? cf.request;
const untouched = (event) => messageOf(event);

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "selvedge-edge-"));
  writeFileSync(join(folder, "a.txt"), "a");
  writeFileSync(join(folder, "big.txt"), "text ".repeat(1000));
  writeFileSync(join(folder, "a.txt.gz"), "not gzip, but S3 does not look");
});
after(() => rmSync(folder, { recursive: true }));

function edgeOf(handler, { cache = {}, originRequest = {}, compress = false, customErrors = [], defaultRootObject = "", customHeaders = {}, responseHeaders, allowedMethods, server } = {}) {
  const behaviour = { pattern: "*", origin: "o", policies: { cache: { ...CACHE, ...cache }, originRequest: { ...NO_ORIGIN_REQUEST_POLICY, ...originRequest } }, compress, includeBody: [], handlers: {}, functions: {}, responseHeaders, allowedMethods };
  const origins = [{ id: "o", event: bucket("b.s3.amazonaws.com", customHeaders), folder }];
  const code = { name: "test", call: async (event) => ({ result: JSON.parse(JSON.stringify(await handler(JSON.parse(JSON.stringify(event))))), console: [], milliseconds: 0 }), close() {} };
  return new Edge({
    distribution: { ...NAME, aliases: [], defaultRootObject, origins, originGroups: [], behaviours: [behaviour], customErrors },
    functionOf: () => code,
    origins: new Origins(origins, () => server ?? new Bucket(folder, () => ({ "*": { "x-amz-meta-a": "1" } }))),
    seconds: { viewer: 5, origin: 30 },
  });
}

async function get(edge, uri = "/a.txt", { lines = [], querystring = "", method = "GET", country, device = [], httpVersion } = {}) {
  const request = { clientIp: "127.0.0.1", method, uri, querystring, headers: received([["Host", "localhost"], ...lines]) };
  const trace = new Trace("id", request, { clientIp: "127.0.0.1", country, device });
  return { ...(await edge.answer({ request, body: Buffer.alloc(0), country, device, httpVersion }, trace)), trace };
}

const header = ({ headers }, name) => headers[name]?.map(({ value }) => value).join(", ");

/** What an edge shows its functions, by stage. */
function recorder() {
  const seen = [];
  const handler = (event) => {
    seen.push(event.Records[0].cf);
    return messageOf(event);
  };
  return { seen, handler, stages: () => seen.splice(0).map(({ config }) => config.eventType) };
}

describe("lifetime", () => {
  const now = Date.parse("2026-11-03T10:00:00Z");
  const cases = [
    [200, [["Cache-Control", "public, max-age=60"]], 60], [200, [["Cache-Control", "max-age=60, s-maxage=5"]], 5], [200, [], 86_400],
    [200, [["Cache-Control", "no-store"]], 0], [200, [["Cache-Control", "private, max-age=60"]], 0], [200, [["Expires", "Tue, 03 Nov 2026 10:01:00 GMT"]], 60],
    [200, [["Expires", "0"]], 0], [200, [["Cache-Control", "max-age=99999999999"]], 31_536_000], [404, [], 10], [404, [["Cache-Control", "max-age=60"]], 60], [418, [], 0],
    // "CloudFront doesn't cache status code 416 responses".
    [416, [], 0], [416, [["Cache-Control", "max-age=60"]], 0],
  ];
  for (const [status, lines, seconds] of cases) it(`${status} ${lines.map((line) => line.join(": "))}: ${seconds} s`, () => assert.equal(lifetime(status, mapOf(lines), CACHE, 10, now), seconds));
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

  it("have one request id, which is the viewer's X-Amz-Cf-Id", async () => {
    const { handler, seen } = recorder();
    const answer = await get(edgeOf(handler));
    assert.deepEqual([...new Set(seen.map(({ config }) => config.requestId))], [header(answer, "x-amz-cf-id")]);
  });

  it("do not end in viewer-response where the origin failed, from the cache neither", async () => {
    const { handler, stages } = recorder();
    const edge = edgeOf(handler);
    const { status, body } = await get(edge, "/none");
    assert.equal(status, 404);
    assert.match(body.toString(), /<Code>NoSuchKey</);
    assert.deepEqual(stages(), ["viewer-request", "origin-request", "origin-response"]);
    assert.equal(header(await get(edge, "/none"), "x-cache"), "Error from cloudfront");
    assert.deepEqual(stages(), ["viewer-request"]);
  });

  it("show the country and the normalised encoding only after the cache, whatever the viewer says", async () => {
    const { handler, seen } = recorder();
    const lines = [["Accept-Encoding", "gzip"], ["CloudFront-Viewer-Country", "XX"], ["Cookie", "a=1"], ["X-Cache", "mine"]];
    await get(edgeOf(handler, { originRequest: { headers: ["cloudfront-viewer-country"] } }), "/a.txt", { lines, country: "FR" });
    const [first, second] = seen.map(({ request }) => request.headers);
    assert.equal(first["cloudfront-viewer-country"][0].value, "XX");
    assert.equal(first["x-cache"], undefined);
    assert.equal(first.cookie[0].value, "a=1");
    assert.equal(second["cloudfront-viewer-country"][0].value, "FR");
    assert.equal(second["accept-encoding"][0].value, "gzip");
    assert.equal(second.cookie, undefined);
    assert.equal(second.host[0].value, "b.s3.amazonaws.com");
  });

  // "Add CloudFront request headers": the values are CloudFront's.
  it("hide a viewer's own CloudFront headers where the fact is not known", async () => {
    const { handler, seen } = recorder();
    const names = ["CloudFront-Viewer-Country", "CloudFront-Viewer-City", "CloudFront-Is-Mobile-Viewer"];
    await get(edgeOf(handler, { originRequest: { headers: names.map((name) => name.toLowerCase()) } }), "/a.txt", { lines: names.map((name) => [name, "XX"]) });
    const [, { request }] = seen;
    assert.deepEqual(names.map((name) => header(request, name.toLowerCase())), [undefined, undefined, "false"]);
  });

  it("keep an answer of origin-request, and not one of viewer-request", async () => {
    let count = 0;
    const edge = edgeOf((event) => {
      const { eventType } = event.Records[0].cf.config;
      const { uri } = event.Records[0].cf.request;
      return (eventType === "viewer-request" && uri === "/v") || (eventType === "origin-request" && uri === "/o") ? { status: "200", body: String(++count) } : messageOf(event);
    });
    const bodies = [];
    for (const uri of ["/v", "/v", "/o", "/o"]) bodies.push((await get(edge, uri)).body.toString());
    assert.deepEqual(bodies, ["1", "2", "3", "3"]);
  });

  it("ask the origin again for what is stale, by its ETag, and refresh the copy", async () => {
    const { handler, seen } = recorder();
    const edge = edgeOf((event) => {
      const message = handler(event);
      if (event.Records[0].cf.config.eventType === "origin-response") message.headers["cache-control"] = [{ key: "Cache-Control", value: "max-age=1" }];
      return message;
    });
    await get(edge);
    const { now } = Date;
    Date.now = () => now() + 5000;
    try {
      seen.splice(0);
      const again = await get(edge);
      assert.deepEqual([again.status, again.body.toString(), header(again, "x-cache")], [200, "a", "RefreshHit from cloudfront"]);
      assert.match(seen[1].request.headers["if-none-match"][0].value, /^"[0-9a-f]{32}"$/);
      assert.equal(seen[2].response.status, "304");
    } finally {
      Date.now = now;
    }
  });

  it("are shown the default root object after viewer-request", async () => {
    const { handler, seen } = recorder();
    await get(edgeOf(handler, { defaultRootObject: "a.txt" }), "/");
    assert.deepEqual(seen.map(({ request }) => request.uri), ["/", "/a.txt", "/a.txt", "/"]);
  });

  it("leave a custom error page alone", async () => {
    const { handler, stages } = recorder();
    const answer = await get(edgeOf(handler, { customErrors: [{ errorCode: 404, responseCode: 200, responsePagePath: "/a.txt", errorCachingMinTTL: 1 }] }), "/none");
    assert.deepEqual([answer.status, answer.body.toString()], [200, "a"]);
    assert.deepEqual(stages(), ["viewer-request", "origin-request", "origin-response"]);
  });
});

// RFC 9111 §3.3 and §4.3: what is kept is the whole; a viewer's conditions are answered from it.
describe("a cold key", () => {
  const modified = ["If-Modified-Since", new Date(Date.now() + 60_000).toUTCString()];
  const first = [
    [["If-None-Match", "*"], 304, ""], [modified, 304, ""], [["Range", "bytes=1-2"], 206, "ex"], [["Range", "bytes=5000-"], 416, ""],
  ];
  for (const method of ["GET", "HEAD"]) {
    for (const [line, status, body] of first) {
      it(`asked with ${method} ${line.join(": ")} gives the next viewer the whole`, async () => {
        const { handler, seen } = recorder();
        const edge = edgeOf(handler, { originRequest: { headers: "all" } });
        const one = await get(edge, "/big.txt", { lines: [line], method });
        if (method === "GET") assert.deepEqual([one.status, one.body.toString()], [status, body]);
        const next = await get(edge, "/big.txt");
        assert.deepEqual([next.status, next.body.length], [200, 5000]);
        const [, { request }] = seen;
        assert.equal(request.headers[line[0].toLowerCase()], undefined);
      });
    }
  }

  it("keeps no part that a function asked for", async () => {
    const edge = edgeOf((event) => {
      const message = messageOf(event);
      if (event.Records[0].cf.config.eventType === "origin-request") message.headers.range = [{ key: "Range", value: "bytes=0-3" }];
      return message;
    });
    for (let n = 0; n < 2; n++) {
      const { status, xCache } = await get(edge, "/big.txt");
      assert.deepEqual([status, xCache], [206, "Miss from cloudfront"]);
    }
  });

  it("has conditions where nothing is kept: they are the origin's to answer", async () => {
    const { handler, seen } = recorder();
    const { status } = await get(edgeOf(handler, { cache: { maxTTL: 0 }, originRequest: { headers: "all" } }), "/big.txt", { lines: [["If-None-Match", "*"]] });
    assert.deepEqual([status, header(seen[1].request, "if-none-match")], [304, "*"]);
  });
});

/** An origin of one answer, which may be an error. */
const server = (answer) => ({ address: () => "http://o/", answer: async (asked) => {
  const given = answer(asked);
  if (given instanceof Error) throw given;
  const { status = 200, lines = [], body = "x" } = given;
  return { status, reason: "", headers: mapOf(lines), body: Buffer.from(body) };
} });

// "Restrictions on all edge functions": disallowed headers are not exposed to functions, which cannot take them away either.
describe("headers that functions are not shown", () => {
  const HIDDEN = ["X-Accel-Redirect", "X-Accel-Charset", "X-Amzn-RequestId", "X-Amzn-Errortype", "X-Amzn-Cf-Id", "Client-Cert", "Client-Cert-Chain"];
  const GONE = ["X-Real-IP", "X-Edge-Location", "X-Amz-Cf-Pop", "X-Cache", "X-Forwarded-Proto", "Proxy-Connection"];

  it("go past them, whatever they do", async () => {
    const seen = [];
    let asked;
    const edge = edgeOf((event) => {
      const message = messageOf(event);
      seen.push(...Object.keys(message.headers));
      // As code does that sends but a few headers on.
      if (event.Records[0].cf.response) message.headers = Object.fromEntries(Object.entries(message.headers).filter(([name]) => ["content-type", "via", "transfer-encoding", "content-length"].includes(name)));
      return message;
    }, {
      originRequest: { headers: "all" },
      server: server(({ headers }) => {
        asked = headers;
        return { lines: [["Content-Type", "text/plain"], ["X-Other", "1"], ...[...HIDDEN, ...GONE].map((name) => [name, "o"])] };
      }),
    });
    const answer = await get(edge, "/a.txt", { lines: [...HIDDEN, ...GONE].map((name) => [name, "v"]) });
    assert.equal(answer.status, 200);
    for (const name of [...HIDDEN, ...GONE].map((name) => name.toLowerCase())) assert.ok(!seen.includes(name), name);
    for (const name of HIDDEN) assert.deepEqual([header({ headers: asked }, name.toLowerCase()), header(answer, name.toLowerCase())], ["v", "o"], name);
    for (const name of GONE) assert.equal(header({ headers: asked }, name.toLowerCase()), undefined, name);
    assert.deepEqual([header(answer, "x-other"), header(answer, "x-real-ip"), header(answer, "x-cache")], [undefined, undefined, "Miss from cloudfront"]);
  });
});

// "Add custom headers to origin requests": CloudFront overrides a header of the viewer that has the name of a custom header.
it("an origin's own header takes the place of the viewer's, and is no fault of a function", async () => {
  const seen = [];
  const edge = edgeOf((event) => {
    const message = messageOf(event);
    if (event.Records[0].cf.config.eventType === "origin-request") {
      seen.push(message.headers["x-key"], message.headers["user-agent"], message.origin.s3.customHeaders["x-key"][0].value);
      message.uri = "/big.txt";
    }
    return message;
  }, { originRequest: { headers: "all" }, customHeaders: { "X-Key": "k", "User-Agent": "own" }, server: server(({ headers }) => ({ body: `${header({ headers }, "x-key")} ${header({ headers }, "user-agent")}` })) });
  const { status, body } = await get(edge, "/a.txt", { lines: [["X-Key", "v"], ["User-Agent", "curl"]] });
  assert.deepEqual([status, body.toString(), seen], [200, "k own", [undefined, undefined, "k"]]);
});

// "Serve compressed files": of a request by HTTP/1.0, CloudFront removes the header.
it("HTTP/1.0 has no Accept-Encoding after viewer-request", async () => {
  for (const [httpVersion, expected] of [["1.0", undefined], ["1.1", "gzip"]]) {
    const { handler, seen } = recorder();
    await get(edgeOf(handler), "/a.txt", { lines: [["Accept-Encoding", "gzip"]], httpVersion });
    assert.deepEqual([header(seen[0].request, "accept-encoding"), header(seen[1].request, "accept-encoding")], ["gzip", expected]);
  }
});

it("a method that the behaviour does not allow is refused before any function", async () => {
  const { handler, seen } = recorder();
  const edge = edgeOf(handler, { allowedMethods: ["GET", "HEAD"] });
  const { status, ...rest } = await get(edge, "/a.txt", { method: "POST" });
  assert.deepEqual([status, header(rest, "x-cache"), seen.length], [403, "Error from cloudfront", 0]);
  assert.equal((await get(edge, "/a.txt", { method: "HEAD" })).status, 200);
});

// "Restrictions on Lambda@Edge", character encoding: functions see UTF-8; what they leave alone goes on byte for byte, what they change as UTF-8.
it("values of headers are UTF-8 for functions, and the bytes that came where they are left alone", async () => {
  const bytes = (text) => Buffer.from(text).toString("latin1");
  const seen = [];
  let asked;
  const edge = edgeOf((event) => {
    const message = messageOf(event);
    if (event.Records[0].cf.config.eventType !== "origin-request") return message;
    seen.push(...["x-utf8", "x-iso", "x-changed"].map((name) => message.headers[name][0].value));
    message.headers["x-changed"] = [{ key: "X-Changed", value: "Köln €" }];
    return message;
  }, { originRequest: { headers: "all" }, server: server(({ headers }) => ((asked = headers), {})) });
  await get(edge, "/a.txt", { lines: [["X-UTF8", bytes("Zürich €")], ["X-ISO", "Z\xfcrich"], ["X-Changed", "Z\xfcrich"]] });
  assert.deepEqual(seen, ["Zürich €", "Zürich", "Zürich"]);
  assert.deepEqual(["x-utf8", "x-iso", "x-changed"].map((name) => sent(asked[name][0])), [bytes("Zürich €"), "Z\xfcrich", bytes("Köln €")]);
});

// "Cache content based on cookies".
it("where no cookies are forwarded, the origin's are removed, and a function's are not", async () => {
  const own = (event) => {
    const message = messageOf(event);
    if (event.Records[0].cf.config.eventType === "origin-response") message.headers["set-cookie"] = [...(message.headers["set-cookie"] ?? []), { key: "Set-Cookie", value: "f=1" }];
    return message;
  };
  const cookies = async (policies) => header(await get(edgeOf(own, { ...policies, server: server(() => ({ lines: [["Set-Cookie", "o=1"]] })) })), "set-cookie");
  assert.equal(await cookies({}), "f=1");
  assert.equal(await cookies({ cache: { cookies: [] } }), "f=1");
  assert.equal(await cookies({ cache: { cookies: ["a"] } }), "o=1, f=1");
  assert.equal(await cookies({ originRequest: { cookies: "all" } }), "o=1, f=1");
});

// "How CloudFront processes HTTP 4xx and 5xx status codes from your origin": an origin that does not answer counts as 5xx.
describe("an origin that fails", () => {
  const PAGE = { responseCode: 200, responsePagePath: "/page", errorCachingMinTTL: 7 };
  const failing = (status, isDown) => (isDown ? new OriginError(status, "down") : { status, body: "failed" });
  for (const isDown of [false, true]) {
    for (const status of [502, 504]) {
      const what = `${status}, ${isDown ? "without an answer" : "as it says"}`;
      it(`${what}: the custom error page, with the response headers policy`, async () => {
        const edge = edgeOf(untouched, { customErrors: [{ errorCode: status, ...PAGE }], responseHeaders: { set: [{ name: "X-Policy", value: "1", override: true }], remove: [] }, server: server(({ path }) => (path === "/page" ? { body: "page" } : failing(status, isDown))) });
        const answer = await get(edge);
        assert.deepEqual([answer.status, answer.body.toString(), header(answer, "x-cache"), header(answer, "x-policy")], [200, "page", "Error from cloudfront", "1"]);
      });
      it(`${what}: the page itself fails, too`, async () => {
        const answer = await get(edgeOf(untouched, { customErrors: [{ errorCode: status, ...PAGE }], server: server(() => failing(status, isDown)) }));
        assert.equal(answer.status, status);
      });
      it(`${what}: an old copy is served until the error's time is over`, async () => {
        let [answer, asked] = [{ body: "good", lines: [["Cache-Control", "max-age=1"]] }, 0];
        const edge = edgeOf(untouched, { customErrors: [{ errorCode: status, ...PAGE }], server: server(() => (asked++, answer)) });
        await get(edge);
        answer = failing(status, isDown);
        const { now } = Date;
        try {
          for (const [seconds, times] of [[5, 2], [11, 2], [13, 3]]) {
            Date.now = () => now() + seconds * 1000;
            const { status, body, ...rest } = await get(edge);
            assert.deepEqual([status, body.toString(), header(rest, "age"), asked], [200, "good", String(seconds), times]);
          }
          answer = { status: 404, body: "gone" };
          Date.now = () => now() + 21_000;
          assert.equal((await get(edge)).status, 404);
        } finally {
          Date.now = now;
        }
      });
    }
  }
});

// "Restrictions on Lambda@Edge": CloudFront resolves the origin's name before it runs the function.
it("a name that leads nowhere ends a request before origin-request", async () => {
  const { handler, stages } = recorder();
  const nowhere = { ...server(() => ({})), find: async () => { throw new OriginError(502, "the name o leads nowhere"); } };
  const { status, body } = await get(edgeOf(handler, { server: nowhere }));
  assert.deepEqual([status, /leads nowhere/.test(body), stages()], [502, true, ["viewer-request"]]);
});

describe("compression", () => {
  it("is CloudFront's own: 1,000 bytes and more, listed types, a weak entity tag", async () => {
    const edge = edgeOf(untouched, { compress: true });
    const asked = { lines: [["Accept-Encoding", "gzip, br"]] };
    const big = await get(edge, "/big.txt", asked);
    assert.deepEqual([header(big, "content-encoding"), header(big, "etag").slice(0, 3), big.body.length < 1000], ["br", 'W/"', true]);
    assert.equal(header(await get(edge, "/a.txt", asked), "content-encoding"), undefined);
    assert.equal(header(await get(edge, "/big.txt"), "content-encoding"), undefined);
  });
});

describe("bucket", () => {
  it("says binary/octet-stream of compressed files, and what they were uploaded with", async () => {
    const { headers } = await new Bucket(folder, () => ({ "*": { "x-amz-meta-a": "1" } })).answer({ method: "GET", path: "/a.txt.gz", headers: {} });
    assert.equal(headers["content-type"][0].value, "binary/octet-stream");
    assert.equal(headers["x-amz-meta-a"][0].value, "1");
    assert.equal(headers.server[0].value, "AmazonS3");
  });

  it("says 403 where who asks may not list it", async () => {
    const { status, body } = await new Bucket(folder, () => ({}), 403).answer({ method: "GET", path: "/none", headers: {} });
    assert.deepEqual([status, /<Code>AccessDenied</.test(body)], [403, true]);
  });

  for (const path of ["/../a.txt", "/%2e%2e/a.txt", "/..%2fa.txt", "/", "//a.txt", "/%00", "/%zz", "/a.txt/", `/${"a".repeat(5000)}`]) {
    it(`has nothing at ${path.slice(0, 20)}`, async () => assert.equal((await new Bucket(folder).answer({ method: "GET", path, headers: {} })).status, 404));
  }
});
