// `selvedge verify` against a real server on loopback, and against rules.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { folder, SELVEDGE, selvedge } from "./run.mjs";

/** As a process of its own, while this one serves. */
const verify = (cwd, ...args) =>
  new Promise((resolve) => {
    execFile(process.execPath, [SELVEDGE, "verify", ...args], { cwd, maxBuffer: 1 << 26 }, (error, out, err) => resolve({ code: error?.code ?? 0, out, err, json: () => JSON.parse(out) }));
  });

const html = (title, head = "", body = "") => ({ headers: { "Content-Type": "text/html; charset=utf-8" }, body: `<!doctype html><title>${title}</title>${head}${body}` });
const to = (status, Location) => ({ status, headers: { Location } });

/** A server of these paths; a function is called for each request. @returns its address, and what it was asked */
async function site(t, pages) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    const page = pages[request.url] ?? { status: 404, ...html("Lost") };
    const { status = 200, headers = {}, body = "" } = typeof page === "function" ? page(request) : page;
    if (status === 0) return;
    response.writeHead(status, headers);
    if (typeof body === "function") body(response);
    else response.end(body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => (server.closeAllConnections(), server.close()));
  return { url: `http://127.0.0.1:${server.address().port}`, asked };
}

const outcomes = (found) => Object.fromEntries(found.json().results.map(({ from, outcome, hints }) => [from, [outcome, ...hints]]));

test("each outcome, and what is worth knowing besides", async (t) => {
  const { url } = await site(t, {
    "/a": to(301, "/b"), "/b": html("B"), "/wrong": to(301, "/b"), "/chain": to(302, "/chain2"), "/chain2": to(301, "/b"), "/circle": to(301, "/circle2"), "/circle2": to(301, "/circle"),
    "/gone": { status: 410 }, "/soft": html("Page not found"), "/home": to(301, "/"), "/": html("Home"), "/canon": html("C", '<link rel=canonical href="/b"><meta name=robots content=noindex>'),
    "/broken": { status: 500 }, "/nowhere": { status: 301 }, "/js": to(301, "javascript:alert(1)"), "/temporary": to(302, "/b"), "/caf%C3%A9": html("Café"),
  });
  const cwd = folder(t, {
    "list.csv": "Redirect from;Redirect to;Code\r\n/a;/b;301\r\n/wrong;/c;\r\n/chain;/b;\r\n/circle;/b;\r\n/gone;;410\r\n/a;;410\r\nhttps://old.example/lost;;\r\n/soft;;\r\n/home;;\r\n/canon;;\r\n/broken;;\r\n/nowhere;;\r\n/js;;\r\n/temporary;/b;301\r\n/café;;\r\nnot an address;/x;\r\n",
  });
  const found = await verify(cwd, "list.csv", "--against", url, "--json");
  assert.equal(found.code, 1, found.err);
  const { results, skipped, counts } = found.json();
  assert.deepEqual(results.map(({ from, status, outcome, hints }) => [from, status ?? 0, outcome, ...hints]), [
    ["/a", 301, "ok"],
    ["/wrong", 0, "wrong target"],
    ["/chain", 0, "ok", "2 redirects, one after another", "302 is temporary: search engines keep the old address"],
    ["/circle", 0, "loop", "2 redirects, one after another"],
    ["/gone", 410, "gone"],
    ["/a", 410, "wrong status"],
    ["https://old.example/lost", 0, "missing"],
    ["/soft", 0, "ok", 'soft 404: its title is "Page not found"'],
    ["/home", 0, "ok", "leads to the front page, which search engines take for a page that is missing"],
    ["/canon", 0, "ok", `its canonical address is ${url}/b`, "it asks not to be indexed"],
    ["/broken", 0, "error"],
    ["/nowhere", 0, "error"],
    ["/js", 0, "error"],
    ["/temporary", 301, "wrong status", "302 is temporary: search engines keep the old address"],
    ["/café", 0, "ok"],
  ]);
  assert.deepEqual([skipped, counts.ok], [['list.csv:17: "not an address" is not an address'], 6]);
});

