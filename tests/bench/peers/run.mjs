// `cargo xtask bench --peers`: the same rules in each contestant, answers checked equal first; results into docs/benchmarks.
// With --quick up to 100 rules, into target/bench/peers: whether everything runs, not a measurement.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { join } from "node:path";
import { example } from "../cargo.mjs";
import { output, root } from "../package.mjs";
import { timesOf, whySpent } from "./clock.mjs";
import { encodings } from "./encodings.mjs";
import { HEADERS, PLACES_OF_HEADERS, PLACES_OF_SECURITY, SECURITY_HEADERS } from "./headers.mjs";
import { KINDS, PLACES, PLACES_OF_RESPONSES } from "./kinds.mjs";
import { LOOK_UPS } from "./look-ups.mjs";
import { versions } from "./packages.mjs";
import { document } from "./page.mjs";
import { plot } from "./plot.mjs";
import { RESPONSES } from "./responses.mjs";

const QUICK = process.argv.includes("--quick");
const COUNTS = [1, 10, 100, 1_000, 10_000, 100_000].filter((count) => !QUICK || count <= 100);
const HEADER_COUNTS = COUNTS.filter((count) => count <= 1_000);

/** Where there is one kind of rule. */
const ONE_KIND = (name) => ({ [name]: {} });

const results = {
  date: new Date().toISOString().slice(0, 10),
  machine: { processor: cpus()[0]?.model ?? "unknown", cores: cpus().length, system: `${platform()} ${arch()}`, node: process.version, rustc: rustVersion() },
  versions: { selvedge: JSON.parse(readFileSync(join(root, "pkg/package.json"), "utf8")).version, ...versions(), ...crates() },
  command: "cargo xtask bench --peers",
  rows: [
    ...(await compared("look-up", LOOK_UPS, KINDS, PLACES, COUNTS)),
    ...(await compared("Request to Response", RESPONSES, KINDS, PLACES_OF_RESPONSES, COUNTS)),
    ...(await compared("header rules", HEADERS, ONE_KIND("two headers for a folder"), PLACES_OF_HEADERS, HEADER_COUNTS)),
    ...(await compared("security headers in Node", SECURITY_HEADERS, ONE_KIND("what helmet sets by itself"), PLACES_OF_SECURITY, [1])),
    ...inRust(),
  ],
  encodings: await encodings(),
};

const folder = QUICK ? join(output, "peers") : join(root, "docs", "benchmarks");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "peers.json"), JSON.stringify(results, null, 1) + "\n");
writeFileSync(join(folder, "README.md"), document(results));
for (const [file, title, what, kind] of [
  ["look-up", "Time of a redirect by a pattern, the last of the rules", "look-up", "splat"],
  ["request-to-response", "The same, from a Request to its Response", "Request to Response", "splat"],
  ["header-rules", "Time of an answer with headers, by the last of the rules", "header rules"],
]) {
  const rows = results.rows.filter((row) => row.what === what && row.place === "hit, last rule" && (kind ?? row.kind) === row.kind);
  writeFileSync(join(folder, `${file}.svg`), plot(title, rows));
}
console.log(`${folder} is written`);

/** A row for each contestant, kind, place and count: `ns`, or `stopped` with the reason. */
async function compared(what, makers, kinds, places, counts) {
  const rows = [];
  // Once for each, so that loading its modules does not count as setting up rules.
  for (const { make } of Object.values(makers)) await make(Object.values(kinds)[0], 1);
  for (const [kindName, kind] of Object.entries(kinds)) {
    const stopped = new Map();
    for (const [name, { lacks }] of Object.entries(makers)) if (lacks?.[kindName] !== undefined) stopped.set(name, lacks[kindName]);
    for (const count of counts) {
      process.stderr.write(`  ${what}: ${kindName}, ${count.toLocaleString("en")}\n`);
      const made = [];
      for (const [name, { make, most }] of Object.entries(makers)) {
        if (stopped.has(name)) continue;
        if (most !== undefined && count > most.count) {
          stopped.set(name, most.reason);
          continue;
        }
        try {
          const start = performance.now();
          const contestant = await make(kind, count);
          const setUp = performance.now() - start;
          for (const of of Object.values(places)) await compare(contestant, of(kind, count));
          made.push({ name, setUp, ...contestant });
        } catch (error) {
          stopped.set(name, `at ${count.toLocaleString("en")} rules: ${String(error.message).slice(0, 80)}`);
        }
      }
      for (const [place, of] of Object.entries(places)) {
        const asked = of(kind, count);
        const times = await timesOf(made.map((contestant) => ({ ...contestant, inputs: () => asked })));
        for (const { name, setUp } of made) {
          const ns = times.get(name);
          rows.push({ what, kind: kindName, place, count, name, ns: Math.round(ns), setUp: Math.round(setUp) });
          const reason = whySpent({ ns, setUp });
          if (count < counts.at(-1) && reason !== undefined && !stopped.has(name)) stopped.set(name, reason);
        }
      }
    }
    for (const [name, reason] of stopped) rows.push({ what, kind: kindName, name, stopped: reason });
  }
  return rows;
}

/** Refuses a contestant that answers otherwise. */
async function compare({ call, prepare = (asked) => asked, seen = (found) => found }, asked) {
  const got = seen(await call(prepare(asked, 0))) ?? undefined;
  const expected = asked.target && asked.target + (asked.query ?? "");
  if (got !== expected) throw new Error(`${asked.path ?? "it"} leads to ${got}, not to ${expected}`);
}

/** Rows of the same in Rust, by crates/selvedge/examples/peers. */
function inRust() {
  const { status, error, stdout } = spawnSync(example("peers"), COUNTS.map(String), { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) throw error ?? new Error(`the example peers ended with ${status}`);
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

/** The versions of the crates that are compared, from the lockfile. */
function crates() {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  const version = (name) => new RegExp(`^name = "${name}"\\nversion = "(.*)"$`, "m").exec(lock)?.[1];
  return Object.fromEntries(["matchit", "regex", "tower-http"].map((name) => [name, version(name)]));
}

function rustVersion() {
  return spawnSync("rustc", ["--version"], { cwd: root, encoding: "utf8" }).stdout.split(" ")[1];
}
