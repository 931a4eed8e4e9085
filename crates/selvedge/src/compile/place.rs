//! At which stage each rule runs: it follows from what the rule reads, and from the order of its list.

use selvedge_plan::Stage;

use super::follow::after;
use super::placed::Placed;
use crate::diagnostic::Diagnostics;
use crate::rules::{EncodedSlashes, Headers, Kind, Member, Model, Reads, TrailingSlash, reads};

/// Rules with the stage of each: the same on every platform.
pub(crate) struct Placement<'r> {
    pub(crate) rules: &'r Model,
    lists: Vec<Vec<Placed<'r>>>,
}

impl<'r> Placement<'r> {
    /// Rules that cannot be placed stay at their usual stage, and are reported. In one pass every stage sees what some stage
    /// sees, so all of them can be; `apart`: [`Table::apart`](crate::platform::Table).
    pub(crate) fn new(rules: &'r Model, apart: Option<&'static str>, problems: &mut Diagnostics) -> Placement<'r> {
        let place = |kind: Kind| {
            let member = kind.member();
            let mut list: Vec<Placed<'_>> = Vec::new();
            list.extend(kind.rules(rules).map(|(number, rule)| Placed {
                number,
                rule,
                reads: reads(rule, member.values_vary),
                stage: member.sides.usual,
            }));
            if member.sides.single().is_none() {
                let headers = matches!(kind, Kind::ResponseHeaders).then_some(&*rules.headers);
                place_list(member, &mut list, headers, apart, problems);
            }
            list
        };
        Placement { rules, lists: Kind::ALL.map(place).into() }
    }

    /// Those of the rules that are to be looked at.
    #[cfg(feature = "functions")]
    pub(super) fn only(&self, is_wanted: impl Fn(Kind, &Placed<'r>) -> bool) -> Placement<'r> {
        let list = |kind: Kind| self.of(kind).iter().filter(|placed| is_wanted(kind, placed)).cloned().collect();
        Placement { rules: self.rules, lists: Kind::ALL.map(list).into() }
    }

    /// The rules of a kind, in the order of their list.
    pub(crate) fn of(&self, kind: Kind) -> &[Placed<'r>] {
        self.lists.get(kind as usize).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a rule of the kind runs at the stage.
    pub(crate) fn has(&self, kind: Kind, stage: Stage) -> bool {
        self.of(kind).iter().any(|placed| placed.stage == stage)
    }

    /// The rules of a kind that run at a stage; `list` is the member that they are in.
    pub(crate) fn at<'p, T>(&'p self, kind: Kind, list: &'p [T], here: Stage) -> Vec<(&'p T, &'p Reads<'r>)> {
        let here = self.of(kind).iter().filter(|placed| placed.stage == here);
        here.filter_map(|placed| Some((list.get(placed.number)?, &placed.reads))).collect()
    }

    /// As [`Placement::at`], with those that pass: one that does so at viewer-request also holds off those after it in the
    /// list that run at origin-request.
    pub(super) fn at_or_passing<'p, T>(
        &'p self,
        kind: Kind,
        list: &'p [T],
        here: Stage,
    ) -> Vec<(&'p T, &'p Reads<'r>)> {
        let taking_part = self.taking_part(kind, here).into_iter();
        taking_part.filter_map(|placed| Some((list.get(placed.number)?, &placed.reads))).collect()
    }

    pub(super) fn taking_part(&self, kind: Kind, here: Stage) -> Vec<&Placed<'r>> {
        let all = self.of(kind);
        let end = all.iter().rposition(|placed| placed.stage == here).map_or(0, |last| last + 1);
        let passes = |placed: &Placed<'_>| {
            placed.stage == Stage::ViewerRequest && here == Stage::OriginRequest && placed.rule.passes()
        };
        all.iter().take(end).filter(|placed| placed.stage == here || passes(placed)).collect()
    }

    /// Whether a rule may answer at this request stage.
    pub(super) fn answers_at(&self, stage: Stage) -> bool {
        let rules = self.rules;
        let slash = stage == Stage::ViewerRequest
            && rules.html.as_ref().is_some_and(|html| html.trailing_slash != TrailingSlash::Keep);
        let refuses = rules.encoded_slashes == EncodedSlashes::Reject;
        slash || refuses || self.has(Kind::Responses, stage) || self.has(Kind::Redirects, stage)
    }
}