// Fetch, "location URL": the bytes of the field are UTF-8. Node writes a character of a field as one byte.
test("a Location in raw UTF-8 leads where browsers go", async (t) => {
  const { url } = await site(t, { "/old": to(301, Buffer.from("/café").toString("latin1")), "/latin": to(301, "/caf\xe9"), "/caf%C3%A9": html("Café") });
  const found = await verify(folder(t, { "list.txt": "/old /café 301\n/latin\n" }), "list.txt", "--against", url, "--json");
  assert.deepEqual([found.code, outcomes(found)], [0, { "/old": ["ok"], "/latin": ["ok"] }]);
});

test("an address is not the name of a column, whatever its path", async (t) => {
  const { url } = await site(t, { "/ok": html("Ok"), "/new": html("New"), "/old": to(301, "/new") });
  const cwd = folder(t, { "list.txt": "/from\n/ok\n", "one.txt": "/url\n", "pair.csv": "/old,/new,301\n", "named.csv": "old,new\n/old,/new\n", "hosts.txt": `${url}/source\n` });
  const asked = async (name) => (await verify(cwd, name, "--against", url, "--json")).json().results.map(({ from, outcome }) => [from.replace(url, ""), outcome]);
  assert.deepEqual(await asked("list.txt"), [["/from", "missing"], ["/ok", "ok"]]);
  assert.deepEqual(await asked("one.txt"), [["/url", "missing"]]);
  assert.deepEqual(await asked("pair.csv"), [["/old", "ok"]]);
  assert.deepEqual(await asked("named.csv"), [["/old", "ok"]]);
  assert.deepEqual(await asked("hosts.txt"), [["/source", "missing"]]);
});

test("a table whose columns convert knows is a list of addresses", (t) => {
  // The names that docs/guide/migrate.md lists, and exports use.
  const headers = ["from,to", "Old path,New path", "From URL,To URL", "Source path;Target path", "Redirect from;Redirect to", "URL from,URL to", "Origin URL,Destination URL"];
  const cwd = folder(t, Object.fromEntries(headers.map((header, at) => [`${at}.csv`, `${header}\n/a${/[,;]/.exec(header)[0]}/b\n`])));
  for (const [at, header] of headers.entries()) {
    const { code, out } = selvedge("convert", `${at}.csv`, "--to", "selvedge", "-o", "rules.json", { cwd });
    assert.equal(code, 0, `${header}: ${out}`);
    const { results } = selvedge("verify", `${at}.csv`, "--against", "rules.json", "--json", { cwd }).json();
    assert.deepEqual(results.map(({ from, to }) => [from, to]), [["/a", "/b"]], header);
  }
});

test("a site that is busy is asked again when it says so, and one that hangs is not waited for", async (t) => {
  let busy = 2;
  let second = 0;
  const { url, asked } = await site(t, {
    "/busy": () => (busy-- > 0 ? { status: 429, headers: { "Retry-After": "1" } } : html("B")),
    "/late": () => (second++ === 0 ? { status: 503, headers: { "Retry-After": "86400" } } : html("L")),
    "/hangs": { status: 0 },
  });
  const cwd = folder(t, { "list.txt": "/busy\n/late\n/hangs\n" });
  const found = await verify(cwd, "list.txt", "--against", url, "--json", "--timeout", "1", "--retries", "2");
  const [first, late, hangs] = found.json().results;
  assert.deepEqual([first.outcome, late.outcome, late.finalStatus, hangs.outcome, hangs.problem], ["ok", "error", 503, "error", "no answer within 1 s"]);
  assert.deepEqual(["/busy", "/late", "/hangs"].map((path) => asked.filter((each) => each === path).length), [3, 1, 3]);
  assert.equal((await verify(cwd, "list.txt", "--against", "http://127.0.0.1:9", "--retries", "0")).code, 2);
});

