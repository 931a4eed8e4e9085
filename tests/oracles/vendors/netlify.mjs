/** Netlify: its own engine, npm netlify-redirector, after its parsers; what its proxy makes of a match; random files. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { host, HOSTS, ledToItself, path, slashes } from "../decisions.mjs";
import { block, headerPaths, textOf } from "../headers.mjs";
import { decode, outcome, parse, site, told } from "../ours.mjs";
import { request, segments, target, word } from "../redirects.mjs";
import { tomlPair } from "../toml.mjs";
import { importTool, requireTool } from "../tools.mjs";

const { parseAllRedirects } = await importTool("@netlify/redirect-parser");
const { parseAllHeaders } = await importTool("@netlify/headers-parser");
const engine = requireTool("netlify-redirector");
const folder = mkdtempSync(join(tmpdir(), "selvedge-oracles-"));

/** The rules of a `_redirects` file as a function of a request, and the errors in it. */
async function engineOf(text, files) {
  const file = join(folder, "_redirects");
  writeFileSync(file, text);
  const { redirects, errors } = await parseAllRedirects({ redirectsFiles: [file], configRedirects: [], minimal: false });
  const rules = redirects.map(({ from, query, ...rest }) => ({ ...rest, origin: from, params: query }));
  const matcher = rules.length === 0 ? undefined : await engine.parseJSON(JSON.stringify(rules), {});
  const match = (url, { country = "", language = "", cookies = {} } = {}) => {
    const { protocol, hostname, pathname, search } = new URL(url);
    const facts = { "x-country": country, "x-language": language };
    return matcher?.match({
      scheme: protocol.slice(0, -1),
      host: hostname,
      path: decode(pathname),
      query: search.slice(1),
      headers: facts,
      cookieValues: cookies,
      getHeader: (name) => facts[name.toLowerCase()] ?? "",
      getCookie: (name) => cookies[name] ?? "",
    });
  };
  const run = (url, facts) => {
    const found = match(url, facts);
    return { outcome: proxied(found, url, files), raw: found?.to };
  };
  return { errors, run };
}

/** The objects that a `_redirects` file comes to, as `netlify.toml` would hold them. */
async function objectsOf(text) {
  const file = join(folder, "_redirects");
  writeFileSync(file, text);
  return parseAllRedirects({ redirectsFiles: [file], configRedirects: [], minimal: true });
}

/** What the viewer gets by an outcome: pages have short names, and a page's own path changes nothing. */
function served(outcome, url, files) {
  if (outcome.kind !== "page") return outcome;
  const fileOf = (path) => {
    const bare = decode(path).replace(/\/$/, "");
    return [`${bare}.html`, `${bare}/index.html`].find((file) => files.has(file)) ?? path;
  };
  const to = fileOf(outcome.to);
  return outcome.status === 200 && to === fileOf(new URL(url).pathname) ? { kind: "none" } : { ...outcome, to };
}

/** Netlify's proxy (netlify/cli src/utils/proxy.ts): a file first unless forced; the request's query where the target has none. */
function proxied(match, url, files) {
  if (!match) return { kind: "none" };
  const { pathname, search } = new URL(url);
  const { Country, Language } = match.conditions;
  const forced = match.force || Country !== undefined || Language !== undefined;
  const bare = decode(pathname).replace(/\/$/, "");
  if (!forced && [bare, `${bare}.html`, `${bare}/index.html`].some((path) => files.has(path))) return { kind: "none" };
  if (!URL.canParse(match.to, url)) return { kind: "invalid", status: match.status };
  const to = new URL(match.to, url);
  if (to.search === "") to.search = search;
  if (match.status >= 300 && match.status < 400) return { kind: "redirect", status: match.status, to: to.href };
  to.hash = "";
  if (to.host !== new URL(url).host) return { kind: "proxy", status: match.status, to: to.href };
  if (to.pathname === pathname && match.status === 200) return { kind: "none" };
  return { kind: "page", status: match.status, to: to.pathname };
}

