// `selvedge check`: what it prints, for people and for programs, and the exit codes that CI relies on.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, SELVEDGE, selvedge } from "./run.mjs";

const check = (...args) => selvedge("check", ...args);
const codes = (ran) => ran.json().findings.map(({ code }) => code);

test("a clean file is one line and exit code 0", (t) => {
  const cwd = folder(t, { "rules.json": { redirects: [{ from: "/a", to: "/b" }] }, "empty.json": "{}" });
  const { code, out, err } = check("rules.json", "empty.json", { cwd });
  assert.deepEqual([code, out, err], [0, "nothing found in 2 files\n", ""]);
});

// The example of docs/reference/rules.md, "onTrap".
test("it says where nothing passes if the engine fails", (t) => {
  const rules = {
    slashes: "merge",
    encodedSlashes: "decode",
    responses: [{ for: "/secret/*", status: 403 }],
    headers: [{ for: "/account/*", at: "viewer-response", set: { "Cache-Control": "private" } }],
  };
  const cwd = folder(t, { "rules.json": rules, "wrong.json": { responses: [{ for: "/x", status: 403, form: 1 }] }, _redirects: "/a /b 301\n" });
  const { code, out } = check("rules.json", { cwd });
  const at = (stage, outcome, because) => `if the engine fails at ${stage}, ${outcome}: ${because}\n`;
  const first = at("viewer-request", "the answer is 503", "responses[0] answers 403");
  const last = "headers[0] sets Cache-Control: private";
  assert.deepEqual([code, out], [0, `nothing found in 1 file\n${first}${at("viewer-response", "the answer is 503", last)}`]);
  // There the cache comes before.
  const onCloudFront = check("rules.json", "-p", "cloudfront", { cwd }).out;
  assert.match(onCloudFront, /^rules\.json:1:\d+: warning\[private-after-cache\]/);
  assert.ok(onCloudFront.endsWith(`\n1 warning in 1 file\n${first}${at("viewer-response", "the response goes on with no-store", last)}`), onCloudFront);
  assert.deepEqual(check("rules.json", "--json", { cwd }).json().onTrap, [
    { stage: "viewer-request", outcome: "503", because: "responses[0] answers 403" },
    { stage: "viewer-response", outcome: "503", because: last },
  ]);
  assert.deepEqual(check("wrong.json", "--json", { cwd }).json().onTrap, []);
  assert.equal(check("_redirects", "--from", "netlify", "--to", "cloudflare", "--json", { cwd }).json().onTrap, undefined);
});

test("a finding has file, line, column, the line itself and a caret", (t) => {
  const rules = '{\n\t"redirects": [\n\t\t{ "from": "/日本", "form": 1, "to": "/b" }\n\t]\n}\n';
  const cwd = folder(t, { "rules.json": rules });
  const { code, out, err } = check("rules.json", { cwd });
  assert.deepEqual([code, err], [1, ""]);
  // A tab takes four columns, and each of the two ideographs two.
  assert.equal(
    out,
    `rules.json:3:20: error[unknown-field]: unknown field
 3 |         { "from": "/日本", "form": 1, "to": "/b" }
   |                            ^^^^^^
   help: did you mean "from"?
   see: https://github.com/selvedge/selvedge/blob/main/docs/reference/lints.md#unknown-field

1 error in 1 file
`,
  );
});

test("byte order mark, CRLF and comments", (t) => {
  const cwd = folder(t, { "rules.json": '\ufeff// é\r\n{\r\n  "onTrap": "stop" // now\r\n}\r\n' });
  const { code, out } = check("rules.json", { cwd });
  assert.equal(code, 1);
  assert.match(out, /^rules\.json:3:13: error\[invalid-value\]: .*\n 3 \|   "onTrap": "stop" \/\/ now\n   \|             \^{6}\n/);
});

test("long lines are clipped around the caret, whatever they hold", (t) => {
  const rule = (name) => `{ "from": "/${name}", "to": "/x" }`;
  const many = Array.from({ length: 20_000 }, (_, at) => rule(at % 2 ? `😀${at}` : `plain-${at}`));
  many.splice(10_000, 0, rule("plain-0"));
  const cwd = folder(t, { "rules.json": `{ "redirects": [${many.join(", ")}] }` });
  const { code, out } = check("rules.json", { cwd });
  assert.equal(code, 0);
  const [head, line, caret] = out.split("\n");
  assert.match(head, /^rules\.json:1:\d+: warning\[shadowed-rule\]: /);
  assert.match(line, /^ 1 \| ….*\{ "from": "\/plain-0", "to": "\/x" \}.*…$/);
  assert.ok(line.length < 130 && caret.length < 130, line);
  const from = caret.indexOf("^");
  // One column more for each emoji in front, which is two characters of a string and two columns.
  assert.equal(line.slice(from, from + 35), '{ "from": "/plain-0", "to": "/x" }'.padEnd(35, ","));
});

