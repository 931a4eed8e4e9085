//! Rewrites.

use selvedge_plan::layout::{USES_STATUS, meta, op, role, section};
use selvedge_plan::{Stage, small};

use crate::compile::guard::guard;
use crate::compile::matcher::{Listed, matcher};
use crate::compile::missing::asks_again;
use crate::compile::ops::{Ops, list_of_one};
use crate::compile::place::Placement;
use crate::compile::reason::reason;
use crate::compile::stage::StageBuilder;
use crate::compile::target::{query_flag, target};
use crate::compile::value::{Landing, slots};
use crate::compile::writer::Writer;
use crate::platform::Message;
use crate::rules::{Kind, Part, QueryMode, Template, pattern::normalise};

pub(crate) fn section(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = placement.at_or_passing(Kind::Rewrites, &placement.rules.rewrites, stage.stage);
    if rules.is_empty() {
        return;
    }
    stage.role(role::PATH);
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let (rule, reads) = rest.next()?;
        if rule.query != QueryMode::Keep || has_query(&rule.to) {
            stage.role(role::QUERY);
        }
        let fallback = (stage.stage == Stage::OriginResponse).then(|| asks_again(stage.table, rule.when.as_ref()));
        let slots = slots(*rule);
        let guard = guard(writer, stage, &rule.from, fallback.as_ref().or(rule.when.as_ref()), reads.vary());
        let mut flags = query_flag(rule.query);
        let own = target(writer, stage, &rule.to, &slots, Landing::Target, &mut flags);
        if rule.pass {
            flags |= meta::PASS;
        }
        writer.asks_for_more(flags & small::MISSING != 0);
        let ops = match rule.status {
            None => 0,
            Some(status) if rule.fallback => set_status(writer, status),
            Some(_) => asks_whole(writer, stage),
        };
        let record = writer.record(vec![flags, guard, ops]);
        Some(Listed { record, own, paths: &rule.from, slots })
    });
    stage.section(section::REWRITES, at);
    stage.output += 7;
}

/// What a rewrite at origin-request makes of the status: the response is told by the path that it was rewritten from, and
/// by the one that it was rewritten to, where captures of the path are enough to say which that is.
pub(crate) fn statuses(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = placement.at_or_passing(Kind::Rewrites, &placement.rules.rewrites, Stage::OriginRequest);
    let Some(last) = rules.iter().rposition(|(rule, _)| rule.status.is_some()) else { return };
    stage.role(role::PATH);
    stage.flags |= USES_STATUS;
    let mut rest = rules.iter().take(last + 1);
    let at = matcher(writer, last + 1, &mut |writer| {
        let (rule, reads) = rest.next()?;
        let guard = guard(writer, stage, &rule.from, rule.when.as_ref(), reads.vary_by_condition());
        let ops = rule.status.map_or(0, |status| set_status(writer, status));
        // An empty target: whatever the file is.
        let (mut flags, mut own, mut slots) = (0, vec![0], Vec::new());
        if rule.status.is_some() && is_path(&rule.to) {
            slots = self::slots(*rule);
            own = target(writer, stage, &rule.to, &slots, Landing::Target, &mut flags);
        }
        Some(Listed { record: writer.record(vec![flags, guard, ops]), own, paths: &rule.from, slots })
    });
    stage.section(section::STATUS, at);
    stage.output += 1;
}

/// A page that stands for another status is asked for whole: preconditions and ranges are of files (RFC 9110 §13.2.1, §14.2).
fn asks_whole(writer: &mut Writer, stage: &StageBuilder) -> u32 {
    let refused = stage.refused(Message::Request);
    let mut ops = Ops::default();
    ops.push(op::REMOVE_MATCHING, writer.text("if-*"), writer.text(&refused));
    ops.push(op::REMOVE, writer.text("range"), [0, 0]);
    ops.write(writer)
}

fn set_status(writer: &mut Writer, status: u16) -> u32 {
    list_of_one(writer, op::SET_STATUS | u32::from(status) << 16, reason(status), "")
}

/// Whether captures of the path make all of it, in the form that the path of a request has by then.
fn is_path(to: &Template) -> bool {
    to.parts.iter().all(|part| match part {
        Part::Literal(text) => normalise(text).is_none_or(|normal| normal == *text),
        Part::Capture { .. } => true,
        Part::Fact { .. } => false,
    }) && !has_query(to)
}

fn has_query(to: &Template) -> bool {
    to.parts.iter().any(|part| matches!(part, Part::Literal(text) if text.contains('?')))
}
