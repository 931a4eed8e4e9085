// Many rules on one path, and queries of many parameters: decided to the end, in the built package, through the adapters.
import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { compile, Engine } from "../../pkg/dist/index.js";
import { lambdaEdge } from "../../pkg/dist/plain/lambda-edge.js";
import { fetchShaped } from "./adapters.mjs";
import { event, headers } from "./events.mjs";
import { quietly } from "./quiet.mjs";

const COUNT = 100_000;

/** By what the rules differ: the condition, and the request that satisfies it. */
const DIFFERENCES = {
  query: { when: (n) => ({ query: { id: `${n}` } }), ask: (n) => ({ url: `/shop.php?id=${n}` }) },
  "different parameters": { when: (n) => ({ query: { [`p${n}`]: "1" } }), ask: (n) => ({ url: `/shop.php?p${n}=1` }) },
  cookie: { when: (n) => ({ cookie: { id: `${n}` } }), ask: (n) => ({ url: "/shop.php", headers: { Cookie: `a=b; id=${n}` } }) },
  header: { when: (n) => ({ header: { "X-Id": `${n}` } }), ask: (n) => ({ url: "/shop.php", headers: { "X-Id": `${n}` } }) },
  host: { when: (n) => ({ host: `h${n}.example` }), ask: (n) => ({ url: `https://h${n}.example/shop.php` }) },
};

for (const [name, { when, ask }] of Object.entries(DIFFERENCES)) {
  test(`${COUNT} redirects on one path that differ by ${name}`, async () => {
    const redirects = Array.from({ length: COUNT }, (_, n) => ({ from: "/shop.php", when: when(n), to: `/p/${n}`, query: "drop", status: 302 }));
    const engine = new Engine({ redirects });
    for (const n of [0, 1, 50_000, COUNT - 1]) {
      const [outcome, log] = await quietly(() => engine.handle(ask(n)));
      assert.deepEqual([outcome.status, outcome.headers.location, log], [302, `/p/${n}`, []]);
    }
    const [outcome, log] = await quietly(() => engine.handle(ask(COUNT)));
    assert.deepEqual([outcome.status, log], [200, []]);
  });
}

test("rules on one path that are tried one by one, each once", async () => {
  const redirects = Array.from({ length: COUNT }, (_, n) => ({ from: "/shop.php", when: { query: { id: { prefix: `${n}-` } } }, to: `/p/${n}`, query: "drop" }));
  const engine = new Engine({ redirects });
  for (const [id, location] of [[`${COUNT - 1}-x`, `/p/${COUNT - 1}`], ["x", undefined]]) {
    const [outcome, log] = await quietly(() => engine.handle({ url: `/shop.php?id=${id}` }));
    assert.deepEqual([outcome.headers.location, log], [location, []]);
  }
});

test("rules that ask for a parameter, and a query of 32,000 others", async () => {
  const engine = new Engine({ redirects: ["one", "many"].flatMap((names) => Array.from({ length: COUNT / 2 }, (_, n) => {
    const name = names === "one" ? "id" : `p${n}`;
    return { from: "/shop.php", when: { query: { [name]: { prefix: `${n}-` } } }, to: `/p/${n}`, query: "drop" };
  })) });
  const query = "a&".repeat(32_000);
  const before = performance.now();
  for (const [more, location] of [["", undefined], ["p7=7-x", "/p/7"]]) {
    const [outcome, log] = await quietly(() => engine.handle({ url: `/shop.php?${query}${more}` }));
    assert.deepEqual([outcome.headers.location, log], [location, []]);
  }
  // Each rule on each parameter: a minute, where this takes some milliseconds.
  assert.ok(performance.now() - before < 20_000);
});

/** Rules whose header is not to reach the origin, whatever the query is made of. */
const guarded = (drop) => ({
  query: [{ for: "/*", drop }],
  headers: [{ on: "request", at: "viewer-request", remove: ["X-Internal"] }],
  rewrites: [{ from: "/a", to: "/b", at: "viewer-request" }],
});
const LISTS = {
  "150 names": Array.from({ length: 150 }, (_, n) => `name${n}`),
  "1,000 names": Array.from({ length: 1000 }, (_, n) => `name${n}`),
  "wildcards": Array.from({ length: 300 }, (_, n) => [`a${n}*`, `*${n}a`, `*a${n}a*`]).flat(),
};

for (const [name, drop] of Object.entries(LISTS)) {
  describe(`a query rule of ${name}, and 32,000 parameters`, () => {
    const query = "a&".repeat(32_000).slice(0, -1);
    for (const [platform, adapter] of Object.entries(fetchShaped)) {
      it(platform, async () => {
        const asked = [];
        const site = adapter(guarded(drop), {}, (request) => {
          asked.push(request);
          return new Response("page");
        });
        const [response, log] = await quietly(() => site(new Request(`https://example.org/a?${query}`, { headers: { "X-Internal": "1" } })));
        assert.deepEqual([response.status, log], [200, []]);
        assert.deepEqual(asked.map(({ url, headers }) => [new URL(url).pathname, headers.get("x-internal")]), [["/b", null]]);
      });
    }
    it("lambda-edge", async () => {
      const handler = lambdaEdge(compile(guarded(drop), { platform: "cloudfront" }));
      const sent = { uri: "/a", querystring: query.slice(0, 8100), headers: headers({ Host: "example.org", "X-Internal": "1" }) };
      const [result, log] = await quietly(() => handler(event("viewer-request", { request: sent }), {}));
      assert.deepEqual([result.uri, result.headers["x-internal"], log], ["/b", undefined, []]);
    });
  });
}
