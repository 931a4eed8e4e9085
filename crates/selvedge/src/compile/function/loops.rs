//! Redirects whose location may be the URL that was asked for.

use super::path::exact;
use super::template::{captured, is_of_captures};
use crate::rules::{Condition, Match, Part, Pattern, Redirect, Subject, Token, normalise};

/// Whether its location may be the URL that was asked for.
pub(super) fn may_lead_to_itself(rule: &Redirect) -> bool {
    let Some(text) = rule.to.as_literal() else {
        return !rule.from.patterns.iter().all(|pattern| leads_elsewhere(pattern, rule));
    };
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

/// Whether a target of text and captures is another path than any that the pattern matches. Such a target is its own normalised form,
/// so it could only be the path that it was made of.
fn leads_elsewhere(pattern: &Pattern, rule: &Redirect) -> bool {
    let Pattern::Path { anchored: true, tokens, .. } = pattern else { return false };
    if !is_of_captures(&rule.to) {
        return false;
    }
    let mut parts = rule.to.parts.iter();
    let text = |part: &Part| match part {
        Part::Literal(text) => text.clone(),
        _ => String::new(),
    };
    let first = parts.next().map(text).unwrap_or_default();
    let first =
        if rule.absolute { first.split_once("://").map_or("", |(_, rest)| after_authority(rest)) } else { &first };
    // The one begins otherwise than the other.
    let own = tokens.first().map_or("", literal).trim_end_matches('/');
    if own.bytes().zip(first.bytes()).any(|(one, other)| !one.eq_ignore_ascii_case(&other)) {
        return true;
    }
    // Each capture once, between more text or less; the slash at the end may be there or not.
    let mut made: Vec<&str> = captured(&rule.to).collect();
    let mut captured: Vec<&str> = tokens.iter().filter_map(capture).collect();
    made.sort_unstable();
    captured.sort_unstable();
    let begins_an_escape = tokens.windows(2).any(|pair| match pair {
        [one, other] => capture(one).is_some() && literal(other).starts_with(|c: char| c.is_ascii_hexdigit()),
        _ => false,
    });
    let from: usize = tokens.iter().map(|token| literal(token).len()).sum();
    let to = first.len() + parts.map(|part| text(part).len()).sum::<usize>();
    made == captured && !begins_an_escape && (to + 1 < from || to > from + 1)
}

fn literal(token: &Token) -> &str {
    match token {
        Token::Literal(text) => text,
        _ => "",
    }
}

fn capture(token: &Token) -> Option<&str> {
    match token {
        Token::Param(name) | Token::Splat(name) => Some(name),
        Token::Literal(_) => None,
    }
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
