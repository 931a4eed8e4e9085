/** A folder of its own with the files of a site, each of which holds its path. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export function folderOf(name, files) {
  const folder = mkdtempSync(join(tmpdir(), `selvedge-${name}-`));
  for (const file of files) {
    mkdirSync(dirname(join(folder, "site", file)), { recursive: true });
    writeFileSync(join(folder, "site", file), file);
  }
  return { folder, site: join(folder, "site"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
