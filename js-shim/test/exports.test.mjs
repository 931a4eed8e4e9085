// The package's exports, its types for old resolvers and its sources name the same entries; and what is said where a
// runtime and a condition do not fit.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { compile } from "../../pkg/dist/compile.js";
import { edge } from "../../pkg/dist/bytes/fetch.js";
import { lambdaEdge } from "../../pkg/dist/bytes/lambda-edge.js";
import { moduleFrom } from "../../pkg/dist/load/module.js";

const root = new URL("../../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("pkg/package.json", root), "utf8"));
const wasm = (name) => readFileSync(new URL(`pkg/dist/${name}.wasm`, root));

/** What is there beside the adapters; and what is for tools alone. */
const OTHERS = ["index", "compile"];
const TOOLS = ["dialect"];
/** Modules in these folders are entries; of those at the top, the ones that have a form for compiled plans. */
const FOLDERS = ["compiled", "compiled/regex", "bytes"];
const modules = (folder) => readdirSync(new URL(`js-shim/src/${folder}`, root)).filter((name) => name.endsWith(".ts")).map((name) => name.slice(0, -".ts".length));
const adapters = modules("compiled").sort();

test("every adapter is there for plain rules, for compiled plans, and for a reader that one brings", () => {
  for (const folder of FOLDERS) assert.deepEqual(modules(folder).sort(), adapters, folder);
  const entries = [...OTHERS, ...TOOLS, ...adapters, ...FOLDERS.flatMap((folder) => adapters.map((name) => `${folder}/${name}`))];
  for (const entry of entries) {
    const esm = { types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` };
    const commonjs = { types: `./dist/cjs/${entry}.d.ts`, default: `./dist/cjs/${entry}.js` };
    const path = entry === "index" ? "." : `./${entry}`;
    // Where wasm is imported, bundlers are at work, which take ES modules however they are asked for.
    const edge = TOOLS.includes(entry) ? {} : { workerd: esm, "edge-light": esm };
    assert.deepEqual(manifest.exports[path], { ...edge, import: esm, require: commonjs }, path);
    if (entry !== "index") assert.deepEqual(manifest.typesVersions["*"][entry], [commonjs.types], entry);
  }
  const files = ["./reader.wasm", "./reader-regex.wasm", "./compiler.wasm", "./schema.json", "./package.json"];
  assert.deepEqual(Object.keys(manifest.exports).sort(), [...entries.map((entry) => (entry === "index" ? "." : `./${entry}`)), ...files].sort());
});

const PLAN = () => compile({ redirects: [{ from: "/a", to: "/b" }] }, { platform: "fetch" });
const REGEX = () => compile({ redirects: [{ from: { regex: "^/a$" }, to: "/b" }] }, { platform: "fetch" });
const redirected = async (site) => (await site(new Request("https://example.org/a"), () => assert.fail("asked"))).headers.get("location");

test("a reader that one brings: its module, its bytes, of another realm too; with regular expressions", async () => {
  const bytes = wasm("reader");
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const elsewhere = runInNewContext("new WebAssembly.Module(bytes)", { bytes });
  for (const given of [bytes, buffer, new WebAssembly.Module(bytes), elsewhere]) assert.equal(await redirected(edge(given, PLAN())), "/b");
  assert.equal(await redirected(edge(wasm("reader-regex"), REGEX())), "/b");
  assert.throws(() => edge(bytes, REGEX()), /regular expressions/);
  const { headers } = await lambdaEdge(bytes, compile({ redirects: [{ from: "/a", to: "/b" }] }, { platform: "cloudfront" }))(
    { Records: [{ cf: { config: { eventType: "viewer-request" }, request: { uri: "/a", headers: {} } } }] }, {},
  );
  assert.equal(headers.location[0].value, "/b");
});

test("what is no reader is said to be none", () => {
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  assert.throws(() => edge(empty, PLAN()), /no reader; bring selvedge\/reader\.wasm/);
  assert.throws(() => edge(wasm("reader"), { redirects: [] }), /rules go to selvedge\/fetch/);
  for (const [given, got] of [["/assets/reader.wasm", "string"], [undefined, "undefined"], [{ default: 1 }, "\\[object Object\\]"]]) {
    assert.throws(() => moduleFrom(given, "reader.wasm"), new RegExp(`expected reader\\.wasm as a WebAssembly\\.Module or as its bytes, got ${got}.*"workerd" and "edge-light"`));
  }
});

test("a runtime that compiles no bytes says which conditions bring a module", async () => {
  const { Module } = WebAssembly;
  WebAssembly.Module = class {
    constructor() {
      throw new WebAssembly.CompileError("Wasm code generation disallowed by embedder");
    }
  };
  try {
    const { edge: fresh } = await import("../../pkg/dist/compiled/fetch.js?fresh");
    assert.throws(() => fresh(PLAN_BYTES), /from bytes is refused here \(CompileError: .*disallowed by embedder\); bundle with the condition "workerd" or "edge-light", .*selvedge\/bytes/);
  } finally {
    WebAssembly.Module = Module;
  }
});
const PLAN_BYTES = PLAN();
