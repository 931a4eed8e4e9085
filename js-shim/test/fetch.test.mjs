// The story's last use: a hook that asks someone else, through the built package.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { lambdaEdge } from "../../pkg/dist/plain/lambda-edge.js";
import { event } from "./events.mjs";

test("a hook fetches external data and answers with it; the header rules apply", async (t) => {
  const server = createServer((request, response) => response.end(JSON.stringify({ path: request.url }))).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  t.after(() => server.close());
  const handler = lambdaEdge(
    { headers: [{ for: "/*", set: { "X-Frame-Options": "DENY" } }] },
    {
      async originRequest({ uri }) {
        if (!uri.startsWith("/api/")) return undefined;
        const answer = await fetch(`http://127.0.0.1:${server.address().port}${uri}`, { headers: { connection: "close" } });
        return { status: "200", headers: { "content-type": [{ key: "Content-Type", value: "application/json" }] }, body: await answer.text() };
      },
    },
  );
  const result = await handler(event("origin-request", { request: { uri: "/api/x" } }), {});
  assert.equal(result.body, '{"path":"/api/x"}');
  assert.deepEqual(result.headers["x-frame-options"], [{ key: "X-Frame-Options", value: "DENY" }]);
  assert.equal((await handler(event("origin-request", { request: { uri: "/x" } }), {})).uri, "/x");
});
