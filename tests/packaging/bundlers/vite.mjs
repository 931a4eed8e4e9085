import { basename, dirname } from "node:path";
import { tool } from "./tool.mjs";

const { build } = await tool("vite");

export async function bundle(entry, file, conditions) {
  await build({
    configFile: false,
    root: dirname(dirname(entry)),
    logLevel: "warn",
    publicDir: false,
    ssr: { noExternal: true, target: "webworker", resolve: { conditions } },
    build: { ssr: entry, minify: true, emptyOutDir: false, outDir: dirname(file), rollupOptions: { output: { entryFileNames: basename(file) } } },
  });
}
