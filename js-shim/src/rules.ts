/**
 * What users write. The Rust type `selvedge::Rules` is the source; this file says the same to TypeScript and is checked
 * against it. Where a list is meant, a single item will do. A member that is `null` or `undefined` counts as absent;
 * inside a condition it is an error, as the rule would apply to more than was meant.
 */

/** One or several. */
export type OneOrMore<T> = T | readonly T[];

/** A set of rules, the same for every platform. Everything is optional; an unknown key anywhere is an error. */
export interface Rules {
  /** For editors: the path of the JSON Schema. */
  readonly $schema?: string;
  /** Whether patterns ignore the case of ASCII letters, unless a rule says otherwise. Default `false`. */
  readonly ignoreCase?: boolean;
  /** Whether a trailing slash more or less does not count in patterns, unless a rule says otherwise. Default `true`. */
  readonly ignoreTrailingSlash?: boolean;
  /** The site's languages, the default first: `["en", "de"]`. Conditions on `language` need it. */
  readonly languages?: OneOrMore<string>;
  /**
   * What happens to a message when the engine fails on it, at every stage: it goes on unchanged, or 503. By default 503 at
   * stages that guard something: answers of 401, 403, 407, 451 or 5xx, refused encoded slashes, request headers that are
   * removed or replaced, and `Cache-Control` that is set to `private` or `no-store`.
   */
  readonly onTrap?: "pass" | "block";
  /** Whether adjacent slashes of the path are one, before any rule is looked at, and for the origin. Default `"keep"`: they are not. */
  readonly slashes?: "keep" | "merge";
  /**
   * What `%2F` and `%5C` in the path are: characters of a segment; a reason to answer 400; or slashes, before any rule is looked at,
   * and for the origin. Default `"keep"`.
   */
  readonly encodedSlashes?: "keep" | "reject" | "decode";
  /** Answers made at the edge. The first that matches wins. */
  readonly responses?: OneOrMore<ResponseRule>;
  /** Redirects. The first that matches wins. */
  readonly redirects?: OneOrMore<RedirectRule>;
  /** A/B tests. */
  readonly experiments?: OneOrMore<ExperimentRule>;
  /** Rules on the query string. All that match apply, in order. */
  readonly query?: OneOrMore<QueryRule>;
  /** Choice of the origin. The first that matches wins. */
  readonly origins?: OneOrMore<OriginRule>;
  /** Other paths to ask the origin for. The first that matches wins. */
  readonly rewrites?: OneOrMore<RewriteRule>;
  /** Clean URLs of a static site. */
  readonly html?: HtmlRule;
  /** Files that were compressed ahead of time. */
  readonly precompressed?: OneOrMore<PrecompressedRule>;
  /** Edits of headers. All that match apply, in order. */
  readonly headers?: OneOrMore<HeadersRule>;
  /** Files that browsers save instead of showing. */
  readonly downloads?: OneOrMore<DownloadRule>;
  /** Security headers, by the advice of the OWASP Secure Headers Project. */
  readonly security?: SecurityPreset | SecurityRule;
}

/** A stage of a request: before and behind the cache, on the way in and out. */
export type StageName = "viewer-request" | "origin-request" | "origin-response" | "viewer-response";

/**
 * A path: `/a/:name/*`, or without a leading slash the last segments at any depth: `*.css`. `:name` is one or more
 * characters of one segment; `*` is anything and is captured as `splat`, `splat2`, …. Or a regular expression of
 * regex-lite, unanchored, which captures by name and by number. `{:}` and `{*}` are a colon and a star. Both match the normalised path.
 */
export type Pattern = string | { readonly regex: string };

/**
 * Where to go: `:name` and `{name}` are what the pattern captured; `{host}` `{path}` `{query}` `{url}` `{country}`
 * `{clientIp}` `{query.x}` `{header.x}` `{cookie.x}`, and on responses `{response.x}`, are read from the message;
 * `{…|encode}` percent-encodes. `{{` and `}}` are braces, `{:}` is a colon.
 */
export type Target = string;

/** Text in which `{name}` is a capture or a fact as in `Target`; `:name` means nothing. */
export type ValueTemplate = string;

