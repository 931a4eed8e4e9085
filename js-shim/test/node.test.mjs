// What selvedge/node promises beyond what every adapter does: how it reads a request, and that no application, and no rule in
// its way, puts a connection out of step.
import assert from "node:assert/strict";
import { test } from "node:test";
import { middleware } from "../../pkg/dist/plain/node.js";
import { readTarget } from "../../pkg/dist/adapters/node/target.js";
import { Connection } from "../../tests/hostile/shared/raw.mjs";
import { misbehaving } from "../../tests/hostile/shared/origin.mjs";
import { listen, nodeServer } from "./adapters.mjs";
import { quietly } from "./quiet.mjs";

/** By hand from RFC 9112 §3.2 and RFC 3986 §3.2, §6.2.2: path, query, base, authority; `null`: it cannot be read. */
const TARGETS = [
  ["GET", "/", ["/", ""]],
  ["GET", "/a?b?c", ["/a", "b?c"]],
  ["GET", "/a?", ["/a", ""]],
  ["GET", "/a?b=/../c", ["/a", "b=/../c"]],
  ["GET", "/a/./b/../c", ["/a/c", ""]],
  ["GET", "/a/%2e/b/.%2E/c", ["/a/c", ""]],
  ["GET", "/../../a", ["/a", ""]],
  ["GET", "/a/..", ["/", ""]],
  ["GET", "/a..b/.c/...", ["/a..b/.c/...", ""]],
  ["GET", "/a\\..\\b", ["/b", ""]],
  ["GET", "/%61%7E%2d", ["/a~-", ""]],
  ["GET", "/%61/%c3%a9", ["/a/%C3%A9", ""]],
  ["GET", "/%%373ecret", ["/%%373ecret", ""]],
  ["GET", "/%7%33ecret", ["/%7%33ecret", ""]],
  ["GET", "/%25%373ecret", ["/%2573ecret", ""]],
  ["GET", "/%2f%5c%20%00%c3%a9", ["/%2f%5c%20%00%c3%a9", ""]],
  ["GET", "/%252e%252e/%zz/%", ["/%252e%252e/%zz/%", ""]],
  ["GET", "//a//b", ["/a//b", ""]],
  ["GET", "/\\a", ["/a", ""]],
  ["GET", "/.//a", ["/a", ""]],
  ["GET", "/%2e%2e//a", ["/a", ""]],
  ["GET", "http://h", ["/", "", "http://h", "h"]],
  ["GET", "HTTP://h:80/a?b", ["/a", "b", "HTTP://h:80", "h:80"]],
  ["GET", "https://[2001:db8::1]:8443/a/../b", ["/b", "", "https://[2001:db8::1]:8443", "[2001:db8::1]:8443"]],
  ["GET", "http://h//a", ["/a", "", "http://h", "h"]],
  ["OPTIONS", "*", ["/", ""]],
  ["CONNECT", "h:443", ["/", "", "", "h:443"]],
  ...["", "*", "a", "h:80", "?a", "\\a", "/#", "/a b", "/a\tb", "/\x7f", "/\xe9", "/\u0100"].map((text) => ["GET", text, null]),
  ...["ftp://h/a", "ws://h/a", "x://h/a", "http:/a", "http:a", "http://", "http:///a", "http://?a", "http://h?/a", "http://h?"].map((text) => ["GET", text, null]),
  ...["http://u@h/a", "http://h:x/a", "http://h:65536/a", "http://h:1:2/a", "http://[::1]x/a", "http://[1.2.3.4]/a", "http://%68/a", "http://h\\a/b"].map((text) => ["GET", text, null]),
  ...["/a", "h", "h:", "h:0", "http://h/a", "*"].map((text) => ["CONNECT", text, null]),
  ...["*?a", "*/a"].map((text) => ["OPTIONS", text, null]),
];

test("request targets are read by RFC 9112", () => {
  for (const [method, text, expected] of TARGETS) {
    const found = readTarget(method, text);
    const parts = found instanceof Error ? null : [found.path, found.query, found.base, found.authority];
    assert.deepEqual(parts, expected && [...expected, ...["", undefined].slice(expected.length - 2)], `${method} ${JSON.stringify(text)}`);
  }
});

const RULES = {
  headers: [{ set: { "X-Rules": "yes" } }],
  responses: [{ for: "/replaced/*", status: 410, body: "gone", at: "origin-response", when: { status: 404 } }],
};
const later = { originResponse: () => new Promise((done) => setTimeout(done, 20)) };

