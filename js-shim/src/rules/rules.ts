/**
 * What users write. The Rust type `selvedge::Rules` is the source; this file says the same to TypeScript and is checked
 * against it. Where a list is meant, a single item will do. A member that is `null` or `undefined` counts as absent;
 * inside a condition it is an error, as the rule would apply to more than was meant.
 *
 * The JSON Schema is made of these types, so the comments are what editors show for JSON as well. `@default` and `@example`
 * hold JSON.
 */
import type { DownloadRule } from "./download.js";
import type { ExperimentRule } from "./experiment.js";
import type { HeadersRule } from "./headers.js";
import type { HtmlRule } from "./html.js";
import type { OneOrMore } from "./one-or-more.js";
import type { OriginRule } from "./origin.js";
import type { PrecompressedRule } from "./precompressed.js";
import type { QueryRule } from "./query.js";
import type { RedirectRule } from "./redirect.js";
import type { ResponseRule } from "./response.js";
import type { RewriteRule } from "./rewrite.js";
import type { SecurityPreset, SecurityRule } from "./security.js";

export type * from "./condition.js";
export type * from "./download.js";
export type * from "./experiment.js";
export type * from "./headers.js";
export type * from "./html.js";
export type * from "./one-or-more.js";
export type * from "./origin.js";
export type * from "./pattern.js";
export type * from "./precompressed.js";
export type * from "./query.js";
export type * from "./query-mode.js";
export type * from "./redirect.js";
export type * from "./response.js";
export type * from "./rewrite.js";
export type * from "./security.js";
export type * from "./stage.js";
export type * from "./template.js";

/**
 * A set of rules, the same for every platform. Everything is optional; an unknown key anywhere is an error.
 * @example { "redirects": [{ "from": "/old/*", "to": "/new/:splat" }], "security": "basic" }
 */
export interface Rules {
  /**
   * The address of the JSON Schema, for editors. It has no effect. Without it, editors may not know the file.
   * @example "./node_modules/selvedge/schema.json"
   */
  readonly $schema?: string;
  /**
   * Whether patterns ignore the case of ASCII letters, unless a rule says otherwise.
   * @default false
   */
  readonly ignoreCase?: boolean;
  /**
   * Whether patterns ignore a trailing slash, unless a rule says otherwise.
   * @default true
   */
  readonly ignoreTrailingSlash?: boolean;
  /**
   * The site's languages, the default language first. Conditions on `language` need it. Without it, no rule may test the
   * language.
   * @example ["en", "de"]
   */
  readonly languages?: OneOrMore<string>;
  /**
   * What happens to a message when the engine fails on it, at every stage: it goes on unchanged, or it is answered with 503. By
   * default, 503 at stages that guard something: answers of 401, 403, 407, 451 or 5xx, refused encoded slashes, request headers
   * that are removed or replaced, and `Cache-Control` that is set to `private` or `no-store`; elsewhere the message goes on.
   * @example "block"
   */
  readonly onTrap?: "pass" | "block";
  /**
   * Whether several slashes in a row are merged into one, before any rule looks at the path and for the origin.
   * @default "keep"
   * @example "merge"
   */
  readonly slashes?: "keep" | "merge";
  /**
   * How `%2F` and `%5C` in the path are read. `keep`: as characters of a segment. `reject`: the answer is 400. `decode`: as
   * slashes, before any rule looks at the path and for the origin.
   * @default "keep"
   * @example "reject"
   */
  readonly encodedSlashes?: "keep" | "reject" | "decode";
  /**
   * Answers made at the edge. The first match wins. By default there are none.
   * @example [{ "for": "/healthz", "body": "ok" }]
   */
  readonly responses?: OneOrMore<ResponseRule>;
  /**
   * Redirects. The first match wins. By default there are none.
   * @example [{ "from": "/old/*", "to": "/new/:splat" }]
   */
  readonly redirects?: OneOrMore<RedirectRule>;
  /**
   * A/B tests. By default there are none.
   * @example [{ "name": "hero", "for": "/", "cookie": "ab-hero", "variants": [{ "name": "a" }, { "name": "b", "to": "/b/" }] }]
   */
  readonly experiments?: OneOrMore<ExperimentRule>;
  /**
   * Rules for the query string. All matches apply, in order. By default there are none.
   * @example [{ "for": "/*", "drop": ["utm_*"] }]
   */
  readonly query?: OneOrMore<QueryRule>;
  /**
   * Choice of the origin. The first match wins. By default there are none.
   * @example [{ "for": "/api/*", "to": { "custom": { "domainName": "api.example.com" } } }]
   */
  readonly origins?: OneOrMore<OriginRule>;
  /**
   * Other paths to ask the origin for. The first match wins. By default there are none.
   * @example [{ "from": "/app/*", "to": "/app/index.html" }]
   */
  readonly rewrites?: OneOrMore<RewriteRule>;
  /**
   * Clean URLs for a static site. By default, paths stay as they are.
   * @example { "index": "index.html", "clean": "file" }
   */
  readonly html?: HtmlRule;
  /**
   * Files that were compressed ahead of time. By default there are none.
   * @example [{ "for": "*.js", "encodings": ["br", "gzip"] }]
   */
  readonly precompressed?: OneOrMore<PrecompressedRule>;
  /**
   * Edits of headers. All matches apply, in order. By default there are none.
   * @example [{ "for": "/*", "set": { "X-Frame-Options": "DENY" } }]
   */
  readonly headers?: OneOrMore<HeadersRule>;
  /**
   * Files that browsers save instead of showing. By default there are none.
   * @example [{ "for": "*.pdf" }]
   */
  readonly downloads?: OneOrMore<DownloadRule>;
  /**
   * Security headers, as the OWASP Secure Headers Project advises. By default none are added.
   * @example "basic"
   */
  readonly security?: SecurityPreset | SecurityRule;
}
