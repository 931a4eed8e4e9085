/** `selvedge/compile`: rules in, plan out. Usually at build time; what ships then needs the reader only. */
import type { FactName, Platform } from "../generated/names.js";
import { randomKey } from "./key.js";
import { planOf } from "../load/compiler.js";
import type { RulesArgument } from "./rules-argument.js";
import { type Problem, RulesError } from "./rules-error.js";
import { textOf } from "./rules-text.js";

export { type Problem, RulesError };

export type { Platform };

/** What `compile` takes besides the rules. */
export interface CompileOptions {
  /** The platform that the plan is for: limits, stages and forbidden headers differ. */
  readonly platform: Platform;
  /** What the adapter is given beyond what the platform knows. By default nothing. */
  readonly facts?: readonly FactName[] | undefined;
  /**
   * A secret of at least 16 characters, from which the plan's notes follow: the same rules and key give the same plan, and
   * plans of one key that were compiled apart trust each other. By default a new one each time.
   */
  readonly key?: string | undefined;
}

/**
 * Compiles rules (an object, or JSON text) to a plan. Throws a `RulesError` that lists every problem at once.
 *
 * ```js
 * writeFileSync("plan.bin", compile(rules, { platform: "cloudfront" }));
 * ```
 */
export function compile<const R = never>(rules: RulesArgument<R>, options: CompileOptions): Uint8Array {
  // Also called from JavaScript, where nothing checks that the options are there.
  const { platform, facts = [], key = randomKey() }: Partial<CompileOptions> = options ?? {};
  const text = textOf(rules);
  const plan = planOf(text, String(platform), [...facts].map(String), String(key));
  if (Array.isArray(plan)) throw new RulesError(plan);
  return plan;
}