/** What patterned rules have in common. */
export interface Exceptions {
  /** Paths that are taken out again. */
  readonly except?: OneOrMore<Pattern>;
  /** Whether the patterns ignore the case of ASCII letters. Default: as at the top. */
  readonly ignoreCase?: boolean;
  /**
   * Whether a trailing slash more or less does not count in the patterns. If not, a path ends with a slash where the pattern
   * does, and `/a/*` does not match `/a`. Default: as at the top.
   */
  readonly ignoreTrailingSlash?: boolean;
}

/** Header names and their values; a list makes several lines. */
export type HeaderValues = Readonly<Record<string, OneOrMore<ValueTemplate>>>;

/** What becomes of the request's query: appended unless `to` has one (default), merged with that of `to`, or dropped. */
export type QueryMode = "keep" | "merge" | "drop";

/** An answer made at the edge. */
export interface ResponseRule extends Exceptions {
  /** Which paths. */
  readonly for: OneOrMore<Pattern>;
  /** What must hold. `status`, `responseHeader` and `contentType` at origin-response only. */
  readonly when?: Condition;
  /**
   * 200 to 599. Default 200.
   * @asType integer
   * @minimum 200
   * @maximum 599
   */
  readonly status?: number;
  /** Headers of the answer. With a body, `Content-Type` is `text/plain; charset=utf-8` by default. */
  readonly headers?: HeaderValues;
  /** Text, sent as it is, or bytes in base64. Not with 204, 205 and 304. */
  readonly body?: string | { readonly base64: string };
  /** Default `"viewer-request"`. At `"origin-response"` it replaces error answers, so `when.status` must be given. */
  readonly at?: "viewer-request" | "origin-request" | "origin-response";
}

/** A redirect, or an exception to those behind it in the list. */
export type RedirectRule = RedirectTo | RedirectPass;

/** Lets requests go on: the redirects behind it in the list are not tried. */
export interface RedirectPass extends Exceptions {
  /** Which paths. */
  readonly from: OneOrMore<Pattern>;
  /** Instead of `to`. */
  readonly pass: true;
  /** What must hold. `status`, `responseHeader` and `contentType` at origin-response or with `fallback` only. */
  readonly when?: Condition;
  /** Keeps off the fallbacks behind it; not together with `at`. Default `false`. */
  readonly fallback?: boolean;
  /** Default `"viewer-request"`. */
  readonly at?: "viewer-request" | "origin-request" | "origin-response";
}

/** A redirect. */
export interface RedirectTo extends Exceptions {
  /** Which paths. */
  readonly from: OneOrMore<Pattern>;
  /**
   * A path, or a URL that begins with a literal `http://` or `https://`.
   * @pattern ^(/|https?://)
   */
  readonly to: Target;
  /** Default 301; 302 where `when` reads a cookie, header, language, country, device or address. */
  readonly status?: 301 | 302 | 303 | 307 | 308;
  /** What must hold. `status`, `responseHeader` and `contentType` at origin-response or with `fallback` only. */
  readonly when?: Condition;
  /** More headers of the answer; not `Location`. */
  readonly headers?: HeaderValues;
  /** What becomes of the request's query. Default `"keep"`. */
  readonly query?: QueryMode;
  /** Only if the origin has nothing there; not together with `at`. Default `false`. */
  readonly fallback?: boolean;
  /** Default `"viewer-request"`. At `"origin-response"` it replaces error answers, so `when.status` must be given. */
  readonly at?: "viewer-request" | "origin-request" | "origin-response";
}

/** Another path to ask the origin for, or an exception to those behind it in the list. */
export type RewriteRule = RewriteTo | RewritePass;

/** Lets paths stay: the rewrites behind it in the list are not tried. */
export interface RewritePass extends Exceptions {
  /** Which paths. */
  readonly from: OneOrMore<Pattern>;
  /** Instead of `to`. */
  readonly pass: true;
  /** What must hold of the request. */
  readonly when?: Condition;
  /** Keeps off the fallbacks behind it; not together with `at`. Default `false`. */
  readonly fallback?: boolean;
  /** Default `"origin-request"`. */
  readonly at?: "origin-request" | "viewer-request";
}

