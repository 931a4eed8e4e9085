/** The distribution of a file: in this tool's own form, or as CloudFormation, the CDK, Terraform or the API of CloudFront have it. */
import { isAbsolute, join } from "node:path";
import { readText } from "../../cli/input.js";
import { readJsonc } from "../../cli/jsonc.js";
import type { Trigger } from "../trigger.js";
import { TRIGGERS } from "../trigger.js";
import { type Behaviour, bucket, type CustomError, type Distribution, ERROR_CACHING_MIN_TTL, isUrl, NAME, type Origin, type OriginGroup, server, VIEWER_PROTOCOLS } from "./distribution.js";
import { Reader } from "./reader.js";
import { fromApi, fromCloudFormation } from "./cloudformation.js";
import { fromTerraform } from "./terraform.js";
import { CACHING_DISABLED, CACHING_OPTIMIZED, type CachePolicy, type Named, NO_ORIGIN_REQUEST_POLICY, type OriginRequestPolicy } from "./policy.js";

/** @param origin the folder or URL that stands in for what the file has no address of */
export function readConfig(file: string, origin: string): Distribution {
  const reader = new Reader(file, readJsonc(file));
  const plain = reader.plain;
  if ("Resources" in plain) return standing(fromCloudFormation(reader), origin);
  if ("planned_values" in plain) return standing(fromTerraform(reader), origin);
  if ("Distribution" in plain || "DistributionConfig" in plain || "DefaultCacheBehavior" in plain) return standing(fromApi(reader), origin);
  return standing(own(reader, join(file, "..")), origin);
}

/** A folder stands in for every bucket without one; a folder or a URL for a server whose name is known at deployment only. */
function standing(distribution: Distribution, given: string): Distribution {
  const origins = distribution.origins.map((origin) => {
    if (origin.folder !== undefined || origin.url !== undefined) return origin;
    if (!isUrl(given)) return { ...origin, folder: given };
    return origin.event.s3 === undefined ? { ...origin, url: given } : origin;
  });
  return { ...distribution, origins };
}

