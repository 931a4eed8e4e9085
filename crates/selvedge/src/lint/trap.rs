//! `trap-opens-guard`: rules that keep people out, and let everyone in if the engine itself fails. Refusals do so only where
//! the rules ask for it.

use super::report::Report;
use crate::rules::{Condition, Model, OnTrap, Part, Redirect, Subject, Template};

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    if rules.on_trap == Some(OnTrap::Block) {
        return;
    }
    let passes = rules.on_trap == Some(OnTrap::Pass);
    let refusals = rules.responses.iter().enumerate().filter(|(_, rule)| passes && matches!(rule.status, 401 | 403));
    let refusals = refusals.map(|(at, _)| format!("responses[{at}]"));
    let logins = rules.redirects.iter().enumerate().filter(|(_, rule)| sends_to_login(rule));
    for place in refusals.chain(logins.map(|(at, _)| format!("redirects[{at}]"))) {
        report.warning(
            "trap-opens-guard",
            &place,
            if passes {
                "keeps viewers out, but \"onTrap\" is \"pass\": should the engine fail, they get in"
            } else {
                "keeps viewers out, but a redirect does not block by itself: should the engine fail, they get in"
            },
            "say \"onTrap\": \"block\" at the top",
        );
    }
}

/// Whether it sends those who lack a cookie or a header to a page with a name like `login`.
pub(super) fn sends_to_login(rule: &Redirect) -> bool {
    const NAMES: [&str; 8] = ["login", "log-in", "signin", "sign-in", "auth", "oauth", "sso", "session"];
    let by_credentials = |when: &Condition| when.reads(|it| matches!(it, Subject::Cookie(_) | Subject::Header(_)));
    rule.when.as_ref().is_some_and(by_credentials) && words(&rule.to).any(|word| NAMES.contains(&word.as_str()))
}

/// The labels and segments of a target, up to its query.
fn words(to: &Template) -> impl Iterator<Item = String> {
    let parts = to.parts.iter().map(|part| match part {
        Part::Literal(text) => text.as_str(),
        _ => "/",
    });
    let literal: String = parts.collect();
    let literal = literal.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    literal.split(['/', '.']).map(str::to_owned).collect::<Vec<_>>().into_iter()
}
