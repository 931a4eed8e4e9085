// What happens where the engine fails, through every adapter of the package: real plans, and a reader that traps on demand.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { watchInstances } from "../../tests/bench/instances.mjs";
import { lambdaEdge } from "../../pkg/dist/plain/lambda-edge.js";
import { fetchShaped, nodeServer } from "./adapters.mjs";
import { event, headers } from "./events.mjs";
import { quietly } from "./quiet.mjs";

/** The stages whose decisions trap. */
let trapped = [];
let stop;
before(() => {
  stop = watchInstances((exports) => ({
    ...exports,
    ...(exports.decide && {
      decide(stage, ...rest) {
        if (trapped.includes(stage)) throw new WebAssembly.RuntimeError("unreachable");
        return exports.decide(stage, ...rest);
      },
    }),
  }));
});
after(() => stop());

async function trapping(stages, run) {
  trapped = stages;
  try {
    return (await quietly(run))[0];
  } finally {
    trapped = [];
  }
}

// A condition keeps each stage from being decided when it loads. The two lists are by the contract's table of onTrap.
const when = { header: { "x-a": "1" } };
const GUARDS = [
  [0, { responses: [{ for: "/secret/*", status: 403 }] }],
  [0, { responses: [{ for: "/secret/*", status: 401, when }] }],
  [0, { headers: [{ on: "request", at: "viewer-request", remove: ["X-Internal"], when }] }],
  [1, { headers: [{ on: "request", at: "origin-request", for: "/secret/*", remove: ["X-Internal"] }] }],
  [1, { headers: [{ on: "request", for: "/secret/*", replace: { Cookie: { regex: "a", with: "b" } } }] }],
  [0, { redirects: [{ from: "/secret/*", to: "/login", when: { not: when }, headers: { "Cache-Control": "no-store" } }] }],
  [2, { headers: [{ for: "/secret/*", set: { "Cache-Control": "private" } }] }],
  [3, { headers: [{ for: "/secret/*", at: "viewer-response", set: { "Cache-Control": "max-age=0, no-store" } }] }],
];
const OTHERS = [
  [0, { responses: [{ for: "/secret/*", status: 404 }] }],
  [0, { redirects: [{ from: "/secret/*", to: "/" }] }],
  [1, { headers: [{ on: "request", for: "/secret/*", set: { "X-A": "1" } }] }],
  [2, { headers: [{ for: "/secret/*", remove: ["Server"], set: { "Cache-Control": "no-cache" } }] }],
  [3, { headers: [{ for: "/secret/*", at: "viewer-response", set: { "X-A": "1" } }] }],
];
const STAGES = ["viewer-request", "origin-request", "origin-response", "viewer-response"];
const PAGE = { status: "200", statusDescription: "OK", headers: headers({ "Cache-Control": "public" }) };

describe("lambda-edge", () => {
  const at = (stage, rules) => {
    const handler = lambdaEdge(rules);
    const sent = event(STAGES[stage], { request: { uri: "/secret/x", headers: headers({ "X-Internal": "1" }) }, response: stage > 1 ? PAGE : undefined });
    return trapping([stage], () => handler(sent, {}));
  };

  for (const [stage, rules] of GUARDS) {
    it(`${STAGES[stage]} blocks: ${JSON.stringify(rules)}`, async () => {
      const { status, headers, uri } = await at(stage, rules);
      // CloudFront takes no other status at viewer-response.
      assert.deepEqual([status, uri], [stage === 3 ? "200" : "503", undefined]);
      assert.equal(headers["cache-control"][0].value, "no-store");
      const passed = await at(stage, { ...rules, onTrap: "pass" });
      assert.deepEqual(stage > 1 ? passed.headers : passed.uri, stage > 1 ? PAGE.headers : "/secret/x");
    });
  }

  for (const [stage, rules] of OTHERS) {
    it(`${STAGES[stage]} passes: ${JSON.stringify(rules)}`, async () => {
      const passed = await at(stage, rules);
      assert.deepEqual(stage > 1 ? passed.headers : passed.uri, stage > 1 ? PAGE.headers : "/secret/x");
      const { headers } = await at(stage, { ...rules, onTrap: "block" });
      assert.equal(headers["cache-control"][0].value, "no-store");
    });
  }

  it("answers do not go out without what keeps them private", async () => {
    const handler = lambdaEdge({ responses: [{ for: "/secret/*", body: "you" }], headers: [{ for: "/secret/*", set: { "Cache-Control": "private" } }] });
    const { status } = await trapping([4], () => handler(event("viewer-request", { request: { uri: "/secret/x" } }), {}));
    assert.equal(status, "503");
  });

  it("a note from outside does not pass either", async () => {
    for (const rules of [{ html: { index: "i" } }, { precompressed: [{ for: "*.js" }] }, { precompressed: [{ for: "*.js", at: "viewer-request" }] }]) {
      const handler = lambdaEdge(rules);
      const stage = JSON.stringify(rules).includes("viewer-request") ? 0 : 1;
      const forged = headers({ "X-Selvedge": ["forged", "twice"] });
      const request = await trapping([stage], () => handler(event(STAGES[stage], { request: { uri: "/a.js", headers: forged } }), {}));
      assert.deepEqual([request.uri, request.headers], ["/a.js", {}]);
    }
  });
});

