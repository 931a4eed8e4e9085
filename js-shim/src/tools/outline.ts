/**
 * Compiling files that make up one set of rules, and where its rules run. Not public: its result is what `selvedge plan` needs
 * to say what a platform must be told, and changes with it. `selvedge plan --json` is the public form.
 */
import { filesOf, type Finding, type Found, located, type RuleFile } from "./check.js";
import type { CompileOptions } from "../compile/compile.js";
import { FindingsError } from "./findings-error.js";
import { ask } from "../load/tools.js";
import type { Rules } from "../rules/rules.js";
import type { StageOutline } from "./stage-outline.js";

export interface Outline {
  readonly plan: Uint8Array;
  readonly stages: readonly StageOutline[];
  /** Request headers, in lower case, that rules set at viewer-request. */
  readonly setAtViewerRequest: readonly string[];
  /** Those of them that need not be in the cache key. */
  readonly unkeyedAtViewerRequest: readonly string[];
  /** Paths that cover what every rule is for; `null` where a rule may be for any path. */
  readonly paths: readonly string[] | null;
  /** The page that CloudFront has to be told to serve for what is missing, because no rule can. */
  readonly missingPage: { readonly page: string; readonly status: number } | null;
  /** The errors of lines of vendors' files that were left out. */
  readonly leftOut: readonly Finding[];
}

interface Answer {
  readonly plan?: string | undefined;
  readonly outline?: Omit<Outline, "plan" | "leftOut">;
  readonly findings?: readonly Found[];
}

/** Throws a `FindingsError` for rules that cannot be used. */
export function outline(rules: Rules | string | readonly RuleFile[], options: CompileOptions): Outline {
  const files = filesOf(rules);
  const answer = ask<Answer>("outline", { sources: files, ...options });
  if (answer.plan === undefined || answer.outline === undefined) throw new FindingsError(located(answer.findings ?? [], files));
  return { ...answer.outline, plan: bytesOf(answer.plan), leftOut: located(answer.findings ?? [], files) };
}

export function bytesOf(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
