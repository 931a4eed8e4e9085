// Rules that a JavaScript or TypeScript module exports, given to the verbs as they take files.
import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, selvedge } from "./run.mjs";

const RULES = `import { defineRules } from "selvedge";
const year = 2024;
console.log("loading");
export const rules = defineRules({
  redirects: [
    { from: "/old/*", to: "/new/:splat" },
    { from: '/old/x', to: "/b" },
    { from: \`/y/\${year}\`, to: "/b", status: 307 },
  ],
  headers: [{ for: "/*", stauts: 1, set: { "X-A": "1" } }],
});
`;
/** The package, as it is installed next to the rules. */
const PACKAGE = { "node_modules/selvedge/package.json": { type: "module", exports: "./index.js" }, "node_modules/selvedge/index.js": "export const defineRules = (rules) => rules;" };

test("a finding is at its line in the module, and the lines of other rules are those of the module", (t) => {
  const cwd = folder(t, { ...PACKAGE, "edge.rules.mjs": RULES });
  const { code, out, err } = selvedge("check", "edge.rules.mjs", { cwd, apart: true });
  assert.equal(code, 1);
  assert.match(out, /^edge\.rules\.mjs:7:13: warning\[shadowed-rule\]: never reached: redirects\[0\] on line 6 comes first .*\n 7 \|     \{ from: '\/old\/x', to: "\/b" \},\n   \|             \^{8}\n/m);
  assert.match(out, /^edge\.rules\.mjs:10:26: error\[.*\]: unknown field/m);
  // What the module prints is not part of the answer.
  assert.equal(err, "loading\n");
  assert.equal(selvedge("check", "edge.rules.mjs", "--json", { cwd }).json().findings.length, 2);
});

test("what stands in several places of the module, or in none, has no line", (t) => {
  const cwd = folder(t, { "edge.rules.mjs": 'const rule = (n) => ({ from: "/a" + n, to: "/b" });\nexport default { redirects: [rule("/*"), rule("/x")] };\n' });
  const { out } = selvedge("check", "edge.rules.mjs", { cwd });
  assert.match(out, /^edge\.rules\.mjs: redirects\[1\].*: warning\[shadowed-rule\]: never reached: redirects\[0\] comes first/m);
  const twice = folder(t, { "edge.rules.mjs": 'const other = ["/a/x"];\nexport default { redirects: [{ from: "/a/*", to: "/b" }, { from: "/a/x", to: "/b" }] };\n' });
  assert.match(selvedge("check", "edge.rules.mjs", { cwd: twice }).out, /^edge\.rules\.mjs: redirects\[1\].*: warning\[shadowed-rule\]: never reached: redirects\[0\] on line 2 /m);
});

test("CommonJS that exports nothing is not an empty set of rules", (t) => {
  const cwd = folder(t, { "nothing.js": "var x = 1;\n", "package.json": { type: "commonjs" }, "empty.mjs": "export default {};\n" });
  const { code, err } = selvedge("check", "nothing.js", { cwd });
  assert.equal(code, 2);
  assert.match(err, /nothing\.js: exports no "rules"/);
  assert.equal(selvedge("check", "empty.mjs", { cwd }).code, 0);
});

test("a name, a default, CommonJS, a promise, a text: what a module may export", (t) => {
  const rules = '{ redirects: [{ from: "/a", to: "/b" }] }';
  const cwd = folder(t, {
    "named.mjs": `export const rules = ${rules}; export const handler = () => {};`,
    "default.mjs": `export default ${rules};`,
    "whole.cjs": `module.exports = ${rules};`,
    "member.cjs": `exports.rules = ${rules}; exports.handler = () => {};`,
    "promise.mjs": `export const rules = Promise.resolve(${rules}); setInterval(() => {}, 1000);`,
    "text.mjs": `export default ${JSON.stringify('{ "redirects": [{ "from": "/a", "to": "/b" }] } // with a comment')};`,
  });
  for (const file of ["named.mjs", "default.mjs", "whole.cjs", "member.cjs", "promise.mjs", "text.mjs"]) {
    const { code, out, err } = selvedge("explain", file, "/a", { cwd });
    assert.deepEqual([code, err], [0, ""], file);
    assert.match(out, /\/a → 301 \/b/, file);
  }
});

test("all verbs take it", (t) => {
  const cwd = folder(t, { "edge.rules.mjs": 'export const rules = { redirects: [{ from: "/a", to: "/b" }] };', "site/a": "" });
  const runs = [["check"], ["plan", "-p", "cloudflare"], ["build", "-p", "fetch", "-o", "plan.mjs"], ["convert", "--to", "netlify", "-o", "_redirects"]];
  for (const [verb, ...options] of runs) {
    const { code, err } = selvedge(verb, "edge.rules.mjs", ...options, { cwd });
    assert.deepEqual([code, err], [0, ""], verb);
  }
});

