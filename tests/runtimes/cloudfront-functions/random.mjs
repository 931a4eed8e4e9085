// Random rules and requests: the generated function next to the plan's reader, which is asked through `selvedge/lambda-edge` at
// viewer-request, where a message comes byte for byte. `node tests/runtimes/cloudfront-functions/random.mjs [--pairs N] [--seed N]`.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import "../shared/project.mjs";
import { node } from "./engines.mjs";
import { viewerRequest } from "./edge.mjs";
import { checkSyntax } from "./syntax.mjs";
import { validate } from "./validate.mjs";

const { cloudfrontFunction, FindingsError } = await import("selvedge");
const { lambdaEdge } = await import("selvedge/lambda-edge");

const KEY = "random rules and requests";
const REQUESTS = 20;
const NOTE = "0123456789abcdef/a";

/** Compares so many pairs of rules and a request; the number that was compared. Throws on the first difference. */
export async function compare(pairs, seed = 1) {
  const random = generator(seed);
  const engine = node();
  let [compared, answers, moved, stores] = [0, 0, 0, 0];
  while (compared < pairs) {
    const rules = rulesOf(random);
    let made;
    try {
      made = cloudfrontFunction(rules, { key: KEY, store: random.chance(0.4) ? "always" : undefined });
    } catch (error) {
      // Too large, or two rules that contradict each other.
      if (error instanceof FindingsError) continue;
      throw error;
    }
    const { source } = made;
    checkSyntax(source);
    const store = pairsOf(made);
    stores += Number(store !== null);
    const handler = lambdaEdge(rules, { key: KEY });
    const requests = Array.from({ length: REQUESTS }, () => requestOf(random));
    const calls = requests.map((request) => {
      const sent = viewerRequest(request);
      return { source, store, raw: sent.raw, event: { version: "1.0", context: { eventType: "viewer-request", requestId: "1" }, viewer: { ip: "198.51.100.24" }, request: sent.request } };
    });
    const results = await engine.run(calls);
    for (const [at, request] of requests.entries()) {
      const way = () => `${JSON.stringify(rules)}\n${JSON.stringify(request)}\n${source}\n${made.store?.json ?? ""}\n`;
      assert(!(results[at] instanceof Error), `${way()}${results[at].message}`);
      validate(calls[at].event, results[at].result);
      const expected = fromLambda(await handler(lambdaEvent(request), {}));
      const found = fromFunction(results[at].result, calls[at]);
      // Nobody sends the body of an answer to HEAD.
      if (request.method === "HEAD" && found.body !== undefined) found.body = "";
      assert.deepEqual(found, expected, way());
      answers += Number(expected.status !== undefined);
      moved += Number(expected.path !== undefined && expected.path !== pathOf(request));
      compared++;
    }
  }
  assert(stores > pairs / REQUESTS / 10, `only ${stores} functions read a store`);
  assert(answers > pairs / 20 && moved > pairs / 20, `the rules do too little: ${answers} answers and ${moved} moves of ${compared}`);
  return compared;
}

/** The store of a function as an object of its pairs. */
export function pairsOf({ store }) {
  return store ? Object.fromEntries(JSON.parse(store.json).data.map(({ key, value }) => [key, value])) : null;
}

const pathOf = ({ url }) => /^https:\/\/[^/]*([^?]*)/.exec(url)[1];

function lambdaEvent({ method, url, headers }) {
  const [, host, uri, query] = /^https:\/\/([^/?]*)([^?]*)(?:\?([^]*))?$/.exec(url);
  const map = {};
  for (const [key, value] of [["Host", host], ...headers]) (map[key.toLowerCase()] ??= []).push({ key, value });
  const config = { distributionDomainName: "d.cloudfront.net", distributionId: "E", eventType: "viewer-request", requestId: "1" };
  return { Records: [{ cf: { config, request: { clientIp: "198.51.100.24", method, uri, querystring: query ?? "", headers: map } } }] };
}

