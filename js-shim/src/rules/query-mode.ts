import type { OneOrMore } from "./one-or-more.js";

/** What happens to the request's query: it is appended unless `to` has one, merged with that of `to`, or dropped. */
export type QueryMode = "keep" | "merge" | "drop";

/**
 * Parameters that do not go along.
 * @example { "drop": ["ref", "utm_*"] }
 */
export interface DroppedParameters {
  /**
   * Names of parameters; each may have a `*` at either end.
   * @example ["ref", "utm_*"]
   */
  readonly drop: OneOrMore<string>;
}
