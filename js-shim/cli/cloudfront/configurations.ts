/** What a behaviour needs, as CloudFormation has it. */
import { STAGES } from "#dist/generated/names.js";
import type { CachePolicyConfig, CustomErrorResponseConfig, OriginRequestPolicyConfig, Policies } from "./deployment.js";
import type { Behaviour } from "./fragments/behaviour.js";
import { MEMORY_MB } from "./prices.js";

/** What is accepted at every trigger; in seconds. */
export const LAMBDA = { memorySize: MEMORY_MB, timeout: 5 };

/** For one function of Lambda@Edge that does all that the rules do. */
export function configurationsOf({ triggers, cache, origin, errors }: Behaviour): Policies {
  return {
    $comment: "",
    associations: Object.fromEntries(STAGES.map((stage) => [stage, triggers.some(({ name }) => name === stage) ? "lambda" : null])) as Policies["associations"],
    responseHeadersPolicy: null,
    cachePolicy: cachePolicyConfig(cache),
    originRequestPolicy: origin.headers.length === 0 ? null : originRequestPolicyConfig(origin),
    customErrorResponses: errors.map(customErrorConfig),
    lambda: { ...LAMBDA, includeBody: triggers.some(({ includeBody }) => includeBody) },
    store: null,
  };
}

export function cachePolicyConfig(cache: Behaviour["cache"]): CachePolicyConfig {
  return {
    MinTTL: 0,
    DefaultTTL: 86_400,
    MaxTTL: 31_536_000,
    ParametersInCacheKeyAndForwardedToOrigin: {
      // For compression by CloudFront, too.
      EnableAcceptEncodingBrotli: true,
      EnableAcceptEncodingGzip: true,
      CookiesConfig: { CookieBehavior: cache.cookies },
      HeadersConfig: listed(cache.headers),
      QueryStringsConfig: { QueryStringBehavior: cache.queryStrings },
    },
  };
}

export function originRequestPolicyConfig({ headers }: Behaviour["origin"]): OriginRequestPolicyConfig {
  return { CookiesConfig: { CookieBehavior: "none" }, HeadersConfig: listed(headers), QueryStringsConfig: { QueryStringBehavior: "none" } };
}

function listed(headers: readonly string[]): OriginRequestPolicyConfig["HeadersConfig"] {
  return headers.length === 0 ? { HeaderBehavior: "none" } : { HeaderBehavior: "whitelist", Headers: headers };
}

export function customErrorConfig({ errorCode, responseCode, responsePagePath }: Behaviour["errors"][number]): CustomErrorResponseConfig {
  return { ErrorCode: errorCode, ResponseCode: responseCode, ResponsePagePath: responsePagePath, ErrorCachingMinTTL: 10 };
}
