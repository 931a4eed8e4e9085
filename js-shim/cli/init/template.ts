/** A template for AWS SAM: a private bucket, the function, and a distribution with what the rules need. */
import type { Behaviour } from "../cloudfront/fragments/behaviour.js";
import { associations, cacheSettings, customErrors, forwarded } from "../cloudfront/fragments/cloudformation.js";

export interface SiteSettings {
  readonly behaviour: Behaviour;
  readonly site: string;
}

export function template({ behaviour: { triggers, cache, origin, errors } }: SiteSettings, code: string): string {
  return `# The site on CloudFront: a private bucket, and one function at the triggers that the rules need.
# Deploy it in us-east-1: CloudFront takes functions from there only.
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31

Rules:
  Region:
    Assertions:
      - Assert: !Equals [!Ref "AWS::Region", us-east-1]
        AssertDescription: Functions of CloudFront are made in us-east-1.

Resources:
  Site:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true

  SiteAccess:
    Type: AWS::CloudFront::OriginAccessControl
    Properties:
      OriginAccessControlConfig:
        Name: !Sub \${AWS::StackName}-site
        OriginAccessControlOriginType: s3
        SigningBehavior: always
        SigningProtocol: sigv4

  SitePolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Site
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          # ListBucket makes a missing file 404; without it, S3 says 403.
          - Effect: Allow
            Principal: { Service: cloudfront.amazonaws.com }
            Action: [s3:GetObject, s3:ListBucket]
            Resource: [!GetAtt Site.Arn, !Sub "\${Site.Arn}/*"]
            Condition:
              StringEquals:
                AWS:SourceArn: !Sub arn:\${AWS::Partition}:cloudfront::\${AWS::AccountId}:distribution/\${Distribution}

  HandlerRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Service: [lambda.amazonaws.com, edgelambda.amazonaws.com] }
            Action: sts:AssumeRole
      ManagedPolicyArns:
        - !Sub arn:\${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole

  # Memory, time and architecture are what the viewer triggers allow.
  Handler:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ${code}
      Handler: handler.handler
      Runtime: nodejs22.x
      Architectures: [x86_64]
      MemorySize: 128
      Timeout: 5
      Role: !GetAtt HandlerRole.Arn
      # CloudFront takes numbered versions only: this publishes one whenever the code changes.
      AutoPublishAlias: live

  # What the rules read, as "selvedge plan" lists it.
  CachePolicy:
    Type: AWS::CloudFront::CachePolicy
    Properties:
      CachePolicyConfig:
        Name: !Sub \${AWS::StackName}-files
${cacheSettings(cache)}${
    origin.headers.length === 0
      ? ""
      : `
  OriginRequestPolicy:
    Type: AWS::CloudFront::OriginRequestPolicy
    Properties:
      OriginRequestPolicyConfig:
        Name: !Sub \${AWS::StackName}-files
${forwarded(origin)}`
  }
  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        HttpVersion: http2and3
        Origins:
          - Id: site
            DomainName: !GetAtt Site.RegionalDomainName
            OriginAccessControlId: !GetAtt SiteAccess.Id
            S3OriginConfig: { OriginAccessIdentity: "" }
${customErrors(errors)}        DefaultCacheBehavior:
          TargetOriginId: site
          ViewerProtocolPolicy: redirect-to-https
          AllowedMethods: [GET, HEAD, OPTIONS]
          CachedMethods: [GET, HEAD]
          Compress: true
          CachePolicyId: !Ref CachePolicy
${origin.headers.length === 0 ? "" : "          OriginRequestPolicyId: !Ref OriginRequestPolicy\n"}          LambdaFunctionAssociations:
${associations(triggers, "Handler.Version")}

Outputs:
  Address:
    Value: !Sub https://\${Distribution.DomainName}/
  Bucket:
    Value: !Ref Site
`;
}
