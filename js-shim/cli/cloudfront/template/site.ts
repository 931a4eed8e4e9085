/**
 * The site on CloudFront as a template of CloudFormation: a private bucket, what runs the rules, and a distribution that is told what
 * they need. `selvedge init` writes it around a handler of the user's, `selvedge build --template` around what it has built.
 */
import type { Deployment, Policies } from "../deployment.js";
import { storeId } from "../store-id.js";
import { behaviour, customErrors, type Json, type Names, policyResources } from "./behaviour.js";
import { COMMENT, yamlOf } from "./yaml.js";

/** What is deployed: of `lambda`, whether there is one. */
export interface SiteSettings extends Omit<Deployment, "lambda"> {
  /** The folder with the handler, from that of the template, and the handler's name in it. */
  readonly lambda: { readonly code: string; readonly handler: string } | null;
}

const NAMES: Names = { prefix: "", suffix: "edge" };
/** Where the files of the site are in the bucket. */
export const FOLDER = "site";
/** How each template begins that is written here. */
export const INTRODUCTION = "# The site on CloudFront: ";

export function template(settings: SiteSettings): string {
  const parts = [settings.function && "a CloudFront Function", settings.lambda && "a function of Lambda@Edge"].filter(Boolean).join(" and ");
  const region = settings.lambda ? "\n# Deploy it in us-east-1: CloudFront takes Lambda functions from there only." : "";
  return `${INTRODUCTION}a private bucket, ${parts}, and a distribution with what the rules need.${region}\n${yamlOf(site(settings))}`;
}

function site({ policies, lambda, function: source, store }: SiteSettings): Json {
  const id = store === null ? null : storeId(store);
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    ...(lambda && { Transform: "AWS::Serverless-2016-10-31", Rules: REGION }),
    Parameters: { ...DOMAIN, ...(id && STORE_SOURCE) },
    Conditions: { HasCertificate: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "CertificateArn" }, ""] }] } },
    Resources: {
      ...BUCKET,
      ...(lambda && handler(lambda, policies.lambda)),
      ...(id && { [id]: storeOf(id) }),
      ...(source !== null && { Function: functionOf(source, id) }),
      ...policyResources(policies, NAMES),
      Distribution: distribution(policies),
    },
    Outputs: OUTPUTS,
  };
}

const REGION = {
  Region: {
    Assertions: [{ Assert: { "Fn::Equals": [{ Ref: "AWS::Region" }, "us-east-1"] }, AssertDescription: "Lambda functions for CloudFront are made in us-east-1." }],
  },
};

const DOMAIN = {
  DomainNames: { Type: "CommaDelimitedList", Default: "", Description: "Names of the site, such as www.example.com; they need the certificate" },
  CertificateArn: { Type: "String", Default: "", Description: "A certificate of ACM for these names, in us-east-1" },
};

const STORE_SOURCE = {
  StoreSource: { Type: "String", AllowedPattern: "arn:[^:]+:s3:::.+/.+", Description: "store.json in a bucket of yours, such as arn:aws:s3:::BUCKET/store.json" },
};

const BUCKET: Json = {
  Site: {
    Type: "AWS::S3::Bucket",
    Properties: { PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true } },
  },
  SiteAccess: {
    Type: "AWS::CloudFront::OriginAccessControl",
    Properties: {
      OriginAccessControlConfig: { Name: { "Fn::Sub": "${AWS::StackName}-site" }, OriginAccessControlOriginType: "s3", SigningBehavior: "always", SigningProtocol: "sigv4" },
    },
  },
  SitePolicy: {
    [COMMENT]: "To list makes a missing file 404; without it, S3 says 403.",
    Type: "AWS::S3::BucketPolicy",
    Properties: {
      Bucket: { Ref: "Site" },
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "cloudfront.amazonaws.com" },
            Action: ["s3:GetObject", "s3:ListBucket"],
            Resource: [{ "Fn::GetAtt": "Site.Arn" }, { "Fn::Sub": "${Site.Arn}/*" }],
            Condition: { StringEquals: { "AWS:SourceArn": { "Fn::Sub": "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}" } } },
          },
        ],
      },
    },
  },
};

