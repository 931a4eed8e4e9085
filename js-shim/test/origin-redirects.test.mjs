// The origin's redirects are the viewer's business (RFC 9110 §15.4), also where the origin is the runtime's own fetch.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { edge } from "../../pkg/dist/plain/fetch.js";

const rules = { redirects: { from: "/old", to: "/new" }, headers: { set: { "X-A": "1" } } };

test("a redirect of the origin goes on to the viewer", async (t) => {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(request.url === "/moved" ? 302 : 200, request.url === "/moved" ? { location: "/there" } : {}).end("there");
  });
  t.after(() => server.close());
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/moved`;
  const ways = {
    "next: fetch": (request) => edge(rules)(request, fetch),
    "origin: fetch": (request) => edge(rules, { origin: fetch })(request),
    "origin: an address": (request) => edge(rules, { origin: new URL(url).origin })(request),
    "a function of one's own": (request) => edge(rules)(request, (asked) => fetch(asked, { redirect: "manual" })),
  };
  for (const [name, ask] of Object.entries(ways)) {
    for (const request of [new Request(url), new Request(url, { method: "POST", body: "x" })]) {
      const { status, headers } = await ask(request);
      assert.deepEqual([status, headers.get("location"), headers.get("x-a")], [302, "/there", "1"], name);
    }
  }
  assert.deepEqual([...new Set(asked)], ["/moved"]);
});
