/** A CloudFormation template, as YAML: the policies, and a distribution whose behaviour uses them. */
import type { Behaviour } from "./behaviour.js";

export function cloudformation({ triggers, cache, origin }: Behaviour): string {
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
        MinTTL: 0
        DefaultTTL: 86400
        MaxTTL: 31536000
        ParametersInCacheKeyAndForwardedToOrigin:
          # For compression by CloudFront, too.
          EnableAcceptEncodingBrotli: true
          EnableAcceptEncodingGzip: true
          CookiesConfig: { CookieBehavior: ${cache.cookies} }
          HeadersConfig: ${headers(cache.headers)}
          QueryStringsConfig: { QueryStringBehavior: ${cache.queryStrings} }
${
    origin.headers.length === 0
      ? ""
      : `  SelvedgeOriginRequestPolicy:
    Type: AWS::CloudFront::OriginRequestPolicy
    Properties:
      OriginRequestPolicyConfig:
        Name: !Sub "\${AWS::StackName}-selvedge"
        CookiesConfig: { CookieBehavior: none }
        HeadersConfig: ${headers(origin.headers)}
        QueryStringsConfig: { QueryStringBehavior: none }
`
  }  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: origin
            DomainName: !Ref OriginDomain
            CustomOriginConfig: { OriginProtocolPolicy: https-only }
        DefaultCacheBehavior:
          TargetOriginId: origin
          ViewerProtocolPolicy: redirect-to-https
          Compress: true
          CachePolicyId: !Ref SelvedgeCachePolicy
${origin.headers.length === 0 ? "" : "          OriginRequestPolicyId: !Ref SelvedgeOriginRequestPolicy\n"}${
    triggers.length === 0
      ? ""
      : `          LambdaFunctionAssociations:
${triggers.map(association).join("\n")}
`
  }`;
}

const FUNCTION = `  FunctionVersion:
    Type: String
    Description: ARN of a numbered version of the function, in us-east-1
`;

function association({ name, includeBody }: Behaviour["triggers"][number]): string {
  return `            - { EventType: ${name}, LambdaFunctionARN: !Ref FunctionVersion${includeBody ? ", IncludeBody: true" : ""} }`;
}

function headers(names: readonly string[]): string {
  return names.length === 0 ? "{ HeaderBehavior: none }" : `{ HeaderBehavior: whitelist, Headers: [${names.join(", ")}] }`;
}
