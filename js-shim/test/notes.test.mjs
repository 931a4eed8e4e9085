// Notes between stages: what a viewer forges is believed by nobody and reaches no origin; what the stages write is trusted
// where the plans have one key. A forger here has the rules, the package, and what an origin sees of other rules.
import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { compile } from "../../pkg/dist/compile/compile.js";
import { edge } from "../../pkg/dist/plain/fetch.js";
import { lambdaEdge } from "../../pkg/dist/plain/lambda-edge.js";
import { lambdaEdge as fromPlan } from "../../pkg/dist/compiled/lambda-edge.js";
import { fetchShaped, nodeServer } from "./adapters.mjs";
import { event, headers } from "./events.mjs";
import { quietly } from "./quiet.mjs";

const KEY = "correct horse battery staple";
const AT_ORIGIN = { precompressed: [{ for: "*.js", encodings: ["br"] }] };
const AT_VIEWER = { precompressed: [{ for: "*.js", encodings: ["br"], at: "viewer-request" }] };
const onCloudFront = (rules, key) => compile(rules, { platform: "cloudfront", key });

/** What a plan's notes begin with: words 34 to 41 of its header, see layout.rs. */
const tokenOf = (plan) => Buffer.from(plan.subarray(34 * 4, 42 * 4)).toString("latin1");

const asked = (handler, type, request) => handler(event(type, { request }), {});
const responseTo = (handler, request, response = {}) => handler(event("origin-response", { request, response }), {});
const names = (message) => Object.keys(message.headers);

describe("a forged note on CloudFront", () => {
  /** Compiled by the forger, from the same rules. */
  const forgeries = (rules) => {
    const tokens = [tokenOf(onCloudFront(rules)), tokenOf(onCloudFront(rules, "the forger's own key")), "00000000", "", "0".repeat(32)];
    return tokens.flatMap((token) => [`${token};e=0.00`, `${token};e=0.03`, `${token};p=/public/z`, `${token};e=0.03;p=/public/z`]);
  };

  it("does not get past origin-request, nor does the request where the URI would be too long with the suffix", async () => {
    const handler = lambdaEdge(AT_ORIGIN);
    for (const note of forgeries(AT_ORIGIN)) {
      const sent = { uri: "/app.js", querystring: "x".repeat(8183), headers: headers({ "X-Selvedge": note, "Accept-Encoding": "br" }) };
      const request = await asked(handler, "origin-request", sent);
      assert.deepEqual([request.status, names(request)], ["414", ["cache-control"]], note);
      // Nor if it did.
      const response = await responseTo(handler, { uri: "/app.js", headers: headers({ "X-Selvedge": note }) });
      assert.deepEqual(names(response), ["content-type", "vary"], note);
    }
  });

  it("makes no response that of another path", async () => {
    const rules = {
      ...AT_ORIGIN,
      rewrites: [{ from: "/old/*", to: "/private/:splat" }],
      headers: [
        { for: "/private/*", set: { "Cache-Control": "private, no-store" } },
        { for: "/public/*", set: { "Cache-Control": "public, max-age=99" } },
      ],
    };
    const handler = lambdaEdge(rules);
    for (const note of forgeries(rules)) {
      const response = await responseTo(handler, { uri: "/private/app.js", headers: headers({ "X-Selvedge": note }) });
      assert.equal(response.headers["cache-control"][0].value, "private, no-store", note);
      const sent = { uri: `/old/${"a".repeat(8186)}`, headers: headers({ "X-Selvedge": note }) };
      const request = await asked(handler, "origin-request", sent);
      assert.deepEqual([request.status, names(request)], ["414", ["cache-control"]], note);
    }
  });

  it("is deleted by the first trigger that is associated", async () => {
    const redirects = [{ from: "/a", to: "/b" }];
    // Viewer-request would have deleted it, or written one of its own.
    for (const rules of [{ ...AT_ORIGIN, redirects }, { ...AT_VIEWER, redirects, html: { index: "index.html" } }, { ...AT_VIEWER, html: { index: "index.html" } }, { ...AT_VIEWER, headers: [{ on: "request", set: { "X-A": "1" } }] }]) {
      const handler = lambdaEdge(rules);
      for (const note of forgeries(rules)) {
        const [request] = await quietly(() => asked(handler, "origin-request", { uri: "/app.js", headers: headers({ "X-Selvedge": note }) }));
        assert.ok(!names(request).includes("x-selvedge"), `${JSON.stringify(rules)} ${note}`);
      }
    }
  });

  it("is deleted from frozen requests, in several lines, for paths that repeat, and where a hook answers or passes", async () => {
    const forged = { uri: "/app.js", headers: headers({ "X-Selvedge": [`${tokenOf(onCloudFront(AT_ORIGIN))};e=0.03`, "second"] }) };
    const hooks = [undefined, { originRequest: (request) => request }, { originRequest: async (request) => ({ ...request }) }];
    for (const hook of hooks) {
      const handler = lambdaEdge(AT_ORIGIN, hook);
      for (let i = 0; i < 4; i++) {
        const sent = event("origin-request", { request: forged });
        if (i > 1) Object.freeze(sent.Records[0].cf.request);
        const request = await handler(sent, {});
        assert.ok(!names(request).includes("x-selvedge"), `${i}`);
      }
    }
  });

  it("is not believed with the right token where the path does not end as it says", async () => {
    const plan = onCloudFront(AT_ORIGIN, KEY);
    const handler = fromPlan(plan);
    const encoded = async (uri, note) => (await responseTo(handler, { uri, headers: headers({ "X-Selvedge": tokenOf(plan) + note }) })).headers["content-encoding"]?.[0].value;
    assert.equal(await encoded("/app.js.br", ";e=0.03"), "br");
    for (const [uri, note] of [["/app.js", ";e=0.00"], ["/app.js", ";e=0.03"], ["/app.js.gz", ";e=0.03"], ["/app.js.br", ";e=2.03"], ["/app.js.br", ";e=0.02"], ["/app.js.br", ";e=0.03;"], ["/app.js.br", ";e=0.03 "], ["/app.js.br", "0;e=0.03"]]) {
      assert.equal(await encoded(uri, note), undefined, `${uri} ${note}`);
    }
  });
});

