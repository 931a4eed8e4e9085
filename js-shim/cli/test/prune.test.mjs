// `selvedge prune`: what it takes out, what it leaves, and that its diff is what it writes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, selvedge } from "./run.mjs";

const line = (path, day) => `192.0.2.7 - - [${day}/Mar/2026:21:02:31 +0000] "GET ${path} HTTP/1.1" 301 5\n`;
const log = line("/kept", "01") + line("/stale", "02") + line("/kept", "20") + line("/wild/x", "21");

const RULES = `{
  // Redirects of the old shop.
  "redirects": [
    { "from": "/first", "to": "/1" },
    { "from": "/kept", "to": "/2" },
    {
      "from": "/never",
      "to": "/3"
    },
    { "from": "/wild/*", "to": "/4" }, // stays
    { "from": "/member", "to": "/5", "when": { "cookie": { "in": true } } },
    { "from": "/stale", "to": "/6" },
    { "from": "/last", "to": "/7" }
  ],
  "responses": [{ "for": "/secret", "status": 403 }]
}
`;

test("rules in JSON: comments stay, and so does what is not a redirect or not certain", (t) => {
  const cwd = folder(t, { "rules.json": RULES, "access.log": log });
  const found = selvedge("prune", "rules.json", "access.log", "--since", "2026-03-01", "--json", { cwd });
  const { unused, diff } = found.json();
  assert.deepEqual([found.code, unused.map(({ rule }) => rule)], [1, ["/first → 301 /1", "/never → 301 /3", "/last → 301 /7"]]);
  assert.equal(readFileSync(join(cwd, "rules.json"), "utf8"), RULES);
  const written = selvedge("prune", "rules.json", "access.log", "--since", "2026-03-01", "--write", { cwd });
  assert.equal(written.code, 0, written.err);
  const text = readFileSync(join(cwd, "rules.json"), "utf8");
  assert.equal(text, RULES.replace('    { "from": "/first", "to": "/1" },\n', "").replace(/    \{\n      "from": "\/never",\n.*\n    \},\n/, "").replace(',\n    { "from": "/last", "to": "/7" }', ""));
  // The diff comes to the same, by a program that did not write it.
  writeFileSync(join(cwd, "rules.json"), RULES);
  const patched = spawnSync("git", ["apply", "--unidiff-zero", "-"], { cwd, input: diff });
  assert.equal(patched.status, 0, patched.stderr.toString());
  assert.equal(readFileSync(join(cwd, "rules.json"), "utf8"), text);
});

test("only days from --since on count, and the logs must reach back to it", (t) => {
  const cwd = folder(t, { _redirects: "# old\n/kept /a\n/stale /b\n/wild/* /c\n/never /d\n", "access.log": log });
  const prune = (...args) => selvedge("prune", "_redirects", "access.log", "--dialect", "netlify", "--json", ...args, { cwd });
  assert.deepEqual(prune().json().unused.map(({ line }) => line), [5]);
  const late = prune("--since", "2026-03-10").json();
  assert.deepEqual(late.unused.map(({ line, lastHit, without }) => [line, lastHit, without]), [[3, "2026-03-02", "the origin is asked"], [5, null, "the origin is asked"]]);
  assert.equal(late.diff, "--- a/_redirects\n+++ b/_redirects\n@@ -1,5 +1,3 @@\n # old\n /kept /a\n-/stale /b\n /wild/* /c\n-/never /d\n");
  const early = prune("--since", "2026-02-01");
  assert.deepEqual([early.code, early.json().error.message], [2, "the logs begin on 2026-03-01, after 2026-02-01"]);
  // Of days that no calendar has: they count as unreadable, and do not make the logs reach back.
  writeFileSync(join(cwd, "access.log"), `192.0.2.7 - - [99/Jan/2025:21:02:31 +0000] "GET /x HTTP/1.1" 301 5\n192.0.2.7 - - [01/Foo/2025:21:02:31 +0000] "GET /x HTTP/1.1" 301 5\n${log}`);
  assert.deepEqual([prune("--since", "2026-02-01").code, prune().json().unreadable.where], [2, ["access.log:1", "access.log:2"]]);
  assert.match(selvedge("prune", "_redirects", "access.log", "--since", "2026-02-31", { cwd }).err, /2026-02-31' is invalid\. It is a day/);
});

test("logs of which nothing can be said are one clear error", (t) => {
  const cwd = folder(t, { "rules.json": RULES, "empty.log": "", "bad.log": "2026-03-01 hello\n", "undated.csv": "path,status,day\n/kept,301,2026-03-01\n/kept,301,\n", "bad.csv": "path,status,day\n/kept,301,2026-02-30\n" });
  const error = (name) => selvedge("prune", "rules.json", name, { cwd }).err.split("\n")[0];
  assert.deepEqual(["empty.log", "undated.csv", "bad.csv"].map(error), [
    "error: empty.log: the logs hold no request",
    "error: undated.csv:3: does not say on which day the request came",
    "error: bad.csv:2: cannot be read as a request, and neither can any other line",
  ]);
});

test("a file is written in the encoding that it had", (t) => {
  const cwd = folder(t, { "utf8.csv": "\ufefffrom,to\n/never,/a\n/kept,/b\n", "utf16.csv": Buffer.from("\ufefffrom,to\n/never,/ä\n/kept,/ö\n", "utf16le"), "access.log": log });
  const before = readFileSync(join(cwd, "utf8.csv"));
  const { diff } = selvedge("prune", "utf8.csv", "access.log", "--write", "--json", { cwd }).json();
  assert.equal(readFileSync(join(cwd, "utf8.csv"), "utf8"), "\ufefffrom,to\n/kept,/b\n");
  writeFileSync(join(cwd, "utf8.csv"), before);
  const patched = spawnSync("git", ["apply", "-"], { cwd, input: diff });
  assert.deepEqual([patched.status, readFileSync(join(cwd, "utf8.csv"), "utf8")], [0, "\ufefffrom,to\n/kept,/b\n"], patched.stderr.toString());
  selvedge("prune", "utf16.csv", "access.log", "--write", { cwd });
  assert.equal(readFileSync(join(cwd, "utf16.csv"), "utf16le"), "\ufefffrom,to\n/kept,/ö\n");
});

test("what another rule would do instead is said", (t) => {
  const cwd = folder(t, { "rules.json": { redirects: [{ from: "/wild/one", to: "/1" }, { from: "/wild/*", to: "/all/:splat" }] }, "access.log": log });
  assert.deepEqual(selvedge("prune", "rules.json", "access.log", "--json", { cwd }).json().unused.map(({ address, without }) => [address, without]), [["/wild/one", "301 /all/one"]]);
});

test("a row of a table goes with all its lines", (t) => {
  const cwd = folder(t, { "list.csv": 'from,to,note\n/never,/a,"two\nlines"\n/kept,/b,x\n/also,/c,y', "access.log": log });
  assert.equal(selvedge("prune", "list.csv", "access.log", "--write", { cwd }).code, 0);
  assert.equal(readFileSync(join(cwd, "list.csv"), "utf8"), "from,to,note\n/kept,/b,x\n");
});
