// What CloudFront refuses, as data: shared/facts §2 and §3 of the project's notes, from AWS's "Restrictions on edge
// functions". Written down apart from the library's own tables, so that a slip in one does not hide in the other.

const names = (text) => new Set(text.trim().split(/\s+/));

export const DISALLOWED = names(`
  connection expect keep-alive proxy-authenticate proxy-authorization proxy-connection trailer upgrade
  x-accel-buffering x-accel-charset x-accel-limit-rate x-accel-redirect x-amzn-auth x-amzn-cf-billing x-amzn-cf-id
  x-amzn-cf-xff x-amzn-errortype x-amzn-fle-profile x-amzn-header-count x-amzn-header-order
  x-amzn-lambda-integration-tag x-amzn-requestid x-cache x-forwarded-proto x-real-ip
  cloudfront-viewer-cert-pem client-cert client-cert-chain`);
export const DISALLOWED_PREFIXES = ["x-amz-cf-", "x-edge-"];

export const READ_ONLY = {
  "viewer-request": names("cdn-loop content-length host transfer-encoding via"),
  "origin-request": names(
    "accept-encoding cdn-loop content-length if-modified-since if-none-match if-range if-unmodified-since transfer-encoding via",
  ),
  "origin-response": names("transfer-encoding via"),
  "viewer-response": names("warning via content-length content-encoding transfer-encoding"),
};

export const ORIGIN_DENIED = names(`
  cache-control connection content-length cookie host if-match if-modified-since if-none-match if-range
  if-unmodified-since max-forwards pragma proxy-authorization proxy-connection range request-range te trailer
  transfer-encoding upgrade via x-real-ip`);
export const ORIGIN_DENIED_PREFIXES = ["x-amz-", "x-edge-"];

/** Headers and body of a generated or replaced response. */
export const RESPONSE_BYTES = { "viewer-request": 40 << 10, "origin-request": 1 << 20, "origin-response": 1 << 20, "viewer-response": 40 << 10 };
/** Path and query together stay below. */
export const URI_LENGTH = 8192;
/** A replaced body, as text and as base64. */
export const BODY_BYTES = { "viewer-request": [40 << 10, 54477], "origin-request": [1 << 20, 1394606] };
