/** Rules that a verb cannot go on with: every error with its line, and the exit code. */
import { FindingsError } from "#dist/tools/findings-error.js";
import { FINDINGS, USAGE } from "./exit.js";
import { isUnreadable, printFindings, withAddress } from "./findings.js";
import type { Source } from "./input.js";
import { InputError } from "./input-error.js";
import { printJson } from "./output.js";

/** What is wrong with the command line itself is thrown, and so is every other error. */
export function refuse(error: unknown, sources: readonly Source[], json = false): number {
  if (!(error instanceof FindingsError)) throw error;
  const { findings, problems, message } = error;
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
    return refuse(error, sources, json);
  }
}
