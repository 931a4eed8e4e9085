//! Which rule of the set a part of the plan was made from.

use std::collections::HashMap;

use selvedge_plan::layout::section;

use super::model::{Step, Verdict};
use crate::rules::{Experiment, Kind, Model, Paths, Template};

/// The rules, by the addresses of their paths.
pub(super) struct Rules<'r> {
    pub(super) model: &'r Model,
    named: HashMap<*const Paths, Named<'r>>,
}

/// A rule that has paths: its kind, and its number in the member.
#[derive(Clone, Copy)]
pub(super) struct Named<'r> {
    pub(super) paths: &'r Paths,
    model: &'r Model,
    kind: Kind,
    number: usize,
}

impl<'r> Rules<'r> {
    pub(super) fn new(model: &'r Model) -> Rules<'r> {
        let mut named = HashMap::new();
        for kind in Kind::ALL {
            let rules = kind.rules(model).filter_map(|(number, rule)| Some((number, rule.paths()?)));
            named
                .extend(rules.map(|(number, paths)| (std::ptr::from_ref(paths), Named { paths, model, kind, number })));
        }
        Rules { model, named }
    }

    /// The rule whose paths the compiler had there.
    pub(super) fn of(&self, paths: *const Paths) -> Option<Named<'r>> {
        self.named.get(&paths).copied()
    }

    /// The step of `security`.
    pub(super) fn security(&self) -> Option<Step> {
        self.model.security.as_ref().map(|rule| single(Kind::Security.member().name, rule.to_string()))
    }
}

impl<'r> Named<'r> {
    /// The step of the rule in a section of this kind. Nothing is known of it yet.
    pub(super) fn step(&self, section: u32) -> Step {
        let member = self.kind.member();
        if let (section::TRAILING_SLASH, Some(html)) = (section, &self.model.html) {
            return Step {
                place: "html.trailingSlash".to_owned(),
                ..single(member.name, format!("{} {}", html.paths, html.trailing_slash))
            };
        }
        let rule = self.kind.described(self.model, self.number).map(ToString::to_string).unwrap_or_default();
        Step { place: member.place(self.number).to_string(), ..single(member.name, rule) }
    }

    /// Where a redirect or rewrite leads.
    pub(super) fn target(&self) -> Option<&'r Template> {
        match self.kind {
            Kind::Redirects => self.model.redirects.get(self.number).map(|rule| &rule.to),
            Kind::Rewrites => self.model.rewrites.get(self.number).map(|rule| &rule.to),
            _ => None,
        }
    }

    /// The share of the requests that an origin is for, in percent.
    pub(super) fn weight(&self) -> Option<f64> {
        match self.kind {
            Kind::Origins => self.model.origins.get(self.number)?.weight,
            _ => None,
        }
    }

    pub(super) fn experiment(&self) -> Option<&'r Experiment> {
        match self.kind {
            Kind::Experiments => self.model.experiments.get(self.number),
            _ => None,
        }
    }
}

/// The step of a member that is not a list.
pub(super) fn single(kind: &'static str, rule: String) -> Step {
    Step {
        kind,
        place: kind.to_owned(),
        file: None,
        span: None,
        rule,
        on_answer: false,
        verdict: Verdict::Unmatched,
        reason: None,
        changes: Vec::new(),
    }
}
