// `cargo xtask bench --peers`: the same rules in each contestant, answers checked equal first; results into docs/benchmarks.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { join } from "node:path";
import { root } from "../package.mjs";
import { isSpent, timesOf } from "./clock.mjs";
import { NEGOTIATORS, unseen, USUAL } from "./encodings.mjs";
import { versions } from "./packages.mjs";
import { document } from "./page.mjs";
import { plot } from "./plot.mjs";
import { KINDS, LOOK_UPS, MISS, RESPONSES } from "./redirects.mjs";

const COUNTS = [1, 10, 100, 1_000, 10_000, 100_000];
const PLACES = {
  "hit, first rule": (kind) => [kind.path(0), kind.target(0)],
  "hit, last rule": (kind, count) => [kind.path(count - 1), kind.target(count - 1)],
  miss: () => [MISS, undefined],
};

const results = {
  date: new Date().toISOString().slice(0, 10),
  machine: { processor: cpus()[0]?.model ?? "unknown", cores: cpus().length, system: `${platform()} ${arch()}`, node: process.version },
  versions: { selvedge: JSON.parse(readFileSync(join(root, "pkg/package.json"), "utf8")).version, ...versions() },
  command: "cargo xtask bench --peers",
  redirects: [...(await redirects("look-up", LOOK_UPS)), ...(await redirects("Request to Response", RESPONSES))],
  encodings: await encodings(),
};

const folder = join(root, "docs", "benchmarks");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "peers.json"), JSON.stringify(results, null, 1) + "\n");
writeFileSync(join(folder, "README.md"), document(results));
for (const what of ["look-up", "Request to Response"]) {
  const rows = results.redirects.filter((row) => row.what === what && row.kind === "splat" && row.place === "hit, last rule");
  const title = what === "look-up" ? "Time of a redirect by a pattern, the last of the rules" : "The same, from a Request to its Response";
  writeFileSync(join(folder, `${what.toLowerCase().replaceAll(" ", "-")}.svg`), plot(title, rows));
}
console.log(`docs/benchmarks is written`);

/** A row for each contestant, kind, place and count: `ns`, or `stopped` with the reason. */
async function redirects(what, makers) {
  const rows = [];
  for (const [kindName, kind] of Object.entries(KINDS)) {
    const stopped = new Map();
    for (const count of COUNTS) {
      process.stderr.write(`  ${what}: ${kindName}, ${count.toLocaleString("en")}\n`);
      const made = [];
      for (const [name, make] of Object.entries(makers)) {
        if (stopped.has(name)) continue;
        try {
          const start = performance.now();
          const contestant = await make(kind, count);
          if (contestant === undefined) continue;
          const setUp = performance.now() - start;
          for (const place of Object.values(PLACES)) await compare(contestant, ...place(kind, count));
          made.push({ name, setUp, ...contestant });
        } catch (error) {
          stopped.set(name, `at ${count.toLocaleString("en")} rules: ${String(error.message).slice(0, 80)}`);
        }
      }
      for (const [place, of] of Object.entries(PLACES)) {
        const [path] = of(kind, count);
        const times = await timesOf(made.map((contestant) => ({ ...contestant, inputs: () => path })));
        for (const { name, setUp } of made) {
          const ns = times.get(name);
          rows.push({ what, kind: kindName, place, count, name, ns: Math.round(ns), setUp: Math.round(setUp) });
          if (count < COUNTS.at(-1) && isSpent({ ns, setUp }) && !stopped.has(name)) {
            stopped.set(name, ns > setUp ? "ten times as many rules take more than a second for each call" : "ten times as many rules take minutes to set up");
          }
        }
      }
    }
    for (const [name, reason] of stopped) rows.push({ what, kind: kindName, name, stopped: reason });
  }
  return rows;
}

/** Refuses a contestant that answers otherwise. */
async function compare({ call, prepare = (path) => path, seen = (found) => found }, path, expected) {
  const got = seen(await call(prepare(path, 0)));
  if ((got ?? undefined) !== expected) throw new Error(`${path} leads to ${got}, not to ${expected}`);
}

async function encodings() {
  const negotiators = [];
  for (const [name, make] of Object.entries(NEGOTIATORS)) negotiators.push({ name, call: await make() });
  const [ours, ...others] = negotiators;
  const values = USUAL.filter((value) => others.every(({ call }) => call(value) === ours.call(value)));
  for (let n = 0; n < 20; n++) {
    for (const { name, call } of others) if (call(unseen(n)) !== ours.call(unseen(n))) throw new Error(`${name} differs on ${unseen(n)}`);
  }
  // As a server gets them: each a string of its own.
  const fresh = (value) => Buffer.from(value, "latin1").toString("latin1");
  const times = {
    usual: await timesOf(negotiators.map((one) => ({ ...one, prepare: fresh, inputs: (n) => values[n % values.length] })), 16_384),
    unseen: await timesOf(negotiators.map((one) => ({ ...one, prepare: fresh, inputs: (n) => unseen(1_000 + n) })), 16_384),
  };
  const rows = negotiators.map(({ name }) => ({ name, usual: Math.round(times.usual.get(name)), unseen: Math.round(times.unseen.get(name)) }));
  return { values, left: USUAL.filter((value) => !values.includes(value)), rows };
}
