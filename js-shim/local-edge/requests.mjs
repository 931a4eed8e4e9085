// The requests that the demo offers and `--once` checks. All expectations are literal, written from the rules contract.
//
// `route`: which stages run (see ROUTES). `steps`: what a stage decides, and what comes of it; a stage of the route
// that is not named leaves its message unchanged. `expect`: what the viewer gets.
// The order matters: what comes earlier fills the cache.

const BROWSER = "gzip, deflate, br, zstd";

/** The story's headers. */
const SEVEN = {
  "access-control-allow-credentials": "true",
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "OPTIONS, GET",
  "access-control-allow-headers": "Content-Type, Depth, User-Agent, X-File-Size, X-Requested-With, If-Modified-Since, X-File-Name, Cache-Control, Cookie",
  "strict-transport-security": "max-age=31536000",
  "x-xss-protection": "1; mode=block",
  "cache-control": "public, max-age=86400",
};
const NO_METADATA = { "x-amz-meta-deploy": null, "x-amz-meta-owner": null, "x-amz-meta-source": null };
const NOTHING_COMPRESSED = { "content-encoding": null };
const HIT = { "x-cache": "Hit from cloudfront", age: /^\d+$/ };
const MISS = { "x-cache": "Miss from cloudfront", age: null };
const MADE = { "x-cache": "LambdaGeneratedResponse from cloudfront" };
/** What assigns a variant is one visitor's, and depends on the cookie. */
const UNSTORED = { "cache-control": "private, no-store", vary: "Accept-Encoding, Cookie" };
const COOKIE = "Path=/; Max-Age=2592000; SameSite=Lax; Secure";

/** Which stages run, by what happens on the way. */
export const ROUTES = {
  "answered at once": { cache: "not asked", stages: ["viewer-request"] },
  "from the cache": { cache: "hit", stages: ["viewer-request", "viewer-response"] },
  "from the origin": { cache: "miss", stages: ["viewer-request", "origin-request", "origin-response", "viewer-response"] },
  "answered behind the cache": { cache: "miss", stages: ["viewer-request", "origin-request", "viewer-response"] },
  "failed at the origin": { cache: "miss", stages: ["viewer-request", "origin-request", "origin-response"] },
};

