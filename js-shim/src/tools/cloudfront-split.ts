/**
 * Rules in the places of CloudFront that cost least. Not public: its result is what `selvedge build` makes a folder of, and
 * changes with it.
 */
import { filesOf, type Finding, type Found, located, type RuleFile } from "./check.js";
import type { CloudFrontFunction } from "./cloudfront-function.js";
import { randomKey } from "../compile/key.js";
import { FindingsError } from "./findings-error.js";
import { ask } from "../load/tools.js";
import { bytesOf } from "./outline.js";
import type { Rules } from "../rules/rules.js";
import type { StageName } from "../generated/names.js";

/** What a rule can run in. */
export const RUNS = ["function", "lambda", "policy"] as const;
export type Runs = (typeof RUNS)[number];

/** Where rules are wanted. */
export interface Preferences {
  /** Viewer stages in a CloudFront Function, where all of them fit. By default true. */
  readonly functions?: boolean | undefined;
  /** Constant headers in a response headers policy. By default false. */
  readonly policies?: boolean | undefined;
  /** Single rules, by their places: `redirects[3]`. */
  readonly rules?: Readonly<Record<string, Runs>> | undefined;
}

export interface CloudFrontSplit {
  /** The plan of the stages that run in Lambda@Edge. */
  readonly plan: Uint8Array;
  readonly function: Omit<CloudFrontFunction, "leftOut"> | null;
  /** What a response headers policy sets, and removes where `value` is `null`. */
  readonly policy: readonly PolicyHeader[];
  /** Where each rule runs, and why. */
  readonly rules: readonly RuleRuns[];
  /** Request headers, in lower case, that are set before the cache is looked up. */
  readonly setAtViewerRequest: readonly string[];
  /** Those of them that need not be in the cache key. */
  readonly unkeyedAtViewerRequest: readonly string[];
  /** The page that CloudFront has to be told to serve for what is missing, because no rule can. */
  readonly missingPage: { readonly page: string; readonly status: number } | null;
  /** The errors of lines of vendors' files that were left out, but for the line of that page. */
  readonly leftOut: readonly Finding[];
}

export interface PolicyHeader {
  readonly name: string;
  readonly value: string | null;
  /** Whether it replaces what the origin sent. */
  readonly replaces: boolean;
}

export interface RuleRuns {
  readonly member: string;
  readonly place: string;
  readonly event: StageName;
  readonly runs: Runs;
  readonly because: string;
}

interface Answer {
  readonly plan?: string;
  readonly split?: Omit<CloudFrontSplit, "plan" | "leftOut">;
  readonly findings: readonly Found[];
}

/** Throws a `FindingsError` for rules that cannot be used, and for a preference that cannot be met. */
export function cloudfrontSplit(rules: Rules | string | readonly RuleFile[], options: Preferences & { readonly key?: string | undefined } = {}): CloudFrontSplit {
  const files = filesOf(rules);
  const { key = randomKey(), functions = true, policies = false, rules: places = {} } = options;
  const answer = ask<Answer>("cloudfrontSplit", { sources: files, key, functions, policies, rules: Object.entries(places) });
  const findings = located(answer.findings, files);
  if (answer.split === undefined || answer.plan === undefined) throw new FindingsError(findings);
  return { ...answer.split, plan: bytesOf(answer.plan), leftOut: findings };
}