describe("the key", () => {
  /** Origin-request and origin-response as two functions: the coding that the response is labelled with. */
  async function label(first, second, uri = "/app.js") {
    const request = await asked(first, "origin-request", { uri, headers: headers({ "Accept-Encoding": "br" }) });
    assert.equal(request.uri, "/app.js.br");
    return (await responseTo(second, request)).headers["content-encoding"]?.[0].value;
  }

  it("makes plans the same, byte for byte, and without one each is new", () => {
    const [one, same, other, random, another] = [KEY, KEY, `${KEY}!`, undefined, undefined].map((key) => Buffer.from(onCloudFront(AT_ORIGIN, key)));
    assert.deepEqual(one, same);
    const tokens = [one, other, random, another, onCloudFront(AT_VIEWER, KEY)].map(tokenOf);
    assert.equal(new Set(tokens).size, 5);
    for (const token of tokens) assert.match(token, /^[0-9a-f]{32}$/);
  });

  it("lets builds and functions trust each other", async () => {
    assert.equal(await label(fromPlan(onCloudFront(AT_ORIGIN, KEY)), fromPlan(onCloudFront(AT_ORIGIN, KEY))), "br");
    assert.equal(await label(lambdaEdge(AT_ORIGIN, { key: KEY }), fromPlan(onCloudFront(AT_ORIGIN, KEY))), "br");
    assert.equal(await label(lambdaEdge(AT_ORIGIN, { key: KEY, viewerRequest() {} }), lambdaEdge(AT_ORIGIN, { key: KEY })), "br");
  });

  it("is one for a process, and for a function with its replicas", async (t) => {
    assert.equal(await label(lambdaEdge(AT_ORIGIN), lambdaEdge(AT_ORIGIN)), "br");
    t.after(() => delete process.env.AWS_LAMBDA_FUNCTION_NAME);
    const named = (name) => {
      process.env.AWS_LAMBDA_FUNCTION_NAME = name;
      return lambdaEdge(AT_ORIGIN);
    };
    assert.equal(await label(named("site-edge"), named("us-east-1.site-edge")), "br");
    const [foreign] = await quietly(() => label(named("site-edge"), named("other-edge")));
    assert.equal(foreign, undefined);
  });

  it("of another build is not trusted, and one line says so in each instance", async () => {
    const [first, second] = [fromPlan(onCloudFront(AT_ORIGIN)), fromPlan(onCloudFront(AT_ORIGIN))];
    const [labels, log] = await quietly(async () => [await label(first, second), await label(first, second), await label(first, second, "/app.js")]);
    assert.deepEqual(labels, [undefined, undefined, undefined]);
    assert.equal(log.length, 1);
    assert.match(log[0], /^selvedge: origin-response does not trust a note: .*Content-Encoding.*the same key$/);
    const [, silence] = await quietly(() => label(first, first));
    assert.deepEqual(silence, []);
  });

  it("has 16 characters, and belongs to rules", () => {
    assert.throws(() => onCloudFront(AT_ORIGIN, "fifteen letters"), { name: "RulesError", message: /^key: the key has 15 characters; a secret has at least 16/ });
    assert.throws(() => lambdaEdge(AT_ORIGIN, { key: "" }), { name: "RulesError", message: /at least 16/ });
    assert.throws(() => lambdaEdge(onCloudFront(AT_ORIGIN), { key: KEY }), { name: "PlanError", message: /compile\(\)/ });
    assert.throws(() => fromPlan(onCloudFront(AT_ORIGIN), { key: KEY }), { name: "TypeError", message: /no hook key/ });
  });
});