export const requests = [
  {
    title: "A page",
    shows: "Seven security and CORS headers come, x-amz-meta-* goes, all before the copy is stored.",
    send: { path: "/visit.html" },
    route: "from the origin",
    steps: {
      "origin-request": ["unchanged", "no Accept-Encoding: the plain file"],
      "origin-response": ["sets 8, removes 2 headers", "the seven and Vary; x-amz-meta-* is gone"],
    },
    expect: { status: 200, headers: { ...SEVEN, ...NO_METADATA, ...NOTHING_COMPRESSED, ...MISS, vary: "Accept-Encoding", "content-type": "text/html" }, file: "/visit.html" },
  },
  {
    title: "The same again",
    shows: "The cache has it: both origin stages are skipped, and their work is in the copy.",
    send: { path: "/visit.html" },
    route: "from the cache",
    steps: { cache: ["hit", "the headers are in the copy"] },
    expect: { status: 200, headers: { ...SEVEN, ...NO_METADATA, ...HIT }, file: "/visit.html" },
  },
  {
    title: "A script, to a browser",
    shows: "The origin is asked for app.js.br; the answer gets its Content-Encoding and its own type back.",
    send: { path: "/app.js", headers: { "accept-encoding": BROWSER } },
    route: "from the origin",
    steps: {
      "origin-request": ["path /app.js → /app.js.br", "br is preferred where both will do"],
      "origin-response": ["sets 10, removes 2 headers", "Content-Encoding: br, the original inside"],
    },
    expect: { status: 200, headers: { ...SEVEN, ...NO_METADATA, ...MISS, "content-encoding": "br", "content-type": "text/javascript; charset=utf-8", vary: "Accept-Encoding" }, file: "/app.js" },
  },
  {
    title: "A script, without Brotli",
    shows: "br;q=0 means never: the .gz file is served.",
    send: { path: "/app.js", headers: { "accept-encoding": "gzip;q=0.5, br;q=0" } },
    route: "from the origin",
    steps: {
      "origin-request": ["path /app.js → /app.js.gz", "br;q=0 is respected"],
      "origin-response": ["sets 10, removes 2 headers", "Content-Encoding: gzip, the original inside"],
    },
    expect: { status: 200, headers: { ...SEVEN, ...NO_METADATA, ...MISS, "content-encoding": "gzip", "content-type": "text/javascript; charset=utf-8", vary: "Accept-Encoding" }, file: "/app.js" },
  },
  {
    title: "Gzip in other words",
    shows: "CloudFront keys what is accepted, not how it is spelled: the same copy.",
    send: { path: "/app.js", headers: { "accept-encoding": "deflate, GZIP" } },
    route: "from the cache",
    steps: { cache: ["hit", "one copy for all who take gzip alone"] },
    expect: { status: 200, headers: { ...HIT, "content-encoding": "gzip" }, file: "/app.js" },
  },
  {
    title: "A script, plain",
    shows: "Who accepts neither gets the file itself, with Vary.",
    send: { path: "/app.js", headers: { "accept-encoding": "identity" } },
    route: "from the origin",
    steps: {
      "origin-request": ["unchanged", "neither will do: the plain file"],
      "origin-response": ["sets 8, removes 2 headers", "Vary on the plain answer too"],
    },
    expect: { status: 200, headers: { ...SEVEN, ...NO_METADATA, ...NOTHING_COMPRESSED, ...MISS, vary: "Accept-Encoding", "content-type": "text/javascript" }, file: "/app.js" },
  },
  {
    title: "An old address",
    shows: "A pattern with captures; the viewer is sent on before the cache is asked.",
    send: { path: "/blog/2019/indigo?a=1" },
    route: "answered at once",
    steps: { "viewer-request": ["answers 301 → /journal/2019-indigo.html?a=1", "the query is kept"] },
    expect: { status: 301, headers: { ...SEVEN, "cache-control": null, ...MADE, location: "/journal/2019-indigo.html?a=1" }, body: "" },
  },
  {
    title: "A very old address",
    shows: "A redirect that depends on the query, and drops it.",
    send: { path: "/shop.php?cloth=wool&sid=1" },
    route: "answered at once",
    steps: { "viewer-request": ["answers 301 → /cloth/wool.html", "the query decides, and is dropped"] },
    expect: { status: 301, headers: { ...MADE, location: "/cloth/wool.html" }, body: "" },
  },
  {
    title: "A moved section",
    shows: "308 and a fragment.",
    send: { path: "/opening-hours" },
    route: "answered at once",
    steps: { "viewer-request": ["answers 308 → /visit.html#hours", "method and fragment are kept"] },
    expect: { status: 308, headers: { ...MADE, location: "/visit.html#hours" }, body: "" },
  },
  {
    title: "A file to save",
    shows: "?download=true adds Content-Disposition, behind the cache's back.",
    send: { path: "/files/care-guide.pdf?download=true" },
    route: "from the origin",
    steps: {
      "origin-response": ["sets 7, removes 3 headers", "stored without Content-Disposition"],
      "viewer-response": ["sets Content-Disposition", "the browser saves the file"],
    },
    expect: { status: 200, headers: { ...SEVEN, ...NO_METADATA, ...MISS, "content-disposition": "attachment", "content-type": "application/pdf", vary: null }, file: "/files/care-guide.pdf" },
  },
  {
    title: "The same file to read",
    shows: "The query is not in the key: one copy serves both.",
    send: { path: "/files/care-guide.pdf" },
    route: "from the cache",
    steps: { cache: ["hit", "one copy for both"] },
    expect: { status: 200, headers: { ...HIT, "content-disposition": null, "content-type": "application/pdf" }, file: "/files/care-guide.pdf" },
  },
  {
    title: "A/B, variant plain",
    shows: "?ab_home=plain pins the variant and sets its cookie.",
    send: { path: "/?ab_home=plain" },
    route: "from the origin",
    steps: {
      "origin-request": ["path / → /index.html", "the index file, too, is a rule"],
      "origin-response": ["sets 8, removes 2 headers", "one copy for this variant"],
      "viewer-response": ["sets 3 headers", "ab_home=plain and no-store, never in the copy"],
    },
    expect: { status: 200, headers: { ...SEVEN, ...MISS, ...UNSTORED, "set-cookie": `ab_home=plain; ${COOKIE}` }, file: "/index.html" },
  },
  {
    title: "A/B, variant bold",
    shows: "The other variant is another path, hence another copy.",
    send: { path: "/?ab_home=bold" },
    route: "from the origin",
    steps: {
      "viewer-request": ["path / → /index-bold.html", "before the cache: a copy per variant"],
      "origin-response": ["sets 8, removes 2 headers", "one copy for this variant"],
      "viewer-response": ["sets 3 headers", "ab_home=bold and no-store, never in the copy"],
    },
    expect: { status: 200, headers: { ...SEVEN, ...MISS, ...UNSTORED, "set-cookie": `ab_home=bold; ${COOKIE}` }, file: "/index-bold.html" },
  },
  {
    title: "A/B, with its cookie",
    shows: "The cookie keeps the variant. Nothing is set again; the cache has the copy.",
    send: { path: "/", headers: { cookie: "theme=dark; ab_home=bold" } },
    route: "from the cache",
    steps: {
      "viewer-request": ["path / → /index-bold.html", "the cookie decides"],
      cache: ["hit", "cookies are not in the key"],
      "viewer-response": ["sets Vary", "browsers keep a copy for each cookie"],
    },
    expect: { status: 200, headers: { ...HIT, "set-cookie": null }, file: "/index-bold.html" },
  },
  {
    title: "A/B, a new visitor",
    shows: "Without a cookie a variant is assigned: by the request's id, so that both viewer stages agree.",
    send: { path: "/" },
    route: "from the cache",
    steps: {
      "viewer-request": [["path / → /index-bold.html", "unchanged"], "assigned by the request's id"],
      cache: ["hit", "both variants are cached by now"],
      "viewer-response": ["sets 3 headers", "the variant of viewer-request"],
    },
    expect: { status: 200, headers: { ...HIT, ...UNSTORED, "set-cookie": new RegExp(`^ab_home=(plain|bold); ${COOKIE}$`) }, variant: "assigned" },
  },
  {
    title: "A/B, the visitor returns",
    shows: "With the cookie of the last visitor: the same variant, nothing set.",
    send: { path: "/", remember: true },
    route: "from the cache",
    steps: {
      "viewer-request": [["path / → /index-bold.html", "unchanged"], "sticky: the last visitor's variant"],
      cache: ["hit", "no new cookie"],
      "viewer-response": ["sets Vary", "browsers keep a copy for each cookie"],
    },
    expect: { status: 200, headers: { ...HIT, "set-cookie": null }, variant: "kept" },
  },
  {
    title: "An answer from a rule",
    shows: "No origin and no cache: the rule is the answer.",
    send: { path: "/healthz" },
    route: "answered at once",
    steps: { "viewer-request": ["answers 200", "a generated response"] },
    expect: { status: 200, headers: { ...SEVEN, ...MADE, "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" }, body: "ok\n" },
  },
  {
    title: "An answer with external data",
    shows: "A hook of one's own asks a warehouse (another server) and answers. The rules add their headers.",
    send: { path: "/stock/linen" },
    route: "answered behind the cache",
    steps: {
      "origin-request": ["answers 200", "the hook asked the warehouse"],
    },
    expect: { status: 200, headers: { ...SEVEN, ...MADE, "cache-control": "public, max-age=30", "content-type": "application/json" }, body: '{"cloth":"linen","metres":128,"asked":1}' },
  },
  {
    title: "External data, again",
    shows: "Kept for 30 seconds: the warehouse is asked once.",
    send: { path: "/stock/linen" },
    route: "from the cache",
    steps: { cache: ["hit", "the warehouse was asked once"] },
    expect: { status: 200, headers: HIT, body: '{"cloth":"linen","metres":128,"asked":1}' },
  },
  {
    title: "A page that is not there",
    shows: "On errors no Cache-Control is set, and viewer-response does not run.",
    send: { path: "/silk.html", headers: { "accept-encoding": BROWSER } },
    route: "failed at the origin",
    steps: {
      "origin-request": ["path /silk.html → /silk.html.br", "nothing says that it does not exist"],
      "origin-response": ["sets 7 headers", "no Cache-Control on errors"],
    },
    expect: { status: 404, headers: { ...SEVEN, ...NOTHING_COMPRESSED, "cache-control": null, "x-cache": "Error from cloudfront", "content-type": "application/xml", vary: "Accept-Encoding" }, body: /<Code>NoSuchKey<\/Code>/ },
  },
];
