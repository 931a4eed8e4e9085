// Modules of the sources by themselves, which the package holds only inside a program, or only with a reader.
import { buildSync } from "esbuild";
import { fileURLToPath } from "node:url";

/** @param paths in js-shim; what they have in common, such as a class, is one thing for all of one call */
export function source(...paths) {
  const contents = paths.map((path) => `export * from "./${path}";`).join("\n");
  const stdin = { contents, resolveDir: fileURLToPath(new URL("..", import.meta.url)) };
  const { outputFiles } = buildSync({ stdin, bundle: true, mainFields: ["module", "main"], platform: "node", format: "esm", target: "node20", write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
