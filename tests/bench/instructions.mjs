// Natively, instructions per decision: counted by valgrind, so that they are the same in each run.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, output, root } from "./package.mjs";
import { randomPaths, redirectSet } from "./redirects.mjs";

const PATHS = 20_000;

const FIGURE = {
  name: "instructions",
  title: "native instructions per decision, 100,000 redirects against 10",
  target: 1.25,
  unit: "×",
};

/** The figure, counted; without `measured` where there is no valgrind. */
export function countInstructions() {
  const valgrind = spawnSync("valgrind", ["--version"], { encoding: "utf8" });
  if (valgrind.error !== undefined) return { ...FIGURE, detail: `valgrind cannot be run: ${valgrind.error.message}` };
  const program = build();
  const [large, small] = [100_000, 10].map((size) => perDecision(program, size));
  return { ...FIGURE, measured: large / small, detail: `${large.toFixed(1)} against ${small.toFixed(1)}` };
}

/** The example's binary, wherever cargo puts it. */
function build() {
  const args = ["build", "--quiet", "--release", "--package", "selvedge", "--example", "decide_instructions"];
  const { status, error, stdout } = spawnSync(process.env.CARGO ?? "cargo", [...args, "--message-format=json-render-diagnostics"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw error ?? new Error(`cargo ended with ${status}`);
  const messages = stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const artifact = messages.find(({ target, executable }) => target?.name === "decide_instructions" && executable);
  if (artifact === undefined) throw new Error("cargo built no decide_instructions");
  return artifact.executable;
}

function perDecision(program, size) {
  const set = redirectSet(size);
  const plan = join(output, `redirects-${size}.plan`);
  const paths = join(output, `redirects-${size}.paths`);
  writeFileSync(plan, compile(set.rules, { platform: "cloudfront" }));
  writeFileSync(paths, randomPaths(set, PATHS).join("\n"));
  const { status, stderr } = spawnSync(
    "valgrind",
    ["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*decide_all*", program, plan, paths],
    { encoding: "utf8" },
  );
  const collected = /Collected : (\d+)/.exec(stderr)?.[1];
  if (status !== 0 || collected === undefined) throw new Error(`valgrind failed (${status}):\n${stderr}`);
  return collected / PATHS;
}
