//! Questions about a moment of a decision, answered by the functions that decide.

use crate::captures::Captures;
use crate::condition::{holds, values};
use crate::event::Event;
use crate::glob::matches;
use crate::layout::{record, role};
use crate::lookup::guard;
use crate::observer::Moment;
use crate::outcome::Refusal;
use crate::pass::{Pass, normal};
use crate::plan::Plan;
use crate::precompressed;
use crate::slashes;
use crate::span::Span;
use crate::stage::Stage;
use crate::steps;
use crate::template::{Filled, fill_first};
use crate::work::Work;

impl<'a> Moment<'_, 'a> {
    /// The plan that is read.
    pub fn plan(&self) -> Plan<'a> {
        self.work.plan
    }

    /// The status of the response; 0 for a request.
    pub fn status(&self) -> u32 {
        self.work.status
    }

    /// The normalised path that the patterns of a section of this kind see; empty where the stage does not look at it.
    pub fn path(&self, kind: u32) -> &[u8] {
        self.work.get(self.pass.path_of(kind))
    }

    /// Whether a pattern, as an entry or a guard names it, matches the path of a section of this kind.
    pub fn matches(&mut self, kind: u32, at: u32, len_flags: u32) -> bool {
        let path = self.pass.path_of(kind);
        let mut captures = Captures::NONE;
        self.work.aside(|work| matches(work, at, len_flags >> 24, path, &mut captures))
    }

    /// Whether the guard of a rule with this record lets it act.
    pub fn admits(&mut self, kind: u32, record: u32) -> bool {
        let path = self.pass.path_of(kind);
        self.work.aside(|work| guard(work, record, path))
    }

    /// Whether the condition at `at` holds.
    pub fn holds(&mut self, at: u32) -> bool {
        self.work.aside(|work| holds(work, at, 0))
    }

    /// Shows the values that the test at `at` is about, as it compares them, and whether they pass.
    pub fn values(&mut self, at: u32, show: &mut dyn FnMut(&[u8], bool)) {
        self.work.aside(|work| values(work, at, show));
    }

    /// Shows what the first `count` parts of the template at `at` become; `false` where the last of them is not legal.
    pub fn fills(&mut self, at: u32, count: u32, captures: &Captures, show: &mut dyn FnMut(&[u8])) -> bool {
        self.work.aside(|work| match fill_first(work, at, count, captures, false) {
            Filled::Text(text) | Filled::Absent(text) => {
                show(work.get(text));
                true
            }
            Filled::Illegal => false,
        })
    }

    /// Shows what the path would be with these options on slashes; nothing where they leave it as it is.
    pub fn arranged(&mut self, options: u32, show: &mut dyn FnMut(&[u8])) {
        let shown = self.pass.shown();
        self.work.aside(|work| {
            if let Some(arranged) = slashes::arranged(work, shown, options) {
                let path = normal(work, arranged);
                show(work.get(path));
            }
        });
    }

    /// Why no variant is asked for by the precompressed rule with this record.
    pub fn no_variant(&mut self, record: u32) -> Option<Refusal> {
        let (path, accept) = (self.pass.path, self.pass.accept);
        self.work.aside(|work| precompressed::choose(work, record, path, accept).err())
    }

    /// Shows the decision as it would be if the stage ended here: its words, and the memory where their texts are.
    pub fn output(&mut self, show: &mut dyn FnMut(&[u32], &[u8])) {
        self.output_after(0, 0, show);
    }

    /// The same after the first `count` of the steps at `at`.
    pub fn output_after(&mut self, at: u32, count: u32, show: &mut dyn FnMut(&[u32], &[u8])) {
        let pass: &Pass = self.pass;
        self.work.aside(|work| {
            steps::run_first(work, at, count, &Captures::NONE);
            pass.finish(work);
            let (words, bytes) = work.output();
            show(words, bytes);
        });
    }
}

impl Plan<'_> {
    /// Whether a pattern, as an entry or a guard names it, matches a normalised path; `None` where `memory` is too small.
    pub fn matches_path(self, at: u32, len_flags: u32, path: &[u8], memory: &mut [u8]) -> Option<bool> {
        let event = Event { text: path, ..Event::default() };
        let mut work = Work::new(self, 0, event, memory, &mut [], 0)?;
        let matched = matches(&mut work, at, len_flags >> 24, Span::whole_input(path), &mut { Captures::NONE });
        (!work.full).then_some(matched)
    }

    /// The sections of a stage, in their order: kind and offset.
    pub fn sections(self, stage: Stage) -> impl Iterator<Item = (u32, u32)> {
        let record = self.stage(stage);
        let inputs = if record == 0 { 0 } else { self.count(record, record::INPUT_COUNT) };
        let count = record::INPUTS + record::INPUT_WORDS * inputs + role::COUNT + 2;
        let sections = if record == 0 { 0 } else { self.count(record, count) };
        (0..sections).map(move |n| (self.word(record, count + 1 + 2 * n), self.word(record, count + 2 + 2 * n)))
    }
}
