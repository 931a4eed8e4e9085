//! The guard of a rule: `except` and `when`.

use super::condition::condition;
use super::ops::list_of_one;
use super::pattern::write_all;
use super::stage::StageBuilder;
use super::writer::Writer;
use crate::rules::{Condition, Paths};

/// Writes a guard that names the headers `vary` where it is looked at: `[condition, vary bits, n, n × pattern]`; 0 where the rule has none.
pub(super) fn guard(
    writer: &mut Writer,
    stage: &mut StageBuilder,
    paths: &Paths,
    when: Option<&Condition>,
    vary: &[&str],
) -> u32 {
    if when.is_none() && paths.except.is_empty() && vary.is_empty() {
        return 0;
    }
    let mut bits = 0;
    for name in vary {
        let name = canonical(name);
        bits |= stage.vary_bit(&name, |name| list_of_one(writer, selvedge_plan::layout::op::MERGE_VARY, "Vary", name));
    }
    let when = when.map_or(0, |when| condition(writer, stage, when));
    let patterns = write_all(writer, &paths.except, paths.ignore_case, &[]);
    let mut record = vec![when, bits, patterns.len() as u32 / 2];
    record.extend(patterns);
    writer.walked(record)
}

/// `accept-language` → `Accept-Language`.
pub(super) fn canonical(name: &str) -> String {
    let mut start = true;
    let title = name.chars().map(|letter| {
        let letter = if start { letter.to_ascii_uppercase() } else { letter };
        start = letter == '-';
        letter
    });
    title.collect()
}
