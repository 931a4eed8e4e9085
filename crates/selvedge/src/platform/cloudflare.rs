//! Cloudflare Workers: country from `request.cf.country`; device type from the header that Cache Rules can add.

use super::{Fact, Table};

pub(super) const TABLE: Table =
    Table { device: Fact::Header("cf-device-type"), ..Table::one_pass("cloudflare", "Cloudflare") };
