//! `repeated-header`: values that pile up in a header of which there should be one.

use std::collections::HashMap;

use crate::analysis::condition::implies;
use crate::analysis::pattern::{paths_cover, paths_meet};
use crate::rules::{HeaderName, Headers, Model, On};
use crate::sources::Report;

/// Headers of which a response has one line. RFC 9110 and the Fetch and HTML standards: with two, they are ignored, or it
/// is up to the browser which one counts.
const SINGLE: [&str; 16] = [
    "access-control-allow-credentials",
    "access-control-allow-origin",
    "content-disposition",
    "content-location",
    "content-type",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "etag",
    "expires",
    "last-modified",
    "location",
    "retry-after",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
];

/// So many pairs of rules are compared.
const PAIRS: usize = 20_000;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    let mut by_name: HashMap<String, Vec<(usize, &'static str, &HeaderName)>> = HashMap::new();
    for (at, rule) in rules.headers.iter().enumerate().filter(|(_, rule)| rule.on == On::Response) {
        for (verb, list) in [("set", &rule.set), ("append", &rule.append)] {
            for (name, values) in list.iter().filter(|(name, _)| piles_up(name)) {
                if values.len() > 1 && !is_list(name) {
                    let place = format!("headers[{at}].{verb}[\"{}\"]", name.as_str());
                    report.warning("repeated-header", &place, once(name), "give it one value");
                }
                by_name.entry(name.lower()).or_default().push((at, verb, name));
            }
        }
    }
    let mut lists: Vec<_> = by_name.into_values().collect();
    lists.sort_unstable_by_key(|list| list.first().map(|(at, ..)| *at));
    let mut pairs = 0;
    for list in lists {
        for (position, (at, verb, name)) in list.iter().enumerate().filter(|(_, (_, verb, _))| *verb == "append") {
            let Some(rule) = rules.headers.get(*at) else { continue };
            let meets = |(other, ..): &&(usize, &str, &HeaderName)| {
                pairs += 1;
                let meets = |other: &Headers| paths_meet(&other.paths, &rule.paths);
                rules.headers.get(*other).is_some_and(meets) && !removed_between(rules, *other, *at, name)
            };
            if let Some((other, ..)) = list.iter().take(position).find(meets) {
                let place = format!("headers[{at}].{verb}[\"{}\"]", name.as_str());
                let other = report.name(&format!("headers[{other}]"), &place);
                let message = match is_list(name) {
                    true => format!("where {other} matches too, both values are one list of directives"),
                    false => format!("{}; where {other} matches too, it is sent twice", once(name)),
                };
                let help = match report.is_rule_file(&place) {
                    true => format!("\"! {}\" above it takes away what came before", name.as_str()),
                    false => "\"set\" it, so that the last rule wins".to_owned(),
                };
                report.warning("repeated-header", &place, message, help);
            }
            if pairs > PAIRS {
                return;
            }
        }
    }
}

/// Whether what a rule set is taken away before a later one adds to it.
fn removed_between(rules: &Model, earlier: usize, later: usize, name: &HeaderName) -> bool {
    let Some(rule) = rules.headers.get(later) else { return false };
    let removes = |other: &&Headers| other.remove.iter().any(|gone| gone.lower() == name.lower());
    let between = rules.headers.get(earlier + 1..=later).unwrap_or_default().iter().filter(removes);
    between
        .into_iter()
        .any(|other| implies(rule.when.as_ref(), other.when.as_ref()) && paths_cover(&other.paths, &rule.paths))
}

fn piles_up(name: &HeaderName) -> bool {
    SINGLE.contains(&name.lower().as_str()) || is_list(name)
}

/// Of its lines one list is made, and directives may contradict each other.
fn is_list(name: &HeaderName) -> bool {
    name.lower() == "cache-control"
}

fn once(name: &HeaderName) -> String {
    format!("{} is sent once in a response", name.as_str())
}
