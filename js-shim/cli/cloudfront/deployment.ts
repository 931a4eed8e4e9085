/**
 * What `selvedge build RULES --platform cloudfront -o FOLDER/` makes of rules: each file's text, and what the distribution
 * has to be told. Whoever deploys adds the names of policies; all else is as CloudFormation writes it.
 */
import type { StageName } from "#dist/generated/names.js";

/** A folder's content. What is `null` is not needed, and not in the folder. */
export interface Deployment {
  /** `function.js`: one CloudFront Function for `cloudfront-js-2.0`, at the viewer events that `policies` says. */
  readonly function: string | null;
  /** `store.json`: what the function's KeyValueStore is filled with, as AWS imports it. */
  readonly store: string | null;
  /** `lambda/index.js`: one CommonJS module with the plan inside, whose handler is `index.handler`. */
  readonly lambda: string | null;
  /** `policies.json`. */
  readonly policies: Policies;
}

/** What runs at an event: of the viewer events both are `function`, or both are `lambda`, unless one is `null`. */
export type Runs = "function" | "lambda" | null;

/** What the cache behaviour of the rules needs, and its distribution. */
export interface Policies {
  readonly $comment: string;
  readonly associations: Readonly<Record<StageName, Runs>>;
  readonly responseHeadersPolicy: ResponseHeadersPolicyConfig | null;
  readonly cachePolicy: CachePolicyConfig | null;
  readonly originRequestPolicy: OriginRequestPolicyConfig | null;
  /** Of the whole distribution. */
  readonly customErrorResponses: readonly CustomErrorResponseConfig[];
  /** Also where there is no Lambda function. */
  readonly lambda: { readonly includeBody: boolean; readonly memorySize: number; readonly timeout: number };
  readonly store: { readonly keys: number; readonly bytes: number } | null;
}

/** `AWS::CloudFront::ResponseHeadersPolicy ResponseHeadersPolicyConfig`, without `Name`. */
export interface ResponseHeadersPolicyConfig {
  readonly Comment?: string;
  readonly CustomHeadersConfig?: { readonly Items: readonly { readonly Header: string; readonly Value: string; readonly Override: boolean }[] };
  readonly RemoveHeadersConfig?: { readonly Items: readonly { readonly Header: string }[] };
  readonly SecurityHeadersConfig?: {
    readonly ContentSecurityPolicy?: { readonly ContentSecurityPolicy: string; readonly Override: boolean };
    readonly ContentTypeOptions?: { readonly Override: boolean };
    readonly FrameOptions?: { readonly FrameOption: "DENY" | "SAMEORIGIN"; readonly Override: boolean };
    readonly ReferrerPolicy?: { readonly ReferrerPolicy: string; readonly Override: boolean };
    readonly StrictTransportSecurity?: { readonly AccessControlMaxAgeSec: number; readonly IncludeSubdomains: boolean; readonly Preload: boolean; readonly Override: boolean };
  };
}

/** `AWS::CloudFront::CachePolicy CachePolicyConfig`, without `Name`. */
export interface CachePolicyConfig {
  readonly Comment?: string;
  readonly MinTTL: number;
  readonly DefaultTTL: number;
  readonly MaxTTL: number;
  readonly ParametersInCacheKeyAndForwardedToOrigin: Forwarded & { readonly EnableAcceptEncodingBrotli: boolean; readonly EnableAcceptEncodingGzip: boolean };
}

/** `AWS::CloudFront::OriginRequestPolicy OriginRequestPolicyConfig`, without `Name`. */
export interface OriginRequestPolicyConfig extends Forwarded {
  readonly Comment?: string;
}

interface Forwarded {
  readonly CookiesConfig: { readonly CookieBehavior: "none" | "all" };
  readonly HeadersConfig: { readonly HeaderBehavior: "none" | "whitelist"; readonly Headers?: readonly string[] };
  readonly QueryStringsConfig: { readonly QueryStringBehavior: "none" | "all" };
}

/** `AWS::CloudFront::Distribution CustomErrorResponse`. */
export interface CustomErrorResponseConfig {
  readonly ErrorCode: number;
  readonly ResponseCode: number;
  readonly ResponsePagePath: string;
  readonly ErrorCachingMinTTL: number;
}
