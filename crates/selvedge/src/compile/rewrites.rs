//! Rewrites.

use selvedge_plan::Stage;
use selvedge_plan::layout::{USES_STATUS, meta, op, role, section};

use super::answers::{missing, query_flag, target};
use super::guard::guard;
use super::matcher::{Listed, matcher};
use super::ops::list_of_one;
use super::reason::reason;
use super::stage::StageBuilder;
use super::value::slots;
use super::writer::Writer;
use crate::platform::Table;
use crate::rules::{Condition, Match, Part, QueryMode, Rewrite, Subject, Template};

pub(super) fn rewrites(writer: &mut Writer, stage: &mut StageBuilder, rules: &[&Rewrite]) {
    if rules.is_empty() {
        return;
    }
    stage.role(role::PATH);
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let rule = rest.next()?;
        if rule.query != QueryMode::Keep || has_query(&rule.to) {
            stage.role(role::QUERY);
        }
        let fallback = (stage.stage == Stage::OriginResponse).then(|| asks_again(stage.table, rule.when.as_ref()));
        let slots = slots([&rule.to]);
        let guard = guard(writer, stage, &rule.from, fallback.as_ref().or(rule.when.as_ref()), [&rule.to]);
        let mut flags = query_flag(rule.query);
        let to = target(writer, stage, &rule.to, &slots, &mut flags);
        if rule.pass {
            flags |= meta::PASS;
        }
        let status = rule.status.filter(|_| rule.fallback).map_or(0, |status| set_status(writer, status));
        let rule_at = writer.words(&[flags, guard, to[0], to[1], status]);
        Some(Listed { rule: rule_at, paths: &rule.from, slots })
    });
    stage.section(section::REWRITES, at);
    stage.output += 7;
}

/// What a rewrite at origin-request makes of the status: the response is told by the path that it was rewritten from.
pub(super) fn statuses(writer: &mut Writer, stage: &mut StageBuilder, rules: &[&Rewrite]) {
    let Some(last) = rules.iter().rposition(|rule| rule.status.is_some()) else { return };
    stage.role(role::PATH);
    stage.flags |= USES_STATUS;
    let rules = rules.get(..=last).unwrap_or(rules);
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let rule = rest.next()?;
        let guard = guard(writer, stage, &rule.from, rule.when.as_ref(), []);
        let ops = rule.status.map_or(0, |status| set_status(writer, status));
        Some(Listed { rule: writer.words(&[0, guard, ops]), paths: &rule.from, slots: Vec::new() })
    });
    stage.section(section::STATUS, at);
    stage.output += 1;
}

fn set_status(writer: &mut Writer, status: u16) -> u32 {
    list_of_one(writer, op::SET_STATUS | u32::from(status) << 16, reason(status), "")
}

/// The origin has nothing there, and asking once more is safe and needs no body.
pub(super) fn asks_again(table: Table, when: Option<&Condition>) -> Condition {
    let methods = ["GET", "HEAD"].map(str::to_owned).to_vec();
    let safe = Condition::Test { subject: Subject::Method, test: Match::Equal(methods) };
    Condition::All(vec![safe, missing(table, when)])
}

fn has_query(to: &Template) -> bool {
    to.parts.iter().any(|part| matches!(part, Part::Literal(text) if text.contains('?')))
}
