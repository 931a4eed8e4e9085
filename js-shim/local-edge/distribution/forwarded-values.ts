/** The settings that a behaviour has in place of policies: `ForwardedValues`, with times of its own. */
import { CACHING_OPTIMIZED, type Named, NO_ORIGIN_REQUEST_POLICY, type Policies } from "./policy.js";
import { namesOf, numberOf, objectOf, type Plain } from "./reader.js";

/**
 * What is forwarded is in the key, too; of the query string, only what `QueryStringCacheKeys` names, if there are any. Where all
 * headers are forwarded, nothing is kept.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
export function forwardedValues(behaviour: Plain): Policies {
  const values = objectOf(behaviour["ForwardedValues"]);
  const headers = namesOf(values["Headers"]).map((name) => name.toLowerCase());
  const takesAll = headers.includes("*");
  const hasQuery = values["QueryString"] === true || values["QueryString"] === "true";
  const keys = namesOf(values["QueryStringCacheKeys"]);
  const seconds = (name: string, otherwise: number): number => (takesAll ? 0 : numberOf(behaviour[name], otherwise));
  return {
    cache: {
      minTTL: seconds("MinTTL", 0),
      defaultTTL: seconds("DefaultTTL", CACHING_OPTIMIZED.defaultTTL),
      maxTTL: seconds("MaxTTL", CACHING_OPTIMIZED.maxTTL),
      headers: takesAll ? [] : headers,
      cookies: cookiesOf(objectOf(values["Cookies"])),
      queryStrings: !hasQuery ? "none" : keys.length > 0 ? keys : "all",
      enableAcceptEncodingGzip: true,
      // Brotli is for cache policies.
      enableAcceptEncodingBrotli: false,
    },
    originRequest: { ...NO_ORIGIN_REQUEST_POLICY, headers: takesAll ? "all" : [], queryStrings: hasQuery ? "all" : "none" },
  };
}

function cookiesOf({ Forward: forward, WhitelistedNames: names }: Plain): Named {
  return forward === "all" ? "all" : forward === "whitelist" ? namesOf(names) : "none";
}
