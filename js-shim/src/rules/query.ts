import type { Condition } from "./condition.js";
import type { OneOrMore } from "./one-or-more.js";
import type { Exceptions, Pattern } from "./pattern.js";

/**
 * Tidies the query: first removes what is not in `keep`, then what is in `drop`; then lower-cases and sorts the rest.
 * @example { "for": "/*", "drop": ["utm_*", "fbclid"], "sort": true }
 */
export interface QueryRule extends Exceptions {
  /**
   * The paths whose query is tidied.
   * @example "/*"
   */
  readonly for: OneOrMore<Pattern>;
  /**
   * What must be true of the request. By default the rule always applies.
   * @example { "method": "GET" }
   */
  readonly when?: Condition;
  /**
   * The names to remove; each may have a `*` at either end or both. By default none.
   * @example ["utm_*", "fbclid"]
   */
  readonly drop?: OneOrMore<string>;
  /**
   * The only names to keep, written like those of `drop`. By default all.
   * @example ["page", "q"]
   */
  readonly keep?: OneOrMore<string>;
  /**
   * Sorts by name; equal names keep their order.
   * @default false
   */
  readonly sort?: boolean;
  /**
   * Lower-cases names and values.
   * @default false
   */
  readonly lowercase?: boolean;
}
