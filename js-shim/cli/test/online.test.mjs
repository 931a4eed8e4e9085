// `selvedge check --online` against a real server on loopback.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { folder, PATIENCE, SELVEDGE, selvedge } from "./run.mjs";

/** As a process of its own, while this one serves. */
const check = (cwd, ...args) =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [SELVEDGE, "check", ...args], { cwd, timeout: PATIENCE, killSignal: "SIGKILL", maxBuffer: 1 << 26 }, (error, out, err) =>
      error?.killed ? reject(new Error(`check ${args.join(" ")} did not end`)) : resolve({ code: error?.code ?? 0, out, err, json: () => JSON.parse(out) }),
    );
  });

/** A server: what each path answers to HEAD and GET, and what it was asked. */
async function site(t, pages) {
  const asked = [];
  const server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    const { status = 200, get = status, hangs = false, endless = false, headers = {} } = pages[url] ?? { status: 404 };
    if (hangs) return;
    response.writeHead(method === "GET" ? get : status, headers);
    if (!endless || method === "HEAD") return void response.end();
    const more = setInterval(() => response.write("x".repeat(65_536)), 1);
    response.on("close", () => clearInterval(more));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => (server.closeAllConnections(), server.close()));
  return { url: `http://127.0.0.1:${server.address().port}`, asked };
}

const list = (url, paths) => `from,to\n${paths.map((path, at) => `/${at},${url}${path}\n`).join("")}/own,/here\n/pattern/*,${url}/*\n`;

test("addresses of other sites that are gone, that moved for good, and all others", async (t) => {
  const { url, asked } = await site(t, {
    "/ok": {}, "/get": { status: 405, get: 200, endless: true }, "/wrong-head": { status: 404, get: 200 }, "/gone": { status: 410 }, "/broken": { status: 500 },
    "/login": { status: 401 }, "/for-good": { status: 301, headers: { Location: "/also" } }, "/raw": { status: 302, headers: { Location: Buffer.from("/é").toString("latin1") } }, "/%C3%A9": {}, "/also": { status: 308, headers: { Location: "/ok" } },
    "/for-now": { status: 301, headers: { Location: "/then" } }, "/then": { status: 302, headers: { Location: "/ok" } }, "/to-nothing": { status: 301, headers: { Location: "/nothing" } },
    "/circle": { status: 302, headers: { Location: "/circle" } }, "/nowhere": { status: 301 }, "/hangs": { hangs: true },
  });
  const paths = ["/ok", "/get", "/wrong-head", "/gone", "/broken", "/login", "/for-good", "/for-now", "/to-nothing", "/circle", "/nowhere", "/ok#part", "/raw"];
  const cwd = folder(t, { "list.csv": list(url, paths), "hangs.csv": list(url, ["/hangs"]) });
  const online = ["--online", "--online-internal", "--online-cache", "kept/targets.jsonl", "--json"];
  const { code, json, err } = await check(cwd, "list.csv", ...online);
  assert.deepEqual([code, err], [0, ""]);
  const found = json().findings.map(({ code, line, message }) => [code, line, message.replaceAll(url, "")]);
  assert.deepEqual(found, [
    ["dead-target", 5, "/gone answers 410: there is no page"],
    ["dead-target", 6, "/broken has no page now: it answers 500"],
    ["moved-target", 8, "/for-good is /ok for good"],
    ["dead-target", 10, "/to-nothing answers 404: there is no page"],
    ["dead-target", 11, "/circle has no page now: it takes more than 5 redirects"],
    ["dead-target", 12, "/nowhere has no page now: it is a redirect without Location"],
  ]);
  assert.ok(!asked.some((each) => each.includes("*") || each.includes("/own")), asked.join());
  assert.equal(asked.filter((each) => each === "HEAD /ok").length, 3, "once for itself, with a fragment or without, and for each way that ends there");
  // A page answers HEAD, and is not asked for by GET.
  assert.ok(!asked.includes("GET /ok"));

  // What was answered is kept, but for what may be otherwise soon.
  asked.length = 0;
  assert.equal((await check(cwd, "list.csv", ...online)).json().findings.length, found.length);
  assert.deepEqual([...new Set(asked)].sort(), ["GET /broken", "HEAD /broken", "HEAD /circle", "HEAD /nowhere"]);
  asked.length = 0;
  await check(cwd, "list.csv", ...online, "--online-age", "0");
  assert.ok(asked.includes("HEAD /ok"));
  const hanging = await check(cwd, "hangs.csv", ...online, "--online-timeout", "1");
  assert.deepEqual(hanging.json().findings.map(({ message }) => message.replace(url, "")), ["/hangs has no page now: no answer within 1 s"]);
});

