/** A distribution of a CloudFormation template in JSON, as the CDK writes it to cdk.out too. */
import type { Trigger } from "../trigger.js";
import { TRIGGERS } from "../trigger.js";
import { type Behaviour, bucket, type CustomError, type Distribution, ERROR_CACHING_MIN_TTL, NAME, type Origin, type OriginGroup, server, VIEWER_PROTOCOLS } from "./distribution.js";
import { CACHING_DISABLED, CACHING_OPTIMIZED, type CachePolicy, type Named, NO_ORIGIN_REQUEST_POLICY, type OriginRequestPolicy } from "./policy.js";
import type { Plain, Reader } from "./reader.js";

/** CloudFront's managed policies, by the identifiers that AWS documents. */
const CACHE_POLICIES: Readonly<Record<string, CachePolicy>> = {
  "658327ea-f89d-4fab-a63d-7e88639e58f6": CACHING_OPTIMIZED,
  "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": { ...CACHING_OPTIMIZED, enableAcceptEncodingGzip: false, enableAcceptEncodingBrotli: false },
  "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": CACHING_DISABLED,
};
const ORIGIN_REQUEST_POLICIES: Readonly<Record<string, OriginRequestPolicy>> = {
  "216adef6-5c7f-47e4-b989-5492eafa07d3": { headers: "allViewer", also: [], cookies: "all", queryStrings: "all" },
  "b689b0a8-53d0-40ab-baf2-68738e2966ac": { headers: "allExceptHost", also: [], cookies: "all", queryStrings: "all" },
  "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf": { ...NO_ORIGIN_REQUEST_POLICY, headers: ["origin", "access-control-request-headers", "access-control-request-method"] },
  "59781a5b-3903-41f3-afcb-af62929ccde1": { ...NO_ORIGIN_REQUEST_POLICY, headers: ["origin"] },
};

export function fromCloudFormation(template: Reader): Distribution {
  const resources = template.member("Resources").plain;
  const all = Object.values(resources).filter((resource): resource is Plain => (resource as Plain | null)?.["Type"] === "AWS::CloudFront::Distribution");
  const [only, second] = all;
  if (only === undefined) throw template.wrong("Resources: there is no AWS::CloudFront::Distribution");
  if (second !== undefined) throw template.wrong(`Resources: there are ${all.length} distributions; keep one in the file`);
  const config = objectOf(objectOf(only["Properties"])["DistributionConfig"]);
  return fromConfig(config, (reference) => objectOf(objectOf(resources[nameOf(reference)])["Properties"]), template);
}

