// The site as it is uploaded: a copy, with a .br and a .gz next to every file that the rules ask for in these forms.
// As a program it prepares build/site.
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const SITE = fileURLToPath(new URL("site", import.meta.url));
/** Those of `precompressed` in rules.json. */
const COMPRESSED = ["*.html", "*.css", "*.js", "*.svg"];
/** The rule lists no `files`, so every file must have every variant, be it ever so small. */
const ALL = ["--encodings", "gzip,br", "--min-size", "0", "--min-gain", "0", ...COMPRESSED.flatMap((pattern) => ["--include", pattern])];

/** What the upload leaves on every object; the rules take it away again. */
export const METADATA = {
  "*": { "x-amz-meta-deploy": "2026-11-03T09:30:00Z", "x-amz-meta-owner": "web" },
  "/files/care-guide.pdf": { "x-amz-meta-source": "care-guide.indd" },
};

/** Makes the folder anew. @returns the number of files in it, less the manifest, which is not uploaded */
export function prepare(folder) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(SITE, folder, { recursive: true });
  const selvedge = join(dirname(createRequire(import.meta.url).resolve("selvedge/package.json")), "dist/cli/selvedge.js");
  execFileSync(process.execPath, [selvedge, "precompress", folder, ...ALL, "--json"], { stdio: ["ignore", "ignore", "inherit"] });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.length - 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL("build/site", import.meta.url));
  console.log(`${prepare(folder)} files in ${folder}`);
}
