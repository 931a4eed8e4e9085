import type { Condition } from "./condition.js";
import type { OneOrMore } from "./one-or-more.js";
import type { Exceptions, Pattern } from "./pattern.js";
import type { QueryMode } from "./query-mode.js";
import type { Target } from "./template.js";

/** Another path to ask the origin for, or an exception to those after it in the list. */
export type RewriteRule = RewriteTo | RewritePass;

/**
 * Leaves paths as they are: the rewrites after it in the list are not tried.
 * @example { "from": "/app/assets/*", "pass": true }
 */
export interface RewritePass extends Exceptions {
  /**
   * The paths that stay as they are.
   * @example "/app/assets/*"
   */
  readonly from: OneOrMore<Pattern>;
  /**
   * In place of `to`.
   * @example true
   */
  readonly pass: true;
  /**
   * What a rule with `pass` does not have: by it editors know which of the two a rule is, and show its texts.
   * @hidden
   */
  readonly to?: undefined;
  /**
   * What must be true of the request. By default the rule always applies.
   * @example { "query": { "raw": true } }
   */
  readonly when?: Condition;
  /**
   * Whether it also holds off the fallback rewrites after it; not together with `at`.
   * @default false
   */
  readonly fallback?: boolean;
  /**
   * The stage whose rewrites are not tried.
   * @default "origin-request"
   * @example "viewer-request"
   */
  readonly at?: "origin-request" | "viewer-request";
}

/**
 * Asks the origin for another path. The viewer does not see it.
 * @example { "from": "/app/*", "to": "/app/index.html" }
 */
export interface RewriteTo extends Exceptions {
  /**
   * The paths that viewers ask for.
   * @example "/app/*"
   */
  readonly from: OneOrMore<Pattern>;
  /**
   * The path to ask the origin for; begins with a literal `/`.
   * @pattern ^/
   * @example "/app/index.html"
   */
  readonly to: Target;
  /**
   * What a rule with `to` does not have.
   * @hidden
   */
  readonly pass?: undefined;
  /**
   * The status in place of a 200, for error pages. By default the status stays.
   * @asType integer
   * @minimum 400
   * @maximum 599
   * @example 404
   */
  readonly status?: number;
  /**
   * What must be true of the request. By default the rule always applies.
   * @example { "device": "mobile" }
   */
  readonly when?: Condition;
  /**
   * What happens to the request's query. `keep`: appended, unless `to` has one. `merge`: merged with that of `to`. `drop`:
   * removed.
   * @default "keep"
   * @example "merge"
   */
  readonly query?: QueryMode;
  /**
   * Rewrites only if the origin has nothing at the path itself; not together with `at`, and not on CloudFront.
   * @default false
   */
  readonly fallback?: boolean;
  /**
   * The stage that changes the path. At `viewer-request` the new path is the cache key.
   * @default "origin-request"
   * @example "viewer-request"
   */
  readonly at?: "origin-request" | "viewer-request";
}
