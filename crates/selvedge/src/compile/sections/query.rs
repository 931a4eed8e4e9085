//! Query rules.

use selvedge_plan::layout::{meta, role, section};

use crate::compile::guard::guard;
use crate::compile::matcher::{Listed, matcher};
use crate::compile::names::names;
use crate::compile::place::Placement;
use crate::compile::stage::StageBuilder;
use crate::compile::writer::Writer;
use crate::rules::Kind;

pub(crate) fn section(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = placement.at(Kind::Query, &placement.rules.query, stage.stage);
    if rules.is_empty() {
        return;
    }
    stage.role(role::PATH);
    stage.role(role::QUERY);
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let (rule, reads) = rest.next()?;
        let guard = guard(writer, stage, &rule.paths, rule.when.as_ref(), reads.vary());
        let mut flags = 0;
        for (set, flag) in [(rule.sort, meta::SORT), (rule.lowercase, meta::LOWERCASE)] {
            flags |= if set { flag } else { 0 };
        }
        let drops = if rule.drop.is_empty() { 0 } else { names(writer, &rule.drop) };
        let keeps = rule.keep.as_deref().map_or(0, |keep| names(writer, keep));
        let record = writer.record(vec![flags, guard, drops, keeps]);
        Some(Listed { record, own: Vec::new(), paths: &rule.paths, slots: Vec::new() })
    });
    stage.section(section::QUERY, at);
    stage.output += 3;
}
