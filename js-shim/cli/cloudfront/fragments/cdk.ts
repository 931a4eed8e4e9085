/** AWS CDK, in TypeScript: a function that gives the options of a behaviour. */
import { cachePolicyConfig, customErrorConfig } from "../configurations.js";
import type { Behaviour } from "./behaviour.js";

const EVENTS: Record<string, string> = {
  "viewer-request": "VIEWER_REQUEST",
  "origin-request": "ORIGIN_REQUEST",
  "origin-response": "ORIGIN_RESPONSE",
  "viewer-response": "VIEWER_RESPONSE",
};

export function cdk({ triggers, cache, origin, errors }: Behaviour): string {
  const { MinTTL, DefaultTTL, MaxTTL, ParametersInCacheKeyAndForwardedToOrigin: key } = cachePolicyConfig(cache);
  const lambdas = triggers.map(({ name, includeBody }) => {
    return `      { eventType: cloudfront.LambdaEdgeEventType.${EVENTS[name]}, functionVersion${includeBody ? ", includeBody: true" : ""} },`;
  });
  return `// What these rules need of CloudFront: new cloudfront.Distribution(this, "Site", {
//   defaultBehavior: { origin, ...selvedge(this, edgeFunction.currentVersion) },
${errors.length === 0 ? "" : "//   errorResponses,\n"}// });
import { Duration } from "aws-cdk-lib";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import type { IVersion } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

${errors.length === 0 ? "" : `export const errorResponses: cloudfront.ErrorResponse[] = ${errorResponses(errors, "")};\n\n`}export function selvedge(scope: Construct, functionVersion: IVersion): Omit<cloudfront.BehaviorOptions, "origin"> {
  return {
    compress: true,
    cachePolicy: new cloudfront.CachePolicy(scope, "SelvedgeCachePolicy", {
      minTtl: Duration.seconds(${MinTTL}),
      defaultTtl: Duration.seconds(${DefaultTTL}),
      maxTtl: Duration.seconds(${MaxTTL}),
      enableAcceptEncodingBrotli: ${key.EnableAcceptEncodingBrotli},
      enableAcceptEncodingGzip: ${key.EnableAcceptEncodingGzip},
      cookieBehavior: cloudfront.CacheCookieBehavior.${cache.cookies}(),
      headerBehavior: ${headers("CacheHeaderBehavior", cache.headers)},
      queryStringBehavior: cloudfront.CacheQueryStringBehavior.${cache.queryStrings}(),
    }),
${
    origin.headers.length === 0
      ? ""
      : `    originRequestPolicy: new cloudfront.OriginRequestPolicy(scope, "SelvedgeOriginRequestPolicy", {
      cookieBehavior: cloudfront.OriginRequestCookieBehavior.none(),
      headerBehavior: ${headers("OriginRequestHeaderBehavior", origin.headers)},
      queryStringBehavior: cloudfront.OriginRequestQueryStringBehavior.none(),
    }),
`
  }    edgeLambdas: [${lambdas.length === 0 ? "" : `\n${lambdas.join("\n")}\n    `}],
  };
}
`;
}

/** The value of `errorResponses` of a distribution. */
export function errorResponses(errors: Behaviour["errors"], indent: string): string {
  const one = ({ ErrorCode, ResponseCode, ResponsePagePath, ErrorCachingMinTTL }: ReturnType<typeof customErrorConfig>): string =>
    `${indent}  { httpStatus: ${ErrorCode}, responseHttpStatus: ${ResponseCode}, responsePagePath: ${JSON.stringify(ResponsePagePath)}, ttl: Duration.seconds(${ErrorCachingMinTTL}) },\n`;
  return `[\n${errors.map(customErrorConfig).map(one).join("")}${indent}]`;
}

function headers(kind: string, names: readonly string[]): string {
  const list = names.map((name) => JSON.stringify(name)).join(", ");
  return names.length === 0 ? `cloudfront.${kind}.none()` : `cloudfront.${kind}.allowList(${list})`;
}