/** The headers that a `_headers` file sets for a path: later blocks replace what earlier ones set, name by name. */
async function headersOf(text) {
  const file = join(folder, "_headers");
  writeFileSync(file, text);
  const { headers } = await parseAllHeaders({ headersFiles: [file], configHeaders: [], minimal: false });
  return (path) => Object.assign({}, ...headers.filter(({ forRegExp }) => forRegExp.test(path)).map(({ values }) => values));
}

function randomLines(random) {
  // What a country decides is known later than what the viewer's request says: one file has lines of one of the two.
  const viewer = random.maybe(0.8);
  const lines = random.list(1, 6, () => randomLine(random, viewer));
  return { text: `${lines.join("\n")}\n`, lines };
}

function randomLine(random, viewer) {
  const names = [];
  const from = segments(random, () => {
    if (random.maybe(0.28)) {
      const name = random.pick(["x", "x", "xy", "xy", "y", "id", "1", "a-b"]);
      names.push(name);
      return `:${name}`;
    }
    if (random.maybe(0.08)) return "*";
    if (random.maybe(0.04)) return random.pick(["*.html", "a*b", "File:Map"]);
    return word(random);
  });
  let path = from;
  if (random.maybe(0.3)) path += "/*";
  else if (path !== "" && random.maybe(0.06)) path += "*";
  else if (random.maybe(0.15)) path += "/";
  // An empty segment at the beginning, in the middle or at the end.
  if (random.maybe(0.03)) path = random.pick([`/${path}`, path.replace(/\/(?=[^/]+$)/, "//"), `${path}//`]);
  if (path.includes("*")) names.push("splat");
  const host = viewer && random.maybe(0.12) ? random.pick(["https://x.example", "https://other.example"]) : "";
  const query = [];
  if (viewer && random.maybe(0.12)) {
    query.push(random.pick(["id=1", "id=:id", "q=:x", "q=a"]));
    if (query[0].includes(":")) names.push(query[0].split(":")[1]);
  }
  const status = random.pick([301, 301, 302, 307, 308, 200, 200, 404, 410]);
  const to = target(random, from, names, status === 200 && random.maybe(0.2));
  const force = random.maybe(0.4) ? "!" : "";
  const known = viewer ? ["Language=de", "Language=en,fr", "Cookie=beta", "Cookie=beta,gamma"] : ["Country=de", "Country=de,at"];
  const conditions = random.maybe(0.2) ? [random.pick(known)] : [];
  const withStatus = status !== 301 || force || conditions.length > 0 || random.maybe(0.5);
  return [host + (path || "/"), ...query, to, ...(withStatus ? [`${status}${force}`] : []), ...conditions].join(" ");
}

function randomBlocks(random) {
  const path = () => {
    const text = random.list(0, 3, () => `/${random.pick(["a", "b", "A", "*", ":x", "img", "c*", "d.css"])}`).join("");
    return text + (random.maybe(0.2) ? "/*" : random.maybe(0.15) ? "/" : "") || "/";
  };
  return random.list(1, 5, () => block(random, path(), ["one", "two", "a,b", "a ,  b", "{x}"], 0));
}

