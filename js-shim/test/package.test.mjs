// The built package with its real readers: plans of every kind of wrong, odd requests, rules that do not compile.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { brotliDecompressSync, inflateRawSync } from "node:zlib";
import { compile, RulesError } from "../../pkg/dist/compile/compile.js";
import { lambdaEdge as small } from "../../pkg/dist/compiled/lambda-edge.js";
import { lambdaEdge as smallest } from "../../pkg/dist/compiled/small/lambda-edge.js";
import { lambdaEdge as regex } from "../../pkg/dist/compiled/regex/lambda-edge.js";
import { lambdaEdge } from "../../pkg/dist/plain/lambda-edge.js";
import * as root from "../../pkg/dist/index.js";
import { event, headers } from "./events.mjs";

const platform = { platform: "cloudfront" };
const RULES = {
  redirects: [{ from: "/old/*", to: "/new/:splat" }],
  headers: [{ for: "/*", remove: ["x-amz-meta-*"], set: { "X-Frame-Options": "DENY" } }],
  query: [{ for: "/*", drop: ["utm_*"] }],
};
const MATCHING = { redirects: [{ from: { regex: "^/a(\\d+)$" }, to: "/b/{1}" }] };

test("plain rules, JSON text and plans are the same to lambdaEdge", async () => {
  const plan = compile(RULES, platform);
  for (const handler of [lambdaEdge(RULES), lambdaEdge(JSON.stringify(RULES)), lambdaEdge(plan), small(plan), regex(plan), small(Buffer.from(plan))]) {
    const result = await handler(event("viewer-request", { request: { uri: "/old/x" } }), {});
    assert.deepEqual([result.status, result.headers.location[0].value], ["301", "/new/x"]);
    assert.equal(handler.length, 2);
  }
  const { location } = (await regex(compile(MATCHING, platform))(event("viewer-request", { request: { uri: "/a12" } }), {})).headers;
  assert.equal(location[0].value, "/b/12");
});

for (const [name, unpacked] of [["compiler", brotliDecompressSync], ["tools", inflateRawSync]]) {
  test(`what travels compressed of the ${name} is what travels as text`, async () => {
    const dist = new URL("../../pkg/dist/", import.meta.url);
    const text = readFileSync(new URL(`generated/node/${name}.js`, dist), "utf8");
    const wasm = unpacked(Buffer.from(/"([\w+/=]{1000,})"/.exec(text)[1], "base64"));
    if (name === "compiler") assert.ok(wasm.equals(readFileSync(new URL("compiler.wasm", dist))));
    // Who has no such library takes the text, and so does CommonJS, which may be bundled as an ES module.
    const modules = [await import(new URL(`generated/${name}.js`, dist)), await import(new URL(`generated/node/${name}.js`, dist))];
    assert.deepEqual(...modules.map(({ wasmModule }) => WebAssembly.Module.exports(wasmModule())));
    const { imports } = JSON.parse(readFileSync(new URL("../../pkg/package.json", import.meta.url), "utf8"));
    assert.equal(imports[`#wasm/${name}`].node, `./dist/generated/node/${name}.js`);
  });
}

test("altered plans are refused, and clearly", () => {
  const plan = compile(RULES, platform);
  const refused = (bytes, what) => assert.throws(() => small(bytes), { name: "PlanError" }, what);
  for (let length = 0; length < plan.length; length += 97) refused(plan.slice(0, length), `${length} bytes`);
  refused(new Uint8Array([...plan, 0]), "longer");
  const step = Math.max(1, Math.floor(plan.length / 500));
  for (let at = 0; at < plan.length; at += at < 128 ? 1 : step) {
    const altered = plan.slice();
    altered[at] ^= 1 << at % 8;
    refused(altered, `byte ${at}`);
  }
  const other = plan.slice();
  other[4] += 1;
  assert.throws(() => small(other), /another version/);
  assert.throws(() => small(compile(MATCHING, platform)), /regex/);
  assert.throws(() => smallest(compile(MATCHING, platform)), /regex/);
  assert.throws(() => smallest(plan), /a larger reader; import selvedge\/compiled\/…/);
  assert.throws(() => small(compile(RULES, { platform: "cloudflare" })), /cloudflare/);
  assert.throws(() => small(RULES), /selvedge\/lambda-edge/);
});

test("a caller who changes the bytes of a plan changes nothing", async () => {
  const plan = compile(RULES, platform);
  const handler = small(plan);
  plan.fill(0);
  assert.equal((await handler(event("viewer-request", { request: { uri: "/old/x" } }), {})).status, "301");
});

