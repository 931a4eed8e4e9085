import type { Condition } from "./condition.js";
import type { OneOrMore } from "./one-or-more.js";
import type { Exceptions, Pattern } from "./pattern.js";

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
   * What a rule with `pass` does not have: by it editors know which of the two a rule is, and show its texts.
   * @hidden
   */
  readonly to?: undefined;
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
  /**
   * What a rule with `to` does not have.
   * @hidden
   */
  readonly pass?: undefined;
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
   * A DNS name without a port; where CloudFront does not ask, also an address: `127.0.0.1`, `[::1]`. Default: that of the configured server.
   * @example "api.example.com"
   */
  readonly domainName?: string;
  /**
   * What comes before every path; begins with `/` and does not end with it, or is empty. Default: that of the configured server.
   * @example "/v2"
   */
  readonly path?: string;
  /**
   * 80, 443, or 1024 to 65535; where CloudFront does not ask, any port. Default: that of the configured server.
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
