/** Plain rules, compiled as they are loaded. */
import { compile, type CompileOptions, type Platform } from "../compile/compile.js";
import type { Loaded } from "../core/plan-engine.js";
import type { Rules } from "../rules/rules.js";
import { compilerModule } from "./compiler.js";
import { instances } from "./instance.js";
import { isPlan } from "./plan.js";

/** Rules (an object, or JSON text), or a plan; what is wrong with the rules is thrown as one `RulesError`. */
export function load(rules: object | string, platform: Platform, options?: Partial<CompileOptions>): Loaded {
  const plan = isPlan(rules) ? rules : compile(rules as Rules | string, { key: IN_MEMORY, ...options, platform });
  return { plan, instantiate: instances(compilerModule()) };
}

/** Where one call has all stages, a note is never read from a message. Nothing is random while a Worker starts. */
const IN_MEMORY = "notes stay in memory";
