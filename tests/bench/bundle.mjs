// Bundles as people deploy them: esbuild, minified, for Node.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output, root } from "./package.mjs";

const esbuild = join(root, "js-shim", "node_modules", ".bin", "esbuild");
const folder = join(output, "bundles");
mkdirSync(folder, { recursive: true });

/** Bundles the source text into one file and returns its path. */
export function bundle(name, source, format = "cjs") {
  const from = join(folder, `${name}.source.mjs`);
  const to = join(folder, `${name}.${format === "cjs" ? "cjs" : "mjs"}`);
  writeFileSync(from, source);
  execFileSync(esbuild, [
    from,
    "--bundle",
    "--minify",
    "--platform=node",
    "--target=node20",
    `--format=${format}`,
    "--loader:.plan=binary",
    "--log-level=error",
    `--outfile=${to}`,
  ]);
  return to;
}

/** A file next to the sources of bundles. */
export function asset(name, content) {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}
