//! Fastly Compute: country from the client's geolocation.

use super::{Fact, Table, connection_fields};

pub(super) const TABLE: Table = Table {
    name: "fastly",
    title: "Fastly",
    max_uri: None,
    max_viewer_answer: None,
    max_origin_answer: None,
    host: Fact::Given,
    scheme: Fact::Given,
    country: Fact::Given,
    device: Fact::Missing,
    origin_only_headers: None,
    refused: connection_fields,
    sets_only: false,
    one_pass: true,
    asks_again: true,
    missing_as_403: None,
};
