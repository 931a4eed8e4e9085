// The package's exports name each adapter in each form; and what is said where a runtime and a condition do not fit.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { compile } from "../../pkg/dist/compile/compile.js";
import { edge } from "../../pkg/dist/bytes/fetch.js";
import { lambdaEdge } from "../../pkg/dist/bytes/lambda-edge.js";
import { moduleFrom } from "../../pkg/dist/load/module.js";

const root = new URL("../../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("pkg/package.json", root), "utf8"));
const wasm = (name) => readFileSync(new URL(`pkg/dist/${name}.wasm`, root));

/** What is there besides the adapters; and what is for tools alone. */
const OTHERS = ["index", "compile/compile"];
const TOOLS = ["tools/dialect"];
const adapters = JSON.parse(readFileSync(new URL("js-shim/adapters.json", root), "utf8")).map(({ entry }) => entry);
/** The folder of each form, and how its entries are imported. */
const FORMS = { plain: "", compiled: "compiled/", "compiled/small": "compiled/small/", "compiled/regex": "compiled/regex/", bytes: "bytes/" };

/** The member of `exports` for this path: itself, or the longest pattern that fits it, as Node has it. */
function exported(path) {
  if (path in manifest.exports) return manifest.exports[path];
  const patterns = Object.keys(manifest.exports).filter((key) => key.includes("*") && path.startsWith(key.slice(0, -1)));
  const pattern = patterns.sort((one, other) => other.length - one.length)[0];
  if (pattern === undefined) return undefined;
  const text = JSON.stringify(manifest.exports[pattern]).replaceAll("*", path.slice(pattern.length - 1));
  return JSON.parse(text);
}

test("every adapter is there for plain rules, for compiled plans, and for a reader that one brings", () => {
  const modules = (entry) => {
    const esm = { types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` };
    const commonjs = { types: `./dist/cjs/${entry}.d.ts`, default: `./dist/cjs/${entry}.js` };
    return { esm, commonjs };
  };
  const entries = [...OTHERS, ...TOOLS].map((name) => [name === "index" ? "." : `./${name.split("/").at(-1)}`, name]);
  for (const [folder, prefix] of Object.entries(FORMS)) {
    for (const name of adapters) entries.push([`./${prefix}${name}`, `${folder}/${name}`]);
  }
  for (const [path, module] of entries) {
    const { esm, commonjs } = modules(module);
    // Where wasm is imported, bundlers are at work, which take ES modules however they are asked for.
    const edge = TOOLS.includes(module) ? {} : { workerd: esm, "edge-light": esm };
    assert.deepEqual(exported(path), { ...edge, import: esm, require: commonjs }, path);
    for (const file of [...Object.values(esm), ...Object.values(commonjs)]) assert(existsSync(new URL(`pkg/${file}`, root)), file);
  }
});

test("a pattern of exports reaches entries and nothing else", () => {
  for (const folder of Object.keys(FORMS)) {
    const names = readdirSync(new URL(`pkg/dist/${folder}`, root)).filter((name) => name.endsWith(".js"));
    assert.deepEqual(names.sort(), adapters.map((name) => `${name}.js`).sort(), folder);
  }
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
  assert.equal(await redirected(edge(wasm("reader-small"), PLAN())), "/b");
  assert.throws(() => edge(bytes, REGEX()), /regular expressions/);
  const { headers } = await lambdaEdge(bytes, compile({ redirects: [{ from: "/a", to: "/b" }] }, { platform: "cloudfront" }))(
    { Records: [{ cf: { config: { eventType: "viewer-request" }, request: { uri: "/a", headers: {} } } }] }, {},
  );
  assert.equal(headers.location[0].value, "/b");
});

test("what is not a reader is refused", () => {
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  assert.throws(() => edge(empty, PLAN()), /not a reader; bring selvedge\/reader\.wasm/);
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