test("a module that cannot be used is one clear error", (t) => {
  const cwd = folder(t, {
    "syntax.mjs": "export const rules = {\n  redirects: [,,\n",
    "throws.mjs": 'const read = () => { throw new Error("no such secret"); };\nread();',
    "none.mjs": "export const other = 1;",
    "handler.mjs": "export const handler = async (event) => event.Records[0].cf.request;",
    "handler.cjs": "exports.handler = async (event) => event.Records[0].cf.request;",
    "exits.mjs": "process.exit(3);",
    "function.mjs": "export const rules = { redirects: [{ from: () => {}, to: '/b' }] };",
    "circle.mjs": "export const rules = {}; rules.a = rules;",
    "uses.mjs": 'import { defineRules } from "selvedge"; export default defineRules({});',
    "missing.mjs": 'import "./nowhere.mjs";',
  });
  const wrong = {
    "syntax.mjs": /^error: syntax\.mjs: cannot be loaded: SyntaxError: /,
    "throws.mjs": /^error: throws\.mjs: cannot be loaded: Error: no such secret\n +at read .*throws\.mjs:1:28\)\n/,
    "none.mjs": /^error: none\.mjs: exports no "rules"; it exports other\n  write: export const rules = /,
    "handler.mjs": /^error: handler\.mjs: exports a handler, and no rules\n  selvedge dev --handler handler\.mjs runs it; /,
    "handler.cjs": /^error: handler\.cjs: exports a handler, and no rules\n  selvedge dev --handler handler\.cjs runs it; /,
    "exits.mjs": /^error: exits\.mjs: ended the process with code 3 while it was loaded\n/,
    "function.mjs": /^error: function\.mjs: redirects\[0\]\.from: expected a value that JSON has, found a function\n/,
    "circle.mjs": /^error: circle\.mjs: rules: Converting circular structure/,
    "uses.mjs": /^error: uses\.mjs: cannot be loaded: Error .*Cannot find package 'selvedge'.*\n  npm install selvedge/,
    "missing.mjs": /^error: missing\.mjs: cannot be loaded: Error .*Cannot find module/,
    "nowhere.mjs": /^error: nowhere\.mjs: there is no such file or folder\n/,
  };
  for (const [file, message] of Object.entries(wrong)) {
    const { code, out, err } = selvedge("check", file, { cwd });
    assert.deepEqual([code, out], [2, ""], file);
    assert.match(err, message);
    assert.equal(typeof selvedge("check", file, "--json", { cwd }).json().error.message, "string");
  }
});

test("TypeScript, where Node loads it; elsewhere it is said what to do", (t) => {
  const cwd = folder(t, { "edge.rules.ts": 'const from: string = "/a";\nexport const rules = { redirects: [{ from, to: "/b" as const }] };\n' });
  const { code, out, err } = selvedge("explain", "edge.rules.ts", "/a", { cwd });
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 6)) {
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /\/a → 301 \/b/);
  } else {
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /^error: edge\.rules\.ts: Node v\d+\.\d+\.\d+ does not load TypeScript\n  use Node 22\.18 or later, or npm install --save-dev tsx, /);
  }
});

test("where Node does not load TypeScript, the project's tsx does", { skip: process.features.typescript !== undefined && "Node loads TypeScript" }, (t) => {
  const cwd = folder(t, {
    "edge.rules.ts": 'export const rules = { redirects: [{ from: "/a", to: "/b" }] };\n',
    "node_modules/tsx/package.json": { name: "tsx", type: "module", exports: "./loader.mjs" },
    // Stands in for the loader of that package, which takes the types out.
    "node_modules/tsx/loader.mjs": 'import { register } from "node:module";\nregister("data:text/javascript," + encodeURIComponent(`export const load = (url, context, next) => url.endsWith(".ts") ? next(url, { ...context, format: "module" }) : next(url, context);`));',
  });
  assert.match(selvedge("explain", "edge.rules.ts", "/a", { cwd }).out, /\/a → 301 \/b/);
});

test("modules in a package of type commonjs, as npm init makes it, are modules to bundlers, and here", (t) => {
  const manifest = { "package.json": { type: "commonjs" } };
  const shared = { "shared.js": 'import { status } from "./plain.js";\nexport const to = "/new";\nexport { status };\n', "plain.js": "exports.status = 308; // import { x } from nowhere\n" };
  const rules = 'import { status, to } from "./shared.js";\nexport const rules = { redirects: [{ from: "/old", to, status }] };\n';
  const endings = process.features.typescript ? ["js", "mjs", "ts", "mts"] : ["js", "mjs"];
  for (const ending of endings) {
    const cwd = folder(t, { ...manifest, ...shared, [`edge.rules.${ending}`]: rules });
    const { code, out, err } = selvedge("explain", `edge.rules.${ending}`, "/old", { cwd, apart: true });
    assert.deepEqual([code, err], [0, ""], `${ending}: ${out}`);
    assert.match(out, /308[^]*\/new/, ending);
    const config = folder(t, { ...manifest, ...shared, "edge.rules.mjs": rules, [`selvedge.config.${ending}`]: 'export default { rules: "edge.rules.mjs" };\n' });
    assert.equal(selvedge("check", { cwd: config }).code, 0, `selvedge.config.${ending}`);
  }
  // What is wrong in it is still said.
  const cwd = folder(t, { ...manifest, "edge.rules.js": "export const rules = {;\n" });
  assert.match(selvedge("check", "edge.rules.js", { cwd }).err, /^error: edge\.rules\.js: cannot be loaded: [^]*Unexpected token ';'/);
});

test("a module that waits for what never comes is told from one that ends the process", (t) => {
  const of = (text) => selvedge("check", "edge.rules.mjs", { cwd: folder(t, { "edge.rules.mjs": text }) }).err;
  assert.match(of("await new Promise(() => {});\nexport default {};\n"), /^error: edge\.rules\.mjs: waits at its top level for what never comes\n  look for an await that nothing ends\n$/);
  assert.match(of("process.exit(3);\n"), /^error: edge\.rules\.mjs: ended the process with code 3 while it was loaded\n  a file of rules must not call process\.exit\n$/);
});
