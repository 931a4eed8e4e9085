import { execFileSync } from "node:child_process";
import { tool } from "./tool.mjs";

export function bundle(entry, file, conditions) {
  const flags = ["--bundle", "--minify", "--format=esm", "--platform=neutral", `--conditions=${conditions.join(",")}`, `--outfile=${file}`];
  execFileSync(process.env.ESBUILD, [entry, ...flags, "--log-level=warning", "--external:node:*"], { stdio: ["ignore", "ignore", "inherit"] });
}

const options = (entry, file, plugins, conditions) => ({
  entryPoints: [entry], outfile: file, plugins, conditions, bundle: true, format: "esm", platform: "neutral", external: ["node:*"], logLevel: "silent", sourcemap: true,
});

/** Plugins need its library; the program above has none. */
export async function bundleWith(plugins, entry, file, conditions) {
  const { build } = await tool("esbuild");
  const { warnings } = await build(options(entry, file, plugins, conditions));
  return warnings.map(({ text }) => text);
}

/** An error as a user sees it: where, and what. */
export const told = (error) => error.errors.map(({ text, location }) => `${location.file}:${location.line}:${location.column + 1}: ${text}`);

/** Calls `built` after each build. Returns how to stop. */
export async function watchWith(plugins, entry, file, conditions, built) {
  const { context } = await tool("esbuild");
  const after = { name: "after", setup: (build) => build.onEnd(({ errors }) => built(errors[0]?.text)) };
  const watching = await context(options(entry, file, [...plugins, after], conditions));
  await watching.watch();
  return () => watching.dispose();
}
