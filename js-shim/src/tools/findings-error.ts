/** Rules or a request that cannot be used. */
import type { Finding } from "./check.js";
import { type Problem, RulesError } from "../compile/rules-error.js";

/** Everything that is wrong, and where in which file it stands. */
export class FindingsError extends RulesError {
  /** What is wrong with the rules, with lines and columns. */
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[], problems: readonly Problem[] = []) {
    super([...problems, ...findings]);
    this.findings = findings;
  }
}
