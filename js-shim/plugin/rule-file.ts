/** A file of rules, as a build sees it: the rules or the plan, or what is wrong. */
import { compile } from "#dist/compile/compile.js";
import { randomKey } from "#dist/compile/key.js";
import { DIALECTS, type FactName, type Platform } from "#dist/generated/names.js";
import type { Rules } from "#dist/rules/rules.js";
import type { Finding } from "#dist/tools/check.js";
import { COMPILED, type CompiledForm, PlanFacts } from "#dist/tools/plan-facts.js";
import { usable } from "#dist/tools/rule-files.js";
import { dependenciesOf } from "../cli/dependencies.js";
import { formOf } from "../cli/form.js";
import { readSources } from "../cli/input.js";
import { InputError } from "../cli/input-error.js";
import { moduleOf } from "../cli/plan-module.js";
import type { Options } from "./options.js";
import { isRulesModule } from "./rules-module.js";

/** What rules are compiled for. */
export interface Target {
  readonly platform: Platform;
  readonly facts: readonly FactName[];
}

export interface Compiled {
  /** The source of a module whose default export is the plan, or the rules; nothing if they cannot be used. */
  readonly code: string | undefined;
  /** The entries whose reader is the smallest that will do. */
  readonly form: CompiledForm;
  /** Why the rules cannot be used. */
  readonly errors: readonly Finding[];
  /** Lines that are left out, and notes on others. */
  readonly leftOut: readonly Finding[];
  /** The texts that findings speak of, by the names of their files. */
  readonly texts: ReadonlyMap<string, string>;
  /** Files that the result depends on. */
  readonly dependencies: readonly string[];
}

/** Rules for a target as a plan; without a target, as rules. */
export function compileFile(file: string, target: Target | undefined, options: Options): Compiled {
  const texts = new Map<string, string>();
  const result = { code: undefined, form: COMPILED[0], errors: [], leftOut: [], texts, dependencies: isRulesModule(file) ? dependenciesOf(file) : [file] };
  try {
    refuseUnknownDialect(file, options);
    const sources = readSources([file], options);
    for (const { text, written = text } of sources) texts.set(file, written);
    const { rules, findings } = usable(sources, { ...target });
    const errors = findings.filter(({ severity }) => severity === "error");
    if (rules === null || (options.strict && errors.length > 0)) return { ...result, errors };
    return { ...result, ...written(rules, file, target, options), leftOut: findings };
  } catch (error) {
    return { ...result, errors: [errorOf(file, error)] };
  }
}

function refuseUnknownDialect(file: string, { dialect }: Options): void {
  if (!["redirects", "headers"].includes(formOf(file)) || DIALECTS.some((name) => name === dialect)) return;
  const help = `say whose file it is: ${DIALECTS.map((name) => `selvedge({ dialect: "${name}" })`).join(" or ")}`;
  throw new InputError("the same line means different things to different vendors", { where: file, help });
}

function written(rules: Rules, file: string, target: Target | undefined, options: Options): Pick<Compiled, "code" | "form"> {
  if (target === undefined) return { code: `export default ${JSON.stringify(rules)};\n`, form: COMPILED[0] };
  const plan = compile(rules, { ...target, key: keyFor(target.platform, options) });
  return { code: moduleOf(plan, "esm", target.platform, [file], "selvedge's plugin"), form: new PlanFacts(plan).form() };
}

let random: string | undefined;

/** One key for all plans of a build: triggers that were compiled apart trust each other's notes. */
function keyFor(platform: Platform, { key = process.env["SELVEDGE_KEY"] }: Options): string {
  if (key !== undefined) return key;
  // Where one call has all stages, a note is never read from a message, and equal rules are to give equal bundles.
  return platform === "cloudfront" ? (random ??= randomKey()) : "notes stay in memory";
}

function errorOf(file: string, error: unknown): Finding {
  const { message, help = "" } = error as Partial<InputError>;
  return { file, code: "unreadable", severity: "error", place: "", message: message ?? String(error), help };
}
