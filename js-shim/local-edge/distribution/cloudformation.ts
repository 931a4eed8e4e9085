/**
 * A distribution of a CloudFormation template in JSON, as the CDK writes it to cdk.out too, or of the API of CloudFront: but for the
 * form of lists, and a name, these have the same members.
 */
import type { Trigger } from "../trigger.js";
import { TRIGGERS } from "../trigger.js";
import { type Behaviour, bucket, type CustomError, type Distribution, ERROR_CACHING_MIN_TTL, NAME, type Origin, type OriginGroup, server, VIEWER_PROTOCOLS } from "./distribution.js";
import { forwardedValues } from "./forwarded-values.js";
import { CACHE_POLICIES, ORIGIN_REQUEST_POLICIES, RESPONSE_HEADERS_POLICIES } from "./managed.js";
import { CACHING_OPTIMIZED, type CachePolicy, type Named, NO_ORIGIN_REQUEST_POLICY, type OriginRequestPolicy, type Policies } from "./policy.js";
import { listOf, namesOf, numberOf, objectOf, type Plain, type Reader, textOf } from "./reader.js";

export function fromCloudFormation(template: Reader): Distribution {
  const resources = template.member("Resources").plain;
  const all = Object.values(resources).filter((resource): resource is Plain => (resource as Plain | null)?.["Type"] === "AWS::CloudFront::Distribution");
  const [only, second] = all;
  if (only === undefined) throw template.wrong("Resources: there is no AWS::CloudFront::Distribution");
  if (second !== undefined) throw template.wrong(`Resources: there are ${all.length} distributions; keep one in the file`);
  const config = objectOf(objectOf(only["Properties"])["DistributionConfig"]);
  return fromConfig(config, (reference) => objectOf(objectOf(resources[nameOf(reference)])["Properties"]), template);
}

/** What `aws cloudfront get-distribution` and `get-distribution-config` print, and `create-distribution` takes. */
export function fromApi(reader: Reader): Distribution {
  const { plain } = reader;
  const config = objectOf(plain["Distribution"])["DistributionConfig"] ?? plain["DistributionConfig"] ?? plain;
  // Policies and functions are elsewhere.
  return fromConfig(objectOf(config), () => ({}), reader);
}

/** @param resolve finds the properties of another resource of the file */
export function fromConfig(config: Plain, resolve: (reference: unknown) => Plain, reader: Reader): Distribution {
  const origins = listOf(config["Origins"]).map((one) => originOf(one, reader));
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
    aliases: namesOf(config["Aliases"]),
    defaultRootObject: textOf(config["DefaultRootObject"], "").replace(/^\//, ""),
    origins,
    originGroups: listOf(objectOf(config["OriginGroups"])["Items"]).map(groupFrom),
    behaviours: [...listOf(config["CacheBehaviors"]).map(behaviour), behaviour({ ...objectOf(config["DefaultCacheBehavior"]), PathPattern: "*" })],
    customErrors,
  };
}