test("what would steer the terminal is not printed", (t) => {
  const cwd = folder(t, { "rules.json": '{ "redirects": [{ "from": "/\x9b31m\u202e", "too": 1, "to": "/b" }] }' });
  const { out } = check("rules.json", { cwd });
  assert.doesNotMatch(out, /[\x1b\x9b\u202e]/);
});

test("several files are one set of rules", (t) => {
  const cwd = folder(t, {
    "one.json": { redirects: [{ from: "/a", to: "/b" }], html: { index: "index.html" } },
    "two.json": '{\n  "redirects": [\n    { "from": "/b", "to": "/a" },\n    { "from": "/a", "to": "/c" }\n  ],\n  "html": { "index": "home.html" }\n}',
  });
  const { findings } = check("one.json", "two.json", "--json", { cwd }).json();
  assert.deepEqual(
    findings.map(({ file, code, line, place }) => `${file}:${line} ${code} ${place}`),
    [
      "one.json:1 redirect-loop redirects[0].to",
      "two.json:3 redirect-loop redirects[0].to",
      "two.json:4 shadowed-rule redirects[1]",
      "two.json:6 duplicate-field html",
    ],
  );
  assert.match(findings[2].message, /line 1 of one\.json comes first/);
});

test("errors are 1, warnings only if asked for, notes never", (t) => {
  const cwd = folder(t, {
    "error.json": { redirects: [{ from: "/a", to: "/a?b", status: 200 }] },
    "warning.json": { headers: [{ set: { "Cache-Control": "max-age: 0" } }] },
    "note.json": { precompressed: [{ for: "*.js" }] },
    "broken.json": '{ "redirects": [',
  });
  const exits = (...args) => check(...args, { cwd }).code;
  assert.deepEqual([exits("error.json"), exits("warning.json"), exits("note.json")], [1, 0, 0]);
  assert.deepEqual([exits("warning.json", "--strict"), exits("note.json", "--strict")], [1, 0]);
  const most = (count) => exits("warning.json", "--max-warnings", count);
  assert.deepEqual([most("0"), most("1"), most("x"), most("-1")], [1, 0, 2, 2]);
  // What is not JSON could not be read.
  assert.equal(exits("broken.json"), 2);
  assert.equal(exits("broken.json", "--json"), 2);
  assert.match(check("broken.json", { cwd }).out, /^broken\.json:1:17: error\[invalid-json\]: /);
});

test("what depends on the platform", (t) => {
  const cwd = folder(t, { "rules.json": { headers: [{ set: { "X-Cache": "a" } }], redirects: [{ from: "/", to: "/de", when: { country: "DE" } }] } });
  assert.deepEqual(codes(check("rules.json", "--json", { cwd })), []);
  assert.deepEqual(codes(check("rules.json", "--json", "--platform", "cloudfront", { cwd })), ["forbidden-header"]);
  assert.deepEqual(codes(check("rules.json", "--json", "--platform", "fetch", { cwd })), ["hidden-condition"]);
  assert.deepEqual(codes(check("rules.json", "--json", "--platform", "fetch", "--fact", "country", { cwd })), []);
});

test("colours on request, and never otherwise", (t) => {
  const cwd = folder(t, { "rules.json": { nothing: 1 } });
  assert.doesNotMatch(check("rules.json", { cwd }).out, /\x1b/);
  assert.match(check("rules.json", { cwd, env: { FORCE_COLOR: "1" } }).out, /\x1b\[31m\^/);
  assert.doesNotMatch(check("rules.json", { cwd, env: { FORCE_COLOR: "0" } }).out, /\x1b/);
  assert.doesNotMatch(check("rules.json", "--json", { cwd, env: { FORCE_COLOR: "1" } }).out, /\x1b/);
});

test("inputs that cannot be used: one clear error each, exit code 2", (t) => {
  const cwd = folder(t, {
    "latin1.json": Buffer.from("{ /* caf\xe9 */ }", "latin1"),
    "nul.json": "{}\0",
    _redirects: "/a /b\n",
    "deep.json": `{ "a": ${"[".repeat(100_000)}`,
  });
  mkdirSync(join(cwd, "folder.json"));
  const wrong = [
    [["none.json"], /none\.json: there is no such file/],
    [["folder.json"], /folder\.json: is a directory/],
    [["latin1.json"], /latin1\.json:1:9: is not UTF-8/],
    [["nul.json"], /nul\.json:1:3: holds a NUL character/],
    [["_redirects"], /say whose file it is: --dialect netlify/],
    [["_redirects", "--dialect", "apache"], /'apache' is invalid\. Allowed choices are netlify, cloudflare/],
    [["nul.json", "--platform", "mars"], /'mars' is invalid/],
    [[], /^error: the rules are missing\n  write: selvedge (check|build) rules\.json\n/],
  ];
  for (const [args, message] of wrong) {
    const { code, out, err } = check(...args, { cwd });
    assert.deepEqual([code, out], [2, ""], args.join(" "));
    assert.match(err, message);
  }
  const deep = check("deep.json", { cwd });
  assert.equal(deep.code, 2);
  assert.match(deep.out, /invalid-json\]: nested too deep, 64 levels at most\n/);
});

