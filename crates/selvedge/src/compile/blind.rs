//! Platforms that run before the response exists: there, response stages can set and append headers, and nothing else.

use std::fmt::Display;

use selvedge_plan::Stage;

use super::place::Placement;
use crate::diagnostic::Diagnostics;
use crate::platform::Table;
use crate::rules::{Kind, On};

/// Reports every rule that would have to look at the response, or to take something out of it.
pub(super) fn check(placement: &Placement<'_>, table: Table, problems: &mut Diagnostics) {
    for kind in Kind::ALL {
        for placed in placement.of(kind) {
            let place = kind.member().place(placed.number);
            let mut report = |member: &dyn Display, what: &str| {
                let member = member.to_string();
                let dot = if member.is_empty() { "" } else { "." };
                problems.push(
                    "not-on-platform",
                    format_args!("{place}{dot}{member}"),
                    format_args!("{what}, and {} runs before the response exists", table.title),
                    "take it out for this platform, or do it at the origin",
                );
            };
            if kind.member().on == On::Request && placed.stage == Stage::OriginResponse {
                report(&"", "acts on the origin's response");
            }
            placed.rule.needs_response(&placed.reads, &mut report);
        }
    }
}