function originOf(one: Plain, reader: Reader): Origin {
  const id = textOf(one["Id"], "origin");
  const headers = Object.fromEntries(listOf(one["OriginCustomHeaders"] ?? one["CustomHeaders"]).map((header) => [textOf(header["HeaderName"], ""), textOf(header["HeaderValue"], "")]));
  const path = textOf(one["OriginPath"], "");
  const custom = one["CustomOriginConfig"] === undefined ? undefined : objectOf(one["CustomOriginConfig"]);
  // What is made by the same template has no name yet.
  const isKnown = typeof one["DomainName"] === "string" && /^[\w.-]+$/.test(one["DomainName"]);
  const domain = isKnown ? String(one["DomainName"]).toLowerCase() : `${id.toLowerCase().replace(/[^a-z0-9-]/g, "-")}.${custom === undefined ? "s3.us-east-1.amazonaws.com" : "invalid"}`;
  if (custom === undefined) return { id, event: bucket(domain, headers, path) };
  const protocol = custom["OriginProtocolPolicy"] === "http-only" ? "http" : "https";
  const port = numberOf(custom[protocol === "http" ? "HTTPPort" : "HTTPSPort"], protocol === "http" ? 80 : 443);
  const url = `${protocol}://${domain}:${port}${path}`;
  if (!URL.canParse(url)) throw reader.wrong(`Origins: ${JSON.stringify(url)} is not a URL`);
  return { id, event: server(new URL(url), headers), ...(isKnown && { url }) };
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
  const methods = namesOf(one["AllowedMethods"]);
  const includeBody = associations.filter(({ IncludeBody }) => IncludeBody === true).flatMap(({ EventType }) => TRIGGERS.filter((trigger): trigger is Trigger => trigger === EventType));
  return {
    pattern: textOf(one["PathPattern"], "*"),
    origin: textOf(one["TargetOriginId"], "origin"),
    policies: policiesFrom(one, resolve),
    ...responseHeadersFrom(one["ResponseHeadersPolicyId"], resolve),
    compress: one["Compress"] === true,
    allowedMethods: methods.length === 0 ? ["GET", "HEAD"] : methods,
    includeBody,
    handlers: {},
    functions: functionsFrom(listOf(one["FunctionAssociations"]), resolve),
    viewerProtocol: VIEWER_PROTOCOLS.find((known) => known === one["ViewerProtocolPolicy"]) ?? "allow-all",
  };
}

function policiesFrom(one: Plain, resolve: (reference: unknown) => Plain): Policies {
  const { CachePolicyId: cacheId, OriginRequestPolicyId: requestId } = one;
  if (cacheId === undefined && one["ForwardedValues"] !== undefined) return forwardedValues(one);
  return {
    cache: typeof cacheId === "string" ? (CACHE_POLICIES[cacheId] ?? CACHING_OPTIMIZED) : cacheId === undefined ? CACHING_OPTIMIZED : cachePolicy(objectOf(resolve(cacheId)["CachePolicyConfig"])),
    originRequest: typeof requestId === "string" ? (ORIGIN_REQUEST_POLICIES[requestId] ?? NO_ORIGIN_REQUEST_POLICY) : requestId === undefined ? NO_ORIGIN_REQUEST_POLICY : originRequestPolicy(objectOf(resolve(requestId)["OriginRequestPolicyConfig"])),
  };
}

function responseHeadersFrom(id: unknown, resolve: (reference: unknown) => Plain): Pick<Behaviour, "responseHeaders"> {
  if (id === undefined) return {};
  const managed = typeof id === "string" ? RESPONSE_HEADERS_POLICIES[id] : responseHeadersPolicy(objectOf(resolve(id)["ResponseHeadersPolicyConfig"]));
  return managed === undefined ? {} : { responseHeaders: managed };
}

/** CloudFront Functions whose code is in the file. */
function functionsFrom(associations: readonly Plain[], resolve: (reference: unknown) => Plain): Behaviour["functions"] {
  return Object.fromEntries(associations.flatMap(({ EventType, FunctionARN }) => {
    const trigger = TRIGGERS.find((known) => known === EventType);
    const { Name, FunctionCode: source } = resolve(FunctionARN);
    return trigger === undefined || typeof source !== "string" ? [] : [[trigger, { name: textOf(Name, nameOf(FunctionARN)), source }]];
  }));
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
  const behaviour = headers["HeaderBehavior"];
  const all = behaviour === "allViewer" || behaviour === "allViewerAndWhitelistCloudFront";
  return {
    headers: all ? "all" : behaviour === "allExcept" ? { except: names } : names,
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
  const names = namesOf(config[list]);
  const meanings: Readonly<Record<string, Named>> = { all: "all", allExcept: { except: names }, whitelist: names };
  return meanings[textOf(config[behaviour], "none")] ?? "none";
}

/** Of `{ "Ref": NAME }` and `{ "Fn::GetAtt": [NAME, …] }`, which is `NAME.…` as well. */
function nameOf(reference: unknown): string {
  const { Ref: ref, "Fn::GetAtt": attribute } = objectOf(reference);
  return textOf(ref, Array.isArray(attribute) ? String(attribute[0]) : (textOf(attribute, "").split(".")[0] ?? ""));
}
