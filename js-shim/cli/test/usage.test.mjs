// Help, usage errors, and inputs of every kind of wrong: one clear error each, and the exit code that scripts rely on.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { folder, SELVEDGE, selvedge } from "./run.mjs";

const build = (...args) => selvedge("build", "-p", "fetch", "-o", "out/plan.mjs", ...args);

test("help teaches, and is not an error", () => {
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

/** The files that are loaded with this one, and what they import from the package. */
function loadedWith(file, found = { files: new Set(), others: new Set() }) {
  found.files.add(file);
  for (const [, name] of readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^;]*?"([^"]+)";$/gm)) {
    if (!name.startsWith("./")) found.others.add(name);
    else if (!found.files.has(join(dirname(file), name))) loadedWith(join(dirname(file), name), found);
  }
  return found;
}

test("help loads no verb, no rules and no WebAssembly", () => {
  const { files, others } = loadedWith(SELVEDGE);
  assert.deepEqual([...others].filter((name) => name.startsWith("#dist/")), []);
  const bytes = [...files].reduce((sum, file) => sum + statSync(file).size, 0);
  assert.ok(bytes < 200_000, `${bytes} bytes in ${[...files].join(", ")}`);
});

test("the version is the package's", async () => {
  const { default: manifest } = await import("../../../pkg/package.json", { with: { type: "json" } });
  for (const flag of ["--version", "-V"]) assert.deepEqual(selvedge(flag).out, `${manifest.version}\n`);
});

test("unknown verbs and options are usage errors, with what was probably meant", () => {
  const wrong = [
    [["biuld"], /unknown command 'biuld'\n\(Did you mean build\?\)/],
    [["build", "a.json", "--platfrom", "fetch"], /unknown option '--platfrom'\n\(Did you mean --platform\?\)/],
    [["build", "a.json", "--platform", "cloudfrnt"], /'cloudfrnt' is invalid\. Allowed choices are cloudfront, .*\n\(Did you mean cloudfront\?\)/],
    [["check", "a.json", "--fact", "contry"], /'contry' is invalid\. .*\n\(Did you mean country\?\)/],
    [["build", "a.json", "--platform", "heroku"], /'heroku' is invalid\. Allowed choices are [a-z, -]*\.\n$/],
    [["check", "a.json", "--site", process.execPath], /^error: .*: is a file, not a folder\n/],
    [["build", "a.json"], /^error: the platform is missing\n  add --platform NAME, one of cloudfront, /],
    [["build", "--platform", "fetch"], /^error: the rules are missing\n  write: selvedge (check|build) rules\.json\n/],
  ];
  for (const [args, message] of wrong) {
    const { code, out, err } = selvedge(...args);
    assert.deepEqual([code, out], [2, ""], args.join(" "));
    assert.match(err, message);
  }
});