/** Asks the origin for another path, unseen by the viewer. */
export interface RewriteTo extends Exceptions {
  /** Which paths. */
  readonly from: OneOrMore<Pattern>;
  /**
   * The path to ask for; begins with a literal `/`.
   * @pattern ^/
   */
  readonly to: Target;
  /**
   * What a 200 becomes, for pages that say that something is not there. Default: it stays.
   * @asType integer
   * @minimum 400
   * @maximum 599
   */
  readonly status?: number;
  /** What must hold of the request. */
  readonly when?: Condition;
  /** What becomes of the request's query. Default `"keep"`. */
  readonly query?: QueryMode;
  /** Only if the origin has nothing at the path itself; not together with `at`, and not on CloudFront. Default `false`. */
  readonly fallback?: boolean;
  /** Default `"origin-request"`. */
  readonly at?: "origin-request" | "viewer-request";
}

/** An A/B test. */
export interface ExperimentRule extends Exceptions {
  /** Its name, which the assignment depends on. */
  readonly name: string;
  /** Which paths. */
  readonly for: OneOrMore<Pattern>;
  /** What must hold of the request. */
  readonly when?: Condition;
  /** The cookie that keeps the variant. */
  readonly cookie: string;
  /** The variants. */
  readonly variants: OneOrMore<Variant>;
  /** How long the cookie lives: seconds, or text as `"30d"` (units `s`, `m`, `h`, `d`, `w`). Default 30 days. */
  readonly maxAge?: number | string;
  /** A query parameter whose value pins a variant. */
  readonly force?: string;
}

/** A variant of an experiment. */
export interface Variant {
  /** Its name, as the cookie holds it: letters, digits and `-_.`. */
  readonly name: string;
  /**
   * Its share is this by the sum of all weights. Give it to all variants, or to none for equal shares.
   * @minimum 0
   */
  readonly weight?: number;
  /**
   * The path to serve; without one, the path stays.
   * @pattern ^/
   */
  readonly to?: Target;
}

/** Tidies the query: first what is not in `keep` goes, then what is in `drop`; then the rest is lower-cased and sorted. */
export interface QueryRule extends Exceptions {
  /** Which paths. */
  readonly for: OneOrMore<Pattern>;
  /** What must hold of the request. */
  readonly when?: Condition;
  /** Names that go; each may have a `*` at either end or both. */
  readonly drop?: OneOrMore<string>;
  /** The only names that stay, written as those of `drop`. */
  readonly keep?: OneOrMore<string>;
  /** Sorts by name, stably. Default `false`. */
  readonly sort?: boolean;
  /** Lower-cases names and values. Default `false`. */
  readonly lowercase?: boolean;
}

/** A choice of the origin, at origin-request, or an exception to those behind it in the list. */
export type OriginRule = OriginTo | OriginPass;

/** Keeps the configured origin: the rules behind it in the list are not tried. */
export interface OriginPass extends Exceptions {
  /** Which paths. */
  readonly for: OneOrMore<Pattern>;
  /** Instead of `to`. */
  readonly pass: true;
  /** What must hold of the request. */
  readonly when?: Condition;
  /**
   * Percent of the requests, decided per cache miss. Default: all.
   * @minimum 0
   * @maximum 100
   */
  readonly weight?: number;
}

/** Chooses another origin, at origin-request. */
export interface OriginTo extends Exceptions {
  /** Which paths. */
  readonly for: OneOrMore<Pattern>;
  /** What must hold of the request. */
  readonly when?: Condition;
  /**
   * Percent of the requests, decided per cache miss. Default: all.
   * @minimum 0
   * @maximum 100
   */
  readonly weight?: number;
  /** The origin. Of the kind that is configured, the given fields replace its own; of another, it replaces it whole. */
  readonly to: { readonly s3: S3Origin } | { readonly custom: CustomOrigin };
}

