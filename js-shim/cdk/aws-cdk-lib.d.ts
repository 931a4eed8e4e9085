// What index.ts uses of the AWS CDK, so that building the package does not install it. tests/outside compiles index.ts against the real one.

declare module "constructs" {
  export class Construct {
    constructor(scope: Construct, id: string);
    readonly node: { readonly path: string; readonly addr: string };
  }
}

declare module "aws-cdk-lib" {
  import type { Construct } from "constructs";
  export class Annotations {
    static of(scope: Construct): Annotations;
    addInfo(message: string): void;
    addWarningV2(id: string, message: string): void;
  }
  export class CfnResource {
    constructor(scope: Construct, id: string, props: { type: string; properties?: Record<string, unknown> });
    readonly ref: string;
  }
  export class Duration {
    static seconds(amount: number): Duration;
  }
  export class FileSystem {
    static mkdtemp(prefix: string): string;
  }
  export class Names {
    static uniqueResourceName(construct: Construct, options: { maxLength?: number }): string;
  }
  export enum RemovalPolicy {
    RETAIN = "retain",
  }
  export class Stack {
    static of(construct: Construct): Stack;
    readonly account: string;
    readonly region: string;
  }
  export class Token {
    static isUnresolved(value: unknown): boolean;
  }
}

declare module "aws-cdk-lib/aws-lambda" {
  export class Code {
    static fromAsset(path: string): Code;
  }
  export class Runtime {
    static readonly NODEJS_22_X: Runtime;
  }
  export interface IVersion {
    readonly version: string;
  }
}

declare module "aws-cdk-lib/aws-cloudfront" {
  import type { Duration, RemovalPolicy } from "aws-cdk-lib";
  import type { Code, IVersion, Runtime } from "aws-cdk-lib/aws-lambda";
  import type { Construct } from "constructs";
  export interface ICachePolicy {
    readonly cachePolicyId: string;
  }
  export class CachePolicy {
    static readonly CACHING_OPTIMIZED: ICachePolicy;
    static fromCachePolicyId(scope: Construct, id: string, policy: string): ICachePolicy;
  }
  export interface IOriginRequestPolicy {
    readonly originRequestPolicyId: string;
  }
  export class OriginRequestPolicy {
    static fromOriginRequestPolicyId(scope: Construct, id: string, policy: string): IOriginRequestPolicy;
  }
  export interface IResponseHeadersPolicy {
    readonly responseHeadersPolicyId: string;
  }
  export class ResponseHeadersPolicy {
    static fromResponseHeadersPolicyId(scope: Construct, id: string, policy: string): IResponseHeadersPolicy;
  }
  export class ImportSource {
    static fromInline(data: string): ImportSource;
  }
  export interface IKeyValueStore {
    readonly keyValueStoreArn: string;
  }
  export class KeyValueStore implements IKeyValueStore {
    constructor(scope: Construct, id: string, props: { source?: ImportSource });
    readonly keyValueStoreArn: string;
  }
  export class FunctionCode {
    static fromInline(code: string): FunctionCode;
  }
  export class FunctionRuntime {
    static readonly JS_2_0: FunctionRuntime;
  }
  export class Function {
    constructor(scope: Construct, id: string, props: { code: FunctionCode; comment?: string; keyValueStore?: IKeyValueStore; runtime?: FunctionRuntime });
    readonly functionName: string;
  }
  export enum FunctionEventType {
    VIEWER_REQUEST = "viewer-request",
    VIEWER_RESPONSE = "viewer-response",
  }
  export enum LambdaEdgeEventType {
    VIEWER_REQUEST = "viewer-request",
    ORIGIN_REQUEST = "origin-request",
    ORIGIN_RESPONSE = "origin-response",
    VIEWER_RESPONSE = "viewer-response",
  }
  export interface FunctionAssociation {
    readonly eventType: FunctionEventType;
    readonly function: Function;
  }
  export interface EdgeLambda {
    readonly eventType: LambdaEdgeEventType;
    readonly functionVersion: IVersion;
    readonly includeBody?: boolean;
  }
  export interface AddBehaviorOptions {
    readonly cachePolicy?: ICachePolicy;
    readonly compress?: boolean;
    readonly edgeLambdas?: EdgeLambda[];
    readonly functionAssociations?: FunctionAssociation[];
    readonly originRequestPolicy?: IOriginRequestPolicy;
    readonly responseHeadersPolicy?: IResponseHeadersPolicy;
  }
  export interface ErrorResponse {
    readonly httpStatus: number;
    readonly responseHttpStatus?: number;
    readonly responsePagePath?: string;
    readonly ttl?: Duration;
  }
  export namespace experimental {
    class EdgeFunction {
      constructor(
        scope: Construct,
        id: string,
        props: { code: Code; handler: string; runtime: Runtime; memorySize?: number; timeout?: Duration; description?: string; currentVersionOptions?: { removalPolicy?: RemovalPolicy } },
      );
      readonly currentVersion: IVersion;
    }
  }
}
