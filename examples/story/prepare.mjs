// The site as it is uploaded: a copy, with a .br and a .gz beside every file that the rules ask for in these forms.
// As a program it prepares build/site here, or the folder that is named.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const SITE = fileURLToPath(new URL("site", import.meta.url));
/** Those of `precompressed` in rules.json. */
const COMPRESSED = [".html", ".css", ".js", ".svg"];

/** What the upload leaves on every object; the rules take it away again. */
export const METADATA = {
  "*": { "x-amz-meta-deploy": "2026-11-03T09:30:00Z", "x-amz-meta-owner": "web" },
  "/files/care-guide.pdf": { "x-amz-meta-source": "care-guide.indd" },
};

/** Makes the folder anew. @returns the number of files in it */
export function prepare(folder) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(SITE, folder, { recursive: true });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const chosen = files.filter(({ name }) => COMPRESSED.includes(extname(name)));
  for (const { parentPath, path, name } of chosen) {
    const file = join(parentPath ?? path, name);
    const bytes = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
  }
  return files.length + 2 * chosen.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? fileURLToPath(new URL("build/site", import.meta.url));
  console.log(`${prepare(folder)} files in ${folder}`);
}
