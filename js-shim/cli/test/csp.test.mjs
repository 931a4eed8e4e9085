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
  assert.deepEqual(directive(policy, "script-src"), ["'self'", "'unsafe-hashes'", "https://cdn.example", ...[hash("go()"), hash("javascript:go()"), hash("{}"), hash("late()")].sort()]);
  assert.deepEqual(directive(policy, "style-src"), ["'self'", "'unsafe-hashes'", ...[hash("b{background:url(https://img.example/b.png)}"), hash("color:red")].sort()]);
  assert.deepEqual(directive(policy, "img-src"), ["'self'", "data:", "https://deep.example", "https://img.example", "https://set.example"]);
  assert.deepEqual(directive(policy, "font-src"), ["'self'", "https://face.example", "https://fonts.example"]);
  assert.deepEqual(directive(policy, "frame-src"), ["'self'", "https://frame.example"]);
  assert.deepEqual(directive(policy, "media-src"), ["'self'", "https://media.example"]);
  assert.deepEqual(directive(policy, "form-action"), ["'self'", "https://form.example"]);
  assert.deepEqual(directive(policy, "object-src"), ["'none'"]);
  assert.doesNotMatch(policy, /comment\.example|not/);
});

// §4.2.4: the inline check of a navigation gets its whole URL, as the URL standard writes it. Chromium 156 decodes its escapes first: it
// ran the second of these with the hash of `javascript:void(window.x='é b c')` alone.
test("the hash of a javascript: URL is of the whole URL", (t) => {
  const urls = { "javascript:a()": ["javascript:a()"], " JAVA\nSCRIPT:void(window.x='é b%20c')": ["javascript:void(window.x='%C3%A9 b%20c')", "javascript:void(window.x='é b c')"], "javascript:b('%FF%41')": ["javascript:b('%FF%41')"] };
  for (const [url, texts] of Object.entries(urls)) {
    const cwd = folder(t, { "dist/index.html": page("<meta charset=utf-8>", `<a href="${url}">x</a>`) });
    const found = directive(policies(cwd)[0].set["Content-Security-Policy"], "script-src");
    for (const text of texts) assert.ok(found.includes(hash(text)), `${url}: ${text}`);
    assert.ok(found.includes("'unsafe-hashes'"));
  }
  // What is loaded, and does not run.
  const cwd = folder(t, { "dist/index.html": page(`<link rel=icon href="javascript:c()">`, `<img src="javascript:d()">`) });
  assert.equal(directive(policies(cwd)[0].set["Content-Security-Policy"], "script-src"), undefined);
});

// HTML says what elements load ("rendering" maps `background`), CSP Level 3 which directive decides. Chromium 156 named the same
// directives for each, and wants both of the two for an object that is not a picture.
const LOADS = [
  [`<svg><script href="https://x.example/x.js"/></svg>`, "script-src"], [`<svg><script xlink:href="https://x.example/x.js"/></svg>`, "script-src"],
  [`<svg><filter id=f><feImage href="https://x.example/f.png"/></filter></svg>`, "img-src"], [`<svg><image xlink:href="https://x.example/f.png"/></svg>`, "img-src"],
  [`<svg><rect mask="url(https://x.example/m.svg#m)"/></svg>`, "img-src"], [`<svg><rect fill="url('https://x.example/m.svg#m')"/></svg>`, "img-src"],
  [`<svg><image><set attributeName="href" to="https://x.example/s.png"/></image></svg>`, "img-src"], [`<svg><image><animate attributeName="xlink:href" values="a.png; https://x.example/s.png"/></image></svg>`, "img-src"],
  ...["table", "thead", "tbody", "tfoot", "tr", "td", "th"].map((tag) => [`<table>${tag === "table" ? "" : `<${tag} background="https://x.example/b.png">`}</table>`.replace("<table></table>", `<table background="https://x.example/b.png"></table>`), "img-src"]),
  [`<a href=/ ping="/p https://x.example/p">x</a>`, "connect-src"], [`<map><area href=/ ping="https://x.example/p"></map>`, "connect-src"],
  [`<object data="https://x.example/o.svg"></object>`, "object-src", "frame-src"], [`<object type="image/svg+xml" data="https://x.example/o.svg"></object>`, "object-src", "frame-src"],
  [`<embed type="application/pdf" src="https://x.example/o.pdf">`, "object-src", "frame-src"], [`<object type="image/png" data="https://x.example/o.png"></object>`, "object-src"],
  [`<link rel=prefetch href="https://x.example/x">`, "connect-src"], [`<link rel=prefetch href="https://x.example/x"><img src="https://x.example/i.png">`, "img-src"],
  [`<link rel=modulepreload as=style href="https://x.example/x.css">`, "style-src"], [`<link rel=compression-dictionary href="https://x.example/d">`, "connect-src"],
  [`<link rel=apple-touch-icon-precomposed href="https://x.example/i.png">`, "img-src"], [`<input type=image src="https://x.example/i.png">`, "img-src"],
  [`<iframe srcdoc="<base href='https://x.example/'><img src=i.png>"></iframe>`, "img-src", "base-uri"], [`<style>@font-face{src:url(https\\3a //x.example/f.woff2)}</style>`, "font-src"],
  [`<style>@\\69mport "https:\\2f/x.example/a.css" layer(a);</style>`, "style-src"], [`<style>@import url(https://x.example/a.css) supports(color: red);</style>`, "style-src"],
  [`<style>p{background:image-set("https://x.example/a.png" 1x type("image/png"))}</style>`, "img-src"], [`<style>p{content:"}"; background:URL( 'https://x.example/a.png' )}</style>`, "img-src"],
  [`<style>@media print{@font-face{font-family:"a{b";src:url(https://x.example/f)}}</style>`, "font-src"],
  [`<script type=importmap>{"imports":{"lib":"https://x.example/lib.js","@":"./a.js"},"scopes":{"https://s.example/":{"a":"a"}}}</script>`, "script-src"],
  [`<script type=importmap>{"scopes":{"/a/":{"lib":"https://x.example/lib.js"}}}</script>`, "script-src"],
  [`<script type=module>import a, { b } from "https://x.example/lib.js"; export * from "bare";</script>`, "script-src"], [`<script>import(/* y */ "https://x.example/lib.js")</script>`, "script-src"],
  [`<script type=module src=/m/a.js></script>`, "script-src"], [`<script type="text/javascript" language="vbscript" src="https://x.example/a.js"></script>`, "script-src"],
];
const NO_LOADS = [
  `<script type="text/template" src="https://x.example/x.js"></script>`, `<script language="template" src="https://x.example/x.js"></script>`, `<script type=importmap src="https://x.example/x.json"></script>`,
  `<svg><script src="https://x.example/x.js"/></svg>`, `<input src="https://x.example/i.png">`, `<link rel=stylesheet type="text/less" href="https://x.example/l.css">`, `<link rel=dns-prefetch href="https://x.example/">`,
  `<style>@namespace url(https://x.example/ns);</style>`, `<style>/* url(https://x.example/c) */ p{content:"url(https://x.example/s)"}</style>`, `<style>@supports (background:url(https://x.example/i)){p{color:red}}</style>`,
  `<style type="text/less">p{background:url(https://x.example/i)}</style>`, `<script>// import("https://x.example/c")\nlet s = 'import("https://x.example/s")'; o.from; "https://x.example/t"</script>`,
];

