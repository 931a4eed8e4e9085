/** Rules that a verb cannot go on with: every error with its line, and the exit code. */
import { FindingsError } from "#dist/tools/findings-error.js";
import { FINDINGS, USAGE } from "./exit.js";
import { isUnreadable, printFindings, withAddress } from "./findings.js";
import type { Source } from "./input.js";
import { InputError } from "./input-error.js";
import { printJson } from "./output.js";

/** What is wrong with the command line itself is thrown. */
export function refuse({ findings, problems, message }: FindingsError, sources: readonly Source[], json = false): number {
  if (findings.length === 0) {
    const [problem] = problems;
    throw new InputError(problem?.message ?? message, { where: problem?.place, help: problem?.help });
  }
  if (json) printJson({ findings: findings.map(withAddress) });
  else printFindings(findings, sources, process.stdout);
  return isUnreadable(findings) ? USAGE : FINDINGS;
}

/** The exit code of `job`, which needs rules that can be used. */
export async function withRules(sources: readonly Source[], json: boolean | undefined, job: () => Promise<number>): Promise<number> {
  try {
    return await job();
  } catch (error) {
    if (error instanceof FindingsError) return refuse(error, sources, json);
    throw error;
  }
}
