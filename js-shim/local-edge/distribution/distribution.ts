/** A distribution, as far as a request can tell. */
import type { Trigger } from "../trigger.js";
import { type HeaderMap, mapOf } from "../message.js";
import type { EventOrigin } from "../message.js";
import type { Policies } from "./policy.js";

export interface Origin {
  readonly id: string;
  /** As functions see it at origin-request. */
  readonly event: EventOrigin;
  /** The folder that stands in for it. */
  readonly folder?: string;
  /** The URL that stands in for it, or is it. */
  readonly url?: string;
}

export function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** Headers that CloudFront itself sets and removes on the way to the viewer. */
export interface ResponseHeadersPolicy {
  readonly set: readonly { readonly name: string; readonly value: string; readonly override: boolean }[];
  readonly remove: readonly string[];
}

export const VIEWER_PROTOCOLS = ["allow-all", "redirect-to-https", "https-only"] as const;
export type ViewerProtocol = (typeof VIEWER_PROTOCOLS)[number];

/** Two origins, of which the second is asked where the first fails. */
export interface OriginGroup {
  readonly id: string;
  readonly members: readonly string[];
  readonly statusCodes: readonly number[];
}

/** The code of a CloudFront Function. */
export interface ViewerSource {
  readonly name: string;
  /** Where it is, if that is a file of its own. */
  readonly file?: string;
  readonly source: string;
}

export interface Behaviour {
  /** `*` for the default behaviour, which is the last one. */
  readonly pattern: string;
  /** An origin, or a group. */
  readonly origin: string;
  readonly policies: Policies;
  readonly responseHeaders?: ResponseHeadersPolicy;
  readonly compress: boolean;
  /** Others are refused. By default all are taken. */
  readonly allowedMethods?: readonly string[];
  readonly includeBody: readonly Trigger[];
  /** The file of the function of each trigger, where the distribution itself names one. */
  readonly handlers: Partial<Record<Trigger, string>>;
  /** CloudFront Functions: they run where the command line gives nothing for the trigger. */
  readonly functions: Partial<Record<Trigger, ViewerSource>>;
  /** What a viewer gets who comes by HTTP. */
  readonly viewerProtocol: ViewerProtocol;
}

export interface CustomError {
  readonly errorCode: number;
  readonly responseCode?: number;
  readonly responsePagePath?: string;
  readonly errorCachingMinTTL: number;
}

export interface Distribution {
  readonly id: string;
  readonly domainName: string;
  /** Names of its own, `*.example.org` among them. */
  readonly aliases: readonly string[];
  readonly defaultRootObject: string;
  readonly origins: readonly Origin[];
  readonly originGroups: readonly OriginGroup[];
  /** In the order in which they are tried. */
  readonly behaviours: readonly Behaviour[];
  readonly customErrors: readonly CustomError[];
}

export const NAME = { id: "E5ELVEDGELOCAL", domainName: "d5e1vedgelocal.cloudfront.net" };
export const ERROR_CACHING_MIN_TTL = 10;

/** A bucket, as functions see it. */
export function bucket(domainName: string, customHeaders: Record<string, string> = {}, path = ""): EventOrigin {
  return { s3: { authMethod: "none", customHeaders: linesOf(customHeaders), domainName, path, region: "us-east-1" } };
}

/** A server, as functions see it. */
export function server(url: URL, customHeaders: Record<string, string> = {}): EventOrigin {
  const protocol = url.protocol === "http:" ? "http" : "https";
  return {
    custom: {
      customHeaders: linesOf(customHeaders),
      domainName: url.hostname,
      keepaliveTimeout: 5,
      path: url.pathname.replace(/\/+$/, ""),
      port: Number(url.port) || (protocol === "http" ? 80 : 443),
      protocol,
      readTimeout: 30,
      sslProtocols: ["TLSv1.2"],
    },
  };
}

/** The behaviour of a path: the first whose pattern matches. CloudFront compares with regard to case. */
export function behaviourOf({ behaviours }: Distribution, path: string): Behaviour {
  const found = behaviours.find(({ pattern }) => matches(pattern, path));
  if (found === undefined) throw new TypeError("a distribution has a default behaviour");
  return found;
}

/** The origins of a behaviour: one, or those of its group. */
export function groupOf({ originGroups }: Distribution, { origin }: Behaviour): OriginGroup {
  return originGroups.find(({ id }) => id === origin) ?? { id: origin, members: [origin], statusCodes: [] };
}

/** `*` is any text, `?` any one character; a leading slash may be left out. */
function matches(pattern: string, path: string): boolean {
  const anchored = pattern.startsWith("/") || pattern.startsWith("*") ? pattern : `/${pattern}`;
  // Two pointers, so that a pattern with many stars takes no more than their product with the path.
  let [p, s, star, mark] = [0, 0, -1, 0];
  while (s < path.length) {
    if (p < anchored.length && anchored[p] === "*") [star, mark, p] = [p, s, p + 1];
    else if (p < anchored.length && (anchored[p] === "?" || anchored[p] === path[s])) [p, s] = [p + 1, s + 1];
    else if (star >= 0) [p, mark, s] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  while (anchored[p] === "*") p += 1;
  return p === anchored.length;
}

function linesOf(headers: Record<string, string>): HeaderMap {
  return mapOf(Object.entries(headers));
}
