//! At which stage each rule runs: it follows from what the rule reads, and from the order of its list.

use selvedge_plan::Stage;

use super::Compiler;
use crate::rules::{Condition, Fact, On, Part, Subject, Template};

/// What a rule reads that only one side's stages can see. Each names the first such thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reads {
    /// Host, query, header, cookie, language, method, address: stripped or replaced after viewer-request.
    pub(super) viewer: Option<&'static str>,
    /// Country, device, scheme: added after viewer-request.
    pub(super) origin: Option<&'static str>,
    /// Status and response headers.
    pub(super) response: bool,
}

impl Reads {
    pub(super) fn of<'t>(when: Option<&Condition>, templates: impl IntoIterator<Item = &'t Template>) -> Reads {
        let mut reads = Reads::default();
        if let Some(when) = when {
            when.visit(&mut |subject, _| reads.subject(subject));
        }
        for part in templates.into_iter().flat_map(|template| &template.parts) {
            if let Part::Fact { fact, .. } = part {
                reads.fact(fact);
            }
        }
        reads
    }

    fn subject(&mut self, subject: &Subject) {
        let (viewer, origin) = match subject {
            Subject::Host => (Some("host"), None),
            Subject::Method => (Some("method"), None),
            Subject::Query(_) => (Some("query"), None),
            Subject::Header(_) => (Some("header"), None),
            Subject::Cookie(_) => (Some("cookie"), None),
            Subject::Language => (Some("language"), None),
            Subject::Ip => (Some("ip"), None),
            Subject::Scheme => (None, Some("scheme")),
            Subject::Country => (None, Some("country")),
            Subject::Device => (None, Some("device")),
            Subject::Status | Subject::ResponseHeader(_) | Subject::ContentType => {
                self.response = true;
                return;
            }
        };
        self.viewer = self.viewer.or(viewer);
        self.origin = self.origin.or(origin);
    }

    fn fact(&mut self, fact: &Fact) {
        let (viewer, origin) = match fact {
            Fact::Path => return,
            Fact::Host => (Some("{host}"), None),
            Fact::Query => (Some("{query}"), None),
            Fact::Url => (Some("{url}"), None),
            Fact::ClientIp => (Some("{clientIp}"), None),
            Fact::QueryParam(_) => (Some("{query.…}"), None),
            Fact::Header(_) => (Some("{header.…}"), None),
            Fact::Cookie(_) => (Some("{cookie.…}"), None),
            Fact::Country => (None, Some("{country}")),
            Fact::Response(_) => {
                self.response = true;
                return;
            }
        };
        self.viewer = self.viewer.or(viewer);
        self.origin = self.origin.or(origin);
    }
}

/// One rule of a list, before it is placed.
pub(super) struct Placeable {
    pub(super) reads: Reads,
    pub(super) at: Option<Stage>,
    /// A stage that the rule's kind or flags fix, such as origin-response for a fallback.
    pub(super) fixed: Option<Stage>,
}

/// Where the rules of a list may run.
#[derive(Clone, Copy)]
pub(super) struct Sides {
    pub(super) viewer: Stage,
    pub(super) origin: Stage,
    /// Where a rule runs that reads nothing particular.
    pub(super) usual: Stage,
    /// The first match wins, so that an earlier rule must not run after a later one.
    pub(super) first_match: bool,
}

impl Sides {
    pub(super) const ANSWERS: Sides = Sides {
        viewer: Stage::ViewerRequest,
        origin: Stage::OriginRequest,
        usual: Stage::ViewerRequest,
        first_match: true,
    };
    pub(super) const REWRITES: Sides = Sides { usual: Stage::OriginRequest, ..Sides::ANSWERS };
    pub(super) const REQUEST_HEADERS: Sides = Sides { first_match: false, ..Sides::REWRITES };
    pub(super) const RESPONSE_HEADERS: Sides = Sides {
        viewer: Stage::ViewerResponse,
        origin: Stage::OriginResponse,
        usual: Stage::OriginResponse,
        first_match: false,
    };

    pub(super) fn headers(on: On) -> Sides {
        match on {
            On::Request => Sides::REQUEST_HEADERS,
            On::Response => Sides::RESPONSE_HEADERS,
        }
    }
}

