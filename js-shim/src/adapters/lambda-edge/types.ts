/**
 * The shapes of a Lambda@Edge event, as far as they are needed, written so that values go to and from the types of
 * `@types/aws-lambda` without a cast and without depending on them.
 */
import type { StageName } from "../../generated/names.js";

/** Headers by lower-case name, one item for each header line. */
export interface LambdaEdgeHeaders {
  /** The lines of one header. */
  [name: string]: Array<{ key?: string | undefined; value: string }>;
}

/** An origin that is an HTTP server. */
export interface LambdaEdgeCustomOrigin {
  /** Headers that CloudFront adds for the origin. */
  customHeaders: LambdaEdgeHeaders;
  /** The server's domain name. */
  domainName: string;
  /** How long an idle connection stays open, in seconds. */
  keepaliveTimeout: number;
  /** What comes before every path. */
  path: string;
  /** The server's port. */
  port: number;
  /** The protocol that the server is asked with. */
  protocol: "http" | "https";
  /** How long the server may take to answer, in seconds. */
  readTimeout: number;
  /** Versions of TLS that may be used with the server. */
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

/** The origin of a request at origin-request: a server or a bucket. */
export type LambdaEdgeOrigin =
  | { custom: LambdaEdgeCustomOrigin; s3?: never | undefined }
  | { s3: LambdaEdgeS3Origin; custom?: never | undefined };

/** A request, as request triggers get it. */
export interface LambdaEdgeRequest {
  /** The body; absent unless the trigger is set to include it. */
  body?:
    | {
        action: "read-only" | "replace";
        data: string;
        encoding: "base64" | "text";
        readonly inputTruncated: boolean;
      }
    | undefined;
  /** The viewer's address. */
  readonly clientIp: string;
  /** The method. */
  readonly method: string;
  /** The path. */
  uri: string;
  /** The query string, without the question mark. */
  querystring: string;
  /** The headers. */
  headers: LambdaEdgeHeaders;
  /** The origin; absent at viewer-request. */
  origin?: LambdaEdgeOrigin | undefined;
}

/** A response, as response triggers get it. */
export interface LambdaEdgeResponse {
  /** The status, as text. */
  status: string;
  /** The reason phrase. */
  statusDescription: string;
  /** The headers. */
  headers: LambdaEdgeHeaders;
}

/** What a handler may return as a response. */
export interface LambdaEdgeResultResponse {
  /** The status, as text. */
  status: string;
  /** The reason phrase. Default: CloudFront's. */
  statusDescription?: string | undefined;
  /** The headers. By default there are none. */
  headers?: LambdaEdgeHeaders | undefined;
  /** How `body` is encoded. Default `"text"`. */
  bodyEncoding?: "text" | "base64" | undefined;
  /** The body. By default it is empty; at response triggers, the origin's stays. */
  body?: string | undefined;
}

/** Where an event comes from. */
export interface LambdaEdgeConfig {
  /** The domain name of the distribution; absent in events made by hand. */
  readonly distributionDomainName?: string | undefined;
  /** The distribution; absent in events made by hand. */
  readonly distributionId?: string | undefined;
  /** The trigger. */
  readonly eventType: StageName;
  /** The request's own text, which experiments and weights are drawn from; absent in events made by hand. */
  readonly requestId?: string | undefined;
}

/** The event of a request trigger. */
export interface LambdaEdgeRequestEvent {
  /** One record. */
  Records: Array<{ cf: { config: LambdaEdgeConfig; request: LambdaEdgeRequest } }>;
}

/** The event of a response trigger. */
export interface LambdaEdgeResponseEvent {
  /** One record. */
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
  /** The invocation; absent outside Lambda, as all of these. */
  readonly awsRequestId?: string;
  /** The function's name; absent outside Lambda. */
  readonly functionName?: string;
  /** The function's version; absent outside Lambda. */
  readonly functionVersion?: string;
  /** The function's ARN; absent outside Lambda. */
  readonly invokedFunctionArn?: string;
  /** The function's memory; absent outside Lambda. */
  readonly memoryLimitInMB?: string;
  /** The time that is left; absent outside Lambda. */
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
  /** Runs after the rules at viewer-request. By default only the rules run. */
  viewerRequest?(
    request: LambdaEdgeRequest,
    context: LambdaEdgeContext,
  ): Maybe<LambdaEdgeRequest | LambdaEdgeResultResponse>;
  /** Runs after the rules at origin-request. By default only the rules run. */
  originRequest?(
    request: LambdaEdgeRequest,
    context: LambdaEdgeContext,
  ): Maybe<LambdaEdgeRequest | LambdaEdgeResultResponse>;
  /** Runs after the rules at origin-response. By default only the rules run. */
  originResponse?(
    response: LambdaEdgeResultResponse & LambdaEdgeResponse,
    request: LambdaEdgeRequest,
    context: LambdaEdgeContext,
  ): Maybe<LambdaEdgeResultResponse>;
  /** Runs after the rules at viewer-response. By default only the rules run. */
  viewerResponse?(
    response: LambdaEdgeResultResponse & LambdaEdgeResponse,
    request: LambdaEdgeRequest,
    context: LambdaEdgeContext,
  ): Maybe<LambdaEdgeResultResponse>;
}

/** What `lambdaEdge` takes besides the rules: hooks, and a key. */
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
