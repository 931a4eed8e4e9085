//! Look-ups in long lists: which of their rules can hold for the values that an event has of a query parameter, a cookie,
//! a header, or for its host.
//!
//! A rule is looked up by one comparison that its `when` cannot do without: by name and value where it is for equality, else
//! by the name of the parameter or cookie. The look-up only leaves out rules that do not hold: the reader asks the guards of
//! those it finds as always.

use selvedge_plan::hash;
use selvedge_plan::layout::{condition, entry, subject, test};

use super::entry::{Entries, Entry};
use super::table::Table;
use super::writer::Writer;
use crate::by_text::ByText;

/// In shorter lists each rule is tried.
const LONG: usize = 16;
/// Values of one comparison at most: an entry is written for each.
const MAX_VALUES: usize = 256;
/// Entries of a matcher at most.
const MAX_ENTRIES: usize = 0xFF_FFFE;

/// By what an entry is looked up.
struct LookUp {
    /// With [`subject::BY_NAME`] or without.
    subject: u32,
    /// Position + 1.
    input: u32,
    /// Of each value or of the name, see [`selvedge_plan::layout`].
    keys: Vec<u32>,
}

/// The look-ups of a matcher's entries, by their numbers. Empty where no list is long.
#[derive(Default)]
pub(super) struct LookUps {
    of: Vec<Option<LookUp>>,
    copies: usize,
}

impl LookUps {
    /// Finds by what the entries of one list are looked up, if that is worth it.
    pub(super) fn choose(&mut self, writer: &Writer, entries: &Entries<'_>, list: &[u32]) {
        if list.len() < LONG {
            return;
        }
        let mut kinds: ByText<usize> = ByText::default();
        let mut able = Vec::new();
        for number in list {
            let Some(entry) = entries.get(*number) else { continue };
            let guard = writer.word(entries.record(entry), 1);
            let mut tests = Vec::new();
            if guard != 0 {
                comparisons(writer, writer.word(guard, 0), &mut tests);
            }
            // The first of its kind is tried always: it says for all of them that `Vary` names what they look at.
            if !tests.is_empty() && kinds.insert(kind(writer, entries, entry, guard), 0).is_some() {
                able.push((*number, tests));
            }
        }
        if able.len() < LONG {
            return;
        }
        let mut counts = Keys::new(able.iter().flat_map(|(_, tests)| tests).map(|test| test.keys.len()).sum());
        for key in able.iter().flat_map(|(_, tests)| tests).flat_map(|test| &test.keys) {
            counts.set(*key, counts.get(*key) + 1);
        }
        for (number, tests) in able {
            // What the fewest rules ask for leaves the fewest to try.
            let rarest = tests.into_iter().min_by_key(|test| test.keys.iter().map(|key| counts.get(*key)).max());
            let Some(rarest) = rarest else { continue };
            let copies = self.copies + rarest.keys.len() - 1;
            if entries.all.len() + copies <= MAX_ENTRIES {
                self.copies = copies;
                self.of.resize_with(entries.all.len(), || None);
                if let Some(slot) = self.of.get_mut(number as usize) {
                    *slot = Some(rarest);
                }
            }
        }
    }

    fn of(&self, number: u32) -> Option<&LookUp> {
        self.of.get(number as usize)?.as_ref()
    }
}

/// The comparisons that a condition cannot do without, and whose keys are known.
fn comparisons(writer: &Writer, at: u32, found: &mut Vec<LookUp>) {
    let word = |index| writer.word(at, index);
    match word(0) {
        condition::ALL => (0..word(1)).for_each(|n| comparisons(writer, word(2 + n), found)),
        condition::TEST => {
            let (kind, input, with) = (word(1), word(2), word(5));
            let (operator, count) = (writer.word(with, 0), writer.word(with, 2));
            let name = writer.read(word(3), word(4));
            let values = (0..count).map(|n| writer.read(writer.word(with, 3 + 2 * n), writer.word(with, 4 + 2 * n)));
            let equal = match kind {
                subject::QUERY | subject::COOKIE | subject::LINES => operator == test::EQUAL,
                subject::HOST => operator == test::HOST && !values.clone().any(|host| host.starts_with('*')),
                _ => false,
            };
            let named = matches!(kind, subject::QUERY | subject::COOKIE);
            // The second word: whether case does not count, which gives one value many keys; of `PRESENT`, whether it is
            // to be there.
            let second = writer.word(with, 1);
            let look_up = |subject: u32, texts: &mut dyn Iterator<Item = String>| {
                let keys = texts.map(|text| hash(subject << 8 | input, text.as_bytes())).collect();
                LookUp { subject, input, keys }
            };
            if input == 0 {
                return;
            }
            if equal && second == 0 && count as usize <= MAX_VALUES {
                found.push(look_up(kind, &mut values.map(|value| format!("{name}\0{value}"))));
            } else if named && (operator, second) != (test::PRESENT, 0) {
                found.push(look_up(kind | subject::BY_NAME, &mut std::iter::once(format!("{name}\0"))));
            }
        }
        _ => {}
    }
}

