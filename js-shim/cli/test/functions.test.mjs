// `selvedge build` and `plan` for CloudFront Functions. What functions do is in tests/runtimes/cloudfront-functions.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, selvedge } from "./run.mjs";

const KEY = "correct horse battery staple";
const RULES = { redirects: [{ from: "/old", to: "/new" }, { from: "/", to: "/de/", when: { country: "DE" } }], security: "basic" };

test("build writes a function, the same for the same key", (t) => {
  const cwd = folder(t, { "rules.json": RULES });
  const { code, out } = selvedge("build", "rules.json", "-p", "cloudfront-functions", "--key", KEY, "-o", "function.js", { cwd });
  assert.equal(code, 0);
  assert.match(out, /viewer-request and viewer-response[^]*of 10,240 bytes[^]*cloudfront-viewer-country/);
  const source = readFileSync(join(cwd, "function.js"), "utf8");
  assert.match(source, /^function handler\(e\)/m);
  assert.equal(selvedge("build", "rules.json", "-p", "cloudfront-functions", "--key", KEY, { cwd }).out, source);
});

test("plan says what the distribution has to be told", (t) => {
  const cwd = folder(t, { "rules.json": RULES });
  const { events, headers, bytes } = selvedge("plan", "rules.json", "-p", "cloudfront-functions", "--json", { cwd }).json();
  assert.deepEqual([events, headers, bytes.max], [["viewer-request", "viewer-response"], ["cloudfront-viewer-country"], 10240]);
  assert.equal(Object.values(bytes.of).reduce((sum, count) => sum + count), bytes.source);
});

test("what a function cannot do is an error where the rule stands", (t) => {
  const cwd = folder(t, { "rules.json": { precompressed: [{ for: "*.js", encodings: ["br"] }] } });
  for (const verb of ["check", "build", "plan"]) {
    const { code, out } = selvedge(verb, "rules.json", "-p", "cloudfront-functions", { cwd });
    assert.equal(code, 1, verb);
    assert.match(out, /Content-Encoding, which a function cannot set/, verb);
  }
});

test("a function that is too large says what takes the bytes, and writes nothing", (t) => {
  const redirects = Array.from({ length: 400 }, (_, n) => ({ from: `/old/page-${n}`, to: `/new/page-${n}` }));
  const cwd = folder(t, { "rules.json": { redirects, security: "basic" } });
  const { code, out } = selvedge("build", "rules.json", "-p", "cloudfront-functions", "-o", "function.js", { cwd });
  assert.equal(code, 1);
  assert.match(out, /CloudFront takes 10240: redirects \d+[^]*move some of redirects to Lambda@Edge/);
  assert.throws(() => readFileSync(join(cwd, "function.js")));
});

test("check notes what is too large without a store alone", (t) => {
  const redirects = (count) => Array.from({ length: count }, (_, at) => ({ from: `/old-address-${at}`, to: `/new-address-${at}` }));
  const cwd = folder(t, { "many.json": { redirects: redirects(1_000) }, "few.json": { redirects: redirects(3) } });
  const check = (file) => selvedge("check", file, "-p", "cloudfront-functions", "--json", { cwd });
  const { code } = check("many.json");
  const [note, ...more] = check("many.json").json().findings;
  assert.deepEqual([code, note.severity, note.code, more], [0, "note", "not-on-platform", []]);
  assert.match(`${note.message} ${note.help}`, /the function has \d+ bytes, and CloudFront takes 10240.*--store/);
  // The store is what makes the difference.
  assert.equal(selvedge("build", "many.json", "-p", "cloudfront-functions", "-o", "function.js", { cwd }).code, 1);
  assert.equal(selvedge("build", "many.json", "-p", "cloudfront-functions", "--store", "store.json", "-o", "function.js", { cwd }).code, 0);
  assert.deepEqual(check("few.json").json().findings, []);
});

test("a function has no format", (t) => {
  const cwd = folder(t, { "rules.json": RULES });
  const { code, err } = selvedge("build", "rules.json", "-p", "cloudfront-functions", "--format", "esm", { cwd });
  assert.equal(code, 2);
  assert.match(err, /--format is for plans/);
});
