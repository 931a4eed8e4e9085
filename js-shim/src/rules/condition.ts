import type { OneOrMore } from "./one-or-more.js";

/**
 * What must be true: every member that is given. At most 16 levels of `any` and `not`.
 * @example { "host": "www.example.com", "not": { "cookie": { "beta": true } } }
 */
export interface Condition {
  /**
   * The host, without the port, in any case; `*.example.com` is one label or more, `:tenant.example.com` captures a label. By
   * default any host.
   * @example "*.example.com"
   */
  readonly host?: Test;
  /**
   * The scheme of the viewer's request. By default either.
   * @example "http"
   */
  readonly scheme?: OneOrMore<"http" | "https">;
  /**
   * The method. By default any.
   * @example ["GET", "HEAD"]
   */
  readonly method?: OneOrMore<string>;
  /**
   * Query parameters by name, form-decoded. By default any query.
   * @example { "page": "1" }
   */
  readonly query?: Readonly<Record<string, Test>>;
  /**
   * Request headers by name. By default any headers.
   * @example { "User-Agent": { "contains": "bot" } }
   */
  readonly header?: Readonly<Record<string, Test>>;
  /**
   * Cookies by name, as they were sent. By default any cookies.
   * @example { "session": true }
   */
  readonly cookie?: Readonly<Record<string, Test>>;
  /**
   * The viewer's country by ISO 3166-1 alpha-2, as the platform says; `true`: it is known. By default any.
   * @example ["DE", "AT"]
   */
  readonly country?: boolean | OneOrMore<string>;
  /**
   * The viewer's preferred language of `languages` at the top. By default any.
   * @example "de"
   */
  readonly language?: OneOrMore<string>;
  /**
   * The viewer's device. Several can be true at once: an iPhone is `mobile` and `ios`. By default any.
   * @example "mobile"
   */
  readonly device?: boolean | OneOrMore<"desktop" | "mobile" | "tablet" | "smarttv" | "android" | "ios">;
  /**
   * The viewer's address: addresses and ranges. By default any.
   * @example ["10.0.0.0/8", "2001:db8::1"]
   */
  readonly ip?: OneOrMore<string>;
  /**
   * The status of the response, at response stages only. By default any.
   * @example [404, "5xx"]
   */
  readonly status?: OneOrMore<StatusTest>;
  /**
   * Response headers by name, at response stages only. By default any headers.
   * @example { "Set-Cookie": false }
   */
  readonly responseHeader?: Readonly<Record<string, Test>>;
  /**
   * The `Content-Type` of the response, at response stages only. By default any.
   * @example { "prefix": "text/html" }
   */
  readonly contentType?: Test;
  /**
   * At least one of these must be true. By default there are none to be.
   * @example [{ "scheme": "http" }, { "host": "www.example.com" }]
   */
  readonly any?: OneOrMore<Condition>;
  /**
   * This must not be true. By default nothing is ruled out.
   * @example { "cookie": { "beta": true } }
   */
  readonly not?: Condition;
}

/**
 * A status, or all of a class: `404` or `"4xx"`.
 * @minimum 100
 * @maximum 599
 * @pattern ^[1-5](\d\d|xx|XX)$
 */
export type StatusTest = number | string;

/** Present or absent (`true`, `false`), equal to one of these strings, or as an object describes. */
export type Test = boolean | OneOrMore<string | TestParts>;

/**
 * All members that are given must be true; of a list, one item.
 * @example { "prefix": "text/", "suffix": ["html", "plain"] }
 */
export interface TestParts {
  /**
   * How the text begins. By default anyhow.
   * @example "text/"
   */
  readonly prefix?: OneOrMore<string>;
  /**
   * How the text ends. By default anyhow.
   * @example ".example.com"
   */
  readonly suffix?: OneOrMore<string>;
  /**
   * What the text contains. By default anything.
   * @example ["bot", "crawler"]
   */
  readonly contains?: OneOrMore<string>;
  /**
   * An expression of regex-lite, unanchored, that matches the text. By default none has to.
   * @example "^v[0-9]+$"
   */
  readonly regex?: OneOrMore<string>;
}
