// Runs in a copy of this folder next to the installed package: the plugin in each bundler. Handlers that import files of rules
// are bundled with it, and run alone in an empty folder; one runs in workerd.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, describe, it } from "node:test";
import { tool } from "./bundlers/tool.mjs";

const here = import.meta.dirname;
const BUNDLERS = ["esbuild", "rollup", "rolldown", "vite", "webpack", "rspack"];
const COMPILER = "compile_outcome";
const folders = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** An empty folder, or a copy of the handlers next to the installed package, which a test may change. */
function folder(copy) {
  const made = mkdtempSync(copy ? join(here, "plugins-") : join(tmpdir(), "selvedge-alone-"));
  folders.push(made);
  if (copy) cpSync(join(here, "plugins"), made, { recursive: true });
  return made;
}

/** Imports a handler in a process of its own, sends it two events, and checks what comes back. */
function works(file) {
  const printed = execFileSync(process.execPath, [join(here, "send.mjs"), file], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const { redirect, response } = JSON.parse(printed);
  assert.equal(redirect.status, "301");
  assert.match(redirect.headers.location[0].value, /^\/new\/page\b/);
  assert.equal(response.headers["x-amz-meta-owner"], undefined);
  assert.equal(response.headers["referrer-policy"][0].value, "same-origin");
}

for (const name of ["json", "script"]) it(`${name}.mjs runs without the plugin`, () => works(join(here, "plugins", `${name}.mjs`)));

for (const bundler of BUNDLERS) {
  describe(bundler, async () => {
    const { bundleWith, told, watchWith } = await import(`./bundlers/${bundler}.mjs`);
    const { default: selvedge } = await import(`selvedge/${bundler}`);

    async function bundled(name, options, conditions = ["node"], from = join(here, "plugins")) {
      const file = join(folder(), "index.mjs");
      const warnings = await bundleWith([selvedge(options)], join(from, name), file, conditions);
      return { file, warnings, text: readFileSync(file, "utf8") };
    }

    for (const [name, options] of [["json"], ["script"], ["short"], ["vendor", { dialect: "netlify" }]]) {
      it(`compiles the rules of ${name}.mjs, and leaves out the compiler`, async () => {
        const { file, warnings, text } = await bundled(`${name}.mjs`, options);
        assert.deepEqual(warnings, []);
        assert.ok(!text.includes(COMPILER), "the compiler is in the bundle");
        assert.ok(!text.includes("/old/"), "the text of the rules is in the bundle");
        assert.deepEqual(readdirSync(join(file, "..")).filter((other) => !other.endsWith(".map")), ["index.mjs"]);
        works(file);
      });
    }

    it("makes rules of a vendor's file that stands among other rules", async () => {
      const { file, warnings, text } = await bundled("joined.mjs", { dialect: "netlify" });
      // Vite tells of each of Node's modules that it leaves to Node, here of the one that unpacks the compiler.
      const said = warnings.filter((text) => !text.includes('externalized node built-in module "node:zlib"'));
      assert.deepEqual([said.length, said[0]?.includes("redirects is not all that lambdaEdge is called with")], [1, true], said.join());
      assert.ok(text.includes(COMPILER));
      works(file);
    });

    it("says what is wrong with rules, with file, line and column", async () => {
      const from = folder(true);
      writeFileSync(join(from, "rules.json"), '{\n  "redirects": [\n    { "from": "/a", "to": "/b", "status": 399 }\n  ]\n}\n');
      const error = await bundled("json.mjs", undefined, undefined, from).then(() => assert.fail("it is built"), (error) => error);
      const [first] = told(error);
      const place = new RegExp(`${basename(from)}.rules\\.json:3:(?:43|42)`);
      assert.match(first, place);
      assert.match(first, /the status of a redirect must be/);
    });

    it("asks whose file _redirects is", async () => {
      const error = await bundled("vendor.mjs").then(() => assert.fail("it is built"), (error) => error);
      assert.match(error.message, /the same line means different things to different vendors/);
    });

    it("builds again when the rules change", async () => {
      const from = folder(true);
      const file = join(folder(), "index.mjs");
      const waiting = [];
      const builds = [];
      const stop = await watchWith([selvedge()], join(from, "json.mjs"), file, ["node"], (error) => {
        builds.push(error);
        waiting.shift()?.();
      });
      try {
        while (builds.length === 0) await new Promise((resolve) => waiting.push(resolve));
        assert.equal(builds[0], undefined);
        const before = readFileSync(file, "utf8");
        // A regular expression asks for another reader, so for another entry.
        writeFileSync(join(from, "rules.json"), readFileSync(join(from, "rules.json"), "utf8").replace('"/old/*"', '{ "regex": "^/old/(?<splat>[a-z]+)$" }').replace(":splat", "{splat}"));
        while (readFileSync(file, "utf8") === before) await new Promise((resolve) => waiting.push(resolve));
        works(file);
      } finally {
        await stop();
      }
    });
  });
}

/** Modules, and what becomes of them: `plan`, or why the compiler stays, or `undefined` where nothing is said. */
const MODULES = [
  ["import { lambdaEdge as make } from 'selvedge/lambda-edge'; import rules from './rules.json'; export const handler = make(rules)", "plan"],
  ["/* lambdaEdge(rules) */ import rules, {} from './rules.json' with { type: 'json' };\nimport { lambdaEdge, PlanError } from 'selvedge/lambda-edge';\nexport const handler = lambdaEdge(rules, { viewerRequest: (request) => request }), E = PlanError;", "plan"],
  ["import { worker, type WorkerOptions } from 'selvedge/cloudflare'; import rules from './rules.json'; export default worker<Map<string, Array<WorkerOptions<any>>>>(rules);", "plan"],
  ["import { edge } from 'selvedge/fetch'; import rules from './edge.rules.mjs'; export const handle = edge(rules, { facts: { country: () => 'DE' } });", "plan"],
  ["import { edge } from 'selvedge/fetch'; import { rules } from './both.rules.mjs'; export const handle = edge(rules);", "plan"],
  ["import { edge } from 'selvedge/fetch'; import { rules as mine } from './both.rules.mjs'; export const handle = edge(mine);", "plan"],
  ["import { edge } from 'selvedge/fetch'; import { default as mine } from './rules.json'; export const handle = edge(mine);", "plan"],
  ["import { edge } from 'selvedge/fetch'; import mine, { rules } from './both.rules.mjs'; export const handle = edge(mine), n = rules;", "something else is imported with mine"],
  ["import { edge } from 'selvedge/fetch'; import mine, * as all from './both.rules.mjs'; export const handle = edge(mine), n = all;", "something else is imported with mine"],
  ["import type rules from './rules.json'; import { lambdaEdge } from 'selvedge/lambda-edge'; export const handler = lambdaEdge({})", undefined],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; export const handler = lambdaEdge({})", undefined],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import { rules } from './both.rules'; export const handler = lambdaEdge(rules)", "plan"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import rules from './rules'; export const handler = lambdaEdge(rules)", "plan"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import * as all from './both.rules.mjs'; export const handler = lambdaEdge(all.rules, {})", "plan"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import * as all from './rules.json'; export const handler = lambdaEdge(all.default)", "plan"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import * as all from './both.rules.mjs'; export const handler = lambdaEdge(all.rules), n = all", "all is used elsewhere"],
  ["import * as le from 'selvedge/lambda-edge'; import rules from './rules.json'; export const handler = le.lambdaEdge(rules), E = le.PlanError", "plan"],
  ["import * as le from 'selvedge/lambda-edge'; import rules from './rules.json'; export const handler = le.lambdaEdge(rules), E = le.RulesError", "le is used for more"],
  ["import * as le from 'selvedge/lambda-edge'; import rules from './rules.json'; export const handler = le.lambdaEdge(rules), all = [le]", "le is used for more"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import rules from './rules.json'; export const handler = lambdaEdge(rules as any)", "plan"],
  ["import { lambdaEdge, type T } from 'selvedge/lambda-edge'; import rules from './rules.json'; export const handler = lambdaEdge(rules satisfies Record<string, T>, { facts: { country: () => 'DE' } })", "plan"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import rules from './rules.json'; export const handler = lambdaEdge(rules! as unknown as Map<string, any>)", "plan"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import rules from './rules.json'; export const handler = lambdaEdge({ ...rules })", "rules is not all that lambdaEdge is called with"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import rules from './rules.json'; const all = { ...rules }; export const handler = lambdaEdge(all)", "rules is not all that lambdaEdge is called with"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import { rules } from './both.rules.mjs'; export const handler = lambdaEdge(rules.length ? rules : {})", "rules is not all that lambdaEdge is called with"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import data from './data.json'; export const handler = lambdaEdge({}), n = data", undefined],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import rules from './rules.json'; export const handler = lambdaEdge(rules), n = rules.redirects.length", "rules is used elsewhere"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import rules from './rules.json'; export const handler = lambdaEdge(rules), other = lambdaEdge({})", "also used with something else"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import rules from './rules.json'; export const handler = lambdaEdge(rules), make = lambdaEdge", "also used with something else"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import rules from './rules.json'; export const handler = lambdaEdge(rules, { key: 'a'.repeat(16) })", "names a key"],
  ["import { lambdaEdge, RulesError } from 'selvedge/lambda-edge'; import rules from './rules.json'; export const handler = lambdaEdge(rules), E = RulesError", "RulesError is imported"],
  ["import { lambdaEdge } from 'selvedge/lambda-edge'; import { edge } from 'selvedge/fetch'; import rules from './rules.json'; export const a = lambdaEdge(rules), b = edge(rules)", "rules is used elsewhere"],
];

for (const [source, expected] of MODULES) {
  it(`${expected ?? "leaves alone"}: ${source}`, async () => {
    const { build } = await tool("esbuild");
    const { default: selvedge } = await import("selvedge/esbuild");
    const entry = join(folder(true), "entry.ts");
    writeFileSync(entry, source);
    writeFileSync(join(entry, "../data.json"), "{}");
    const { outputFiles: [{ text }], warnings } = await build({
      entryPoints: [entry], bundle: true, write: false, format: "esm",
      platform: "neutral", conditions: ["node"], external: ["node:*"], plugins: [selvedge()], logLevel: "silent",
    });
    assert.equal(text.includes(COMPILER), expected !== "plan");
    const said = warnings.map(({ text }) => text);
    if (expected === undefined || expected === "plan") assert.deepEqual(said, []);
    else assert.ok(said.length > 0 && said.every((text) => text.includes(`entry.ts:1: `) && text.includes(expected)), said.join());
  });
}

it("says where in a module of rules a mistake is", async () => {
  const { build } = await tool("esbuild");
  const { default: selvedge } = await import("selvedge/esbuild");
  const from = folder(true);
  writeFileSync(join(from, "edge.rules.mjs"), 'export default {\n  redirects: [\n    { from: "/a", to: "/b", status: 399 },\n  ],\n};\n');
  const error = await build({ entryPoints: [join(from, "script.mjs")], bundle: true, write: false, external: ["node:*"], conditions: ["node"], plugins: [selvedge()], logLevel: "silent" }).then(() => assert.fail("it is built"), (error) => error);
  const [{ text, location: { file, line, lineText } }] = error.errors;
  assert.match(`${file}:${line}: ${text}`, /edge\.rules\.mjs:3: the status of a redirect/);
  assert.match(lineText, /status: 399/);
  writeFileSync(join(from, "edge.rules.mjs"), "throw new Error('no rules today');\n");
  await assert.rejects(build({ entryPoints: [join(from, "script.mjs")], bundle: true, write: false, external: ["node:*"], conditions: ["node"], plugins: [selvedge()], logLevel: "silent" }), /no rules today/);
});

it("runs in workerd, where the reader is a module", async () => {
  const { build } = await tool("esbuild");
  const { default: selvedge } = await import("selvedge/esbuild");
  const out = folder();
  await build({
    entryPoints: [join(here, "plugins/cloudflare.mjs")], outdir: out, bundle: true, format: "esm", conditions: ["workerd"], plugins: [selvedge()],
    loader: { ".wasm": "copy" }, assetNames: "[name]", outExtension: { ".js": ".mjs" }, logLevel: "silent",
  });
  const names = readdirSync(out).sort();
  assert.deepEqual(names, ["cloudflare.mjs", "reader-small.wasm"]);
  const modules = names.map((name) => ({ path: name, contents: readFileSync(join(out, name)), type: name.endsWith(".wasm") ? "CompiledWasm" : "ESModule" }));
  const { convertV4MiniflareOptions, Miniflare } = await tool("miniflare");
  const miniflare = new Miniflare(convertV4MiniflareOptions({ modules, compatibilityDate: "2026-11-01", cf: false, telemetry: { enabled: false }, host: "127.0.0.1" }));
  try {
    const redirect = await miniflare.dispatchFetch("https://example.org/old/page", { redirect: "manual" });
    assert.equal(redirect.status, 301);
    assert.equal(redirect.headers.get("location"), "/new/page");
    const page = await miniflare.dispatchFetch("https://example.org/index.html");
    assert.equal(await page.text(), "page");
    assert.equal(page.headers.get("x-amz-meta-owner"), null);
  } finally {
    await miniflare.dispose();
  }
});

it("loads rules in TypeScript by the tsx that the project has", async () => {
  const { build } = await tool("esbuild");
  const { default: selvedge } = await import("selvedge/esbuild");
  const from = folder(true);
  mkdirSync(join(from, "node_modules/tsx"), { recursive: true });
  writeFileSync(join(from, "node_modules/tsx/package.json"), '{ "name": "tsx", "exports": "./index.mjs" }');
  writeFileSync(join(from, "node_modules/tsx/index.mjs"), 'globalThis.target = "/by-tsx";\n');
  // Without it, there is no target.
  writeFileSync(join(from, "site.rules.ts"), 'export default { redirects: [{ from: "/a", to: (globalThis as any).target }] };\n');
  writeFileSync(join(from, "site.mjs"), 'import { lambdaEdge } from "selvedge/lambda-edge";\nimport rules from "./site.rules";\nexport const handler = lambdaEdge(rules);\n');
  const { errors, warnings } = await build({ entryPoints: [join(from, "site.mjs")], bundle: true, write: false, format: "esm", external: ["node:*"], conditions: ["node"], plugins: [selvedge()], logLevel: "silent" });
  assert.deepEqual([errors, warnings], [[], []]);
});
