// Native instructions, counted by valgrind, so that they are the same in each run: for a decision, and for a request through
// the tower layer, with what others need for the same. The counts are budgets in instructions.json:
//
//   node tests/bench/instructions.mjs [--keep]   fails where a count is 5 % over its budget; --keep writes the budgets anew
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { areWithin, budgetsIn, keepBudgets, rounded } from "./budgets.mjs";
import { example } from "./cargo.mjs";
import { compile, output } from "./package.mjs";
import { randomPaths, redirectSet } from "./redirects.mjs";

const PATHS = 20_000;
/** As in the example. */
const REQUESTS = 1_000;
const BUDGETS = new URL("instructions.json", import.meta.url);

const ratio = (name, title, target, one, other) => ({ name: `instructions-${name}`, title, target, unit: "×", of: [one, other] });

const FIGURES = [
  ratio("decision", "a decision among 100,000 redirects against 10", 1.25, "decide-100000", "decide-10"),
  ratio("tower-empty", "tower layer without rules around a constant answer, against none", 1.1, "tower-empty", "tower-bare"),
  ratio("tower-headers", "tower layer: seven headers against SetResponseHeader", 1.3, "tower-seven-headers", "tower-seven-headers-by-tower-http"),
  ratio("tower-wildcard", "tower layer: a wildcard hit among 10,000 against 10", 1.2, "tower-wildcard-10000", "tower-wildcard-10"),
  ratio("tower-matchit", "tower layer: the same against matchit and a redirect by hand", 1.5, "tower-wildcard-10000", "tower-wildcard-10000-by-matchit"),
];

/** The figures, counted; without `measured` where there is no valgrind. */
export function countInstructions() {
  const reason = missing();
  if (reason !== undefined) return FIGURES.map(({ of, ...figure }) => ({ ...figure, detail: reason }));
  const counts = count();
  return FIGURES.map(({ of: [one, other], ...figure }) => {
    const detail = `${counts[one].toFixed(1)} against ${counts[other].toFixed(1)}`;
    return { ...figure, measured: counts[one] / counts[other], detail };
  });
}

/** Why nothing can be counted here. */
function missing() {
  const { error } = spawnSync("valgrind", ["--version"]);
  return error === undefined ? undefined : `valgrind cannot be run: ${error.message}`;
}

/** Instructions for one decision or request, by scenario. */
function count() {
  const counts = {};
  const decide = example("decide_instructions");
  for (const size of [10, 100_000]) {
    const set = redirectSet(size);
    const plan = join(output, `redirects-${size}.plan`);
    const paths = join(output, `redirects-${size}.paths`);
    writeFileSync(plan, compile(set.rules, { platform: "cloudfront" }));
    writeFileSync(paths, randomPaths(set, PATHS).join("\n"));
    counts[`decide-${size}`] = collected([decide, plan, paths], "decide_all") / PATHS;
  }
  const tower = example("tower_instructions");
  for (const scenario of spawnSync(tower, { encoding: "utf8" }).stdout.trim().split(" ")) {
    counts[`tower-${scenario}`] = collected([tower, scenario], "serve_all") / REQUESTS;
  }
  return counts;
}

/** The instructions of one function of a program. */
function collected(command, name) {
  const { status, stderr } = spawnSync(
    "valgrind",
    ["--tool=callgrind", "--callgrind-out-file=/dev/null", `--toggle-collect=*${name}*`, ...command],
    { encoding: "utf8" },
  );
  const collected = /Collected : (\d+)/.exec(stderr)?.[1];
  if (status !== 0 || collected === undefined) throw new Error(`valgrind failed (${status}):\n${stderr}`);
  return Number(collected);
}

function check(keep) {
  const reason = missing();
  if (reason !== undefined) {
    console.log(`skipped: ${reason}`);
    return;
  }
  // What others need is for comparison.
  const counts = Object.fromEntries(Object.entries(count()).filter(([scenario]) => !/-by-|-bare$/.test(scenario)));
  if (keep) keepBudgets(BUDGETS, rounded(counts));
  else if (!areWithin(budgetsIn(BUDGETS), counts)) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) check(process.argv.includes("--keep"));