test("pages that are long, cut off, in another charset, or never end come to a clear outcome", async (t) => {
  const endless = { headers: { "Content-Type": "text/html" }, body: (response) => {
    response.write("<!doctype html><title>Long</title>");
    const more = setInterval(() => response.write("x".repeat(65_536)), 1);
    response.on("close", () => clearInterval(more));
  } };
  const cut = { headers: { "Content-Type": "text/html", "Content-Length": "100" }, body: (response) => (response.write("<title>Cut"), setTimeout(() => response.destroy(), 50)) };
  const stalled = { headers: { "Content-Type": "text/html" }, body: (response) => response.write("<title>Stalled") };
  const latin = (type, head = "") => ({ headers: { "Content-Type": type }, body: Buffer.from(`<!doctype html>${head}<title>P\xe1gina no encontrada</title>`, "latin1") });
  const { url } = await site(t, {
    "/endless": endless, "/cut": cut, "/stalled": stalled, "/big": html("Big", "", "x".repeat(10_000_000)),
    "/header": latin("text/html; charset=ISO-8859-1"), "/meta": latin("text/html", "<meta charset=windows-1252>"), "/unknown": { headers: { "Content-Type": "text/html; charset=klingon" }, body: "<title>K</title>" },
  });
  const cwd = folder(t, { "list.txt": "/endless\n/cut\n/stalled\n/big\n/header\n/meta\n/unknown\n" });
  const found = await verify(cwd, "list.txt", "--against", url, "--json", "--timeout", "2", "--retries", "0");
  const soft = 'soft 404: its title is "Página no encontrada"';
  assert.deepEqual(found.json().results.map(({ from, outcome, problem, hints }) => [from, outcome, problem, ...hints]), [
    ["/endless", "ok", undefined], ["/cut", "error", "the connection was cut"], ["/stalled", "error", "no answer within 2 s"], ["/big", "ok", undefined],
    ["/header", "ok", undefined, soft], ["/meta", "ok", undefined, soft], ["/unknown", "ok", undefined],
  ]);
});

test("a run goes on where it was interrupted", async (t) => {
  const { url, asked } = await site(t, { "/a": html("A"), "/b": html("B") });
  const cwd = folder(t, { "list.txt": "/a\n", "longer.txt": "/a\n/b\n" });
  await verify(cwd, "list.txt", "--against", url, "--resume", "state.jsonl");
  // The line that was being written is cut off.
  appendFileSync(join(cwd, "state.jsonl"), '{"against":"');
  const found = await verify(cwd, "longer.txt", "--against", url, "--resume", "state.jsonl", "--json");
  assert.deepEqual([found.code, Object.values(outcomes(found)).map(([outcome]) => outcome)], [0, ["ok", "ok"]]);
  await verify(cwd, "longer.txt", "--against", url, "--resume", "state.jsonl");
  assert.deepEqual([asked.filter((path) => path === "/a").length, asked.filter((path) => path === "/b").length], [1, 1]);
  assert.match((await verify(cwd, "list.txt", "--against", "https://other.example", "--resume", "state.jsonl")).err, /is the state of a run against/);
});

test("a crawl stays on its site, within its bound, and out of what robots.txt keeps", async (t) => {
  const links = (...paths) => paths.map((path) => `<a href="${path}">x</a>`).join("");
  const old = await site(t, {
    "/robots.txt": { headers: { "Content-Type": "text/plain" }, body: "User-agent: *\nDisallow: /private\nAllow: /private/open\n\nUser-agent: other\nDisallow: /\n" },
    "/": html("Home", "", links("/one#x", "two", "/private/x", "/private/open", "https://elsewhere.example/", "mailto:a@b", "javascript:x", "/moved")), "/one": html("One", "", links("/deep")), "/two": html("Two"),
    "/private/open": html("Open"), "/private/x": html("X"), "/moved": to(301, "/one"), "/deep": html("Deep"),
  });
  const live = await site(t, { "/": html("Home"), "/one": to(301, "/eins"), "/eins": html("One"), "/two": html("Two"), "/private/open": html("Open") });
  const found = await verify(folder(t, {}), "--crawl", old.url, "--against", live.url, "--json");
  assert.deepEqual(found.json().results.map(({ from, outcome }) => [new URL(from).pathname, outcome]).sort(), [["/", "ok"], ["/deep", "missing"], ["/one", "ok"], ["/private/open", "ok"], ["/two", "ok"]]);
  assert.deepEqual([found.json().skipped, old.asked.includes("/private/x")], [["robots.txt keeps 1 addresses from crawlers"], false]);
  const cut = await verify(folder(t, {}), "--crawl", old.url, "--max-pages", "2", "--against", live.url, "--json");
  assert.ok(cut.json().results.length <= 2);
  assert.deepEqual(cut.json().skipped.filter((line) => line.includes("--max-pages")).length, 1);
});