function handler({ code, handler }: NonNullable<SiteSettings["lambda"]>, { memorySize, timeout }: Policies["lambda"]): Json {
  return {
    HandlerRole: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] }, Action: "sts:AssumeRole" }],
        },
        ManagedPolicyArns: [{ "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole" }],
      },
    },
    Handler: {
      [COMMENT]: "Memory, time and architecture are what every trigger allows.\nCloudFront takes numbered versions only: AutoPublishAlias publishes one whenever the code changes.",
      Type: "AWS::Serverless::Function",
      Properties: {
        CodeUri: code,
        Handler: handler,
        Runtime: "nodejs22.x",
        Architectures: ["x86_64"],
        MemorySize: memorySize,
        Timeout: timeout,
        Role: { "Fn::GetAtt": "HandlerRole.Arn" },
        AutoPublishAlias: "live",
      },
    },
  };
}

function storeOf(id: string): Json {
  return {
    [COMMENT]: "CloudFront fills a store when it makes it, and never again: one with other keys is another store.",
    Type: "AWS::CloudFront::KeyValueStore",
    Properties: { Name: { "Fn::Sub": `\${AWS::StackName}-${id}` }, ImportSource: { SourceType: "S3", SourceArn: { Ref: "StoreSource" } } },
  };
}

function functionOf(source: string, store: string | null): Json {
  return {
    Type: "AWS::CloudFront::Function",
    Properties: {
      Name: { "Fn::Sub": "${AWS::StackName}-edge" },
      AutoPublish: true,
      FunctionConfig: {
        Comment: "Rules, by selvedge build",
        Runtime: "cloudfront-js-2.0",
        ...(store && { KeyValueStoreAssociations: [{ KeyValueStoreARN: { "Fn::GetAtt": `${store}.Arn` } }] }),
      },
      FunctionCode: source,
    },
  };
}

function distribution(policies: Policies): Json {
  const lambda = { version: "Handler.Version", bodyAt: policies.lambda.includeBody ? ["viewer-request", "origin-request"] : [] };
  const withCertificate = (value: unknown): Json => ({ "Fn::If": ["HasCertificate", value, { Ref: "AWS::NoValue" }] });
  return {
    Type: "AWS::CloudFront::Distribution",
    Properties: {
      DistributionConfig: {
        Enabled: true,
        HttpVersion: "http2and3",
        Aliases: withCertificate({ Ref: "DomainNames" }),
        ViewerCertificate: withCertificate({ AcmCertificateArn: { Ref: "CertificateArn" }, SslSupportMethod: "sni-only", MinimumProtocolVersion: "TLSv1.2_2021" }),
        Origins: [
          {
            Id: "site",
            DomainName: { "Fn::GetAtt": "Site.RegionalDomainName" },
            // Asked for / itself, a bucket answers with the list of its files.
            OriginPath: `/${FOLDER}`,
            OriginAccessControlId: { "Fn::GetAtt": "SiteAccess.Id" },
            S3OriginConfig: { OriginAccessIdentity: "" },
          },
        ],
        ...customErrors(policies),
        DefaultCacheBehavior: { TargetOriginId: "site", AllowedMethods: ["GET", "HEAD", "OPTIONS"], CachedMethods: ["GET", "HEAD"], ...behaviour(policies, NAMES, lambda) },
      },
    },
  };
}

const OUTPUTS = {
  Address: { Value: { "Fn::Sub": "https://${Distribution.DomainName}/" } },
  Files: { Description: "Where the files of the site belong", Value: { "Fn::Sub": `s3://\${Site}/${FOLDER}` } },
  DistributionId: { Value: { Ref: "Distribution" } },
};
