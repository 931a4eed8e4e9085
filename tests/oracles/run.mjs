/**
 * The dialects against the vendors' own engines: random files of rules and requests, their answer against ours.
 *
 *   node tests/oracles/run.mjs [--seed N|random] [--files N]
 *
 * Ours is the package as built: its tools read the file, and selvedge/fetch runs the rules. A difference is a failure,
 * unless decisions.mjs names it.
 */
import { parseArgs } from "node:util";
import { cloudflareHeaders, cloudflareRedirects } from "./cloudflare.mjs";
import { CLOUDFLARE, explained, NETLIFY, NETLIFY_HEADERS } from "./decisions.mjs";
import { cloudflareBlocks, headerPaths, netlifyBlocks, textOf } from "./headers.mjs";
import { netlifyHeaders, netlifyObjects, netlifyRedirects, served } from "./netlify.mjs";
import { outcome, parse, site } from "./ours.mjs";
import { Random } from "./random.mjs";
import { cloudflareFile, netlifyFile, request } from "./redirects.mjs";
import { ROWS } from "./table.mjs";
import { tomlPair } from "./toml.mjs";

const EVERYBODYS = 14;
const { values } = parseArgs({ options: { seed: { type: "string", default: String(EVERYBODYS) }, files: { type: "string", default: "500" }, show: { type: "string", default: "10" } } });
const seed = values.seed === "random" ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
const FILES = Number(values.files);
const REQUESTS = 12;
/** What a random site has; the names in the lines can mean them. */
const SITE = new Set(["/a.html", "/blog/index.html", "/x.html", "/index.html", "/a/b.html", "/old/c/x.html", "/404.html"]);

console.log(`seed ${seed}, ${FILES} files of each kind`);
let failed = 0;
const random = new Random(seed);
await table();
await compare("Netlify _redirects", NETLIFY, netlifyPairs);
await compare("Cloudflare _redirects", CLOUDFLARE, cloudflarePairs);
await compare("Netlify _headers", NETLIFY_HEADERS, netlifyHeaderPairs);
await compare("Cloudflare _headers", {}, cloudflareHeaderPairs);
await tomlFiles();
if (failed > 0) {
  console.error(`${failed} differences; node tests/oracles/run.mjs --seed ${seed} --files ${FILES} shows them again`);
  process.exit(1);
}

/** Each row for each dialect: from the vendor's own engine (but for the two that say otherwise), and from ours. */
async function table() {
  for (const [line, path, netlify, cloudflare] of ROWS) {
    for (const [dialect, expected] of [["netlify", netlify], ["cloudflare", cloudflare]]) {
      const url = `https://x.example${path}`;
      const { rules } = parse("redirects", `${line}${dialect === "netlify" ? " 301!" : ""}\n`, dialect);
      const got = outcome(await site(rules, true)(url), url);
      const to = got.to === undefined ? null : new URL(got.to, url).pathname;
      if (to !== expected) fail(`${dialect}: ${line} on ${path} leads to ${to}, expected ${expected}`);
    }
  }
  console.log(`GitLab's table: ${ROWS.length} rows, each for two dialects`);
}

async function tomlFiles() {
  let compared = 0;
  for (let n = 0; n < FILES; n++) {
    const { text } = netlifyFile(random);
    const pair = tomlPair(text, await netlifyObjects(text), [...SITE]);
    if (pair === undefined) continue;
    compared++;
    if (!pair.same) fail(`netlify.toml:\n${text}${pair.toml}  as lines ${JSON.stringify(pair.theirs)}\n  as TOML  ${JSON.stringify(pair.ours)}`);
  }
  if (compared < FILES / 4) fail(`only ${compared} of ${FILES} files could be compared as TOML`);
  console.log(`netlify.toml: ${compared} files that say the same as their lines`);
}

/** The rules at work; they must compile. */
function working(rules, text) {
  try {
    return site(rules, true);
  } catch (error) {
    fail(`${text}${error.message}`);
    return async (url) => ({ status: 200, headers: new Headers(), asked: new URL(url) });
  }
}