test("a crawl says what failed, and redirects are not pages", async (t) => {
  const links = (...paths) => paths.map((path) => `<a href="${path}">x</a>`).join("");
  const hops = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`/r/${at}`, to(302, `/r/${at + 1}`)]));
  const old = await site(t, {
    "/": html("Home", "", links("/500", "/loop", "/ping", "/pong", "/r/0", "/gone", "/two", "/cut", "/out")), "/two": html("Two"), "/loop": to(302, "/loop"), "/ping": to(302, "/pong"), "/pong": to(302, "/ping"), ...hops,
    "/500": { status: 500 }, "/out": to(302, "https://elsewhere.example/"), "/cut": (request) => (request.socket.destroy(), { status: 0 }),
  });
  const found = await verify(folder(t, {}), "--crawl", old.url, "--against", old.url, "--max-pages", "10", "--retries", "0", "--json");
  const { results, skipped } = found.json();
  assert.deepEqual(results.map(({ from }) => new URL(from).pathname).sort(), ["/", "/two"]);
  const said = skipped.map((text) => text.slice(old.url.length)).sort();
  // Of two addresses in a circle, the one that was asked last is named.
  assert.match(said.splice(3, 1)[0], /^\/p[io]ng: redirects in circles$/);
  assert.deepEqual(said, ["/500: answers 500", "/cut: the connection was cut", "/loop: redirects in circles", "/r/0: more than 10 redirects"]);
  assert.equal(found.code, 1);
});

test("a sitemap, an index of sitemaps, and a log are lists", async (t) => {
  const { url } = await site(t, { "/a&b": html("A"), "/c": html("C") });
  const cwd = folder(t, {
    "sitemap.xml": `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://old.example/a&amp;b</loc></url><url><loc> https://old.example/c </loc></url></urlset>`,
    "access.log.gz": gzipSync('192.0.2.1 - - [01/Mar/2026:00:00:00 +0000] "GET /c?x=1 HTTP/1.1" 200 5\n192.0.2.1 - - [01/Mar/2026:00:00:00 +0000] "GET /lost HTTP/1.1" 404 5\n'),
  });
  assert.deepEqual(outcomes(await verify(cwd, "sitemap.xml", "--against", url, "--json")), { "https://old.example/a&b": ["ok"], "https://old.example/c": ["ok"] });
  assert.deepEqual(outcomes(await verify(cwd, "access.log.gz", "--against", url, "--json")), { "/c": ["ok"] });
  const moved = await site(t, { "/sitemap.xml": to(302, "file:///etc/passwd") });
  assert.match((await verify(cwd, `${moved.url}/sitemap.xml`, "--against", url)).err, /a redirect to what is not an address/);
  const index = await site(t, { "/sitemap.xml": (request) => ({ body: `<sitemapindex><sitemap><loc>http://${request.headers.host}/1.xml.gz</loc></sitemap></sitemapindex>` }), "/1.xml.gz": { body: gzipSync(readFileSync(join(cwd, "sitemap.xml"))) } });
  assert.deepEqual(Object.keys(outcomes(await verify(cwd, `${index.url}/sitemap.xml`, "--against", url, "--json"))), ["https://old.example/a&b", "https://old.example/c"]);
});

