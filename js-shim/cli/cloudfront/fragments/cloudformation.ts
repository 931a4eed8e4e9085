/** A CloudFormation template, as YAML: the policies, and a distribution whose behaviour uses them. */
import type { Behaviour } from "./behaviour.js";

export function cloudformation({ triggers, cache, origin, errors }: Behaviour): string {
  return `# What these rules need of CloudFront. Take over the policies, and of the distribution what stands in its behaviour.
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
${triggers.length === 0 ? "" : FUNCTION}  OriginDomain:
    Type: String
Resources:
  SelvedgeCachePolicy:
    Type: AWS::CloudFront::CachePolicy
    Properties:
      CachePolicyConfig:
        Name: !Sub "\${AWS::StackName}-selvedge"
${cacheSettings(cache)}${
    origin.headers.length === 0
      ? ""
      : `  SelvedgeOriginRequestPolicy:
    Type: AWS::CloudFront::OriginRequestPolicy
    Properties:
      OriginRequestPolicyConfig:
        Name: !Sub "\${AWS::StackName}-selvedge"
${forwarded(origin)}`
  }  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: origin
            DomainName: !Ref OriginDomain
            CustomOriginConfig: { OriginProtocolPolicy: https-only }
${customErrors(errors)}        DefaultCacheBehavior:
          TargetOriginId: origin
          ViewerProtocolPolicy: redirect-to-https
          Compress: true
          CachePolicyId: !Ref SelvedgeCachePolicy
${origin.headers.length === 0 ? "" : "          OriginRequestPolicyId: !Ref SelvedgeOriginRequestPolicy\n"}${
    triggers.length === 0
      ? ""
      : `          LambdaFunctionAssociations:
${associations(triggers, "FunctionVersion")}
`
  }`;
}

const FUNCTION = `  FunctionVersion:
    Type: String
    Description: ARN of a numbered version of the function, in us-east-1
`;

/** How long a cache policy keeps copies, and what their key is: members of `CachePolicyConfig`. */
export function cacheSettings(cache: Behaviour["cache"]): string {
  return `        MinTTL: 0
        DefaultTTL: 86400
        MaxTTL: 31536000
        ParametersInCacheKeyAndForwardedToOrigin:
          # For compression by CloudFront, too.
          EnableAcceptEncodingBrotli: true
          EnableAcceptEncodingGzip: true
          CookiesConfig: { CookieBehavior: ${cache.cookies} }
          HeadersConfig: ${headers(cache.headers)}
          QueryStringsConfig: { QueryStringBehavior: ${cache.queryStrings} }
`;
}

/** What the origin is told besides the cache key: members of `OriginRequestPolicyConfig`. */
export function forwarded(origin: Behaviour["origin"]): string {
  return `        CookiesConfig: { CookieBehavior: none }
        HeadersConfig: ${headers(origin.headers)}
        QueryStringsConfig: { QueryStringBehavior: none }
`;
}

/** Members of `LambdaFunctionAssociations`; `version` is what the template calls the numbered version. */
export function associations(triggers: Behaviour["triggers"], version: string): string {
  const one = ({ name, includeBody }: Behaviour["triggers"][number]): string =>
    `            - { EventType: ${name}, LambdaFunctionARN: !Ref ${version}${includeBody ? ", IncludeBody: true" : ""} }`;
  return triggers.map(one).join("\n");
}

/** The member of `DistributionConfig` with the pages for errors, or nothing. */
export function customErrors(errors: Behaviour["errors"]): string {
  const one = ({ errorCode, responseCode, responsePagePath }: Behaviour["errors"][number]): string =>
    `          - { ErrorCode: ${errorCode}, ResponseCode: ${responseCode}, ResponsePagePath: ${JSON.stringify(responsePagePath)}, ErrorCachingMinTTL: 10 }\n`;
  return errors.length === 0 ? "" : `        CustomErrorResponses:\n${errors.map(one).join("")}`;
}

function headers(names: readonly string[]): string {
  return names.length === 0 ? "{ HeaderBehavior: none }" : `{ HeaderBehavior: whitelist, Headers: [${names.join(", ")}] }`;
}
