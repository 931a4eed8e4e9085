//! Amazon CloudFront with CloudFront Functions, at the viewer's side alone: one function at viewer-request and viewer-response.
//! Restrictions as of the end of 2026.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-function-restrictions.html>

use selvedge_plan::Stage;

use super::cloudfront::{DEVICES, DISALLOWED};
use super::{Fact, Message, Table};

/// Bytes of source that CloudFront takes.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions>
pub const MAX_FUNCTION_BYTES: usize = 10_240;

/// What CloudFront adds to a request is there where the cache policy or the origin request policy names it.
pub(super) const TABLE: Table = Table {
    max_uri: Some(8192),
    scheme: Fact::Header("cloudfront-forwarded-proto"),
    country: Fact::Header("cloudfront-viewer-country"),
    device: Fact::OriginFlags(DEVICES),
    refused,
    asks_again: false,
    origin_ports: Some(|port| matches!(port, 80 | 443 | 1024..)),
    viewer_only: true,
    ..Table::one_pass("cloudfront-functions", "CloudFront Functions")
};

/// Read-only: adding, changing and deleting one is an error.
fn refused(stage: Stage, message: Message) -> &'static [&'static [&'static str]] {
    match (stage, message) {
        (_, Message::Request) => {
            &[DISALLOWED, &["cdn-loop", "cloudfront-*", "content-length", "host", "transfer-encoding", "via"]]
        }
        (Stage::ViewerRequestAnswer | Stage::OriginRequestAnswer, Message::Response) => {
            &[DISALLOWED, &["cdn-loop", "content-length", "host", "transfer-encoding", "via"]]
        }
        (_, Message::Response) => {
            &[DISALLOWED, &["content-encoding", "content-length", "transfer-encoding", "via", "warning"]]
        }
    }
}
