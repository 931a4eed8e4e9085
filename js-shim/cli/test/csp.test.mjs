// `selvedge csp`: what pages need, by CSP Level 3, and whether rules give it to them. Hashes are made here by OpenSSL's SHA-256, as
// the standard's example is: 'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=' of alert('Hello, world.');
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, selvedge } from "./run.mjs";

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const page = (head, body = "") => `<!doctype html><html><head><title>t</title>${head}</head><body>${body}</body></html>`;
const policies = (cwd, ...args) => selvedge("csp", "dist", ...args, { cwd }).json().headers;
const directive = (policy, name) => policy.split("; ").find((text) => text.startsWith(`${name} `))?.split(" ").slice(1);

test("the example of the standard", (t) => {
  const cwd = folder(t, { "dist/index.html": page("<script>alert('Hello, world.');</script>") });
  const [{ for: paths, set }, ...others] = policies(cwd);
  assert.deepEqual([paths, others], ["/*", []]);
  assert.deepEqual(directive(set["Content-Security-Policy"], "script-src"), ["'self'", "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"]);
});

test("each kind of need has its directive", (t) => {
  const cwd = folder(t, {
    "dist/index.html": page(
      `<link rel="stylesheet" href="a.css"><link rel="preload" as="font" href="https://fonts.example/f.woff2"><link rel="modulepreload" href="https://cdn.example/m.js">
       <link rel="icon" href="data:image/svg+xml,x"><script type="application/ld+json">{"not":"run"}</script><script type="importmap">{}</script><style>b{background:url(https://img.example/b.png)}</style>`,
      `<p style="color:red" onclick="go()">x</p><img src="/a.png" srcset="/1x.png 1x,https://set.example/2x.png 2x"><iframe src="https://frame.example/x"></iframe>
       <video src="https://media.example/v.mp4"></video><form action="https://form.example/send"></form><a href="javascript:go()">x</a><template><script>late()</script></template>`,
    ),
    "dist/a.css": `@import "b.css"; /* url(https://comment.example/x) */ @font-face{src:url("https://face.example/f.woff2")}`,
    "dist/b.css": `p{background:url(https://deep.example/x.png)}`,
  });
  const policy = policies(cwd)[0].set["Content-Security-Policy"];
  assert.deepEqual(directive(policy, "default-src"), ["'self'"]);
  assert.deepEqual(directive(policy, "script-src"), ["'self'", "'unsafe-hashes'", "https://cdn.example", ...[hash("go()"), hash("{}"), hash("late()")].sort()]);
  assert.deepEqual(directive(policy, "style-src"), ["'self'", "'unsafe-hashes'", ...[hash("b{background:url(https://img.example/b.png)}"), hash("color:red")].sort()]);
  assert.deepEqual(directive(policy, "img-src"), ["'self'", "data:", "https://deep.example", "https://img.example", "https://set.example"]);
  assert.deepEqual(directive(policy, "font-src"), ["'self'", "https://face.example", "https://fonts.example"]);
  assert.deepEqual(directive(policy, "frame-src"), ["'self'", "https://frame.example"]);
  assert.deepEqual(directive(policy, "media-src"), ["'self'", "https://media.example"]);
  assert.deepEqual(directive(policy, "form-action"), ["'self'", "https://form.example"]);
  assert.deepEqual(directive(policy, "object-src"), ["'none'"]);
  assert.doesNotMatch(policy, /comment\.example|not/);
});

