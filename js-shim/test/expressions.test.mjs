// Regular expressions on lines that viewers and origins make long, or send in bytes that are not UTF-8, through every adapter.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lambdaEdge } from "../../pkg/dist/compiled/regex/lambda-edge.js";
import { compile } from "../../pkg/dist/index.js";
import { fetchShaped, nodeServer } from "./adapters.mjs";
import { quietly } from "./quiet.mjs";

/** A line of so many characters, and by hand what becomes of it. */
const lines = (length) => [
  { regex: "b.*c|b", with: "y", line: "b".repeat(length), expected: "y".repeat(length) },
  { regex: "x[^;]*z|x", with: "y", line: "x".repeat(length), expected: "y".repeat(length) },
  { regex: "a(?:.*b)?", with: "y", line: "a".repeat(length), expected: "y".repeat(length) },
  { regex: "[^;]+;?", with: "-", line: "abc;".repeat(length / 4), expected: "-".repeat(length / 4) },
  { regex: "x", with: "y", line: "x".repeat(length), expected: "y".repeat(length) },
];

/** Bytes, one character for each. */
const BYTES = [
  { regex: "=1", with: "=9", line: "caf\xe9=1; \xc3\xa9=2; \xf0\x9f\x98=3", expected: "caf\xe9=9; \xc3\xa9=2; \xf0\x9f\x98=3" },
  { regex: "(.)=[13]", with: "<{1}>", line: "caf\xe9=1; \xc3\xa9=1", expected: "caf<\xe9>; <\xc3\xa9>" },
  { regex: "[^ ;=a-z]", with: "", line: "caf\xe9=; \xc3\xa9\xff=", expected: "caf=; =" },
];

/** Milliseconds of the processor: far more than on the slowest machine, far less than in quadratic time. */
const SOON = 20_000;

async function soon(what) {
  const start = process.cpuUsage();
  const [result, log] = await quietly(what);
  const took = process.cpuUsage(start).user / 1000;
  assert.ok(took < SOON, `took ${took} ms`);
  assert.deepEqual(log, []);
  return result;
}

const onRequest = ({ regex, with: text }) => ({
  headers: [{ on: "request", at: "viewer-request", replace: { "X-Line": { regex, with: text } } }],
});
const onResponse = ({ regex, with: text }) => ({
  headers: [{ at: "viewer-response", replace: { "X-Line": { regex, with: text }, "Set-Cookie": { regex, with: text } } }],
});

for (const [name, adapter] of Object.entries(fetchShaped)) {
  describe(name, () => {
    for (const row of [...lines(65_536), ...BYTES]) {
      it(`${row.regex} in ${row.line.length} bytes`, async () => {
        let asked;
        const site = adapter(onRequest(row), {}, (request) => ((asked = request.headers.get("x-line")), new Response("page")));
        await soon(() => site(new Request("https://example.org/", { headers: { "X-Line": row.line } })));
        assert.equal(asked, row.expected);
        // Vercel's middleware runs before there is a response.
        if (name === "vercel") return;

        const headers = new Headers([["X-Line", row.line], ["Set-Cookie", row.line], ["Set-Cookie", "other"]]);
        const back = adapter(onResponse(row), {}, () => new Response("page", { headers }));
        const response = await soon(() => back(new Request("https://example.org/")));
        assert.equal(response.headers.get("x-line"), row.expected);
        assert.equal(response.headers.getSetCookie()[0], row.expected);
      });
    }

    it("removes a line that it cannot clean", async () => {
      let asked;
      const row = { regex: "secret", with: "" };
      const site = adapter(onRequest(row), {}, (request) => ((asked = request.headers), new Response("page")));
      await soon(() => site(new Request("https://example.org/", { headers: { "X-Line": "secret".repeat(200_000), "X-Other": "1" } })));
      assert.deepEqual([asked.get("x-line"), asked.get("x-other")], [null, "1"]);
    });
  });
}

describe("node", () => {
  // Node takes 16 KB of headers, in either direction.
  for (const row of [...lines(6000), ...BYTES]) {
    it(`${row.regex} in ${row.line.length} bytes`, async (t) => {
      let asked;
      const there = await nodeServer(t, onRequest(row), {}, (request, response) => ((asked = request.headers["x-line"]), response.end("page")));
      await soon(() => there.send("/", { headers: { "X-Line": row.line } }));
      assert.equal(asked, row.expected);

      const back = await nodeServer(t, onResponse(row), {}, (request, response) => {
        response.setHeader("X-Line", row.line);
        response.setHeader("Set-Cookie", [row.line, "other"]);
        response.end("page");
      });
      const { headers } = await soon(() => back.send("/"));
      assert.equal(headers["x-line"], row.expected);
      assert.equal(headers["set-cookie"][0], row.expected);
    });
  }

  it("removes a line that it cannot clean", async (t) => {
    const row = { regex: "a", with: "a".repeat(2000) };
    let asked;
    const there = await nodeServer(t, onRequest(row), {}, (request, response) => ((asked = request.headers), response.end("page")));
    await soon(() => there.send("/", { headers: { "X-Line": "a".repeat(5000), "X-Other": "1" } }));
    assert.deepEqual([asked["x-line"], asked["x-other"]], [undefined, "1"]);
  });
});

describe("lambda-edge", () => {
  const asked = async (rules, ...lines) => {
    const handle = lambdaEdge(compile(rules, { platform: "cloudfront" }));
    const headers = { "x-line": lines.map((value) => ({ key: "X-Line", value })), "x-other": [{ key: "X-Other", value: "1" }] };
    const request = { uri: "/", querystring: "", method: "GET", clientIp: "192.0.2.1", headers };
    return soon(() => handle({ Records: [{ cf: { config: { eventType: "viewer-request", requestId: "1" }, request } }] }));
  };

  for (const row of lines(65_536)) {
    it(`${row.regex} in ${row.line.length} bytes`, async () => {
      const { headers } = await asked(onRequest(row), row.line, "other");
      assert.equal(headers["x-line"][0].value, row.expected);
    });
  }

  it("removes a line that it cannot clean, and no other", async () => {
    const rules = onRequest({ regex: "a", with: "a".repeat(2000) });
    const { headers } = await asked(rules, "a".repeat(5000), "b");
    assert.deepEqual(headers["x-line"], [{ key: "X-Line", value: "b" }]);
    assert.equal("x-line" in (await asked(rules, "a".repeat(5000))).headers, false);
  });
});

describe("large expressions", () => {
  it("are refused with their size", () => {
    for (const regex of ["(?:a{999}){300}", "[a-z]{1000}".repeat(30), "(?:a{999}){280}x"]) {
      assert.throws(() => compile({ redirects: [{ from: { regex }, to: "/" }] }, { platform: "fetch" }), /compiles to [0-9,]+ instructions, 2,048 are allowed/);
    }
  });

  it("come to an end on long paths", async () => {
    const rules = { redirects: ["[a-z]{1000}-", "(?:a?){1000}-$", "(?:.*a.*a.*a.*){20}-"].map((regex) => ({ from: { regex }, to: "/hit" })) };
    const site = fetchShaped.fetch(rules, {}, () => new Response("page"));
    const response = await soon(() => site(new Request(`https://example.org/${"a".repeat(8191)}`)));
    assert.equal(response.status, 200);
  });
});
