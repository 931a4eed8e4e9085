/** Rules as the source of a CloudFront Function. */
import { filesOf, type Finding, type Found, located, type RuleFile } from "./check.js";
import { randomKey } from "../compile/key.js";
import { FindingsError } from "./findings-error.js";
import { ask } from "../load/tools.js";
import type { Rules } from "../rules/rules.js";

/** Source for `cloudfront-js-2.0`, one function for both viewer events. */
export interface CloudFrontFunction {
  /** JavaScript, 10,240 bytes at most. */
  readonly source: string;
  /** Whether it has something to do at viewer-request. */
  readonly onRequest: boolean;
  /** As before, at viewer-response. */
  readonly onResponse: boolean;
  /** What of the source each member of the rules takes, in bytes; `""` for what they share. */
  readonly bytes: readonly (readonly [member: string, bytes: number])[];
  /** Request headers of CloudFront's own that the cache policy or the origin request policy has to name. */
  readonly headers: readonly string[];
  /** What the KeyValueStore of the function has to hold; `null` if it reads none. */
  readonly store: FunctionStore | null;
  /** The errors of lines of vendors' files that were left out. */
  readonly leftOut: readonly Finding[];
}

/** Redirects of single paths, as a KeyValueStore has them. */
export interface FunctionStore {
  /** The file that CloudFront imports: `{"data":[{"key":…,"value":…}]}`. */
  readonly json: string;
  /** How many keys it has. */
  readonly keys: number;
  /** Bytes of keys and values; a store takes 5 MB. */
  readonly bytes: number;
}

/** What `cloudfrontFunction` takes besides the rules. */
export interface CloudFrontFunctionOptions {
  /** A secret of at least 16 characters: the same rules and key give the same source. By default a new one each time. */
  readonly key?: string | undefined;
  /**
   * Which redirects go into a KeyValueStore: all that can, or all that can if the source is too large otherwise. By default none. It
   * takes those of single paths, with no condition but on the host, and a target without placeholders.
   */
  readonly store?: "always" | "if-needed" | undefined;
}

interface Answer {
  readonly function?: Omit<CloudFrontFunction, "leftOut">;
  readonly findings: readonly Found[];
}

/**
 * Compiles rules to the source of a CloudFront Function. Throws a `FindingsError` for rules that a function cannot do, or that
 * need more bytes than CloudFront takes.
 *
 * ```js
 * const { source } = cloudfrontFunction({ redirects: [{ from: "/old/*", to: "/new/:splat" }] });
 * ```
 */
export function cloudfrontFunction(rules: Rules | string | readonly RuleFile[], options: CloudFrontFunctionOptions = {}): CloudFrontFunction {
  const files = filesOf(rules);
  const answer = ask<Answer>("cloudfrontFunction", { sources: files, key: options.key ?? randomKey(), store: options.store });
  const findings = located(answer.findings, files);
  if (answer.function === undefined) throw new FindingsError(findings);
  return { ...answer.function, leftOut: findings };
}
