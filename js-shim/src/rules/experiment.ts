import type { Condition } from "./condition.js";
import type { OneOrMore } from "./one-or-more.js";
import type { Exceptions, Pattern } from "./pattern.js";
import type { Target } from "./template.js";

/**
 * An A/B test.
 * @example { "name": "hero", "for": "/", "cookie": "ab-hero", "variants": [{ "name": "a", "weight": 9 }, { "name": "b", "weight": 1, "to": "/b/" }] }
 */
export interface ExperimentRule extends Exceptions {
  /**
   * The name of the experiment. The assignment of viewers depends on it.
   * @example "hero"
   */
  readonly name: string;
  /**
   * The paths that take part.
   * @example "/"
   */
  readonly for: OneOrMore<Pattern>;
  /**
   * What must be true of the request. By default the rule always applies.
   * @example { "not": { "header": { "User-Agent": { "contains": "bot" } } } }
   */
  readonly when?: Condition;
  /**
   * The name of the cookie that keeps the variant.
   * @example "ab-hero"
   */
  readonly cookie: string;
  /**
   * The variants.
   * @example [{ "name": "a" }, { "name": "b", "to": "/b/" }]
   */
  readonly variants: OneOrMore<Variant>;
  /**
   * How long the cookie lives: seconds, or text with a unit: `s`, `m`, `h`, `d` or `w`.
   * @default "30d"
   * @example "1w"
   */
  readonly maxAge?: number | string;
  /**
   * The query parameter whose value selects a variant. By default none does.
   * @example "variant"
   */
  readonly force?: string;
  /**
   * The domain that the cookie is for, with those below it. By default the host that was asked.
   * @example "example.com"
   */
  readonly domain?: string;
  /**
   * A request header that tells the origin the variant. What the client sends under this name does not reach it. By default none.
   * @example "X-Variant"
   */
  readonly header?: string;
}

/**
 * A variant of an experiment.
 * @example { "name": "b", "weight": 1, "to": "/b/" }
 */
export interface Variant {
  /**
   * The name of the variant, as the cookie holds it: letters, digits and `-_.`.
   * @example "b"
   */
  readonly name: string;
  /**
   * Its share is this divided by the sum of all weights. Give it to all variants, or to none: by default all shares are equal.
   * @minimum 0
   * @example 1
   */
  readonly weight?: number;
  /**
   * The path to serve. By default the path stays.
   * @pattern ^/
   * @example "/b/"
   */
  readonly to?: Target;
}