// RFC 3986 and the URL standard let a host hold what ends a source in a policy, whose hosts are letters, digits, `-` and `.` (CSP Level 3, §2.3.1).
test("a host that no policy can name is left out, with a warning: it would add directives", (t) => {
  const hosts = ["a.example;script-src-elem", "b.example,x", "{host}.example", "[2001:db8::1]", "a_b.example", "c.example;script-src%20*", "d'e.example"];
  const cwd = folder(t, { "dist/index.html": page("", `${hosts.map((host) => `<img src="https://${host}/x.png">`).join("")}<img src="https://evil.example:8443/x.png"><form action="https://f.example;sandbox/"></form>`) });
  const { out, err } = selvedge("csp", "dist", { cwd });
  assert.deepEqual(JSON.parse(out).headers, [{ for: "/*", set: { "Content-Security-Policy": "default-src 'self'; img-src 'self' https://evil.example:8443; object-src 'none'; form-action 'self'; base-uri 'self'; frame-ancestors 'self'" } }]);
  for (const host of ["a.example;script-src-elem", "b.example,x", "{host}.example", "[2001:db8::1]", "a_b.example", "d'e.example", "f.example;sandbox"]) {
    assert.ok(err.includes(`warning: /index.html: no policy can name https://${host}, so what is loaded from there is blocked; use another host\n`), `${host}: ${err}`);
  }
  const check = (policy) => {
    writeFileSync(join(cwd, "rules.json"), JSON.stringify({ headers: { set: { "Content-Security-Policy": policy } } }));
    return selvedge("csp", "dist", "--check", "rules.json", "--json", { cwd }).json().missing.flatMap(({ missing }) => missing);
  };
  assert.deepEqual(check("img-src https:; form-action https:"), []);
  assert.ok(check("img-src https://[2001:db8::1] https://evil.example:8443").includes("img-src https://[2001:db8::1]"));
});

test("pages that need something else have rules of their own, by folder where they fill one", (t) => {
  const cwd = folder(t, {
    "dist/index.html": page(""), "dist/about.html": page(""), "dist/404.html": page("<script>lost()</script>"),
    "dist/shop/index.html": page("<script>shop()</script>"), "dist/shop/cart.html": page("<script>shop()</script>"), "dist/map/index.html": page("<script>map()</script>"),
  });
  const found = policies(cwd);
  assert.deepEqual(found.map(({ for: paths }) => paths), ["/*", "/shop/*", ["/map", "/map/index.html"]]);
  // A missing page has any URL.
  assert.deepEqual(directive(found[0].set["Content-Security-Policy"], "script-src"), ["'self'", hash("lost()")]);
});

test("--check asks for each page under the rules", (t) => {
  const cwd = folder(t, { "dist/index.html": page("<script>a()</script>"), "dist/b.html": page("<script>b()</script><img src=https://img.example/x>"), "rules.json": { html: { index: "index.html", clean: "file", trailingSlash: "remove" } } });
  assert.equal(selvedge("csp", "dist", "-o", "csp.json", { cwd }).code, 0);
  const sound = selvedge("csp", "dist", "--check", "rules.json", "csp.json", { cwd });
  assert.deepEqual([sound.code, sound.out], [0, "2 pages, and each policy allows what its page needs\n"]);
  assert.deepEqual(selvedge("csp", "dist", "--check", "rules.json", "--json", { cwd }).json().missing.map(({ missing }) => missing), [["no Content-Security-Policy"], ["no Content-Security-Policy"]]);
  // The build has changed a script.
  writeFileSync(join(cwd, "dist/index.html"), page("<script>a(1)</script>"));
  const stale = selvedge("csp", "dist", "--check", "rules.json", "csp.json", "--json", { cwd });
  assert.deepEqual([stale.code, stale.json().missing], [1, [{ page: "/index.html", url: "/", missing: [`script-src ${hash("a(1)")}`] }]]);
  for (const [policy, missing] of [
    ["default-src * 'unsafe-inline'", []],
    ["script-src 'unsafe-inline'; img-src https:", []],
    ["script-src 'unsafe-inline'; img-src *.example", []],
    ["script-src 'unsafe-inline' 'nonce-x'; img-src https://img.example", [`script-src ${hash("b()")}`]],
    ["default-src 'none'", [`script-src ${hash("b()")}`, "img-src https://img.example"]],
    ["frame-ancestors 'none'", []],
  ]) {
    writeFileSync(join(cwd, "dist/index.html"), page(""));
    writeFileSync(join(cwd, "other.json"), JSON.stringify({ headers: { set: { "Content-Security-Policy": policy } } }));
    const found = selvedge("csp", "dist", "--check", "other.json", "--json", { cwd }).json().missing;
    assert.deepEqual(found.flatMap(({ missing }) => missing), missing, policy);
  }
});

test("a folder without a page, and one that is not there", (t) => {
  const cwd = folder(t, { "dist/a.txt": "" });
  assert.deepEqual([selvedge("csp", "dist", { cwd }).code, selvedge("csp", "none", { cwd }).code], [2, 2]);
});
