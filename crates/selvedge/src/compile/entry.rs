//! The entries of a matcher under construction, and how they are written with their rules.

use selvedge_plan::layout::entry;

use super::bytes::{padded, push_number};
use super::matcher::Listed;
use super::pattern::{Form, push};
use super::writer::Writer;
use crate::rules::Paths;

/// A pattern of a rule, or the beginning of a list with look-ups.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    /// The number of its rule; of look-ups, their own.
    pub(super) rule: u32,
    pub(super) flags: u32,
    /// The number of the next entry of its list, + 1.
    pub(super) next: u32,
    /// Where its pattern is in the bytes, and its length.
    at: u32,
    len: u32,
}

/// A rule: its words, and where it is in the bytes.
struct Rule<'r> {
    record: u32,
    at: u32,
    len: u32,
    paths: &'r Paths,
}

#[derive(Default)]
pub(super) struct Entries<'r> {
    /// In the order of the rules.
    pub(super) all: Vec<Entry>,
    rules: Vec<Rule<'r>>,
    /// Rules and patterns as they are going to be written.
    bytes: Vec<u8>,
}

impl<'r> Entries<'r> {
    pub(super) fn with_room(rules: usize) -> Entries<'r> {
        Entries { all: Vec::with_capacity(rules), rules: Vec::with_capacity(rules), bytes: Vec::new() }
    }

    /// Adds a rule, to which the entries belong that are added next.
    pub(super) fn rule(&mut self, listed: &Listed<'r>) {
        let at = self.bytes.len();
        push_number(&mut self.bytes, listed.record / 4);
        self.bytes.extend_from_slice(&listed.own);
        let len = (self.bytes.len() - at) as u32;
        self.rules.push(Rule { record: listed.record, at: at as u32, len, paths: listed.paths });
    }

    /// Adds an entry; its number.
    pub(super) fn add(
        &mut self,
        writer: &mut Writer,
        form: &Form<'_>,
        tail: bool,
        flags: u32,
        slots: &[String],
    ) -> u32 {
        let at = self.bytes.len();
        let flags = push(writer, &mut self.bytes, form, tail, flags, slots);
        let len = (self.bytes.len() - at) as u32;
        self.all.push(Entry { rule: self.rules.len() as u32 - 1, flags, next: 0, at: at as u32, len });
        self.all.len() as u32 - 1
    }

    /// Adds the beginning of a list with look-ups, which has `entry`: by its path, where it is exact, the list is found.
    pub(super) fn add_look_ups(&mut self, number: usize, next: u32, entry: u32) {
        let Some(entry) = self.get(entry).copied() else { return };
        self.all.push(Entry { rule: number as u32, flags: entry::LOOK_UP, next, ..entry });
    }

    pub(super) fn get(&self, number: u32) -> Option<&Entry> {
        self.all.get(number as usize)
    }

    /// The pattern of an entry, as it is going to be written.
    pub(super) fn pattern(&self, entry: &Entry) -> &[u8] {
        self.part(entry.at, entry.len)
    }

    fn part(&self, at: u32, len: u32) -> &[u8] {
        self.bytes.get(at as usize..(at + len) as usize).unwrap_or_default()
    }

    /// The literal path of an exact entry.
    pub(super) fn literal(&self, number: u32) -> &str {
        let bytes = self.get(number).map_or(&[][..], |entry| self.pattern(entry));
        // After its length.
        let start = bytes.iter().position(|byte| *byte < 0x80).map_or(0, |last| last + 1);
        str::from_utf8(bytes.get(start..).unwrap_or_default()).unwrap_or_default()
    }

    /// Where the words of an entry's rule stand.
    pub(super) fn record(&self, entry: &Entry) -> u32 {
        self.rules.get(entry.rule as usize).map_or(0, |rule| rule.record)
    }

    /// Writes the rules, each with its entries right after it, so that a decision finds all that it reads of one rule in one
    /// place. `look_ups` writes the record of look-ups, when it is known where the entries stand. Where each of them stands.
    pub(super) fn write(
        &self,
        writer: &mut Writer,
        look_ups: &mut dyn FnMut(&mut Writer, u32, &[u32]) -> u32,
    ) -> Vec<u32> {
        let mut places = Vec::with_capacity(self.all.len());
        // Where a number goes that is not known yet, and the entry that it is about.
        let mut links = Vec::new();
        let mut records = Vec::new();
        let mut rules = self.rules.iter();
        let (mut last, mut rule_at) = (u32::MAX, 0);
        for (own, entry) in (0..).zip(&self.all) {
            let looks_up = entry.flags & entry::LOOK_UP != 0;
            if !looks_up && entry.rule != last {
                last = entry.rule;
                if let Some(rule) = rules.next() {
                    rule_at = writer.bytes(self.part(rule.at, rule.len));
                    writer.map.rule(rule_at, rule.record, rule.paths);
                }
            }
            let at = writer.number(entry.flags | if entry.next == 0 { 0 } else { entry::NEXT });
            if looks_up {
                records.push((writer.bytes(&padded(0)), own));
            } else {
                writer.number(at - rule_at);
            }
            if entry.next != 0 {
                links.push((writer.bytes(&padded(0)), own));
            }
            let pattern = writer.bytes(self.pattern(entry));
            if !looks_up {
                writer.map.pattern([pattern, entry.len | entry.flags << 24]);
            }
            places.push(at);
        }
        let place = |number: u32| places.get(number as usize).copied().unwrap_or_default();
        for (at, own) in links {
            let next = self.get(own).map_or(0, |entry| entry.next);
            writer.set_bytes(at, &padded(place(next.wrapping_sub(1)).wrapping_sub(place(own))));
        }
        for (at, own) in records {
            let record = look_ups(writer, self.get(own).map_or(0, |entry| entry.rule), &places);
            writer.set_bytes(at, &padded(place(own).wrapping_sub(record)));
        }
        places
    }
}
