// A fallback page with a status: rules see the status that it stands for, and it is asked for whole. RFC 9110 §13.2.1
// (preconditions are not for what would be an error), §14.2 (Range is for a 200), §15.5.5. One without a status is a file of its
// own for caches: a missing script must not be the page of the app for a year.
import assert from "node:assert/strict";
import { createServer, request as ask } from "node:http";
import { test } from "node:test";
import { edge } from "../../pkg/dist/plain/fetch.js";
import { middleware } from "../../pkg/dist/plain/node.js";

const RULES = {
  rewrites: [{ from: "/*", to: "/404.html", fallback: true, status: 404 }],
  headers: [
    { for: "/a/*", set: { "Cache-Control": "public, max-age=31536000, immutable" } },
    { when: { status: 404 }, set: { "X-Missing": "1" } },
  ],
};
/** What a browser sends that has a copy of another page, and a player that wants a part. */
const CONDITIONAL = { "if-none-match": '"1"', "if-modified-since": "Wed, 21 Oct 2026 07:28:00 GMT", range: "bytes=0-1", "x-other": "1" };

/** An origin of one page, which does what preconditions and ranges ask for. */
function page(path, has) {
  if (path !== "/404.html" && path !== "/index.html") return [404, ""];
  if (has("if-none-match") || has("if-modified-since")) return [304, ""];
  return has("range") ? [206, "no"] : [200, "not here"];
}

const WAYS = {
  async fetch(path, headers, rules = RULES, mark = "x-missing") {
    const asked = [];
    const handle = edge(rules);
    const response = await handle(new Request(`https://example.org${path}`, { headers }), (request) => {
      asked.push(request.headers.get("x-other"));
      const [status, body] = page(new URL(request.url).pathname, (name) => request.headers.has(name));
      return new Response(body || null, { status });
    });
    return [response.status, response.headers.get("cache-control"), response.headers.get(mark), await response.text(), asked.at(-1)];
  },
  async node(path, headers, rules = RULES, mark = "x-missing") {
    const handle = middleware(rules);
    let other;
    const server = createServer((request, response) => {
      handle(request, response, () => {
        other = request.headers["x-other"];
        const [status, body] = page(request.url, (name) => request.headers[name] !== undefined || request.rawHeaders.some((raw) => raw.toLowerCase() === name));
        response.writeHead(status).end(body);
      });
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      return await new Promise((resolve, reject) => {
        ask({ port: server.address().port, host: "127.0.0.1", path, headers, agent: false }, (response) => {
          let body = "";
          const { statusCode, headers } = response;
          response.on("data", (text) => (body += text)).on("end", () => resolve([statusCode, headers["cache-control"] ?? null, headers[mark] ?? null, body, other]));
        }).on("error", reject).end();
      });
    } finally {
      server.close();
    }
  },
};

for (const [name, send] of Object.entries(WAYS)) {
  test(`a fallback page with a status, in ${name}`, async () => {
    assert.deepEqual((await send("/a/gone.js", {})).slice(0, 4), [404, null, "1", "not here"]);
    assert.deepEqual(await send("/a/gone.js", CONDITIONAL), [404, null, "1", "not here", "1"]);
  });
}

const APP = {
  rewrites: [{ from: "/*", to: "/index.html", fallback: true }],
  headers: [
    { for: "/static/*", set: { "Cache-Control": "public, max-age=31536000, immutable", "X-Path": "static" } },
    { for: "/index.html", set: { "Cache-Control": "no-cache", "X-Path": "index" } },
    { for: "/static/{:}own/*", set: { "Cache-Control": "private, no-store" } },
    { for: "/late/*", at: "viewer-response", set: { "Cache-Control": "max-age=9", "X-Path": "{path}" } },
  ],
};

for (const [name, send] of Object.entries(WAYS)) {
  test(`what caches are told of a fallback page goes by its own path, in ${name}`, async () => {
    const told = async (path) => (await send(path, {}, APP, "x-path")).slice(0, 4);
    assert.deepEqual(await told("/static/gone.js"), [200, "no-cache", "static", "not here"]);
    assert.deepEqual(await told("/static/:own/a"), [200, "private, no-store", "static", "not here"]);
    assert.deepEqual(await told("/route"), [200, "no-cache", null, "not here"]);
    assert.deepEqual(await told("/late/x"), [200, "no-cache", "/late/x", "not here"]);
    // Asked for by its own name it is what it is.
    assert.deepEqual(await told("/index.html"), [200, "no-cache", "index", "not here"]);
  });
}
