import { tool } from "./tool.mjs";

const { rollup, watch } = await tool("rollup");
const { nodeResolve } = await tool("@rollup/plugin-node-resolve");

/** Rollup does not minify. */
export async function bundle(entry, file, conditions) {
  const warnings = await bundleWith([], entry, file, conditions);
  if (warnings.length > 0) throw new Error(warnings.join("\n"));
}

const options = (entry, file, plugins, conditions) => ({
  input: entry,
  external: /^node:/,
  plugins: [...plugins, nodeResolve({ exportConditions: conditions })],
  output: { file, format: "es", sourcemap: plugins.length > 0 },
});

export async function bundleWith(plugins, entry, file, conditions) {
  const warnings = [];
  const { output, ...input } = options(entry, file, plugins, conditions);
  const build = await rollup({ ...input, onwarn: ({ message }) => warnings.push(message) });
  await build.write(output);
  await build.close();
  return warnings;
}

export const told = ({ loc, id, message }) => [`${loc?.file ?? id}:${loc?.line}:${loc?.column + 1}: ${message}`];

export async function watchWith(plugins, entry, file, conditions, built) {
  const watching = watch({ ...options(entry, file, plugins, conditions), watch: { clearScreen: false } });
  watching.on("event", ({ code, result, error }) => {
    result?.close();
    if (code === "END") built();
    if (code === "ERROR") built(error.message);
  });
  return () => watching.close();
}