test("nothing in a request throws", async () => {
  const handler = lambdaEdge({ ...RULES, precompressed: [{ for: "/*", encodings: ["br", "gzip"] }], downloads: [{ for: "/*", when: { query: { download: "true" } }, filename: "{query.name}" }] });
  const uris = ["", "x", "/%", "/%zz%", "/\ud800", "/a\0b", "/" + "a".repeat(8191), "/old/" + "ü".repeat(35000), "/old/\0\r\n", "//", "/..", "\\", 7, null, {}];
  const values = ["", "\0", "\r\nX: y", "\udfff", "x".repeat(9000), "gzip;q=\0", "br;q=9", undefined, null, 5, {}];
  const error = console.error;
  // Viewers' notes at a response stage, as if no request stage had run.
  console.error = (line) => /does not trust a note/.test(line) || assert.fail(line);
  for (const uri of uris) {
    for (const value of values) {
      for (const type of ["viewer-request", "origin-request", "origin-response", "viewer-response"]) {
        const lines = { "accept-encoding": [{ value }], cookie: value, "x-selvedge": [{ key: "x-selvedge", value }], host: [{ value }] };
        const result = await handler(event(type, { request: { uri, querystring: value, headers: lines }, response: { status: value, headers: { vary: [{ value }], "content-type": value } } }), {});
        assert.equal(typeof JSON.stringify(result), "string");
        for (const [name, entries] of Object.entries(result.headers)) {
          if (name === "location") assert.doesNotMatch(entries[0].value, /[\r\n\0]/);
        }
      }
    }
  }
  const many = headers(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`X-${i}`, "v".repeat(200)])));
  assert.equal(Object.keys((await handler(event("origin-response", { response: { headers: many } }), {})).headers).length >= 101, true);
  console.error = error;
});

test("rules that do not compile: one error that lists everything", () => {
  const wrong = { redirects: [{ from: "/a", to: "/b", form: 1 }, { from: "/c", to: "/d", status: 200 }] };
  for (const make of [() => lambdaEdge(wrong), () => compile(wrong, platform), () => root.compile(JSON.stringify(wrong), platform)]) {
    assert.throws(make, (error) => {
      assert.ok(error instanceof RulesError && error instanceof Error);
      assert.equal(error.name, "RulesError");
      assert.deepEqual(error.problems.map(({ place }) => place).sort(), ["redirects[0].form", "redirects[1].status"]);
      assert.equal(error.message.split("\n").length, 2);
      assert.match(error.message, /^redirects\[0\]\.form: .*, /m);
      return true;
    });
  }
  assert.throws(() => lambdaEdge("{ not json"), { name: "RulesError", message: /JSON/ });
  for (const odd of [null, undefined, 1, [], true, () => 1, Symbol("x"), 1n, { redirects: 1n }]) assert.throws(() => lambdaEdge(odd), Error, String(odd));
  assert.throws(() => compile({}, { platform: "cloudfrnt" }), /cloudfront/);
});

test("negotiateEncoding and defineRules", () => {
  assert.equal(root.negotiateEncoding("gzip;q=0.5, br", ["gzip", "br"]), "br");
  assert.equal(root.negotiateEncoding(["gzip", "br;q=0.1"], ["br", "gzip"]), "gzip");
  assert.equal(root.defineRules(RULES), RULES);
});

test("convert writes a vendor's file as rules, and rules as a vendor's files, with what cannot be said", () => {
  const { files, findings } = root.convert({ form: "redirects", dialect: "netlify", text: "# moved\n/old/* /new/:splat 302!\n" }, "selvedge");
  assert.deepEqual([files.map(({ name }) => name), findings], [["rules.json"], []]);
  assert.match(files[0].text, /\/\/ moved/);
  assert.equal(new root.Engine(files[0].text) instanceof root.Engine, true);
  const rules = JSON.stringify({ redirects: [{ from: "/a", to: "/b" }], query: { for: "/*", drop: "utm_*" } });
  const back = root.convert({ name: "mine", form: "rules", text: rules }, "cloudflare");
  // A pattern ignores a trailing slash; a line of Cloudflare's does not.
  assert.deepEqual(back.files.map(({ name, text }) => [name, text.trim()]), [["_redirects", "/a /b 301\n/a/ /b 301"]]);
  assert.deepEqual(back.findings.map(({ file, place, severity }) => [file, place, severity]), [["mine", "query", "error"]]);
  assert.throws(() => root.convert({ form: "rules", text: "{}" }, "apache"), /^TypeError: convert: the form is one of selvedge, .*, not "apache"/);
});

test("more header rules than 16 bits count, each with a capture", async () => {
  const count = 22_000;
  const handler = lambdaEdge({ headers: Array.from({ length: count }, (_, n) => ({ for: "/:a", set: { [`X-${n}`]: "{a}" } })) });
  const response = { status: "200", statusDescription: "OK", headers: {} };
  const { headers: set } = await handler(event("origin-response", { request: { uri: "/q" }, response }), {});
  assert.equal(Object.keys(set).length, count);
  assert.deepEqual(set[`x-${count - 1}`], [{ key: `X-${count - 1}`, value: "q" }]);
});
