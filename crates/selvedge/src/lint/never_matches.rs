//! `never-matches`: a rule that contradicts itself.

use crate::analysis::condition::is_impossible;
use crate::analysis::pattern::is_empty;
use crate::analysis::scopes::each_scope;
use crate::rules::Model;
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    each_scope(rules, &mut |place, paths, when| {
        if is_empty(paths) {
            report.warning(
                "never-matches",
                place,
                "\"except\" leaves nothing of the paths",
                "narrow it, or remove the rule",
            );
        } else if when.is_some_and(is_impossible) {
            let help = "remove one of the conditions that exclude each other";
            report.warning("never-matches", &format!("{place}.when"), "this condition never holds", help);
        }
    });
}
