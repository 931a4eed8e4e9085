// `selvedge test`: lines of expectations, what fails and why, and every form of the report.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { expectations } from "../../../pkg/dist/index.js";
import { folder, SELVEDGE, selvedge, until } from "./run.mjs";

const RULES = {
  redirects: [{ from: "/old/*", to: "/new/:splat" }, { from: "/", when: { country: "DE" }, to: "/de/", status: 302 }, { from: "/m", when: { device: "mobile" }, to: "/mobile/" }],
  rewrites: [{ from: "/app/*", to: "/index.html" }],
  origins: [{ for: "/api/*", to: { custom: { domainName: "api.example.net" } } }],
  responses: [{ for: "/teapot", status: 418, body: "short and stout", headers: { "Set-Cookie": "a=1" } }],
  headers: [{ for: "/*", set: { "X-A": "1" }, remove: ["server"] }, { for: "/*", on: "request", set: { "X-To-Origin": "yes" } }],
};
const GOOD = `# What must not break
GET /old/page?a=1              → asks nobody | 301 | Location: /new/page?a=1
GET / | country DE             -> 302 | Location: /de/
GET /m | device mobile, ios    → 302 | Location: /mobile/
GET /                          → asks / | 200 | X-A: 1 | request X-To-Origin: yes | body from the origin
GET /app/a/b | origin Server: S3 | origin body <app> → asks /index.html | no Server | body <app>
GET https://www.example.com/api/x | origin 404 → 404 | at api.example.net
GET /teapot                    → 418 | Set-Cookie: a=1 | body short and stout
GET /app/x | stage origin-request → asks /index.html
GET /x | stage origin-response | origin 403 → 403
POST /x | on vercel            → 500
`;

test("lines that hold, on one platform and on all", (t) => {
  const cwd = folder(t, { "rules.json": RULES, "edge.requests.txt": GOOD });
  const one = selvedge("test", "rules.json", "-p", "cloudfront", { cwd });
  assert.deepEqual([one.out, one.err, one.code], ["9 passed on cloudfront\n", "", 0]);
  const simple = folder(t, { "rules.json": { redirects: RULES.redirects.slice(0, 1) }, "a.txt": "GET /old/a → 301\nGET /b | on netlify, fetch → 404 | no X-B\n" });
  const all = selvedge("test", "rules.json", "a.txt", "--platform", "all", "--format", "json", { cwd: simple }).json();
  assert.deepEqual([all.passed, all.failed, all.tests.filter(({ differences }) => differences.length > 0).map(({ platform, differences }) => [platform, differences])], [6, 2, [["netlify", ["404: got 200"]], ["fetch", ["404: got 200"]]]]);
});

test("a line that fails says what came instead, and which rules acted", (t) => {
  const cwd = folder(t, { "rules.json": JSON.stringify(RULES, null, 1), "edge.requests.txt": "GET /old/a → 302 | Location: /other | no X-A\nGET /b → asks /c | X-None: 1\n" });
  const { code, out } = selvedge("test", "rules.json", { cwd });
  assert.equal(code, 1);
  assert.equal(
    out,
    `✗ edge.requests.txt:1 fetch  GET /old/a → 302 | Location: /other | no X-A
    302: got 301
    Location: /other: got /new/a
    no X-A: got 1
    acted: redirects[0] of rules.json:3 at viewer-request: /old/* → 301 /new/:splat
    acted: headers[0] of rules.json:50 at viewer-request: /* remove server, set X-A

✗ edge.requests.txt:2 fetch  GET /b → asks /c | X-None: 1
    asks /c: got /b
    X-None: 1: got none
    acted: headers[1] of rules.json:59 at origin-request: /* set X-To-Origin
    acted: headers[0] of rules.json:50 at origin-response: /* remove server, set X-A

2 failed, 0 passed on fetch
`,
  );
});

