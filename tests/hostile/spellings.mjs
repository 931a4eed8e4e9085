// Random spellings of a guarded path, against applications that read a path each in its own way: none serves what the rules
// guard. `node tests/hostile/spellings.mjs [requests for each server] [seed]`.
import { createServer } from "node:http";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { tool } from "../runtimes/shared/project.mjs";
import { listening } from "./shared/listening.mjs";
import { Connection } from "./shared/raw.mjs";

const { middleware } = await import("selvedge/node");
const count = Number(process.argv[2] ?? 300);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));

const root = mkdtempSync(join(tmpdir(), "selvedge-spellings-"));
for (const name of ["secret", "public"]) {
  mkdirSync(join(root, name));
  writeFileSync(join(root, name, "x.html"), `${name} page`);
}

/** What closes when each spelling is read as the applications read it. Express's routes ignore case. */
const CLOSED = { ignoreCase: true, slashes: "merge" };
const GUARDS = {
  "guard, reject": { ...CLOSED, encodedSlashes: "reject", responses: { for: "/secret/*", status: 403 } },
  "guard, decode": { ...CLOSED, encodedSlashes: "decode", responses: { for: "/secret/*", status: 403 } },
  "except, reject": { ...CLOSED, encodedSlashes: "reject", responses: { for: "/*", except: "/public/*", status: 403 } },
  "except, decode": { ...CLOSED, encodedSlashes: "decode", responses: { for: "/*", except: "/public/*", status: 403 } },
};

/** Applications, as handlers of Node's messages. */
const APPLICATIONS = {
  "plain, by URL": async () => (request, response) => serve(response, new URL(request.url, "http://base.example").pathname),
  "plain, by text": async () => (request, response) => serve(response, request.url.split("?")[0]),
  "express static": async (rules) => (await express("express", rules)).use((await tool("express")).default.static(root)),
  "express-4 static": async (rules) => (await express("express-4", rules)).use((await tool("express-4")).default.static(root)),
  "express routes": async (rules) => {
    const { default: create } = await tool("express");
    const app = await express("express", rules);
    app.get("/public/:page", (request, response) => response.send("public page"));
    app.use("/secret", create.Router().use((request, response) => response.send("secret page")));
    return app.get("/:folder/:page", (request, response) => response.send(`${request.params.folder} page`));
  },
  fastify: async () => {
    const { default: create } = await tool("fastify");
    let handle;
    const app = create({ serverFactory: (handler) => ((handle = handler), createServer()) });
    app.get("/public/:page", async () => "public page");
    app.get("/:folder/:page", async (request) => `${request.params.folder} page`);
    app.get("/*", async (request) => (posix.normalize(`/${request.params["*"]}`).startsWith("/secret/") ? "secret page" : "page"));
    await app.ready();
    return (request, response) => handle(request, response);
  },
};

async function express(version, rules) {
  const { default: create } = await tool(version);
  return create().set("env", "test").use(middleware(rules));
}

/** A careless server of files. */
function serve(response, path) {
  try {
    response.end(readFileSync(join(root, posix.normalize(decodeURIComponent(path)))));
  } catch {
    response.writeHead(404).end("no page");
  }
}

let state = seed >>> 0;
/** xorshift32. */
function random(below) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}
const oneOf = (list) => list[random(list.length)];
const escaped = (character) => `%${character.charCodeAt(0).toString(16)}`;

/** What may stand for a slash, for nothing, and before everything. */
const SLASHES = ["/", "/", "/", "//", "///", "/./", "/%2e/", "/x/../", "/x/%2e%2E/", "/.%2e/", "%2f", "%2F", "/%2f", "%2f/", "\\", "/\\", "%5c", "/%5c..%5c", "/;/", "/;a=b/../", "%252f", "/%c0%af", "/..;/", "/.//", "//../"];
const STARTS = ["", "", "", "/", "//", "/public", "/public/..", "/public/x/../..", "/%70ublic/..", "//example.org", "/example.org/..", "http://example.org", "HTTP://example.org", "https://example.org:443", "http://[::1]", "http://u@example.org", "http://example.org?", "http://example.org#", "http://example.org/public/..", "http://example.org//", "ftp://example.org", "x://public", "ws://example.org/public", "*", "example.org"];
const ENDS = ["", "", "", "?", "?/public/x", "?a=/../public/", "#", "#/public/x", "/", "%00", "%20", ".", ";", ";/public/x", "/../x.html", "/..%2fx.html", "\t", "%2e"];

function spelling() {
  const text = ["", ...oneOf([["secret", "x.html"], ["secret", "x.html"], ["secret"], ["public", "..", "secret", "x.html"]])];
  const written = text.map((part) => [...part].map((character) => (random(6) === 0 ? escaped(character) : random(40) === 0 ? character.toUpperCase() : character)).join(""));
  return oneOf(STARTS) + written.reduce((before, part) => before + oneOf(random(2) ? SLASHES : ["/"]) + part) + oneOf(random(3) ? [""] : ENDS);
}

const escapes = [];
const tally = {};
for (const [guard, rules] of Object.entries(GUARDS)) {
  for (const [name, make] of Object.entries(APPLICATIONS)) {
    const application = await make(rules);
    const rulesFirst = middleware(rules);
    const server = await listening(createServer((request, response) => rulesFirst(request, response, () => application(request, response))));
    let connection;
    for (let i = 0; i < count; i++) {
      const target = spelling();
      connection ??= await Connection.open(server.port);
      connection.play([`GET ${target} HTTP/1.1\r\nHost: example.org\r\n\r\n`]);
      const answer = await connection.answer();
      const status = answer?.status ?? "no answer";
      tally[status] = (tally[status] ?? 0) + 1;
      if (answer?.body?.toLowerCase() === "secret page") escapes.push(`${guard}; ${name}: ${target}`);
      if (answer === null || answer.headers.connection?.join() === "close") connection = connection.close();
    }
    connection?.close();
    server.close();
  }
}
rmSync(root, { recursive: true });
const requests = count * Object.keys(GUARDS).length * Object.keys(APPLICATIONS).length;
console.log(`${requests} requests, seed ${seed}: ${Object.entries(tally).map(([status, times]) => `${times} × ${status}`).join(", ")}; ${escapes.length} escapes`);
for (const each of escapes.slice(0, 40)) console.log(`ESCAPE ${each}`);
process.exitCode = escapes.length > 0 || !(tally[200] > 0) || !(tally[403] > 0) ? 1 : 0;
