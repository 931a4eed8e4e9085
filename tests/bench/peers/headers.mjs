// Header rules in each contestant: from a Request to the answer of an origin, changed; and a fixed set of headers on Node's response.
import { IncomingMessage, ServerResponse } from "node:http";
import { compile } from "../package.mjs";
import { ours, peer } from "./packages.mjs";
import { RUNTIME } from "./responses.mjs";

/** The nth rule: two headers for a folder. */
const ruleOf = (n) => ({ folder: `/section-${n}/`, set: { "x-section": String(n), "cache-control": `public, max-age=${n}` } });
const rulesOf = (count) => Array.from({ length: count }, (_, n) => ruleOf(n));
const askedOf = (n) => ({ path: `/section-${n}/page.html`, target: JSON.stringify(ruleOf(n).set), set: ruleOf(n).set });

export const PLACES_OF_HEADERS = {
  "hit, first rule": () => askedOf(0),
  "hit, last rule": (_, count) => askedOf(count - 1),
  miss: () => ({ path: "/nowhere/at/all" }),
};

const requestOf = ({ path }) => new Request(`https://example.org${path}`);
/** What an origin sends cannot be changed: it is read-only in Workers and Deno, so all contestants change a copy. */
const origin = async () => new Response("page", { headers: { "content-type": "text/html", etag: '"d41d8cd98f00b204"' } });

const seen = ({ headers }) =>
  headers.has("x-section") ? JSON.stringify({ "x-section": headers.get("x-section"), "cache-control": headers.get("cache-control") }) : undefined;

function changed(answer, set) {
  const response = new Response(answer.body, answer);
  for (const name in set) response.headers.set(name, set[name]);
  return response;
}

/** As in look-ups.mjs; there is one kind of rule. */
export const HEADERS = {
  "selvedge/fetch": {
    make: async (_, count) => {
      const { edge } = await ours("fetch");
      const headers = rulesOf(count).map(({ folder, set }) => ({ for: `${folder}*`, set }));
      const site = edge(compile({ headers }, { platform: "fetch" }));
      return { prepare: requestOf, call: (request) => site(request, origin), seen };
    },
  },
  "by hand": {
    make: (_, count) => {
      const rules = rulesOf(count);
      const call = async (request) => {
        const { pathname } = new URL(request.url);
        let answer = await origin();
        for (const { folder, set } of rules) if (pathname.startsWith(folder)) answer = changed(answer, set);
        return answer;
      };
      return { prepare: requestOf, call, seen };
    },
  },
  Hono: {
    make: async (_, count) => {
      const { Hono } = await peer("hono");
      const app = new Hono();
      for (const { folder, set } of rulesOf(count)) {
        app.use(`${folder}*`, async (context, next) => {
          await next();
          for (const name in set) context.res.headers.set(name, set[name]);
        });
      }
      app.all("*", origin);
      return { prepare: requestOf, call: (request) => app.fetch(request), seen };
    },
  },
  "Cloudflare's engine, built once": {
    make: async (_, count) => {
      const { generateRulesMatcher } = await import("./cloudflare-engine.mjs");
      const find = generateRulesMatcher(Object.fromEntries(rulesOf(count).map(({ folder, set }) => [`${folder}*`, set])));
      const call = async (request) => {
        let answer = await origin();
        for (const set of find({ request })) answer = changed(answer, set);
        return answer;
      };
      return { prepare: requestOf, call, seen };
    },
  },
  [RUNTIME]: {
    make: () => ({
      prepare: ({ set }) => set,
      call: async (set) => {
        const answer = await origin();
        return set === undefined ? answer : changed(answer, set);
      },
      seen,
    }),
  },
};

const { default: helmet } = await peer("helmet");

/** What helmet sets by itself. */
const SECURITY = (() => {
  const set = {};
  helmet()({}, { setHeader: (name, value) => (set[name] = value), removeHeader() {} }, () => {});
  return set;
})();

/** A request and its response before anything is sent; nothing reads them. */
function exchange() {
  const request = new IncomingMessage(null);
  Object.assign(request, { method: "GET", url: "/page.html", httpVersion: "1.1", httpVersionMajor: 1, httpVersionMinor: 1 });
  request.headers = { host: "example.org" };
  request.rawHeaders = ["Host", "example.org"];
  return { request, response: new ServerResponse(request) };
}

const sent = ({ response }) => JSON.stringify(Object.entries(response.getHeaders()).sort());

/** One set of headers on a response of node:http. */
export const SECURITY_HEADERS = {
  "selvedge/node": {
    make: async () => {
      const { middleware } = await ours("node");
      const rules = middleware(compile({ headers: [{ for: "/*", set: SECURITY }] }, { platform: "fetch" }));
      return through((request, response, next) => rules(request, response, next));
    },
  },
  helmet: {
    make: () => through(helmet()),
  },
  [RUNTIME]: {
    make: () =>
      through((_, response, next) => {
        for (const name in SECURITY) response.setHeader(name, SECURITY[name]);
        next();
      }),
  },
};

/** The head is written, since that is where middleware may do its work. */
function through(middleware) {
  const call = (both) => {
    middleware(both.request, both.response, () => both.response.writeHead(200));
    return both;
  };
  return { prepare: exchange, call, seen: sent };
}

export const PLACES_OF_SECURITY = { "each response": () => ({ target: JSON.stringify(Object.entries(SECURITY).map(([name, value]) => [name.toLowerCase(), value]).sort()) }) };
