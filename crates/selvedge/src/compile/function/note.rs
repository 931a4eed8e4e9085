//! Whether the function has to leave a note of the path: AWS does not say which one viewer-response is shown of a request that was
//! led elsewhere.

use super::body::Scope;
use super::path::exact;
use crate::compile::place::Placement;
use crate::compile::sections::vary::groups_of_responses;
use crate::compile::value::slots;
use crate::platform::Table;
use crate::rules::{Kind, Paths, Pattern, Template, Token, normalise};

/// Whether rules on responses may decide otherwise for the path that a request was led to than for the one it came with.
pub(super) fn is_needed(placement: &Placement<'_>, table: Table, scope: Scope) -> bool {
    if !scope.moves(placement) {
        return false;
    }
    let rules = placement.rules;
    let html = rules.html.as_ref().is_some_and(|html| html.index.is_some() || html.clean.suffix().is_some());
    if html || rules.rewrites.iter().any(|rule| !rule.pass) {
        return true;
    }
    let moves: Vec<(&Paths, Option<&str>)> = rules
        .experiments
        .iter()
        .flat_map(|rule| rule.variants.iter().filter_map(|variant| Some((&rule.paths, path_of(variant.to.as_ref()?)))))
        .collect();
    let alike = |paths: &Paths, captures: bool| {
        moves.iter().all(|(from, to)| to.is_some_and(|to| decide_alike(paths, captures, from, to)))
    };
    let headers = placement.of(Kind::ResponseHeaders).iter().filter_map(|placed| rules.headers.get(placed.number));
    let groups = groups_of_responses(placement, table);
    !(headers.into_iter().all(|rule| alike(&rule.paths, !slots(rule).is_empty()))
        && rules.downloads.iter().all(|rule| alike(&rule.paths, !slots(rule).is_empty()))
        && groups.by_path.iter().all(|group| alike(&group.paths, false)))
}

/// The one path that a target leads to, less the slash at its end.
fn path_of(to: &Template) -> Option<&str> {
    let text = to.as_literal().filter(|text| normalise(text).is_none())?;
    Some(text.strip_suffix('/').unwrap_or(text))
}

/// Whether paths certainly hold both for what is led elsewhere and for where it is led, or for neither.
fn decide_alike(paths: &Paths, captures: bool, from: &Paths, to: &str) -> bool {
    let neither = |pattern: &Pattern| {
        start(pattern).is_some_and(|one| {
            are_apart(one, (to, true))
                && from.patterns.iter().all(|from| start(from).is_some_and(|from| are_apart(one, from)))
        })
    };
    if paths.patterns.iter().all(neither) {
        return true;
    }
    let named = |path: Option<&str>| path.is_some() && paths.patterns.iter().any(|pattern| exact(pattern) == path);
    let both = paths.patterns.iter().any(Pattern::is_every_path)
        || named(Some(to)) && from.patterns.iter().all(|from| named(exact(from)));
    both && !captures && paths.except.is_empty()
}

/// What all paths of a pattern begin with, and whether that is all they have but for a slash.
fn start(pattern: &Pattern) -> Option<(&str, bool)> {
    let Pattern::Path { anchored: true, tokens, .. } = pattern else { return None };
    match (exact(pattern), tokens.first()) {
        (Some(path), _) => Some((path, true)),
        // `/a/*` also matches `/a`.
        (None, Some(Token::Literal(text))) => Some((text.trim_end_matches('/'), false)),
        _ => Some(("", false)),
    }
}

fn are_apart((one, one_ends): (&str, bool), (other, other_ends): (&str, bool)) -> bool {
    one.bytes().zip(other.bytes()).any(|(one, other)| !one.eq_ignore_ascii_case(&other))
        || one_ends && one.len() < other.len()
        || other_ends && other.len() < one.len()
}
