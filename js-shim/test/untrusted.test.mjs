// Forged plans through the packed adapters: each is refused, or decides whatever it likes, soon and in little memory. The
// neighbour for the reader alone is crates/selvedge/tests/untrusted.rs.
//
// Every word of five plans, each by every hostile word, is more than a default run has time for: it takes one in STRIDE of
// these forgeries, another part of them in each Node. FORGERIES=all takes all, FORGERIES=N random ones of two words.
import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { compile } from "../../pkg/dist/compile/compile.js";
import { edge } from "../../pkg/dist/compiled/regex/fetch.js";
import { edge as plainEdge } from "../../pkg/dist/compiled/fetch.js";
import { lambdaEdge } from "../../pkg/dist/compiled/regex/lambda-edge.js";
import { lambdaEdge as plainLambdaEdge } from "../../pkg/dist/compiled/lambda-edge.js";
import { middleware } from "../../pkg/dist/compiled/regex/node.js";
import { middleware as plainMiddleware } from "../../pkg/dist/compiled/node.js";
import { Engine } from "../../pkg/dist/index.js";
import { event, headers } from "./events.mjs";
import { forged, hostileWords } from "./forge.mjs";
import { quietly } from "./quiet.mjs";

const STRIDE = 251;
/** In plans of so few bytes, the words that once ended the process are tried at every place. */
const SMALL = 1500;
const WORST = [0x7fffffff, 0xc0000000];
/**
 * What a load, and a message with the decisions of its stages, may take of the processor, in milliseconds: far more than on the slowest
 * machine, far less than a plan that is followed in circles.
 */
const MAX_TIME = 20_000;
/** What the process may grow by. */
const MAX_MEMORY = 512 << 20;

const SETS = {
  headers: { headers: [{ set: { "X-A": "1" }, remove: ["Server", "x-amz-meta-*"] }, { for: "*.js", append: { Vary: "Origin" }, set: { "Cache-Control": "public" } }] },
  answers: {
    redirects: [{ from: "/old/*", to: "/new/:splat" }, { from: "/a", to: "https://{host}/{query.x}", when: { header: { "x-b": "1" } } }],
    responses: [{ for: "/secret/*", status: 403, body: "no", headers: { "X-Who": "{cookie.u}" } }, { for: "/pixel", body: { base64: "R0lGODlhAQABAAAAACw=" } }],
    security: "strict",
  },
  paths: {
    html: { trailingSlash: "remove" },
    query: [{ for: "/*", drop: ["utm_*", "fbclid"], sort: true }],
    rewrites: [{ from: "/app/*", to: "/app.html", status: 404 }, { from: "/x/:id", to: "/y/:id" }],
    precompressed: [{ for: "/*", encodings: ["br", "gzip"] }],
  },
  choices: {
    experiments: [{ name: "home", cookie: "ab_home", for: "/", variants: [{ name: "a", weight: 1, to: "/a.html" }, { name: "b", weight: 1, to: "/b.html" }] }],
    redirects: [{ from: "/*", to: "/de/:splat", when: { cookie: { lang: "de" }, not: { query: { keep: true } }, ip: ["192.0.2.0/24"] } }],
    headers: [{ on: "request", for: "/*", set: { "X-Ip": "{clientIp}" }, remove: ["X-Internal"] }],
  },
  expressions: {
    redirects: [{ from: { regex: "^/([a-z]+)/(\\d+)$" }, to: "/$1" }],
    headers: [{ on: "request", at: "viewer-request", replace: { Cookie: { regex: "x[^;]*z|x", with: "y" } } }],
  },
};
const ORIGIN = { origins: [{ for: "/*", to: { custom: { domainName: "a.example", customHeaders: { "X-Key": ["1", "2"] }, sslProtocols: ["TLSv1.2"] } } }] };
const ACCEPT = { Host: "example.org", "Accept-Encoding": "br, gzip", Cookie: "u=1; lang=de; x=z", "X-B": "1" };
const URLS = ["/a/b.js?utm_a=1&x=2", "/secret/x", "/x/1"];

