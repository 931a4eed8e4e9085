// The same redirects in each contestant that looks paths up.
import { compile } from "../package.mjs";
import { viewerRequest } from "../events.mjs";
import { byHand, cookieOf, filled, KINDS, oursOf, rulesOf } from "./kinds.mjs";
import { ours, peer } from "./packages.mjs";

const NO_EXPRESSIONS = { regex: "takes no regular expressions" };
const NO_CONDITIONS = { conditional: "has no conditions on cookies" };
/** V8 ended with an error where two contestants had 100,000 each. */
const EXPRESSIONS = { count: 10_000, reason: "has an expression for each rule: V8 has no room for the code of 100,000 next to others'" };

/**
 * By name: the kinds that it `lacks`, with the reason, the most rules that it is given, and `make(kind, count)`, which gives `{ prepare, call, seen }`: what a request
 * becomes before the clock runs, what is timed, and what of its result is compared: a target or nothing.
 */
export const LOOK_UPS = {
  "selvedge, a whole Lambda@Edge event": {
    make: async (kind, count) => {
      const { lambdaEdge } = await ours("lambda-edge", kind === KINDS.regex);
      const handler = lambdaEdge(compile({ redirects: rulesOf(kind, count).map(oursOf) }, { platform: "cloudfront" }));
      const prepare = ({ path, cookie }, i) => JSON.parse(viewerRequest(i, path, cookie));
      return { prepare, call: (event) => handler(event, {}), seen: (result) => result.headers.location?.[0].value };
    },
  },
  "by hand": {
    make: (kind, count) => {
      const find = byHand(kind, count);
      return { call: ({ path, cookie }) => find(path, cookie) };
    },
  },
  "path-to-regexp in a loop": {
    lacks: { regex: "takes no regular expressions since version 7", ...NO_CONDITIONS },
    most: EXPRESSIONS,
    make: async (kind, count) => {
      const { match } = await peer("path-to-regexp");
      const routes = rulesOf(kind, count).map(({ from, to }) => ({ match: match(from.replace("*", "*splat")), to }));
      return {
        call: ({ path }) => {
          for (const { match, to } of routes) {
            const found = match(path);
            if (found) return filled(to, { page: found.params.page, splat: found.params.splat?.join("/") });
          }
          return undefined;
        },
      };
    },
  },
  "find-my-way": {
    make: async (kind, count) => {
      const { default: create } = await peer("find-my-way");
      const router = create(kind === KINDS.conditional ? { constraints: { preview: HAS_PREVIEW } } : {});
      for (const { from, to, digits, cookie } of rulesOf(kind, count)) {
        const path = digits === undefined ? from : from.replace(`:${digits}`, `:${digits}(^\\d+$)`);
        router.on("GET", path, cookie === undefined ? {} : { constraints: { preview: true } }, () => {}, to);
      }
      const seen = (found) => found && filled(found.store, found.params);
      if (kind !== KINDS.conditional) return { call: ({ path }) => router.find("GET", path), seen };
      return { call: ({ path, cookie }) => router.find("GET", path, { preview: cookieOf(cookie, "preview") !== undefined }), seen };
    },
  },
  rou3: {
    lacks: NO_CONDITIONS,
    make: async (kind, count) => {
      const { addRoute, createRouter, findRoute } = await peer("rou3");
      const router = createRouter();
      for (const { from, to, digits } of rulesOf(kind, count)) {
        addRoute(router, "GET", from.replace("*", "**:splat").replace(`:${digits}`, `:${digits}(\\d+)`), to);
      }
      return { call: ({ path }) => findRoute(router, "GET", path), seen: (found) => found && filled(found.data, found.params ?? {}) };
    },
  },
  "netlify-redirector": {
    lacks: NO_EXPRESSIONS,
    make: async (kind, count) => {
      const { default: engine } = await peer("netlify-redirector");
      const rules = rulesOf(kind, count).map(({ from, to, cookie }) => ({
        origin: from, to, status: 301, force: true, path: from, params: {}, conditions: cookie === undefined ? {} : { Cookie: [cookie] }, headers: {},
      }));
      const matcher = await engine.parseJSON(JSON.stringify(rules), {});
      const prepare = ({ path, cookie }) => {
        const value = cookieOf(cookie, "preview");
        const cookieValues = value === undefined ? {} : { preview: value };
        return { scheme: "https", host: "example.org", path, query: "", headers: {}, cookieValues, getHeader: () => "", getCookie: (name) => cookieValues[name] ?? "" };
      };
      return { prepare, call: (asked) => matcher.match(asked), seen: (found) => found?.to };
    },
  },
  "Cloudflare's engine, built once": {
    lacks: { ...NO_EXPRESSIONS, ...NO_CONDITIONS },
    most: EXPRESSIONS,
    make: async (kind, count) => {
      const { redirectsMatcher } = await import("./cloudflare-engine.mjs");
      const find = redirectsMatcher(rulesOf(kind, count));
      return { prepare: ({ path }) => ({ url: `https://example.org${path}` }), call: find, seen: (found) => found?.to };
    },
  },
};

/** A constraint of find-my-way's: whether there is a cookie. */
const HAS_PREVIEW = {
  name: "preview",
  storage() {
    const handlers = new Map();
    return { get: (value) => handlers.get(value) ?? null, set: (value, handler) => handlers.set(value, handler) };
  },
  deriveConstraint: (request) => request.headers.cookie !== undefined,
  mustMatchWhenDerived: false,
};