async function compare(title, decisions, pairs) {
  const counts = Object.fromEntries(Object.keys(decisions).map((name) => [name, 0]));
  let compared = 0;
  let matched = 0;
  for (let n = 0; n < FILES; n++) {
    for await (const pair of pairs()) {
      compared++;
      if (pair.theirs.kind !== "none") matched++;
      if (same(pair.theirs, pair.ours)) continue;
      const why = explained(decisions, pair);
      if (why === undefined) fail(`${title}:\n${pair.text}${pair.url} ${JSON.stringify(pair.facts ?? "")}\n  theirs ${JSON.stringify(pair.theirs)}\n  ours   ${JSON.stringify(pair.ours)} ${pair.findings}`);
      else counts[why]++;
    }
  }
  const differ = Object.values(counts).reduce((sum, count) => sum + count, 0);
  console.log(`${title}: ${compared} pairs compared, ${matched} that a rule matched, ${differ} that differ by decision`);
  for (const [name, count] of Object.entries(counts)) {
    console.log(`  ${name.padEnd(24)} ${count}`);
    // In the run that everybody has each decision is needed; another seed may not come by all of them.
    if (count === 0 && FILES >= 500 && seed === EVERYBODYS) fail(`${title}: the decision ${name} never came up`);
  }
}

function same(one, other) {
  return one.kind === other.kind && one.to === other.to && (one.kind === "none" || one.status === other.status);
}

function fail(message) {
  if (failed++ < Number(values.show)) console.error(message);
}

async function* netlifyPairs() {
  const { text, lines } = netlifyFile(random);
  const theirs = await netlifyRedirects(text, SITE);
  const { rules, findings } = parse("redirects", text, "netlify", [...SITE]);
  const ours = working(rules, text);
  const codes = findings.map(({ code }) => code);
  for (let n = 0; n < REQUESTS; n++) {
    const { url, facts } = request(random, lines);
    const headers = {
      ...(facts.country && { "x-test-country": facts.country }),
      ...(facts.language && { "accept-language": `${facts.language}-XX,zz;q=0.5` }),
      cookie: Object.entries(facts.cookies).map(([name, value]) => `${name}=${value}`).join("; "),
    };
    const { outcome: expected, raw } = theirs.run(url, facts);
    const got = outcome(await ours(url, headers), url);
    yield { text, lines, url, facts, raw, theirs: served(expected, url, SITE), ours: served(got, url, SITE), findings: codes };
  }
}

async function* cloudflarePairs() {
  const { text, lines } = cloudflareFile(random);
  const theirs = cloudflareRedirects(text);
  const { rules, findings } = parse("redirects", text, "cloudflare");
  const ours = working(rules, text);
  for (let n = 0; n < REQUESTS; n++) {
    const { url } = request(random, lines);
    yield { text, lines, url, theirs: await theirs(url), ours: outcome(await ours(url), url), findings: findings.map(({ code }) => code) };
  }
}

async function* netlifyHeaderPairs() {
  const blocks = netlifyBlocks(random);
  const text = textOf(blocks);
  const theirs = await netlifyHeaders(text);
  const ours = site(parse("headers", text, "netlify").rules, true);
  for (const path of headerPaths(random, blocks, REQUESTS)) {
    const url = `https://x.example${path}`;
    const got = (await ours(url)).headers;
    yield { text, url, theirs: told(new Headers(theirs(path))), ours: told(got), findings: [] };
  }
}

async function* cloudflareHeaderPairs() {
  const blocks = cloudflareBlocks(random);
  const text = textOf(blocks);
  const theirs = cloudflareHeaders(blocks);
  const ours = site(parse("headers", text, "cloudflare").rules, true);
  for (const path of headerPaths(random, blocks, REQUESTS)) {
    const url = `https://x.example${path}`;
    yield { text, url, theirs: told(await theirs(url)), ours: told((await ours(url)).headers), findings: [] };
  }
}

/** The headers that the blocks may have set, as an outcome. Netlify makes every comma ", ". */
function told(headers) {
  const set = [...headers].filter(([name]) => name.startsWith("x-t")).map(([name, value]) => `${name}: ${value.replace(/\s*,\s*/g, ", ")}`);
  return set.length === 0 ? { kind: "none" } : { kind: "headers", to: set.sort().join("\n") };
}
