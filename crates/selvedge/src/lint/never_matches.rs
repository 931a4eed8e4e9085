//! `never-matches`: a rule that contradicts itself.

use crate::analysis::condition::is_impossible;
use crate::analysis::pattern::is_empty;
use crate::analysis::scopes::each_scope;
use crate::rules::{Condition, Match, Model, Subject};
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
    let methods = ["GET", "HEAD"].map(str::to_owned).to_vec();
    let safe = Condition::Test { subject: Subject::Method, test: Match::Equal(methods) };
    for (at, rule) in rules.rewrites.iter().enumerate().filter(|(_, rule)| rule.fallback) {
        let Some(when) = rule.when.clone().filter(|when| !is_impossible(when)) else { continue };
        if is_impossible(&Condition::All(vec![safe.clone(), when])) {
            report.warning(
                "never-matches",
                &format!("rewrites[{at}].when"),
                "a fallback rewrite is for GET and HEAD, and this condition is for other methods",
                "leave \"method\" out, or answer other methods by \"responses\" with \"at\": \"origin-response\"",
            );
        }
    }
}
