import { basename, dirname } from "node:path";
import { tool } from "./tool.mjs";

const { build } = await tool("vite");

const options = (entry, file, plugins, conditions) => ({
  configFile: false,
  root: dirname(dirname(entry)),
  logLevel: "warn",
  publicDir: false,
  plugins,
  ssr: { noExternal: true, target: "webworker", resolve: { conditions } },
  build: { ssr: entry, minify: true, emptyOutDir: false, outDir: dirname(file), rollupOptions: { output: { entryFileNames: basename(file) } } },
});

export async function bundle(entry, file, conditions) {
  await build(options(entry, file, [], conditions));
}

export async function bundleWith(plugins, entry, file, conditions) {
  const warnings = [];
  const logger = { info() {}, warn: (text) => warnings.push(text), warnOnce: (text) => warnings.push(text), error() {}, clearScreen() {}, hasErrorLogged: () => false };
  await build({ ...options(entry, file, plugins, conditions), customLogger: logger });
  return warnings;
}

/** Its bundler holds the plugin's errors in a list. */
export const told = (error) => {
  const { loc, id, message } = error.errors?.[0] ?? error;
  return [`${loc?.file ?? id}:${loc?.line}:${loc?.column + 1}: ${message}`];
};

export async function watchWith(plugins, entry, file, conditions, built) {
  const watching = await build({ ...options(entry, file, plugins, conditions), build: { ...options(entry, file, plugins, conditions).build, watch: {} }, logLevel: "silent" });
  watching.on("event", ({ code, result, error }) => {
    result?.close();
    if (code === "END") built();
    if (code === "ERROR") built(error.message);
  });
  return () => watching.close();
}
