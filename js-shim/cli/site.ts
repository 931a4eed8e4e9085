/** The files of a site, as paths of URLs: some lines of rule files yield to what exists. */
import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { InputError, systemError } from "./input-error.js";

/** Every file below the folder. */
export function filesOfSite(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => pathOf(relative(folder, join(entry.parentPath ?? entry.path, entry.name))))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") throw new InputError("is a file, not a folder", { where: folder, help: "name the folder that is served" });
    throw systemError(folder, error);
  }
}

/** A name may hold what ends a path in a URL. */
function pathOf(file: string): string {
  return `/${encodeURI(file.split(sep).join("/")).replace(/[?#]/g, encodeURIComponent)}`;
}
