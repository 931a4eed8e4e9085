//! Vercel Routing Middleware: it runs before the response exists, so response stages can only set and append.

use super::{Fact, Table, connection_fields};

pub(super) const TABLE: Table = Table {
    name: "vercel",
    title: "Vercel",
    max_uri: None,
    max_viewer_answer: None,
    max_origin_answer: None,
    host: Fact::Given,
    scheme: Fact::Given,
    country: Fact::Given,
    device: Fact::Missing,
    origin_only_headers: None,
    refused: connection_fields,
    sets_only: true,
    one_pass: true,
    asks_again: false,
    missing_as_403: None,
};
