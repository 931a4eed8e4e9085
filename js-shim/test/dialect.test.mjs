// selvedge/dialect: rule files and rules of one's own as one set, in each form that the package has.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { buildSync } from "esbuild";
import { compile } from "../../pkg/dist/compile/compile.js";
import { rulesFrom, RulesError } from "../../pkg/dist/tools/dialect.js";
import { edge } from "../../pkg/dist/plain/fetch.js";
import { fileURLToPath } from "node:url";

const REDIRECTS = "/a/* /b/:splat 301!\n/* /index.html 200\n";
const FILES = ["/index.html", "/main.js"];

test("files and rules make one set, in order", async () => {
  const rules = rulesFrom(
    { dialect: "netlify", redirects: REDIRECTS, files: FILES, headers: "/*\n  X-A: 1\n" },
    { dialect: "cloudflare", redirects: "/c /d 308\n", rules: [{ redirects: { from: "/e", to: "/f" } }, '{ "security": "basic" }'] },
  );
  const froms = rules.redirects.flatMap(({ from }) => from);
  assert.deepEqual(froms.filter((from) => ["/a/*", "/c", "/e"].includes(from)), ["/a/*", "/c", "/e"]);
  assert.equal(rules.security, "basic");
  compile(rules, { platform: "cloudfront" });
  const handler = edge(rules);
  const asked = [];
  const next = (request) => (asked.push(new URL(request.url).pathname), new Response("x"));
  const to = async (path) => (await handler(new Request(`https://x.example${path}`), next)).headers.get("location");
  assert.equal(await to("/a/1?q"), "/b/1?q");
  assert.equal(await to("/main.js"), null);
  assert.equal(await to("/settings"), null);
  assert.deepEqual(asked, ["/main.js", "/index.html"]);
});

const MIXED = { dialect: "netlify", redirects: "/a /b 301!\n/c /d nonsense\n/e /f 302 Country=xyz\n", headers: "X: 1\n" };

test("a line that cannot be honoured costs that line, and is told", () => {
  const told = [];
  const rules = rulesFrom({ ...MIXED, leftOut: ({ file, line }) => told.push(`${file}:${line}`) });
  assert.deepEqual(rules.redirects, [{ from: "/a", to: "/b", status: 301 }]);
  assert.deepEqual(told, ["_redirects:2", "_redirects:3", "_headers:1"]);
  // By default on the console.
  const lines = [];
  const { warn } = console;
  console.warn = (line) => lines.push(line);
  try {
    rulesFrom(MIXED);
  } finally {
    console.warn = warn;
  }
  assert.match(lines[0], /^selvedge: a line is left out: _redirects:2:7: "nonsense" is not a status/);
  assert.equal(lines.length, 3);
});

test("what a platform cannot do is left out for that platform", () => {
  const told = [];
  const leftOut = ({ code }) => told.push(code);
  const all = { dialect: "netlify", redirects: REDIRECTS, leftOut };
  assert.equal(rulesFrom({ ...all, platform: "cloudflare" }).rewrites.length, 1);
  assert.deepEqual(told, []);
  compile(rulesFrom({ ...all, platform: "cloudfront" }), { platform: "cloudfront" });
  assert.deepEqual(told, ["not-on-platform"]);
});

test("with strict, everything that is wrong is one error, with its lines", () => {
  const wrong = () => rulesFrom({ ...MIXED, strict: true, rules: { redirects: [{ form: "/" }] } });
  assert.throws(wrong, (error) => {
    assert.ok(error instanceof RulesError);
    assert.match(error.message, /^_redirects:2:7: /m);
    assert.match(error.message, /^_redirects:3:11: .*country code/m);
    assert.match(error.message, /^_headers:1:1: /m);
    assert.match(error.message, /did you mean "from"/);
    return true;
  });
});

test("a mistake in rules of one's own costs them all", () => {
  assert.throws(() => rulesFrom({ ...MIXED, rules: { redirects: [{ form: "/" }] } }), /did you mean "from"/);
});

test("what is not a set of sources is a TypeError that says so", () => {
  assert.throws(() => rulesFrom("/a /b"), /expected an object, got string/);
  assert.throws(() => rulesFrom({ redirects: "/a /b" }), /"redirects" needs a "dialect"/);
  assert.throws(() => rulesFrom({ dialect: "apache", redirects: "/a /b" }), /not "apache"/);
  assert.throws(() => rulesFrom({ dialect: "netlify", redirects: [{ from: "/a", to: "/b" }] }), /rules as objects go into "rules"/);
  assert.throws(() => rulesFrom({ dialect: "netlify", redirect: "" }), /unknown option "redirect"/);
  assert.deepEqual(rulesFrom(), {});
});

test("CommonJS and bundles have it, too", () => {
  const cjs = createRequire(import.meta.url)("../../pkg/dist/cjs/tools/dialect.js");
  const given = { dialect: "netlify", redirects: REDIRECTS, files: FILES };
  assert.deepEqual(cjs.rulesFrom(given), rulesFrom(given));
  for (const format of ["esm", "cjs"]) {
    const contents = `import { rulesFrom } from ${JSON.stringify(fileURLToPath(new URL("../../pkg/dist/tools/dialect.js", import.meta.url)))}; export const rules = rulesFrom(${JSON.stringify(given)});`;
    const { outputFiles } = buildSync({ stdin: { contents, resolveDir: "." }, bundle: true, format, platform: "node", write: false, minify: true });
    assert.ok(outputFiles[0].text.length > 100_000);
    if (format === "cjs") {
      const module = { exports: {} };
      new Function("module", "exports", "require", outputFiles[0].text)(module, module.exports, createRequire(import.meta.url));
      assert.deepEqual(module.exports.rules, rulesFrom(given));
    }
  }
});

test("a file of 45,000 lines", () => {
  const redirects = Array.from({ length: 45_000 }, (_, n) => `/old/${n} /new/${n} 301`).join("\n");
  assert.equal(rulesFrom({ dialect: "netlify", redirects }).redirects.length, 45_000);
});
