// Values that a viewer makes long, and what an origin sends that the platform would not take back: each costs no more than
// the one edit that cannot be made, through every adapter over Request and Response.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { setTimeout as after } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { edge } from "../../pkg/dist/plain/fetch.js";
import { fetchShaped } from "./adapters.mjs";
import { quietly } from "./quiet.mjs";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

const ask = (path, init) => new Request(`https://example.org${path}`, init);

for (const [name, adapter] of Object.entries(fetchShaped)) {
  describe(name, () => {
    it("answers 403 whatever the viewer puts into the answer's header", async () => {
      const site = adapter({ responses: [{ for: "/secret/*", status: 403, headers: { "X-Who": "{cookie.u}" } }] }, {}, () => new Response("secret"));
      // Each byte is U+FFFD in the rules, three bytes in the header.
      for (const cookie of ["\xff".repeat(50_000), "\xff".repeat(1_000_000), "\xe9".repeat(300_000)]) {
        const [response, log] = await quietly(() => site(ask("/secret/x", { headers: { Cookie: `u=${cookie}` } })));
        assert.deepEqual([response.status, log], [403, []]);
        assert.equal(response.headers.get("x-who"), "\xef\xbf\xbd".repeat(cookie.length));
      }
    });

    it("makes the other edits where one is refused", async () => {
      const site = adapter({ headers: [{ set: { "X-A": "1", "X-Path": "{header.x-path}", "X-B": "2" }, at: "viewer-response" }] }, {}, () => new Response("page"));
      const [response, log] = await quietly(() => site(ask("/", { headers: { "X-Path": "a" } })));
      assert.deepEqual([response.headers.get("x-a"), response.headers.get("x-path"), response.headers.get("x-b"), log], ["1", "a", "2", []]);
    });
  });
}

/** Answers of an origin that no server should send, byte by byte, and the status that the viewer gets with the rules applied. */
const ODD = [
  { what: "a phrase beyond ASCII", head: "200 Trouv\xe9", status: 200 },
  { what: "a phrase that is UTF-8", head: "404 \xe3\x81\xaa\xe3\x81\x97", status: 404 },
  { what: "no phrase", head: "200 ", status: 200 },
  // RFC 9110 §15: as if it were a 5xx.
  { what: "a status beyond 599", head: "999 Denied\r\nSet-Cookie: a=1", status: 502, body: "", gone: ["set-cookie"] },
  // RFC 9110 §7.6.1, §11.7.1; what a rule sets is not the origin's to take away.
  { what: "fields of the connection", head: "200 OK\r\nConnection: x-hop, X-Frame-Options, a b, , close\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\nProxy-Authenticate: Basic", status: 200, gone: ["connection", "x-hop", "keep-alive", "upgrade", "proxy-authenticate"] },
  { what: "a length without a body", head: "204 None\r\nContent-Length: 57", status: 204, gone: ["content-length"] },
  { what: "a header beyond ASCII", head: "200 OK\r\nX-Name: \xff\xe9", status: 200 },
  { what: "a status without a body", head: "204 None", status: 204 },
  { what: "a fresh copy", head: "304 Fresh\r\nETag: \"a\"", status: 304 },
];

