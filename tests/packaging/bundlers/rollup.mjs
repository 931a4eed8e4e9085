import { tool } from "./tool.mjs";

const { rollup } = await tool("rollup");
const { nodeResolve } = await tool("@rollup/plugin-node-resolve");

/** Rollup does not minify. */
export async function bundle(entry, file, conditions) {
  const warnings = [];
  const build = await rollup({
    input: entry,
    external: /^node:/,
    plugins: [nodeResolve({ exportConditions: conditions })],
    onwarn: (warning) => warnings.push(warning.message),
  });
  await build.write({ file, format: "es" });
  await build.close();
  if (warnings.length > 0) throw new Error(warnings.join("\n"));
}
