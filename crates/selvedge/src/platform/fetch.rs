//! Any Request/Response runtime and Rust servers: facts are what the caller hands over.

use super::{Fact, Table, connection_fields};

pub(super) const TABLE: Table = Table {
    name: "fetch",
    title: "Fetch",
    max_uri: None,
    max_viewer_answer: None,
    max_origin_answer: None,
    host: Fact::Given,
    scheme: Fact::Given,
    country: Fact::Missing,
    device: Fact::Missing,
    origin_only_headers: None,
    refused: connection_fields,
    sets_only: false,
    one_pass: true,
    asks_again: true,
    missing_as_403: None,
};
