//! `overridden-header`: what a later rule always sets again.

use std::collections::{BTreeMap, HashMap};

use selvedge_plan::Stage;

use crate::analysis::candidates::Candidates;
use crate::analysis::condition::implies;
use crate::analysis::pattern::paths_cover;
use crate::compile::{Placed, Placement};
use crate::rules::{Condition, HeaderName, Headers, Kind, Part, Subject, Template};
use crate::sources::{Report, Written};

/// A header that a rule sets, and the later rule that has the last word on it.
struct Edit<'r> {
    place: String,
    name: &'r str,
    over: Option<usize>,
}

/// A header that a later rule sets again, for all that the earlier one is for.
pub(super) fn check(placement: &Placement<'_>, report: &mut Report<'_>) {
    let rules = placement.rules;
    let mut placed: Vec<_> =
        [Kind::RequestHeaders, Kind::ResponseHeaders].into_iter().flat_map(|kind| placement.of(kind)).collect();
    placed.sort_unstable_by_key(|placed| placed.number);
    // A line of a rule file may become several rules: it has no effect if it has none in all of them.
    let mut lines: BTreeMap<Written, Vec<Edit<'_>>> = BTreeMap::new();
    // A stage is one of requests or of responses.
    let mut later: HashMap<(Stage, String), Candidates> = HashMap::new();
    for Placed { number: at, stage, .. } in placed.into_iter().rev() {
        let (at, stage) = (*at, *stage);
        let Some(rule) = rules.headers.get(at) else { continue };
        let own = |at: usize| report.written(&format!("headers[{at}]"));
        for (verb, list) in [("default", &rule.default), ("set", &rule.set), ("append", &rule.append)] {
            for (name, _) in list {
                let over = |other: &usize| {
                    let Some(over) = rules.headers.get(*other) else { return false };
                    implies(rule.when.as_ref(), over.when.as_ref())
                        && paths_cover(&over.paths, &rule.paths)
                        && (!skips_errors(name) || reads_status(over) || !reads_status(rule))
                        && own(*other) != own(at)
                };
                let found = later.get(&(stage, name.lower()));
                let found = found.map(|candidates| candidates.of(&rule.paths, rule.when.as_ref())).unwrap_or_default();
                let place = format!("headers[{at}].{verb}[\"{}\"]", name.as_str());
                let over = found.into_iter().find(over);
                let edit = Edit { place: place.clone(), name: name.as_str(), over };
                lines.entry(report.written(&place)).or_default().push(edit);
            }
        }
        let removed = rule.remove.iter().filter(|name| matches!(name, HeaderName::Exact(_)));
        for name in removed.chain(rule.set.iter().filter(|(_, values)| always_land(values)).map(|(name, _)| name)) {
            later.entry((stage, name.lower())).or_default().insert(at, &rule.paths, rule.when.as_ref());
        }
    }
    answers(placement, report);
    for edits in lines.into_values().filter(|edits| edits.iter().all(|edit| edit.over.is_some())) {
        let Some(Edit { place, name, over: Some(over) }) = edits.into_iter().next() else { continue };
        let other = report.name(&format!("headers[{over}]"), &place);
        let message = format!(
            "has no effect: {other} comes later, matches all that this rule matches, and has the last word on {name}"
        );
        report.warning("overridden-header", &place, message, "move it after that rule, or remove it here");
    }
}

/// Headers of answers that rules make: `headers` act on them at once.
fn answers(placement: &Placement<'_>, report: &mut Report<'_>) {
    let rules = placement.rules;
    let responses = rules
        .responses
        .iter()
        .enumerate()
        .map(|(at, rule)| (Kind::Responses, at, &rule.paths, rule.when.as_ref(), rule.status, &rule.headers));
    let redirects = rules
        .redirects
        .iter()
        .enumerate()
        .map(|(at, rule)| (Kind::Redirects, at, &rule.from, rule.when.as_ref(), rule.status, &rule.headers));
    for (kind, at, paths, when, status, headers) in responses.chain(redirects) {
        let stage = placement.of(kind).get(at).map(|placed| placed.stage);
        // What the origin's side answers does not pass viewer-response everywhere.
        let acts = |placed: &&Placed<'_>| {
            placed.stage == Stage::OriginResponse || stage == Some(Stage::ViewerRequest) && status < 400
        };
        for (name, _) in headers.iter().filter(|(name, _)| !is_for_caches(name)) {
            let (spelled, name) = (name.as_str(), name.lower());
            let over = placement.of(Kind::ResponseHeaders).iter().filter(acts).find(|placed| {
                let Some(over) = rules.headers.get(placed.number) else { return false };
                let sets = over.set.iter().any(|(other, values)| other.lower() == name && always_land(values));
                let exact =
                    |other: &HeaderName| matches!(other, HeaderName::Exact(other) if other.eq_ignore_ascii_case(&name));
                (sets || over.remove.iter().any(exact))
                    && implies(when, over.when.as_ref())
                    && paths_cover(&over.paths, paths)
            });
            let Some(over) = over else { continue };
            let place = format!("{}.headers[\"{spelled}\"]", kind.member().place(at));
            let other = report.name(&format!("headers[{}]", over.number), &place);
            let message =
                format!("has no effect: {other} acts on this answer as well, and has the last word on {name}");
            let help = "take these paths out there with \"except\", or remove it here";
            report.warning("overridden-header", &place, message, help);
        }
    }
}

/// Such rules leave answers alone, unless they keep them private.
fn is_for_caches(name: &HeaderName) -> bool {
    let name = name.lower();
    name.ends_with("cache-control") || matches!(name.as_str(), "expires" | "surrogate-control")
}

/// A value with an absent fact skips the header.
fn always_land(values: &[Template]) -> bool {
    values.iter().flat_map(|value| &value.parts).all(|part| matches!(part, Part::Literal(_)))
}

/// These leave answers of 400 and more alone, unless the rule has a condition on the status.
fn skips_errors(name: &HeaderName) -> bool {
    matches!(name.lower().as_str(), "cache-control" | "expires")
}

fn reads_status(rule: &Headers) -> bool {
    rule.when.as_ref().is_some_and(|when: &Condition| when.reads(|subject| *subject == Subject::Status))
}
