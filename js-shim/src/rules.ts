/**
 * What users write. The Rust type `selvedge::Rules` is the source; this file says the same to TypeScript and is checked
 * against it. Where a list is meant, a single item will do. A member that is `null` or `undefined` counts as absent;
 * inside a condition it is an error, as the rule would apply to more than was meant.
 *
 * The JSON Schema is made of these types, so the comments are what editors show for JSON as well. `@default` and `@example`
 * hold JSON.
 */
import type { STAGES } from "./generated/names.js";

/** One or several. */
export type OneOrMore<T> = T | readonly T[];

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

type Stages = typeof STAGES;

/** A stage of a request: before and after the cache, on the way in and out. */
export type StageName = Stages[number];

/**
 * A path such as `/a/:name/*`, or without a leading slash the last segments at any depth, such as `*.css`. `:name` is one or more
 * characters of one segment; `*` is anything and is captured as `splat`, `splat2`, …. Or a regular expression of
 * regex-lite, unanchored, which captures by name and by number. `{:}` and `{*}` are a colon and a star. Both match the normalised path.
 */
export type Pattern = string | { readonly regex: string };

/**
 * A path or URL in which `:name` and `{name}` are what the pattern captured; `{host}` `{path}` `{query}` `{url}` `{country}`
 * `{clientIp}` `{query.x}` `{header.x}` `{cookie.x}`, and on responses `{response.x}`, are read from the message;
 * `{…|encode}` percent-encodes. `{{` and `}}` are braces, `{:}` is a colon.
 */
export type Target = string;

/** Text in which `{name}` is a capture or a fact as in `Target`; `:name` has no meaning. */
export type ValueTemplate = string;

/** What all rules with patterns have in common. */
export interface Exceptions {
  /**
   * Paths that the rule leaves out. By default none.
   * @example ["/blog/drafts/*"]
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

/** Header names and their values; a list makes several lines. */
export type HeaderValues = Readonly<Record<string, OneOrMore<ValueTemplate>>>;

/** What happens to the request's query: it is appended unless `to` has one, merged with that of `to`, or dropped. */
export type QueryMode = "keep" | "merge" | "drop";

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
   * The body: text, sent as it is, or bytes in base64. Not with 204, 205 and 304. By default the body is empty.
   * @example "ok"
   */
  readonly body?: string | { readonly base64: string };
  /**
   * The stage that answers. At `origin-response` the rule replaces error responses, so `when.status` is required.
   * @default "viewer-request"
   * @example "origin-response"
   */
  readonly at?: "viewer-request" | "origin-request" | "origin-response";
}

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
   * removed.
   * @default "keep"
   * @example "drop"
   */
  readonly query?: QueryMode;
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

/** A choice of the origin, at origin-request, or an exception to those after it in the list. */
export type OriginRule = OriginTo | OriginPass;

/**
 * Keeps the configured origin: the rules after it in the list are not tried.
 * @example { "for": "/api/health", "pass": true }
 */
export interface OriginPass extends Exceptions {
  /**
   * The paths that keep their origin.
   * @example "/api/health"
   */
  readonly for: OneOrMore<Pattern>;
  /**
   * In place of `to`.
   * @example true
   */
  readonly pass: true;
  /**
   * What must be true of the request. By default the rule always applies.
   * @example { "method": "GET" }
   */
  readonly when?: Condition;
  /**
   * Percentage of the requests, decided for each cache miss.
   * @default 100
   * @minimum 0
   * @maximum 100
   * @example 10
   */
  readonly weight?: number;
}

/**
 * Chooses another origin, at origin-request.
 * @example { "for": "/api/*", "to": { "custom": { "domainName": "api.example.com", "protocol": "https" } } }
 */
export interface OriginTo extends Exceptions {
  /**
   * The paths that go to the origin.
   * @example "/api/*"
   */
  readonly for: OneOrMore<Pattern>;
  /**
   * What must be true of the request. By default the rule always applies.
   * @example { "country": ["DE", "AT"] }
   */
  readonly when?: Condition;
  /**
   * Percentage of the requests, decided for each cache miss.
   * @default 100
   * @minimum 0
   * @maximum 100
   * @example 10
   */
  readonly weight?: number;
  /**
   * The origin. If it is of the kind that is configured, the given fields replace its own; otherwise it replaces the whole
   * origin.
   * @example { "custom": { "domainName": "api.example.com" } }
   */
  readonly to: { readonly s3: S3Origin } | { readonly custom: CustomOrigin };
}

