/** Whether Node can load a file of TypeScript, and what it has to be told for that. */
import { createRequire } from "node:module";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const ENDINGS = new Set([".ts", ".mts", ".cts"]);

export function isTypeScript(file: string): boolean {
  return ENDINGS.has(extname(file));
}

/** Whether this Node takes types out by itself, as it does from 22.18 on. */
export function stripsTypes(): boolean {
  return Boolean((process.features as { readonly typescript?: unknown }).typescript);
}

/** Arguments of a Node that is to load the file; `undefined` where none help. */
export function nodeArguments(file: string): readonly string[] | undefined {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const quiet = major >= 22 ? ["--disable-warning=ExperimentalWarning", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"] : [];
  if (!isTypeScript(file) || stripsTypes()) return quiet;
  if (major > 22 || (major === 22 && minor >= 6)) return ["--experimental-strip-types", ...quiet];
  const tsx = resolved("tsx", file);
  return tsx === undefined ? undefined : ["--import", tsx];
}

/** Where a package is that the project of a file has. */
function resolved(name: string, file: string): string | undefined {
  try {
    return pathToFileURL(createRequire(resolve(file)).resolve(name)).href;
  } catch {
    return undefined;
  }
}
