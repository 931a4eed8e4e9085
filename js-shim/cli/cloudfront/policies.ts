/** What the distribution has to be told of rules in their places. */
import { type StageName, STAGES } from "#dist/generated/names.js";
import type { CloudFrontSplit } from "#dist/tools/cloudfront-split.js";
import { headerCase } from "../header-case.js";
import { cachePolicyConfig, customErrorConfig, LAMBDA, originRequestPolicyConfig } from "./configurations.js";
import type { CachePolicyConfig, OriginRequestPolicyConfig, Policies, Runs } from "./deployment.js";
import { headersPolicyOf } from "./headers-policy.js";
import { type CloudFrontNeeds, needsOf } from "./needs.js";
import { customErrorsFor } from "./requirements.js";

const COMMENT = "Made by selvedge build for one cache behaviour, and the custom error responses for its distribution. Names of policies are yours.";

export function policiesOf(split: CloudFrontSplit): Policies {
  const store = split.function?.store ?? null;
  const needs = needsOf(split);
  return {
    $comment: COMMENT,
    associations: associationsOf(split, needs.triggers),
    responseHeadersPolicy: headersPolicyOf(split.policy),
    cachePolicy: cachePolicyOf(needs),
    originRequestPolicy: originRequestPolicyOf(needs, split.function?.headers ?? []),
    customErrorResponses: split.missingPage === null ? [] : customErrorsFor(split.missingPage).map(customErrorConfig),
    lambda: { ...LAMBDA, includeBody: false },
    store: store === null ? null : { keys: store.keys, bytes: store.bytes },
  };
}

function associationsOf({ function: made }: CloudFrontSplit, triggers: readonly StageName[]): Policies["associations"] {
  const inFunction: readonly StageName[] = [...(made?.onRequest ? (["viewer-request"] as const) : []), ...(made?.onResponse ? (["viewer-response"] as const) : [])];
  const runs = (event: StageName): Runs => (inFunction.includes(event) ? "function" : triggers.includes(event) ? "lambda" : null);
  return Object.fromEntries(STAGES.map((event) => [event, runs(event)])) as Record<StageName, Runs>;
}

/** `null` where every policy will do. */
function cachePolicyOf({ cachePolicy: { headers, cookies, queryStrings, acceptEncodingGzip, acceptEncodingBrotli } }: CloudFrontNeeds): CachePolicyConfig | null {
  if (headers.length === 0 && cookies === "none" && queryStrings === "none" && !acceptEncodingGzip && !acceptEncodingBrotli) return null;
  return cachePolicyConfig({ headers: headers.map(headerCase), cookies, queryStrings });
}

/** @param seen what of CloudFront's own headers the function reads: it sees those that a policy names */
function originRequestPolicyOf({ cachePolicy, originRequestPolicy }: CloudFrontNeeds, seen: readonly string[]): OriginRequestPolicyConfig | null {
  const headers = [...new Set([...originRequestPolicy.headers, ...seen])].filter((name) => !cachePolicy.headers.includes(name));
  return headers.length === 0 ? null : originRequestPolicyConfig({ headers: headers.sort().map(headerCase) });
}
