//! Cloudflare Workers: country from `request.cf.country`; device type from the header that Cache Rules can add. Headers as of
//! the end of 2026: <https://developers.cloudflare.com/fundamentals/reference/http-headers/>

use selvedge_plan::Stage;

use super::{CONNECTION_FIELDS, Fact, Message, Table};

pub(super) const TABLE: Table =
    Table { device: Fact::Header("cf-device-type"), refused, ..Table::one_pass("cloudflare", "Cloudflare") };

/// Cloudflare writes these on what a Worker fetches, whatever the Worker says.
const ON_REQUESTS: &[&str] =
    &["cdn-loop", "cf-connecting-ip", "cf-connecting-ipv6", "cf-ew-via", "cf-ray", "cf-visitor", "cf-worker"];

/// Headers that Cloudflare sets itself on what the viewer gets.
const ON_RESPONSES: &[&str] = &["cf-cache-status", "cf-ray"];

fn refused(_: Stage, message: Message) -> &'static [&'static [&'static str]] {
    match message {
        Message::Request => &[CONNECTION_FIELDS, ON_REQUESTS],
        Message::Response => &[CONNECTION_FIELDS, ON_RESPONSES],
    }
}