/** What applications do that is not in order, and what the viewer gets: the status and the body; `null`: the end of the connection. */
const APPLICATIONS = {
  "writes after its end": [(_, response) => { response.on("error", () => {}); response.end("page"); response.write("more"); }, 200, "page"],
  "ends twice": [(_, response) => response.on("error", () => {}).end("page").end("more"), 200, "page"],
  "calls writeHead twice": [(_, response) => { response.writeHead(200, { "content-length": 4 }); try { response.writeHead(500); } catch {} response.end("page"); }, 200, "page"],
  "sends a body with 304": [(_, response) => response.writeHead(304).end("page"), 304, ""],
  "sends a body with 204": [(_, response) => response.writeHead(204).end("page"), 204, ""],
  "sends early hints": [(_, response) => response.writeEarlyHints({ link: "</a.css>; rel=preload" }, () => response.end("page")), 200, "page"],
  "flushes its head": [(_, response) => { response.setHeader("x-name", "caf\xe9"); response.flushHeaders(); response.end("page"); }, 200, "page"],
  "flushes its head twice, and after its end": [(_, response) => { response.flushHeaders(); response.flushHeaders(); response.end("page"); response.flushHeaders(); }, 200, "page"],
  "begins another answer where it fails": [failing, null],
};

/** As finalhandler does, the last of Express's handlers. */
function failing(request, response) {
  response.write("half");
  if (response.headersSent) return void request.socket.destroy();
  response.statusCode = 500;
  response.setHeader("content-length", 5);
  response.end("error");
}

for (const [how, hooks] of [["", {}], [", and a hook takes its time", later]]) {
  for (const [name, [application, status, body]] of Object.entries(APPLICATIONS)) {
    test(`an application that ${name} stays in step${how}`, async (t) => {
      const { address } = await nodeServer(t, RULES, hooks, (request, response) => (request.url === "/next" ? response.end("next") : application(request, response)));
      await inStep(address, "/", ([answer]) => {
        assert.equal(answer?.broken ? null : (answer?.status ?? null), status);
        if (status !== null) assert.deepEqual([answer.body, answer.headers["x-rules"]], [body, ["yes"]]);
      });
    });
  }
}

/** What stands in an answer that a rule puts another one in the place of. */
const REPLACED = {
  "a longer body": (response) => response.writeHead(404, { "content-length": 100 }).end("x".repeat(100)),
  "chunks": (response) => response.writeHead(404, { "transfer-encoding": "chunked", trailer: "x-t" }).end("no page"),
  "early hints after the head": (response) => { response.writeHead(404).write("no"); response.writeEarlyHints({ link: "</a.css>; rel=preload" }); response.writeContinue(); response.writeProcessing(); response.end(" page"); },
};

for (const [name, application] of Object.entries(REPLACED)) {
  for (const method of ["GET", "HEAD"]) {
    test(`an answer to ${method} with ${name} is replaced whole`, async (t) => {
      const { address } = await nodeServer(t, RULES, {}, (request, response) => (request.url === "/next" ? response.end("next") : application(response)));
      await inStep(address, "/replaced/a", ([answer]) => assert.deepEqual([answer.status, answer.body], [410, method === "HEAD" ? "" : "gone"]), method);
    });
  }
}

test("a hook that spoils the head ends the connection, and nothing else", async (t) => {
  const hooks = { async originResponse(response) { response.statusCode = 9; } };
  const { address } = await nodeServer(t, RULES, hooks, (_, response) => response.end("page"));
  const [[answer]] = await quietly(() => inStep(address, "/", () => {}));
  assert.equal(answer, null);
});

/** Two requests on one connection: the second gets its own answer, or none. */
async function inStep(address, path, judge, method = "GET") {
  const connection = await Connection.open(new URL(address).port);
  try {
    connection.play([`${method} ${path} HTTP/1.1\r\nHost: example.org\r\n\r\n`]);
    const answers = [await connection.answer(method)];
    // What is written late would be written by now.
    await new Promise((done) => setTimeout(done, 30));
    assert.equal(connection.pending, "", "something came after the answer");
    connection.play(["GET /next HTTP/1.1\r\nHost: example.org\r\n\r\n"]);
    answers.push(await connection.answer());
    if (answers[1] !== null) assert.equal(answers[1].body, "next", "the next request got another answer");
    judge(answers);
    return answers;
  } finally {
    connection.close();
  }
}