for (const [name, adapter] of Object.entries(fetchShaped)) {
  describe(name, () => {
    const at = async (stage, rules) => {
      let asked = false;
      const site = adapter(rules, {}, () => ((asked = true), new Response("page", { headers: { "cache-control": "public" } })));
      const request = new Request("https://example.org/secret/x", { headers: { "x-internal": "1", "x-selvedge": "forged" } });
      const { status, headers } = await trapping([stage], () => site(request));
      return { status, caching: headers.get("cache-control"), asked };
    };
    // Vercel's response stages only set: those that do more are not for it.
    const legal = ([, rules]) => name !== "vercel" || !JSON.stringify(rules).includes('"Server"');

    for (const [stage, rules] of GUARDS.filter(legal)) {
      it(`${STAGES[stage]} blocks: ${JSON.stringify(rules)}`, async () => {
        const { status, caching, asked } = await at(stage, rules);
        assert.deepEqual([status, caching], [503, "no-store"]);
        if (stage < 2) assert.equal(asked, false);
        assert.deepEqual((await at(stage, { ...rules, onTrap: "pass" })).status, 200);
      });
    }
    for (const [stage, rules] of OTHERS.filter(legal)) {
      it(`${STAGES[stage]} passes: ${JSON.stringify(rules)}`, async () => {
        assert.deepEqual(await at(stage, rules), { status: 200, caching: "public", asked: true });
        assert.deepEqual((await at(stage, { ...rules, onTrap: "block" })).status, 503);
      });
    }
    it("a note from outside does not reach the origin", async () => {
      let note;
      const site = adapter({ redirects: [{ from: "/a", to: "/b" }] }, {}, (request) => ((note = request.headers.get("x-selvedge")), new Response("page")));
      await trapping([0], () => site(new Request("https://example.org/x", { headers: { "x-selvedge": "forged" } })));
      assert.equal(note, null);
    });
  });
}

describe("node", () => {
  const at = async (t, stage, rules) => {
    let asked = false;
    const { send } = await nodeServer(t, rules, {}, (request, response) => {
      asked = true;
      response.setHeader("Cache-Control", "public");
      response.end(`page ${request.headers["x-selvedge"]}`);
    });
    const { status, headers, body } = await trapping([stage], () => send("/secret/x", { headers: { "x-internal": "1", "x-selvedge": "forged" } }));
    return { status, caching: headers["cache-control"], body, asked };
  };

  for (const [stage, rules] of GUARDS) {
    it(`${STAGES[stage]} blocks: ${JSON.stringify(rules)}`, async (t) => {
      const { status, caching, body, asked } = await at(t, stage, rules);
      assert.deepEqual([status, caching, body], [503, "no-store", ""]);
      if (stage < 2) assert.equal(asked, false);
      assert.equal((await at(t, stage, { ...rules, onTrap: "pass" })).status, 200);
    });
  }
  for (const [stage, rules] of OTHERS) {
    it(`${STAGES[stage]} passes: ${JSON.stringify(rules)}`, async (t) => {
      const { status, caching, body } = await at(t, stage, rules);
      assert.deepEqual([status, caching, body], [200, "public", `page ${stage < 2 ? "undefined" : "forged"}`]);
      assert.equal((await at(t, stage, { ...rules, onTrap: "block" })).status, 503);
    });
  }
});
