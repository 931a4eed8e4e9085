//! A stage record under construction: what the stage reads, and its sections in order.

use selvedge_plan::layout::{self, MAX_INPUTS, input, note, role, section};
use selvedge_plan::{Stage, small};

use super::endings::Endings;
use super::writer::Writer;
use crate::platform::{Fact, Message, Table};
use crate::rules::NOTE_HEADER;

pub(super) struct StageBuilder {
    pub(super) stage: Stage,
    pub(super) table: Table,
    inputs: Vec<(u32, String)>,
    roles: [u32; role::COUNT as usize],
    pub(super) flags: u32,
    pub(super) note: u32,
    /// Op lists that name a header in `Vary`, by bit; with the header's name.
    vary: Vec<(String, u32)>,
    sections: Vec<(u32, u32)>,
    pub(super) endings: Endings,
    /// Words that a decision puts out at most.
    pub(super) output: usize,
}

impl StageBuilder {
    pub(super) fn new(stage: Stage, table: Table) -> StageBuilder {
        StageBuilder {
            stage,
            table,
            inputs: Vec::new(),
            roles: [0; role::COUNT as usize],
            flags: 0,
            note: 0,
            vary: Vec::new(),
            sections: Vec::new(),
            endings: Endings::new(),
            output: 16,
        }
    }

    /// Position + 1 of an input.
    pub(super) fn input(&mut self, kind: u32, name: &str) -> u32 {
        let known = self.inputs.iter().position(|input| input.0 == kind && input.1 == name);
        known.unwrap_or_else(|| {
            self.inputs.push((kind, name.to_owned()));
            self.inputs.len() - 1
        }) as u32
            + 1
    }

    /// Gives an input a role, so that the reader itself finds it.
    pub(super) fn role(&mut self, role: u32) -> u32 {
        let position = match role {
            role::PATH => self.input(input::PATH, ""),
            role::QUERY => self.input(input::QUERY, ""),
            role::HOST => self.fact(self.table.host, input::HOST),
            role::SCHEME => self.fact(self.table.scheme, input::SCHEME),
            role::REQUEST_ID => self.input(input::REQUEST_ID, ""),
            role::NOTE => self.input(input::REQUEST_HEADER, NOTE_HEADER),
            role::COOKIE => self.input(input::REQUEST_HEADER, "cookie"),
            role::CONTENT_ENCODING => self.input(input::RESPONSE_HEADER, "content-encoding"),
            _ => self.input(input::RESPONSE_HEADER, "content-type"),
        };
        if let Some(slot) = self.roles.get_mut(role as usize) {
            *slot = position;
        }
        position
    }

    /// Position + 1 of the input that tells a fact here; 0 where it cannot be seen.
    pub(super) fn fact(&mut self, fact: Fact, kind: u32) -> u32 {
        match fact {
            Fact::Given => self.input(kind, ""),
            Fact::Header(name) => self.input(input::REQUEST_HEADER, name),
            Fact::OriginHeader(name) if self.sees_origin_headers() => self.input(input::REQUEST_HEADER, name),
            _ => 0,
        }
    }

    /// Whether what the platform adds after viewer-request is there.
    pub(super) fn sees_origin_headers(&self) -> bool {
        matches!(self.stage, Stage::OriginRequest | Stage::OriginResponse | Stage::OriginRequestAnswer)
    }

    /// The headers that rules may not touch here, each a line.
    pub(super) fn refused(&self, message: Message) -> String {
        (self.table.refused)(self.stage, message).concat().join("\n")
    }

    /// The bit that stands for a tested header; its `Vary` op list is made by `ops`.
    pub(super) fn vary_bit(&mut self, name: &str, ops: impl FnOnce(&str) -> u32) -> u32 {
        let known = self.vary.iter().position(|vary| vary.0 == name);
        let bit = known.unwrap_or_else(|| {
            // More headers than bits: the last one says "anything".
            let name = if self.vary.len() >= 31 { "*" } else { name };
            if self.vary.len() < 32 {
                self.vary.push((name.to_owned(), ops(name)));
            }
            self.vary.len() - 1
        });
        1 << bit
    }

    /// Adds a section that may look at all of the path.
    pub(super) fn section(&mut self, kind: u32, at: u32) {
        self.endings.give_up();
        self.sections.push((kind, at));
    }

    /// As [`StageBuilder::section`], in front of the others.
    pub(super) fn first_section(&mut self, kind: u32, at: u32) {
        self.endings.give_up();
        self.sections.insert(0, (kind, at));
    }

    /// Adds a section that looks at no more of the path than what `endings` has.
    pub(super) fn section_by_endings(&mut self, kind: u32, at: u32) {
        self.sections.push((kind, at));
    }

    /// The endings that all decisions of the stage depend on; `None` where they depend on more.
    pub(super) fn take_endings(&mut self) -> Option<Vec<String>> {
        let remembered = matches!(self.stage, Stage::ViewerRequest | Stage::OriginRequest | Stage::OriginResponse);
        let endings = std::mem::replace(&mut self.endings, Endings::new());
        endings.finish().filter(|_| remembered && self.reads_path() && self.input_count() == 1)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// Whether decisions look at the path.
    pub(super) fn reads_path(&self) -> bool {
        self.roles.first() != Some(&0)
    }

    /// Words of scratch that a decision needs at most: its output, and where the inputs end.
    pub(super) fn scratch_words(&self) -> usize {
        self.output + 3 * self.vary.len() + self.inputs.len()
    }

    pub(super) fn input_count(&self) -> usize {
        self.inputs.len()
    }

    /// Writes the record; 0 where there is nothing to do.
    pub(super) fn write(mut self, writer: &mut Writer) -> u32 {
        if self.sections.is_empty() {
            return 0;
        }
        if self.sections.iter().any(|(kind, _)| kind & section::BELOW_400 != 0) {
            self.flags |= layout::USES_STATUS;
        }
        let noted = self.note & (note::READ | note::WRITE) != 0;
        writer.asks_for_more(noted || self.sections.iter().any(|(kind, _)| !small::has_section(*kind)));
        if self.note & note::DELETE != 0 {
            self.flags |= layout::FOREIGN_NOTE;
        }
        let inputs = self.inputs.iter().take(MAX_INPUTS);
        let mut record = vec![self.flags, inputs.len() as u32];
        for (kind, name) in inputs {
            record.push(*kind);
            record.extend(writer.text(name));
        }
        record.extend(self.roles);
        let vary: Vec<u32> = self.vary.iter().map(|(_, ops)| *ops).collect();
        record.extend([self.note, writer.words(&vary), self.sections.len() as u32]);
        for (kind, at) in &self.sections {
            record.extend([*kind, *at]);
        }
        writer.words(&record)
    }
}
