/**
 * The dialects against the vendors' own engines: random files of rules and requests, their answer against ours.
 *
 *   node tests/oracles/run.mjs [--seed N|random] [--files N]
 *
 * Ours is the package as built: its tools read the file, and selvedge/fetch runs the rules. A difference is a failure,
 * unless the vendor's file in vendors/ names it.
 */
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { explained } from "./decisions.mjs";
import { outcome, parse, site } from "./ours.mjs";
import { Random } from "./random.mjs";
import { ROWS } from "./table.mjs";

const EVERYBODYS = 14;
const { values } = parseArgs({ options: { seed: { type: "string", default: String(EVERYBODYS) }, files: { type: "string", default: "500" }, show: { type: "string", default: "10" } } });
const seed = values.seed === "random" ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed);
const FILES = Number(values.files);
const REQUESTS = 12;
/** What a random site has; the names in the lines can mean them. */
const SITE = new Set(["/a.html", "/blog/index.html", "/x.html", "/index.html", "/a/b.html", "/old/c/x.html", "/404.html"]);

console.log(`seed ${seed}, ${FILES} files of each kind`);
let failed = 0;
await table();
for (const file of readdirSync(new URL("vendors", import.meta.url)).sort()) {
  const { COMPARISONS } = await import(`./vendors/${file}`);
  for (const [title, { decisions, pairs }] of Object.entries(COMPARISONS)) await compare(title, decisions, pairs);
}
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
  const random = new Random(seed);
  const counts = Object.fromEntries(Object.keys(decisions).map((name) => [name, 0]));
  let compared = 0;
  let matched = 0;
  for (let n = 0; n < FILES; n++) {
    for await (const pair of pairs({ random, requests: REQUESTS, files: SITE, working })) {
      compared++;
      if (pair.theirs.kind !== "none") matched++;
      if (same(pair.theirs, pair.ours)) continue;
      const why = explained(decisions, pair);
      if (why === undefined) fail(`${title}:\n${pair.text}${pair.url} ${JSON.stringify(pair.facts ?? "")}\n  theirs ${JSON.stringify(pair.theirs)}\n  ours   ${JSON.stringify(pair.ours)} ${pair.findings}`);
      else counts[why]++;
    }
  }
  if (matched < FILES / 4) fail(`${title}: a rule matched only ${matched} pairs of ${FILES} files`);
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

