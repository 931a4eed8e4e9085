/**
 * `selvedge/dialect`: rule files that people already have, with rules of one's own, as one set that every adapter takes.
 * The tools that read them come along, so this is for a build, a server, or a start where size does not matter; what ships
 * to the edge is a plan that `selvedge build` or `compile` made of the same files.
 */
import { problemsOf, type RuleFile } from "./check.js";
import { type Dialect, DIALECTS } from "../generated/names.js";
import { DIALECT_NAMES, join } from "./rule-files.js";
import type { OneOrMore, Rules } from "../rules/rules.js";
import { RulesError } from "../compile/rules-error.js";
import { textOf } from "../compile/rules-text.js";

export { parseHeaders, type ParsedRules, type ParseOptions, parseRedirects } from "./rule-files.js";
export { type Problem, RulesError } from "../compile/rules-error.js";

/** What makes up a set of rules. */
export interface RuleSources {
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
  readonly rules?: OneOrMore<Rules | string> | undefined;
}

const KNOWN = ["dialect", "redirects", "headers", "files", "rules"];

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
 * @throws {RulesError} Every line that cannot be honoured, as `_redirects:3:1`, and everything that is wrong with the rules.
 */
export function rulesFrom(...sources: readonly RuleSources[]): Rules {
  const files = sources.flatMap(filesOf);
  const errors = problemsOf(files).filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    throw new RulesError(
      errors.map(({ file, line, column, place, message, help }) => {
        const where = line === undefined ? place || file : `${file}:${line}:${column}`;
        return { place: where, message, help };
      }),
    );
  }
  return join(files);
}

function filesOf(source: RuleSources, at: number, all: readonly RuleSources[]): RuleFile[] {
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
