// What origins, hooks and viewers do that is not in order: it keeps its meaning through every adapter.
import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { edge } from "../../pkg/dist/plain/fetch.js";
import { fetchShaped, listen, nodeServer } from "./adapters.mjs";
import { planOf, readerOf, KINDS, OPS } from "./fake.mjs";
import { createPass } from "./internal.mjs";
import { quietly } from "./quiet.mjs";

/** Something for each stage, which Vercel allows too. */
const RULES = {
  responses: [{ for: "/answer", body: "yes" }],
  rewrites: [{ from: "/moved", to: "/there" }],
  headers: [
    { on: "request", for: "/*", set: { "X-Asked": "yes" } },
    { for: "/*", set: { "X-Rules": "yes" } },
    { for: "/*", at: "viewer-response", append: { "X-Last": "yes" } },
  ],
};
const ask = (path, init) => new Request(`https://example.org${path}`, init);
const ruled = ({ headers }) => [headers.get("x-rules"), headers.get("x-last")];

for (const [name, adapter] of Object.entries(fetchShaped)) {
  describe(name, () => {
    it("hands on what an origin throws", async () => {
      const gone = new Error("gone");
      const failing = adapter(RULES, {}, () => { throw gone; });
      await assert.rejects(failing(ask("/")), (error) => error === gone);
      await assert.rejects(adapter(RULES, {}, async () => { throw gone; })(ask("/")), (error) => error === gone);
      assert.equal(await (await failing(ask("/answer"))).text(), "yes");
    });

    it("keeps statuses without a body", async () => {
      for (const status of [204, 205, 304]) {
        const response = await adapter(RULES, {}, () => new Response(null, { status, headers: { etag: '"x"' } }))(ask("/"));
        assert.deepEqual([response.status, response.body, response.headers.get("etag"), ...ruled(response)], [status, null, '"x"', "yes", "yes"]);
      }
    });

    it("keeps HEAD and OPTIONS, and gives HEAD no body", async () => {
      for (const method of ["HEAD", "OPTIONS"]) {
        const origin = (request) => new Response(null, { headers: { "x-method": request.method, "content-length": "5" } });
        const site = adapter(RULES, {}, origin);
        const response = await site(ask("/moved", { method }));
        assert.deepEqual([response.headers.get("x-method"), response.headers.get("content-length"), ...ruled(response)], [method, "5", "yes", "yes"]);
        assert.equal(await (await site(ask("/answer", { method }))).text(), method === "HEAD" ? "" : "yes");
      }
    });

    it("changes headers that no one may change, on a copy", async () => {
      const immutable = Response.redirect("https://example.org/elsewhere", 302);
      assert.throws(() => immutable.headers.set("x-a", "1"), TypeError);
      const site = adapter(RULES, {}, () => immutable);
      for (let i = 0; i < 2; i++) {
        const response = await site(ask("/"));
        assert.deepEqual([response.status, response.headers.get("location"), ...ruled(response)], [302, "https://example.org/elsewhere", "yes", "yes"]);
      }
      assert.equal(immutable.headers.has("x-rules"), false);
    });

    it("leaves a response without a body as it was: it may be handed out again", async () => {
      const shared = new Response(null);
      const site = adapter(RULES, {}, () => shared);
      for (let i = 0; i < 2; i++) assert.equal((await site(ask("/"))).headers.get("x-last"), "yes");
      assert.equal(shared.headers.has("x-last"), false);
    });

    it("hands on a Location that is none", async () => {
      const headers = { location: "http://[half" };
      const response = await adapter(RULES, {}, () => new Response(null, { status: 302, headers }))(ask("/"));
      assert.deepEqual([response.status, response.headers.get("location")], [302, "http://[half"]);
    });

    it("leaves the viewer's own request as it was, and hands its body on", async () => {
      const request = ask("/moved?a=1", { method: "POST", body: "posted", headers: { "x-selvedge": "forged" } });
      const response = await adapter(RULES, {}, async (asked) => new Response([asked.url, asked.headers.get("x-asked"), asked.headers.get("x-selvedge"), await asked.text()].join(" ")))(request);
      // Vercel streams the body itself, past the middleware.
      const body = name === "vercel" ? "" : "posted";
      assert.equal(await response.text(), `https://example.org/there?a=1 yes  ${body}`);
      assert.deepEqual([request.url, request.headers.has("x-asked")], ["https://example.org/moved?a=1", false]);
    });

    const stages = ["viewerRequest", "originRequest", "originResponse", "viewerResponse"];
    for (const stage of stages) {
      it(`answers 500 where ${stage} throws, and logs its name`, async () => {
        const failures = { sync() { throw new Error("two\nlines"); }, async: async () => { throw new Error("two\nlines"); } };
        for (const hook of Object.values(failures)) {
          const site = adapter(RULES, { [stage]: hook }, () => new Response("page", { headers: { "set-cookie": "a=1" } }));
          const [response, log] = await quietly(() => site(ask("/")));
          assert.deepEqual([response.status, response.headers.get("cache-control"), await response.text()], [500, "no-store", "Internal Server Error"]);
          // Nothing half-done: neither the origin's headers nor those of the rules.
          assert.deepEqual([...ruled(response), response.headers.getSetCookie()], [null, null, []]);
          assert.deepEqual(log, [`selvedge: the hook ${stage} threw Error: two lines`]);
        }
      });

      it(`answers 500 where ${stage} returns something else, and says what it may return`, async () => {
        const [response, log] = await quietly(() => adapter(RULES, { [stage]: () => "yes" }, () => new Response("page"))(ask("/")));
        assert.equal(response.status, 500);
        assert.match(log.join("\n"), new RegExp(`^selvedge: the hook ${stage} returned string; it may return .*undefined$`));
      });
    }

    it("runs hooks after the rules, on messages that can be changed", async () => {
      const seen = [];
      const site = adapter(RULES, {
        viewerRequest(request) { request.headers.set("x-viewer", "1"); },
        async originRequest(request) { seen.push([request.url, request.headers.get("x-viewer"), request.headers.get("x-asked")]); },
        originResponse(response) { response.headers.set("x-rules", response.headers.get("x-rules") + "!"); },
        async viewerResponse(response, request) { response.headers.set("x-seen", request.headers.get("x-viewer")); },
      }, () => new Response("page"));
      const response = await site(ask("/moved"));
      assert.deepEqual(seen, [["https://example.org/there", "1", "yes"]]);
      assert.deepEqual([...ruled(response), response.headers.get("x-seen"), await response.text()], ["yes!", "yes", "1", "page"]);
    });

    it("answers with what a request hook returns, under the rules for answers", async () => {
      const site = adapter(RULES, { originRequest: () => new Response("mine", { status: 403 }) }, () => assert.fail("asked"));
      const response = await site(ask("/"));
      assert.deepEqual([response.status, response.headers.get("x-rules"), await response.text()], [403, "yes", "mine"]);
    });
  });
}

