// `selvedge build`: what it writes is loaded by the entries that ship, in a process that has nothing else.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, symlinkSync, chmodSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { compile } from "../../../pkg/dist/compile/compile.js";
import { PLATFORMS } from "../../../pkg/dist/generated/names.js";
import { folder, selvedge } from "./run.mjs";

const RULES = { redirects: [{ from: "/old/*", to: "/new/:splat" }], headers: [{ for: "/*", set: { "X-Quotes": "a\"b'c`d$e\\f" } }] };
const KEY = "correct horse battery staple";
const REGEX = { redirects: [{ from: { regex: "^/a(\\d+)$" }, to: "/b/{1}" }] };

/** What another process gets from a module. */
function load(cwd, file) {
  const script = `import(${JSON.stringify(join(cwd, file))}).then(({ default: plan }) => {
    if (Object.prototype.toString.call(plan) !== "[object Uint8Array]" || Buffer.isBuffer(plan)) throw new Error("no bytes");
    process.stdout.write(plan);
  })`;
  // Neither of Node's own helpers: the module has to do without.
  return execFileSync(process.execPath, ["-e", `globalThis.atob = undefined; ${script}`], { maxBuffer: 1 << 28 });
}

test("bytes, ES and CommonJS modules hold the plan that compile() makes, for every platform", (t) => {
  const cwd = folder(t, { "rules.json": RULES });
  for (const platform of PLATFORMS.filter((name) => name !== "cloudfront-functions")) {
    const plan = Buffer.from(compile(RULES, { platform, key: KEY }));
    for (const name of ["plan.bin", "plan.mjs", "plan.cjs"]) {
      const { code, err, out } = selvedge("build", "rules.json", "--platform", platform, "--key", KEY, "-o", name, { cwd });
      assert.deepEqual([code, err], [0, ""]);
      assert.match(out, /selvedge\/compiled\/[a-z]/);
      assert.deepEqual(name === "plan.bin" ? readFileSync(join(cwd, name)) : load(cwd, name), plan, `${platform}, ${name}`);
    }
    assert.deepEqual(selvedge("build", "rules.json", "-p", platform, "--key", KEY, { cwd }).bytes, plan);
  }
});

test("a module holds every byte there is, and gzips like the plan itself", (t) => {
  const redirects = Array.from({ length: 3000 }, (_, i) => ({ from: `/old/${i}/${(i * 2654435761) >>> 0}`, to: `/new/${i}?ü=${i}` }));
  const cwd = folder(t, { "many.json": { redirects } });
  selvedge("build", "many.json", "-p", "cloudfront", "-o", "plan.mjs", { cwd, env: { SELVEDGE_KEY: KEY } });
  const plan = Buffer.from(compile({ redirects }, { platform: "cloudfront", key: KEY }));
  assert.equal(new Set(plan).size, 256, "the plan has every byte");
  assert.deepEqual(load(cwd, "plan.mjs"), plan);
  const [text, bytes] = [readFileSync(join(cwd, "plan.mjs")), plan].map((data) => gzipSync(data, { level: 9 }).length);
  assert.ok(text < bytes * 1.12, `${text} bytes as text, ${bytes} as bytes`);
});

test("it says which entry to import", (t) => {
  const cwd = folder(t, { "rules.json": RULES, "html.json": '{ "html": { "index": "index.html" } }', "regex.json": REGEX });
  const entry = (file, platform) => selvedge("build", file, "-p", platform, "-o", "plan.mjs", "--json", { cwd }).json();
  assert.match(entry("rules.json", "cloudfront").usage, /from "selvedge\/compiled\/small\/lambda-edge"/);
  assert.match(entry("html.json", "cloudfront").usage, /from "selvedge\/compiled\/lambda-edge"/);
  assert.match(entry("regex.json", "cloudfront").usage, /from "selvedge\/compiled\/regex\/lambda-edge"/);
  const { bytes, ...rest } = entry("regex.json", "cloudflare");
  assert.deepEqual(Object.keys(bytes), ["plan", "file", "gzip"]);
  assert.match(rest.usage, /from "selvedge\/compiled\/regex\/cloudflare"/);
  assert.deepEqual([rest.file, rest.types, rest.format, rest.regex], ["plan.mjs", "plan.d.mts", "esm", true]);
});

test("the lines it prints are a handler that runs", async (t) => {
  const cwd = folder(t, { "regex.json": REGEX, "node_modules/x": "" });
  symlinkSync(new URL("../../../pkg", import.meta.url).pathname, join(cwd, "node_modules/selvedge"));
  const cases = [["plan.mjs", "handler.mjs"], ["plan.cjs", "handler.cjs"], ["plan.bin", "bytes.mjs"]];
  for (const [output, handler] of cases) {
    const { usage } = selvedge("build", "regex.json", "-p", "cloudfront", "-o", output, "--json", { cwd }).json();
    const { writeFileSync } = await import("node:fs");
    writeFileSync(join(cwd, handler), usage);
    const { handler: run } = await import(join(cwd, handler));
    const request = { uri: "/a7", querystring: "", method: "GET", clientIp: "192.0.2.1", headers: { host: [{ key: "Host", value: "example.org" }] } };
    const result = await run({ Records: [{ cf: { config: { eventType: "viewer-request", requestId: "r", distributionId: "d", distributionDomainName: "x" }, request } }] }, {});
    assert.equal(result.headers.location[0].value, "/b/7", output);
  }
});