/** Loads a plan through an entry; what comes back decides on a message. */
const ENTRIES = {
  "lambda-edge"(plan, regex) {
    const handler = (regex ? lambdaEdge : plainLambdaEdge)(plan);
    return async (url) => {
      const [uri, querystring = ""] = url.split("?");
      const response = { headers: headers({ Server: "S3", Vary: "A", "x-amz-meta-a": "1" }), status: url === "/x/1" ? "404" : "200" };
      for (const type of ["viewer-request", "origin-request", "origin-response", "viewer-response"]) {
        await handler(event(type, { request: { uri, querystring, headers: headers(ACCEPT) }, response }), {});
      }
    };
  },
  fetch(plan, regex) {
    const site = (regex ? edge : plainEdge)(plan, { facts: { clientIp: () => "192.0.2.1" } });
    return (url) => site(new Request(`https://example.org${url}`, { headers: ACCEPT }), () => new Response("page", { status: url === "/x/1" ? 404 : 200, headers: { server: "S3", vary: "A" } }));
  },
  node(plan, regex) {
    const rules = (regex ? middleware : plainMiddleware)(plan);
    return async (url) => {
      const fields = Object.fromEntries(Object.entries(ACCEPT).map(([name, value]) => [name.toLowerCase(), value]));
      const request = Object.assign(new IncomingMessage(new Socket()), { url, method: "GET", httpVersionMajor: 1, headers: fields });
      const response = new ServerResponse(request);
      rules(request, response, () => {
        response.setHeader("Vary", "A");
        response.end("page");
      });
    };
  },
  Engine(plan) {
    const engine = new Engine(plan);
    return (url) => engine.handle({ url, headers: ACCEPT }, () => ({ status: 404, headers: { server: "S3" } }));
  },
};

const { FORGERIES } = process.env;
for (const [entry, load] of Object.entries(ENTRIES)) {
  test(`${entry}: a forged plan is refused, or decides, and comes to an end`, async () => {
    const target = { platform: entry === "lambda-edge" ? "cloudfront" : "fetch" };
    let [asked, refused, slowest] = [0, 0, 0];
    for (const [name, rules] of Object.entries(SETS)) {
      const regex = name === "expressions";
      const plan = compile(entry === "lambda-edge" ? { ...rules, ...ORIGIN } : rules, target);
      for (const url of URLS) await load(plan, regex)(url);
      const memory = process.memoryUsage().rss;
      for (const words of forgeries(plan)) {
        asked++;
        // Instances that are done with are given back between tasks only; a process has addresses for some thousands.
        await setImmediate();
        const what = `${name}: ${JSON.stringify(words)}`;
        const decide = await run(MAX_TIME, what, () => load(forged(plan, words), regex));
        if (decide === undefined) refused++;
        else for (const url of URLS) await run(MAX_TIME, `${what}: ${url}`, () => decide(url));
      }
      assert.ok(process.memoryUsage().rss - memory < MAX_MEMORY, `${name}: ${process.memoryUsage().rss - memory} bytes more`);
    }
    console.log(`# ${entry}: ${asked} forgeries, ${refused} refused, the slowest took ${Math.round(slowest)} ms`);

    /** What comes back; `undefined` after an error of the package, which says who speaks. Another is a bug of ours. */
    async function run(limit, what, action) {
      const before = process.cpuUsage();
      const [result, error] = (await quietly(() => attempt(action)))[0];
      const { user, system } = process.cpuUsage(before);
      const time = (user + system) / 1000;
      slowest = Math.max(slowest, time);
      if (error !== undefined) assert.match(String(error), /^(PlanError|TypeError): selvedge: /, `${what}: ${error.stack}`);
      assert.ok(time <= limit, `${what} takes ${Math.round(time)} ms`);
      return result;
    }
  });
}

async function attempt(action) {
  try {
    return [await action()];
  } catch (error) {
    return [undefined, error];
  }
}

function* forgeries(plan) {
  const { length } = plan;
  const first = 5 * 4;
  if (FORGERIES !== undefined && FORGERIES !== "all") {
    const word = () => first + 4 * Math.floor(Math.random() * ((length - first) / 4));
    const hostile = (at) => (Math.random() < 0.5 ? word() : hostileWords(at, length)[Math.floor(Math.random() * 17)]);
    for (let i = 0; i < Number(FORGERIES); i++) yield [word(), word()].map((at) => [at, hostile(at)]);
    return;
  }
  let number = Number(process.versions.node.split(".")[0]);
  for (let at = first; at < length; at += 4) {
    for (const word of hostileWords(at, length)) {
      const always = FORGERIES === "all" || (length < SMALL && WORST.includes(word));
      if (always || number++ % STRIDE === 0) yield [[at, word]];
    }
  }
}
