// Who may drive the inspector of `selvedge dev`, and what it answers, without a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dev, get } from "./dev.mjs";
import { folder } from "./run.mjs";

test("only its own page, with the token, drives the inspector", async (t) => {
  const edge = await dev(t, folder(t, { "site/a.txt": "a" }), "--origin", "site");
  const { host, hash } = new URL(edge.inspector);
  const token = { "x-selvedge-token": hash.slice(1) };
  const api = (headers, method = "GET", path = "/api/state") => get(edge.inspector, path, { method, headers: { host, ...headers }, body: method === "POST" ? "{}" : undefined });

  assert.equal((await api(token)).status, 200);
  // CSRF, DNS rebinding, and whoever does not know the token.
  const refused = [
    {},
    { "x-selvedge-token": "" },
    { "x-selvedge-token": `${hash.slice(1)}x` },
    { ...token, host: "evil.example" },
    { ...token, host: `evil.example:${new URL(edge.inspector).port}` },
    { ...token, host: "127.0.0.1:1" },
    { ...token, host: "127.0.0.1" },
    { ...token, "sec-fetch-site": "cross-site" },
    { ...token, "sec-fetch-site": "same-site" },
    { ...token, origin: "https://evil.example" },
    { ...token, origin: edge.url },
    { ...token, origin: "null" },
  ];
  for (const headers of refused) {
    for (const [method, path] of [["GET", "/api/state"], ["GET", "/api/requests"], ["POST", "/api/send"], ["POST", "/api/forget"]]) {
      assert.equal((await api(headers, method, path)).status, 403, `${method} ${path} ${JSON.stringify(headers)}`);
    }
  }
  // The page itself holds no secret, but no other name gets it either.
  const page = await get(edge.inspector, "/", { headers: { host } });
  assert.equal(page.status, 200);
  assert.ok(!page.text.includes(hash.slice(1)));
  assert.match(page.headers["content-security-policy"], /default-src 'none'.*frame-ancestors 'none'/);
  assert.equal((await get(edge.inspector, "/", { headers: { host: "evil.example" } })).status, 403);
  assert.equal(page.headers["access-control-allow-origin"], undefined);
  // The site is another origin, and knows nothing of it.
  assert.equal((await edge.get("/api/state", { headers: token })).status, 404);
});

test("it listens on loopback alone", async (t) => {
  const edge = await dev(t, folder(t, { "site/a.txt": "a" }), "--origin", "site");
  for (const url of [edge.url, edge.inspector]) assert.equal(new URL(url).hostname, "127.0.0.1");
});

test("what is sent by the form, and what cannot be", async (t) => {
  const edge = await dev(t, folder(t, { "site/a.txt": "a" }), "--origin", "site");
  const { host, hash } = new URL(edge.inspector);
  const send = (body) => get(edge.inspector, "/api/send", { method: "POST", headers: { host, "x-selvedge-token": hash.slice(1) }, body: typeof body === "string" ? body : JSON.stringify(body) });
  const sent = JSON.parse((await send({ path: "/a.txt", headers: "X-One: 1\nX-Two: 2", country: "FR" })).text);
  assert.equal(sent.status, 200);
  const shown = JSON.parse((await get(edge.inspector, `/api/request?id=${encodeURIComponent(sent.id)}`, { headers: { host, "x-selvedge-token": hash.slice(1) } })).text);
  assert.deepEqual([shown.headers["x-one"][0].value, shown.viewer.country, shown.headers["selvedge-country"]], ["1", "FR", undefined]);
  // The name is the site's own business, wherever it stands.
  for (const body of [{ path: "/a.txt", host: "www.example.org" }, { path: "/a.txt", headers: "Host: www.example.org" }]) {
    const { id, status } = JSON.parse((await send(body)).text);
    const { headers } = JSON.parse((await get(edge.inspector, `/api/request?id=${encodeURIComponent(id)}`, { headers: { host, "x-selvedge-token": hash.slice(1) } })).text);
    assert.deepEqual([status, headers.host.map(({ value }) => value)], [200, ["www.example.org"]]);
  }
  for (const body of ["{", "[", { path: "/", host: "a.example", headers: "Host: b.example" }, "5", { path: "a" }, { path: "/a b" }, { path: "/", headers: "nonsense" }, { path: "/", headers: "a b: 1" }, { path: "/", cookie: "a\r\nX: 1" }, { path: "/", method: "get" }, { path: "/", ip: "1.2.3" }, { path: "/", country: "Germany" }, { path: "//evil.example/\r\n" }, { path: "/", method: "CONNECT" }, { path: "/", headers: "Content-Length: 100", body: "x" }, { path: "/", headers: "Transfer-Encoding: gzip", body: "x" }]) {
    assert.equal((await send(body)).status, 400, JSON.stringify(body));
  }
});

test("a target that is not a path is refused, and the server stays up", async (t) => {
  const edge = await dev(t, folder(t, { "site/a.txt": "a" }), "--origin", "site");
  const { host } = new URL(edge.inspector);
  // `//` is a path (RFC 9112 §3.2.1); the others are forms for proxies, or none.
  for (const [target, status] of [["//", 404], ["//[", 404], ["*", 400], ["a:b", 400], ["http://[", 400], ["http://127.0.0.1/", 400]]) assert.equal((await get(edge.inspector, target, { headers: { host } })).status, status, target);
  assert.equal((await get(edge.inspector, "/", { headers: { host } })).status, 200);
});

test("the form sends a body with every method, and text as UTF-8", async (t) => {
  const handler = "export const handler = async (event) => { const { request } = event.Records[0].cf; return { status: '200', headers: { 'x-sent': [{ value: `${request.method} ${Buffer.from(request.body.data, 'base64')} ${request.headers['x-a'][0].value}` }] } }; };";
  const edge = await dev(t, folder(t, { "site/a.txt": "a", "h.mjs": handler }), "--origin", "site", "--include-body", "--handler", "viewer-request=h.mjs");
  const { host, hash } = new URL(edge.inspector);
  const token = { host, "x-selvedge-token": hash.slice(1) };
  for (const method of ["POST", "DELETE", "OPTIONS", "PROPFIND"]) {
    const { id } = JSON.parse((await get(edge.inspector, "/api/send", { method: "POST", headers: token, body: JSON.stringify({ path: "/", method, body: "Zürich", headers: "X-A: Köln €" }) })).text);
    const { response } = JSON.parse((await get(edge.inspector, `/api/request?id=${encodeURIComponent(id)}`, { headers: token })).text);
    assert.equal(response["x-sent"][0].value, `${method} Zürich Köln €`);
  }
});

test("other rules are tried on the requests that rules can see", async (t) => {
  const edge = await dev(t, folder(t, { "site/a.txt": "a", "rules.json": "{}" }), "rules.json", "--origin", "site", "--allow-host", "xn--a");
  const { host, hash } = new URL(edge.inspector);
  for (const name of ["localhost:99999", "xn--a", "localhost"]) await edge.get("/a.txt", { headers: { host: name } });
  const asked = await get(edge.inspector, "/api/what-if", { method: "POST", headers: { host, "x-selvedge-token": hash.slice(1) }, body: JSON.stringify({ texts: ['{ "redirects": [{ "from": "/a.txt", "to": "/b" }] }'] }) });
  const { kept, tried, strange, differences } = JSON.parse(asked.text);
  assert.deepEqual([asked.status, kept, tried, strange, differences.length], [200, 3, 1, 2, 1]);
});
