//! Cloudflare Workers: country from `request.cf.country`; device type from the header that Cache Rules can add.

use super::{Fact, Table, connection_fields};

pub(super) const TABLE: Table = Table {
    name: "cloudflare",
    title: "Cloudflare",
    max_uri: None,
    max_viewer_answer: None,
    max_origin_answer: None,
    host: Fact::Given,
    scheme: Fact::Given,
    country: Fact::Given,
    device: Fact::Header("cf-device-type"),
    origin_only_headers: None,
    refused: connection_fields,
    sets_only: false,
    one_pass: true,
    asks_again: true,
    missing_as_403: None,
};
