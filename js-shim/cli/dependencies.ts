/** What a module brings with it from its own project, for whoever waits for changes. */
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** `import … from`, `export … from`, `import "…"`, `import(…)` and `require(…)`. One too many, as in a comment, does no harm. */
const RELATIVE = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(["'`])(\.{1,2}\/[^"'`\n]*)\1/g;
const MODULE = /\.[cm]?[jt]sx?$/;
/** What loaders and TypeScript look for besides the name itself. */
const ENDINGS = [".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".json", "/index.js", "/index.ts"];
/** More than rules or a handler are made of. */
const MAX_FILES = 2000;

/** A file, whether it exists or not, and all that it imports by relative paths, and they. */
export function dependenciesOf(file: string): string[] {
  const found = new Set([resolve(file)]);
  for (const each of found) {
    if (found.size >= MAX_FILES) break;
    if (!MODULE.test(each)) continue;
    for (const [, , specifier = ""] of textOf(each).matchAll(RELATIVE)) found.add(fileOf(resolve(dirname(each), specifier.replace(/[?#].*$/, ""))));
  }
  return [...found];
}

/** The file that a path means: without an ending, or with that of what TypeScript makes of it. */
export function fileOf(path: string): string {
  const candidates = [path, path.replace(/\.([cm]?)js$/, ".$1ts"), ...ENDINGS.map((ending) => path + ending)];
  return candidates.find((each) => statSync(each, { throwIfNoEntry: false })?.isFile()) ?? path;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
