/** Cloudflare: its own engine, npm redirects-in-workers for redirects and the handler of @cloudflare/pages-shared for headers; random files. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { outcome, parse, site, told } from "../ours.mjs";
import { host, HOSTS, ledToItself, slashes } from "../decisions.mjs";
import { block, headerPaths, textOf } from "../headers.mjs";
import { request, segments, target, word } from "../redirects.mjs";
import { importTool, toolPath } from "../tools.mjs";

const { generateRedirectsEvaluator } = await importTool("redirects-in-workers");

/** A `_redirects` file as a function of a request. */
function engineOf(text) {
  const evaluate = quietly(() => generateRedirectsEvaluator(text));
  return async (url) => {
    let asked;
    const assets = { fetch: (request) => ((asked = new URL(request.url ?? request)), new Response("file")) };
    let response;
    try {
      response = await evaluate(new Request(url), assets);
    } catch (error) {
      // A target such as "//" is not a URL.
      if (error.code === "ERR_INVALID_URL") return { kind: "invalid" };
      throw error;
    }
    if (!response) return { kind: "none" };
    const location = response.headers.get("location");
    if (location !== null) return { kind: "redirect", status: response.status, to: new URL(location, url).href };
    const own = new URL(url);
    return asked.pathname === own.pathname ? { kind: "none" } : { kind: "page", status: response.status, to: asked.pathname };
  };
}

/** Both print a summary of each file. */
function quietly(work) {
  const { log, warn, info } = console;
  Object.assign(console, { log() {}, warn() {}, info() {} });
  try {
    return work();
  } finally {
    Object.assign(console, { log, warn, info });
  }
}

// A module in a package that says that it has none.
const copy = join(mkdtempSync(join(tmpdir(), "selvedge-oracles-")), "handler.mjs");
writeFileSync(copy, readFileSync(toolPath("@cloudflare/pages-shared", "dist/asset-server/handler.js")));
const { generateHandler } = await import(pathToFileURL(copy));

/** Blocks (`{ path, set, unset }`) as a function of a URL: the headers of a file there. */
function headersOf(blocks) {
  const rules = {};
  for (const { path, set, unset } of blocks) rules[path] = { set, ...(unset.length > 0 ? { unset } : {}) };
  return async (url) => {
    const response = await generateHandler({
      request: new Request(url),
      metadata: { headers: { version: 2, rules } },
      findAssetEntryForPath: async (path) => path,
      getAssetKey: (entry) => entry,
      negotiateContent: () => ({ encoding: null }),
      fetchAsset: async () => ({ body: "file", contentType: "text/plain" }),
      logError: (error) => {
        throw error;
      },
    });
    return response.headers;
  };
}

function randomLines(random) {
  const lines = random.list(1, 6, () => randomLine(random));
  return { text: `${lines.join("\n")}\n`, lines };
}

function randomLine(random) {
  const names = [];
  let stars = 0;
  let path = segments(random, () => {
    if (random.maybe(0.22)) {
      const name = random.pick(["x", "y", "xy", "id", "b1"]);
      names.push(name);
      return random.pick([`:${name}`, `v:${name}`, `:${name}.html`, `:${name}-z`]);
    }
    if (random.maybe(0.12)) {
      stars++;
      return random.pick(["*", "a*", "*.html", "a*b"]);
    }
    return random.maybe(0.04) ? "File:_a" : word(random);
  });
  if (stars === 0 && random.maybe(0.3)) path += "/*";
  else if (random.maybe(0.2)) path += "/";
  if (path.includes("*")) names.push("splat");
  const status = random.pick([301, 302, 302, 303, 307, 308, 200]);
  const to = target(random, path, names, status !== 200 && random.maybe(0.2));
  return [path || "/", to, ...(status !== 302 || random.maybe(0.5) ? [status] : [])].join(" ");
}

function randomBlocks(random) {
  const path = () => {
    const names = random.pick([[], [":x"], [":x", ":y"]]);
    const text = random.list(0, 3, () => `/${random.maybe(0.3) && names.length > 0 ? names.pop() : random.pick(["a", "b", "img", "d.css"])}`).join("");
    const end = random.maybe(0.35) ? random.pick(["/*", "*", "/*.css", "/a*b"]) : random.maybe(0.15) ? "/" : "";
    return text === "" && end.startsWith("*") ? "/*" : text + end || "/";
  };
  const blocks = random.list(1, 5, () => block(random, path(), ["one", "two", "to :splat", ":x", "a :y b", "{x}"], 0.25));
  // Of two blocks for one path the later one counts.
  return blocks.filter((each, at) => !blocks.slice(at + 1).some((later) => later.path === each.path));
}

/**
 * Of a page whose path would begin with "//" the first segment is lost, as if it were a host, and another of what is left.
 * A page may be the request's own path.
 */
function lostSegment({ theirs, ours, url, lines }) {
  const own = new URL(url).pathname;
  const [left, led] = [theirs, ours].map(({ kind, to }) => (kind === "none" ? own : to));
  const isPage = ours.kind === "page" || (ours.kind === "none" && lines.some((line) => /^\S+ \/:\S* 200$/.test(line)));
  return isPage && left !== undefined && led.length > left.length && led.endsWith(left === "/" ? "" : left);
}

/** A page with another number of slashes in a row, and otherwise the request's own path, is one of itself to them. */
function pageOfItself({ theirs, ours, url }) {
  const own = { kind: "page", status: 200, to: new URL(url).pathname };
  return theirs.kind === "none" && slashes(ours) === slashes(own);
}

const OF_REDIRECTS = {
  "open-redirect": (d) => (d.theirs.kind === "invalid" || !HOSTS.includes(host(d.theirs, d))) && HOSTS.includes(host(d.ours, d)),
  "lost-segment": lostSegment,
  "slash-runs": (d) => slashes(d.theirs) === slashes(d.ours) || ledToItself(d) || pageOfItself(d),
  "self-redirect": (d) => d.theirs.kind === "redirect" && d.theirs.to.split("#")[0] === d.url,
};

async function* redirectPairs({ random, requests, working }) {
  const { text, lines } = randomLines(random);
  const theirs = engineOf(text);
  const { rules, findings } = parse("redirects", text, "cloudflare");
  const ours = working(rules, text);
  for (let n = 0; n < requests; n++) {
    const { url } = request(random, lines);
    yield { text, lines, url, theirs: await theirs(url), ours: outcome(await ours(url), url), findings: findings.map(({ code }) => code) };
  }
}

async function* headerPairs({ random, requests }) {
  const blocks = randomBlocks(random);
  const text = textOf(blocks);
  const theirs = headersOf(blocks);
  const ours = site(parse("headers", text, "cloudflare").rules, true);
  for (const path of headerPaths(random, blocks, requests)) {
    const url = `https://x.example${path}`;
    yield { text, url, theirs: told(await theirs(url)), ours: told((await ours(url)).headers), findings: [] };
  }
}

/** What is compared, and the decisions that explain a difference. */
export const COMPARISONS = {
  "Cloudflare _redirects": { decisions: OF_REDIRECTS, pairs: redirectPairs },
  "Cloudflare _headers": { decisions: {}, pairs: headerPairs },
};
