/** The policies as resources of a template, and the behaviour of a distribution that uses them. */
import type { Policies, Runs } from "../deployment.js";

export type Json = { readonly [name: string]: unknown };

/** CloudFront's own policy of this name, for rules that need nothing of the cache. */
const CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

const KINDS = { CachePolicy: "cachePolicy", OriginRequestPolicy: "originRequestPolicy", ResponseHeadersPolicy: "responseHeadersPolicy" } as const;
type Kind = keyof typeof KINDS;

/** What the resources are called. */
export interface Names {
  /** What stands before the kind of a policy. */
  readonly prefix: string;
  /** What stands after the stack's name in the names of policies, which are names in the whole account. */
  readonly suffix: string;
}

export function policyResources(policies: Policies, { prefix, suffix }: Names): Json {
  const given = Object.entries(KINDS).flatMap(([kind, member]) => (policies[member] === null ? [] : [[kind, policies[member]] as const]));
  return Object.fromEntries(
    given.map(([kind, config]) => [`${prefix}${kind}`, { Type: `AWS::CloudFront::${kind}`, Properties: { [`${kind}Config`]: { Name: { "Fn::Sub": `\${AWS::StackName}-${suffix}` }, ...config } } }]),
  );
}

/** The function of Lambda@Edge. */
export interface Lambda {
  /** What the template calls its numbered version. */
  readonly version: string;
  /** The triggers at which it reads the body. */
  readonly bodyAt: readonly string[];
}

/** Members of a behaviour. */
export function behaviour(policies: Policies, { prefix }: Names, { version, bodyAt }: Lambda): Json {
  const { associations } = policies;
  const at = (runs: Runs): string[] => Object.entries(associations).flatMap(([event, where]) => (where === runs ? [event] : []));
  const policy = (kind: Kind): Json => (policies[KINDS[kind]] === null ? {} : { [`${kind}Id`]: { Ref: `${prefix}${kind}` } });
  const functions = at("function").map((EventType) => ({ EventType, FunctionARN: { "Fn::GetAtt": "Function.FunctionMetadata.FunctionARN" } }));
  const lambdas = at("lambda").map((EventType) => ({ EventType, LambdaFunctionARN: { Ref: version }, ...(bodyAt.includes(EventType) && { IncludeBody: true }) }));
  return {
    ViewerProtocolPolicy: "redirect-to-https",
    Compress: true,
    CachePolicyId: CACHING_OPTIMIZED,
    ...policy("CachePolicy"),
    ...policy("OriginRequestPolicy"),
    ...policy("ResponseHeadersPolicy"),
    ...(functions.length > 0 && { FunctionAssociations: functions }),
    ...(lambdas.length > 0 && { LambdaFunctionAssociations: lambdas }),
  };
}

/** Members of `DistributionConfig`. */
export function customErrors({ customErrorResponses }: Policies): Json {
  return customErrorResponses.length === 0 ? {} : { CustomErrorResponses: customErrorResponses };
}
