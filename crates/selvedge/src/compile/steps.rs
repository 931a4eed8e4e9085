//! What a rule does to headers: constant runs of ops, and ops whose value depends on the request.

use selvedge_plan::layout::{op, part, step};
use selvedge_plan::small;

use super::ops::{Ops, single};
use super::stage::StageBuilder;
use super::value::{Landing, replacement, template};
use super::writer::Writer;
use crate::platform::Message;
use crate::rules::{
    HeaderName, Headers, Paths, Replacement, Security, Subject, Template, depends_on_message, private_directive,
};

/// The steps of a rule under construction: op lists, and ops with templates, in order.
pub(super) struct Steps<'w, 's> {
    writer: &'w mut Writer,
    stage: &'s mut StageBuilder,
    slots: Vec<String>,
    constant: Ops,
    words: Vec<u32>,
}

impl<'w, 's> Steps<'w, 's> {
    pub(super) fn new(writer: &'w mut Writer, stage: &'s mut StageBuilder, slots: Vec<String>) -> Steps<'w, 's> {
        Steps { writer, stage, slots, constant: Ops::default(), words: Vec::new() }
    }

    /// All that a header rule does, in its order.
    pub(super) fn rule(&mut self, rule: &Headers, message: Message) {
        self.begin_part(Some(&rule.paths));
        // What caches are told of a site is for its files. A rule that reads the status knows what it speaks of.
        let files_only = message == Message::Response && !tests_status(rule);
        for name in &rule.remove {
            self.remove(name, message);
        }
        for (name, replacements) in &rule.replace {
            self.replace(name, replacements);
        }
        for (code, entries) in [(op::DEFAULT, &rule.default), (op::SET, &rule.set), (op::APPEND, &rule.append)] {
            for (name, values) in entries {
                // Where no value can be made, what the client sent must not pass for one.
                if code == op::SET && message == Message::Request && depends_on_message(values) {
                    self.remove(name, message);
                }
                self.values(code, name, values, files_only);
            }
        }
    }

    pub(super) fn security(&mut self, security: &Security) {
        self.begin_part(None);
        for name in security.removed() {
            let name = self.writer.text(name);
            self.constant.push(op::REMOVE, name, [0, 0]);
        }
        for (name, value) in security.headers() {
            // A policy that the origin sent knows the page better.
            let kept = name.eq_ignore_ascii_case("content-security-policy");
            let (name, value) = (self.writer.text(name), self.writer.text(&value));
            self.constant.push(if kept { op::DEFAULT } else { op::SET }, name, value);
        }
    }

    fn begin_part(&mut self, paths: Option<&Paths>) {
        self.writer.map.part(paths, self.words.len() / 3, self.constant.len());
    }

    fn remove(&mut self, name: &HeaderName, message: Message) {
        match name {
            HeaderName::Exact(name) => {
                let name = self.writer.text(name);
                self.constant.push(op::REMOVE, name, [0, 0]);
            }
            HeaderName::Wildcard(pattern) => {
                let refused = self.stage.refused(message);
                let pattern = self.writer.text(pattern);
                let refused = self.writer.text(&refused);
                self.constant.push(op::REMOVE_MATCHING, pattern, refused);
            }
        }
    }

    fn replace(&mut self, name: &HeaderName, replacements: &[Replacement]) {
        // The line is the first input.
        let mut inputs = 1;
        let mut record = vec![replacements.len() as u32, 0];
        for of in replacements {
            record.push(self.writer.regex(&of.regex));
            record.push(replacement(self.writer, of, &mut inputs));
        }
        if let Some(count) = record.get_mut(1) {
            *count = inputs;
        }
        let list = self.writer.words(&record);
        if inputs == 1 {
            let name = self.writer.text(name.as_str());
            self.constant.push(op::REPLACE, name, [list, 0]);
            return;
        }
        self.stage.output += inputs as usize;
        let mut values = vec![inputs - 1];
        for given in replacements.iter().flat_map(|of| &of.given) {
            values.push(self.template(given, Landing::Value));
        }
        self.dynamic(op::REPLACE, name.as_str(), [list, 0], &values);
    }