describe("where one call has all stages, the right token is worth nothing", () => {
  for (const [name, adapter] of Object.entries(fetchShaped)) {
    it(name, async () => {
      const rules = { rewrites: [{ from: "/old/*", to: "/app.js" }], headers: [{ for: "/public/*", set: { "X-Public": "1" } }], ...(name !== "vercel" && AT_ORIGIN) };
      const plan = compile(rules, { platform: name === "fetch" ? "fetch" : name, key: KEY });
      const seen = [];
      const site = adapter(plan, {}, (request) => (seen.push(request.headers.get("x-selvedge")), new Response("page")));
      for (const path of ["/app.js", "/app.js.br", "/old/x"]) {
        const request = new Request(`https://example.org${path}`, { headers: { "X-Selvedge": `${tokenOf(plan)};e=0.03;p=/public/x` } });
        const { headers } = await site(request);
        assert.deepEqual([headers.get("content-encoding"), headers.get("x-public")], [null, null], path);
      }
      assert.deepEqual(seen, [null, null, null]);
    });
  }

  it("node", async (t) => {
    const rules = { ...AT_ORIGIN, rewrites: [{ from: "/old/*", to: "/app.js" }], headers: [{ for: "/public/*", set: { "X-Public": "1" } }] };
    const plan = compile(rules, { platform: "fetch", key: KEY });
    const { send } = await nodeServer(t, plan, {}, (request, response) => response.end(String(request.headers["x-selvedge"])));
    for (const path of ["/app.js", "/app.js.br", "/old/x"]) {
      const { body, headers } = await send(path, { headers: { "X-SELVEDGE": `${tokenOf(plan)};e=0.03;p=/public/x` } });
      assert.deepEqual([body, headers["content-encoding"], headers["x-public"]], ["undefined", undefined, undefined], path);
    }
  });
});

test("a plan loads where nothing is random yet, as while a Worker starts", () => {
  const { getRandomValues } = Crypto.prototype;
  Crypto.prototype.getRandomValues = () => { throw new Error("Disallowed operation called within global scope"); };
  try {
    edge(AT_ORIGIN);
  } finally {
    Crypto.prototype.getRandomValues = getRandomValues;
  }
});