function fromLambda(result) {
  const headers = Object.fromEntries(Object.entries(result.headers ?? {}).map(([name, lines]) => [name, lines.map(({ value }) => value)]));
  if (result.status !== undefined) return { status: Number(result.status), headers, body: result.body ?? "" };
  delete headers.cookie;
  return { path: result.uri, query: result.querystring, headers };
}

function fromFunction(result, { raw, event }) {
  const lines = (map) => Object.fromEntries(Object.entries(map ?? {}).map(([name, entry]) => [name, (entry.multiValue ?? [entry]).map(({ value }) => value)]));
  const headers = lines(result.headers);
  const cookies = Object.entries(result.cookies ?? {}).map(([name, { value, attributes }]) => `${name}=${value}; ${attributes}`);
  if (result.statusCode !== undefined && cookies.length > 0) headers["set-cookie"] = cookies;
  if (result.statusCode !== undefined) return { status: result.statusCode, headers, body: result.body ?? "" };
  delete headers["cloudfront-forwarded-proto"];
  // The function's note to itself; what the viewer sent goes on where neither has anything to do.
  if (!headers["x-selvedge"]?.includes(NOTE)) delete headers["x-selvedge"];
  const query = typeof result.querystring === "string" ? result.querystring : (assert.deepEqual(result.querystring, event.request.querystring), raw ?? "");
  return { path: result.uri, query, headers };
}

function generator(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (count) => Math.floor(next() * count);
  const one = (list) => list[below(list.length)];
  return { below, one, chance: (share) => next() < share, some: (list, most) => Array.from({ length: 1 + below(most) }, () => one(list)) };
}

const SEGMENTS = ["a", "b", "docs", "Blog", "x.html", "app.js", "%7Euser", "caf%C3%A9", "a%2Fb", "..", ".", "%2e%2e", "", "é", "%", "%2%66", "%zz", "[x]", "a;b", "\\", "..;", "%5c..", "a|b", "index.html"];
const WORDS = ["a", "b", "docs", "blog", "x.html", "app.js", "user", "c"];
const PARTS = ["a", "b", "docs", ":x", ":y", "*", "x.html", "blog", ":x.html", "a-:x", "*.js", "caf%C3%A9"];
const NAMES = ["a", "b", "utm_source", "x", "A", "é", "a[]", "ref", "%61", "__proto__", "constructor", "toString"];
const VALUES = ["1", "", "a", "b%20c", "a+b", "%2e%2e", "..", "/", "//evil", "é", "%C3%A9", "%ff", "%e2%82x%80", "a&b", "%0d%0aX:1", "1=2", "%", "%31", "%25", "%C3", "a%20", "%EF%BF%BD"];
const REGEXES = ["^/a/(.*)$", "^/(?<x>[^/]+)/docs", "\\.html$", "^/blog/(\\d+|[a-z]+)/?$", "(?i)DOCS", "[^a-z/]"];

function requestOf({ one, chance, some, below }) {
  const path = `/${Array.from({ length: below(5) }, () => one(chance(0.5) ? SEGMENTS : WORDS)).join("/")}${chance(0.3) ? "/" : ""}`;
  const pairs = () => some(NAMES, 4).map((name) => (chance(0.1) ? name : chance(0.05) ? "" : `${name}=${one(VALUES)}`)).join("&");
  const headers = [];
  if (chance(0.4)) headers.push(["X-A", one(["1", "2", "a, b", "é"])]);
  if (chance(0.3)) headers.push(["Accept-Language", one(["de", "en-US,en;q=0.8", "fr;q=0.5, de;q=0.7", "*", "de-AT-x-a;q=2, en;q=0.1"])]);
  if (chance(0.4)) headers.push(["Cookie", one(["a=1", "a=1; b=2", "a = 1 ; x", "b=../x", "a=; a=1", "ab=new", "ab=old; ab=new", "constructor=1; __proto__=2; toString", "__proto__=a; a=2"])]);
  if (chance(0.1)) headers.push(["x-selvedge", NOTE]);
  return { method: one(["GET", "GET", "GET", "HEAD", "POST"]), url: `https://${one(["example.org", "www.example.org", "EXAMPLE.org:443", "a.example.org."])}${path}${chance(0.5) ? `?${pairs()}` : chance(0.1) ? "?" : ""}`, headers };
}