    /// Values of one header; several are several lines.
    pub(super) fn values(&mut self, code: u32, name: &HeaderName, values: &[Template], files_only: bool) {
        let merges = code == op::APPEND && name.lower() == "vary";
        // What keeps responses out of caches is for all of them.
        let skips = files_only && is_for_caches(name) && private_directive(name, values).is_none();
        let code = if merges { op::MERGE_VARY } else { code } | if skips { op::OF_FILES << 8 } else { 0 };
        let lines: Option<Vec<&str>> = values.iter().map(Template::as_literal).collect();
        match lines {
            Some(lines) => {
                let name = self.writer.text(name.as_str());
                let value = self.writer.text(&lines.join(if merges { ", " } else { "\n" }));
                self.constant.push(code, name, value);
            }
            None => {
                let mut list = vec![values.len() as u32];
                for value in values {
                    list.push(self.template(value, Landing::Value));
                }
                // Merging asks for constant tokens; a line of its own says the same.
                self.dynamic(if merges { op::APPEND } else { code }, name.as_str(), [0, 0], &list);
            }
        }
    }

    /// A `Content-Disposition` that names a file.
    pub(super) fn disposition(&mut self, file_name: Option<&Template>) {
        let Some(file_name) = file_name else {
            let name = self.writer.text("Content-Disposition");
            let value = self.writer.text("attachment");
            self.constant.push(op::SET, name, value);
            return;
        };
        let inner = self.template(file_name, Landing::FileName);
        self.writer.asks_for_more(!small::has_part(part::DISPOSITION, 0));
        let whole = self.writer.number(1);
        for number in [part::DISPOSITION, 0, inner] {
            self.writer.number(number);
        }
        self.dynamic(op::SET, "Content-Disposition", [0, 0], &[1, whole]);
    }

    /// Writes a template.
    fn template(&mut self, of: &Template, landing: Landing) -> u32 {
        let bytes = template(self.writer, self.stage, of, &self.slots, landing);
        self.writer.bytes(&bytes)
    }

    fn dynamic(&mut self, code: u32, name: &str, value: [u32; 2], list: &[u32]) {
        self.flush();
        let op = single(self.writer, code, name, value);
        let list = self.writer.words(list);
        self.words.extend([step::VALUE, op, list]);
    }

    fn flush(&mut self) {
        let constant = std::mem::take(&mut self.constant);
        let ops = constant.write(self.writer);
        if ops != 0 {
            self.words.extend([step::OPS, ops, 0]);
        }
    }

    /// One op list where nothing depends on the request, else the steps.
    pub(super) fn finish(mut self) -> Result<u32, u32> {
        if self.words.is_empty() {
            self.stage.output += 1;
            return Ok(std::mem::take(&mut self.constant).write(self.writer));
        }
        Err(self.write())
    }

    /// Writes the steps: `[n, n × (kind, a, b)]`; 0 where there are none.
    pub(super) fn write(mut self) -> u32 {
        self.flush();
        let count = self.words.len() as u32 / 3;
        self.stage.output += 3 * count as usize;
        if count == 0 {
            return 0;
        }
        let mut record = vec![count];
        record.append(&mut self.words);
        self.writer.record(record)
    }
}

/// Whether it tells caches how long to keep a response.
pub(super) fn is_for_caches(name: &HeaderName) -> bool {
    let name = name.lower();
    name.ends_with("cache-control") || matches!(name.as_str(), "expires" | "surrogate-control")
}

pub(super) fn tests_status(rule: &Headers) -> bool {
    let mut tests = false;
    if let Some(when) = &rule.when {
        when.visit(&mut |subject, _| tests |= *subject == Subject::Status);
    }
    tests
}
