/** Rules, built in this process as `selvedge build` does it. */
import type { Dialect } from "#dist/generated/names.js";
import type { Rules } from "#dist/rules/rules.js";
import { deploymentOf } from "../cli/cloudfront/deploy.js";
import type { Deployment } from "../cli/cloudfront/deployment.js";
import { readSources } from "../cli/input.js";
import { InputError } from "../cli/input-error.js";

/** Rules, and how they are built. */
export interface BuildProps {
  /**
   * A file of rules, in any form that `selvedge build` takes, or several, or the rules themselves. Paths are from the folder in
   * which `cdk` runs.
   *
   * @example
   * ```ts
   * new EdgeRules(this, "Edge", { rules: ["rules.json", "public/_redirects"], dialect: "netlify", site: "dist" });
   * ```
   */
  readonly rules: string | readonly string[] | Rules;
  /** The folder of the site, for rules that mean something else where a file exists. By default, none is known. */
  readonly site?: string | undefined;
  /** Whose `_redirects` and `_headers` they are. Needed with either. */
  readonly dialect?: Dialect | undefined;
  /**
   * Where rules run if they can. `functions`: the viewer's side in a CloudFront Function. `lambda`: all of it in Lambda@Edge.
   * `policies` besides: constant headers by a response headers policy, which costs nothing, and holds for errors and answers, too.
   *
   * @default ["functions"]
   */
  readonly prefer?: readonly ("functions" | "lambda" | "policies")[] | undefined;
  /**
   * A secret of at least 16 characters for the notes between the stages. Default: made from the path of the construct, and the
   * account where the stack names it, which others may guess; give one where the origin shows requests to everyone.
   */
  readonly key?: string | undefined;
  /** Whether a line of a vendor's file that cannot be honoured is an error. Default `false`: it is left out. */
  readonly strict?: boolean | undefined;
}

/** Throws a `FindingsError` or an `InputError`. */
export function build({ rules, site, dialect, prefer = [], key, strict }: BuildProps, otherwise: string, say: (line: string, severity: "warning" | "info") => void): Deployment {
  const files = typeof rules === "string" ? [rules] : isList(rules) ? rules : undefined;
  const sources = files === undefined ? [{ name: "rules", form: "rules" as const, text: JSON.stringify(rules), dialect: undefined, files: undefined }] : readSources(files, { dialect, site });
  const { deployment, leftOut } = deploymentOf(sources, { functions: !prefer.includes("lambda"), policies: prefer.includes("policies"), key: key ?? otherwise });
  for (const { file, line, message, severity } of leftOut) {
    if (strict && severity === "error") throw new InputError(message, { where: `${file}:${line}`, help: "take the line out, or leave strict away" });
    // A note is of a line that is honoured by other ways: pages for errors are the distribution's.
    if (severity === "error") say(`a line is left out: ${file}:${line}: ${message}`, "warning");
    else say(`${file}:${line}: ${message}`, "info");
  }
  return deployment;
}

/** `Array.isArray` does not know lists that cannot be changed. */
function isList(rules: object): rules is readonly string[] {
  return Array.isArray(rules);
}
