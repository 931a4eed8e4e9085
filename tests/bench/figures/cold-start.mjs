// A fresh process that loads a bundle and handles one event, over one that runs an empty script.
import { spawnSync } from "node:child_process";
import * as byHand from "../by-hand.mjs";
import { asset, bundle } from "../bundle.mjs";
import { s3Response } from "../events.mjs";
import { compile, entry } from "../package.mjs";
import { spread } from "../statistics.mjs";

const RULES = { headers: [{ for: "*.html", remove: ["x-amz-meta-*"], set: byHand.sevenHeaders }] };

export const figures = [
  {
    name: "cold-compiled",
    title: "cold start over an empty script, compiled plan",
    target: 5,
    aim: 3,
    unit: "ms",
    measure: (options) => {
      asset("cold.plan", compile(RULES, { platform: "cloudfront" }));
      return overEmpty("cold-compiled", `import rules from "./cold.plan";`, "compiled/lambda-edge", options);
    },
  },
  {
    name: "cold-rules",
    title: "cold start over an empty script, plain rules",
    target: 12,
    aim: 9,
    unit: "ms",
    measure: (options) => overEmpty("cold-rules", `const rules = ${JSON.stringify(RULES)};`, "plain/lambda-edge", options),
  },
];

function overEmpty(name, rules, file, { quick }) {
  const empty = asset("empty.cjs", "");
  const script = bundle(
    name,
    `import { lambdaEdge } from ${JSON.stringify(entry(file))};
    ${rules}
    const handler = lambdaEdge(rules);
    handler(${s3Response(0)}, {}).then(({ headers }) => {
      if (headers["x-xss-protection"] === undefined) process.exitCode = 1;
    });`,
  );
  const taken = [];
  const best = { [empty]: Infinity, [script]: Infinity };
  const runs = quick ? 10 : 40;
  for (let i = -2; i < runs; i++) {
    const [first, second] = i % 2 === 0 ? [empty, script] : [script, empty];
    const times = { [first]: run(first) };
    times[second] = run(second);
    // The first ones read the files from disk.
    if (i < 0) continue;
    taken.push(times[script] - times[empty]);
    for (const file of [empty, script]) best[file] = Math.min(best[file], times[file]);
  }
  return { ...spread(taken), detail: `the fastest of ${runs} ${(best[script] - best[empty]).toFixed(1)} ms over the fastest` };
}

function run(script) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [script], { stdio: ["ignore", "ignore", "pipe"] });
  const taken = performance.now() - start;
  if (status !== 0) throw new Error(`${script} exited with ${status}: ${String(stderr).slice(-400)}`);
  return taken;
}
