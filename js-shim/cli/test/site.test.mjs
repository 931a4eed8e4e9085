// `--site`: lines that yield to a file, settled by the files that there are. Netlify's documentation on shadowing says which win.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lambdaEdge } from "../../../pkg/dist/compiled/lambda-edge.js";
import { event } from "../../test/events.mjs";
import { folder, selvedge } from "./run.mjs";

const SITE = { "site/index.html": "<p>", "site/app.js": "1", "site/img/a b.png": "2", "site/what? #1.txt": "3", _redirects: "/* /index.html 200\n" };
const ON_CLOUDFRONT = ["_redirects", "--dialect", "netlify", "--platform", "cloudfront"];

test("a single-page app behind CloudFront: its files stay, all else is the app", async (t) => {
  const cwd = folder(t, SITE);
  const without = selvedge("check", ...ON_CLOUDFRONT, { cwd });
  assert.match(without.out, /note\[not-on-platform\][^]*--site FOLDER/);
  assert.deepEqual(selvedge("check", ...ON_CLOUDFRONT, "--site", "site", "--json", { cwd }).json().counts, { error: 0, warning: 0, note: 0 });
  assert.equal(selvedge("build", ...ON_CLOUDFRONT, "--site", "site", "-o", "plan.bin", { cwd }).code, 0);
  const handler = lambdaEdge(readFileSync(join(cwd, "plan.bin")));
  const asked = async (uri) => (await handler(event("origin-request", { request: { uri } }), {})).uri;
  for (const uri of ["/app.js", "/img/a%20b.png", "/what%3F%20%231.txt"]) assert.equal(await asked(uri), uri);
  for (const uri of ["/deep/link", "/img", "/what"]) assert.equal(await asked(uri), "/index.html");
});

test("a site that is not built yet is said to be so", (t) => {
  const cwd = folder(t, { "rules.json": "{}", "selvedge.config.json": '{ "rules": "rules.json", "site": "dist" }' });
  const { code, err } = selvedge("check", { cwd });
  assert.deepEqual([code, err.split("\n", 2)], [2, ["error: dist: there is no such folder", "  build the site first, or name the folder that is served: --site, or site in selvedge.config.json"]]);
});

test("without its files, the line that needs them is left out, and --strict refuses the file", (t) => {
  const cwd = folder(t, { _redirects: "/old /new 301\n/app/* /index.html 200\n" });
  const built = selvedge("build", ...ON_CLOUDFRONT, "-o", "plan.bin", { cwd });
  assert.equal(built.code, 1);
  assert.match(built.err, /^_redirects:2:1: error\[not-on-platform\]/m);
  assert.match(built.err, /^1 error in 1 file\nThese lines are left out/m);
  assert.ok(readFileSync(join(cwd, "plan.bin")).length > 0);
  const strict = selvedge("build", ...ON_CLOUDFRONT, "--strict", "-o", "strict.bin", { cwd });
  assert.equal(strict.code, 1);
  assert.throws(() => readFileSync(join(cwd, "strict.bin")), /ENOENT/);
  const planned = selvedge("plan", ...ON_CLOUDFRONT, { cwd });
  assert.deepEqual([planned.code, planned.err.includes("left out"), planned.out.includes("viewer-request")], [1, true, true]);
  assert.equal(selvedge("plan", ...ON_CLOUDFRONT, "--strict", { cwd }).out.includes("viewer-request"), false);
  assert.match(selvedge("explain", ...ON_CLOUDFRONT, "/old", { cwd }).out, /301/);
});

// Custom error responses are a setting of the distribution: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/creating-custom-error-pages.html
test("a page for every path is CloudFront's own to serve, and every verb says so", (t) => {
  const cwd = folder(t, { _redirects: "/old /new 301\n/* /404.html 404\n" });
  const told = /^_redirects:2:1: note\[not-on-platform\].*: \/404\.html with 404 for 403 and 404/m;
  for (const platform of ["cloudfront", "cloudfront-functions"]) {
    const on = ["_redirects", "--dialect", "netlify", "--platform", platform];
    const checked = selvedge("check", ...on, { cwd });
    assert.match(checked.out, told);
    const planned = selvedge("plan", ...on, "--strict", { cwd });
    const built = selvedge("build", ...on, "--strict", "-o", "built", { cwd });
    const explained = selvedge("explain", ...on, "/gone", "--status", "404", { cwd });
    for (const { err } of [planned, built, explained]) assert.match(err, told);
    assert.deepEqual([checked.code, planned.code, built.code, explained.code], [0, 0, 0, 0], platform);
    assert.match(planned.out, /403.*\/404\.html with 404/);
    assert.match(explained.out, /^With custom error responses, .* it is \/404\.html with 404\.$/m);
    assert.doesNotMatch(selvedge("explain", ...on, "/there", { cwd }).out, /^With custom/m);
  }
  const { missingPage, leftOut } = selvedge("explain", "_redirects", "--dialect", "netlify", "--platform", "cloudfront", "/gone", "--json", { cwd }).json();
  assert.deepEqual([missingPage, leftOut.map(({ line, severity }) => [line, severity])], [{ page: "/404.html", status: 404 }, [[2, "note"]]]);
});

