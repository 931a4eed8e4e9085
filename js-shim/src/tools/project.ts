/** The project file of the command line: what would otherwise be said to each verb. */
import type { Dialect, FactName, Platform } from "../generated/names.js";
import type { OneOrMore } from "../rules/one-or-more.js";

/** What `selvedge.config.*`, or the member `selvedge` of package.json, may say. Paths are from the folder of that file. */
export interface Project {
  /** The files of rules. By default each verb is told. */
  readonly rules?: OneOrMore<string> | undefined;
  /** Files of expectations, for `selvedge test`. Default: every `*.requests.txt` in the folder of the project file. */
  readonly tests?: OneOrMore<string> | undefined;
  /** The platform that the rules run on. By default each verb is told. */
  readonly platform?: Platform | undefined;
  /** Whose `_redirects` and `_headers` the rules are. By default each verb is told. */
  readonly dialect?: Dialect | undefined;
  /** The folder that is served. By default none is known. */
  readonly site?: string | undefined;
  /** What the adapter is given beyond what the platform knows. By default nothing. */
  readonly facts?: readonly FactName[] | undefined;
}

/**
 * Returns the project as it is. It is there for TypeScript and editors, in `selvedge.config.ts`.
 *
 * ```js
 * export default defineProject({ rules: "edge.rules.ts", platform: "cloudfront", site: "dist" });
 * ```
 */
export function defineProject(project: Project): Project {
  return project;
}
