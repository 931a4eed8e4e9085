//! Which file a path means: html and precompressed.

use selvedge_plan::layout::{self, meta, op, role, section};
use selvedge_plan::negotiate::Coding;
use selvedge_plan::{choices, encoding_text, hash};

use super::answers::answer;
use super::guard::guard;
use super::matcher::{Listed, matcher};
use super::ops::{Ops, list_of_one};
use super::stage::StageBuilder;
use super::writer::Writer;
use crate::rules::{Clean, FileVariant, Html, Model, Paths, Precompressed, Prefer, TrailingSlash};

/// `index` and `clean`.
pub(super) fn html(writer: &mut Writer, stage: &mut StageBuilder, html: Option<&Html>) {
    let Some(html) = html else { return };
    let clean = match html.clean {
        Clean::Off => None,
        Clean::File => Some(".html"),
        Clean::Directory => Some("/index.html"),
    };
    if clean.is_none() && html.index.is_none() {
        return;
    }
    stage.role(role::PATH);
    stage.flags |= layout::USES_ACCEPT;
    let mut record = vec![pages(writer, stage, &html.paths)];
    for name in [html.index.as_deref(), clean] {
        match name {
            Some(name) => {
                record.push(list_of_one(writer, op::APPEND_URI, "", name));
                record.extend(writer.text(name));
            }
            None => record.extend([0, 0, 0]),
        }
    }
    let at = writer.words(&record);
    stage.section(section::HTML, at);
    stage.output += 6;
}

/// `trailingSlash`: never where an origins or rewrites rule says what the path is.
pub(super) fn trailing_slash(writer: &mut Writer, stage: &mut StageBuilder, rules: &Model) {
    let Some(html) = &rules.html else { return };
    if html.trailing_slash == TrailingSlash::Keep {
        return;
    }
    stage.role(role::PATH);
    stage.role(role::QUERY);
    stage.flags |= layout::USES_ACCEPT | layout::MAY_ANSWER;
    let (ops, _) = answer(writer, stage, 308, None, &[], &[]);
    let add = u32::from(html.trailing_slash == TrailingSlash::Add);
    let mut record = vec![pages(writer, stage, &html.paths), ops, add];
    // Conditions are not asked here; a pass that has one may not hold.
    let origins = rules.origins.iter().filter(|rule| rule.to.is_some() || rule.when.is_none());
    let rewrites = rules.rewrites.iter().filter(|rule| !rule.fallback && (!rule.pass || rule.when.is_none()));
    let routed: Vec<u32> = [
        origins.map(|rule| (&rule.paths, rule.to.is_none())).collect::<Vec<_>>(),
        rewrites.map(|rule| (&rule.from, rule.pass)).collect(),
    ]
    .into_iter()
    .filter(|list| list.iter().any(|(_, pass)| !pass))
    .map(|list| {
        let mut rest = list.iter();
        matcher(writer, list.len(), &mut |writer| {
            let (paths, pass) = rest.next()?;
            Some(listed(writer, stage, paths, if *pass { meta::PASS } else { 0 }))
        })
    })
    .collect();
    record.push(routed.len() as u32);
    record.extend(routed);
    let at = writer.words(&record);
    stage.section(section::TRAILING_SLASH, at);
}

/// A matcher of nothing but paths.
fn pages(writer: &mut Writer, stage: &mut StageBuilder, paths: &Paths) -> u32 {
    let mut once = Some(paths);
    matcher(writer, 1, &mut |writer| once.take().map(|paths| listed(writer, stage, paths, 0)))
}

fn listed<'r>(writer: &mut Writer, stage: &mut StageBuilder, paths: &'r Paths, flags: u32) -> Listed<'r> {
    let guard = guard(writer, stage, paths, None, []);
    Listed { rule: writer.words(&[flags, guard]), paths, slots: Vec::new() }
}

/// The request half: which variant to ask for.
pub(super) fn precompressed(writer: &mut Writer, stage: &mut StageBuilder, rules: &[&Precompressed]) {
    if rules.is_empty() {
        return;
    }
    stage.role(role::PATH);
    stage.flags |= layout::USES_ACCEPT;
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let rule = rest.next()?;
        let guard = guard(writer, stage, &rule.paths, None, []);
        let (manifest_at, slots) = manifest(writer, rule);
        let flags = if rule.files.is_some() { meta::MANIFEST } else { 0 };
        let mut record = vec![flags, guard, manifest_at, slots, rule.encodings.len() as u32];
        for (coding, suffix) in &rule.encodings {
            record.push(*coding as u32);
            record.extend(writer.text(suffix));
            if *coding == Coding::Identity {
                record.extend([0, 0]);
                continue;
            }
            record.push(list_of_one(writer, op::APPEND_URI, "", suffix));
            record.push(writer.note_ops(suffix, &encoding_text(*coding as u32, suffix.len() as u32)));
        }
        Some(Listed { rule: writer.words(&record), paths: &rule.paths, slots: Vec::new() })
    });
    stage.section(section::PRECOMPRESSED, at);
    stage.output += 6;
}

/// What the rules may append to a path, see [`layout::SUFFIXES`].
pub(super) fn suffixes(writer: &mut Writer, rules: &[Precompressed]) -> u32 {
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

/// A table of the files that have variants: slots `[path, length, choices]`, see [`choices`].
fn manifest(writer: &mut Writer, rule: &Precompressed) -> (u32, u32) {
    let Some(files) = &rule.files else { return (0, 0) };
    let slots = (2 * files.len()).next_power_of_two().max(2);
    let mut table = vec![0; 3 * slots];
    for (path, variants) in files {
        let choices = choices(positions(rule, variants));
        let [at, len] = writer.text(path);
        let mut slot = hash(1, path.as_bytes()) as usize & (slots - 1);
        while table.get(3 * slot + 1).is_some_and(|len| *len != 0) {
            slot = (slot + 1) & (slots - 1);
        }
        if let Some(record) = table.get_mut(3 * slot..3 * slot + 3) {
            record.copy_from_slice(&[at, len, choices]);
        }
    }
    (writer.words(&table), slots as u32)
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
        there.sort_by_key(|(bytes, _)| *bytes);
    }
    there.into_iter().map(|(_, n)| n)
}

/// The response half: what the variant is, and `Vary`.
pub(super) fn encoded(writer: &mut Writer, stage: &mut StageBuilder, rules: &[Precompressed]) {
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
        let guard = guard(writer, stage, &rule.paths, None, []);
        let vary = if rule.vary { list_of_one(writer, op::MERGE_VARY, "Vary", "Accept-Encoding") } else { 0 };
        let codings = rule.encodings.iter().filter(|(coding, _)| *coding != Coding::Identity);
        let mut record = vec![0, guard, vary, codings.clone().count() as u32];
        for (coding, _) in codings {
            let mut ops = Ops::default();
            ops.push(op::SET, writer.text("Content-Encoding"), writer.text(coding.name()));
            record.extend([*coding as u32, ops.write(writer)]);
        }
        Some(Listed { rule: writer.words(&record), paths: &rule.paths, slots: Vec::new() })
    });
    stage.section(section::ENCODED, at);
    stage.output += 6;
}
