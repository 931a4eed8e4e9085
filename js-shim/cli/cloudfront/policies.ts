/** What the distribution has to be told of rules in their places. */
import { type StageName, STAGES } from "#dist/generated/names.js";
import type { CloudFrontSplit } from "#dist/tools/cloudfront-split.js";
import type { Outline } from "#dist/tools/outline.js";
import { headerCase } from "../header-case.js";
import type { CachePolicyConfig, CustomErrorResponseConfig, OriginRequestPolicyConfig, Policies, Runs } from "./deployment.js";
import { headersPolicyOf } from "./headers-policy.js";
import { type CloudFrontNeeds, needsOf } from "./needs.js";
import { MEMORY_MB } from "./prices.js";
import { customErrorsFor } from "./requirements.js";

const COMMENT = "Made by selvedge build for one cache behaviour, and the custom error responses for its distribution. Names of policies are yours.";
/** In seconds: what is accepted at every trigger. */
const TIMEOUT = 5;

export function policiesOf(split: CloudFrontSplit, missingPage: Outline["missingPage"]): Policies {
  const store = split.function?.store ?? null;
  const needs = needsOf(split.plan, split.setAtViewerRequest);
  return {
    $comment: COMMENT,
    associations: associationsOf(split, needs.triggers),
    responseHeadersPolicy: headersPolicyOf(split.policy),
    cachePolicy: cachePolicyOf(needs),
    originRequestPolicy: originRequestPolicyOf(needs, split.function?.headers ?? []),
    customErrorResponses: missingPage === null ? [] : customErrorsFor(missingPage).map(customError),
    lambda: { includeBody: false, memorySize: MEMORY_MB, timeout: TIMEOUT },
    store: store === null ? null : { keys: store.keys, bytes: store.bytes },
  };
}

function associationsOf({ function: made }: CloudFrontSplit, triggers: readonly StageName[]): Policies["associations"] {
  const inFunction: readonly StageName[] = [...(made?.onRequest ? (["viewer-request"] as const) : []), ...(made?.onResponse ? (["viewer-response"] as const) : [])];
  const runs = (event: StageName): Runs => (inFunction.includes(event) ? "function" : triggers.includes(event) ? "lambda" : null);
  return Object.fromEntries(STAGES.map((event) => [event, runs(event)])) as Record<StageName, Runs>;
}

/** `null` where every policy will do. */
function cachePolicyOf({ cachePolicy: cache }: CloudFrontNeeds): CachePolicyConfig | null {
  const headers = cache.headers.map(headerCase);
  if (headers.length === 0 && cache.cookies === "none" && cache.queryStrings === "none" && !cache.acceptEncodingGzip && !cache.acceptEncodingBrotli) return null;
  return {
    MinTTL: 0,
    DefaultTTL: 86_400,
    MaxTTL: 31_536_000,
    ParametersInCacheKeyAndForwardedToOrigin: {
      // For compression by CloudFront, too.
      EnableAcceptEncodingBrotli: true,
      EnableAcceptEncodingGzip: true,
      CookiesConfig: { CookieBehavior: cache.cookies },
      HeadersConfig: listed(headers),
      QueryStringsConfig: { QueryStringBehavior: cache.queryStrings },
    },
  };
}

/** @param seen what of CloudFront's own headers the function reads: it sees those that a policy names */
function originRequestPolicyOf({ cachePolicy, originRequestPolicy }: CloudFrontNeeds, seen: readonly string[]): OriginRequestPolicyConfig | null {
  const headers = [...new Set([...originRequestPolicy.headers, ...seen])].filter((name) => !cachePolicy.headers.includes(name));
  if (headers.length === 0) return null;
  return { CookiesConfig: { CookieBehavior: "none" }, HeadersConfig: listed(headers.sort().map(headerCase)), QueryStringsConfig: { QueryStringBehavior: "none" } };
}

function listed(headers: readonly string[]): OriginRequestPolicyConfig["HeadersConfig"] {
  return headers.length === 0 ? { HeaderBehavior: "none" } : { HeaderBehavior: "whitelist", Headers: headers };
}

function customError({ errorCode, responseCode, responsePagePath }: ReturnType<typeof customErrorsFor>[number]): CustomErrorResponseConfig {
  return { ErrorCode: errorCode, ResponseCode: responseCode, ResponsePagePath: responsePagePath, ErrorCachingMinTTL: 10 };
}