/// List order is time order: after a rule that has to run at the later stage the others run there too (of `headers`, those to which
/// the order matters), and where the first match wins, those before a rule of the earlier stage run there as well.
fn place_list(
    member: &'static Member,
    list: &mut [Placed<'_>],
    headers: Option<&[Headers]>,
    apart: Option<&'static str>,
    problems: &mut Diagnostics,
) {
    let sides = member.sides;
    let (earlier, later) = (sides.viewer.min(sides.origin), sides.viewer.max(sides.origin));
    let mut first_later = None;
    // The rules before this one came along already.
    let mut came_along = 0;
    for at in 0..list.len() {
        let (before, rest) = list.split_at_mut(at);
        let Some(placed) = rest.first_mut() else { continue };
        let must = must(member, placed, apart, problems);
        let moved_by = match headers {
            Some(headers) => after(headers, before, placed),
            None => first_later,
        };
        if placed.is_movable() {
            match (must, moved_by) {
                (Some(stage), None) if stage == later => first_later = Some(placed.number),
                (Some(stage), Some(_)) if stage == earlier && apart.is_none() => {
                    placed.stage = later;
                    continue;
                }
                (Some(stage), Some(first)) if stage == earlier => {
                    let reads = if earlier == sides.viewer { placed.reads.viewer } else { placed.reads.origin };
                    let (place, first) = (member.place(placed.number), member.place(first));
                    problems.push(
                        "stage-conflict",
                        place,
                        format_args!(
                            "reads {}, so it runs at {}, but {first} before it runs later, at {}",
                            reads.unwrap_or("the request"),
                            earlier.name(),
                            later.name()
                        ),
                        format_args!("list it before {first}, or give one of them \"at\""),
                    );
                }
                (Some(stage), None) if stage == earlier && member.first_match => {
                    // Those before it would run after it: they come along.
                    for before in before.iter_mut().skip(came_along).filter(|before| before.is_movable()) {
                        before.stage = earlier;
                    }
                    came_along = at;
                }
                _ => {}
            }
        }
        placed.stage = must.unwrap_or(if moved_by.is_some() { later } else { sides.usual });
    }
    if member.first_match {
        passes_hold(member, list, problems);
    }
}

/// The stage that a rule has to run at, whatever its neighbours.
fn must(
    member: &'static Member,
    placed: &Placed<'_>,
    apart: Option<&'static str>,
    problems: &mut Diagnostics,
) -> Option<Stage> {
    if let Some(stage) = placed.rule.at().or(placed.rule.fixed(&placed.reads)) {
        return Some(stage);
    }
    match (placed.reads.viewer, placed.reads.origin) {
        (Some(viewer), Some(origin)) => {
            let Some(help) = apart else { return Some(member.sides.viewer) };
            problems.push(
                "stage-conflict",
                member.place(placed.number),
                format_args!(
                    "reads both {viewer}, which only {} can see, and {origin}, which only {} can see",
                    member.sides.viewer.name(),
                    member.sides.origin.name()
                ),
                help,
            );
            None
        }
        (Some(_), None) => Some(member.sides.viewer),
        (None, Some(_)) => Some(member.sides.origin),
        (None, None) => None,
    }
}

/// A rule that passes also holds off those after it that run at origin-request, so it must not have gone to
/// viewer-request for what can be seen only there.
fn passes_hold(member: &'static Member, list: &[Placed<'_>], problems: &mut Diagnostics) {
    let Some(last) = list.iter().rposition(|placed| placed.stage == Stage::OriginRequest) else { return };
    for placed in list.iter().take(last).filter(|placed| placed.rule.passes()) {
        if let Some(what) = placed.reads.viewer
            && placed.stage == Stage::ViewerRequest
        {
            let last = member.place(last);
            problems.push(
                "stage-conflict",
                member.place(placed.number),
                format_args!("reads {what} at viewer-request, but {last} after it runs at origin-request"),
                format_args!("move it after {last}, or give one of them \"at\""),
            );
        }
    }
}

impl Placed<'_> {
    /// Whether its neighbours may move it.
    fn is_movable(&self) -> bool {
        self.rule.at().is_none() && self.rule.fixed(&self.reads).is_none()
    }

    /// Whether it says where it runs, or its kind does.
    pub(super) fn has_fixed_stage(&self, member: &Member) -> bool {
        self.rule.at().is_some() || member.sides.single().is_some()
    }
}