/** @param resolve finds the properties of another resource of the file */
export function fromConfig(config: Plain, resolve: (reference: unknown) => Plain, reader: Reader): Distribution {
  const origins = listOf(config["Origins"]).map(originOf);
  if (origins.length === 0) throw reader.wrong("Origins: the distribution has none");
  const behaviour = (one: Plain): Behaviour => behaviourFrom(one, resolve);
  const customErrors = listOf(config["CustomErrorResponses"]).map(
    (one): CustomError => ({
      errorCode: Number(one["ErrorCode"]),
      ...(one["ResponseCode"] !== undefined && { responseCode: Number(one["ResponseCode"]) }),
      ...(typeof one["ResponsePagePath"] === "string" && { responsePagePath: one["ResponsePagePath"] }),
      errorCachingMinTTL: numberOf(one["ErrorCachingMinTTL"], ERROR_CACHING_MIN_TTL),
    }),
  );
  return {
    ...NAME,
    defaultRootObject: textOf(config["DefaultRootObject"], "").replace(/^\//, ""),
    origins,
    originGroups: listOf(objectOf(config["OriginGroups"])["Items"]).map(groupFrom),
    behaviours: [...listOf(config["CacheBehaviors"]).map(behaviour), behaviour({ ...objectOf(config["DefaultCacheBehavior"]), PathPattern: "*" })],
    customErrors,
  };
}

function originOf(one: Plain): Origin {
  const id = textOf(one["Id"], "origin");
  const headers = Object.fromEntries(listOf(one["OriginCustomHeaders"]).map((header) => [textOf(header["HeaderName"], ""), textOf(header["HeaderValue"], "")]));
  const path = textOf(one["OriginPath"], "");
  const custom = one["CustomOriginConfig"] === undefined ? undefined : objectOf(one["CustomOriginConfig"]);
  // A bucket of the same template has no name yet.
  const domain = textOf(one["DomainName"], `${id.toLowerCase().replace(/[^a-z0-9-]/g, "-")}.s3.us-east-1.amazonaws.com`);
  if (custom === undefined) return { id, event: bucket(domain.toLowerCase(), headers, path) };
  const protocol = custom["OriginProtocolPolicy"] === "http-only" ? "http" : "https";
  const port = numberOf(custom[protocol === "http" ? "HTTPPort" : "HTTPSPort"], protocol === "http" ? 80 : 443);
  const url = `${protocol}://${domain}:${port}${path}`;
  return { id, event: server(new URL(url), headers), url };
}

function groupFrom(one: Plain): OriginGroup {
  const codes = objectOf(objectOf(one["FailoverCriteria"])["StatusCodes"])["Items"];
  return {
    id: textOf(one["Id"], ""),
    members: listOf(objectOf(one["Members"])["Items"]).map((member) => textOf(member["OriginId"], "")),
    statusCodes: Array.isArray(codes) ? codes.map(Number) : [],
  };
}

function behaviourFrom(one: Plain, resolve: (reference: unknown) => Plain): Behaviour {
  const associations = listOf(one["LambdaFunctionAssociations"]);
  const includeBody = associations.filter(({ IncludeBody }) => IncludeBody === true).flatMap(({ EventType }) => TRIGGERS.filter((trigger): trigger is Trigger => trigger === EventType));
  const cacheId = one["CachePolicyId"];
  const requestId = one["OriginRequestPolicyId"];
  return {
    pattern: textOf(one["PathPattern"], "*"),
    origin: textOf(one["TargetOriginId"], "origin"),
    policies: {
      cache: typeof cacheId === "string" ? (CACHE_POLICIES[cacheId] ?? CACHING_OPTIMIZED) : cacheId === undefined ? CACHING_OPTIMIZED : cachePolicy(objectOf(resolve(cacheId)["CachePolicyConfig"])),
      originRequest: typeof requestId === "string" ? (ORIGIN_REQUEST_POLICIES[requestId] ?? NO_ORIGIN_REQUEST_POLICY) : requestId === undefined ? NO_ORIGIN_REQUEST_POLICY : originRequestPolicy(objectOf(resolve(requestId)["OriginRequestPolicyConfig"])),
    },
    ...(typeof one["ResponseHeadersPolicyId"] === "object" && { responseHeaders: responseHeadersPolicy(objectOf(resolve(one["ResponseHeadersPolicyId"])["ResponseHeadersPolicyConfig"])) }),
    compress: one["Compress"] === true,
    includeBody,
    handlers: {},
    viewerProtocol: VIEWER_PROTOCOLS.find((known) => known === one["ViewerProtocolPolicy"]) ?? "allow-all",
  };
}

export function cachePolicy(config: Plain): CachePolicy {
  const parameters = objectOf(config["ParametersInCacheKeyAndForwardedToOrigin"]);
  return {
    minTTL: numberOf(config["MinTTL"], 0),
    defaultTTL: numberOf(config["DefaultTTL"], CACHING_OPTIMIZED.defaultTTL),
    maxTTL: numberOf(config["MaxTTL"], CACHING_OPTIMIZED.maxTTL),
    headers: namesOf(objectOf(parameters["HeadersConfig"])["Headers"]).map((name) => name.toLowerCase()),
    cookies: named(objectOf(parameters["CookiesConfig"]), "CookieBehavior", "Cookies"),
    queryStrings: named(objectOf(parameters["QueryStringsConfig"]), "QueryStringBehavior", "QueryStrings"),
    enableAcceptEncodingGzip: parameters["EnableAcceptEncodingGzip"] === true,
    enableAcceptEncodingBrotli: parameters["EnableAcceptEncodingBrotli"] === true,
  };
}

export function originRequestPolicy(config: Plain): OriginRequestPolicy {
  const headers = objectOf(config["HeadersConfig"]);
  const names = namesOf(headers["Headers"]).map((name) => name.toLowerCase());
  const all = headers["HeaderBehavior"] === "allViewer" || headers["HeaderBehavior"] === "allViewerAndWhitelistCloudFront";
  return {
    headers: all ? "allViewer" : headers["HeaderBehavior"] === "allExcept" ? "allExceptHost" : names,
    also: all ? names : [],
    cookies: named(objectOf(config["CookiesConfig"]), "CookieBehavior", "Cookies"),
    queryStrings: named(objectOf(config["QueryStringsConfig"]), "QueryStringBehavior", "QueryStrings"),
  };
}

export function responseHeadersPolicy(config: Plain): NonNullable<Behaviour["responseHeaders"]> {
  const custom = listOf(objectOf(config["CustomHeadersConfig"])["Items"]);
  const remove = listOf(objectOf(config["RemoveHeadersConfig"])["Items"]);
  return {
    set: [
      ...custom.map((one) => ({ name: textOf(one["Header"], ""), value: textOf(one["Value"], ""), override: one["Override"] === true })),
      ...securityHeaders(objectOf(config["SecurityHeadersConfig"])),
    ],
    remove: remove.map((one) => textOf(one["Header"], "").toLowerCase()),
  };
}

/** `AWS::CloudFront::ResponseHeadersPolicy SecurityHeadersConfig`. */
function securityHeaders(config: Plain): NonNullable<Behaviour["responseHeaders"]>["set"] {
  const values: Readonly<Record<string, readonly [name: string, valueOf: (one: Plain) => string]>> = {
    ContentSecurityPolicy: ["Content-Security-Policy", (one) => textOf(one["ContentSecurityPolicy"], "")],
    ContentTypeOptions: ["X-Content-Type-Options", () => "nosniff"],
    FrameOptions: ["X-Frame-Options", (one) => textOf(one["FrameOption"], "")],
    ReferrerPolicy: ["Referrer-Policy", (one) => textOf(one["ReferrerPolicy"], "")],
    StrictTransportSecurity: ["Strict-Transport-Security", (one) => [`max-age=${numberOf(one["AccessControlMaxAgeSec"], 0)}`, ...(one["IncludeSubdomains"] === true ? ["includeSubDomains"] : []), ...(one["Preload"] === true ? ["preload"] : [])].join("; ")],
    XSSProtection: ["X-XSS-Protection", (one) => (one["Protection"] !== true ? "0" : one["ModeBlock"] === true ? "1; mode=block" : typeof one["ReportUri"] === "string" ? `1; report=${one["ReportUri"]}` : "1")],
  };
  return Object.entries(values).flatMap(([member, [name, valueOf]]) => {
    const one = objectOf(config[member]);
    return config[member] === undefined ? [] : [{ name, value: valueOf(one), override: one["Override"] === true }];
  });
}

function named(config: Plain, behaviour: string, list: string): Named {
  const given = config[behaviour];
  return given === "all" || given === "allExcept" ? "all" : given === "whitelist" ? namesOf(config[list]) : "none";
}

export function objectOf(value: unknown): Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Plain) : {};
}

export function listOf(value: unknown): Plain[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function numberOf(value: unknown, otherwise: number): number {
  const number = Number(value);
  return value === undefined || value === null || Number.isNaN(number) ? otherwise : number;
}

/** Of `{ "Ref": NAME }` and `{ "Fn::GetAtt": [NAME, …] }`. */
function nameOf(reference: unknown): string {
  const { Ref: ref, "Fn::GetAtt": attribute } = objectOf(reference);
  return textOf(ref, Array.isArray(attribute) ? String(attribute[0]) : "");
}