function rulesOf(random) {
  const { one, chance, some, below } = random;
  const pattern = () => {
    if (chance(0.1)) return { regex: one(REGEXES) };
    if (chance(0.1)) return one(["*.js", "*.html", "docs/*", "/*"]);
    return `/${Array.from({ length: below(4) }, () => one(PARTS)).join("/")}${chance(0.15) ? "/" : ""}`;
  };
  const usable = (from) => typeof from === "string" && (from.match(/:x/g) ?? []).length < 2 && (from.match(/:y/g) ?? []).length < 2;
  const from = () => {
    for (;;) {
      const found = pattern();
      if (typeof found !== "string" || usable(found)) return found;
    }
  };
  const when = () => one([
    { query: { a: one(["1", "a b", "é", "%", "C3", ["1", "\ufffd"], true, false]) } }, { query: { x: { [one(["prefix", "suffix", "contains"])]: one(["a", "3", "%C", "é", " "]) } } },
    { query: { [one(["é", "constructor", "__proto__"])]: one([true, "1"]) } }, { cookie: { [one(["constructor", "toString"])]: one([true, "1"]) } }, { header: { "X-A": one(["1", true, { contains: "b" }]) } }, { cookie: { a: one(["1", true, ["1", "2"]]) } },
    { host: one(["example.org", "*.example.org", ["www.example.org", "a.example.org"], { suffix: "org" }]) }, { method: one(["GET", ["POST", "HEAD"]]) }, { language: "de" },
    { not: { query: { a: true } } }, { any: [{ cookie: { b: true } }, { header: { "x-a": "2" } }] }, { ip: one(["198.51.100.0/24", "10.0.0.0/8", "2001:db8::/32"]) }, { header: { "X-A": { regex: "^[a-z]" } } },
  ]);
  const common = () => ({ ...(chance(0.3) && { when: when() }), ...(chance(0.15) && { except: from() }), ...(chance(0.1) && { ignoreCase: true }), ...(chance(0.1) && { ignoreTrailingSlash: false }) });
  const captures = (pattern) => {
    if (typeof pattern !== "string" || !pattern.startsWith("/")) return pattern.regex?.includes("?<x>") ? [":x"] : [];
    return [...(/:x/.test(pattern) ? [":x"] : []), ...(/:y/.test(pattern) ? [":y"] : []), ...(pattern.includes("*") ? [":splat"] : [])];
  };
  const to = (pattern) => {
    const values = [...captures(pattern), ...captures(pattern), "{query.a}", "{cookie.a}", "{header.x-a}", "{path}", "{host}"];
    const literal = ["/new", "/new/", "/", "/a/b", "/docs"];
    // What a viewer may make a host of: whole captures right after a slash.
    const [capture] = captures(pattern);
    if (capture && chance(0.3)) return `${one(["", "", "https://www.example.org", "https://example.org", "/a", "/docs", "/longer/than/what/it/was"])}/${capture}${chance(0.2) ? ".html" : chance(0.1) ? "#end" : ""}`;
    return chance(0.4) ? one(literal) : `/${one(["n/", "", "docs/"])}${one(values)}${chance(0.4) ? `/${one(values)}` : ""}${chance(0.3) ? "/end" : ""}${chance(0.2) ? `?q=${one(values)}` : ""}`;
  };
  const redirect = () => {
    const pattern = from();
    if (chance(0.08)) return { from: pattern, pass: true, ...common() };
    const target = chance(0.15) ? `https://${one(["{host}", "www.example.org", "example.org"])}${to(pattern)}` : to(pattern);
    return { from: pattern, to: target, ...common(), ...(chance(0.3) && { query: one(["drop", "merge", { drop: ["utm_*", "ref"] }]) }), ...(chance(0.2) && { status: one([302, 307, 308]) }), ...(chance(0.15) && { headers: { "X-R": one(["1", "{query.a}", "{header.x-a}"]) } }) };
  };
  // Few paths, so that rules meet: what a store may hold, in every form.
  const exact = () => {
    const from = () => `/${some(WORDS, 2).join("/")}${chance(0.1) ? "/" : ""}`;
    const to = chance(0.2) ? `https://${one(["www.example.org", "example.org"])}${from()}` : chance(0.3) ? from() : `/moved/${one(WORDS)}${chance(0.2) ? "?q=1" : ""}`;
    return {
      from: chance(0.2) ? [from(), from()] : chance(0.05) ? one(["/", "//", "/a//"]) : from(), to,
      ...(chance(0.2) && { status: 308 }), ...(chance(0.2) && { when: { host: one(["example.org", ["www.example.org", "a.example.org"]]) } }),
      ...(chance(0.3) && { query: one(["drop", "merge"]) }), ...(chance(0.15) && { ignoreTrailingSlash: false }), ...(chance(0.1) && { ignoreCase: true }),
    };
  };
  const list = (share, most, make) => (chance(share) ? Array.from({ length: 1 + below(most) }, make) : undefined);
  const rules = {
    languages: ["en", "de"],
    responses: list(0.3, 2, () => ({ for: from(), status: one([200, 403, 410]), body: "no", ...common(), ...(chance(0.3) && { headers: { "Set-Cookie": "a=1; Path=/", "X-P": "{path}" } }) })),
    redirects: list(0.8, 5, () => (chance(0.5) ? exact() : redirect())),
    query: list(0.3, 2, () => ({ for: from(), ...common(), ...one([{ drop: ["utm_*"] }, { keep: ["a", "b"] }, { sort: true }, { sort: true, lowercase: true }, { lowercase: true }, { drop: ["*e"], sort: true }]) })),
    rewrites: list(0.5, 3, () => {
      const pattern = from();
      return { from: pattern, ...(chance(0.1) ? { pass: true } : { to: to(pattern) }), at: "viewer-request", ...common(), ...(chance(0.2) && { query: one(["drop", "merge"]) }) };
    }),
    html: chance(0.4) ? { index: chance(0.8) ? "index.html" : undefined, clean: one([false, "file", "directory"]), trailingSlash: one(["keep", "add", "remove"]), at: "viewer-request" } : undefined,
    headers: list(0.4, 2, () => ({ on: "request", at: "viewer-request", for: from(), ...common(), ...one([{ set: { "X-S": "{query.a}" } }, { remove: ["x-*"] }, { default: { "X-A": "d" } }, { append: { "X-A": "{cookie.a}" } }, { set: { "X-S": "1", "X-T": ["a", "b"] } }, { replace: { "X-A": { regex: "[0-9]", with: "n" } } }]) })),
    slashes: chance(0.1) ? "merge" : undefined,
    encodedSlashes: chance(0.1) ? one(["reject", "decode"]) : undefined,
    security: chance(0.1) ? one(["basic", "strict"]) : undefined,
  };
  if (rules.headers?.some(({ set }) => set?.["Set-Cookie"])) delete rules.headers;
  return JSON.parse(JSON.stringify(rules));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const option = (name, other) => Number(process.argv[process.argv.indexOf(name) + 1 || Infinity] ?? other);
  const [pairs, seed] = [option("--pairs", 2000), option("--seed", 1)];
  console.log(`${await compare(pairs, seed)} pairs of rules and a request from seed ${seed}: no difference`);
}