/**
 * An S3 bucket; fields as in CloudFront's event.
 * @example { "domainName": "site.s3.eu-central-1.amazonaws.com" }
 */
export interface S3Origin {
  /**
   * The bucket's domain name, in lower case, at most 128 characters. Default: that of the configured bucket.
   * @example "site.s3.eu-central-1.amazonaws.com"
   */
  readonly domainName?: string;
  /**
   * The folder in the bucket; begins with `/` and does not end with it, or is empty. Default: that of the configured bucket.
   * @example "/v2"
   */
  readonly path?: string;
  /**
   * How CloudFront proves its identity to the bucket. Default: that of the configured bucket.
   * @example "origin-access-identity"
   */
  readonly authMethod?: "none" | "origin-access-identity";
  /**
   * The bucket's region. Required with `origin-access-identity`. Default: that of the configured bucket.
   * @example "eu-central-1"
   */
  readonly region?: string;
  /**
   * Headers for the origin: values, or lines as in an event. CloudFront refuses some names. Default: those of the configured
   * bucket.
   * @example { "X-From": "edge" }
   */
  readonly customHeaders?: Readonly<Record<string, OneOrMore<string | { readonly key?: string; readonly value: string }>>>;
}

/**
 * An HTTP server; fields as in CloudFront's event.
 * @example { "domainName": "api.example.com", "protocol": "https" }
 */
export interface CustomOrigin {
  /**
   * A DNS name without a port. Default: that of the configured server.
   * @example "api.example.com"
   */
  readonly domainName?: string;
  /**
   * What comes before every path; begins with `/` and does not end with it, or is empty. Default: that of the configured server.
   * @example "/v2"
   */
  readonly path?: string;
  /**
   * 80, 443, or 1024 to 65535. Default: that of the configured server.
   * @example 8443
   */
  readonly port?: number;
  /**
   * The protocol that the server is asked with. Default: that of the configured server.
   * @example "https"
   */
  readonly protocol?: "http" | "https";
  /**
   * How long the server may take to answer, in seconds, 1 to 120. Default: that of the configured server.
   * @asType integer
   * @minimum 1
   * @maximum 120
   * @example 30
   */
  readonly readTimeout?: number;
  /**
   * How long an idle connection stays open, in seconds, 1 to 120. Default: that of the configured server.
   * @asType integer
   * @minimum 1
   * @maximum 120
   * @example 5
   */
  readonly keepaliveTimeout?: number;
  /**
   * Versions of TLS that may be used with the server. Default: those of the configured server.
   * @example ["TLSv1.2"]
   */
  readonly sslProtocols?: OneOrMore<"TLSv1.3" | "TLSv1.2" | "TLSv1.1" | "TLSv1" | "SSLv3">;
  /**
   * Headers for the origin: values, or lines as in an event. CloudFront refuses some names. Default: those of the configured
   * server.
   * @example { "X-From": "edge" }
   */
  readonly customHeaders?: Readonly<Record<string, OneOrMore<string | { readonly key?: string; readonly value: string }>>>;
}

/**
 * Clean URLs for a static site. For GET and HEAD, if the last segment has no dot and no rule of `origins` or `rewrites` matched.
 * @example { "index": "index.html", "clean": "directory", "trailingSlash": "add" }
 */
export interface HtmlRule extends Exceptions {
  /**
   * The paths of the site's pages.
   * @default "/*"
   * @example ["/docs/*", "/blog/*"]
   */
  readonly for?: OneOrMore<Pattern>;
  /**
   * The file to serve for a path that ends in `/`. By default the path stays.
   * @example "index.html"
   */
  readonly index?: string;
  /**
   * What is appended to any other path: nothing, `.html` (`file`), or `/index.html` (`directory`).
   * @default false
   * @example "file"
   */
  readonly clean?: false | "file" | "directory";
  /**
   * Redirects with 308 to the form with or without the slash.
   * @default "keep"
   * @example "add"
   */
  readonly trailingSlash?: "keep" | "add" | "remove";
  /**
   * The stage that changes the path.
   * @default "origin-request"
   * @example "viewer-request"
   */
  readonly at?: "origin-request" | "viewer-request";
}

