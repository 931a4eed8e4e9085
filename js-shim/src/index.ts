/** `selvedge`: what is the same for every platform. Handlers are in `selvedge/<platform>`. */
import type { CheckedRules, DefinedRules, Inferred } from "./compile/rules-argument.js";

export {
  check,
  checkMigration,
  type CheckOptions,
  type Finding,
  type MigrationOptions,
  type RuleFile,
} from "./tools/check.js";
export { type CloudFrontFunction, cloudfrontFunction, type CloudFrontFunctionOptions } from "./tools/cloudfront-function.js";
export { compile, type CompileOptions, type Platform, type Problem, RulesError } from "./compile/compile.js";
export {
  type Change, type Exchange, explain, type Reason, type RequestHead, type ResponseHead, type StageTrace, type Step, type Trace,
} from "./tools/explain.js";
export { FindingsError } from "./tools/findings-error.js";
export { type Conversion, convert, type Converted, parseHeaders, type ParsedRules, type ParseOptions, parseRedirects } from "./tools/rule-files.js";
export {
  Engine, type EngineOptions, type Outcome, type PlainHeaders, type PlainOrigin, type PlainRequest, type PlainResponse,
} from "./tools/engine.js";
export { type ExpectationOptions, expectations, type ExpectationTest } from "./tools/expectations.js";
export { encodingNegotiator, negotiateEncoding } from "./tools/negotiate.js";
export { defineProject, type Project } from "./tools/project.js";
export { validateResult, type Violation } from "./tools/validate-result.js";
export { PlanError } from "./core/plan.js";
export type * from "./rules/rules.js";

/**
 * Returns the rules as they are. It is there for TypeScript and editors: they complete the rules, explain each member, and
 * refuse an unknown key at any depth, even in a variable or a spread. Rules imported from a JSON file become `Rules`, which
 * every function takes.
 *
 * ```js
 * export const rules = defineRules({ redirects: [{ from: "/old/*", to: "/new/:splat" }] });
 * ```
 */
export function defineRules<const R>(rules: CheckedRules<R> | Inferred<R>): DefinedRules<R> {
  return rules as DefinedRules<R>;
}
