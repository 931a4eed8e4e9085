//! Vercel Routing Middleware: it runs before the response exists, so response stages can only set and append.
//!
//! <https://vercel.com/docs/routing-middleware>

use selvedge_plan::Stage;

use super::{CONNECTION_FIELDS, Message, Table};

pub(super) const TABLE: Table =
    Table { sets_only: true, asks_again: false, refused, ..Table::one_pass("vercel", "Vercel") };

/// In these the middleware tells Vercel how a request goes on: a rule that wrote one would say something else.
const PROTOCOL: &[&str] = &["x-middleware-*"];

fn refused(_: Stage, _: Message) -> &'static [&'static [&'static str]] {
    &[CONNECTION_FIELDS, PROTOCOL]
}
