/** CloudFront's managed policies, by the identifiers that AWS documents. */
import type { ResponseHeadersPolicy } from "./distribution.js";
import { CACHING_DISABLED, CACHING_OPTIMIZED, type CachePolicy, NO_ORIGIN_REQUEST_POLICY, type OriginRequestPolicy } from "./policy.js";

/** As the origin says: nothing is kept that it does not say of. */
const AS_THE_ORIGIN_SAYS: CachePolicy = {
  ...CACHING_OPTIMIZED, minTTL: 0, defaultTTL: 0, cookies: "all",
  headers: ["host", "origin", "x-http-method-override", "x-http-method", "x-method-override"],
};

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
export const CACHE_POLICIES: Readonly<Record<string, CachePolicy>> = {
  "658327ea-f89d-4fab-a63d-7e88639e58f6": CACHING_OPTIMIZED,
  "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": { ...CACHING_OPTIMIZED, enableAcceptEncodingGzip: false, enableAcceptEncodingBrotli: false },
  "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": CACHING_DISABLED,
  "83da9c7e-98b4-4e11-a168-04f0df8e2c65": AS_THE_ORIGIN_SAYS,
  "4cc15a8a-d715-48a4-82b8-cc0b614638fe": { ...AS_THE_ORIGIN_SAYS, queryStrings: "all" },
};

const ALL_OF_THE_VIEWER: OriginRequestPolicy = { headers: "all", also: [], cookies: "all", queryStrings: "all" };

/** Of AllViewerAndCloudFrontHeaders-2022-06. */
const OF_CLOUDFRONT = [
  "forwarded-proto", "is-android-viewer", "is-desktop-viewer", "is-ios-viewer", "is-mobile-viewer", "is-smarttv-viewer", "is-tablet-viewer",
  "viewer-address", "viewer-asn", "viewer-city", "viewer-country", "viewer-country-name", "viewer-country-region", "viewer-country-region-name",
  "viewer-http-version", "viewer-latitude", "viewer-longitude", "viewer-metro-code", "viewer-postal-code", "viewer-time-zone", "viewer-tls",
].map((name) => `cloudfront-${name}`);

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html */
export const ORIGIN_REQUEST_POLICIES: Readonly<Record<string, OriginRequestPolicy>> = {
  "216adef6-5c7f-47e4-b989-5492eafa07d3": ALL_OF_THE_VIEWER,
  "b689b0a8-53d0-40ab-baf2-68738e2966ac": { ...ALL_OF_THE_VIEWER, headers: { except: ["host"] } },
  "33f36d7e-f396-46d9-90e0-52428a34d9dc": { ...ALL_OF_THE_VIEWER, also: OF_CLOUDFRONT },
  "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf": { ...NO_ORIGIN_REQUEST_POLICY, headers: ["origin", "access-control-request-headers", "access-control-request-method"] },
  "59781a5b-3903-41f3-afcb-af62929ccde1": { ...NO_ORIGIN_REQUEST_POLICY, headers: ["origin"] },
  "acba4595-bd28-49b8-b9fe-13317c0390fa": { ...NO_ORIGIN_REQUEST_POLICY, headers: ["user-agent", "referer"] },
};

/** SecurityHeadersPolicy. The two that join it with CORS set the same, and what they say of CORS is left out. */
const SECURITY_HEADERS: ResponseHeadersPolicy = {
  set: [
    { name: "Referrer-Policy", value: "strict-origin-when-cross-origin", override: false },
    { name: "Strict-Transport-Security", value: "max-age=31536000", override: false },
    { name: "X-Content-Type-Options", value: "nosniff", override: true },
    { name: "X-Frame-Options", value: "SAMEORIGIN", override: false },
    { name: "X-XSS-Protection", value: "1; mode=block", override: false },
  ],
  remove: [],
};

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html */
export const RESPONSE_HEADERS_POLICIES: Readonly<Record<string, ResponseHeadersPolicy>> = {
  "67f7725c-6f97-4210-82d7-5512b31e9d03": SECURITY_HEADERS,
  "e61eb60c-9c35-4d20-a928-2b84e02af89c": SECURITY_HEADERS,
  "eaab4381-ed33-4a86-88ca-d9558dc6cd63": SECURITY_HEADERS,
};
