//! `dead-target` and `moved-target`: what other sites answered for the addresses that redirects lead to.

use super::online::{TargetAnswer, outside};
use crate::by_text::By;
use crate::rules::Model;
use crate::sources::Report;

pub(super) fn check(rules: &Model, answers: &[TargetAnswer], report: &mut Report<'_>) {
    if answers.is_empty() {
        return;
    }
    let answers: By<&str, &TargetAnswer> = answers.iter().map(|answer| (answer.url.as_str(), answer)).collect();
    for (at, rule) in rules.redirects.iter().enumerate() {
        let Some(TargetAnswer { url, status, moved, problem }) = outside(rule).and_then(|to| answers.get(to)) else {
            continue;
        };
        let place = format!("redirects[{at}].to");
        match (status, moved) {
            (404 | 410, _) => {
                let message = format_args!("{url} answers {status}: there is no page");
                report.warning("dead-target", &place, message, "correct the target, or take the redirect out");
            }
            (0, _) | (500.., _) => {
                let what = problem.clone().unwrap_or_else(|| format!("it answers {status}"));
                let help = "ask again later; if it stays so, correct the target";
                report.warning("dead-target", &place, format_args!("{url} has no page now: {what}"), help);
            }
            (_, Some(moved)) => {
                let help = format_args!("lead to {moved} at once: each step costs the viewer a round trip");
                report.note("moved-target", &place, format_args!("{url} is {moved} for good"), help);
            }
            // That it keeps programs out says nothing of the page.
            _ => {}
        }
    }
}
