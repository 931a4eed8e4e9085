// The same redirects in each contestant that makes a Response of a Request.
import { compile } from "../package.mjs";
import { byHand, cookieOf, filled, KINDS, linesOf, oursOf, rulesOf } from "./kinds.mjs";
import { ours, peer, quietly } from "./packages.mjs";

/** What a path without a rule gets. */
const page = async () => new Response("page");

const requestOf = ({ path, query = "", cookie }) => new Request(`https://example.org${path}${query}`, cookie === undefined ? {} : { headers: { cookie } });

const seen = (response) => {
  const location = response.headers.get("location");
  if (location === null) return undefined;
  const { pathname, search } = new URL(location, "https://example.org");
  return pathname + search;
};

/** A redirect, without a redirect's decision. */
const redirect = (location) => new Response(null, { status: 301, headers: { location } });

/** What the runtime takes for the answer alone. */
export const RUNTIME = "the runtime alone";

/** As in look-ups.mjs. */
export const RESPONSES = {
  "selvedge/fetch": {
    make: async (kind, count) => {
      const { edge } = await ours("fetch", kind === KINDS.regex);
      const site = edge(compile({ redirects: rulesOf(kind, count).map(oursOf) }, { platform: "fetch" }));
      return { prepare: requestOf, call: (request) => site(request, page), seen };
    },
  },
  "by hand": {
    make: (kind, count) => {
      const find = byHand(kind, count);
      const call = async (request) => {
        const { pathname, search } = new URL(request.url);
        const to = find(pathname, kind === KINDS.conditional ? request.headers.get("cookie") : undefined);
        return to === undefined ? page() : redirect(to + search);
      };
      return { prepare: requestOf, call, seen };
    },
  },
  Hono: {
    make: async (kind, count) => {
      const { Hono } = await peer("hono");
      const app = new Hono();
      for (const { from, to, digits, cookie } of rulesOf(kind, count)) {
        app.get(from.replace("*", ":splat{.+}").replace(`:${digits}`, `:${digits}{[0-9]+}`), (context) => {
          if (cookie !== undefined && cookieOf(context.req.header("cookie"), cookie) === undefined) return page();
          const query = context.req.url.indexOf("?");
          return context.redirect(filled(to, context.req.param()) + (query < 0 ? "" : context.req.url.slice(query)), 301);
        });
      }
      app.all("*", page);
      return { prepare: requestOf, call: (request) => app.fetch(request), seen };
    },
  },
  "redirects-in-workers": {
    lacks: { regex: "takes no regular expressions", conditional: "has no conditions on cookies" },
    make: async (kind, count) => {
      const { generateRedirectsEvaluator } = await peer("redirects-in-workers");
      const evaluate = quietly(() => generateRedirectsEvaluator(linesOf(kind, count)));
      const assets = { fetch: page };
      return { prepare: requestOf, call: async (request) => (await evaluate(request, assets)) ?? page(), seen };
    },
  },
  [RUNTIME]: {
    make: () => ({
      prepare: ({ target, query = "" }) => target && target + query,
      call: async (location) => (location === undefined ? page() : redirect(location)),
      seen,
    }),
  },
};
