//! Header rules: constant runs of ops, and ops whose value depends on the request.

use selvedge_plan::layout::{op, part, role, section, step};

use super::guard::guard;
use super::header_values;
use super::matcher::{Listed, matcher};
use super::ops::{Ops, single};
use super::stage::StageBuilder;
use super::value::{Landing, slots, template};
use super::writer::Writer;
use crate::platform::Message;
use crate::rules::{
    Condition, Download, HeaderName, Headers, Match, Paths, Pattern, Replacement, Security, StatusRange, Subject,
    Template, Token,
};

/// Writes `security` and header rules as sections, in their order. Rules that hold for every path are told apart, so that
/// a stage that has no others need not look at the path, and neighbours among them become one constant outcome.
pub(super) fn sections(
    writer: &mut Writer,
    stage: &mut StageBuilder,
    security: Option<&Security>,
    rules: &[&Headers],
    message: Message,
    flag: u32,
) {
    let mut groups: Vec<Group<'_>> =
        security.map(|security| Group::Always(Some(security), Vec::new())).into_iter().collect();
    for rule in rules {
        match (Group::of(rule), groups.last_mut()) {
            (Group::Always(..), Some(Group::Always(_, list))) | (Group::Matched(_), Some(Group::Matched(list))) => {
                list.push(rule);
            }
            (group, _) => groups.push(group),
        }
    }
    for group in groups {
        let (kind, at) = group.write(writer, stage, message);
        if at != 0 {
            stage.section(kind | flag, at);
        }
    }
}

/// An answer that must not be shared stays so, whatever the header rules say of `Cache-Control`: they are for what the
/// origin sends.
pub(super) fn keep_private(writer: &mut Writer, stage: &mut StageBuilder) {
    if stage.is_empty() {
        return;
    }
    let paths = Paths { patterns: Vec::new(), except: Vec::new(), ignore_case: false };
    let private = Condition::Test {
        subject: Subject::ResponseHeader("cache-control".to_owned()),
        test: Match::Equal(vec![PRIVATE.to_owned()]),
    };
    let guard = guard(writer, stage, &paths, Some(&private), []);
    let mut steps = Steps::new(writer, stage, Vec::new());
    let name = HeaderName::Exact("Cache-Control".to_owned());
    steps.values(op::SET, &name, &[Template::literal(PRIVATE)], false);
    let steps = steps.write();
    let rule = writer.words(&[0, guard, steps]);
    stage.section(section::EVERY_PATH, rule);
}

/// Writes the downloads of viewer-response: a header rule on successful answers.
pub(super) fn downloads(writer: &mut Writer, stage: &mut StageBuilder, rules: &[Download]) {
    if rules.is_empty() {
        return;
    }
    stage.role(role::PATH);
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let rule = rest.next()?;
        let whole = |status: u16| StatusRange { first: status, last: status };
        let mut tests =
            vec![Condition::Test { subject: Subject::Status, test: Match::Status(vec![whole(200), whole(206)]) }];
        tests.extend(rule.when.clone());
        let slots = slots(&rule.filename);
        let guard = guard(writer, stage, &rule.paths, Some(&Condition::All(tests)), []);
        let mut steps = Steps::new(writer, stage, slots.clone());
        steps.disposition(rule.filename.as_ref());
        let steps = steps.write();
        Some(Listed { rule: writer.words(&[0, guard, steps]), paths: &rule.paths, slots })
    });
    stage.section(section::HEADERS | section::BELOW_400, at);
}

