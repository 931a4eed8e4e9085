/** The own form of `selvedge dev --config`. distribution.schema.json is made of these types; read-config.ts reads it. */
import type { StageName } from "#dist/generated/names.js";

/**
 * A distribution, for `selvedge dev --config`.
 * @example { "origins": [{ "id": "site", "folder": "dist" }], "behaviors": [{ "path": "*" }] }
 */
export interface DistributionConfig {
  /** The address of this schema, for editors. */
  readonly $schema?: string;
  /**
   * Names that viewers come by. By default there are none but those of this machine.
   * @example ["www.example.org", "*.example.net"]
   */
  readonly aliases?: readonly string[];
  /** The folders and servers after the edge. */
  readonly origins: readonly OriginConfig[];
  /** Pairs of origins, of which the second is asked where the first fails. By default there are none. */
  readonly originGroups?: readonly OriginGroupConfig[];
  /** The first one whose path matches is taken. The last one is the default: its path is `*`. */
  readonly behaviors: readonly BehaviorConfig[];
  /** The object that is sent for `/`. By default none is. */
  readonly defaultRootObject?: string;
  /** Pages for errors of the origin. By default there are none. */
  readonly customErrorResponses?: readonly CustomErrorConfig[];
}

/** An origin: a folder that answers as a bucket does, or the URL of a server. */
export type OriginConfig = FolderConfig | ServerConfig;

/** What every origin has. */
export interface AnyOriginConfig {
  /** The name that behaviors and groups use. */
  readonly id: string;
  /** Headers that are sent to it with each request. By default there are none. */
  readonly customHeaders?: Readonly<Record<string, string>>;
}

/** A folder that answers as a bucket does. */
export interface FolderConfig extends AnyOriginConfig {
  /** The folder, from where the file is. */
  readonly folder: string;
  /** The domain name that functions see. By default it is made of the id. */
  readonly domainName?: string;
  /** What is put in front of each path. By default nothing is. */
  readonly path?: string;
}

/** A server. */
export interface ServerConfig extends AnyOriginConfig {
  /**
   * Its address, with a path that is put in front of each path.
   * @pattern ^https?://
   */
  readonly url: string;
}

/** Two origins, of which the second is asked where the first fails. */
export interface OriginGroupConfig {
  /** The name that behaviors use. */
  readonly id: string;
  /** The ids of the two origins. */
  readonly members: readonly [first: string, second: string];
  /** The statuses at which the second is asked. An origin that cannot be reached counts as 503, one that is late as 504. */
  readonly statusCodes: readonly (400 | 403 | 404 | 416 | 429 | 500 | 502 | 503 | 504)[];
}

/** How requests of some paths are served. */
export interface BehaviorConfig {
  /** The path pattern: `*` is any text, `?` any one character. */
  readonly path: string;
  /** The id of an origin or a group. Default: the first origin. */
  readonly origin?: string;
  /**
   * What a viewer gets who comes by HTTP.
   * @default "allow-all"
   */
  readonly viewerProtocolPolicy?: "allow-all" | "redirect-to-https" | "https-only";
  /**
   * What the cache keys, and how long it keeps.
   * @default "CachingOptimized"
   */
  readonly cachePolicy?: "CachingOptimized" | "CachingDisabled" | CachePolicyConfig;
  /** What the origin gets besides what the cache keys. By default nothing. */
  readonly originRequestPolicy?: "AllViewer" | "AllViewerExceptHostHeader" | OriginRequestPolicyConfig;
  /** Headers that are set on responses. By default there are none. */
  readonly responseHeadersPolicy?: Readonly<Record<string, string>>;
  /**
   * The methods that are taken; others are answered with 403. By default all are.
   * @example ["GET", "HEAD", "OPTIONS"]
   */
  readonly allowedMethods?: readonly ("GET" | "HEAD" | "OPTIONS" | "PUT" | "PATCH" | "POST" | "DELETE")[];
  /**
   * Whether the edge compresses.
   * @default false
   */
  readonly compress?: boolean;
  /**
   * Whether functions on requests see the body.
   * @default false
   */
  readonly includeBody?: boolean;
  /** The file of a function for each trigger, from where the distribution's file is. By default those of the command line. */
  readonly handlers?: { readonly [trigger in StageName]?: string };
  /** The file of a CloudFront Function for each viewer event, from where the distribution's file is. It runs where the command line gives nothing for the event. By default there are none. */
  readonly functions?: { readonly "viewer-request"?: string; readonly "viewer-response"?: string };
}

/** Cookies or query parameters: all, none, or those of these names. */
export type NamesConfig = "all" | "none" | readonly string[];

/** What the cache keys, and how long it keeps, in seconds. */
export interface CachePolicyConfig {
  /**
   * The least time that it keeps a response.
   * @default 0
   */
  readonly minTTL?: number;
  /**
   * How long it keeps a response that does not say.
   * @default 86400
   */
  readonly defaultTTL?: number;
  /**
   * The most time that it keeps a response.
   * @default 31536000
   */
  readonly maxTTL?: number;
  /** Request headers. By default none is keyed. */
  readonly headers?: readonly string[];
  /**
   * Cookies.
   * @default "none"
   */
  readonly cookies?: NamesConfig;
  /**
   * Query parameters.
   * @default "none"
   */
  readonly queryStrings?: NamesConfig;
  /**
   * Whether it keeps gzip apart.
   * @default true
   */
  readonly gzip?: boolean;
  /**
   * Whether it keeps Brotli apart.
   * @default true
   */
  readonly brotli?: boolean;
}

/** What the origin gets besides what the cache keys. */
export interface OriginRequestPolicyConfig {
  /** Request headers. By default none besides. */
  readonly headers?: "allViewer" | "allExceptHost" | readonly string[];
  /**
   * Cookies.
   * @default "none"
   */
  readonly cookies?: NamesConfig;
  /**
   * Query parameters.
   * @default "none"
   */
  readonly queryStrings?: NamesConfig;
}

/** A page for an error of the origin. */
export interface CustomErrorConfig {
  /** The status that the origin answers. */
  readonly errorCode: number;
  /** The status that the viewer gets. Default: that of the origin. */
  readonly responseCode?: number;
  /** The path of the page. By default there is none. */
  readonly responsePagePath?: string;
  /**
   * How long the error is kept, in seconds.
   * @default 10
   */
  readonly errorCachingMinTTL?: number;
}
