// Help, usage errors, and inputs of every kind of wrong: one clear error each, and the exit code that scripts rely on.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, selvedge } from "./run.mjs";

const build = (...args) => selvedge("build", "-p", "fetch", "-o", "out/plan.mjs", ...args);

test("help teaches, and is no error", () => {
  for (const args of [[], ["--help"], ["-h"], ["help"]]) {
    const { code, out, err } = selvedge(...args);
    assert.deepEqual([code, err], [0, ""], args.join(" "));
    assert.match(out, /Usage: selvedge <verb>/);
    assert.match(out, /\$ selvedge build rules\.json --platform cloudfront -o plan\.mjs/);
    assert.match(out, /Exit codes: 0 .* 1 .* 2 /);
    for (const line of out.split("\n")) assert.ok(line.length <= 120, line);
  }
  for (const args of [["build", "--help"], ["help", "build"]]) assert.match(selvedge(...args).out, /Examples:\n/);
});

test("the version is the package's", async () => {
  const { default: manifest } = await import("../../../pkg/package.json", { with: { type: "json" } });
  for (const flag of ["--version", "-V"]) assert.deepEqual(selvedge(flag).out, `${manifest.version}\n`);
});

test("unknown verbs and options are usage errors, with what was probably meant", () => {
  const wrong = [
    [["biuld"], /unknown command 'biuld'\n\(Did you mean build\?\)/],
    [["build", "a.json", "--platfrom", "fetch"], /unknown option '--platfrom'\n\(Did you mean --platform\?\)/],
    [["build", "a.json", "--platform", "cloudfrnt"], /'cloudfrnt' is invalid\. Allowed choices are cloudfront, /],
    [["build", "a.json"], /^error: the platform is missing\n  add --platform NAME, one of cloudfront, /],
    [["build", "--platform", "fetch"], /missing required argument 'files'/],
  ];
  for (const [args, message] of wrong) {
    const { code, out, err } = selvedge(...args);
    assert.deepEqual([code, out], [2, ""], args.join(" "));
    assert.match(err, message);
  }
});

test("colours are for terminals", () => {
  assert.doesNotMatch(selvedge("--help").out, /\x1b/);
  assert.doesNotMatch(selvedge("build", "none.json", "-p", "fetch").err, /\x1b/);
});

test("a file that cannot be used is one error, exit code 2, and nothing is written", (t) => {
  const cwd = folder(t, {
    "out/keep": "",
    "latin1.json": Buffer.from("{\n  // caf\xe9\n}", "latin1"),
    "utf16.json": Buffer.from("\ufeff{}", "utf16le"),
    "replacement.json": Buffer.from("// \ufffd é\n\xff", "latin1"),
    "nul.json": "{}\n\0",
    "rules.yaml": "{}",
    _redirects: "/a /b",
    "directory.json/x": "",
  });
  const wrong = {
    "none.json": /^error: none\.json: there is no such file\n$/,
    "directory.json": /^error: directory\.json: is a directory\n$/,
    "latin1.json": /^error: latin1\.json:2:9: is not UTF-8\n  save it as UTF-8\n$/,
    "utf16.json": /^error: utf16\.json: is UTF-16, not UTF-8\n/,
    "nul.json": /^error: nul\.json:2:1: holds a NUL character; is this a text file\?\n$/,
    "rules.yaml": /^error: rules\.yaml: nothing in this name says what form the file has\n  name it _redirects, /,
    _redirects: /^error: _redirects: the same line means different things .*\n  say whose file it is: --dialect netlify or --dialect cloudflare\n$/,
    "directory.json/x/y.json": /^error: .*: a part of this path is a file, not a directory\n$/,
  };
  for (const [file, message] of Object.entries(wrong)) {
    const { code, out, err } = build(file, { cwd });
    assert.deepEqual([code, out], [2, ""], file);
    assert.match(err, message);
    const asJson = build(file, "--json", { cwd });
    assert.deepEqual([asJson.code, asJson.err], [2, ""]);
    assert.equal(typeof asJson.json().error.message, "string");
  }
  assert.match(build("replacement.json", { cwd }).err, /replacement\.json:2:1: is not UTF-8|replacement\.json:1:4/);
  assert.match(build("_redirects", "--dialect", "apache", { cwd }).err, /'apache' is invalid\. Allowed choices are netlify, cloudflare/);
  assert.deepEqual(readdirSync(join(cwd, "out")), ["keep"]);
});

test("an unreadable file, and a folder that cannot be written to", { skip: process.getuid?.() === 0 && "root may read and write everything" }, (t) => {
  const cwd = folder(t, { "secret.json": "{}", "rules.json": "{}" });
  chmodSync(join(cwd, "secret.json"), 0);
  assert.match(build("secret.json", { cwd }).err, /^error: secret\.json: permission denied\n$/);
  mkdirSync(join(cwd, "out"), { mode: 0o555 });
  const { code, err } = build("rules.json", { cwd });
  assert.equal(code, 2);
  assert.match(err, /out\/plan\.mjs: permission denied/);
});

test("an output that cannot be written", (t) => {
  const cwd = folder(t, { "rules.json": "{}", "taken/x": "" });
  const at = (output) => selvedge("build", "rules.json", "-p", "fetch", "-o", output, { cwd });
  assert.deepEqual([at("none/plan.mjs").code, at("taken").code], [2, 2]);
  assert.match(at("none/plan.mjs").err, /^error: none: there is no such folder\n  make it first\n$/);
  assert.match(at("taken").err, /^error: taken: is a directory\n$/);
  assert.deepEqual(readdirSync(cwd).sort(), ["rules.json", "taken"]);
});