test("a sitemap that is too long once it is unpacked, or not gzip to its end, is one clear error", async (t) => {
  const long = gzipSync(Buffer.alloc(60 << 20, " "));
  const { url } = await site(t, { "/long.xml.gz": { body: long }, "/cut.xml.gz": { body: long.subarray(0, 100) } });
  const cwd = folder(t, { "long.xml.gz": long, "rules.json": { redirects: [] } });
  for (const [name, says] of [[`${url}/long.xml.gz`, /is too long: more than 52428800 bytes/], [`${url}/cut.xml.gz`, /not gzip to its end/], ["long.xml.gz", /is too long/]]) {
    const { code, err } = await verify(cwd, name, "--against", "rules.json");
    assert.equal(code, 2, name);
    assert.match(err, says);
  }
});

test("rules are asked offline, and suggestions come from the site", (t) => {
  const cwd = folder(t, {
    "rules.json": { redirects: [{ from: "/old/*", to: "/new/:splat" }, { from: "/x", to: "/y" }, { from: "/y", to: "/x" }], responses: [{ for: "/gone", status: 410 }] },
    "list.csv": "from,to,status\n/old/a,/new/a,301\n/old/b,/new/b,\n/x,,\n/gone,,410\n/shop/blue-shoes.php,,\n",
    "dist/new/a.html": "", "dist/guide/blue-shoes/index.html": "<title>Blue shoes</title>",
  });
  const found = selvedge("verify", "list.csv", "--against", "rules.json", "--site", "dist", "--suggest", "--json", { cwd });
  assert.deepEqual([found.code, found.json().results.map(({ from, outcome }) => [from, outcome])], [1, [["/old/a", "ok"], ["/old/b", "missing"], ["/x", "loop"], ["/gone", "gone"], ["/shop/blue-shoes.php", "missing"]]]);
  assert.equal(found.json().results[4].suggestions[0].target, "/guide/blue-shoes/");
  // Without the site, what the origin has is not known.
  assert.deepEqual(selvedge("verify", "list.csv", "--against", "rules.json", "--json", { cwd }).json().results.map(({ outcome }) => outcome), ["unknown", "unknown", "loop", "gone", "unknown"]);
});

// What a page was called by another system: separators, letter case, a plural or a query make it no other page.
test("a suggestion is found whatever the old system made of the name", (t) => {
  const asked = { "/aboutus.html": "/about-us.html", "/AboutUs.aspx": "/about-us.html", "/About_us.php?id=3": "/about-us.html", "/about_us.php#team": "/about-us.html", "/b-page.html": "/b-pages.html" };
  const cwd = folder(t, { "rules.json": {}, "list.csv": `from\n${Object.keys(asked).join("\n")}\n`, "dist/about-us.html": "", "dist/b-pages.html": "", "dist/imprint.html": "" });
  const { results } = selvedge("verify", "list.csv", "--against", "rules.json", "--site", "dist", "--suggest", "--json", { cwd }).json();
  assert.deepEqual(results.map(({ suggestions }) => suggestions[0]?.target), Object.values(asked));
});

