// Values that a viewer makes long, and what an origin sends that the platform would not take back: each costs no more than
// the one edit that cannot be made, through every adapter over Request and Response.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createServer } from "node:net";
import { edge } from "../../pkg/dist/fetch.js";
import { fetchShaped } from "./adapters.mjs";
import { quietly } from "./quiet.mjs";

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
  // RFC 9110 §15: as a 5xx.
  { what: "a status beyond 599", head: "999 Denied", status: 502 },
  { what: "a header beyond ASCII", head: "200 OK\r\nX-Name: \xff\xe9", status: 200 },
  { what: "a status without a body", head: "204 None", status: 204 },
  { what: "a fresh copy", head: "304 Fresh\r\nETag: \"a\"", status: 304 },
];

describe("what an origin sends over the network", () => {
  for (const { what, head, status } of ODD) {
    it(what, async (t) => {
      const empty = status === 204 || status === 304;
      const origin = await rawOrigin(t, `HTTP/1.1 ${head}\r\nServer: odd\r\n${empty ? "" : "Content-Length: 4\r\n"}\r\n${empty ? "" : "page"}`);
      const site = edge({ headers: [{ set: { "X-Frame-Options": "DENY" }, remove: ["Server"] }] }, { origin });
      const [response, log] = await quietly(() => site(ask("/")));
      assert.deepEqual([response.status, response.headers.get("x-frame-options"), response.headers.get("server"), log], [status, "DENY", null, []]);
      assert.equal(await response.text(), empty ? "" : "page");
    });
  }
});

/** A server that answers every connection with the same bytes. */
async function rawOrigin(t, text) {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(Buffer.from(text, "latin1")));
  }).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}
