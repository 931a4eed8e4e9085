/** `selvedge/cdk`: rules as a construct of the AWS CDK. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Annotations, CfnResource, Duration, FileSystem, Names, RemovalPolicy, Stack, Token } from "aws-cdk-lib";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { readBuilt } from "../cli/cloudfront/built.js";
import type { Deployment, Policies, Runs } from "../cli/cloudfront/deployment.js";
import { storeId } from "../cli/cloudfront/store-id.js";
import { build, type BuildProps } from "./build.js";

/** What `EdgeRules` takes: rules, or a folder in which they were built. */
export type EdgeRulesProps = BuildProps | BuiltProps;

/** A folder that was built before. */
export interface BuiltProps {
  /**
   * The folder that `selvedge build --platform cloudfront -o FOLDER/` wrote.
   *
   * @example
   * ```ts
   * new EdgeRules(this, "Edge", { built: "build/edge" });
   * ```
   */
  readonly built: string;
}

/**
 * Rules on CloudFront, each at its cheapest place: a CloudFront Function for the viewer's side ($0.10 for a million calls), a function
 * of Lambda@Edge for the origin's side ($0.60, and its time), and the policies that both need. Rules that need none of them make none.
 *
 * The stack may be in any Region. A function of Lambda@Edge is made in us-east-1: in another Region, the CDK puts it into a stack of
 * its own there, for which the stack here needs `env` with an explicit region, and us-east-1 has to be bootstrapped.
 *
 * An update changes what changed: equal rules give an equal template. Another store is another `KeyValueStore`, since CloudFront fills
 * a store only when it makes it; the function is switched over when the new one is there.
 *
 * Sources: AWS, "Restrictions on all edge functions", "Restrictions on Lambda@Edge", "Create a key value store".
 *
 * @example
 * ```ts
 * const edge = new EdgeRules(this, "Edge", { rules: "rules.json", site: "dist" });
 * new cloudfront.Distribution(this, "Site", {
 *   defaultBehavior: { origin, ...edge.behavior },
 *   errorResponses: edge.errorResponses,
 * });
 * ```
 */
export class EdgeRules extends Construct {
  /**
   * Options of a behaviour: triggers and policies. Spread them into `defaultBehavior`, or pass them to `addBehavior`; what you add
   * after them wins.
   *
   * @example
   * ```ts
   * distribution.addBehavior("/docs/*", origin, edge.behavior);
   * ```
   */
  readonly behavior: cloudfront.AddBehaviorOptions;
  /** Pages for errors, where rules mean them. They are for the whole distribution. */
  readonly errorResponses: cloudfront.ErrorResponse[];
  /** What runs at viewer events. Free for the first 2 million calls of a month, then $0.10 a million. */
  readonly function: cloudfront.Function | undefined;
  /** What the function looks redirects up in. $0.03 for a million of look-ups. */
  readonly store: cloudfront.KeyValueStore | undefined;
  /** What runs where the function cannot. $0.60 a million calls, and $0.00005001 for a second of a gigabyte. */
  readonly lambda: cloudfront.experimental.EdgeFunction | undefined;

  constructor(scope: Construct, id: string, props: EdgeRulesProps) {
    super(scope, id);
    const { function: source, store, lambda: handler, policies }: Deployment = "built" in props ? readBuilt(props.built) : build(props, this.#key(), (line, severity) => (severity === "warning" ? Annotations.of(this).addWarningV2("selvedge:left-out", line) : Annotations.of(this).addInfo(line)));
    this.store = store === null ? undefined : new cloudfront.KeyValueStore(this, storeId(store), { source: cloudfront.ImportSource.fromInline(store) });
    this.function = source === null ? undefined : this.#functionOf(source);
    this.lambda = handler === null ? undefined : this.#lambdaOf(handler, policies);
    this.behavior = { compress: true, ...this.#policiesOf(policies), ...this.#triggersOf(policies) };
    this.errorResponses = policies.customErrorResponses.map(errorResponse);
  }

  /** The same for each synthesis, and another one for each construct. An account that is not known yet is numbered by what else the stack has. */
  #key(): string {
    const { account } = Stack.of(this);
    return createHash("sha256").update(`${Token.isUnresolved(account) ? "" : account} ${this.node.path}`).digest("hex");
  }

  #functionOf(source: string): cloudfront.Function {
    const code = cloudfront.FunctionCode.fromInline(source);
    return new cloudfront.Function(this, "Function", { code, comment: "Rules, by selvedge", runtime: cloudfront.FunctionRuntime.JS_2_0, ...(this.store && { keyValueStore: this.store }) });
  }

