// A module of the sources by itself, which the package holds only inside a program, or only with a reader.
import { buildSync } from "esbuild";
import { fileURLToPath } from "node:url";

/** @param path in js-shim */
export function source(path) {
  const entryPoints = [fileURLToPath(new URL(`../${path}`, import.meta.url))];
  const { outputFiles } = buildSync({ entryPoints, bundle: true, platform: "node", format: "esm", target: "node20", write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
