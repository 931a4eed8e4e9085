//! The guard of a rule: `except` and `when`.

use super::condition::condition;
use super::ops::list_of_one;
use super::pattern::{flags, forms, write};
use super::stage::StageBuilder;
use super::writer::Writer;
use crate::rules::{Condition, Fact, Part, Paths, Subject, Template};

/// Writes a guard: `[condition, vary bits, n, n × pattern]`; 0 where the rule has none.
pub(super) fn guard<'t>(
    writer: &mut Writer,
    stage: &mut StageBuilder,
    paths: &Paths,
    when: Option<&Condition>,
    templates: impl IntoIterator<Item = &'t Template>,
) -> u32 {
    let mut names = Vec::new();
    if let Some(when) = when {
        when.visit(&mut |subject, _| names.extend(tested(subject)));
    }
    for part in templates.into_iter().flat_map(|template| &template.parts) {
        match part {
            Part::Fact { fact: Fact::Cookie(_), .. } => names.push("cookie".to_owned()),
            Part::Fact { fact: Fact::Header(name), .. } => names.push(name.clone()),
            _ => {}
        }
    }
    if when.is_none() && paths.except.is_empty() && names.is_empty() {
        return 0;
    }
    let mut bits = 0;
    for name in names {
        let name = canonical(&name);
        bits |= stage.vary_bit(&name, |name| list_of_one(writer, selvedge_plan::layout::op::MERGE_VARY, "Vary", name));
    }
    let when = when.map_or(0, |when| condition(writer, stage, when));
    let mut patterns = Vec::new();
    for pattern in &paths.except {
        let flags = flags(pattern, paths.ignore_case);
        forms(pattern, &mut |form| {
            let (at, flags) = write(writer, &form, flags, &[]);
            patterns.extend([at, flags]);
        });
    }
    let mut record = vec![when, bits, patterns.len() as u32 / 2];
    record.extend(patterns);
    writer.walked(record)
}

/// The request header that a condition looks at, if an answer has to name it in `Vary`.
fn tested(subject: &Subject) -> Option<String> {
    match subject {
        Subject::Cookie(_) => Some("cookie".to_owned()),
        Subject::Language => Some("accept-language".to_owned()),
        Subject::Header(name) => Some(name.clone()),
        _ => None,
    }
}

/// `accept-language` → `Accept-Language`.
fn canonical(name: &str) -> String {
    let mut start = true;
    let title = name.chars().map(|letter| {
        let letter = if start { letter.to_ascii_uppercase() } else { letter };
        start = letter == '-';
        letter
    });
    title.collect()
}