test("response rules see the path that the request came with, whatever routers make of request.url", async (t) => {
  const rules = { headers: [{ for: "/private/*", set: { "Cache-Control": "private, no-store" } }] };
  const { send } = await nodeServer(t, rules, {}, (request, response) => {
    request.url = request.url.slice("/private".length);
    response.end("page");
  });
  assert.equal((await send("/private/a")).headers["cache-control"], "private, no-store");
});

test("rawHeaders say of what rules changed what headers say", async (t) => {
  const rules = { headers: [{ on: "request", remove: "X-Internal", set: { "X-Site": "example" } }] };
  let raw;
  const { send } = await nodeServer(t, rules, {}, (request, response) => response.end(void (raw = request.rawHeaders)));
  await send("/", { headers: { "X-Internal": "forged", "x-internal-2": "kept", "X-SITE": "forged" } });
  const lines = raw.flatMap((name, i) => (i % 2 ? [] : [[name.toLowerCase(), raw[i + 1]]]));
  assert.deepEqual(lines.filter(([name]) => /^x-/.test(name)), [["x-internal-2", "kept"], ["x-site", "example"]]);
});

test("what rules make of a path is one for whoever resolves it, too", async (t) => {
  const origin = await misbehaving();
  t.after(origin.close);
  const rules = {
    encodedSlashes: "decode",
    responses: { for: "/secret/*", status: 403 },
    origins: [{ for: "/*", when: { header: { "X-Elsewhere": true } }, to: { custom: { domainName: "localhost", protocol: "http", port: origin.port } } }],
  };
  const { send } = await nodeServer(t, rules, {}, ({ url }, response) => response.end(new URL(url, "http://base.example").pathname));
  assert.equal((await send("/%2fsecret/x")).body, "//secret/x");
  assert.equal((await send("/%2fhost/secret/x")).body, "//host/secret/x");
  await send("/%2fsecret/x?a", { headers: { "X-Elsewhere": "1" } });
  assert.equal(origin.asked.line, "GET //secret/x?a HTTP/1.1");
});

test("origins without a domain ask the application, never the viewer's host", async (t) => {
  const rules = { origins: [{ for: "/api/*", to: { custom: { path: "/v2", customHeaders: { "X-Key": "secret" } } } }], headers: [{ for: "/api/*", set: { "X-Rules": "yes" } }] };
  const { send } = await nodeServer(t, rules, {}, (request, response) => response.end(`${request.url} ${request.headers["x-key"]}`));
  const { body, headers } = await send("/api/a?b", { headers: { host: "192.0.2.1" } });
  assert.deepEqual([body, headers["x-rules"]], ["/v2/api/a?b secret", "yes"]);
});

test("a request whose body was read before the rules is not sent on without it", async (t) => {
  const origin = await misbehaving();
  t.after(origin.close);
  const rules = { origins: [{ for: "/*", to: { custom: { domainName: "localhost", protocol: "http", port: origin.port } } }] };
  const rulesFirst = middleware(rules);
  const address = await listen(t, (request, response) => request.resume().on("end", () => rulesFirst(request, response, () => {})));
  const [{ status }, [line]] = await quietly(() => fetch(address, { method: "POST", body: "hello" }));
  assert.deepEqual([status, origin.asked], [500, null]);
  assert.match(line, /the request's body was read before the rules/);
});

test("an origin is told nothing where forwarded is off", async (t) => {
  const origin = await misbehaving();
  t.after(origin.close);
  const rules = { origins: [{ for: "/*", to: { custom: { domainName: "localhost", protocol: "http", port: origin.port } } }] };
  const { send } = await nodeServer(t, rules, {}, () => assert.fail("the application was asked"), { forwarded: false });
  await send("/", { headers: { "x-forwarded-for": "203.0.113.9" } });
  const { via, "x-forwarded-for": addresses, "x-forwarded-host": host } = origin.asked.headers;
  assert.deepEqual([via, addresses, host], [undefined, ["203.0.113.9"], undefined]);
});

test("the head of an origin arrives before its body is there", async (t) => {
  const origin = await misbehaving();
  t.after(origin.close);
  origin.script = ["HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n", "stall"];
  const rules = { origins: [{ for: "/*", to: { custom: { domainName: "localhost", protocol: "http", port: origin.port } } }] };
  const { address } = await nodeServer(t, rules, {}, () => assert.fail("the application was asked"));
  const { get } = await import("node:http");
  const response = await new Promise((done, failed) => get(address, { agent: false }, done).on("error", failed));
  assert.equal(response.headers["content-type"], "text/event-stream");
  response.destroy();
});