impl Compiler<'_> {
    /// [`Compiler::place_some`] of a list that is whole.
    pub(super) fn place_list(&mut self, name: &str, rules: Vec<Placeable>, sides: Sides) -> Vec<Stage> {
        let rules: Vec<Option<Placeable>> = rules.into_iter().map(Some).collect();
        self.place_some(name, &rules, sides).into_iter().flatten().collect()
    }

    /// The stage of each rule of a list. List order is time order: after a rule that has to run at the later stage the
    /// others run there too, and where the first match wins, those before a rule of the earlier stage run there as well.
    pub(super) fn place_some(&mut self, name: &str, rules: &[Option<Placeable>], sides: Sides) -> Vec<Option<Stage>> {
        let movable = |rule: &Placeable| rule.at.is_none() && rule.fixed.is_none();
        let (earlier, later) = (sides.viewer.min(sides.origin), sides.viewer.max(sides.origin));
        let mut moved_by = None;
        // The rules before this one came along already.
        let mut came_along = 0;
        let mut stages: Vec<Option<Stage>> = Vec::with_capacity(rules.len());
        for (at, rule) in rules.iter().enumerate() {
            let Some(rule) = rule else {
                stages.push(None);
                continue;
            };
            let must = self.must(name, at, rule, sides);
            if movable(rule) {
                match (must, moved_by) {
                    (Some(stage), None) if stage == later => moved_by = Some(at),
                    (Some(stage), Some(first)) if stage == earlier => {
                        let reads = if earlier == sides.viewer { rule.reads.viewer } else { rule.reads.origin };
                        self.problems.push(
                            "stage-conflict",
                            format_args!("{name}[{at}]"),
                            format_args!(
                                "reads {}, so it runs at {}, but {name}[{first}] before it runs later, at {}",
                                reads.unwrap_or("the request"),
                                earlier.name(),
                                later.name()
                            ),
                            format_args!("list it before {name}[{first}], or give one of them \"at\""),
                        );
                    }
                    (Some(stage), None) if stage == earlier && sides.first_match => {
                        // Those before it would run after it: they come along.
                        for (slot, before) in stages.iter_mut().zip(rules).skip(came_along) {
                            if before.as_ref().is_some_and(movable) {
                                *slot = Some(earlier);
                            }
                        }
                        came_along = at;
                    }
                    _ => {}
                }
            }
            stages.push(Some(must.unwrap_or(if moved_by.is_some() { later } else { sides.usual })));
        }
        stages
    }

    /// A rule that passes also holds off those after it that run at origin-request, so it must not have gone to
    /// viewer-request for what can be seen only there.
    pub(super) fn passes_hold(&mut self, name: &str, stages: &[Stage], passes: impl Iterator<Item = bool>) {
        let Some(last) = stages.iter().rposition(|stage| *stage == Stage::OriginRequest) else { return };
        for (at, _) in passes.enumerate().take(last).filter(|(_, pass)| *pass) {
            let reads = match name {
                "redirects" => self.rules.redirects.get(at).map(|rule| Reads::of(rule.when.as_ref(), [])),
                _ => self.rules.rewrites.get(at).map(|rule| Reads::of(rule.when.as_ref(), [])),
            };
            if let Some(what) = reads.and_then(|reads| reads.viewer)
                && stages.get(at) == Some(&Stage::ViewerRequest)
            {
                self.problems.push(
                    "stage-conflict",
                    format_args!("{name}[{at}]"),
                    format_args!("reads {what} at viewer-request, but {name}[{last}] after it runs at origin-request"),
                    format_args!("move it after {name}[{last}], or give one of them \"at\""),
                );
            }
        }
    }

    /// The stage that a rule has to run at, whatever its neighbours.
    fn must(&mut self, name: &str, at: usize, rule: &Placeable, sides: Sides) -> Option<Stage> {
        if let Some(stage) = rule.at.or(rule.fixed) {
            return Some(stage);
        }
        match (rule.reads.viewer, rule.reads.origin) {
            (Some(viewer), Some(origin)) => {
                self.problems.push(
                    "stage-conflict",
                    format_args!("{name}[{at}]"),
                    format_args!(
                        "reads both {viewer}, which only {} can see, and {origin}, which only {} can see",
                        sides.viewer.name(),
                        sides.origin.name()
                    ),
                    "split the rule in two, or say with \"at\" where it runs",
                );
                None
            }
            (Some(_), None) => Some(sides.viewer),
            (None, Some(_)) => Some(sides.origin),
            (None, None) => None,
        }
    }
}