test("explain, convert and plan settle them alike", (t) => {
  const cwd = folder(t, SITE);
  const from = ["_redirects", "--dialect", "netlify", "--site", "site"];
  assert.match(selvedge("convert", ...from, "--to", "selvedge", { cwd }).out, /"\/app\.js"/);
  assert.match(selvedge("explain", ...from, "/app.js", { cwd }).out, /HTTP 200/);
  assert.equal(selvedge("plan", ...from, "-p", "cloudfront", { cwd }).code, 0);
});

test("a site that is not there, or no folder", (t) => {
  const cwd = folder(t, SITE);
  for (const site of ["nowhere", "_redirects"]) {
    const { code, err } = selvedge("check", ...ON_CLOUDFRONT, "--site", site, { cwd });
    assert.equal(code, 2);
    assert.match(err, new RegExp(site));
  }
});

const PAGES = { "site/index.html": "<p>", "site/releases/v1.2.html": "<p>", "site/CNAME": "x", "site/docs/index.html": "<p>", "site/404.html": "<!doctype html><h1>Gone</h1>" };

test("the files of the site decide what is a page, and what is a file", async (t) => {
  const rules = { html: { index: "index.html", clean: "file" }, rewrites: [{ from: "/app/*", except: { files: true }, to: "/app.html" }] };
  const cwd = folder(t, { ...PAGES, "site/app/LICENCE": "x", "rules.json": rules });
  assert.equal(selvedge("build", "rules.json", "--platform", "cloudfront", "--site", "site", "-o", "plan.bin", { cwd }).code, 0);
  const handler = lambdaEdge(readFileSync(join(cwd, "plan.bin")));
  const asked = async (uri) => (await handler(event("origin-request", { request: { uri } }), {})).uri;
  const seen = {};
  for (const uri of ["/releases/v1.2", "/CNAME", "/about", "/app/jane.doe", "/app/LICENCE", "/app/x.js"]) seen[uri] = await asked(uri);
  assert.deepEqual(seen, { "/releases/v1.2": "/releases/v1.2.html", "/CNAME": "/CNAME", "/about": "/about.html", "/app/jane.doe": "/app.html", "/app/LICENCE": "/app/LICENCE", "/app/x.js": "/app/x.js" });
});

test("check --site names each page that no URL leads to", (t) => {
  const html = { index: "index.html", clean: "file" };
  const unreachable = (rules, files = PAGES) => {
    const cwd = folder(t, { ...files, "rules.json": rules });
    const { findings } = selvedge("check", "rules.json", "--platform", "cloudfront", "--site", "site", "--json", { cwd }).json();
    return findings.filter(({ code }) => code === "unreachable-page").map(({ severity, message }) => `${severity} ${message.split(":")[0]}`);
  };
  assert.deepEqual(unreachable({ html }), []);
  assert.deepEqual(unreachable({ html: { ...html, trailingSlash: "remove" } }), ["warning no URL of a page leads to /docs/index.html"]);
  assert.deepEqual(unreachable({ html: { ...html, clean: "directory" } }), ["note only its own name leads to /releases/v1.2.html"]);
  // A list of one's own that has not kept up.
  assert.deepEqual(unreachable({ html: { ...html, files: [] } }), ["note only its own name leads to /releases/v1.2.html"]);
  assert.deepEqual(unreachable({ html: { ...html, clean: "directory" }, rewrites: [{ from: "/releases/v1.2", to: "/releases/v1.2.html" }] }), []);
  // Whoever is not logged in sees no page, which says nothing of the pages.
  assert.deepEqual(unreachable({ html: { ...html, clean: "directory" }, responses: [{ for: "/*", status: 401, when: { not: { header: { Authorization: true } } } }] }), []);
});

test("a body from a file of the site is read when rules are built, with its type, and its limits are checked", async (t) => {
  const rules = { responses: [{ for: "/*", at: "origin-response", when: { status: [403, 404] }, status: 404, body: { file: "404.html" } }] };
  const cwd = folder(t, { ...PAGES, "rules.json": rules, "early.json": { responses: [{ for: "/big", body: { file: "big.html" } }] }, "site/big.html": "x".repeat(41_000), "none.json": { responses: [{ for: "/a", body: { file: "none.html" } }, { for: "/b", body: { file: "../rules.json" } }] } });
  assert.equal(selvedge("build", "rules.json", "--platform", "cloudfront", "--site", "site", "-o", "plan.bin", { cwd }).code, 0);
  const handler = lambdaEdge(readFileSync(join(cwd, "plan.bin")));
  const answer = await handler(event("origin-response", { response: { status: "403", headers: {} } }), {});
  assert.deepEqual([answer.status, answer.body, answer.headers["content-type"][0].value], ["404", PAGES["site/404.html"], "text/html; charset=utf-8"]);
  const early = selvedge("check", "early.json", "--platform", "cloudfront", "--site", "site", { cwd });
  assert.deepEqual([early.code, /40/.test(early.out)], [1, true]);
  const none = selvedge("check", "none.json", "--site", "site", "--json", { cwd }).json().findings;
  assert.deepEqual(none.filter(({ help }) => /--site/.test(help)).map(({ place }) => place), ["responses[0].body", "responses[1].body"]);
});