/** A bucket; fields as in CloudFront's event. */
export interface S3Origin {
  /** In lower case, at most 128 characters. */
  readonly domainName?: string;
  /** Begins with `/` and does not end with it, or is empty. */
  readonly path?: string;
  /** How CloudFront proves to the bucket who asks. */
  readonly authMethod?: "none" | "origin-access-identity";
  /** Required with `"origin-access-identity"`. */
  readonly region?: string;
  /** Headers for the origin, values or lines as in an event; CloudFront refuses some names. */
  readonly customHeaders?: Readonly<Record<string, OneOrMore<string | { readonly key?: string; readonly value: string }>>>;
}

/** An HTTP server; fields as in CloudFront's event. */
export interface CustomOrigin {
  /** A DNS name without port. */
  readonly domainName?: string;
  /** Begins with `/` and does not end with it, or is empty. */
  readonly path?: string;
  /** 80, 443 or 1024 to 65535. */
  readonly port?: number;
  /** How the server is asked. */
  readonly protocol?: "http" | "https";
  /**
   * Seconds, 1 to 120.
   * @asType integer
   * @minimum 1
   * @maximum 120
   */
  readonly readTimeout?: number;
  /**
   * Seconds, 1 to 120.
   * @asType integer
   * @minimum 1
   * @maximum 120
   */
  readonly keepaliveTimeout?: number;
  /** Versions of TLS that may be used with the server. */
  readonly sslProtocols?: OneOrMore<"TLSv1.3" | "TLSv1.2" | "TLSv1.1" | "TLSv1" | "SSLv3">;
  /** Headers for the origin, values or lines as in an event; CloudFront refuses some names. */
  readonly customHeaders?: Readonly<Record<string, OneOrMore<string | { readonly key?: string; readonly value: string }>>>;
}

/** Clean URLs. GET and HEAD, where the last segment has no dot and no rule of origins or rewrites matched. */
export interface HtmlRule extends Exceptions {
  /** Which paths. Default `"/*"`. */
  readonly for?: OneOrMore<Pattern>;
  /** The file that a path ending in `/` gets. Default: none. */
  readonly index?: string;
  /** What any other path gets: nothing (default), `.html`, or `/index.html`. */
  readonly clean?: false | "file" | "directory";
  /** Redirects with 308 to the form with or without the slash. Default `"keep"`. */
  readonly trailingSlash?: "keep" | "add" | "remove";
  /** Default `"origin-request"`. */
  readonly at?: "origin-request" | "viewer-request";
}

/** The content codings there can be files of; `identity` is the file itself. */
export type Encoding = "br" | "zstd" | "gzip" | "identity";

/** Serves compressed variants of files, negotiated by RFC 9110. */
export interface PrecompressedRule extends Exceptions {
  /** Which paths. */
  readonly for: OneOrMore<Pattern>;
  /** The server's preference, which breaks ties, unless `prefer` does. Default `["br", "zstd", "gzip"]`. */
  readonly encodings?: OneOrMore<Encoding>;
  /** The suffixes of the files. Default `.br`, `.zst` and `.gz`. */
  readonly suffix?: Readonly<Partial<Record<Exclude<Encoding, "identity">, string>>>;
  /**
   * The variants that exist: `["/app.js.br"]`, `{ "/app.js": ["br"] }`, or with their sizes
   * `{ "/app.js": { "br": 1200 } }`, as `selvedge precompress` writes them. Default: all that `for` matches.
   */
  readonly files?: OneOrMore<string> | Readonly<Record<string, OneOrMore<Encoding> | Readonly<Partial<Record<Encoding, number>>>>>;
  /** Which of the equally welcome variants is sent: the first of `encodings` (default), or the smallest of `files`. */
  readonly prefer?: "order" | "smallest";
  /** Whether `Vary: Accept-Encoding` is sent. Default `true`. */
  readonly vary?: boolean;
  /** The stage of the request half. Default `"origin-request"`. */
  readonly at?: "origin-request" | "viewer-request";
}