/// Neighbouring rules that one section holds.
enum Group<'r> {
    /// For every path and without conditions, after the security headers.
    Always(Option<&'r Security>, Vec<&'r Headers>),
    /// For every path, with conditions.
    EveryPath(&'r Headers),
    /// By path.
    Matched(Vec<&'r Headers>),
}

impl<'r> Group<'r> {
    fn of(rule: &'r Headers) -> Group<'r> {
        let everywhere = |pattern: &Pattern| {
            matches!(pattern, Pattern::Path { anchored: true, tokens, .. }
                if matches!(tokens.as_slice(), [Token::Literal(slash), Token::Splat(_)] if slash == "/"))
        };
        let every_path = rule.paths.patterns.iter().any(everywhere) && rule.paths.except.is_empty();
        if !every_path || !slots(header_values(rule)).is_empty() {
            Group::Matched(vec![rule])
        } else if rule.when.is_some() {
            Group::EveryPath(rule)
        } else {
            Group::Always(None, vec![rule])
        }
    }

    /// The section's kind and offset.
    fn write(self, writer: &mut Writer, stage: &mut StageBuilder, message: Message) -> (u32, u32) {
        match self {
            Group::Always(security, rules) => {
                let mut steps = Steps::new(writer, stage, Vec::new());
                if let Some(security) = security {
                    steps.security(security);
                }
                for rule in rules {
                    steps.rule(rule, message);
                }
                match steps.finish() {
                    Ok(ops) => (section::ALWAYS, ops),
                    Err(steps) => (section::EVERY_PATH, writer.words(&[0, 0, steps])),
                }
            }
            Group::EveryPath(rule) => {
                let guard = guard(writer, stage, &rule.paths, rule.when.as_ref(), []);
                let steps = write_rule(writer, stage, rule, &[], message);
                (section::EVERY_PATH, writer.words(&[0, guard, steps]))
            }
            Group::Matched(rules) => {
                stage.role(role::PATH);
                let mut rest = rules.iter();
                let at = matcher(writer, rules.len(), &mut |writer| {
                    let rule = rest.next()?;
                    let slots = slots(header_values(rule));
                    let guard = guard(writer, stage, &rule.paths, rule.when.as_ref(), []);
                    let steps = write_rule(writer, stage, rule, &slots, message);
                    Some(Listed { rule: writer.words(&[0, guard, steps]), paths: &rule.paths, slots })
                });
                (section::HEADERS, at)
            }
        }
    }
}

fn write_rule(
    writer: &mut Writer,
    stage: &mut StageBuilder,
    rule: &Headers,
    slots: &[String],
    message: Message,
) -> u32 {
    let mut steps = Steps::new(writer, stage, slots.to_vec());
    steps.rule(rule, message);
    steps.write()
}

/// What keeps an answer out of shared caches.
pub(super) const PRIVATE: &str = "private, no-store";

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
        let below_400 = message == Message::Response && !tests_status(rule);
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
                self.values(code, name, values, below_400);
            }
        }
    }

    fn security(&mut self, security: &Security) {
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

    fn remove(&mut self, name: &HeaderName, message: Message) {
        match name {
            HeaderName::Exact(name) => {
                let name = self.writer.text(name);
                self.constant.push(op::REMOVE, name, [0, 0]);
            }
            HeaderName::Wildcard(pattern) => {
                let refused = (self.stage.table.refused)(self.stage.stage, message).concat().join("\n");
                let pattern = self.writer.text(pattern);
                let refused = self.writer.text(&refused);
                self.constant.push(op::REMOVE_MATCHING, pattern, refused);
            }
        }
    }

    fn replace(&mut self, name: &HeaderName, replacements: &[Replacement]) {
        let mut record = vec![replacements.len() as u32];
        for replacement in replacements {
            record.push(self.writer.regex(&replacement.regex));
            let with = super::pattern::numbered(&replacement.regex, &replacement.with);
            record.push(template(self.writer, self.stage, &with, &[], Landing::Replacement));
        }
        let list = self.writer.words(&record);
        let name = self.writer.text(name.as_str());
        self.constant.push(op::REPLACE, name, [list, 0]);
    }

    /// Values of one header; several are several lines.
    pub(super) fn values(&mut self, code: u32, name: &HeaderName, values: &[Template], below_400: bool) {
        let merges = code == op::APPEND && name.lower() == "vary";
        let skips = below_400 && matches!(name.lower().as_str(), "cache-control" | "expires");
        let code = if merges { op::MERGE_VARY } else { code } | if skips { op::BELOW_400 << 8 } else { 0 };
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
                    list.push(template(self.writer, self.stage, value, &self.slots, Landing::Value));
                }
                // Merging asks for constant tokens; a line of its own says the same.
                self.dynamic(if merges { op::APPEND } else { code }, name.as_str(), &list);
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
        let inner = template(self.writer, self.stage, file_name, &self.slots, Landing::FileName);
        let whole = self.writer.words(&[1, part::DISPOSITION, 0, inner, 0, 0]);
        self.dynamic(op::SET, "Content-Disposition", &[1, whole]);
    }

    fn dynamic(&mut self, code: u32, name: &str, list: &[u32]) {
        self.flush();
        let op = single(self.writer, code, name);
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
    fn finish(mut self) -> Result<u32, u32> {
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

/// Whether there may be nothing to set: every value has a placeholder.
pub(super) fn depends_on_message(values: &[Template]) -> bool {
    values.iter().all(|value| value.as_literal().is_none())
}

fn tests_status(rule: &Headers) -> bool {
    let mut tests = false;
    if let Some(when) = &rule.when {
        when.visit(&mut |subject, _| tests |= *subject == crate::rules::Subject::Status);
    }
    tests
}
