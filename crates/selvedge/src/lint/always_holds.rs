//! `always-holds`: alternatives of which every request meets one, mostly two `not` where one with a list was meant.

use crate::analysis::condition::is_certain;
use crate::analysis::scopes::each_scope;
use crate::rules::{Condition, Model};
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    each_scope(rules, &mut |place, _, when| {
        if when.is_some_and(has_certain_part) && !report.is_rule_file(place) {
            report.warning(
                "always-holds",
                &format!("{place}.when"),
                "\"any\" holds for every request here: what one of its conditions leaves out another takes",
                "for none of several values write one \"not\" with a list of them; or leave \"any\" out",
            );
        }
    });
}

/// Whether alternatives somewhere in it always hold.
fn has_certain_part(condition: &Condition) -> bool {
    match condition {
        Condition::Any(any) => is_certain(condition) || any.iter().any(has_certain_part),
        Condition::All(all) => all.iter().any(has_certain_part),
        Condition::Not(not) => has_certain_part(not),
        Condition::Test { .. } => false,
    }
}
