// Functions for facts that throw, through every adapter that takes them: nothing passes a stage that guards something, elsewhere the
// fact is absent; a log line names it, and the engine goes on.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { edge } from "../../pkg/dist/plain/fetch.js";
import { fetchShaped, listen, nodeServer } from "./adapters.mjs";
import { quietly } from "./quiet.mjs";

const unknown = () => {
  throw new Error("no such\nproxy");
};
const promised = async () => {
  throw new Error("too late");
};
/** Facts of every kind that fail in the same way. */
const all = (fails) => ({ country: fails, clientIp: fails, device: fails, requestId: fails });
const FAILURES = [
  ["throws", unknown, "Error: no such proxy"],
  ["returns a promise", promised, "TypeError: it returned a promise, and rules do not wait"],
];

/** By name: what comes of a request for `path` with facts that fail. `got` is what the origin got, if it was asked. */
const adapters = {
  ...Object.fromEntries(
    Object.entries(fetchShaped).map(([name, adapter]) => [
      name,
      async (t, rules, facts, path, headers = {}) => {
        let got;
        const origin = (request) => ((got = Object.fromEntries(request.headers)), new Response("page"));
        const [response, log] = await quietly(() => adapter(rules, {}, origin, facts)(new Request(`https://example.org${path}`, { headers })));
        return { status: response.status, location: response.headers.get("location"), cookies: response.headers.getSetCookie(), caching: response.headers.get("cache-control"), got, log };
      },
    ]),
  ),
  async node(t, rules, facts, path, headers = {}) {
    let got;
    const { send } = await nodeServer(t, rules, {}, (request, response) => ((got = request.headers), response.end("page")), { facts });
    const [{ status, headers: given }, log] = await quietly(() => send(path, { headers }));
    return { status, location: given.location ?? null, cookies: given["set-cookie"] ?? [], caching: given["cache-control"] ?? null, got, log };
  },
};

for (const [name, send] of Object.entries(adapters)) {
  for (const [how, fails, what] of FAILURES) {
    describe(`${name}: a fact that ${how}`, () => {
      it("closes what guards, whichever way it asks", async (t) => {
        for (const when of [{ ip: "192.0.2.1" }, { not: { ip: "192.0.2.1" } }, { country: "XX" }, { not: { country: "DE" } }]) {
          const { status, caching, got, log } = await send(t, { responses: [{ for: "/secret/*", status: 403, when }] }, all(fails), "/secret/x");
          assert.deepEqual([status, caching, got], [503, "no-store", undefined]);
          const fact = JSON.stringify(when).includes("ip") ? "clientIp" : "country";
          assert.deepEqual(log, [`selvedge: the fact ${fact} threw ${what}; the answer is 503`]);
        }
      });

      it("is absent elsewhere, and the other rules do what they do", async (t) => {
        const other = { from: "/old", to: "/new" };
        for (const [fact, when] of [["country", { country: "DE" }], ["clientIp", { ip: "192.0.2.1" }]]) {
          const rules = { redirects: [{ from: "/*", to: "/x/:splat", when, status: 302 }, { ...other, at: "origin-request" }] };
          const { status, location, log } = await send(t, rules, all(fails), "/old");
          assert.deepEqual([status, location], [301, "/new"]);
          assert.deepEqual(log, [`selvedge: the fact ${fact} threw ${what}; it counts as absent`]);
        }
      });

      it("is absent where `onTrap` passes, and what the client says does not pass for it", async (t) => {
        const rules = { headers: [{ on: "request", set: { "X-Ip": "{clientIp}" } }] };
        const forged = { "X-Ip": "10.0.0.1" };
        assert.equal((await send(t, rules, all(fails), "/a", forged)).status, 503);
        const { status, got } = await send(t, { ...rules, onTrap: "pass" }, all(fails), "/a", forged);
        assert.deepEqual([status, got["x-ip"]], [200, undefined]);
      });

      it("leaves experiments to chance", async (t) => {
        const variants = [{ name: "a", weight: 1, to: "/a" }, { name: "b", weight: 1, to: "/b" }];
        const rules = { experiments: [{ name: "x", cookie: "ab", for: "/", variants }] };
        const seen = new Set();
        for (let n = 0; n < 60; n++) seen.add((await send(t, rules, all(fails), "/")).cookies[0]?.slice(0, 4));
        assert.deepEqual([...seen].sort(), ["ab=a", "ab=b"]);
      });
    });
  }
}

describe("what goes on to an origin", () => {
  const origin = async (t) => {
    const seen = [];
    const address = await listen(t, (request, response) => (seen.push(request.headers), response.end("origin")));
    return { address, seen };
  };

  it("node: the scheme is not said where its function throws", async (t) => {
    const { address, seen } = await origin(t);
    const { port } = new URL(address);
    const rules = { origins: [{ for: "/*", to: { custom: { domainName: "localhost", port: Number(port), protocol: "http" } } }] };
    const { send } = await nodeServer(t, rules, {}, () => assert.fail(), { facts: { scheme: unknown } });
    const [{ status }] = await quietly(() => send("/a"));
    assert.deepEqual([status, seen[0]["x-forwarded-proto"]], [200, undefined]);
  });

  it("fetch: the last address is never the client's word", async (t) => {
    const { address, seen } = await origin(t);
    const site = edge({}, { origin: address, facts: { clientIp: unknown } });
    const headers = { "X-Forwarded-For": "10.0.0.1" };
    const [response] = await quietly(() => site(new Request("https://example.org/a", { headers })));
    assert.deepEqual([response.status, seen[0]["x-forwarded-for"]], [200, "10.0.0.1, unknown"]);
  });
});
