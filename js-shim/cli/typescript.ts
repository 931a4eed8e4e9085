/** Whether Node can load a file of TypeScript, and what it has to be told for that. */
import { createRequire } from "node:module";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const ENDINGS = new Set([".ts", ".mts", ".cts"]);

export function isTypeScript(file: string): boolean {
  return ENDINGS.has(extname(file));
}

/**
 * Arguments of a Node that is to load the file; `undefined` where none help. A project that has tsx gets it in every Node:
 * its files may hold what Node does not load (enums, imports without an ending).
 */
export function nodeArguments(file: string): readonly string[] | undefined {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const quiet = withoutWarnings("ExperimentalWarning", "MODULE_TYPELESS_PACKAGE_JSON");
  if (!isTypeScript(file)) return quiet;
  const tsx = resolved("tsx", file);
  if (tsx !== undefined) return ["--import", tsx, ...quiet];
  if (stripsTypes()) return quiet;
  return major > 22 || (major === 22 && minor >= 6) ? ["--experimental-strip-types", ...quiet] : undefined;
}

/** Arguments of a Node that is not to print warnings of these kinds; older ones know none for it, and have fewer. */
export function withoutWarnings(...kinds: readonly string[]): readonly string[] {
  return process.allowedNodeEnvironmentFlags.has("--disable-warning") ? kinds.map((kind) => `--disable-warning=${kind}`) : [];
}

/** Whether this Node takes types out by itself, as it does from 22.18 on. */
function stripsTypes(): boolean {
  return Boolean((process.features as { readonly typescript?: unknown }).typescript);
}

/** Where a package is that the project of a file has. */
function resolved(name: string, file: string): string | undefined {
  try {
    return pathToFileURL(createRequire(resolve(file)).resolve(name)).href;
  } catch {
    return undefined;
  }
}
