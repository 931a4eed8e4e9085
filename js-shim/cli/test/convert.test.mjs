// `selvedge convert`: what comes out says the same as what went in, and what cannot be said is heard of.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compile } from "../../../pkg/dist/compile/compile.js";
import { Engine, parseHeaders, parseRedirects } from "../../../pkg/dist/index.js";
import { folder, selvedge } from "./run.mjs";

const KEY = "correct horse battery staple";

const RULES = `{
  // Old addresses.
  "redirects": [{ "from": "/old/:year/*", "to": "/new/:year/:splat", "status": 302 }, { "from": "/a", "to": "/b", "status": 301 }],
  "headers": [{ "for": "/*", "set": { "X-Frame-Options": "DENY" } }]
}`;

test("rules become the files of a vendor, and those the same rules again", async (t) => {
  for (const dialect of ["netlify", "cloudflare"]) {
    const cwd = folder(t, { "rules.jsonc": RULES });
    const { code, out, err } = selvedge("convert", "rules.jsonc", "--to", dialect, "-o", "site", { cwd });
    assert.deepEqual([code, out, err], [0, "site/_redirects\nsite/_headers\n", ""]);
    const text = readFileSync(join(cwd, "site/_redirects"), "utf8");
    assert.match(text, /^# Old addresses\.\n\/old\/:year/);
    const { rules, findings } = parseRedirects(text, { dialect });
    assert.deepEqual(findings.filter(({ severity }) => severity === "error"), []);
    const { status, headers: { location } } = await new Engine(rules).handle({ url: "/old/2020/a/b" });
    assert.deepEqual([status, location], [302, "/new/2020/a/b"]);
    const headers = parseHeaders(readFileSync(join(cwd, "site/_headers"), "utf8"), { dialect });
    assert.deepEqual(headers.rules.headers[0].set, { "X-Frame-Options": "DENY" });
  }
});

test("files of vendors become rules with their comments, which compile to the same plan", (t) => {
  const files = {
    _redirects: "# Moved.\n/a /b 301\n/old/* /new/:splat 302 # for now\n",
    _headers: "# For all.\n/*\n  X-Frame-Options: DENY\n",
    "netlify.toml": '# Moved.\n[[redirects]]\nfrom = "/a"\nto = "/b"\n\n# For all.\n[[headers]]\nfor = "/*"\n[headers.values]\nX-A = "1"\n',
    "vercel.json": { redirects: [{ source: "/x/:path*", destination: "/y/:path*" }], cleanUrls: true, trailingSlash: false },
  };
  for (const file of Object.keys(files)) {
    const cwd = folder(t, files);
    const dialect = file.startsWith("_") ? ["--dialect", "cloudflare"] : [];
    const { code, out, err } = selvedge("convert", file, ...dialect, "--to", "selvedge", { cwd });
    assert.deepEqual([code, err], [0, ""]);
    if (file === "_redirects") assert.match(out, /\/\/ Moved\.\n {4}\{ "from": "\/a"[^]*\/\/ for now\n {4}\{ "from": "\/old\/\*"/);
    if (file === "netlify.toml") assert.match(out, /\/\/ Moved\.\n {4}\{ "from": "\/a"[^]*\/\/ For all\.\n {4}\{ "for": /);
    if (file === "_headers") assert.match(out, /\/\/ For all\.\n/);
    const built = selvedge("build", file, ...dialect, "-p", "fetch", "--key", KEY, { cwd });
    assert.equal(built.code, 0, built.err);
    assert.deepEqual(built.bytes, Buffer.from(compile(out, { platform: "fetch", key: KEY })), file);
  }
});

test("several files are built into one plan, in their order", (t) => {
  const cwd = folder(t, { "rules.json": RULES, _redirects: "/a /c 301\n/d /e 301\n", _headers: "/d\n  X-D: 1\n" });
  const built = selvedge("build", "rules.json", "_redirects", "_headers", "-d", "netlify", "-p", "fetch", { cwd });
  assert.equal(built.code, 0, built.err);
  const other = selvedge("build", "_redirects", "rules.json", "_headers", "-d", "netlify", "-p", "fetch", { cwd });
  assert.notDeepEqual(built.bytes, other.bytes);
});

test("what the other form cannot express has its line, and exit code 1", (t) => {
  const cwd = folder(t, { "rules.json": `{\n  "redirects": [\n    { "from": { "regex": "^/a" }, "to": "/b" },\n    { "from": "/c", "to": "/d" }\n  ]\n}` });
  const { code, out, err } = selvedge("convert", "rules.json", "--to", "netlify", { cwd });
  assert.deepEqual([code, out], [1, "/c /d 301!\n"]);
  assert.match(err, /^rules\.json:3:\d+: error\[not-expressible\]: Netlify has no regular expressions\n/);
  const { files, findings } = selvedge("convert", "rules.json", "--to", "netlify", "--json", { cwd }).json();
  assert.equal(files[0].text, "/c /d 301!\n");
  assert.deepEqual([findings[0].file, findings[0].line, findings[0].place], ["rules.json", 3, "redirects[0].from"]);
});

test("usage, and input that is none", (t) => {
  const cwd = folder(t, { "rules.json": RULES, "broken.json": "{ redirects", "vercel.json": "[", "netlify.toml": "[[a" });
  const fails = (...args) => {
    const { code, out, err } = selvedge("convert", ...args, { cwd });
    assert.deepEqual([code, out], [2, ""], args.join(" "));
    return err;
  };
  assert.match(fails("rules.json"), /--to is missing\n  add --to FORM, one of selvedge, /);
  assert.match(fails("rules.json", "--to", "apache"), /'apache' is invalid\. Allowed choices are /);
  assert.match(fails("rules.json", "--to", "netlify"), /2 files come out: _redirects and _headers\n  say where to: -o FOLDER/);
  assert.match(fails("broken.json", "--to", "netlify", "-o", "x"), /broken\.json:1:3: error\[invalid-json\]: expected a name in double quotes/);
  assert.match(fails("vercel.json", "--to", "selvedge", "-o", "x"), /vercel\.json:1:2: error\[invalid-json\]/);
  assert.match(fails("netlify.toml", "--to", "selvedge", "-o", "x"), /netlify\.toml:1:\d+: error\[invalid-toml\]/);
  assert.equal(existsSync(join(cwd, "x")), false);
});
