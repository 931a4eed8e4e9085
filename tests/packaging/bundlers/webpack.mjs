import { basename, dirname } from "node:path";
import { tool } from "./tool.mjs";

const { default: webpack } = await tool("webpack");

export async function bundle(entry, file, conditions) {
  const compiler = webpack({
    mode: "production",
    target: "es2022",
    entry,
    context: dirname(entry),
    experiments: { outputModule: true },
    externals: /^node:/,
    externalsType: "module",
    resolve: { conditionNames: [...conditions, "import"] },
    output: { path: dirname(file), filename: basename(file), module: true, library: { type: "module" } },
    performance: { hints: false },
  });
  const stats = await new Promise((resolve, reject) => compiler.run((error, done) => (error ? reject(error) : resolve(done))));
  await new Promise((resolve) => compiler.close(resolve));
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString("errors-warnings"));
}
