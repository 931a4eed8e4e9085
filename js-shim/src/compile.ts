/** `selvedge/compile`: rules in, plan out. Usually at build time; what ships then needs the reader only. */
import { compiler } from "./load/compiler.js";
import type { PLATFORMS } from "./plan.js";
import type { Rules } from "./rules.js";

export type Platform = (typeof PLATFORMS)[number];

export interface CompileOptions {
  /** What the plan is for: tables of forbidden headers, limits and stages differ. */
  readonly platform: Platform;
  /** What the adapter is given beyond what the platform knows. */
  readonly facts?: readonly ("country" | "device")[] | undefined;
}

/** One thing that is wrong with a rule set. */
export interface Problem {
  /** A JSON path, as `redirects[3].form`. */
  readonly place: string;
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly help: string;
}

/** Everything that is wrong with a rule set, one line each. */
export class RulesError extends Error {
  override readonly name = "RulesError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(lineOf).join("\n"));
    this.problems = problems;
  }
}

/**
 * Compiles rules (an object, or JSON text) to a plan. Throws a `RulesError` that lists every problem at once.
 *
 * ```js
 * writeFileSync("plan.bin", compile(rules, { platform: "cloudfront" }));
 * ```
 */
export function compile(rules: Rules | string, options: CompileOptions): Uint8Array {
  const { platform, facts = [] } = options;
  try {
    return compiler().compile(rules, platform, [...facts]);
  } catch (thrown) {
    throw Array.isArray(thrown) ? new RulesError(thrown as Problem[]) : thrown;
  }
}

function lineOf({ place, message, help }: Problem): string {
  return (place ? `${place}: ` : "") + message + (help ? `, ${help}` : "");
}
