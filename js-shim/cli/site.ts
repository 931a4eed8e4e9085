/** The files of a site, as paths of URLs: some lines of rule files yield to what exists. */
import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
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
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new InputError("there is no such folder", { where: folder, help: "build the site first, or name the folder that is served: --site, or site in selvedge.config.json" });
    throw systemError(folder, error);
  }
}

/** Whether the site has a page at a path, as most platforms serve files. */
export function existsIn(site: string): (path: string) => boolean {
  const files = new Set(filesOfSite(site));
  return (path) => {
    const bare = path.replace(/\/$/, "");
    return [path, `${bare}.html`, `${bare}/index.html`].some((file) => files.has(file));
  };
}

/** The path of a file, and what it holds as a body of rules. */
export type FileBody = readonly [path: string, body: string | { readonly base64: string }];

const NAMED = /"file"\s*:\s*("(?:[^"\\\n]|\\.)*")/g;
/** No platform takes a longer answer from a rule; what is longer yet is refused with the size that it has. */
const LIMIT = 2 * 1024 * 1024;

/** The files of the site that the text of rules may answer with. Which of them do, is found where rules are read. */
export function bodiesOf(text: string, folder: string, files: readonly string[]): FileBody[] {
  const known = new Set(files);
  const paths = [...text.matchAll(NAMED)].map(([, name]) => `/${nameOf(name!).replace(/^\/+/, "")}`);
  return [...new Set(paths)].filter((path) => known.has(pathOf(path.slice(1)))).map((path) => [path, bodyOf(join(folder, path))]);
}

function nameOf(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    // What is wrong with it is said where rules are read.
    return "";
  }
}

function bodyOf(file: string): FileBody[1] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw systemError(file, error);
  }
  if (bytes.length > LIMIT) throw new InputError(`has ${bytes.length.toLocaleString("en")} bytes, too many for an answer at the edge`, { where: file, help: "name a smaller page" });
  return isUtf8(bytes) ? bytes.toString("utf8").replace(/^\ufeff/, "") : { base64: bytes.toString("base64") };
}

/** A name may hold what ends a path in a URL. */
function pathOf(file: string): string {
  return `/${encodeURI(file.split(sep).join("/")).replace(/[?#]/g, encodeURIComponent)}`;
}
