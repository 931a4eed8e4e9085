//! Query rules.

use selvedge_plan::layout::{meta, role, section};

use super::guard::guard;
use super::matcher::{Listed, matcher};
use super::stage::StageBuilder;
use super::writer::Writer;
use crate::rules::QueryRule;

pub(super) fn queries(writer: &mut Writer, stage: &mut StageBuilder, rules: &[QueryRule]) {
    if rules.is_empty() {
        return;
    }
    stage.role(role::PATH);
    stage.role(role::QUERY);
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let rule = rest.next()?;
        let guard = guard(writer, stage, &rule.paths, rule.when.as_ref(), []);
        let mut flags = 0;
        for (set, flag) in
            [(rule.sort, meta::SORT), (rule.lowercase, meta::LOWERCASE), (rule.keep.is_some(), meta::KEEP_LIST)]
        {
            flags |= if set { flag } else { 0 };
        }
        let mut record = vec![flags, guard];
        names(writer, &mut record, &rule.drop);
        names(writer, &mut record, rule.keep.as_deref().unwrap_or_default());
        Some(Listed { rule: writer.words(&record), paths: &rule.paths, slots: Vec::new() })
    });
    stage.section(section::QUERY, at);
    stage.output += 3;
}

/// `n, n × (0 exact, 1 prefix, 2 suffix, 3 anywhere; offset, length)`
fn names(writer: &mut Writer, record: &mut Vec<u32>, names: &[String]) {
    record.push(names.len() as u32);
    for name in names {
        let (kind, text) = match (name.strip_prefix('*'), name.strip_suffix('*')) {
            (Some(rest), Some(_)) => (3, rest.strip_suffix('*').unwrap_or(rest)),
            (Some(rest), None) => (2, rest),
            (None, Some(rest)) => (1, rest),
            (None, None) => (0, name.as_str()),
        };
        record.push(kind);
        record.extend(writer.text(text));
    }
}
