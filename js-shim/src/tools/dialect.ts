/**
 * `selvedge/dialect`: rule files that people already have, with rules of one's own, as one set that every adapter takes.
 * The tools that read them come along, so this is for a build, a server, or a start where size does not matter; what ships
 * to the edge is a plan that `selvedge build` or `compile` made of the same files.
 */
import type { RulesArgument } from "../compile/rules-argument.js";
import type { CompileOptions } from "../compile/compile.js";
import type { Finding, RuleFile } from "./check.js";
import { type Dialect, DIALECTS } from "../generated/names.js";
import { DIALECT_NAMES, usable } from "./rule-files.js";
import type { OneOrMore, Rules } from "../rules/rules.js";
import { RulesError } from "../compile/rules-error.js";
import { textOf } from "../compile/rules-text.js";

export type { Finding } from "./check.js";
export { parseHeaders, type ParsedRules, type ParseOptions, parseRedirects } from "./rule-files.js";
export { type Problem, RulesError } from "../compile/rules-error.js";

/** What makes up a set of rules. */
export interface RuleSources<R = never> {
  /**
   * Whose `redirects` and `headers` they are: the same line means different things to different vendors. Needed with either; no
   * default.
   */
  readonly dialect?: Dialect | undefined;
  /** The text of a `_redirects` file. By default there is none. */
  readonly redirects?: string | undefined;
  /** The text of a `_headers` file. By default there is none. */
  readonly headers?: string | undefined;
  /** The files that the site has, as paths: a line of Netlify's that is not forced gives way to them. By default, none is known. */
  readonly files?: readonly string[] | undefined;
  /** Your own rules, or their JSON text; they come after those of the files. By default there are none. */
  readonly rules?: OneOrMore<RulesArgument<R>> | undefined;
  /** The platform that the rules are for: a line that it cannot honour is left out. By default, what is wrong everywhere is. */
  readonly platform?: CompileOptions["platform"] | undefined;
  /** What the adapter is given beyond what the platform knows, as for `compile`. By default nothing. */
  readonly facts?: CompileOptions["facts"];
  /** Whether a line that cannot be honoured is an error of all. Default `false`: it is left out, and `leftOut` hears of it. A line that the platform honours by its own settings is left out in both cases. */
  readonly strict?: boolean | undefined;
  /** Hears of each line that is left out. Default: a line on the console, by `console.warn`. */
  readonly leftOut?: ((finding: Finding) => void) | undefined;
}

const KNOWN = ["dialect", "redirects", "headers", "files", "rules", "platform", "facts", "strict", "leftOut"];

/**
 * The rules of rule files and of one's own, list by list, in the order in which they are given.
 *
 * ```js
 * const rules = rulesFrom({
 *   dialect: "netlify",
 *   redirects: readFileSync("_redirects", "utf8"),
 *   headers: readFileSync("_headers", "utf8"),
 *   rules: { html: { index: "index.html" } },
 * });
 * ```
 *
 * A line of a file that cannot be honoured is left out, and said on the console. Of several sources, the last that has `platform`,
 * `facts`, `strict` or `leftOut` says so for all.
 *
 * @throws {RulesError} Everything that is wrong with the rules; with `strict`, every line that cannot be honoured as well, as
 * `_redirects:3:1`.
 */
export function rulesFrom<const R = never>(...sources: readonly RuleSources<R>[]): Rules {
  const given = sources as readonly unknown[] as readonly RuleSources[];
  const files = given.flatMap(readFiles);
  const { platform, facts, strict, leftOut = warn }: RuleSources = Object.assign({}, ...given);
  const { rules, findings } = usable(files, { platform, facts });
  const errors = findings.filter(({ severity }) => severity === "error");
  if (rules === null || (strict && errors.length > 0)) {
    throw new RulesError(errors.map((finding) => ({ place: whereOf(finding), message: finding.message, help: finding.help })));
  }
  for (const finding of findings) leftOut(finding);
  return rules;
}

function warn(finding: Finding): void {
  console.warn(`selvedge: a line is left out: ${whereOf(finding)}: ${finding.message}${finding.help && `, ${finding.help}`}`);
}

function whereOf({ file, line, column, place }: Finding): string {
  return line === undefined ? place || file : `${file}:${line}:${column}`;
}

function readFiles(source: RuleSources, at: number, all: readonly RuleSources[]): RuleFile[] {
  const fail = (message: string): never => {
    throw new TypeError(`rulesFrom: ${message}`);
  };
  if (typeof source !== "object" || source === null) return fail(`expected an object, got ${source === null ? "null" : typeof source}`);
  for (const name of Object.keys(source)) if (!KNOWN.includes(name)) fail(`unknown option "${name}"; known: ${KNOWN.join(", ")}`);
  const { dialect, files, rules } = source;
  const number = all.length > 1 ? ` (${at + 1})` : "";
  const read: RuleFile[] = [];
  for (const form of ["redirects", "headers"] as const) {
    const text = source[form];
    if (text === undefined) continue;
    if (typeof text !== "string") fail(`"${form}" is the text of a file, not ${typeof text}; rules as objects go into "rules"`);
    if (dialect === undefined || !DIALECTS.includes(dialect)) {
      fail(`"${form}" needs a "dialect": ${DIALECT_NAMES}, not ${JSON.stringify(dialect)}`);
    }
    read.push({ name: `_${form}${number}`, form, text, dialect, files });
  }
  for (const own of listOf(rules)) read.push({ name: `rules${number}`, form: "rules", text: textOf(own) });
  return read;
}

function listOf<T>(value: OneOrMore<T> | undefined): readonly T[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