/// What decides whether a rule is looked at for a path of its list, and what it then adds to `Vary`: its pattern, its
/// exceptions, and the headers that it tests.
fn kind(writer: &Writer, entries: &Entries<'_>, entry: &Entry, guard: u32) -> String {
    let flags = entry.flags & !entry::FINAL;
    let mut bytes = [writer.word(guard, 1), flags].map(u32::to_le_bytes).concat();
    // The list of an exact path has nothing but that path.
    if flags & entry::EXACT == 0 {
        bytes.extend(entries.pattern(entry));
    }
    for n in 0..writer.word(guard, 2) {
        let [at, len_flags] = [3, 4].map(|index| writer.word(guard, index + 2 * n));
        bytes.extend(len_flags.to_le_bytes());
        bytes.extend(writer.read_bytes(at, len_flags & 0xFF_FFFF));
    }
    bytes.into_iter().map(char::from).collect()
}

/// The entries of a matcher as they are written: in the order of the rules, with the links of their lists.
pub(super) struct Lists<'r> {
    pub(super) entries: Entries<'r>,
    look_ups: LookUps,
    /// The new number of each entry; empty where it is the old one.
    pub(super) places: Vec<u32>,
    /// What lists with look-ups lead to.
    tables: Vec<Keyed>,
}

/// Lists by the keys of values: `(key, first entry)`, and what has values, `(subject, input + 1)`.
struct Keyed {
    table: Table,
    sources: Vec<[u32; 2]>,
}

impl<'r> Lists<'r> {
    /// An entry that is looked up by several values is there once for each.
    pub(super) fn new(entries: Entries<'r>, look_ups: LookUps) -> Lists<'r> {
        let mut lists = Lists { entries, look_ups, places: Vec::new(), tables: Vec::new() };
        if lists.look_ups.copies > 0 {
            let mut all = Vec::with_capacity(lists.entries.all.len() + lists.look_ups.copies);
            for (number, entry) in (0..).zip(&lists.entries.all) {
                lists.places.push(all.len() as u32);
                let copies = lists.look_ups.of(number).map_or(1, |look_up| look_up.keys.len().max(1));
                all.extend(std::iter::repeat_n(*entry, copies));
            }
            lists.entries.all = all;
        }
        lists
    }

    /// The new number of an entry.
    fn place(&self, number: u32) -> u32 {
        self.places.get(number as usize).copied().unwrap_or(number)
    }

    /// Links a list; its first entry + 1, 0 for none.
    pub(super) fn link(&mut self, list: &[u32]) -> u32 {
        let mut rest = Link::default();
        let mut found = Vec::new();
        for number in list {
            match self.look_ups.of(*number) {
                Some(_) => found.push(*number),
                None => {
                    let place = self.place(*number);
                    rest.add(&mut self.entries.all, place);
                }
            }
        }
        let Some(any) = found.first().map(|number| self.place(*number)) else { return rest.first };
        let count = found.iter().filter_map(|number| self.look_ups.of(*number)).map(|look_up| look_up.keys.len()).sum();
        let mut keys = Keys::new(count);
        let mut links = vec![Link::default(); keys.slots.len()];
        let mut sources: Vec<[u32; 2]> = Vec::new();
        for number in found {
            let first = self.place(number);
            let Some(look_up) = self.look_ups.of(number) else { continue };
            let source = [look_up.subject, look_up.input];
            if !sources.contains(&source) {
                sources.push(source);
            }
            for (place, key) in (first..).zip(&look_up.keys) {
                let slot = keys.slot(*key);
                if let Some(link) = links.get_mut(slot) {
                    link.add(&mut self.entries.all, place);
                    keys.set(*key, link.first);
                }
            }
        }
        let used: Vec<(u32, u32)> =
            keys.slots.iter().filter(|slot| slot[1] != 0).map(|slot| (slot[0], slot[1])).collect();
        self.entries.add_look_ups(self.tables.len(), rest.first, any);
        self.tables.push(Keyed { table: Table::new(&used), sources });
        self.entries.all.len() as u32
    }

    /// Writes the entries; where each of them stands.
    pub(super) fn write(&mut self, writer: &mut Writer) -> Vec<u32> {
        let Lists { entries, tables, .. } = self;
        entries.write(writer, &mut |writer, number, places| {
            let Some(keyed) = tables.get_mut(number as usize) else { return 0 };
            keyed.table.place(places);
            let mut record = vec![keyed.table.write(writer), keyed.sources.len() as u32];
            record.extend(keyed.sources.as_flattened());
            writer.asks_for_more(true);
            writer.words(&record)
        })
    }
}

/// A list that is being linked: its first entry + 1, and its last.
#[derive(Clone, Copy, Default)]
struct Link {
    first: u32,
    last: u32,
}

impl Link {
    fn add(&mut self, entries: &mut [Entry], number: u32) {
        if self.first == 0 {
            self.first = number + 1;
        } else if let Some(entry) = entries.get_mut(self.last as usize) {
            entry.next = number + 1;
        }
        if let Some(entry) = entries.get_mut(number as usize) {
            entry.next = 0;
        }
        self.last = number;
    }
}

/// A number for each key: open addressing, at most half full.
struct Keys {
    slots: Vec<[u32; 2]>,
}

impl Keys {
    fn new(count: usize) -> Keys {
        Keys { slots: vec![[0; 2]; (2 * count).next_power_of_two().max(2)] }
    }

    fn slot(&self, key: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = key as usize & mask;
        while self.slots.get(slot).is_some_and(|[known, number]| *number != 0 && *known != key) {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// The number of a key; 0 for a new one.
    fn get(&self, key: u32) -> u32 {
        self.slots.get(self.slot(key)).map_or(0, |[_, number]| *number)
    }

    fn set(&mut self, key: u32, number: u32) {
        let slot = self.slot(key);
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = [key, number];
        }
    }
}
