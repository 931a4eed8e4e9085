// The project file: what verbs are told once.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { dev } from "./dev.mjs";
import { folder, selvedge } from "./run.mjs";

const RULES = { redirects: [{ from: "/a", to: "/b" }] };

test("verbs need neither files nor options", async (t) => {
  const cwd = folder(t, {
    "selvedge.config.json": '{\n  // told once\n  "rules": ["edge/rules.json", "edge/_redirects"], "dialect": "netlify", "platform": "cloudfront", "site": "dist",\n}',
    "edge/rules.json": RULES,
    "edge/_redirects": "/app/* /index.html 200\n",
    "dist/index.html": "home",
    "dist/b.html": "b",
    "dist/app/x.js": "x".repeat(4096),
    "deep/below/x": "",
  });
  assert.equal(selvedge("check", { cwd }).out.split("\n").at(-2), "nothing found in 2 files");
  assert.match(selvedge("explain", "/a", { cwd }).out, /^GET example\.org\/a  cloudfront\n[^]*\/a → 301 \/b/);
  assert.match(selvedge("plan", { cwd }).out, /^Triggers +viewer-request +yes/);
  assert.match(selvedge("build", "-o", "plan.mjs", { cwd }).out, /a plan for cloudfront/);
  assert.match(selvedge("precompress", { cwd }).out, /x\.js|1 file/);
  const edge = await dev(t, cwd);
  assert.equal((await edge.get("/a")).status, 301);
  assert.match((await edge.get("/")).text, /home/);
  // From a folder below, by paths from there.
  const below = selvedge("check", "--json", { cwd: join(cwd, "deep/below") });
  assert.equal(below.code, 0);
  assert.match(selvedge("explain", "/a", "--json", { cwd: join(cwd, "deep/below") }).json().stages[0].steps[0].file, /^\.\.\/\.\.\/edge\/rules\.json$/);
});

test("what the command line says counts more", (t) => {
  const cwd = folder(t, { "selvedge.config.json": { rules: "rules.json", platform: "cloudfront" }, "rules.json": RULES, "other.json": { redirects: [{ from: "/a", to: "/other" }] } });
  assert.match(selvedge("explain", "/a", "-p", "vercel", { cwd }).out, /^GET example\.org\/a  vercel\n/);
  assert.match(selvedge("explain", "other.json", "/a", { cwd }).out, /^GET example\.org\/a  cloudfront\n[^]*301 \/other/);
});

test("package.json, and modules, may say it as well", (t) => {
  const inManifest = folder(t, { "package.json": { name: "x", selvedge: { rules: "rules.json" } }, "rules.json": RULES });
  assert.equal(selvedge("check", { cwd: inManifest }).out, "nothing found in 1 file\n");
  const inModule = folder(t, { "selvedge.config.mjs": 'export default { rules: "rules.json", platform: "netlify" };', "rules.json": RULES });
  assert.match(selvedge("explain", "/a", { cwd: inModule }).out, /^GET example\.org\/a  netlify\n/);
  // The project ends at the package: what is above belongs to somebody else.
  const nested = folder(t, { "selvedge.config.json": "{ broken", "package/package.json": { name: "x" }, "package/rules.json": RULES });
  assert.equal(selvedge("check", "rules.json", { cwd: join(nested, "package") }).out, "nothing found in 1 file\n");
});

test("a project file that cannot be used is one clear error", (t) => {
  const wrong = [
    ['{ "rules": "rules.json", }}', /^error: selvedge\.config\.json:1:27: is not JSON: EndOfFileExpected\n/],
    ['[]', /^error: selvedge\.config\.json: the project is not an object\n/],
    ['{ "rule": "rules.json" }', /^error: selvedge\.config\.json: unknown member "rule"\n  did you mean "rules"\?\n/],
    ['{ "platform": "heroku" }', /^error: selvedge\.config\.json: "platform" is "heroku"\n  it is one of cloudfront, /],
    ['{ "dialect": 1 }', /^error: selvedge\.config\.json: "dialect" is 1\n  it is one of netlify, /],
    ['{ "rules": {} }', /^error: selvedge\.config\.json: "rules" is \{\}\n  it is a file, or a list of files\n/],
    ['{ "facts": ["time"] }', /"facts" is \["time"\]\n  it is a list of country, device\n/],
    ['{ "toString": 1 }', /unknown member "toString"/],
    ['{ "rules": "none.json" }', /^error: none\.json: there is no such file or folder\n/],
    ['{}', /^error: the rules are missing\n  write: selvedge check rules\.json\n  or name them once, in selvedge\.config\.json: /],
  ];
  for (const [text, message] of wrong) {
    const { code, out, err } = selvedge("check", { cwd: folder(t, { "selvedge.config.json": text }) });
    assert.deepEqual([code, out], [2, ""], text);
    assert.match(err, message);
  }
});