for (const name of ["fetch", "cloudflare", "netlify"]) {
  test(`${name}: a WebSocket, and responses that a browser does not show to scripts, pass as they are`, async () => {
    const socket = { status: 101, headers: new Headers(), webSocket: {} };
    const touched = { originResponse: () => assert.fail("called"), viewerResponse: () => assert.fail("called") };
    for (const response of [socket, Response.error()]) {
      const request = ask("/", { headers: { "sec-websocket-version": "13" } });
      assert.equal(await fetchShaped[name](RULES, touched, () => response)(request), response);
    }
  });

  test(`${name}: an origin that answers nothing is named`, async () => {
    await assert.rejects(fetchShaped[name](RULES, {}, () => undefined)(ask("/")), /the origin's answer must be a Response, got undefined/);
  });
}

describe("an origin over the network", () => {
  const site = (origin, hooks) => edge(RULES, { origin, hooks });

  it("that is not there is a 502, one that is late a 504, each with a line that says which", async (t) => {
    const [gone, lines] = await quietly(() => site("http://127.0.0.1:1")(ask("/")));
    // Rules at viewer-response act below 400.
    assert.deepEqual([gone.status, ...ruled(gone)], [502, "yes", null]);
    assert.match(lines.join("\n"), /^selvedge: the origin http:\/\/127\.0\.0\.1:1 could not be asked: TypeError: fetch failed \(.+\)$/);
    const silent = await listen(t, () => {});
    const patience = { originRequest: (request) => new Request(request, { signal: AbortSignal.timeout(50) }) };
    const [late] = await quietly(() => site(silent, patience)(ask("/")));
    assert.equal(late.status, 504);
  });

  it("hands on its redirects, even where they lead nowhere, and what is encoded as it can be read", async (t) => {
    const { gzipSync } = await import("node:zlib");
    const address = await listen(t, (request, response) => {
      if (request.url === "/base/there") return response.writeHead(302, { location: "http://[half" }).end();
      if (request.url === "/base/gzip") return response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("zipped"));
      response.writeHead(200, { "x-url": request.url, "x-host": request.headers.host }).end();
    });
    const through = site(`${address}/base/`);
    const redirect = await through(ask("/moved"));
    assert.deepEqual([redirect.status, redirect.headers.get("location"), ...ruled(redirect)], [302, "http://[half", "yes", "yes"]);
    const zipped = await through(ask("/gzip"));
    assert.deepEqual([zipped.headers.get("content-encoding"), await zipped.text()], [null, "zipped"]);
    const page = await through(ask("/a?b=c", { headers: { host: "example.org" } }));
    assert.deepEqual([page.headers.get("x-url"), `http://${page.headers.get("x-host")}`], ["/base/a?b=c", address]);
  });
});

