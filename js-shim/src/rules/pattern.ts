import type { OneOrMore } from "./one-or-more.js";

/**
 * A path such as `/a/:name/*`, or without a leading slash the last segments at any depth, such as `*.css`. `:name` is one or more
 * characters of one segment; `*` is anything and is captured as `splat`, `splat2`, …. Or a regular expression of
 * regex-lite, unanchored, which captures by name and by number. `{:}` and `{*}` are a colon and a star. Both match the normalised path.
 */
export type Pattern = string | { readonly regex: string } | Files;

/**
 * What looks like a file: the last segment ends in a known extension. With a list, also these files of the site, as paths; `true`
 * with `--site`: also those that the site has without a known extension.
 * @example { "files": true }
 */
export interface Files {
  /**
   * `true`, or files without a known extension.
   * @example ["/CNAME"]
   */
  readonly files: true | OneOrMore<string>;
}

/** What all rules with patterns have in common. */
export interface Exceptions {
  /**
   * Paths that the rule leaves out. By default none.
   * @example ["/blog/drafts/*", { "files": true }]
   */
  readonly except?: OneOrMore<Pattern>;
  /** Whether the patterns ignore the case of ASCII letters. Default: what the rules say at the top. */
  readonly ignoreCase?: boolean;
  /**
   * Whether the patterns ignore a trailing slash. If not, a path ends with a slash where the pattern does, and `/a/*` does not
   * match `/a`. Default: what the rules say at the top.
   */
  readonly ignoreTrailingSlash?: boolean;
}
