//! Precompressed files: which variant to ask for, and what it is.

use selvedge_plan::heap::sort;
use selvedge_plan::layout::{self, meta, op, role, section};
use selvedge_plan::negotiate::Coding;
use selvedge_plan::{choices, encoding_text, hash};

use crate::compile::bytes::{push_number, push_text};
use crate::compile::guard::guard;
use crate::compile::matcher::{Listed, matcher};
use crate::compile::ops::{list_of_one, noted};
use crate::compile::place::Placement;
use crate::compile::stage::StageBuilder;
use crate::compile::table::Table;
use crate::compile::writer::Writer;
use crate::rules::{FileVariant, Kind, MEDIA_TYPES, Precompressed, Prefer};

/// The request half: which variant to ask for.
pub(crate) fn variants(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = placement.at(Kind::Precompressed, &placement.rules.precompressed, stage.stage);
    if rules.is_empty() {
        return;
    }
    stage.role(role::PATH);
    stage.flags |= layout::USES_ACCEPT;
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let (rule, _) = rest.next()?;
        look_at(stage, rule);
        let guard = guard(writer, stage, &rule.paths, None, &[]);
        let manifest = manifest(writer, rule);
        let flags = if rule.files.is_some() { meta::MANIFEST } else { 0 };
        let mut record = vec![flags, guard, manifest, rule.encodings.len() as u32];
        for (coding, suffix) in &rule.encodings {
            record.push(*coding as u32);
            record.extend(writer.text(suffix));
            if *coding == Coding::Identity {
                record.extend([0, 0]);
                continue;
            }
            record.push(list_of_one(writer, op::APPEND_URI, "", suffix));
            record.push(noted(writer, suffix, &encoding_text(*coding as u32, suffix.len() as u32)));
        }
        Some(Listed { record: writer.record(record), own: Vec::new(), paths: &rule.paths, slots: Vec::new() })
    });
    stage.section_by_endings(section::PRECOMPRESSED, at);
    stage.output += 6;
}

/// What the rule looks at of a path.
fn look_at(stage: &mut StageBuilder, rule: &Precompressed) {
    if rule.files.is_some() {
        stage.endings.give_up();
        return;
    }
    stage.endings.add_paths(&rule.paths);
    // Neither a folder nor an archive is negotiated.
    stage.endings.add("/");
    for (_, suffix) in rule.encodings.iter().filter(|(_, suffix)| !suffix.is_empty()) {
        stage.endings.add(suffix);
    }
}

/// What the rules may append to a path, see [`layout::SUFFIXES`].
pub(crate) fn suffixes(writer: &mut Writer, rules: &[Precompressed]) -> u32 {
    let all = rules.iter().flat_map(|rule| &rule.encodings).filter(|(coding, _)| *coding != Coding::Identity);
    let mut known: Vec<[u32; 3]> = Vec::new();
    for (coding, suffix) in all {
        let [at, length] = writer.text(suffix);
        let record = [*coding as u32, at, length];
        if !known.contains(&record) {
            known.push(record);
        }
    }
    let mut table = vec![known.len() as u32];
    table.extend(known.as_flattened());
    writer.words(&table)
}

/// See [`layout::MEDIA_TYPES`].
pub(crate) fn media_types(writer: &mut Writer) -> u32 {
    let mut table = vec![MEDIA_TYPES.len() as u32];
    for (extension, media_type) in MEDIA_TYPES {
        table.extend(writer.text(extension));
        table.extend(writer.text(media_type));
    }
    writer.words(&table)
}

/// A table of the files that have variants: it leads to the bytes of a path and its choices, see [`choices`].
fn manifest(writer: &mut Writer, rule: &Precompressed) -> u32 {
    let mut places = Vec::new();
    for (path, variants) in rule.files.iter().flatten() {
        let mut bytes = Vec::new();
        push_text(&mut bytes, path);
        push_number(&mut bytes, choices(positions(rule, variants)));
        places.push((hash(1, path.as_bytes()), writer.bytes(&bytes)));
    }
    Table::new(&places).write(writer)
}

/// The rule's codings that a file has, by their positions, the preferred ones first. The file itself is always there.
fn positions(rule: &Precompressed, variants: &[FileVariant]) -> impl DoubleEndedIterator<Item = u32> + use<> {
    let mut there = Vec::with_capacity(rule.encodings.len());
    for (n, (coding, _)) in (0..).zip(&rule.encodings) {
        match variants.iter().find(|variant| variant.coding == *coding) {
            Some(variant) => there.push((variant.bytes.unwrap_or(u32::MAX), n)),
            None if *coding == Coding::Identity => there.push((u32::MAX, n)),
            None => {}
        }
    }
    if rule.prefer == Prefer::Smallest {
        sort(&mut there, |a, b| a < b);
    }
    there.into_iter().map(|(_, n)| n)
}

/// The response half: what the variant is, and `Vary`.
pub(crate) fn labels(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = &placement.rules.precompressed;
    if rules.is_empty() {
        return;
    }
    for role in [role::PATH, role::NOTE, role::CONTENT_ENCODING, role::CONTENT_TYPE] {
        stage.role(role);
    }
    stage.flags |= layout::USES_STATUS;
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let rule = rest.next()?;
        let guard = guard(writer, stage, &rule.paths, None, &[]);
        let vary = if rule.vary { list_of_one(writer, op::MERGE_VARY, "Vary", "Accept-Encoding") } else { 0 };
        let codings = rule.encodings.iter().filter(|(coding, _)| *coding != Coding::Identity);
        let mut record = vec![0, guard, vary, codings.clone().count() as u32];
        for (coding, _) in codings {
            let name = coding.name();
            let ops = list_of_one(writer, op::SET, "Content-Encoding", name);
            // The origin has encoded the variant once more: codings are listed in the order in which they were applied.
            let twice = match coding {
                Coding::Gzip => 0,
                _ => list_of_one(writer, op::SET, "Content-Encoding", &[name, ", gzip"].concat()),
            };
            record.extend([*coding as u32, ops, twice]);
        }
        Some(Listed { record: writer.record(record), own: Vec::new(), paths: &rule.paths, slots: Vec::new() })
    });
    // All that it does may be done twice: conditions see the type of the file, and nothing comes after `Vary`.
    stage.first_section(section::ENCODED, at);
    stage.section(section::ENCODED, at);
    stage.output += 12;
}