test("a site that is busy is asked when it says so, and left alone where that is long", async (t) => {
  let busy = 1;
  const pages = { "/later": { status: 429, headers: { "Retry-After": "86400" } }, "/other": {} };
  Object.defineProperty(pages, "/soon", { get: () => (busy-- > 0 ? { status: 429, headers: { "Retry-After": "1" } } : { status: 410 }) });
  const { url, asked } = await site(t, pages);
  const cwd = folder(t, { "soon.csv": list(url, ["/soon"]), "later.csv": list(url, ["/later", "/other"]) });
  const online = ["--online", "--online-internal", "--online-cache", "targets.jsonl", "--json"];
  const begun = Date.now();
  assert.deepEqual((await check(cwd, "soon.csv", ...online)).json().findings.map(({ code }) => code), ["dead-target"]);
  assert.ok(Date.now() - begun >= 1_000);
  const { code, err, json } = await check(cwd, "later.csv", ...online);
  assert.deepEqual([code, json().findings], [0, []]);
  assert.match(err, /^2 of 2 addresses of other sites are not known: run it again later\n$/);
  assert.deepEqual(asked.filter((each) => /later|other/.test(each)), ["HEAD /later"]);
});

test("a list does not make this machine ask its own network", async (t) => {
  const { url, asked } = await site(t, { "/": {} });
  const port = new URL(url).port;
  const hosts = ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "[::1]"];
  const cwd = folder(t, { "list.csv": `from,to\n${hosts.map((host, at) => `/${at},http://${host}:${port}/\n`).join("")}` });
  const { code, json, err } = await check(cwd, "list.csv", "--online", "--online-cache", "targets.jsonl", "--json", "--strict");
  // Of what is not asked nobody knows whether it is there.
  assert.deepEqual([asked, json().findings, code], [[], [], 0]);
  assert.match(err, /^5 of 5 addresses of other sites are of this machine's own network, and were not asked: --online-internal asks them$/m);
});

test("which addresses are internal", async () => {
  const { build } = await import("esbuild");
  const entry = new URL("../online/internal.ts", import.meta.url).pathname;
  const { outputFiles: [{ text }] } = await build({ entryPoints: [entry], format: "esm", platform: "node", write: false, bundle: true });
  const { isInternal } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  // RFC 1918, 5735, 6598, 4193, 4291, 6052; those of the cloud's metadata among them.
  for (const host of ["10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "224.0.0.1", "255.255.255.255", "[::]", "[fd00:ec2::254]", "[fe80::1]", "[::ffff:a9fe:a9fe]", "[64:ff9b::a00:1]", "[2002:7f00:1::]"]) assert.ok(isInternal(host), host);
  for (const host of ["8.8.8.8", "172.32.0.1", "100.128.0.1", "[2606:4700::1111]", "example.com"]) assert.ok(!isInternal(host), host);
});

test("what --online cannot use is one clear error", (t) => {
  const cwd = folder(t, { "list.csv": "from,to\n/a,https://a.example/\n", "_redirects": "/a https://a.example/\n", "mine.txt": "mine\n" });
  for (const [args, message] of [
    [["list.csv", "--online", "--online-cache", "mine.txt"], /mine\.txt: is not what --online keeps/],
    [["_redirects", "--from", "netlify", "--to", "cloudflare", "--online"], /--online is for rules as they are/],
    [["list.csv", "--online", "--online-timeout", "0"], /from 1 to 300/],
  ]) {
    const { code, err } = selvedge("check", ...args, { cwd });
    assert.equal(code, 2, args.join(" "));
    assert.match(err, message);
  }
  assert.equal(readFileSync(join(cwd, "mine.txt"), "utf8"), "mine\n");
  // A line that somebody cut off is not there.
  writeFileSync(join(cwd, "cut.jsonl"), '{"selvedge":"targets"}\n{"url":"https://a.exa');
  assert.equal(selvedge("check", "_redirects", "--dialect", "netlify", "--online-cache", "cut.jsonl", { cwd }).code, 0);
});
