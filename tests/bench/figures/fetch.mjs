// selvedge/fetch around a constant answer, against the same by hand and in Hono, on the runtime's own Request and Response.
import { deepStrictEqual } from "node:assert/strict";
import { sevenHeaders } from "../by-hand.mjs";
import { compile, edgeFromPlan } from "../package.mjs";
import { BATCH, race } from "../race.mjs";
import { randomPaths, redirectSet } from "../redirects.mjs";
import { tool } from "../tools.mjs";

const HEADERS = Object.entries(sevenHeaders);
const REDIRECTS = redirectSet(1000);

const next = async () => new Response("<p>", { headers: { "Content-Type": "text/html" } });
const page = (i) => `/articles/page-${i}.html`;

const SEVEN = { headers: [{ for: "/*", set: sevenHeaders }] };
const WITH_REDIRECTS = { ...SEVEN, redirects: REDIRECTS.rules.redirects };

const figure = (name, title, rules, theirs, paths, bounds = {}) => ({
  name,
  title,
  ...bounds,
  unit: bounds.unit ?? "×",
  measure: async (options) => {
    const site = edgeFromPlan(compile(rules, { platform: "fetch" }));
    const ours = (request) => site(request, next);
    const handle = await theirs(rules);
    for (const path of paths()) deepStrictEqual(await seen(ours(requestOf(path))), await seen(handle(requestOf(path))));
    return race(ours, handle, paths, { ...options, prepare: requestOf });
  },
});

const pages = () => Array.from({ length: BATCH }, (_, i) => page(i));
const hits = randomPaths(REDIRECTS, BATCH);

/** The targets are for Node 22; others make Response and Headers at other costs. */
const target = (bound) => (process.versions.node.startsWith("22.") ? { target: bound } : {});

export const figures = [
  figure("fetch-headers", "fetch: seven headers, on a copy as for any origin", SEVEN, () => byHand, pages, { ...target(0.95), unit: "× by hand" }),
  figure("fetch-headers-in-place", "fetch: seven headers, in place", SEVEN, () => byHandInPlace, pages, { ...target(0.95), unit: "× by hand" }),
  figure("fetch-headers-hono", "fetch: seven headers", SEVEN, hono, pages, { ...target(0.8), unit: "× Hono" }),
  figure("fetch-redirects-hono", "fetch: 1,000 redirects with seven headers, 64 hot paths", WITH_REDIRECTS, hono, () => hits, { ...target(0.3), unit: "× Hono" }),
];

/** What comes from an origin cannot be changed, so hand-written handlers change a copy. */
async function byHand(request) {
  const answer = await next(request);
  const response = new Response(answer.body, answer);
  for (const [name, value] of HEADERS) response.headers.set(name, value);
  return response;
}

/** Where it is known that the answer was made here. */
async function byHandInPlace(request) {
  const response = await next(request);
  for (const [name, value] of HEADERS) response.headers.set(name, value);
  return response;
}

/** Its way with headers that is the fastest: `c.header` takes four times as long. */
async function hono({ redirects = [] }) {
  const { Hono } = await tool("hono");
  const app = new Hono();
  app.use(async (context, goOn) => {
    await goOn();
    for (const [name, value] of HEADERS) context.res.headers.set(name, value);
  });
  for (const { from, to } of redirects) {
    if (!from.endsWith("/*")) {
      app.get(from, (context) => context.redirect(to, 301));
      continue;
    }
    app.get(`${from.slice(0, -1)}:splat{.+}`, (context) =>
      context.redirect(to.replace(":year", context.req.param("year")).replace(":splat", context.req.param("splat")), 301),
    );
  }
  app.all("*", next);
  return (request) => app.fetch(request);
}

function requestOf(path) {
  return new Request(`https://example.org${path}`);
}

async function seen(given) {
  const response = await given;
  return [response.status, [...response.headers], await response.text()];
}
