// What CloudFront does not show functions, as data, from AWS's "Restrictions on edge functions". Written down
// apart from the library's own tables, so that a slip in one does not hide in the other.

const names = (text) => new Set(text.trim().split(/\s+/));

export const DISALLOWED = names(`
  connection expect keep-alive proxy-authenticate proxy-authorization proxy-connection trailer upgrade
  x-accel-buffering x-accel-charset x-accel-limit-rate x-accel-redirect x-amzn-auth x-amzn-cf-billing x-amzn-cf-id
  x-amzn-cf-xff x-amzn-errortype x-amzn-fle-profile x-amzn-header-count x-amzn-header-order
  x-amzn-lambda-integration-tag x-amzn-requestid x-cache x-forwarded-proto x-real-ip
  cloudfront-viewer-cert-pem client-cert client-cert-chain`);
export const DISALLOWED_PREFIXES = ["x-amz-cf-", "x-edge-"];