/** Edits headers: `remove`, `replace`, `default`, `set`, `append`, in this order. */
export interface HeadersRule extends Exceptions {
  /** Which paths. Default `"/*"`. */
  readonly for?: OneOrMore<Pattern>;
  /** What must hold. `status`, `responseHeader` and `contentType` on responses only. */
  readonly when?: Condition;
  /** Whose headers. Default `"response"`. */
  readonly on?: "response" | "request";
  /** On responses `"origin-response"` (default) or `"viewer-response"`; on requests `"origin-request"` or `"viewer-request"`. */
  readonly at?: StageName;
  /** Names, or wildcards with one `*`. */
  readonly remove?: OneOrMore<string>;
  /** Substitutions in every line of a header. */
  readonly replace?: Readonly<Record<string, OneOrMore<Replacement>>>;
  /** Set where absent. */
  readonly default?: HeaderValues;
  /** Set, whatever was there. */
  readonly set?: HeaderValues;
  /** Added as further lines; `Vary` is merged. */
  readonly append?: HeaderValues;
}

/** Every match of an expression gives way to a text, in which `{1}` and `{name}` are its captures. */
export interface Replacement {
  /** An expression of regex-lite, unanchored. */
  readonly regex: string;
  /** What stands there instead. */
  readonly with: string;
}

/** `Content-Disposition: attachment`, at viewer-response. */
export interface DownloadRule extends Exceptions {
  /** Which paths. */
  readonly for: OneOrMore<Pattern>;
  /** What must hold of the request and the response. */
  readonly when?: Condition;
  /** The name to save under. Default: what the browser takes from the URL. */
  readonly filename?: ValueTemplate;
}

/** `"basic"` breaks no ordinary site; `"strict"` is all that OWASP proposes and a cache permits. */
export type SecurityPreset = "basic" | "strict";

/** A preset with a policy of one's own. */
export interface SecurityRule {
  /** Default `"basic"`. */
  readonly preset?: SecurityPreset;
  /** The whole Content-Security-Policy, instead of the preset's: directives and their sources, `[]` for none. */
  readonly csp?: Readonly<Record<string, OneOrMore<string>>>;
}

/** What must hold: all that is given. At most 16 levels of `any` and `not`. */
export interface Condition {
  /** Without port, in any case; `*.example.com` is one or more labels. */
  readonly host?: Test;
  /** How the viewer asks. */
  readonly scheme?: OneOrMore<"http" | "https">;
  /** `GET`, `POST` and so on. */
  readonly method?: OneOrMore<string>;
  /** Parameters, form-decoded. */
  readonly query?: Readonly<Record<string, Test>>;
  /** Request headers. */
  readonly header?: Readonly<Record<string, Test>>;
  /** Cookies, raw. */
  readonly cookie?: Readonly<Record<string, Test>>;
  /** ISO 3166-1 alpha-2, from the platform. */
  readonly country?: boolean | OneOrMore<string>;
  /** One of `languages` at the top. */
  readonly language?: OneOrMore<string>;
  /** Several may hold at once: an iPhone is `mobile` and `ios`. */
  readonly device?: boolean | OneOrMore<"desktop" | "mobile" | "tablet" | "smarttv" | "android" | "ios">;
  /** Addresses and ranges: `"10.0.0.0/8"`. */
  readonly ip?: OneOrMore<string>;
  /** Response stages only: `404` or `"4xx"`. */
  readonly status?: OneOrMore<StatusTest>;
  /** Response stages only: response headers. */
  readonly responseHeader?: Readonly<Record<string, Test>>;
  /** Response stages only. */
  readonly contentType?: Test;
  /** One of these must hold. */
  readonly any?: OneOrMore<Condition>;
  /** This must not hold. */
  readonly not?: Condition;
}

/**
 * A status, or all of a class: `404` or `"4xx"`.
 * @minimum 100
 * @maximum 599
 * @pattern ^[1-5](\d\d|xx|XX)$
 */
export type StatusTest = number | string;

/** Present or absent (`true`, `false`), equal to one of these strings, or as an object says. */
export type Test = boolean | OneOrMore<string | TestParts>;

/** All that are given must hold; of a list, one. */
export interface TestParts {
  /** How it begins. */
  readonly prefix?: OneOrMore<string>;
  /** How it ends. */
  readonly suffix?: OneOrMore<string>;
  /** What is somewhere in it. */
  readonly contains?: OneOrMore<string>;
  /** An expression of regex-lite, unanchored. */
  readonly regex?: OneOrMore<string>;
}