test("facts, formats and endings", (t) => {
  const cwd = folder(t, { "country.json": { redirects: [{ from: "/", to: "/de/", when: { country: "DE" } }] } });
  const without = selvedge("build", "country.json", "-p", "fetch", "-o", "plan.bin", { cwd });
  assert.equal(without.code, 1);
  assert.match(without.err, /^country\.json:1:\d+: error\[[a-z-]+\]: .*country/);
  assert.throws(() => statSync(join(cwd, "plan.bin")), /ENOENT/);
  assert.equal(selvedge("build", "country.json", "-p", "fetch", "--fact", "country", "-o", "plan.bin", { cwd }).code, 0);
  assert.match(selvedge("build", "country.json", "-p", "fetch", "--fact", "country", "-f", "cjs", { cwd }).out, /^module\.exports = plan;$/m);
  const both = selvedge("build", "country.json", "-p", "fetch", "--json", { cwd });
  assert.equal(both.code, 2);
});

test("rules that do not compile: everything that is wrong, exit code 1, nothing written", (t) => {
  const cwd = folder(t, { "wrong.json": '{ "redirects": [{ "from": "/a", "to": "/b", "form": 1 }, { "from": "/c" }] }', "plan.mjs": "before" });
  const { code, out, err } = selvedge("build", "wrong.json", "-p", "fetch", "-o", "plan.mjs", { cwd });
  assert.deepEqual([code, out], [1, ""]);
  assert.match(err, /^wrong\.json:1:\d+: error\[unknown-field\]/m);
  assert.match(err, /^wrong\.json:1:\d+: error\[missing-field\]/m);
  assert.equal(readFileSync(join(cwd, "plan.mjs"), "utf8"), "before");
  assert.equal(selvedge("build", "wrong.json", "-p", "fetch", "-o", "plan.mjs", "--json", { cwd }).json().findings.length, 2);
});

test("a link is refused; with --follow-links it and its target's permissions stay", (t) => {
  const cwd = folder(t, { "rules.json": RULES, "real.bin": "before" });
  chmodSync(join(cwd, "real.bin"), 0o640);
  symlinkSync("real.bin", join(cwd, "plan.bin"));
  const refused = selvedge("build", "rules.json", "-p", "fetch", "-o", "plan.bin", { cwd });
  assert.deepEqual([refused.code, refused.err], [2, "error: plan.bin: is a symbolic link\n  remove it, or add --follow-links to write where it leads\n"]);
  assert.equal(readFileSync(join(cwd, "real.bin"), "utf8"), "before");
  // A module's types, and what convert writes into a folder, are in places of their own.
  for (const [link, ...args] of [["plan.d.mts", "build", "rules.json", "-p", "fetch", "-o", "plan.mjs"], ["_redirects", "convert", "rules.json", "--to", "netlify", "-o", "."]]) {
    symlinkSync("real.bin", join(cwd, link));
    assert.match(selvedge(...args, { cwd }).err, /^error: \S+: is a symbolic link$/m);
    assert.equal(readFileSync(join(cwd, "real.bin"), "utf8"), "before");
  }
  assert.equal(selvedge("build", "rules.json", "-p", "fetch", "-o", "plan.bin", "--follow-links", { cwd }).code, 0);
  assert.equal(readlinkSync(join(cwd, "plan.bin")), "real.bin");
  assert.equal(statSync(join(cwd, "real.bin")).mode & 0o777, 0o640);
  assert.equal(readFileSync(join(cwd, "real.bin")).subarray(0, 4).toString(), "SLVG");
});

test("the same rules and key give the same bytes, wherever the key is; without one each build is new", (t) => {
  const cwd = folder(t, { "rules.json": RULES, key: `${KEY}\n`, short: "secret", crlf: `${KEY}\r\n` });
  const build = (args = [], env = {}) => selvedge("build", "rules.json", "-p", "cloudfront", ...args, { cwd, env });
  const plan = Buffer.from(compile(RULES, { platform: "cloudfront", key: KEY }));
  const other = { SELVEDGE_KEY: "another battery staple" };
  for (const [args, env] of [[["--key", KEY], other], [["--key-file", "key"], other], [["--key-file", "crlf"], {}], [[], { SELVEDGE_KEY: KEY }]]) {
    assert.deepEqual(build(args, env).bytes, plan, args.join(" "));
  }
  assert.notDeepEqual(build([], other).bytes, plan);
  assert.notDeepEqual(build().bytes, build().bytes);

  for (const [args, env, message] of [
    [["--key", "fifteen letters"], {}, /^error: --key: the key has 15 characters; a secret has at least 16\n/],
    [["--key-file", "short"], {}, /--key-file: the key has 6 characters/],
    [["--key-file", "none"], {}, /none: there is no such file/],
    // A secret that CI does not hand out is an empty variable: not a reason for a key of this build alone.
    [[], { SELVEDGE_KEY: "" }, /SELVEDGE_KEY: the key has 0 characters/],
    [["--key", KEY, "--key-file", "key"], {}, /cannot be used with/],
  ]) {
    const { code, out, err } = build(args, env);
    assert.deepEqual([code, out], [2, ""], args.join(" "));
    assert.match(err, message);
  }
});

test("it says where the key is from", (t) => {
  const cwd = folder(t, { "rules.json": RULES, key: KEY });
  const build = (platform, ...args) => selvedge("build", "rules.json", "-p", platform, "-o", "plan.bin", ...args, { cwd });
  assert.match(build("cloudfront").out, /a key of this build alone: all triggers have to run this one/);
  assert.match(build("cloudfront", "--key-file", "key").out, /the key of --key-file/);
  assert.doesNotMatch(build("fetch").out, /key/);
  assert.equal(build("cloudfront", "--json").json().key, "random");
  assert.equal(build("cloudfront", "--key", KEY, "--json").json().key, "--key");
});
