//! Fastly Compute: country from the client's geolocation.

use super::Table;

pub(super) const TABLE: Table = Table::one_pass("fastly", "Fastly");
