// Odd bytes of viewers, as AWS parses them into events: a function that throws is a 503 there. Every kind of rule is shown every odd
// path, query, cookie, header and address, and must return what CloudFront takes.
import assert from "node:assert/strict";
import "../shared/project.mjs";
import { pairsOf } from "./random.mjs";
import { validate } from "./validate.mjs";

const { cloudfrontFunction } = await import("selvedge");

const LONG = 8000;
const VALUES = "{path} {url} {host} {query} {query.a} {cookie.a} {header.x-a} {country} {clientIp} {requestId}".split(" ");

/** A set for each kind of rule and of fact. */
const SETS = {
  "targets": { redirects: VALUES.map((value, at) => ({ from: `/t${at}/*`, to: `/x/${value}/:splat?q=${value}` })) },
  "hosts in targets": { redirects: [{ from: "/:x/*", to: "https://{host}/:x/:splat", when: { host: { suffix: "org" } } }, { from: "/*", to: "https://example.net/:splat" }] },
  "labels in targets": { redirects: [{ from: "/*", to: "https://{query.a|lower}.example.net/:splat", query: "merge" }] },
  "conditions": {
    redirects: [
      ...[{ query: { a: "1" } }, { query: { a: ["1", "é"] } }, { query: { a: { prefix: "1" } } }, { query: { a: true } }, { query: { a: { regex: "^[a-z]+$" } } }].map((when) => ({ when })),
      ...[{ cookie: { a: "1" } }, { cookie: { constructor: true } }, { cookie: { a: { contains: "é" } } }, { header: { "X-A": { regex: "^[a-z]" } } }].map((when) => ({ when })),
      ...[{ host: "example.org" }, { host: "*.example.org" }, { method: ["POST", "HEAD"] }, { language: "de" }, { country: "DE" }, { device: "mobile" }, { scheme: "http" }, { ip: ["198.51.100.0/24", "2001:db8::/32"] }].map((when) => ({ when })),
    ].map((rule, at) => ({ from: "/*", to: `/c${at}`, query: "drop", ...rule })),
    languages: ["en", "de"],
  },
  "queries": { query: [{ for: "/*", drop: ["utm_*"] }, { for: "/a/*", keep: ["a", "é"] }, { for: "/*", sort: true, lowercase: true }] },
  "rewrites": { rewrites: [{ from: "/a/:x/*", to: "/b/:splat/:x?y={query.a}", query: "merge" }, { from: "/*", to: "/c/:splat" }], slashes: "merge", encodedSlashes: "decode" },
  "pages": { html: { index: "index.html", clean: "file", trailingSlash: "add" }, encodedSlashes: "reject" },
  "folders": { html: { index: "index.html", clean: "directory", trailingSlash: "remove" } },
  "request headers": {
    headers: [
      { on: "request", for: "/*", set: Object.fromEntries(VALUES.map((value, at) => [`X-S${at}`, value])) },
      { on: "request", append: { "X-A": "{cookie.a}" }, default: { "X-D": "{query.a}" }, replace: { "X-A": { regex: "[^a-z]+", with: "-" } }, remove: ["x-r-*"] },
    ],
  },
  "response headers": {
    security: "strict",
    headers: [
      { set: Object.fromEntries(VALUES.map((value, at) => [`X-S${at}`, value])), append: { Vary: "X-A", "Set-Cookie": "a=1; Path=/" }, remove: ["x-r-*"] },
      { when: { responseHeader: { "X-A": true } }, set: { "X-T": "{response.x-a}" }, replace: { "X-A": { regex: "[^a-z]+", with: "-" } } },
    ],
  },
  "answers": { responses: [{ for: "/r/*", status: 403, body: "no", headers: { "X-P": "{path}", "X-H": "{header.x-a}", "Set-Cookie": "a={cookie.a}; Path=/" } }, { for: "/*", status: 200, body: { base64: "AA==" }, when: { method: "PURGE" } }] },
  "downloads": { downloads: [{ for: "/a/*", filename: ":splat" }, { for: "/*", filename: "{query.a}", when: { query: { a: true } } }] },
  "experiments": {
    experiments: [
      { name: "one", for: "/*", cookie: "a", variants: [{ name: "x", weight: 1 }, { name: "y", weight: 1, to: "/y/:splat" }] },
      { name: "two", for: "/a/*", cookie: "constructor", force: "a", header: "X-Two", variants: [{ name: "x", weight: 1 }, { name: "y", weight: 1 }, { name: "z", weight: 2, to: "/z" }] },
    ],
  },
  "origins": { origins: [{ for: "/a/*", to: { s3: { domainName: "a.s3.amazonaws.com", region: "eu-central-1", path: "/p" } }, weight: 50 }, { for: "/*", to: { custom: { domainName: "o.example.net", path: "/p" } }, when: { cookie: { a: true } } }] },
  "a store": { redirects: [{ from: "/a", to: "/b" }, { from: "/constructor", to: "https://example.org/constructor", when: { host: "example.org" } }, { from: "/__proto__", to: "/c", query: "merge" }] },
};

