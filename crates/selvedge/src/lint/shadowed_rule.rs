//! `shadowed-rule`: where the first match wins, a rule that an earlier one leaves nothing to.

use std::collections::BTreeMap;

use selvedge_plan::Stage;

use crate::analysis::candidates::Candidates;
use crate::analysis::condition::{implies, required_hosts};
use crate::analysis::pattern::{Shape, paths_cover};
use crate::compile::Placement;
use crate::rules::{Condition, Described, Kind, Part, Paths, Place, Redirect, pattern::normalise};
use crate::sources::{Report, Written};

/// A rule of a list in which the first match wins.
struct Entry<'r> {
    place: Place,
    paths: &'r Paths,
    when: Option<&'r Condition>,
    stage: Stage,
    /// Only on some of the requests that it matches: by weight, or where a file exists.
    partial: bool,
    redirect: Option<&'r Redirect>,
}

pub(super) fn check(placement: &Placement<'_>, report: &mut Report<'_>) {
    let mut lines = Lines::new();
    // What is rewritten in between comes to the later stages under another path.
    let moves = |kind| placement.has(kind, Stage::ViewerRequest);
    let moved = [Kind::Experiments, Kind::Rewrites, Kind::Html].into_iter().any(moves);
    // An answer comes before any redirect of its stage.
    let answers = [Kind::Responses, Kind::Redirects].into_iter().flat_map(|kind| entries(placement, kind));
    list(answers, !moved, report, &mut lines);
    for fallback in [false, true] {
        let some =
            entries(placement, Kind::Rewrites).filter(|entry| (entry.stage == Stage::OriginResponse) == fallback);
        list(some, false, report, &mut lines);
    }
    for kind in [Kind::Origins, Kind::Precompressed] {
        list(entries(placement, kind), false, report, &mut lines);
    }
    report_lines(&lines, report);
}

fn entries<'p>(placement: &'p Placement<'_>, kind: Kind) -> impl Iterator<Item = Entry<'p>> {
    placement.of(kind).iter().filter_map(move |placed| {
        Some(Entry {
            place: kind.member().place(placed.number),
            paths: placed.rule.paths()?,
            when: placed.rule.when(),
            stage: placed.stage,
            partial: kind.described(placement.rules, placed.number).is_some_and(Described::is_partial),
            redirect: placement.rules.redirects.get(placed.number).filter(|_| kind == Kind::Redirects),
        })
    })
}

/// `across` stages an earlier rule takes from a later one, too.
fn list<'r>(entries: impl Iterator<Item = Entry<'r>>, across: bool, report: &Report<'_>, lines: &mut Lines) {
    let most = entries.size_hint().1.unwrap_or_default();
    let mut before: Vec<Entry<'r>> = Vec::with_capacity(most);
    lines.reserve(most);
    let mut candidates = Candidates::with_room(most);
    for entry in entries {
        let written = |entry: &Entry<'_>| report.written(&entry.place.to_string());
        let found = candidates.of(entry.paths, entry.when).into_iter().filter_map(|at| before.get(at));
        let earlier = found
            .into_iter()
            .find(|earlier| earlier.takes_all_of(&entry, across) && written(earlier) != written(&entry));
        if earlier.is_none() && !entry.partial {
            candidates.insert(before.len(), entry.paths, entry.when);
        }
        lines.push((entry.place, earlier.map(|earlier| earlier.place)));
        before.push(entry);
    }
}

/// Each rule, and the earlier one that takes all of it.
type Lines = Vec<(Place, Option<Place>)>;

/// A line of a rule file may become several rules (in JSON, an object is one); it is never reached if none of them is.
fn report_lines(lines: &Lines, report: &mut Report<'_>) {
    let mut taken: BTreeMap<Written, (Place, Place)> = BTreeMap::new();
    for (place, earlier) in lines {
        if let Some(earlier) = earlier {
            taken.entry(report.written(&place.to_string())).or_insert((*place, *earlier));
        }
    }
    // Of the million lines that a list may have, all but a few are reached.
    if taken.is_empty() {
        return;
    }
    for (place, _) in lines.iter().filter(|(_, earlier)| earlier.is_none()) {
        taken.remove(&report.written(&place.to_string()));
    }
    for (place, earlier) in taken.into_values() {
        let place = place.to_string();
        let name = report.name(&earlier.to_string(), &place);
        let message = format!("never reached: {name} comes first and matches all that this rule matches");
        report.warning("shadowed-rule", &place, message, "list it first, or remove it");
    }
}

impl Entry<'_> {
    fn takes_all_of(&self, later: &Entry<'_>, across: bool) -> bool {
        (self.stage == later.stage || (across && self.stage < later.stage))
            && implies(later.when, self.when)
            && paths_cover(self.paths, later.paths)
            && self.redirect.is_none_or(|redirect| redirect.pass || leads_away(redirect, later))
    }
}

/// A redirect to the request itself counts as no match. Whether this one certainly leads from every path of `later` to
/// another.
fn leads_away(redirect: &Redirect, later: &Entry<'_>) -> bool {
    let mut pieces: Vec<Option<&str>> = Vec::new();
    for part in &redirect.to.parts {
        match part {
            Part::Literal(text) => pieces.push(Some(text)),
            Part::Capture { .. } | Part::Fact { .. } => pieces.push(None),
        }
    }
    if redirect.absolute {
        let Some(Some(first)) = pieces.first_mut() else { return false };
        let rest = first.split_once("://").map_or(*first, |(_, rest)| rest);
        let end = rest.find(['/', '?', '#']);
        let (host, path) = rest.split_at(end.unwrap_or(rest.len()));
        let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let hosts = [later.when, redirect.when.as_ref()].into_iter().flatten().find_map(required_hosts);
        let whole = end.is_some() || redirect.to.parts.len() == 1;
        if whole && hosts.is_some_and(|hosts| !hosts.iter().any(|own| *own == host || own.starts_with("*."))) {
            return true;
        }
        if !whole {
            return false;
        }
        *first = if path.starts_with('/') { path } else { "/" };
    }
    let mut path = Vec::new();
    for piece in pieces {
        match piece.map(|text| (text, text.find(['?', '#']))) {
            Some((text, Some(end))) => {
                path.push(text.get(..end));
                break;
            }
            _ => path.push(piece),
        }
    }
    // A path in another spelling is the same path.
    let plain = |text: &str| !text.contains("/.") && normalise(&format!("/{text}")).is_none();
    if !path.iter().flatten().all(|text| plain(text)) {
        return false;
    }
    let target = Shape::target(path);
    let back = |shape: &Shape| shape.meets(&target);
    let shapes = |pattern| Shape::of(pattern, later.paths.ignore_case);
    later.paths.patterns.iter().all(|pattern| shapes(pattern).is_some_and(|shapes| !shapes.iter().any(back)))
}
