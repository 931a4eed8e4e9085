//! Redirects that keep viewers out.

use crate::rules::{Condition, Part, Redirect, Subject, Template};

/// Whether it sends those who lack a cookie or a header to a page with a name like `login`.
pub(crate) fn sends_to_login(rule: &Redirect) -> bool {
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
