import type { Condition } from "./condition.js";
import type { OneOrMore } from "./one-or-more.js";
import type { Exceptions, Pattern } from "./pattern.js";
import type { StageName } from "./stage.js";
import type { HeaderValues } from "./template.js";

/**
 * Edits headers: `remove`, `replace`, `default`, `set`, `append`, in this order.
 * @example { "for": "/assets/*", "set": { "Cache-Control": "public, max-age=31536000, immutable" } }
 */
export interface HeadersRule extends Exceptions {
  /**
   * The paths whose messages are edited.
   * @default "/*"
   * @example "/assets/*"
   */
  readonly for?: OneOrMore<Pattern>;
  /**
   * What must be true of the message. `status`, `responseHeader` and `contentType` on responses only. By default the rule always
   * applies.
   * @example { "contentType": { "prefix": "text/html" } }
   */
  readonly when?: Condition;
  /**
   * Which message is edited.
   * @default "response"
   * @example "request"
   */
  readonly on?: "response" | "request";
  /**
   * The stage that edits. On responses `origin-response` or `viewer-response`, on requests `origin-request` or `viewer-request`.
   * Default: the first of these.
   * @example "viewer-response"
   */
  readonly at?: StageName;
  /**
   * Names to remove, or wildcards with one `*`. By default none.
   * @example ["X-Powered-By", "x-amz-meta-*"]
   */
  readonly remove?: OneOrMore<string>;
  /**
   * Substitutions in every line of a header. By default none.
   * @example { "Location": { "regex": "^http:", "with": "https:" } }
   */
  readonly replace?: Readonly<Record<string, OneOrMore<Replacement>>>;
  /**
   * Headers to set where they are absent. By default none.
   * @example { "Cache-Control": "max-age=60" }
   */
  readonly default?: HeaderValues;
  /**
   * Headers to set, whatever was there. By default none.
   * @example { "X-Frame-Options": "DENY" }
   */
  readonly set?: HeaderValues;
  /**
   * Headers to add as further lines; `Vary` is merged. By default none.
   * @example { "Vary": "Origin" }
   */
  readonly append?: HeaderValues;
}

/**
 * Replaces every match of an expression with a text, in which `{1}` and `{name}` are its captures, and all that header values
 * know is filled in: `{host}`, captures of the paths.
 * @example { "regex": "^http://(.*)", "with": "https://{1}" }
 */
export interface Replacement {
  /**
   * An expression of regex-lite, unanchored.
   * @example "^http://(.*)"
   */
  readonly regex: string;
  /**
   * The text in place of each match.
   * @example "https://{1}"
   */
  readonly with: string;
}
