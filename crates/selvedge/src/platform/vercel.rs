//! Vercel Routing Middleware: it runs before the response exists, so response stages can only set and append.

use super::Table;

pub(super) const TABLE: Table = Table { sets_only: true, asks_again: false, ..Table::one_pass("vercel", "Vercel") };
