//! Netlify Edge Functions: country from `context.geo`.

use super::Table;

pub(super) const TABLE: Table = Table::one_pass("netlify", "Netlify");
