//! Rewrites.

use selvedge_plan::Stage;
use selvedge_plan::layout::{role, section};

use super::answers::{missing, query_flag, target};
use super::guard::guard;
use super::matcher::{Listed, matcher};
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
        let rule_at = writer.words(&[flags, guard, to[0], to[1]]);
        Some(Listed { rule: rule_at, paths: &rule.from, slots })
    });
    stage.section(section::REWRITES, at);
    stage.output += 6;
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