const OF_REDIRECTS = {
  // A capture, or an empty one, makes of the target's path another host.
  "open-redirect": (d) => d.raw?.startsWith("//") && HOSTS.includes(host(d.ours, d)),
  // The engine skips an empty segment in front of a placeholder, and takes "//" for "/".
  "double-slash": (d) => path(d).includes("//"),
  "slash-runs": (d) => slashes(d.theirs) === slashes(d.ours) || ledToItself(d),
  // The engine's guard against loops does not ask whether the line's conditions hold.
  "loop-guard": (d) => d.raw === undefined && d.lines.some((line) => sparesUnasked(line, decodeURIComponent(path(d)))),
  // Which of several stars takes how much is not documented: here the first one takes what it can.
  "several-stars": (d) => d.findings.includes("several-stars"),
  // Also to itself with another slash in a row (`/:1/* /:1/:splat/:splat`), which is itself here.
  "self-redirect": (d) => d.theirs.kind === "redirect" && [d.theirs.to.split("#")[0], slashes(d.theirs).split(/[ #]/)[2]].includes(d.url),
  "placeholder-prefix": (d) => d.findings.includes("placeholder-prefix"),
  // The engine decodes the path, but not a rule that is written encoded, or a URL, which its parser encodes.
  "encoded-rule": (d) => d.lines.some((line) => /%20|https:\S*é\S* /.test(line)) && /%20|%C3%A9/.test(path(d)),
  "repeated-parameter": (d) => d.url.includes("id=1&id=5") && d.lines.some((line) => / id=/.test(line)),
  "plus-in-capture": (d) => d.url.includes("two+words") && d.lines.some((line) => line.includes("q=:x")),
};

/** A line with a condition that ends in a star, a slash after it or not, and whose target the path begins as. */
function sparesUnasked(line, path) {
  const [, target] = /^\S+\*\/?(?: \S+=\S+)* (?:https:\/\/x\.example)?(\/\S*)/.exec(line) ?? [];
  return line.includes("=") && target !== undefined && path.startsWith(target.split("/:splat")[0]);
}

/** Names of headers do not differ by case here, as in HTTP. */
const OF_HEADERS = {
  "header-case": (d) => ["x-t1", "X-T1"].every((name) => d.text.includes(`  ${name}:`)),
};

async function* redirectPairs({ random, requests, files, working }) {
  const { text, lines } = randomLines(random);
  const theirs = await engineOf(text, files);
  const { rules, findings } = parse("redirects", text, "netlify", [...files]);
  const ours = working(rules, text);
  const codes = findings.map(({ code }) => code);
  for (let n = 0; n < requests; n++) {
    const { url, facts } = request(random, lines);
    const headers = {
      ...(facts.country && { "x-test-country": facts.country }),
      ...(facts.language && { "accept-language": `${facts.language}-XX,zz;q=0.5` }),
      cookie: Object.entries(facts.cookies).map(([name, value]) => `${name}=${value}`).join("; "),
    };
    const { outcome: expected, raw } = theirs.run(url, facts);
    const got = outcome(await ours(url, headers), url);
    yield { text, lines, url, facts, raw, theirs: served(expected, url, files), ours: served(got, url, files), findings: codes };
  }
}

async function* headerPairs({ random, requests }) {
  const blocks = randomBlocks(random);
  const text = textOf(blocks);
  const theirs = await headersOf(text);
  const ours = site(parse("headers", text, "netlify").rules, true);
  for (const path of headerPaths(random, blocks, requests)) {
    const url = `https://x.example${path}`;
    const got = (await ours(url)).headers;
    yield { text, url, theirs: told(new Headers(theirs(path))), ours: told(got), findings: [] };
  }
}

/** The same redirects as lines and as TOML come to the same rules. */
async function* tomlPairs({ random, files }) {
  const { text } = randomLines(random);
  const pair = tomlPair(text, await objectsOf(text), [...files]);
  if (pair !== undefined) yield { text: `${text}${pair.toml}`, url: "", theirs: rulesOf(pair.theirs), ours: rulesOf(pair.same ? pair.theirs : pair.ours), findings: [] };
}

function rulesOf(rules) {
  return { kind: "rules", to: JSON.stringify(rules) };
}

/** What is compared, and the decisions that explain a difference. */
export const COMPARISONS = {
  "Netlify _redirects": { decisions: OF_REDIRECTS, pairs: redirectPairs },
  "Netlify _headers": { decisions: OF_HEADERS, pairs: headerPairs },
  "netlify.toml": { decisions: {}, pairs: tomlPairs },
};
