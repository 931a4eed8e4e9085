//! Answers that rules make.

use selvedge_plan::layout::{MAY_ANSWER, meta, op, section};

use super::ops::{Ops, list_of_one};
use super::reason::reason;
use super::stage::StageBuilder;
use super::steps::Steps;
use super::writer::Writer;
use crate::rules::{Body, HeaderName, Reads, Template};

/// What keeps an answer out of shared caches.
pub(super) const PRIVATE: &str = "private, no-store";

/// Adds a matcher of rules that answer to a stage.
pub(super) fn section(stage: &mut StageBuilder, at: u32) {
    stage.flags |= MAY_ANSWER;
    stage.section(section::ANSWERS, at);
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

/// Whether `Location` or header values read more than the path, and whether an answer depends on what no `Vary` can name.
pub(super) fn reads_more(reads: &Reads<'_>) -> u32 {
    (u32::from(reads.in_templates) * meta::READS_MORE) | (u32::from(reads.unnamed) * meta::PRIVATE)
}

/// The op list that keeps an answer out of shared caches.
pub(super) fn no_store(writer: &mut Writer) -> u32 {
    list_of_one(writer, op::DEFAULT, "Cache-Control", PRIVATE)
}