test("reports hold nothing that acts: in a page, a table, XML, or a terminal", (t) => {
  const evil = "/<script>alert(1)</script>\"'&\u202e";
  const cwd = folder(t, { "rules.json": { redirects: [] }, "list.csv": `from,to\n"${evil.replaceAll('"', '""')}",/x\n/y,"/a\u001b[31m"\n`, "formula.csv": "from,to\n/a,/=cmd\n", "dist/a.html": "" });
  const as = (format) => selvedge("verify", "list.csv", "--against", "rules.json", "--site", "dist", "--format", format, { cwd }).out;
  assert.doesNotMatch(as("html"), /<script|\u202e|\u001b/);
  assert.match(as("html"), /&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;&#39;&amp;\\u202e/);
  assert.match(as("junit"), /name="\/&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;&#39;&amp;\\u202e"/);
  for (const format of ["table", "csv", "json", "junit", "html"]) assert.doesNotMatch(as(format), /[\u001b\u202e]/);
});

test("a row that is not an address is a finding, in every format", (t) => {
  const cwd = folder(t, { "rules.json": { redirects: [{ from: "/x y", to: "/z z", status: 301 }] }, "list.csv": "from,to\n/x y,/z z\nold/page,/new\n", "good.csv": "from,to\n/x y,/z z\n", "list.txt": "/x%20y\nold/page\n" });
  const as = (list, format) => selvedge("verify", list, "--against", "rules.json", "--format", format, { cwd });
  // A space is percent-encoded, as `convert` does.
  assert.deepEqual([as("good.csv", "table").code, as("good.csv", "json").json().results.map(({ outcome, final }) => [outcome, final])], [0, [["unknown", "https://example.org/z%20z"]]]);
  assert.deepEqual([as("list.csv", "table").code, as("list.txt", "table").code], [1, 1]);
  assert.match(as("list.csv", "csv").out, /\r\nold\/page,\/new,not asked,0,,,.*old\/page.* is not an address.*,list\.csv:3\r\n$/);
  assert.match(as("list.csv", "junit").out, /<testsuites tests="2" failures="1" skipped="0">[^]*<testcase name="old\/page" classname="list\.csv:3">\n      <failure message="not asked">/);
  // Patterns are not addresses, and need not be.
  const patterns = folder(t, { "rules.json": { redirects: [{ from: "/a", to: "/b" }, { from: "/c/*", to: "/d" }] } });
  const { code, out } = selvedge("verify", "rules.json", "--against", "rules.json", "--format", "junit", { cwd: patterns });
  assert.deepEqual([code, /tests="2" failures="0" skipped="1"/.test(out)], [0, true]);
});

test("a file that --resume did not write stays as it is", async (t) => {
  const { url } = await site(t, { "/a": html("A") });
  const cwd = folder(t, { "list.txt": "/a\n", "notes.txt": "mine\n", "other.jsonl": '{"a":1}\n' });
  for (const name of ["notes.txt", "other.jsonl", "list.txt"]) {
    const before = readFileSync(join(cwd, name), "utf8");
    const { code, err } = await verify(cwd, "list.txt", "--against", url, "--resume", name);
    assert.deepEqual([code, /is not the state of a run/.test(err), readFileSync(join(cwd, name), "utf8")], [2, true, before], name);
  }
});

test("a value that a program for tables would run is text", async () => {
  // OWASP, CSV Injection: = + - @, tab and carriage return.
  const { build } = await import("esbuild");
  const { outputFiles: [{ text }] } = await build({ entryPoints: [new URL("../csv.ts", import.meta.url).pathname], format: "esm", write: false, bundle: true });
  const { csvCell, rows } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  for (const value of ['=HYPERLINK("x")', "+1", "-1", "@SUM(1)", "\t=1", "\r=1"]) {
    const [{ row: [cell] }] = [...rows(`${csvCell(value)},x`, ",")];
    assert.equal(cell, `'${value}`);
  }
  assert.deepEqual(["/a", "a,b", 'q"q'].map(csvCell), ["/a", '"a,b"', '"q""q"']);
});

test("what cannot be done is one clear error", (t) => {
  const cwd = folder(t, { "rules.json": { redirects: [] }, "empty.txt": "\n", "empty.csv": "from,to\n", "no.xml": "<a/>" });
  for (const [args, message] of [
    [["--against", "rules.json"], /the list is missing/],
    [["empty.txt", "--against", "rules.json"], /holds no address/],
    [["empty.csv", "--against", "rules.json"], /holds no address/],
    [["no.xml", "--against", "rules.json"], /holds no <loc>/],
    [["none.csv", "--against", "rules.json"], /there is no such file/],
    [["empty.txt"], /--against/],
    [["empty.txt", "--against", "www.example.com"], /www\.example\.com: is not a file, .*\n  write --against https:\/\/www\.example\.com\n/],
    [["empty.txt", "--against", "127.0.0.1:4777"], /write --against http:\/\/127\.0\.0\.1:4777\n/],
    [["empty.txt", "--against", "rules.json", "--concurrency", "1000"], /from 1 to 64/],
    [["empty.txt", "--against", "rules.json", "--suggest"], /nothing is known of the new site/],
  ]) {
    const { code, err } = selvedge("verify", ...args, { cwd });
    assert.equal(code, 2, args.join(" "));
    assert.match(err, message);
  }
});