describe("node", () => {
  const application = (request, response) => {
    if (request.url === "/304") return response.writeHead(304, { etag: '"x"' }).end();
    if (request.url === "/hints") response.writeEarlyHints({ link: "</a.css>; rel=preload" });
    response.setHeader("Set-Cookie", ["a=1", "b=2"]);
    response.end(`${request.method} ${request.url} ${request.headers["x-asked"]}`);
  };

  it("keeps statuses, methods, hints and cookies", async (t) => {
    const { send } = await nodeServer(t, RULES, {}, application);
    const moved = await send("/moved?a=1");
    assert.deepEqual([moved.body, moved.headers["x-rules"], moved.headers["set-cookie"], moved.headers["content-length"]], ["GET /there?a=1 yes", "yes", ["a=1", "b=2"], "18"]);
    const unchanged = await send("/304");
    assert.deepEqual([unchanged.status, unchanged.headers.etag, unchanged.headers["x-last"]], [304, '"x"', "yes"]);
    assert.deepEqual((await send("/hints")).informed, [103]);
    assert.equal((await send("/x", { method: "OPTIONS" })).body, "OPTIONS /x yes");
    assert.deepEqual([(await send("/answer")).body, (await send("/answer", { method: "HEAD" })).body], ["yes", ""]);
  });

  for (const stage of ["viewerRequest", "originRequest", "originResponse", "viewerResponse"]) {
    it(`answers 500 where ${stage} throws, and logs its name`, async (t) => {
      for (const hook of [() => { throw new Error("two\nlines"); }, async () => { throw new Error("two\nlines"); }]) {
        const { send } = await nodeServer(t, RULES, { [stage]: hook }, application);
        const [response, log] = await quietly(() => send("/"));
        assert.deepEqual([response.status, response.body, response.headers["cache-control"]], [500, "", "no-store"]);
        assert.deepEqual([response.headers["x-rules"], response.headers["set-cookie"]], [undefined, undefined]);
        assert.deepEqual(log, [`selvedge: the hook ${stage} threw Error: two lines`]);
      }
    });
  }

  it("holds what the application writes while an asynchronous hook has the head", async (t) => {
    const hooks = { originResponse: async (response) => { await new Promise((done) => setTimeout(done, 20)); response.setHeader("X-Hook", response.getHeader("x-rules")); } };
    const { send } = await nodeServer(t, RULES, hooks, (_, response) => {
      response.writeHead(201, "Made", [["X-A", "1"], ["X-A", "2"]]);
      assert.equal(response.write("one "), false);
      response.once("drain", () => response.end("two"));
    });
    const { status, message, headers, body } = await send("/");
    assert.deepEqual([status, message, headers["x-a"], headers["x-hook"], body], [201, "Made", "1, 2", "yes", "one two"]);
  });

  it("replaces error pages, asks again for fallbacks, and takes hooks' answers", async (t) => {
    const rules = {
      ...RULES,
      responses: [{ for: "/gone/*", at: "origin-response", when: { status: 404 }, status: 410, body: "gone" }],
      rewrites: [{ from: "/app/*", to: "/index.html", fallback: true }],
    };
    const hooks = { viewerRequest(request, response) { if (request.url === "/tea") response.writeHead(418).end("tea"); } };
    const { send } = await nodeServer(t, rules, hooks, (request, response) => {
      if (request.url === "/index.html") return response.end("index");
      response.writeHead(404, { "content-type": "text/html", "content-length": "9" });
      response.write("not ");
      setImmediate(() => response.end("found"));
    });
    const gone = await send("/gone/x");
    assert.deepEqual([gone.status, gone.body, gone.headers["content-length"], gone.headers["x-rules"]], [410, "gone", "4", "yes"]);
    const page = await send("/app/a/b");
    assert.deepEqual([page.status, page.body, page.headers["content-type"], page.headers["x-rules"]], [200, "index", undefined, "yes"]);
    const tea = await send("/tea");
    assert.deepEqual([tea.status, tea.body, tea.headers["x-rules"]], [418, "tea", "yes"]);
  });
});

