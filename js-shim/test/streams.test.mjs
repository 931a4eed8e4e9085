// Bodies pass as streams: of one that no memory would hold, the first byte arrives before the rest is made.
import assert from "node:assert/strict";
import { get } from "node:http";
import { test } from "node:test";
import { fetchShaped, listen, longBody, nodeServer } from "./adapters.mjs";

/** A terabyte, of which nobody reads more than the beginning. */
const CHUNKS = 2 ** 24;
/** What queues and sockets between two ends may hold: 16 MiB. */
const AHEAD = 256;

const RULES = { headers: [{ for: "/*", set: { "X-Rules": "yes" } }] };
/** On Vercel there is no response yet that could be labelled. */
const LABELLED = { ...RULES, precompressed: [{ for: "*.js", encodings: ["br"] }] };
const hooks = { async originResponse(response) { response.headers.set("x-hook", "yes"); } };

for (const [name, adapter] of Object.entries(fetchShaped)) {
  for (const [how, given] of [["by rules", {}], ["by rules and hooks", hooks]]) {
    test(`${name}: the first byte arrives early, changed ${how}`, async () => {
      const body = longBody(CHUNKS);
      const response = await adapter(name === "vercel" ? RULES : LABELLED, given, () => new Response(body.stream, { headers: { "content-type": "video/mp4" } }))(new Request("https://example.org/a.js", { headers: { "accept-encoding": "br" } }));
      assert.deepEqual([response.headers.get("x-rules"), response.headers.get("content-encoding")], ["yes", name === "vercel" ? null : "br"]);
      const reader = response.body.getReader();
      assert.equal((await reader.read()).value.length, 65536);
      assert.ok(body.made < AHEAD, `${body.made} chunks were made`);
      await reader.cancel();
      assert.equal(body.cancelled, true);
    });
  }
}

test("a request's body passes as a stream, too", async () => {
  const body = longBody(CHUNKS);
  const request = new Request("https://example.org/moved", { method: "POST", body: body.stream, duplex: "half" });
  const rules = { rewrites: [{ from: "/moved", to: "/there" }], headers: [{ on: "request", for: "/*", set: { "X-Asked": "yes" } }] };
  const response = await fetchShaped.fetch(rules, {}, async (asked) => {
    const reader = asked.body.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    return new Response(`${asked.url} ${value.length}`);
  })(request);
  assert.equal(await response.text(), "https://example.org/there 65536");
  assert.ok(body.made < AHEAD && body.cancelled);
});

for (const [how, given] of [["by rules", {}], ["by rules and hooks", { async originResponse(response) { response.setHeader("x-hook", "yes"); } }]]) {
  test(`node: the first byte arrives early over the network, changed ${how}`, async (t) => {
    const body = longBody(CHUNKS);
    const { address } = await nodeServer(t, RULES, given, (_, response) => body.readable().on("error", () => {}).pipe(response));
    const response = await new Promise((done) => get(`${address}/a.js`, { agent: false }, done));
    assert.equal(response.headers["x-rules"], "yes");
    await new Promise((done) => response.once("data", (data) => done(response.pause(), assert.ok(data.length > 0))));
    // Whoever made it went as far as the sockets go, and waits.
    await new Promise((done) => setTimeout(done, 50));
    assert.ok(body.made < AHEAD, `${body.made} chunks were made`);
    response.destroy();
  });
}

test("node: what a rule sends to another origin passes as a stream in both directions", async (t) => {
  const body = longBody(CHUNKS);
  const origin = await listen(t, (request, response) => request.once("data", () => body.readable().on("error", () => {}).pipe(response)));
  const rules = { ...RULES, origins: [{ for: "/*", to: { custom: { domainName: "localhost", protocol: "http", port: Number(new URL(origin).port) } } }] };
  const { address } = await nodeServer(t, rules, {}, () => assert.fail("the application was asked"));
  const { request } = await import("node:http");
  const response = await new Promise((done, failed) => request(address, { method: "POST", agent: false }, done).on("error", failed).write("first"));
  await new Promise((done) => response.once("data", () => done(response.pause())));
  assert.equal(response.headers["x-rules"], "yes");
  assert.ok(body.made < AHEAD, `${body.made} chunks were made`);
  response.destroy();
});