test("each form of the report", (t) => {
  const cwd = folder(t, { "rules.json": { redirects: [{ from: "/a", to: "/b?%3Cx%3E" }] }, "e.txt": "GET /a → 301\nGET /a | X: 50%, #1 → Location: /c&\n" });
  const as = (format) => selvedge("test", "rules.json", "e.txt", "--format", format, { cwd }).out;
  assert.equal(
    as("tap"),
    `TAP version 14
1..2
ok 1 - e.txt:1 GET /a → 301 (fetch)
not ok 2 - e.txt:2 GET /a | X: 50%, \\#1 → Location: /c& (fetch)
  ---
  differences:
    - "Location: /c&: got /b?%3Cx%3E"
    - "acted: redirects[0] of rules.json:1 at viewer-request: /a → 301 /b?%3Cx%3E"
  ...
`,
  );
  assert.equal(
    as("junit"),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1">
  <testsuite name="fetch" tests="2" failures="1">
    <testcase name="GET /a → 301" classname="e.txt" file="e.txt" line="1"/>
    <testcase name="GET /a | X: 50%, #1 → Location: /c&amp;" classname="e.txt" file="e.txt" line="2">
      <failure message="Location: /c&amp;: got /b?%3Cx%3E">Location: /c&amp;: got /b?%3Cx%3E&#10;acted: redirects[0] of rules.json:1 at viewer-request: /a → 301 /b?%3Cx%3E</failure>
    </testcase>
  </testsuite>
</testsuites>
`,
  );
  assert.equal(
    as("github"),
    "::error file=e.txt,line=2,title=GET /a | X%3A 50%25%2C #1 → Location%3A /c& (fetch)::Location: /c&: got /b?%253Cx%253E%0Aacted: redirects[0] of rules.json:1 at viewer-request: /a → 301 /b?%253Cx%253E\n1 failed, 1 passed on fetch\n",
  );
  assert.deepEqual(JSON.parse(as("json")), selvedge("test", "rules.json", "e.txt", "--json", { cwd }).json());
});

test("a platform that refuses the rules is a failure there", (t) => {
  const cwd = folder(t, { "rules.json": { headers: [{ for: "/*", set: { "X-Cache": "mine" } }] }, "e.txt": "GET /a → X-Cache: mine\n" });
  const { code, out } = selvedge("test", "rules.json", "e.txt", "-p", "all", { cwd });
  assert.equal(code, 1);
  assert.match(out, /^✗ rules\.json:1 cloudfront  the rules can be used on cloudfront\n    headers\[0\]\.set\["X-Cache"\]: CloudFront does not allow to set X-Cache/);
  assert.match(out, /\n1 failed, 0 passed on cloudfront\n/);
  assert.match(out, /\n1 passed on fetch\n$/);
  const one = selvedge("test", "rules.json", "e.txt", "-p", "cloudfront", { cwd });
  assert.equal(one.code, 1);
  assert.match(one.err, /^rules\.json:1:\d+: error\[/);
});

test("annotations of what is wrong with rules stand at its lines", (t) => {
  const rules = '{ "headers": [\n{ "for": "/*", "set": { "X-Cache": "mine" } },\n{ "for": "/*", "set": { "Via": "mine" } }\n] }';
  const cwd = folder(t, { "rules.json": rules, "e.txt": "GET /a → X-Cache: mine\n" });
  const { code, out } = selvedge("test", "rules.json", "e.txt", "-p", "cloudfront", "--format", "github", { cwd });
  assert.equal(code, 1);
  assert.deepEqual(out.match(/^::error file=rules\.json,line=\d+,/gm), ["::error file=rules.json,line=2,", "::error file=rules.json,line=3,"]);
});

test("lines that cannot be read, and files that are not there", (t) => {
  const cwd = folder(t, { "rules.json": RULES });
  const wrong = [
    ["GET /a\n", /^error: e\.txt:1: there is no arrow\n  write: GET \/old → 301/],
    ["\n/a → 200", /^error: e\.txt:2: no method and path: \/a\n/],
    ["GET /a →", /^error: e\.txt:1: nothing is expected\n/],
    ["GET /a → 200 → 301", /^error: e\.txt:1: there are several arrows\n/],
    ["GET /a → redirects", /^error: e\.txt:1: not understood: redirects\n/],
    ["GET /a | country Germany → 200", /^error: e\.txt:1: there is no country Germany\n {2}It is a code of two letters, such as DE \(ISO 3166-1\); the United Kingdom is GB\.\n/],
    ["GET /a | ip 10.0.0.300 → 200", /^error: e\.txt:1: there is no ip 10\.0\.0\.300\n/],
    ["GET /a | device mobile, fridge → 200", /^error: e\.txt:1: there is no device fridge\n {2}It is one of desktop, mobile, /],
    ["GET /a | planet mars → 200", /^error: e\.txt:1: not understood: planet mars\n/],
    ["GET /a | on heroku → 200", /^error: e\.txt:1: there is no platform heroku\n  it is one of cloudfront, /],
    ["GET /a | stage edge → 200", /^error: e\.txt:1: there is no stage edge\n/],
    ["GET http:// → 200", /^error: e\.txt:1: http:\/\/ is neither a path nor a URL\n/],
  ];
  for (const [text, message] of wrong) {
    writeFileSync(join(cwd, "e.txt"), text);
    const { code, out, err } = selvedge("test", "rules.json", "e.txt", { cwd });
    assert.deepEqual([code, out], [2, ""], text);
    assert.match(err, message);
  }
  assert.match(selvedge("test", "rules.json", "none.txt", { cwd }).err, /^error: none\.txt: there is no such file or folder\n/);
  assert.match(selvedge("test", "rules.json", { cwd }).err, /^error: there are no expectations\n  write lines such as/);
  writeFileSync(join(cwd, "e.txt"), "# nothing yet\n");
  const empty = selvedge("test", "rules.json", "e.txt", { cwd });
  assert.deepEqual([empty.code, empty.out], [2, ""]);
  assert.match(empty.err, /^error: there are no expectations in e\.txt\n/);
  assert.match(selvedge("test", "e.txt", { cwd }).err, /^error: the rules are missing\n  write: selvedge test rules\.json\n/);
});

test("the project names rules and expectations", (t) => {
  const named = folder(t, { "selvedge.config.json": { rules: "rules.json", tests: "tests/edge.txt", platform: "netlify" }, "rules.json": RULES, "tests/edge.txt": "GET /old/a → 301\n" });
  assert.equal(selvedge("test", { cwd: named }).out, "1 passed on netlify\n");
  const found = folder(t, { "selvedge.config.json": { rules: "rules.json" }, "rules.json": RULES, "a.requests.txt": "GET /old/a → 301\n", "b.requests.txt": "GET /old/b → 301\n", "notes.txt": "none" });
  assert.equal(selvedge("test", { cwd: found }).out, "2 passed on fetch\n");
});

test("--watch runs again when rules or expectations change, also after an error", async (t) => {
  const cwd = folder(t, { "rules.json": { redirects: [{ from: "/a", to: "/b" }] }, "e.txt": "GET /a → 301\n" });
  const child = spawn(process.execPath, [SELVEDGE, "test", "rules.json", "e.txt", "--watch"], { cwd });
  t.after(() => child.kill("SIGKILL"));
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => { printed += text; });
  const says = async (pattern) => {
    await until(() => pattern.test(printed), () => `it did not say ${pattern}:\n${printed}`, child);
    printed = "";
  };
  await says(/1 passed on fetch[^]*Ctrl-C stops watching/);
  // The watcher may not be ready yet when the text appears: written until it is seen.
  const write = async (file, text, pattern) => {
    const again = setInterval(() => writeFileSync(join(cwd, file), text), 500);
    await says(pattern);
    clearInterval(again);
  };
  await write("e.txt", "GET /a → 302\n", /e\.txt changed[^]*1 failed, 0 passed/);
  await write("rules.json", "{", /rules\.json changed[^]*invalid-json/);
  await write("rules.json", '{ "redirects": [{ "from": "/a", "to": "/b", "status": 302 }] }', /1 passed on fetch/);
  const ended = new Promise((resolve) => child.on("exit", resolve));
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
});

test("expectations() is the same for test runners", async () => {
  const tests = expectations(GOOD, RULES, { platform: "cloudfront" });
  assert.equal(tests.length, 9);
  for (const { run, name } of tests) assert.deepEqual(await run(), [], name);
  const [failing] = expectations("\nGET /old/a → 404", JSON.stringify(RULES));
  assert.deepEqual([failing.line, failing.name, await failing.run()], [2, "GET /old/a → 404", ["404: got 301"]]);
  assert.throws(() => expectations("GET /a\nGET /b", RULES), (error) => error instanceof SyntaxError && /^line 1: there is no arrow; .*\nline 2: /.test(error.message));
  assert.throws(() => expectations("GET /a → 200", { redirects: [{}] }), { name: "RulesError" });
});

test("all lines that cannot be read are said at once, and each is an annotation", (t) => {
  const cwd = folder(t, { "rules.json": RULES, "e.txt": "GET /a\nGET /b → 200\n/c → 200\n", "f.txt": "GET /d | ip zz → 200\n" });
  const { code, err } = selvedge("test", "rules.json", "e.txt", "f.txt", { cwd });
  assert.equal(code, 2);
  assert.deepEqual(err.split("\n").filter((line) => /\.txt:/.test(line)).map((line) => line.trim()), ["error: e.txt:1: there is no arrow", "e.txt:3: no method and path: /c", "f.txt:1: there is no ip zz"]);
  const { out } = selvedge("test", "rules.json", "e.txt", "f.txt", "--format", "github", { cwd });
  assert.deepEqual(out.split("\n").filter(Boolean).map((line) => /^::error [^:]*/.exec(line)?.[0]), [[1, "e"], [3, "e"], [1, "f"]].map(([line, file]) => `::error file=${file}.txt,line=${line},title=a line that cannot be read`));
});

test("addresses and countries are those that flags take, too", (t) => {
  const cwd = folder(t, { "rules.json": RULES });
  // RFC 4291 §2.2 and its forms; what URLs alone take is none.
  const ips = { "192.0.2.1": 0, "2001:db8::1": 0, "::ffff:192.0.2.1": 0, "::": 0, "1.2": 2, "0x7f.0.0.1": 2, "01.2.3.4": 2, "1.2.3.4.": 2, "fe80::1%eth0": 2, "1::2::3": 2, "[::1]": 2 };
  for (const [ip, code] of Object.entries(ips)) assert.equal(selvedge("explain", "rules.json", "/", `--ip=${ip}`, { cwd }).code, code, ip);
  const { err } = selvedge("test", "rules.json", "e.txt", { cwd: folder(t, { "rules.json": RULES, "e.txt": Object.keys(ips).map((ip) => `GET /zz | ip ${ip} → 200`).join("\n") }) });
  for (const [ip, code] of Object.entries(ips)) assert.equal(err.includes(`there is no ip ${ip}\n`), code === 2, ip);
  for (const [country, code] of Object.entries({ de: 0, T1: 0, T2: 2, DEU: 2 })) assert.equal(selvedge("explain", "rules.json", "/", `--country=${country}`, { cwd }).code, code, country);
});

test("where no test runs, each format says why in its form, and people are told as well", (t) => {
  const cwd = folder(t, { "rules.json": {}, "bad.txt": "GETT\n" });
  for (const [file, why] of [["none.txt", /none\.txt: there is no such file/], ["bad.txt", /bad\.txt:1: /]]) {
    const of = (format) => selvedge("test", "rules.json", file, "--format", format, { cwd });
    for (const format of ["json", "junit", "tap"]) {
      const { code, err } = of(format);
      assert.equal(code, 2, format);
      assert.match(err, why, format);
    }
    const { message, where } = of("json").json().error;
    assert.match(`${where}: ${message}`, why);
    assert.match(of("tap").out, /^TAP version 14\nBail out! \S+\.txt/);
    assert.match(of("junit").out, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites tests="1" failures="0" errors="1">[^]*<error message="\S+\.txt[^]*<\/testsuites>\n$/);
    assert.equal(of("text").out, "");
  }
});
