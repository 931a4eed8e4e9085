//! Redirects whose location may be the URL that was asked for.

use super::path::exact;
use crate::rules::{Condition, Match, Redirect, Subject, normalise};

/// Whether its location may be the URL that was asked for.
pub(super) fn may_lead_to_itself(rule: &Redirect) -> bool {
    let Some(text) = rule.to.as_literal() else { return true };
    if rule.absolute && other_host(rule.when.as_ref(), text) {
        return false;
    }
    let path = if rule.absolute { text.split_once("://").map_or("", |(_, rest)| after_authority(rest)) } else { text };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = normalise(path).unwrap_or_else(|| path.to_owned());
    let short = path.strip_suffix('/').unwrap_or(&path);
    // All of its patterns name one path each, and none of them this one.
    !rule.from.patterns.iter().all(|pattern| exact(pattern).is_some_and(|from| !from.eq_ignore_ascii_case(short)))
}

/// What of a URL without its scheme follows the host.
fn after_authority(rest: &str) -> &str {
    rest.find(['/', '?', '#']).and_then(|at| rest.get(at..)).unwrap_or_default()
}

/// Whether the condition asks for hosts that are not the target's.
fn other_host(when: Option<&Condition>, target: &str) -> bool {
    let host = target.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#', ':']).next()).unwrap_or_default();
    match when {
        Some(Condition::Test { subject: Subject::Host, test: Match::Equal(hosts) }) => {
            !host.is_empty() && hosts.iter().all(|other| !other.starts_with('*') && !other.eq_ignore_ascii_case(host))
        }
        Some(Condition::All(parts)) => parts.iter().any(|part| other_host(Some(part), target)),
        _ => false,
    }
}
