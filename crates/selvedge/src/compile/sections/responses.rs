//! Responses.

use selvedge_plan::layout::{meta, role};

use crate::compile::answer::{self, answer, reads_more};
use crate::compile::guard::guard;
use crate::compile::matcher::{Listed, matcher};
use crate::compile::place::Placement;
use crate::compile::stage::StageBuilder;
use crate::compile::value::slots;
use crate::compile::writer::Writer;
use crate::rules::Kind;

pub(crate) fn section(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = placement.at(Kind::Responses, &placement.rules.responses, stage.stage);
    if rules.is_empty() {
        return;
    }
    stage.role(role::PATH);
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let (rule, reads) = rest.next()?;
        let slots = slots(*rule);
        let guard = guard(writer, stage, &rule.paths, rule.when.as_ref(), reads.vary());
        let (ops, steps) = answer(writer, stage, rule.status, rule.body.as_ref(), &rule.headers, &slots);
        let flags = reads_more(reads) | if steps != 0 { meta::STEPS } else { 0 };
        let record = writer.record(vec![flags, guard, ops, steps]);
        Some(Listed { record, own: Vec::new(), paths: &rule.paths, slots })
    });
    answer::section(stage, at);
}