/** The content codings that files can have; `identity` is the file itself. */
export type Encoding = "br" | "zstd" | "gzip" | "identity";

/**
 * Serves compressed variants of files, negotiated as RFC 9110 says.
 * @example { "for": "*.js", "encodings": ["br", "gzip"] }
 */
export interface PrecompressedRule extends Exceptions {
  /**
   * The paths of files that have variants.
   * @example ["*.js", "*.css"]
   */
  readonly for: OneOrMore<Pattern>;
  /**
   * The codings there are, in the server's order of preference, which breaks ties unless `prefer` does.
   * @default ["br", "zstd", "gzip"]
   * @example ["br", "gzip"]
   */
  readonly encodings?: OneOrMore<Encoding>;
  /**
   * The suffixes of the files.
   * @default { "br": ".br", "zstd": ".zst", "gzip": ".gz" }
   * @example { "br": ".brotli" }
   */
  readonly suffix?: Readonly<Partial<Record<Exclude<Encoding, "identity">, string>>>;
  /**
   * The variants that exist: `["/app.js.br"]`, `{ "/app.js": ["br"] }`, or with their sizes `{ "/app.js": { "br": 1200 } }`, as
   * `selvedge precompress` writes them. By default every file that `for` matches has all of them.
   * @example { "/app.js": { "br": 1200, "gzip": 1500 } }
   */
  readonly files?: OneOrMore<string> | Readonly<Record<string, OneOrMore<Encoding> | Readonly<Partial<Record<Encoding, number>>>>>;
  /**
   * Which of the equally acceptable variants is sent: the first in `encodings`, or the smallest in `files`.
   * @default "order"
   * @example "smallest"
   */
  readonly prefer?: "order" | "smallest";
  /**
   * Whether `Vary: Accept-Encoding` is sent.
   * @default true
   */
  readonly vary?: boolean;
  /**
   * The stage that chooses the variant.
   * @default "origin-request"
   * @example "viewer-request"
   */
  readonly at?: "origin-request" | "viewer-request";
}

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
 * Replaces every match of an expression with a text, in which `{1}` and `{name}` are its captures.
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

/**
 * Sends `Content-Disposition: attachment`, at viewer-response.
 * @example { "for": "/files/:name", "filename": "{name}" }
 */
export interface DownloadRule extends Exceptions {
  /**
   * The paths of the files.
   * @example "*.pdf"
   */
  readonly for: OneOrMore<Pattern>;
  /**
   * What must be true of the request and the response. By default the rule always applies.
   * @example { "query": { "download": true } }
   */
  readonly when?: Condition;
  /**
   * The name to save under. Default: what the browser takes from the URL.
   * @example "report.pdf"
   */
  readonly filename?: ValueTemplate;
}

/** `"basic"` breaks no ordinary site; `"strict"` is all that OWASP proposes and a cache permits. */
export type SecurityPreset = "basic" | "strict";

/**
 * A preset with your own Content-Security-Policy.
 * @example { "preset": "strict", "csp": { "default-src": "'self'" } }
 */
export interface SecurityRule {
  /**
   * The set of headers. `basic` breaks no ordinary site; `strict` is all that OWASP proposes and a cache permits.
   * @default "basic"
   * @example "strict"
   */
  readonly preset?: SecurityPreset;
  /**
   * The whole Content-Security-Policy: directives and their sources, `[]` for none. Default: that of the preset.
   * @example { "default-src": "'self'", "upgrade-insecure-requests": [] }
   */
  readonly csp?: Readonly<Record<string, OneOrMore<string>>>;
}

/**
 * What must be true: every member that is given. At most 16 levels of `any` and `not`.
 * @example { "host": "www.example.com", "not": { "cookie": { "beta": true } } }
 */
export interface Condition {
  /**
   * The host, without the port, in any case; `*.example.com` is one label or more. By default any host.
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