  #lambdaOf(source: string, { lambda: { memorySize, timeout } }: Policies): cloudfront.experimental.EdgeFunction {
    const folder = FileSystem.mkdtemp("selvedge-");
    writeFileSync(join(folder, "index.js"), source);
    // Outside us-east-1 all functions of an app are made in one stack there, under this name alone.
    return new cloudfront.experimental.EdgeFunction(this, `Lambda${this.node.addr.slice(-8)}`, {
      description: "Rules, by selvedge",
      code: lambda.Code.fromAsset(folder),
      handler: "index.handler",
      runtime: lambda.Runtime.NODEJS_22_X,
      memorySize,
      timeout: Duration.seconds(timeout),
      // A version cannot be deleted before the last edge has forgotten it, which takes hours.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
  }

  #policiesOf({ cachePolicy, originRequestPolicy, responseHeadersPolicy }: Policies): Pick<cloudfront.AddBehaviorOptions, "cachePolicy" | "originRequestPolicy" | "responseHeadersPolicy"> {
    return {
      cachePolicy: cachePolicy === null ? cloudfront.CachePolicy.CACHING_OPTIMIZED : cloudfront.CachePolicy.fromCachePolicyId(this, "Cache", this.#policy("CachePolicy", cachePolicy)),
      ...(originRequestPolicy && {
        originRequestPolicy: cloudfront.OriginRequestPolicy.fromOriginRequestPolicyId(this, "OriginRequest", this.#policy("OriginRequestPolicy", originRequestPolicy)),
      }),
      ...(responseHeadersPolicy && {
        responseHeadersPolicy: cloudfront.ResponseHeadersPolicy.fromResponseHeadersPolicyId(this, "ResponseHeaders", this.#policy("ResponseHeadersPolicy", responseHeadersPolicy)),
      }),
    };
  }

  /** A policy as it was built, under a name that no other has in this account; its identifier. */
  #policy(kind: string, config: object): string {
    const name = `${Names.uniqueResourceName(this, { maxLength: 90 })}-${Stack.of(this).region}`;
    return new CfnResource(this, kind, { type: `AWS::CloudFront::${kind}`, properties: { [`${kind}Config`]: { ...config, Name: name } } }).ref;
  }

  #triggersOf({ associations, lambda: { includeBody } }: Policies): Pick<cloudfront.AddBehaviorOptions, "edgeLambdas" | "functionAssociations"> {
    const at = (runs: Runs): string[] => Object.entries(associations).flatMap(([event, where]) => (where === runs ? [event] : []));
    const { function: source, lambda } = this;
    return {
      ...(source && { functionAssociations: at("function").map((event) => ({ eventType: event as cloudfront.FunctionEventType, function: source })) }),
      ...(lambda && {
        edgeLambdas: at("lambda").map((event) => ({
          eventType: event as cloudfront.LambdaEdgeEventType,
          functionVersion: lambda.currentVersion,
          ...(includeBody && event.endsWith("request") && { includeBody }),
        })),
      }),
    };
  }
}

function errorResponse({ ErrorCode, ResponseCode, ResponsePagePath, ErrorCachingMinTTL }: Policies["customErrorResponses"][number]): cloudfront.ErrorResponse {
  return { httpStatus: ErrorCode, responseHttpStatus: ResponseCode, responsePagePath: ResponsePagePath, ttl: Duration.seconds(ErrorCachingMinTTL) };
}