const PATHS = [
  "/", "/a", "/a/b", "/r/x", "/t0/x", "/%", "/a/%zz", "/a/%ff%fe", "/a/%c3%28", "/a/%00%0d%0a", "/a/\ud800x", "/\udfff/", "/a/\u2028", "/a/\x80\x9f\xff", "//evil.example", "/\\evil.example", "/a//", "/a/..;/b", "/%2e%2e/%2E./", "/é/", "/%C3%A9", "/constructor", "/__proto__",
  `/a/${"../".repeat(LONG / 3)}`, `/${"a/../".repeat(LONG / 5)}`, `/a/${"%".repeat(LONG)}`, `/${"é".repeat(LONG / 6)}`, `/${"/".repeat(LONG)}`, `/t1/${"%2e".repeat(LONG / 3)}`,
];
const QUERIES = [
  undefined, "", "&", "=", "?", "a", "a=", "a=1", "a=%", "a=%ff", "a=%C3&a=%28", "%61=%31", "a=%3D1", "%c3%a9=1", "é=é", "__proto__=1&constructor=2", "a=\ud800", "\udfff=1", "a=\0\r\nX: 1", "a=1+2", "a=..", "a=%2e%2e%2f", "a=//evil.example", "#", "a=a.b", "utm_source=x&utm_", "a=x&A=Y", "&".repeat(LONG), "%".repeat(LONG), "a=1&".repeat(LONG / 4),
];
const COOKIES = [
  undefined, {}, { a: { value: "" } }, { a: { value: "1" } }, { a: { value: "x" } }, { a: { value: "z" }, constructor: { value: "y" } }, { "": { value: "" } }, { a: { value: "1", multiValue: [{ value: "1" }, { value: "" }, { value: "y" }] } },
  { a: { value: "\tx\x80\xff" } }, { a: { value: "\ud800" } }, { a: { value: "../.." } }, JSON.parse('{"__proto__":{"value":"1"},"toString":{"value":"2"}}'), { a: { value: "é".repeat(2000) } },
];
const HEADERS = [
  {}, { host: { value: "" } }, { host: { value: "example.org" } }, { host: { value: "www.example.org:443" } }, { host: { value: "[::1]:80" } }, { host: { value: "a:99999999999" } }, { host: { value: "\ufffd.org" } }, { host: { value: "é.example" } }, { host: { value: "-".repeat(500) } }, { host: { value: "a.b@c" } },
  { "x-a": { value: "" } }, { "x-a": { value: "a", multiValue: [{ value: "a" }, { value: "\xff" }, { value: "" }] } }, { "x-a": { value: "\ud800\tx" } }, { "x-a": { value: "x".repeat(LONG) } }, JSON.parse('{"__proto__":{"value":"1"},"constructor":{"value":"2"}}'),
  { "accept-language": { value: ";;;,,q=;q=2;*" } }, { "accept-language": { value: "de-x-".repeat(1000) } }, { "accept-language": { value: "*;q=0,de;q=1.0000" } }, { "accept-language": { value: "" } },
  { "cloudfront-forwarded-proto": { value: "" } }, { "cloudfront-forwarded-proto": { value: "ftp" } }, { "cloudfront-viewer-country": { value: "" } }, { "cloudfront-is-mobile-viewer": { value: "TRUE" } }, { "x-selvedge": { value: "" } }, { "x-selvedge": { value: "0123456789abcdef\xff" } },
];
const ADDRESSES = ["198.51.100.24", "", "::", "2001:db8::1", "::ffff:1.2.3.4", "fe80::1%eth0", "1:2", "x", undefined];
const METHODS = ["GET", "HEAD", "POST", "PURGE", "get", ""];
const RESPONSES = [
  { statusCode: 200, headers: {}, cookies: {} }, { statusCode: 304, headers: {} }, { statusCode: 206, headers: { vary: { value: "*" }, "x-a": { value: "" } }, cookies: {} },
  { statusCode: 200, headers: { vary: { value: "a", multiValue: [{ value: "a" }, { value: " Cookie ,, b" }] }, "x-a": { value: "1", multiValue: [{ value: "1" }, { value: "\ud800" }] }, "x-r-1": { value: "" } }, cookies: { a: { value: "1", attributes: "" } } },
  { statusCode: 200, headers: { "surrogate-control": { value: "x" }, "cache-control": { value: "" } }, cookies: { a: { value: "1", multiValue: [{ value: "1" }, { value: "2", attributes: "Path=/" }] }, constructor: { value: "2" } } },
];

