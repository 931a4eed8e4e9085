//! A matcher: which rules of a list a path can concern.
//!
//! Exact paths go into a hash table. Patterns hang in a trie, see [`super::index`]. What is left, patterns without a leading
//! slash and regexes, is tried for every path.

use selvedge_plan::layout::entry;

use super::entry::Entries;
use super::index::{Index, List};
use super::lookup::{Lists, LookUps};
use super::pattern::{Form, flags, written};
use super::table::place;
use super::writer::Writer;
use crate::rules::Paths;

/// One rule of a list: its words, what it has for itself, its paths, and the captures that its templates use.
pub(super) struct Listed<'r> {
    pub(super) record: u32,
    pub(super) own: Vec<u8>,
    pub(super) paths: &'r Paths,
    pub(super) slots: Vec<String>,
}

/// Writes the matcher of a list in rule order. `next` lists a rule.
pub(super) fn matcher<'r>(
    writer: &mut Writer,
    count: usize,
    next: &mut dyn FnMut(&mut Writer) -> Option<Listed<'r>>,
) -> u32 {
    let mut entries = Entries::with_room(count);
    let mut plain = Index::default();
    let mut folded = Index::folded();
    let mut scan = List::default();
    while let Some(listed) = next(writer) {
        entries.rule(&listed);
        let index = if listed.paths.ignore_case { &mut folded } else { &mut plain };
        for pattern in &listed.paths.patterns {
            let flags = flags(pattern, listed.paths.ignore_case);
            written(pattern, &mut |form, tail| {
                let number = entries.add(writer, &form, tail, flags, &listed.slots);
                match form {
                    Form::Exact(path) => index.add_exact(path, number),
                    Form::Glob { anchored: true, tokens } => index.add_pattern(&tokens, number),
                    _ => scan.numbers.push(number),
                }
            });
        }
    }
    plain.make_table(&mut entries);
    folded.make_table(&mut entries);
    mark_final(&mut entries, &plain, &folded, &scan);
    let mut look_ups = LookUps::default();
    let mut numbers = Vec::new();
    look_ups.choose(writer, &entries, &scan.numbers);
    for index in [&plain, &folded] {
        for list in &index.lists {
            look_ups.choose(writer, &entries, &list.numbers);
        }
        for (_, first) in &index.table.slots {
            linked(&entries, *first, &[], &mut numbers);
            look_ups.choose(writer, &entries, &numbers);
        }
    }
    let mut lists = Lists::new(entries, look_ups);
    for index in [&mut plain, &mut folded] {
        for (_, first) in &mut index.table.slots {
            linked(&lists.entries, *first, &lists.places, &mut numbers);
            *first = lists.link(&numbers);
        }
        for list in &mut index.lists {
            list.first = lists.link(&list.numbers);
        }
    }
    scan.first = lists.link(&scan.numbers);
    let places = lists.write(writer);
    let mut record = Vec::new();
    for index in [&mut plain, &mut folded] {
        record.extend(index.write(writer, &places));
    }
    record.push(place(&places, scan.first));
    let at = writer.words(&record);
    writer.map.list(at);
    at
}

/// Finds the exact paths that nothing before them can pre-empt.
fn mark_final(entries: &mut Entries<'_>, plain: &Index, folded: &Index, scan: &List) {
    let first_scan = scan.numbers.first().copied().unwrap_or(u32::MAX);
    for (_, number) in &plain.table.slots {
        let path = entries.literal(*number);
        let mut earlier = first_scan.min(plain.first_pattern(path));
        if !folded.is_empty() {
            let path = path.to_ascii_lowercase();
            earlier = earlier.min(folded.first_pattern(&path)).min(folded.first_exact(&path));
        }
        if *number < earlier
            && let Some(entry) = entries.all.get_mut(*number as usize)
        {
            entry.flags |= entry::FINAL;
        }
    }
}

/// The entries of a list that is linked; `places` are their new numbers, where they have such.
fn linked(entries: &Entries<'_>, first: u32, places: &[u32], list: &mut Vec<u32>) {
    list.clear();
    let mut next = first + 1;
    while let Some(number) = next.checked_sub(1) {
        list.push(number);
        let entry = entries.get(places.get(number as usize).copied().unwrap_or(number));
        next = entry.map_or(0, |entry| entry.next);
    }
}
