/** What the plugins take. */
import type { Dialect, FactName } from "#dist/generated/names.js";

export interface Options {
  /** Whose `_redirects` and `_headers` they are: the same line means different things to different vendors. Needed with either. */
  readonly dialect?: Dialect | undefined;
  /** The folder of the site, for lines of rule files that mean something else where a file exists. By default, none is known. */
  readonly site?: string | undefined;
  /**
   * A secret of at least 16 characters, as for `compile`. Default: the variable `SELVEDGE_KEY`, or a new one for each build. Only
   * plans for CloudFront need one.
   */
  readonly key?: string | undefined;
  /** What the adapter is given beyond what the platform knows. Default: what `facts` of the call names. */
  readonly facts?: readonly FactName[] | undefined;
  /** Whether a line of a vendor's file that cannot be honoured is an error. Default `false`: it is left out, with a warning. */
  readonly strict?: boolean | undefined;
}
