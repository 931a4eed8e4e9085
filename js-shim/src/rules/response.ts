import type { Condition } from "./condition.js";
import type { OneOrMore } from "./one-or-more.js";
import type { Exceptions, Pattern } from "./pattern.js";
import type { HeaderValues } from "./template.js";

/**
 * An answer made at the edge.
 * @example { "for": "/healthz", "status": 200, "body": "ok", "headers": { "Cache-Control": "no-store" } }
 */
export interface ResponseRule extends Exceptions {
  /**
   * The paths that are answered.
   * @example "/healthz"
   */
  readonly for: OneOrMore<Pattern>;
  /**
   * What must be true of the message. `status`, `responseHeader` and `contentType` at origin-response only. By default the rule
   * always applies.
   * @example { "method": "OPTIONS" }
   */
  readonly when?: Condition;
  /**
   * The status of the answer, 200 to 599.
   * @default 200
   * @asType integer
   * @minimum 200
   * @maximum 599
   * @example 410
   */
  readonly status?: number;
  /**
   * Headers of the answer. With a body, `Content-Type` is `text/plain; charset=utf-8` by default.
   * @example { "Cache-Control": "no-store" }
   */
  readonly headers?: HeaderValues;
  /**
   * The body: text, sent as it is, bytes in base64, or a file of the site, which is read when the rules are built with `--site`. Not
   * with 204, 205 and 304. By default the body is empty.
   * @example "ok"
   */
  readonly body?: string | { readonly base64: string } | { readonly file: string };
  /**
   * The stage that answers. At `origin-response` the rule replaces error responses, so `when.status` is required.
   * @default "viewer-request"
   * @example "origin-response"
   */
  readonly at?: "viewer-request" | "origin-request" | "origin-response";
}
