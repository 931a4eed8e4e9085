/** Files as those name them who look at the whole repository. */
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";

/** The path of a file from the top of the repository, which GitHub Actions names; as it is given, where it is not in one. */
export function inRepository(file: string): string {
  const top = process.env["GITHUB_WORKSPACE"] ?? topAbove(process.cwd());
  if (top === undefined || !existsSync(file)) return file;
  const path = relative(top, resolve(file));
  return path.startsWith("..") || isAbsolute(path) ? file : path.replaceAll("\\", "/");
}

function topAbove(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  return dirname(folder) === folder ? undefined : topAbove(dirname(folder));
}
