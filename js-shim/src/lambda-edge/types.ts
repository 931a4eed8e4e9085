/**
 * The shapes of a Lambda@Edge event, as far as they are needed, written so that values go to and from the types of
 * `@types/aws-lambda` without a cast and without depending on them.
 */

/** Lower-case name → one entry per header line. */
export interface LambdaEdgeHeaders {
  [name: string]: Array<{ key?: string | undefined; value: string }>;
}

export interface LambdaEdgeCustomOrigin {
  customHeaders: LambdaEdgeHeaders;
  domainName: string;
  keepaliveTimeout: number;
  path: string;
  port: number;
  protocol: "http" | "https";
  readTimeout: number;
  sslProtocols: string[];
}

interface S3Origin {
  customHeaders: LambdaEdgeHeaders;
  domainName: string;
  path: string;
}

/** CloudFront sends `region: ""` with `none`; the types of `@types/aws-lambda` leave it out, and so must these. */
export type LambdaEdgeS3Origin =
  | (S3Origin & { authMethod: "none"; region?: never })
  | (S3Origin & { authMethod: "origin-access-identity"; region: string });

export type LambdaEdgeOrigin =
  | { custom: LambdaEdgeCustomOrigin; s3?: never | undefined }
  | { s3: LambdaEdgeS3Origin; custom?: never | undefined };

export interface LambdaEdgeRequest {
  body?:
    | {
        action: "read-only" | "replace";
        data: string;
        encoding: "base64" | "text";
        readonly inputTruncated: boolean;
      }
    | undefined;
  readonly clientIp: string;
  readonly method: string;
  uri: string;
  querystring: string;
  headers: LambdaEdgeHeaders;
  origin?: LambdaEdgeOrigin | undefined;
}

/** What a response trigger gets. */
export interface LambdaEdgeResponse {
  status: string;
  statusDescription: string;
  headers: LambdaEdgeHeaders;
}

/** What a handler may return as a response. */
export interface LambdaEdgeResultResponse {
  status: string;
  statusDescription?: string | undefined;
  headers?: LambdaEdgeHeaders | undefined;
  bodyEncoding?: "text" | "base64" | undefined;
  body?: string | undefined;
}

export interface LambdaEdgeConfig {
  readonly distributionDomainName?: string | undefined;
  readonly distributionId?: string | undefined;
  readonly eventType: "viewer-request" | "origin-request" | "origin-response" | "viewer-response";
  readonly requestId?: string | undefined;
}

export interface LambdaEdgeRequestEvent {
  Records: Array<{ cf: { config: LambdaEdgeConfig; request: LambdaEdgeRequest } }>;
}

export interface LambdaEdgeResponseEvent {
  Records: Array<{
    cf: {
      config: LambdaEdgeConfig;
      readonly request: Pick<LambdaEdgeRequest, "clientIp" | "method" | "uri" | "querystring" | "headers" | "origin">;
      response: LambdaEdgeResponse;
    };
  }>;
}

/** The part of Lambda's context that hooks are likely to use. */
export interface LambdaEdgeContext {
  readonly awsRequestId?: string;
  readonly functionName?: string;
  readonly functionVersion?: string;
  readonly invokedFunctionArn?: string;
  readonly memoryLimitInMB?: string;
  getRemainingTimeInMillis?(): number;
}

/** `null` is among the results in `@types/aws-lambda`; it leaves the message as it is, as `undefined` does. */
type Maybe<T> = T | undefined | null | void | Promise<T | undefined | null | void>;

/**
 * Your own code, one function per stage, sync or async. A hook runs after the rules of its stage, not when a rule
 * answered. It may change the message in place; `undefined` leaves it as it is. A hook of a request stage may return a
 * response (an object with `status`), which answers the request.
 */
export interface LambdaEdgeHooks {
  viewerRequest?(
    request: LambdaEdgeRequest,
    context: LambdaEdgeContext,
  ): Maybe<LambdaEdgeRequest | LambdaEdgeResultResponse>;
  originRequest?(
    request: LambdaEdgeRequest,
    context: LambdaEdgeContext,
  ): Maybe<LambdaEdgeRequest | LambdaEdgeResultResponse>;
  originResponse?(
    response: LambdaEdgeResultResponse & LambdaEdgeResponse,
    request: LambdaEdgeRequest,
    context: LambdaEdgeContext,
  ): Maybe<LambdaEdgeResultResponse>;
  viewerResponse?(
    response: LambdaEdgeResultResponse & LambdaEdgeResponse,
    request: LambdaEdgeRequest,
    context: LambdaEdgeContext,
  ): Maybe<LambdaEdgeResultResponse>;
}

export interface LambdaEdgeOptions extends LambdaEdgeHooks {
  /**
   * For plain rules: a secret of at least 16 characters, the same for all functions that run stages of one distribution.
   * By default it follows from the function's name, in AWS Lambda, and is a random one elsewhere.
   */
  readonly key?: string | undefined;
}

/** One handler for all four triggers. Assignable to `CloudFrontRequestHandler` and `CloudFrontResponseHandler`. */
export interface LambdaEdgeHandler {
  (event: LambdaEdgeRequestEvent, context: LambdaEdgeContext): Promise<LambdaEdgeRequest | LambdaEdgeResultResponse>;
  (event: LambdaEdgeResponseEvent, context: LambdaEdgeContext): Promise<LambdaEdgeResultResponse>;
}
