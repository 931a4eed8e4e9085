//! What rules leave in requests for the origin.

use selvedge_plan::Stage;

use super::place::Placement;
use crate::rules::{HeaderName, Kind};

/// Request headers, in lower case, that rules set before the cache is looked up.
pub(crate) fn set_at_viewer_request(placement: &Placement<'_>) -> Vec<String> {
    let rules = placement.at(Kind::RequestHeaders, &placement.rules.headers, Stage::ViewerRequest).into_iter();
    let set = rules.flat_map(|(rule, _)| [&rule.default, &rule.set, &rule.append]).flatten();
    let told = placement.rules.experiments.iter().filter_map(|rule| rule.header.as_ref());
    let mut names: Vec<String> = set.map(|(name, _)| name).chain(told).map(HeaderName::lower).collect();
    names.sort();
    names.dedup();
    names
}
