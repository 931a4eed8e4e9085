//! Amazon CloudFront with Lambda@Edge: restrictions on edge functions and quotas as of the end of 2025.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html>

use selvedge_plan::Stage;

use super::{Fact, Message, Table, names};

pub(super) const TABLE: Table = Table {
    name: "cloudfront",
    title: "CloudFront",
    max_uri: Some(8192),
    max_viewer_answer: Some(40 * 1024),
    max_origin_answer: Some(1024 * 1024),
    host: Fact::Header("host"),
    scheme: Fact::OriginHeader("cloudfront-forwarded-proto"),
    country: Fact::OriginHeader("cloudfront-viewer-country"),
    device: Fact::OriginFlags(DEVICES),
    client_ip: true,
    origin_only_headers: Some("cloudfront-"),
    refused,
    sets_only: false,
    one_pass: false,
    apart: Some(
        "split the rule in two, say with \"at\" where it runs, or build a folder (-o FOLDER/): a CloudFront Function sees both; the viewer protocol policy redirects to https",
    ),
    encodings: Some(&["br", "gzip"]),
    asks_again: false,
    origin_ports: Some(|port| matches!(port, 80 | 443 | 1024..)),
    missing_as_403: Some("AmazonS3"),
    viewer_only: false,
};

/// Custom headers of one response headers policy, and headers that it removes: a quota each, which can be raised.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-policies>
#[cfg(feature = "functions")]
pub(crate) const MAX_POLICY_HEADERS: usize = 10;

/// Characters of a name and of a value there, a Content-Security-Policy too, and of all custom headers together.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-custom-headers>
#[cfg(feature = "functions")]
pub(crate) const MAX_POLICY_NAME: usize = 256;
#[cfg(feature = "functions")]
pub(crate) const MAX_POLICY_VALUE: usize = 1_783;
#[cfg(feature = "functions")]
pub(crate) const MAX_POLICY_LENGTH: usize = 10_240;

/// What a device is, by the header that is `true` then.
pub(super) const DEVICES: &[(&str, &str)] = &[
    ("desktop", "cloudfront-is-desktop-viewer"),
    ("mobile", "cloudfront-is-mobile-viewer"),
    ("tablet", "cloudfront-is-tablet-viewer"),
    ("smarttv", "cloudfront-is-smarttv-viewer"),
    ("ios", "cloudfront-is-ios-viewer"),
    ("android", "cloudfront-is-android-viewer"),
];

/// Not exposed to functions; adding one is a 502. What hooks return is held against a shorter form of it, for its bytes:
/// js-shim/src/adapters/lambda-edge/returned.ts.
pub const DISALLOWED: &[&str] = &[
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "trailer",
    "upgrade",
    "x-accel-buffering",
    "x-accel-charset",
    "x-accel-limit-rate",
    "x-accel-redirect",
    "x-amz-cf-*",
    "x-amzn-auth",
    "x-amzn-cf-billing",
    "x-amzn-cf-id",
    "x-amzn-cf-xff",
    "x-amzn-errortype",
    "x-amzn-fle-profile",
    "x-amzn-header-count",
    "x-amzn-header-order",
    "x-amzn-lambda-integration-tag",
    "x-amzn-requestid",
    "x-cache",
    "x-edge-*",
    "x-forwarded-proto",
    "x-real-ip",
    "cloudfront-viewer-cert-pem",
    "client-cert",
    "client-cert-chain",
];

/// What `customHeaders` of an origin may not hold besides [`DISALLOWED`].
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html>
const DENIED: &[&str] = &[
    "cache-control",
    "content-length",
    "cookie",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "pragma",
    "range",
    "request-range",
    "te",
    "transfer-encoding",
    "via",
    "x-amz-*",
];

/// Origins, and so their `customHeaders`, are this platform's alone.
pub(crate) fn refuses_custom_header(name: &str) -> bool {
    names(&[DISALLOWED, DENIED], name)
}

/// Not exposed to functions, and not theirs to add.
pub(super) fn is_disallowed(name: &str) -> bool {
    names(&[DISALLOWED], name)
}

/// What of [`refused`] may be read.
pub(super) fn is_read_only(stage: Stage, message: Message, name: &str) -> bool {
    !is_disallowed(name) && names(refused(stage, message), name)
}

/// Read-only: adding, changing and deleting one is a 502.
fn refused(stage: Stage, message: Message) -> &'static [&'static [&'static str]] {
    match (stage, message) {
        (Stage::ViewerRequest, Message::Request) => &[
            DISALLOWED,
            &["cdn-loop", "content-length", "host", "transfer-encoding", "via", "cloudfront-viewer-country"],
        ],
        (Stage::ViewerRequest | Stage::ViewerRequestAnswer, _) => {
            &[DISALLOWED, &["cdn-loop", "content-length", "host", "transfer-encoding", "via"]]
        }
        (Stage::OriginRequest | Stage::OriginRequestAnswer, _) => &[
            DISALLOWED,
            &[
                "accept-encoding",
                "cdn-loop",
                "content-length",
                "if-modified-since",
                "if-none-match",
                "if-range",
                "if-unmodified-since",
                "transfer-encoding",
                "via",
            ],
        ],
        (Stage::OriginResponse, _) => &[DISALLOWED, &["transfer-encoding", "via"]],
        (Stage::ViewerResponse, _) => {
            &[DISALLOWED, &["content-encoding", "content-length", "transfer-encoding", "via", "warning"]]
        }
    }
}

/// What a custom error response may answer: `ResponseCode` of `AWS::CloudFront::Distribution CustomErrorResponse`.
pub(super) const PAGE_STATUSES: [u16; 12] = [200, 400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
