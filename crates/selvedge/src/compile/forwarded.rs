//! What rules leave in requests for the origin.

use selvedge_plan::Stage;

use super::place::Placement;
use crate::rules::{Fact, HeaderName, Headers, Kind, Part, Pattern, Template};

/// Request headers, in lower case, that rules set before the cache is looked up.
pub(crate) fn set_at_viewer_request(placement: &Placement<'_>) -> Vec<String> {
    let set = values(placement).map(|(name, ..)| name);
    let told = placement.rules.experiments.iter().filter_map(|rule| rule.header.as_ref());
    sorted(set.chain(told))
}

/// Those of them that do not change what is stored: alike for every request, or made of the viewer's address and the request's
/// identifier, which would be in the way of every hit; and those of experiments, which go with a path of their own.
pub(crate) fn unkeyed_at_viewer_request(placement: &Placement<'_>) -> Vec<String> {
    let is_unkeyed = |name: &HeaderName| {
        let mut rules = values(placement).filter(|(other, ..)| other.lower() == name.lower());
        rules.all(|(_, values, rule)| rule.when.is_none() && values.iter().all(|value| is_of_request(value, rule)))
    };
    let told = placement.rules.experiments.iter().filter_map(|rule| rule.header.as_ref());
    let set = values(placement).map(|(name, ..)| name);
    sorted(set.chain(told).filter(|name| is_unkeyed(name)))
}

/// A header that is set, to what, and by which rule.
fn values<'p>(placement: &'p Placement<'_>) -> impl Iterator<Item = (&'p HeaderName, &'p [Template], &'p Headers)> {
    let rules = placement.at(Kind::RequestHeaders, &placement.rules.headers, Stage::ViewerRequest).into_iter();
    rules.flat_map(|(rule, _)| {
        let set = [&rule.default, &rule.set, &rule.append].into_iter().flatten();
        set.map(move |(name, values)| (name, values.as_slice(), rule))
    })
}

/// A path may be another one by the time that the cache is looked up, so one for some paths is not alike for all requests.
fn is_of_request(value: &Template, rule: &Headers) -> bool {
    let facts = value.parts.iter().filter_map(|part| match part {
        Part::Literal(_) => None,
        Part::Fact { fact, .. } => Some(matches!(fact, Fact::ClientIp | Fact::RequestId)),
        _ => Some(false),
    });
    let is_everywhere = rule.paths.except.is_empty() && rule.paths.patterns.iter().any(Pattern::is_every_path);
    facts.reduce(|all, is_apart| all && is_apart).unwrap_or(is_everywhere)
}

fn sorted<'n>(names: impl Iterator<Item = &'n HeaderName>) -> Vec<String> {
    let mut names: Vec<String> = names.map(HeaderName::lower).collect();
    names.sort();
    names.dedup();
    names
}
