import { execFileSync } from "node:child_process";

export function bundle(entry, file, conditions) {
  const flags = ["--bundle", "--minify", "--format=esm", "--platform=neutral", `--conditions=${conditions.join(",")}`, `--outfile=${file}`];
  execFileSync(process.env.ESBUILD, [entry, ...flags, "--log-level=warning", "--external:node:*"], { stdio: ["ignore", "ignore", "inherit"] });
}
