/** The project file: `selvedge.config.*`, or the member `selvedge` of package.json, of this folder or one above. */
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Command } from "commander";
import { DIALECTS, FACTS, PLATFORMS } from "#dist/generated/names.js";
import type { Project } from "#dist/tools/project.js";
import { InputError } from "./input-error.js";
import { readJsonc } from "./jsonc.js";
import { isModule, readModule } from "./module.js";
import { nearest } from "./nearest.js";

const NAMES = ["ts", "mts", "cts", "mjs", "js", "cjs", "jsonc", "json"].map((ending) => `selvedge.config.${ending}`);
const MANIFEST = "package.json";

/** A project as verbs use it: lists, and paths from the folder where the command runs. */
export interface Found {
  readonly folder: string;
  readonly rules: readonly string[];
  readonly tests: readonly string[] | undefined;
  /** What options say, by the names that options have. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The project of the folder where the command runs. Folders above belong to it up to the one that has a package.json. */
export function project(): Found | undefined {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const file = NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (file !== undefined) return foundIn(file, isModule(file) ? JSON.parse(readModule(relative("", file), "default")) : readJsonc(relative("", file)));
    const manifest = join(folder, MANIFEST);
    if (existsSync(manifest)) {
      const member = (readJsonc(relative("", manifest)) as { readonly selvedge?: unknown } | null)?.selvedge;
      return member === undefined ? undefined : foundIn(manifest, member);
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/**
 * What the command line leaves open, as the project file says it: the files of rules, where none is given, and options.
 *
 * @param site the option that names the folder which is served
 */
export function inProject<O extends object>(files: readonly string[], options: O, command: Command, site = "site"): [files: readonly string[], options: O] {
  const found = project();
  if (found === undefined) return [files, options];
  const taken = { ...options } as Record<string, unknown>;
  for (const [name, value] of Object.entries(found.options)) {
    const option = name === "site" ? site : name;
    const isOpen = !["cli", "env"].includes(command.getOptionValueSource(option) ?? "");
    if (isOpen && command.options.some((known) => known.attributeName() === option)) taken[option] = value;
  }
  return [files.length > 0 ? files : found.rules, taken as O];
}

/** Files of rules, which a verb cannot do without. */
export function someRules(files: readonly string[], verb: string): readonly string[] {
  if (files.length > 0) return [...new Set(files)];
  throw new InputError("the rules are missing", { help: `write: selvedge ${verb} rules.json\nor name them once, in selvedge.config.json: { "rules": "rules.json" }` });
}

/** What each member may be, as an error says it. */
const MEMBERS: Record<keyof Project, readonly [expected: string, isSound: (value: unknown) => boolean]> = {
  rules: ["a file, or a list of files", isTexts],
  tests: ["a file, or a list of files", isTexts],
  platform: [`one of ${PLATFORMS.join(", ")}`, (value) => PLATFORMS.some((name) => name === value)],
  dialect: [`one of ${DIALECTS.join(", ")}`, (value) => DIALECTS.some((name) => name === value)],
  site: ["a folder", (value) => typeof value === "string"],
  facts: [`a list of ${FACTS.join(", ")}`, (value) => Array.isArray(value) && value.every((fact) => FACTS.some((name) => name === fact))],
};

function foundIn(file: string, value: unknown): Found {
  const where = relative("", file);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new InputError("the project is not an object", { where, help: 'write: { "rules": "rules.json", "platform": "cloudfront" }' });
  for (const [name, given] of Object.entries(value)) {
    if (name === "$schema") continue;
    const member = MEMBERS[name as keyof Project];
    if (!Object.hasOwn(MEMBERS, name)) {
      const near = nearest(name, Object.keys(MEMBERS));
      throw new InputError(`unknown member "${name}"`, { where, help: near === undefined ? `known: ${Object.keys(MEMBERS).join(", ")}` : `did you mean "${near}"?` });
    }
    if (!member[1](given)) throw new InputError(`"${name}" is ${JSON.stringify(given)}`, { where, help: `it is ${member[0]}` });
  }
  const { rules, tests, platform, dialect, site, facts } = value as Project;
  const folder = dirname(file);
  const path = (name: string): string => relative("", join(folder, name)) || ".";
  const said = { platform, dialect, site: site === undefined ? undefined : path(site), fact: facts };
  return {
    folder,
    rules: listOf(rules ?? []).map(path),
    tests: tests === undefined ? undefined : listOf(tests).map(path),
    options: Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
  };
}

function isTexts(value: unknown): boolean {
  return listOf(value).every((file) => typeof file === "string");
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
