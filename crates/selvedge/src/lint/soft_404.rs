//! `soft-404`: an answer that takes an error's place, and says 200. Search engines index it, and caches keep it.

use crate::rules::{Condition, Match, Model, StatusRange, Subject};
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    for (at, rule) in rules.responses.iter().enumerate() {
        let place = format!("responses[{at}]");
        // Who writes 200 means it.
        if rule.status == 200 && rule.when.as_ref().is_some_and(is_for_errors) && !report.is_written(&place, "status") {
            report.warning(
                "soft-404",
                &place,
                "makes 200 of each error that it answers: a missing page is found then, for search engines and caches",
                "write the \"status\", for example 404; 200 too, if that is meant",
            );
        }
    }
}

/// Whether it holds for a status of 400 or more alone.
fn is_for_errors(when: &Condition) -> bool {
    let is_error = |range: &StatusRange| range.first >= 400;
    match when {
        Condition::Test { subject: Subject::Status, test: Match::Status(ranges) } => ranges.iter().all(is_error),
        Condition::All(all) => all.iter().any(is_for_errors),
        Condition::Any(any) => any.iter().all(is_for_errors),
        _ => false,
    }
}