test("what documents load, by whatever element, attribute or words of a stylesheet or script", (t) => {
  const named = (html) => {
    const cwd = folder(t, { "dist/index.html": page("", html), "dist/m/a.js": `import "./b.js"`, "dist/m/b.js": `export { c } from 'https://x.example/c.js'; import("./a.js")` });
    const policy = policies(cwd)[0].set["Content-Security-Policy"];
    return policy.split("; ").filter((text) => / https:\/\/x\.example(?: |$)/.test(text)).map((text) => text.split(" ")[0]).sort();
  };
  for (const [html, ...directives] of LOADS) assert.deepEqual(named(html), directives.sort(), html);
  for (const html of NO_LOADS) assert.deepEqual(named(html), [], html);
  assert.deepEqual(named(`<base href="https://x.example/"><base href="https://other.example/"><img src=i.png>`), ["base-uri", "img-src"]);
});

test("documents in XML, and in other encodings", (t) => {
  const svg = (inside) => `<?xml version="1.0"?><?xml-stylesheet type="text/css" href="https://pi.example/a.css"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">${inside}</svg>`;
  const cwd = folder(t, {
    "dist/index.html": page("", `<object data="/pic.svg"></object><img src=icon.svg>`),
    "dist/pic.svg": svg("<style><![CDATA[a > b{}]]></style><path style='fill:red'/><image xlink:href='https://i.example/i.png'/>"),
    // An image alone: nothing of its policy counts.
    "dist/icon.svg": svg("<style>i{}</style>"),
    "dist/game.svg": svg("<script>1 &lt; 2</script>"),
    "dist/x.xhtml": `<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title><script src="https://s.example/x.js"/><script>\n//<![CDATA[\nif (1 < 2) x();\n//]]>\n</script></head><body onload="y()"><p>&nbsp;</body></html>`,
    "dist/le.html": Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(page("<script>alert('é')</script>"), "utf16le")]),
    "dist/be.html": Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(page("<script>alert('ö')</script>"), "utf16le").swap16()]),
    "dist/bom.html": Buffer.from(`\ufeff${page("<script>alert('ü')</script>")}`),
    "dist/latin.html": Buffer.from(page("<meta charset='iso-8859-1'><script>alert('é\x80')</script>"), "latin1"),
  });
  const found = new Map(policies(cwd).flatMap(({ for: paths, set }) => [paths].flat().map((path) => [path, set["Content-Security-Policy"]])));
  const of = (path, name) => directive(found.get(path), name);
  assert.deepEqual(of("/pic.svg", "style-src"), ["'self'", "'unsafe-hashes'", "https://pi.example", ...[hash("a > b{}"), hash("fill:red")].sort()]);
  assert.deepEqual(of("/pic.svg", "img-src"), ["'self'", "https://i.example"]);
  assert.equal(found.has("/icon.svg"), false);
  assert.deepEqual(of("/game.svg", "script-src"), ["'self'", hash("1 < 2")]);
  // By the XML standard the marks of CDATA are not a part of the text.
  assert.deepEqual(of("/x.xhtml", "script-src"), ["'self'", "'unsafe-hashes'", "https://s.example", ...[hash("\n//\nif (1 < 2) x();\n//\n"), hash("y()")].sort()]);
  const scripts = [...found.values()].join("; ");
  // The text is hashed as UTF-8; 0x80 is the euro sign in windows-1252, which HTML reads for iso-8859-1.
  for (const text of ["alert('é')", "alert('ö')", "alert('ü')", "alert('é€')"]) assert.ok(scripts.includes(hash(text)), text);
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
    // These decide before script-src (§6.8.4).
    [`script-src 'unsafe-inline'; script-src-elem 'none'; script-src-attr 'none'; img-src *`, [`script-src ${hash("b()")}`]],
    [`script-src 'none'; script-src-elem ${hash("b()")}; img-src *`, []],
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
