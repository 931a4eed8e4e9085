//! Placed rules → the bytes of a plan: its stages, and the header that leads to them.

use selvedge_plan::Stage;
use selvedge_plan::layout::{self, MAX_INPUTS, op};

use super::place::Placement;
use super::sections::precompressed;
use super::stage::StageBuilder;
use super::writer::Writer;
use super::{answer, notes, on_trap, ops, sections};
use crate::diagnostic::Diagnostics;
use crate::platform::{Platform, Table};
use crate::rules::{Model, NOTE_HEADER};

/// Writes the stages and the words of the header that lead to them; the plan's flags. `rules_of`: those that a stage is
/// written from; `None` for a stage that is not in the plan.
pub(super) fn lay_out<'p, 'r: 'p>(
    placement: &Placement<'_>,
    writer: &mut Writer,
    platform: Platform,
    table: Table,
    rules_of: impl Fn(Stage) -> Option<&'p Placement<'r>>,
) -> Result<u32, Diagnostics> {
    let mut stages: Vec<StageBuilder> = Stage::ALL.into_iter().map(|stage| StageBuilder::new(stage, table)).collect();
    for stage in &mut stages {
        if let Some(rules) = rules_of(stage.stage) {
            sections::fill(rules, writer, stage);
        }
    }
    notes::plan(placement, table, &mut stages);
    check_inputs(&stages)?;
    let mut output = 0;
    for (number, mut stage) in (0..).zip(stages) {
        if let Some(endings) = stage.take_endings() {
            let mut list = vec![endings.len() as u32];
            for ending in &endings {
                list.extend(writer.text(ending));
            }
            let at = writer.words(&list);
            writer.set(0, layout::ENDINGS + number, at);
        }
        let words = stage.scratch_words();
        let at = stage.write(writer);
        writer.set(0, layout::STAGES + number, at);
        output = output.max(words);
    }
    well_known(placement.rules, writer);
    writer.set(0, layout::PLATFORM, Platform::ALL.iter().position(|other| *other == platform).unwrap_or(0) as u32);
    writer.set(0, layout::MAX_URI, table.max_uri.unwrap_or(0));
    writer.set(0, layout::OUTPUT_WORDS, output as u32);
    let blocking = on_trap::blocking(placement).map(|stage| layout::BLOCKS << stage as u32);
    Ok(blocking.fold(0, |flags, bit| flags | bit))
}

/// The most values that a stage looks at.
fn check_inputs(stages: &[StageBuilder]) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::new();
    for stage in stages.iter().filter(|stage| stage.input_count() > MAX_INPUTS) {
        problems.push(
            "too-many-inputs",
            "rules",
            format_args!(
                "read {} different values at {}, more than {MAX_INPUTS}",
                stage.input_count(),
                stage.stage.name()
            ),
            "test fewer different headers, cookies or query parameters in one rule set",
        );
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Ops and tables that the header names.
fn well_known(rules: &Model, writer: &mut Writer) {
    for (index, code, name) in [
        (layout::LOCATION_OP, op::SET, "Location"),
        (layout::URI_OP, op::SET_URI, ""),
        (layout::QUERY_OP, op::SET_QUERY, ""),
        (layout::NOTE_OP, op::SET, NOTE_HEADER),
        (layout::CONTENT_TYPE_OP, op::SET, "Content-Type"),
    ] {
        let at = ops::single(writer, code, name, [0, 0]);
        writer.set(0, index, at);
    }
    let no_note = ops::list_of_one(writer, op::REMOVE, NOTE_HEADER, "");
    writer.set(0, layout::NO_NOTE_OPS, no_note);
    let no_store = answer::no_store(writer);
    writer.set(0, layout::NO_STORE_OPS, no_store);
    if !rules.precompressed.is_empty() {
        let table = precompressed::media_types(writer);
        writer.set(0, layout::MEDIA_TYPES, table);
        let table = precompressed::suffixes(writer, &rules.precompressed);
        writer.set(0, layout::SUFFIXES, table);
    }
    if !rules.languages.is_empty() {
        let mut table = vec![rules.languages.len() as u32];
        for language in &rules.languages {
            table.extend(writer.text(language));
        }
        let at = writer.words(&table);
        writer.set(0, layout::LANGUAGES, at);
    }
}
