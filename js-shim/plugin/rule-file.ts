/** A file of rules, as a build sees it: the rules or the plan, or what is wrong. */
import { compile } from "#dist/compile/compile.js";
import { randomKey } from "#dist/compile/key.js";
import { type Dialect, DIALECTS, type FactName, type Platform } from "#dist/generated/names.js";
import type { Rules } from "#dist/rules/rules.js";
import type { Finding } from "#dist/tools/check.js";
import { PlanFacts } from "#dist/tools/plan-facts.js";
import { usable } from "#dist/tools/rule-files.js";
import { type Form, formOf } from "../cli/form.js";
import { InputError } from "../cli/input-error.js";
import { readText } from "../cli/input.js";
import { filesOfSite } from "../cli/site.js";
import { moduleOf } from "../cli/plan-module.js";
import type { Options } from "./options.js";
import { isScript, type Script, runScript } from "./script.js";

/** What rules are compiled for. */
export interface Target {
  readonly platform: Platform;
  readonly facts: readonly FactName[];
}

export interface Compiled {
  /** The source of a module whose default export is the plan, or the rules; nothing if they cannot be used. */
  readonly code: string | undefined;
  readonly hasRegexes: boolean;
  /** Why the rules cannot be used. */
  readonly errors: readonly Finding[];
  /** Lines that are left out. */
  readonly leftOut: readonly Finding[];
  /** The texts that findings speak of, by the names of their files. */
  readonly texts: ReadonlyMap<string, string>;
  /** Files that the result depends on. */
  readonly dependencies: readonly string[];
}

/** Rules for a target as a plan; without a target, as rules. */
export async function compileFile(file: string, target: Target | undefined, options: Options): Promise<Compiled> {
  const texts = new Map<string, string>();
  let dependencies: readonly string[] = [file];
  const result = { code: undefined, hasRegexes: false, errors: [], leftOut: [], texts };
  try {
    const source = await sourceOf(file, options);
    dependencies = source.dependencies;
    if (source.isShown) texts.set(file, source.text);
    const { rules, findings } = usable([{ ...source, name: file }], { ...target });
    const errors = findings.filter(({ severity }) => severity === "error").map((finding) => (source.isShown ? finding : placeOnly(finding)));
    if (rules === null || (options.strict && errors.length > 0)) return { ...result, errors, dependencies };
    return { ...result, ...written(rules, file, target, options), leftOut: errors, dependencies };
  } catch (error) {
    return { ...result, errors: [errorOf(file, error)], dependencies };
  }
}

interface Source extends Script {
  readonly form: Form;
  readonly dialect?: Dialect | undefined;
  readonly files?: readonly string[] | undefined;
  /** Whether the text is what the file holds. */
  readonly isShown: boolean;
}

async function sourceOf(file: string, { dialect, site }: Options): Promise<Source> {
  if (isScript(file)) return { form: "rules", isShown: false, ...(await runScript(file)) };
  const form = formOf(file);
  const files = site === undefined ? undefined : filesOfSite(site);
  return { form, dialect: dialectOf(file, form, dialect), files, text: readText(file), dependencies: [file], isShown: true };
}

function dialectOf(file: string, form: Form, dialect: Dialect | undefined): Dialect | undefined {
  if (form !== "redirects" && form !== "headers") return undefined;
  if (dialect !== undefined && DIALECTS.includes(dialect)) return dialect;
  const help = `say whose file it is: ${DIALECTS.map((name) => `selvedge({ dialect: "${name}" })`).join(" or ")}`;
  throw new InputError("the same line means different things to different vendors", { where: file, help });
}

function written(rules: Rules, file: string, target: Target | undefined, options: Options): Pick<Compiled, "code" | "hasRegexes"> {
  if (target === undefined) return { code: `export default ${JSON.stringify(rules)};\n`, hasRegexes: false };
  const plan = compile(rules, { ...target, key: keyFor(target.platform, options) });
  return { code: moduleOf(plan, "esm", target.platform, [file], "selvedge's plugin"), hasRegexes: new PlanFacts(plan).hasRegexes() };
}

let random: string | undefined;

/** One key for all plans of a build: triggers that were compiled apart trust each other's notes. */
function keyFor(platform: Platform, { key = process.env["SELVEDGE_KEY"] }: Options): string {
  if (key !== undefined) return key;
  // Where one call has all stages, a note is never read from a message, and equal rules are to give equal bundles.
  return platform === "cloudfront" ? (random ??= randomKey()) : "notes stay in memory";
}

function placeOnly({ line: _, column: __, length: ___, ...finding }: Finding): Finding {
  return finding;
}

function errorOf(file: string, error: unknown): Finding {
  const { message, help = "" } = error as Partial<InputError>;
  return { file, code: "unreadable", severity: "error", place: "", message: message ?? String(error), help };
}