test("an unreadable file", { skip: process.getuid?.() === 0 && "root may read everything" }, (t) => {
  const cwd = folder(t, { "secret.json": "{}" });
  chmodSync(join(cwd, "secret.json"), 0);
  const { code, err } = check("secret.json", { cwd });
  assert.deepEqual([code, err], [2, "error: secret.json: permission denied\n"]);
});

test("45,000 rules and 10 MB are checked", (t) => {
  const redirects = [];
  for (let at = 0; at < 45_000; at++) {
    redirects.push(at % 3 ? { from: `/old/${at}`, to: `/new/${at}` } : { from: `/section-${at}/*`, to: `/sections/${at}/:splat` });
  }
  const cwd = folder(t, {
    "rules.json": { redirects },
    "large.json": `{ "responses": [{ "for": "/a", "body": "${"x".repeat(10_000_000)}" }] }`,
  });
  assert.equal(check("rules.json", { cwd }).out, "nothing found in 1 file\n");
  assert.equal(check("large.json", { cwd }).out, "nothing found in 1 file\n");
});

test("rule files of vendors, whose lines are called by their number", (t) => {
  const cwd = folder(t, {
    _redirects: "# Old addresses\n/blog/* /journal/:splat 301!\n\n/blog/about /about 301! # never reached\n",
    _headers: "/*\n  Cache-Control: max-age: 60\n",
  });
  const { code, out } = check("_redirects", "_headers", "--dialect", "netlify", { cwd });
  assert.equal(code, 0);
  assert.match(out, /^_redirects:4:1: warning\[shadowed-rule\]: never reached: line 2 comes first and .*\n 4 \| \/blog\/about \/about 301! # never reached\n/);
  assert.match(out, /^_headers:2:\d+: warning\[cache-control-typo\]: /m);
  assert.match(out, /\n2 warnings in 2 files\n$/);
});

test("what changes meaning from one vendor to another", (t) => {
  const cwd = folder(t, {
    _redirects: "/ /home\n/app/* /app/index.html 200!\n/old/:id /new/:id 302\n",
    _headers: "/*\n  X-A: 1\n/b\n  X-A: 2\n",
  });
  const move = (...args) => check("_redirects", "_headers", ...args, { cwd });
  const { code, out } = move("--from", "netlify", "--to", "cloudflare");
  assert.equal(code, 1);
  assert.match(out, /^_redirects:1:1: warning\[move-status\]: \/: Netlify answers 301 to \/home, Cloudflare answers 302 to \/home\n/);
  assert.match(out, /^_redirects:2:\d+: error\[move-refused\]: /m);
  assert.match(out, /^_redirects:3:1: warning\[move-match\]: \/old\/anything\/: Netlify answers 302 to \/new\/anything, Cloudflare has no rule for it\n/m);
  assert.match(out, /^_headers:3:1: warning\[move-headers\]: \/b: x-a is "2" on Netlify, "1, 2" on Cloudflare\n/m);
  const back = move("--from", "cloudflare", "--to", "netlify", "--json").json().findings;
  assert.ok(back.some(({ code, line, message }) => code === "move-headers" && line === 3 && /"1, 2" on Cloudflare, "2" on Netlify/.test(message)));
  for (const args of [["--from", "netlify"], ["--to", "netlify"], ["--from", "netlify", "--to", "netlify"]]) {
    const { code, err } = move(...args);
    assert.equal(code, 2);
    assert.match(err, /--from and --to name two vendors\n {2}for example --from netlify --to cloudflare\n/);
  }
  assert.match(move("--from", "netlify", "--to", "apache").err, /'apache' is invalid\. Allowed choices are netlify, cloudflare/);
});

test("a reader that goes away is not a fault", (t) => {
  const redirects = Array.from({ length: 5000 }, () => ({ from: "/a", to: "/b" }));
  const cwd = folder(t, { "rules.json": { redirects } });
  const { stderr } = spawnSync("sh", ["-c", `'${process.execPath}' '${SELVEDGE}' check rules.json | head -n 1`], { cwd });
  assert.equal(stderr.toString(), "");
});

test("a hundred thousand findings are counted, and as many shown as a person reads", (t) => {
  // On one line, whose columns count characters beyond U+FFFF once.
  const fields = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`x${i}`, 1]));
  const cwd = folder(t, { "rules.json": { redirects: { from: "/a", to: "/😀", ...fields } } });
  const { code, out } = selvedge("check", "rules.json", { cwd });
  assert.equal(code, 1);
  assert.equal(out.match(/^rules\.json:1:/gm).length, 500);
  assert.match(out, /\n… and 99,500 more; --json prints all\n\n100000 errors in 1 file\n$/);
  assert.equal(selvedge("check", "rules.json", "--json", { cwd }).json().findings.length, 100_000);
});