function own(reader: Reader, base: string): Distribution {
  reader.only(["$schema", "aliases", "origins", "originGroups", "behaviors", "defaultRootObject", "customErrorResponses"]);
  const origins = reader.list("origins").map((item): Origin => {
    item.only(["id", "folder", "url", "domainName", "path", "customHeaders"]);
    const [id, folder, url] = [item.text("id"), item.optionalText("folder"), item.optionalText("url")];
    const headers = item.texts("customHeaders");
    const path = item.optionalText("path") ?? "";
    if ((folder === undefined) === (url === undefined)) throw item.wrong("an origin has either folder or url");
    if (url === undefined) return { id, event: bucket(item.optionalText("domainName") ?? `${id.toLowerCase()}.s3.us-east-1.amazonaws.com`, headers, path), folder: isAbsolute(folder ?? "") ? (folder ?? "") : join(base, folder ?? "") };
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw item.wrong(`url: ${JSON.stringify(url)} is not a URL of http or https`);
    return { id, event: server(new URL(url), headers), url };
  });
  if (origins.length === 0) throw reader.wrong("origins: a distribution has one at least");
  const originGroups = reader.list("originGroups").map((item) => originGroup(item, origins));
  const targets = [...origins, ...originGroups].map(({ id }) => id);
  const behaviours = reader.list("behaviors").map((item) => behaviour(item, targets, (file) => (isAbsolute(file) ? file : join(base, file))));
  if (behaviours.at(-1)?.pattern !== "*") throw reader.wrong('behaviors: the last one is the default, with "path": "*"');
  const customErrors = reader.list("customErrorResponses").map((item): CustomError => {
    item.only(["errorCode", "responseCode", "responsePagePath", "errorCachingMinTTL"]);
    const [responseCode, responsePagePath] = [item.optionalNumber("responseCode"), item.optionalText("responsePagePath")];
    return { errorCode: item.number("errorCode"), ...(responseCode !== undefined && { responseCode }), ...(responsePagePath !== undefined && { responsePagePath }), errorCachingMinTTL: item.optionalNumber("errorCachingMinTTL") ?? ERROR_CACHING_MIN_TTL };
  });
  return { ...NAME, aliases: reader.names("aliases"), defaultRootObject: (reader.optionalText("defaultRootObject") ?? "").replace(/^\//, ""), origins, originGroups, behaviours, customErrors };
}

function originGroup(item: Reader, origins: readonly Origin[]): OriginGroup {
  item.only(["id", "members", "statusCodes"]);
  const members = item.names("members");
  if (members.length !== 2) throw item.wrong("members: a group has two origins");
  for (const member of members) if (!origins.some(({ id }) => id === member)) throw item.wrong(`members: there is no origin ${JSON.stringify(member)}`);
  const statusCodes = item.plain["statusCodes"];
  if (!Array.isArray(statusCodes) || !statusCodes.every((code) => FAILOVER_CODES.includes(code))) throw item.wrong(`statusCodes: it is a list of ${FAILOVER_CODES.join(", ")}`);
  return { id: item.text("id"), members, statusCodes };
}

/** @param at where a file is that the distribution's file names */
function behaviour(item: Reader, targets: readonly string[], at: (file: string) => string): Behaviour {
  item.only(["path", "origin", "viewerProtocolPolicy", "cachePolicy", "originRequestPolicy", "responseHeadersPolicy", "allowedMethods", "compress", "includeBody", "handlers", "functions"]);
  const origin = item.optionalText("origin") ?? targets[0] ?? "";
  if (!targets.includes(origin)) throw item.wrong(`origin: there is no origin ${JSON.stringify(origin)}`);
  const protocol = item.optionalText("viewerProtocolPolicy") ?? "allow-all";
  const viewerProtocol = VIEWER_PROTOCOLS.find((known) => known === protocol);
  if (viewerProtocol === undefined) throw item.wrong(`viewerProtocolPolicy: ${JSON.stringify(protocol)} is not one of ${VIEWER_PROTOCOLS.join(", ")}`);
  const handlers = item.texts("handlers");
  for (const trigger of Object.keys(handlers)) if (!TRIGGERS.some((known) => known === trigger)) throw item.wrong(`handlers: there is no trigger ${trigger}; it is one of ${TRIGGERS.join(", ")}`);
  const functions = item.texts("functions");
  for (const trigger of Object.keys(functions)) if (!/^viewer-re(?:quest|sponse)$/.test(trigger)) throw item.wrong(`functions: a CloudFront Function runs at viewer-request or viewer-response, and not at ${trigger}`);
  const includeBody = item.plain["includeBody"] === true ? (["viewer-request", "origin-request"] as const) : [];
  const responseHeaders = item.texts("responseHeadersPolicy");
  return {
    pattern: item.text("path"),
    origin,
    policies: { cache: cachePolicy(item), originRequest: originRequestPolicy(item) },
    responseHeaders: { set: Object.entries(responseHeaders).map(([name, value]) => ({ name, value, override: true })), remove: [] },
    ...(item.plain["allowedMethods"] !== undefined && { allowedMethods: item.names("allowedMethods") }),
    compress: item.plain["compress"] === true,
    includeBody,
    handlers: Object.fromEntries(Object.entries(handlers).map(([trigger, file]) => [trigger, at(file)])) as Partial<Record<Trigger, string>>,
    functions: Object.fromEntries(Object.entries(functions).map(([trigger, file]) => [trigger, { name: at(file), file: at(file), source: readText(at(file)) }])),
    viewerProtocol,
  };
}

/** The statuses that CloudFront takes as a reason to ask the second origin of a group. */
const FAILOVER_CODES = [400, 403, 404, 416, 429, 500, 502, 503, 504];

const CACHE_POLICIES: Readonly<Record<string, CachePolicy>> = { CachingOptimized: CACHING_OPTIMIZED, CachingDisabled: CACHING_DISABLED };

function cachePolicy(item: Reader): CachePolicy {
  const given = item.plain["cachePolicy"];
  if (given === undefined) return CACHING_OPTIMIZED;
  if (typeof given === "string") {
    const known = CACHE_POLICIES[given];
    if (known === undefined) throw item.wrong(`cachePolicy: ${JSON.stringify(given)} is not one of ${Object.keys(CACHE_POLICIES).join(", ")}; write its members instead`);
    return known;
  }
  const policy = item.member("cachePolicy");
  policy.only(["minTTL", "defaultTTL", "maxTTL", "headers", "cookies", "queryStrings", "gzip", "brotli"]);
  return {
    minTTL: policy.optionalNumber("minTTL") ?? 0,
    defaultTTL: policy.optionalNumber("defaultTTL") ?? CACHING_OPTIMIZED.defaultTTL,
    maxTTL: policy.optionalNumber("maxTTL") ?? CACHING_OPTIMIZED.maxTTL,
    headers: policy.names("headers").map((name) => name.toLowerCase()),
    cookies: named(policy, "cookies"),
    queryStrings: named(policy, "queryStrings"),
    enableAcceptEncodingGzip: policy.plain["gzip"] !== false,
    enableAcceptEncodingBrotli: policy.plain["brotli"] !== false,
  };
}

function originRequestPolicy(item: Reader): OriginRequestPolicy {
  const given = item.plain["originRequestPolicy"];
  if (given === undefined) return NO_ORIGIN_REQUEST_POLICY;
  if (given === "AllViewer") return { headers: "all", also: [], cookies: "all", queryStrings: "all" };
  if (given === "AllViewerExceptHostHeader") return { headers: { except: ["host"] }, also: [], cookies: "all", queryStrings: "all" };
  const policy = item.member("originRequestPolicy");
  policy.only(["headers", "cookies", "queryStrings"]);
  const { headers } = policy.plain;
  return {
    headers: headers === "allViewer" ? "all" : headers === "allExceptHost" ? { except: ["host"] } : policy.names("headers").map((name) => name.toLowerCase()),
    also: [],
    cookies: named(policy, "cookies"),
    queryStrings: named(policy, "queryStrings"),
  };
}

function named(policy: Reader, member: string): Named {
  const given = policy.plain[member];
  return given === "all" || given === "none" ? given : given === undefined ? "none" : policy.names(member);
}

