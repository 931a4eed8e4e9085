import type { Condition } from "./condition.js";
import type { OneOrMore } from "./one-or-more.js";
import type { Exceptions, Pattern } from "./pattern.js";
import type { DroppedParameters, QueryMode } from "./query-mode.js";
import type { HeaderValues, Target } from "./template.js";

/** A redirect, or an exception to those after it in the list. */
export type RedirectRule = RedirectTo | RedirectPass;

/**
 * Lets requests go on: the redirects after it in the list are not tried.
 * @example { "from": "/old/keep/*", "pass": true }
 */
export interface RedirectPass extends Exceptions {
  /**
   * The paths that are not redirected.
   * @example "/old/keep/*"
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
   * What must be true of the message. `status`, `responseHeader` and `contentType` at origin-response or with `fallback` only.
   * By default the rule always applies.
   * @example { "cookie": { "preview": true } }
   */
  readonly when?: Condition;
  /**
   * Whether it also holds off the fallback redirects after it; not together with `at`.
   * @default false
   */
  readonly fallback?: boolean;
  /**
   * The stage whose redirects are not tried.
   * @default "viewer-request"
   * @example "origin-request"
   */
  readonly at?: "viewer-request" | "origin-request" | "origin-response";
}

/**
 * A redirect.
 * @example { "from": "/blog/:year/:slug", "to": "/posts/:slug", "status": 308 }
 */
export interface RedirectTo extends Exceptions {
  /**
   * The paths that are redirected.
   * @example "/blog/:year/:slug"
   */
  readonly from: OneOrMore<Pattern>;
  /**
   * Where to: a path, or a URL that begins with a literal `http://` or `https://`.
   * @pattern ^(/|https?://)
   * @example "/posts/:slug"
   */
  readonly to: Target;
  /**
   * What a rule with `to` does not have.
   * @hidden
   */
  readonly pass?: undefined;
  /**
   * The status of the redirect. Default: 301, or 302 if `when` reads a cookie, header, language, country, device or address.
   * @example 308
   */
  readonly status?: 301 | 302 | 303 | 307 | 308;
  /**
   * What must be true of the message. `status`, `responseHeader` and `contentType` at origin-response or with `fallback` only.
   * By default the rule always applies.
   * @example { "host": "www.example.com" }
   */
  readonly when?: Condition;
  /**
   * More headers of the answer, except `Location`. By default none.
   * @example { "Cache-Control": "max-age=3600" }
   */
  readonly headers?: HeaderValues;
  /**
   * What happens to the request's query. `keep`: appended, unless `to` has one. `merge`: merged with that of `to`. `drop`:
   * removed; `{ "drop": names }`: merged without these, in which a name may have a `*` at either end.
   * @default "keep"
   * @example { "drop": ["ref", "utm_*"] }
   */
  readonly query?: QueryMode | DroppedParameters;
  /**
   * Redirects only if the origin has nothing there; not together with `at`.
   * @default false
   */
  readonly fallback?: boolean;
  /**
   * The stage that answers. At `origin-response` the rule replaces error responses, so `when.status` is required.
   * @default "viewer-request"
   * @example "origin-response"
   */
  readonly at?: "viewer-request" | "origin-request" | "origin-response";
}
