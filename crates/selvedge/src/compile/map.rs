//! Where in a plan the rules stand, for explanations: written down while the plan is, and not part of its bytes.

use selvedge_plan::Stage;

use crate::rules::{Condition, Paths};

/// Rules by their places in a plan. A rule is known by the address of its paths in the model.
#[cfg(feature = "trace")]
#[derive(Default)]
pub(crate) struct Map {
    /// Rules that were written and belong to no section yet.
    rules: Vec<Mapped>,
    parts: Vec<MappedPart>,
    lists: std::collections::HashMap<u32, Vec<Mapped>>,
    groups: Vec<(Stage, Vec<MappedPart>)>,
    conditions: std::collections::HashMap<u32, Condition>,
}

/// A rule of a matcher or of a list of experiments.
#[cfg(feature = "trace")]
pub(crate) struct Mapped {
    /// Where it stands.
    pub(crate) at: u32,
    /// Where its words stand.
    pub(crate) record: u32,
    pub(crate) paths: *const Paths,
    /// Its patterns, as entries name them: offset, and length with flags.
    pub(crate) patterns: Vec<[u32; 2]>,
}

/// What one rule adds to a section that has no matcher.
#[cfg(feature = "trace")]
#[derive(Clone, Copy)]
pub(crate) struct MappedPart {
    /// `None` is `security`.
    pub(crate) paths: Option<*const Paths>,
    /// Steps before it.
    pub(crate) steps: u32,
    /// Ops of the next step before it.
    pub(crate) ops: u32,
}

#[cfg(feature = "trace")]
impl Map {
    /// The rules of a matcher, or of a list of experiments, in their order.
    pub(crate) fn list(&self, at: u32) -> &[Mapped] {
        self.lists.get(&at).map_or(&[], Vec::as_slice)
    }

    /// Each list, by where it stands.
    pub(crate) fn lists(&self) -> impl Iterator<Item = (u32, &[Mapped])> {
        self.lists.iter().map(|(at, rules)| (*at, rules.as_slice()))
    }

    /// What the rules of a stage's sections without a matcher add to them, section by section.
    pub(crate) fn groups(&self, stage: Stage) -> impl Iterator<Item = &[MappedPart]> {
        self.groups.iter().filter(move |(of, _)| *of == stage).map(|(_, parts)| parts.as_slice())
    }

    /// The condition whose record stands there.
    pub(crate) fn condition(&self, at: u32) -> Option<&Condition> {
        self.conditions.get(&at)
    }
}

/// The map while the plan is being written, where somebody wants one.
#[derive(Default)]
pub(super) struct Mapping(#[cfg(feature = "trace")] Option<Map>);

#[cfg(feature = "trace")]
impl Mapping {
    /// From here on all is written down.
    pub(super) fn begin(&mut self) {
        self.0 = Some(Map::default());
    }

    /// What was written down.
    pub(super) fn take(&mut self) -> Map {
        self.0.take().unwrap_or_default()
    }
}

#[cfg_attr(not(feature = "trace"), allow(unused_variables))]
impl Mapping {
    /// A rule of a list was written, with its words at `record`.
    pub(super) fn rule(&mut self, at: u32, record: u32, paths: &Paths) {
        #[cfg(feature = "trace")]
        if let Some(map) = &mut self.0 {
            map.rules.push(Mapped { at, record, paths, patterns: Vec::new() });
        }
    }

    /// A pattern of the rule that was written last.
    pub(super) fn pattern(&mut self, pattern: [u32; 2]) {
        #[cfg(feature = "trace")]
        if let Some(rule) = self.0.as_mut().and_then(|map| map.rules.last_mut()) {
            rule.patterns.push(pattern);
        }
    }

    /// The rules that were written last are a list.
    pub(super) fn list(&mut self, at: u32) {
        #[cfg(feature = "trace")]
        if let Some(map) = &mut self.0 {
            map.parts.clear();
            let rules = std::mem::take(&mut map.rules);
            map.lists.insert(at, rules);
        }
    }

    /// A rule begins here to add to the steps that are being written.
    pub(super) fn part(&mut self, paths: Option<&Paths>, steps: usize, ops: usize) {
        #[cfg(feature = "trace")]
        if let Some(map) = &mut self.0 {
            let paths = paths.map(std::ptr::from_ref);
            map.parts.push(MappedPart { paths, steps: steps as u32, ops: ops as u32 });
        }
    }

    /// The steps that were written last are a section of a stage.
    pub(super) fn group(&mut self, stage: Stage) {
        #[cfg(feature = "trace")]
        if let Some(map) = &mut self.0 {
            let parts = std::mem::take(&mut map.parts);
            map.groups.push((stage, parts));
        }
    }

    /// A condition was written.
    pub(super) fn condition(&mut self, at: u32, condition: &Condition) {
        #[cfg(feature = "trace")]
        if let Some(map) = &mut self.0 {
            map.conditions.entry(at).or_insert_with(|| condition.clone());
        }
    }
}