describe("what an origin sends over the network", () => {
  for (const { what, head, status, body, gone = [] } of ODD) {
    it(what, async (t) => {
      const empty = status === 204 || status === 304;
      const origin = await rawOrigin(t, `HTTP/1.1 ${head}\r\nServer: odd\r\n${empty ? "" : "Content-Length: 4\r\n"}\r\n${empty ? "" : "page"}`);
      const site = edge({ headers: [{ set: { "X-Frame-Options": "DENY" }, remove: ["Server"] }] }, { origin });
      const [response, log] = await quietly(() => site(ask("/")));
      assert.deepEqual([response.status, response.headers.get("x-frame-options"), response.headers.get("server"), log], [status, "DENY", null, []]);
      for (const name of gone) assert.equal(response.headers.get(name), null, name);
      assert.equal(await response.text(), body ?? (empty ? "" : "page"));
    });
  }

  // Node's fetch follows the signal of a Request while that is alive: what the rules made of the viewer's must be.
  it("a body that stops, where a hook has set a time", async (t) => {
    const origin = await rawOrigin(t, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", { stalls: true });
    const hooks = { originRequest: (request) => new Request(request, { signal: AbortSignal.timeout(500) }) };
    const site = edge({ headers: [{ set: { "X-Rule": "set" } }, { on: "request", set: { "X-Rule": "set" } }] }, { origin, hooks });
    const reading = (await site(ask("/"))).text().then(() => "whole", ({ name }) => name);
    for (let collections = 0; collections < 5; collections++) {
      await after(20);
      collect();
    }
    // Undici's own patience is five minutes.
    assert.equal(await Promise.race([reading, after(60_000, "still waiting", { ref: false })]), "TimeoutError");
  });
});

describe("what an origin is told", () => {
  const viewer = { headers: { connection: "keep-alive, X-Hop, x-rule, , a b, \"@", "X-Hop": "1", "X-Rule": "forged", "Proxy-Authorization": "Basic YTpi", Expect: "100-continue", TE: "trailers", "X-Forwarded-For": "192.0.2.9", "X-Forwarded-Host": "evil.example", Via: "1.0 other" } };
  const rules = { headers: [{ on: "request", set: { "X-Rule": "set" } }] };

  it("gets no field of the viewer's connection, and all that rules set", async (t) => {
    const { address, seen } = await namingOrigin(t);
    const site = edge(rules, { origin: address, facts: { clientIp: () => "192.0.2.1" } });
    assert.equal((await site(ask("/a", viewer))).status, 200);
    const { host, via, ...fields } = seen[0];
    assert.equal(via, "1.0 other, 1.1 selvedge");
    assert.equal(fields["x-rule"], "set");
    assert.deepEqual([fields["x-forwarded-for"], fields["x-forwarded-host"], fields["x-forwarded-proto"]], ["192.0.2.9, 192.0.2.1", "example.org", "https"]);
    for (const name of ["x-hop", "proxy-authorization", "expect", "te"]) assert.equal(fields[name], undefined, name);
  });

  it("hears nothing of the viewer where the option says so, and what rules say where they do", async (t) => {
    const { address, seen } = await namingOrigin(t);
    await edge(rules, { origin: address, forwarded: false })(ask("/", viewer));
    await edge({ headers: [{ on: "request", set: { "X-Forwarded-Host": "ruled.example" }, remove: ["X-Forwarded-For"] }] }, { origin: address, facts: { clientIp: () => "192.0.2.1" } })(ask("/", viewer));
    assert.deepEqual(seen.map((fields) => [fields["x-forwarded-for"], fields["x-forwarded-host"], fields.via]), [
      ["192.0.2.9", "evil.example", "1.0 other"],
      [undefined, "ruled.example", "1.0 other, 1.1 selvedge"],
    ]);
  });

  it("is not asked by a request that goes round in circles", async (t) => {
    const { address, seen } = await namingOrigin(t);
    const via = Array(8).fill("1.1 selvedge").join(", ");
    const response = await edge(rules, { origin: address })(ask("/", { headers: { via } }));
    assert.deepEqual([response.status, response.headers.get("cache-control"), seen], [508, "no-store", []]);
  });
});

/** A server that writes down what it is sent. */
async function namingOrigin(t) {
  const seen = [];
  const server = createHttpServer((request, response) => {
    seen.push(request.headers);
    response.end("ok");
  }).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { address: `http://127.0.0.1:${server.address().port}`, seen };
}

/** A server that answers every connection with the same bytes. */
async function rawOrigin(t, text, { stalls = false } = {}) {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket[stalls ? "write" : "end"](Buffer.from(text, "latin1")));
    t.after(() => socket.destroy());
  }).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}
