/** Rules in JavaScript or TypeScript. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { readModule } from "./module-text.js";

/** Whether a name is that of rules in code, such as `edge.rules.ts`. Any other module may be anything. */
export function isRulesModule(file: string): boolean {
  return /(?:^|[./\\])rules\.[cm]?[jt]s$/.test(file);
}

/** A file, whether it exists or not, and what it imports from its own project. */
export function dependenciesOf(file: string, found = new Set<string>()): string[] {
  found.add(file);
  if (!existsSync(file)) return [...found];
  for (const { specifier } of readModule(readFileSync(file, "utf8")).imports) {
    if (!/^\.{1,2}\//.test(specifier)) continue;
    const imported = resolve(dirname(file), specifier);
    if (!found.has(imported)) dependenciesOf(imported, found);
  }
  return [...found];
}
