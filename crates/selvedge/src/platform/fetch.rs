//! Any Request/Response runtime and Rust servers: facts are what the caller hands over.

use super::{Fact, Table};

pub(super) const TABLE: Table = Table { country: Fact::Missing, client_ip: false, ..Table::one_pass("fetch", "Fetch") };