test("usage errors are JSON where the caller reads JSON", () => {
  for (const [args, error] of [
    [["check", "a.json", "--platfrom", "fetch"], { message: "unknown option '--platfrom'", help: "Did you mean --platform?" }],
    [["biuld", "a.json"], { message: "unknown command 'biuld'", help: "Did you mean build?" }],
    [["convert"], { message: "missing required argument 'file'" }],
    [["usage", "a.json", "a.log", "--top", "x"], { message: "option '--top <count>' argument 'x' is invalid. It is a whole number from 1 on." }],
  ]) {
    const { code, err, json } = selvedge(...args, "--json");
    assert.deepEqual([code, err, json()], [2, "", { error }], args.join(" "));
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
    "Caddyfile": /^error: Caddyfile: a Caddyfile is read in the form that Caddy itself makes of it\n  run: caddy adapt --config Caddyfile > site\.caddy\.json/,
    "customHttp.yml": /^error: customHttp\.yml: of Amplify, redirects are read, and not headers\n  write each pattern as a rule: /,
    "rules.yaml": "{}",
    "rules.txt": "{}",
    "about.html": "<p>",
    _redirects: "/a /b",
    "directory.json/x": "",
    "site/_redirects": "",
    Caddyfile: "example.org",
    "customHttp.yml": "customHeaders:",
    "site/my.rules.json": "{}",
    "site/package.json": "{}",
  });
  const wrong = {
    "none.json": /^error: none\.json: there is no such file or folder\n$/,
    "directory.json": /^error: directory\.json: is a directory\n  name a file of rules; --site is for the folder that is served\n$/,
    site: /^error: site: is a directory\n  name the files in it: site\/_redirects site\/my\.rules\.json\n$/,
    "latin1.json": /^error: latin1\.json:2:9: is not UTF-8\n  save it as UTF-8\n$/,
    "utf16.json": /^error: utf16\.json: is UTF-16, not UTF-8\n/,
    "nul.json": /^error: nul\.json:2:1: holds a NUL character; is this a text file\?\n$/,
    "rules.yaml": /^error: rules\.yaml: rules are not read from YAML\n  write them as JSON, which may have comments, or in a module /,
    // `build` has no --form.
    "rules.txt": /^error: rules\.txt: nothing in this name says what form the file has\n  name it _redirects, (?!.*--form).*httpd\.conf, nginx\.conf, /,
    "about.html": /^error: about\.html: a page of the site is not a file of rules\n  name the files of rules; --site FOLDER is for the pages\n$/,
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
  assert.match(build("_redirects", "--dialect", "apache", { cwd }).err, /'apache' is invalid\. Allowed choices are netlify, cloudflare\.\n\(Did you mean --form apache\? check and convert take it; other verbs go by the file's name\)/);
  assert.match(build("_redirects", "--dialect", "vercel", { cwd }).err, /'vercel' is invalid\. .*\n\(Did you mean --form vercel-json\? /);
  assert.match(build("_redirects", "--dialect", "netlfy", { cwd }).err, /'netlfy' is invalid\. Allowed choices are netlify, cloudflare\.\n\(Did you mean netlify\?\)/);
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
  assert.match(at("taken").err, /^error: taken: a folder is what is built for CloudFront\n  name a file, or say --platform cloudfront\n$/);
  assert.deepEqual(readdirSync(cwd).sort(), ["rules.json", "taken"]);
});

/** What steers a terminal, breaks a line, or turns text around: as they are, and as CSI of 8 bits. */
const STEERING = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

test("nothing from outside steers the terminal", (t) => {
  const evil = "e\x1b[2J\x9b31m\u202etxt\u2066\r\nerror: forged\x07\u2028x";
  const cwd = folder(t, {
    "rules.json": { redirects: [{ from: `/${evil}`, to: `/b/${evil}` }, { from: "/a", to: "/b", [evil]: 1 }], responses: [{ for: "/r", status: 200, body: evil }] },
    "e.txt": `GET /r?x=${evil.replace(/[\r\n]/g, "")} → 301 | X-A: ${evil.replace(/[\r\n]/g, "")}\n`,
    "good.json": { redirects: [{ from: "/a b", to: "/b?x={query.x}" }], responses: [{ for: "/r", status: 200, body: evil, headers: { "X-A": "{header.x-a}" } }], rewrites: [{ from: `/u\u202e/*`, to: "/x/:splat" }] },
    "_redirects": `/a${evil} /b\n`,
    "vercel.json": JSON.stringify({ [evil]: 1, redirects: [{ source: `/(${evil}`, destination: "/" }] }),
    "netlify.toml": `[[redirects]]\nfrom = "/a"\nto = "/${evil.replace(/[^]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)}"\n"${"\\u001b"}" = 1\n`,
    [`site/${evil.replace("\r\n", "").replace("/", "")}.js`]: "x".repeat(4096),
    "site/a.js": "x".repeat(4096),
    [`rules${evil.replaceAll("/", "")}.json`]: "{",
  });
  symlinkSync("/nowhere", join(cwd, `site/link\x1b[2J\u202e`));
  const named = `rules${evil.replaceAll("/", "")}.json`;
  const commands = [
    [evil], [`--${evil}`], ["check", evil], ["check", `${evil}.json`], ["check", named], ["check", "rules.json"], ["check", "rules.json", "-p", "cloudfront"], ["check", "_redirects", "-d", "netlify"], ["check", "vercel.json"], ["check", "netlify.toml"],
    ["check", "rules.json", "-p", evil], ["check", "rules.json", "--max-warnings", evil], ["check", "rules.json", `--x${evil}`],
    ["build", "rules.json", "-p", "fetch", "-o", "x.mjs"], ["build", "good.json", "-p", "fetch", "-o", `${evil}/x.mjs`], ["build", "good.json", "-p", "fetch", "-o", `x${evil.replaceAll("/", "")}.mjs`], ["build", "rules.json", "-p", "fetch", "-f", evil],
    ["explain", "good.json", `/r?${evil}`, "-H", `X-A: ${evil}`, "-X", evil], ["explain", "good.json", evil], ["explain", "good.json", "/z", "--response-header", `X-${evil}: 1`, "--body", evil, "-a"], ["explain", "good.json", "/z", "-H", evil], ["explain", "good.json", "/z", "--country", evil, "--ip", evil, "--id", evil, "-b", evil], ["explain", "good.json", "/u\u202e/x\u001b[1m"],
    ["plan", "good.json", "-p", "cloudflare"], ["plan", "good.json", "-p", "vercel"], ["plan", "rules.json", "-p", "netlify"], ["plan", "rules.json", "-p", "cloudfront", "--hook", evil],
    ["usage", "good.json", evil], ["usage", "good.json", named], ["replay", evil, "good.json", evil], ["prune", "good.json", named, "--since", evil], ["verify", named, "--against", "good.json"], ["verify", evil, "--against", `http://${evil}`],
    ["convert", "_redirects", "-d", "netlify", "--to", "selvedge", "-o", `c${evil.replaceAll("/", "")}.json`], ["convert", "good.json", "--to", evil], ["convert", evil, "--to", "netlify"],
    ["init", "-p", evil], ["init", "-p", "netlify", "--site", evil], ["init", "-p", "netlify", "--dry-run"], ["test", evil], ["test", "good.json", "e.txt"], ["test", "good.json", "e.txt", "-f", "tap"], ["test", "good.json", "e.txt", "-f", "junit"], ["test", "good.json", "e.txt", "-f", "github"], ["check", "rules.json", "-f", "sarif"], ["check", "rules.json", "-f", "github"], ["explain-code", evil], ["explain-code", `error[${evil}]`],
    ["precompress", evil], ["precompress", "site"], ["precompress", "site", "--check"], ["precompress", "site", "--encodings", evil], ["precompress", "site", "--base", evil], ["precompress", "site", "--manifest", `${evil}/m`], ["precompress", "site", "--metadata", `m${evil.replaceAll("/", "")}.json`], ["precompress", "site", "--cache-control", evil],
  ];
  for (const command of commands) {
    for (const args of [command, [...command, "--json"]]) {
      const { out, err } = selvedge(...args.map((arg) => arg.replaceAll("\0", "")), { cwd });
      for (const [name, text] of [["stdout", out], ["stderr", err]]) {
        const found = STEERING.exec(text);
        assert.equal(found, null, `${name} of ${JSON.stringify(args)}: ${JSON.stringify(text.slice(Math.max(0, found?.index - 80), found?.index + 40))}`);
        assert.doesNotMatch(text, /^error: forged/m, `${name} of ${JSON.stringify(args)}`);
      }
    }
  }
});

test("a file that is missing is looked for under a name like it", (t) => {
  const cwd = folder(t, { "rules.json": "{}", "sub/edge.rules.mjs": "export default {}", "site/index.html": "" });
  const hint = (...args) => selvedge(...args, { cwd }).err.split("\n").slice(0, 2);
  for (const name of ["rule.json", "Rules.json", "rules.jsonc", "ruels.json"]) {
    assert.deepEqual(hint("check", name), [`error: ${name}: there is no such file or folder`, "  did you mean rules.json?"]);
  }
  assert.deepEqual(hint("check", "sub/edge.rule.mjs"), ["error: sub/edge.rule.mjs: there is no such file or folder", "  did you mean sub/edge.rules.mjs?"]);
  // A name without a form that is not there, either.
  assert.deepEqual(hint("check", "rules"), ["error: rules: there is no such file or folder", "  did you mean rules.json?"]);
  for (const name of ["other.json", "b.json", "nowhere/rules.json"]) assert.deepEqual(hint("check", name), [`error: ${name}: there is no such file or folder`, ""]);
});

test("JSON of another kind is one finding, and rules with a mistake are not", (t) => {
  const cwd = folder(t, {
    "package.json": '{\n  "name": "x",\n  "version": "1.0.0",\n  "engines": { "node": ">=20" },\n  "scripts": {}\n}',
    "$schema.json": '{ "$schema": "x", "one": 1, "two": 2 }',
    "mistake.json": '{ "redirets": [], "hedaers": [] }',
    "both.json": '{ "redirects": [], "name": "x", "version": "1" }',
  });
  const found = (file) => selvedge("check", file, "--json", { cwd }).json().findings.map(({ line, code, message }) => `${line} ${code}: ${message}`);
  const kind = "unknown-field: none of the members is one of rules: is this a file of another kind?";
  assert.deepEqual(found("package.json"), [`2 ${kind}`]);
  assert.deepEqual(found("$schema.json"), [`1 ${kind}`]);
  assert.deepEqual(found("mistake.json"), ["1 unknown-field: unknown field", "1 unknown-field: unknown field"]);
  assert.deepEqual(found("both.json"), ["1 unknown-field: unknown field", "1 unknown-field: unknown field"]);
});
