import { tool } from "./tool.mjs";

const { rolldown, watch } = await tool("rolldown");

const options = (entry, file, plugins, conditions) => ({
  input: entry,
  external: /^node:/,
  plugins,
  resolve: { conditionNames: [...conditions, "import"] },
  output: { file, format: "es" },
});

export async function bundleWith(plugins, entry, file, conditions) {
  const warnings = [];
  const { output, ...input } = options(entry, file, plugins, conditions);
  const build = await rolldown({ ...input, onwarn: ({ message }) => warnings.push(message) });
  await build.write(output);
  await build.close();
  return warnings;
}

/** It holds the plugin's errors in a list. */
export const told = (error) => {
  const { loc, id, message } = error.errors?.[0] ?? error;
  return [`${loc?.file ?? id}:${loc?.line}:${loc?.column + 1}: ${message}`];
};

export async function watchWith(plugins, entry, file, conditions, built) {
  const watching = watch(options(entry, file, plugins, conditions));
  watching.on("event", ({ code, result, error }) => {
    result?.close();
    if (code === "END") built();
    if (code === "ERROR") built(error.message);
  });
  return () => watching.close();
}
