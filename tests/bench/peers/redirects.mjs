// The same redirects in each contestant: a function from a path to where it leads, or to what a page is where it leads nowhere.
import { compile, edgeFromPlan, fromPlan } from "../package.mjs";
import { viewerRequest } from "../events.mjs";
import { peer } from "./packages.mjs";

/** One kind of rule: the nth, in the words of `_redirects`; a path that it takes, and where that leads. */
export const KINDS = {
  exact: { from: (n) => `/articles/page-${n}`, to: (n) => `/stories/${n}`, path: (n) => `/articles/page-${n}`, target: (n) => `/stories/${n}` },
  placeholder: {
    from: (n) => `/old/section-${n}/:page`,
    to: (n) => `/archive/${n}/:page`,
    path: (n) => `/old/section-${n}/about`,
    target: (n) => `/archive/${n}/about`,
  },
  splat: {
    from: (n) => `/old/section-${n}/*`,
    to: (n) => `/archive/${n}/:splat`,
    path: (n) => `/old/section-${n}/some/page`,
    target: (n) => `/archive/${n}/some/page`,
  },
};
export const MISS = "/nowhere/at/all";

/** Fills what a route captured into a target. */
const filled = (to, params) => to.replace(/:(page|splat)$/, (_, name) => params[name] ?? params["*"]);

const rulesOf = (kind, count) => Array.from({ length: count }, (_, n) => ({ from: kind.from(n), to: kind.to(n) }));
const linesOf = (kind, count) => rulesOf(kind, count).map(({ from, to }) => `${from} ${to} 301`).join("\n");

/**
 * `make(kind, count)` gives `{ prepare, call, seen }`: what a path becomes before the clock runs, what is timed, and what of its result is
 * compared: a target or nothing.
 */
export const LOOK_UPS = {
  "selvedge, a whole Lambda@Edge event": (kind, count) => {
    const handler = fromPlan(compile({ redirects: rulesOf(kind, count) }, { platform: "cloudfront" }));
    const prepare = (path, i) => JSON.parse(viewerRequest(i, path));
    return { prepare, call: (event) => handler(event, {}), seen: (result) => result.headers.location?.[0].value };
  },
  "a Map": (kind, count) => {
    if (kind !== KINDS.exact) return undefined;
    const map = new Map(rulesOf(kind, count).map(({ from, to }) => [from, to]));
    return { call: (path) => map.get(path) };
  },
  "path-to-regexp in a loop": async (kind, count) => {
    const { match } = await peer("path-to-regexp");
    const routes = rulesOf(kind, count).map(({ from, to }) => ({ match: match(from.replace("*", "*splat")), to }));
    return {
      call: (path) => {
        for (const { match, to } of routes) {
          const found = match(path);
          if (found) return filled(to, { page: found.params.page, splat: found.params.splat?.join("/") });
        }
        return undefined;
      },
    };
  },
  "find-my-way, the look-up alone": async (kind, count) => {
    const { default: create } = await peer("find-my-way");
    const router = create();
    for (const { from, to } of rulesOf(kind, count)) router.on("GET", from, () => {}, to);
    return { call: (path) => router.find("GET", path), seen: (found) => found && filled(found.store, found.params) };
  },
  "rou3, the look-up alone": async (kind, count) => {
    const { addRoute, createRouter, findRoute } = await peer("rou3");
    const router = createRouter();
    for (const { from, to } of rulesOf(kind, count)) addRoute(router, "GET", from.replace("*", "**:splat"), to);
    return { call: (path) => findRoute(router, "GET", path), seen: (found) => found && filled(found.data, found.params ?? {}) };
  },
  "netlify-redirector": async (kind, count) => {
    const { default: engine } = await peer("netlify-redirector");
    const rules = rulesOf(kind, count).map(({ from, to }) => ({ origin: from, to, status: 301, force: true, path: from, params: {}, conditions: {}, headers: {} }));
    const matcher = await engine.parseJSON(JSON.stringify(rules), {});
    const request = (path) => ({ scheme: "https", host: "example.org", path, query: "", headers: {}, cookieValues: {}, getHeader: () => "", getCookie: () => "" });
    return { prepare: request, call: (asked) => matcher.match(asked), seen: (found) => found?.to };
  },
};

const page = async () => new Response("page");
const located = (response) => {
  const location = response.headers.get("location");
  return location === null ? undefined : new URL(location, "https://example.org").pathname;
};
const requestOf = (path) => new Request(`https://example.org${path}`);

export const RESPONSES = {
  "selvedge/fetch": (kind, count) => {
    const site = edgeFromPlan(compile({ redirects: rulesOf(kind, count) }, { platform: "fetch" }));
    return { prepare: requestOf, call: (request) => site(request, page), seen: located };
  },
  Hono: async (kind, count) => {
    const { Hono } = await peer("hono");
    const app = new Hono();
    for (const { from, to } of rulesOf(kind, count)) {
      app.get(from.replace("*", ":splat{.+}"), (context) => context.redirect(filled(to, context.req.param()), 301));
    }
    app.all("*", page);
    return { prepare: requestOf, call: (request) => app.fetch(request), seen: located };
  },
  "redirects-in-workers": async (kind, count) => {
    const { generateRedirectsEvaluator } = await peer("redirects-in-workers");
    const evaluate = quietly(() => generateRedirectsEvaluator(linesOf(kind, count)));
    const assets = { fetch: page };
    return { prepare: requestOf, call: async (request) => (await evaluate(request, assets)) ?? page(), seen: located };
  },
};

/** It prints a summary of each file. */
function quietly(work) {
  const { log, warn, info } = console;
  Object.assign(console, { log() {}, warn() {}, info() {} });
  try {
    return work();
  } finally {
    Object.assign(console, { log, warn, info });
  }
}