/** Shows every set all that is odd, in an engine; throws at the first that throws, or returns what CloudFront does not take. */
export async function neverThrows(engine) {
  for (const [title, rules] of Object.entries(SETS)) {
    const made = cloudfrontFunction(rules, { key: "odd bytes of viewers", store: title === "a store" ? "always" : undefined });
    const store = pairsOf(made);
    const shown = events().filter((event) => !engine.isAscii || !/[^\0-\x7f]|\\ud/.test(JSON.stringify(event)));
    const calls = shown.map(({ raw, ...event }) => ({ source: made.source, store, raw, event }));
    const results = await engine.run(calls);
    for (const [at, outcome] of results.entries()) {
      const { event, raw } = calls[at];
      const way = `${title}: ${JSON.stringify({ raw, ...event }).slice(0, 400)}\n`;
      assert(!(outcome instanceof Error), `${way}${outcome.message}`);
      try {
        validate(event, outcome.result);
      } catch (error) {
        throw new Error(`${way}${error.message}`);
      }
    }
  }
}

const PIECES = { paths: ["/.", "/./", "/..", "/a/..", "/a", "//", "\\", "%2e/", "/..;", "%"], languages: ["-", "-a", "-aa", "a,", ";", "de-x-"] };

/** Shows what is as long as eight times the most that CloudFront takes: what takes a time by the square would need minutes. */
export async function neverTakesLong(engine) {
  const longest = 64 * 1024;
  const filled = (piece, end = "") => piece.repeat(Math.floor(longest / piece.length)) + end;
  const sent = [
    ...PIECES.paths.map((piece) => ({ uri: `/${filled(piece)}` })),
    { uri: `${"/a".repeat(longest / 4)}${"/..".repeat(longest / 6)}` },
    ...PIECES.languages.map((piece) => ({ uri: "/a/b", language: filled(piece) })),
  ];
  const { source } = cloudfrontFunction({ redirects: [{ from: "/:a/*", to: "/b/:splat", when: { language: "de" } }], languages: ["en", "de"] }, { key: "odd bytes of viewers" });
  for (const { uri, language = "de" } of sent) {
    const headers = { host: { value: "example.org" }, "accept-language": { value: language } };
    const event = { version: "1.0", context: { eventType: "viewer-request", requestId: "x" }, viewer: { ip: "198.51.100.24" }, request: { method: "GET", uri, querystring: {}, headers, cookies: {} } };
    const before = performance.now();
    const [outcome] = await engine.run([{ source, store: undefined, raw: undefined, event }]);
    assert(!(outcome instanceof Error), outcome.message);
    const took = performance.now() - before;
    assert(took < 2_000, `${Math.round(took)} ms for ${JSON.stringify({ uri: uri.slice(0, 20), language: language.slice(0, 20) })}`);
  }
}

/** Each odd thing once, with what is usual for the rest, and all of them against each other by their turn. */
function events() {
  const usual = { uri: "/a/b.html", raw: "a=1", cookies: {}, headers: { host: { value: "example.org" } }, ip: "198.51.100.24", method: "GET", response: undefined };
  const lists = { uri: PATHS, raw: QUERIES, cookies: COOKIES, headers: HEADERS, ip: ADDRESSES, method: METHODS, response: RESPONSES };
  const one = Object.entries(lists).flatMap(([name, list]) => list.map((value) => ({ ...usual, [name]: value })));
  const turns = Array.from({ length: 41 }, (_, at) => Object.fromEntries(Object.entries(lists).map(([name, list], step) => [name, list[(at * (step + 1)) % list.length]])));
  return [...one, ...turns.flatMap((turn) => [turn, { ...turn, response: undefined }])].map(({ uri, raw, cookies, headers, ip, method, response }) => {
    const request = { method, uri, querystring: {}, headers, ...(cookies && { cookies }) };
    const eventType = response ? "viewer-response" : "viewer-request";
    return { raw, version: "1.0", context: { eventType, requestId: "x" }, viewer: { ip }, request, ...(response && { response }) };
  });
}
