// `selvedge check` for other programs: SARIF by its own schema, annotations of GitHub Actions, and --watch.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv } from "ajv";
import { folder, selvedge } from "./run.mjs";

const FILES = {
  "a dir/100%.json": '{\n "redirects": [\n  { "from": "/a/*", "to": "/b" },\n  { "from": "/a/😀", "to": "/b", "stauts": 1 },\n  { "from": "/a/é/x", "to": "/c" }\n ]\n}',
};
const NAME = Object.keys(FILES)[0];

/** The schema of OASIS is in draft 4; what it uses of it means the same in later ones, but for the names of these two. */
const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(new URL("../../node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json", import.meta.url), "utf8"));
// Its expressions are not ones of `u`.
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, unicodeRegExp: false });
const isSarif = ajv.compile(schema);

test("SARIF: valid, with every finding at its place", (t) => {
  const cwd = folder(t, FILES);
  const { findings } = selvedge("check", NAME, "--json", { cwd }).json();
  const { code, out } = selvedge("check", NAME, "--format", "sarif", { cwd });
  assert.equal(code, 1);
  const log = JSON.parse(out);
  assert.ok(isSarif(log), ajv.errorsText(isSarif.errors));
  // What the schema refuses, so that it is known to be one.
  assert.equal(isSarif({ ...log, version: "3.0" }), false);
  const [{ tool, results, columnKind }] = log.runs;
  assert.equal(columnKind, "unicodeCodePoints");
  assert.deepEqual(
    results.map(({ ruleId, level, locations: [{ physicalLocation: { artifactLocation, region } }] }) => [ruleId, level, artifactLocation.uri, region.startLine, region.startColumn, region.endColumn - region.startColumn]),
    findings.map(({ code, severity, line, column, length }) => [code, severity, "a%20dir/100%25.json", line, column, length]),
  );
  for (const { ruleId, ruleIndex } of results) {
    assert.equal(tool.driver.rules[ruleIndex].id, ruleId);
    assert.match(tool.driver.rules[ruleIndex].helpUri, new RegExp(`^https://.*/lints\\.md#${ruleId}$`));
  }
  const clean = JSON.parse(selvedge("check", "-", "--format", "sarif", { cwd, input: "{}" }).out);
  assert.ok(isSarif(clean), ajv.errorsText(isSarif.errors));
  assert.deepEqual(clean.runs[0].results, []);
});

test("annotations of GitHub Actions", (t) => {
  const cwd = folder(t, { "a,b:c.json": '{ "redirects": [\n { "from": "/a/*", "to": "/b" },\n { "from": "/a/x", "to": "/c" } ] }' });
  const { code, out } = selvedge("check", "a,b:c.json", "--format", "github", { cwd });
  const lines = out.split("\n");
  assert.equal(code, 0);
  assert.ok(lines.some((line) => /^::warning file=a%2Cb%3Ac\.json,line=3,col=\d+,title=shadowed-rule::never reached: .*%0A/.test(line)), out);
  assert.match(out, /\n1 warning.* in 1 file\n$/);
});

test("files are named from the top of the repository, wherever the command runs", (t) => {
  const rules = '{ "redirects": [\n { "from": "/a/*", "to": "/b" },\n { "from": "/a/x", "to": "/c" } ] }';
  const top = folder(t, { ".git/HEAD": "", "edge/rules/a.json": rules, "b.json": rules, "edge/a.requests.txt": "GET /a → 404\n" });
  const cwd = join(top, "edge");
  const github = (env) => selvedge("check", "rules/a.json", "../b.json", "--format", "github", { cwd, env, apart: true }).out;
  const named = (out) => [...new Set([...out.matchAll(/file=([^,]+)/g)].map(([, file]) => file))].sort();
  assert.deepEqual(named(github({ GITHUB_WORKSPACE: top })), ["b.json", "edge/rules/a.json"]);
  assert.deepEqual(named(github({ GITHUB_WORKSPACE: undefined })), ["b.json", "edge/rules/a.json"]);
  // The top is somewhere else.
  assert.deepEqual(named(github({ GITHUB_WORKSPACE: join(top, "other") })), ["../b.json", "rules/a.json"]);
  const { results } = JSON.parse(selvedge("check", "../b.json", "--format", "sarif", { cwd, env: { GITHUB_WORKSPACE: top }, apart: true }).out).runs[0];
  assert.deepEqual([...new Set(results.map(({ locations: [{ physicalLocation }] }) => physicalLocation.artifactLocation.uri))], ["b.json"]);
  assert.deepEqual(named(selvedge("test", "rules/a.json", "a.requests.txt", "--format", "github", { cwd, env: { GITHUB_WORKSPACE: top }, apart: true }).out), ["edge/a.requests.txt"]);
});