describe("an engine that stops", () => {
  const trap = () => { throw new WebAssembly.RuntimeError("unreachable"); };
  const stages = { 0: { inputs: [[KINDS.path]] }, 2: {} };
  const lists = { ops: [[OPS.set, "X-A", "1"], [OPS.vary, "Vary", "A"]] };
  const page = () => new Response("page", { headers: { vary: "B" } });

  it("lets the message go on unchanged, and one line says so", async () => {
    const plan = planOf({ stages, lists, platform: 5 });
    const pass = createPass(plan.bytes, () => readerOf({ decide: (stage) => (stage === 2 ? plan.at.ops : trap()), ask: trap }));
    const [response, log] = await quietly(() => pass(ask("/"), undefined, page));
    assert.deepEqual([response.status, response.headers.get("vary"), response.headers.has("x-a"), await response.text()], [200, "B", false, "page"]);
    assert.equal(log.length, 2);
    assert.match(log[0], /^selvedge: the engine stopped at viewer-request: .*unreachable; the message goes on unchanged; the engine was made anew$/);
  });

  it("answers 503 at a stage that blocks", async () => {
    const plan = planOf({ stages: { 2: {} }, lists, platform: 5, blocks: [2] });
    const pass = createPass(plan.bytes, () => readerOf({ decide: () => plan.at.ops, ask: trap }));
    const [response, log] = await quietly(() => pass(ask("/"), undefined, page));
    assert.deepEqual([response.status, response.headers.get("cache-control"), response.body], [503, "no-store", null]);
    assert.match(log[0], /origin-response.*the answer is 503/);
  });
});

/** What Deno and Bun hand over as `request.url` and `request.method`; no `Request` that is made here could hold it. */
const ILLEGIBLE = [
  // Bun, where it cannot read the host: `Host: h?`, `Host: a b`, HTTP/1.0 without one.
  { url: "/secret/x", status: 400 },
  { url: "h:80", method: "CONNECT", status: 400 },
  // Deno, with the host as it was sent.
  { url: "http://a b/secret/x", status: 400 },
  { url: "http://h:99999/secret/x", status: 400 },
  { url: "http://u:p@h.example/secret/x", status: 400 },
  { url: "http://h.example:80", method: "CONNECT", status: 400 },
  { url: "http://h.example?/secret/x", status: 400 },
  { url: "ftp://h.example/secret/x", status: 400 },
  { url: "http:///secret/x", status: 400 },
  // The fetch standard's forbidden methods, and those that it would change.
  { method: "TRACE", status: 501 },
  { method: "track", status: 501 },
  { method: "CONNECT", status: 501 },
  { method: "get", status: 501 },
  { method: "Post", status: 501 },
];

test("a request that no Request could be made of is answered before any rule", async () => {
  const headers = new Headers({ "X-Internal": "forged" });
  const site = edge({ headers: [{ on: "request", remove: "X-Internal" }, { set: { "X-Rules": "yes" } }] });
  for (const { url = "https://h.example/secret/x", method = "GET", status } of ILLEGIBLE) {
    const response = await site({ url, method, headers }, () => assert.fail(`${method} ${url} was asked`));
    assert.deepEqual([response.status, response.headers.get("cache-control"), ...ruled(response)], [status, "no-store", null, null], `${method} ${url}`);
  }
  for (const [url, method] of [["https://h.example/", "GET"], ["http://[2001:db8::1]:8080/", "PATCH"], ["http://a_b.example:/", "PATCH"], ["http://10.0.0.1/?a", "M-SEARCH"]]) {
    assert.equal((await site(new Request(url, { method }), () => new Response("page"))).headers.get("x-rules"), "yes", `${method} ${url}`);
  }
});

test("a fact that is not a text counts as absent, and rules go on", async () => {
  for (const odd of [5, null, {}, true, Symbol("x"), ["DE"], () => "DE"]) {
    const facts = { clientIp: () => odd, country: () => odd, device: () => odd, requestId: () => odd };
    const site = edge({ responses: [{ for: "/x", when: { ip: "192.0.2.0/24" }, status: 200, body: "known" }, { for: "/x", when: { country: "DE" }, status: 200, body: "known" }, { for: "/x", when: { device: "mobile" }, status: 200, body: "known" }, { for: "/*", at: "origin-request", status: 403 }], headers: [{ on: "request", set: { "X-Ip": "{clientIp}" } }] }, { facts });
    const [response, log] = await quietly(() => site(new Request("https://h.example/x"), () => assert.fail("asked")));
    assert.deepEqual([response.status, log], [403, []]);
  }
});
