//! Redirects and responses.

use selvedge_plan::layout::{meta, op, role, section};

use super::guard::guard;
use super::headers::{PRIVATE, Steps};
use super::matcher::{Listed, matcher};
use super::ops::{Ops, list_of_one};
use super::placement::Reads;
use super::reason::reason;
use super::stage::StageBuilder;
use super::value::{Landing, slots, template, uri_text};
use super::writer::Writer;
use crate::platform::Table;
use crate::rules::{Body, Condition, HeaderName, Match, QueryMode, Redirect, Response, StatusRange, Subject, Template};

/// Writes the responses of a stage as a section.
pub(super) fn responses(writer: &mut Writer, stage: &mut StageBuilder, rules: &[&Response]) {
    if rules.is_empty() {
        return;
    }
    stage.role(role::PATH);
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let rule = rest.next()?;
        let templates = values(&rule.headers);
        let slots = slots(templates.clone());
        let guard = guard(writer, stage, &rule.paths, rule.when.as_ref(), templates.clone());
        let (ops, steps) = answer(writer, stage, rule.status, rule.body.as_ref(), &rule.headers, &slots);
        let flags = reads_more(templates) | if steps != 0 { meta::STEPS } else { 0 };
        let rule_at = writer.words(&[flags, guard, ops, steps]);
        Some(Listed { rule: rule_at, paths: &rule.paths, slots })
    });
    finish(stage, at);
}

/// Writes the redirects of a stage as a section.
pub(super) fn redirects(writer: &mut Writer, stage: &mut StageBuilder, rules: &[&Redirect]) {
    if rules.is_empty() {
        return;
    }
    stage.role(role::PATH);
    stage.role(role::QUERY);
    // Most redirects of a large set are alike but for their paths.
    let mut bare = (0, 0);
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let rule = rest.next()?;
        if rule.pass {
            let fallback = rule.fallback.then(|| missing(stage.table, rule.when.as_ref()));
            let guard = guard(writer, stage, &rule.from, fallback.as_ref().or(rule.when.as_ref()), []);
            return Some(Listed { rule: writer.words(&[meta::PASS, guard]), paths: &rule.from, slots: Vec::new() });
        }
        let fallback = rule.fallback.then(|| missing(stage.table, rule.when.as_ref()));
        let when = fallback.as_ref().or(rule.when.as_ref());
        let templates = std::iter::once(&rule.to).chain(values(&rule.headers));
        let slots = slots(templates.clone());
        let guard = guard(writer, stage, &rule.from, when, templates.clone());
        let (ops, steps) = if rule.headers.is_empty() && bare.0 == rule.status {
            (bare.1, 0)
        } else {
            answer(writer, stage, rule.status, None, &rule.headers, &slots)
        };
        if rule.headers.is_empty() {
            bare = (rule.status, ops);
        }
        let mut flags = meta::REDIRECT | reads_more(templates);
        if rule.absolute {
            flags |= meta::ABSOLUTE;
            stage.role(role::HOST);
            stage.role(role::SCHEME);
        }
        flags |= query_flag(rule.query);
        let to = target(writer, stage, &rule.to, &slots, &mut flags);
        let rule_at = if steps != 0 {
            writer.words(&[flags | meta::STEPS, guard, ops, to[0], to[1], steps])
        } else {
            writer.words(&[flags, guard, ops, to[0], to[1]])
        };
        Some(Listed { rule: rule_at, paths: &rule.from, slots })
    });
    finish(stage, at);
}

fn finish(stage: &mut StageBuilder, at: u32) {
    stage.flags |= selvedge_plan::layout::MAY_ANSWER;
    stage.section(section::ANSWERS, at);
}

/// A target as a literal or a template record.
pub(super) fn target(
    writer: &mut Writer,
    stage: &mut StageBuilder,
    to: &Template,
    slots: &[String],
    flags: &mut u32,
) -> [u32; 2] {
    match to.as_literal() {
        Some(text) => writer.new_text(&uri_text("", text)),
        None => {
            *flags |= meta::TEMPLATE;
            [template(writer, stage, to, slots, Landing::Target), 0]
        }
    }
}

pub(super) fn query_flag(mode: QueryMode) -> u32 {
    match mode {
        QueryMode::Keep => meta::KEEP_QUERY,
        QueryMode::Merge => meta::MERGE_QUERY,
        QueryMode::Drop => 0,
    }
}

/// The constant op list of an answer, and the steps of headers that depend on the request.
pub(super) fn answer(
    writer: &mut Writer,
    stage: &mut StageBuilder,
    status: u16,
    body: Option<&Body>,
    headers: &[(HeaderName, Vec<Template>)],
    slots: &[String],
) -> (u32, u32) {
    let (flag, body) = match body {
        None => (0, [0, 0]),
        Some(Body::Text(text)) => (1, writer.text(text)),
        Some(Body::Base64(text)) => (2, writer.text(text)),
    };
    let mut ops = Ops::default();
    let reason = writer.text(reason(status));
    ops.push(op::ANSWER | flag << 8 | u32::from(status) << 16, reason, body);
    let (constant, dynamic): (Vec<_>, Vec<_>) =
        headers.iter().partition(|(_, values)| values.iter().all(|value| value.as_literal().is_some()));
    for (name, values) in constant {
        let lines: Vec<&str> = values.iter().filter_map(Template::as_literal).collect();
        ops.push(op::SET, writer.text(name.as_str()), writer.text(&lines.join("\n")));
    }
    let ops = ops.write(writer);
    if dynamic.is_empty() {
        return (ops, 0);
    }
    let mut steps = Steps::new(writer, stage, slots.to_vec());
    for (name, values) in dynamic {
        steps.values(op::SET, name, values, false);
    }
    (ops, steps.write())
}

/// `Location` and header values that read more than the path.
fn reads_more<'t>(templates: impl IntoIterator<Item = &'t Template>) -> u32 {
    let reads = Reads::of(None, templates);
    if reads.viewer.is_some() || reads.origin.is_some() { meta::READS_MORE } else { 0 }
}

pub(super) fn values(headers: &[(HeaderName, Vec<Template>)]) -> impl Iterator<Item = &Template> + Clone {
    headers.iter().flat_map(|(_, values)| values)
}

/// The origin has nothing there: 404, or what the platform's object store says instead.
pub(super) fn missing(table: Table, when: Option<&Condition>) -> Condition {
    let status = |status: u16| Condition::Test {
        subject: Subject::Status,
        test: Match::Status(vec![StatusRange { first: status, last: status }]),
    };
    let missing = match table.missing_as_403 {
        None => status(404),
        Some(server) => Condition::Any(vec![
            status(404),
            Condition::All(vec![
                status(403),
                Condition::Test {
                    subject: Subject::ResponseHeader("server".to_owned()),
                    test: Match::Equal(vec![server.to_owned()]),
                },
            ]),
        ]),
    };
    match when {
        None => missing,
        Some(when) => Condition::All(vec![missing, when.clone()]),
    }
}

/// The op list that keeps an answer made at origin-request out of shared caches.
pub(super) fn no_store(writer: &mut Writer) -> u32 {
    list_of_one(writer, op::DEFAULT, "Cache-Control", PRIVATE)
}
