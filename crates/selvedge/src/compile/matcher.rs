//! A matcher: which rules of a list a path can concern.
//!
//! Exact paths go into a hash table. Patterns hang in a trie of whole segments, at the node where their first wildcard
//! that is more than one whole `:segment` begins; those that end with a literal segment are told apart by it. What is
//! left, patterns without a leading slash and regexes, is tried for every path.

use selvedge_plan::hash;
use selvedge_plan::heap::sort;
use selvedge_plan::layout::{MAX_DEPTH, entry};

use super::entry::Entry;
use super::lookup::{Lists, LookUps};
use super::pattern::{Form, flags, forms, write};
use super::writer::Writer;
use crate::by_text::ByText;
use crate::rules::{Paths, Token};

/// One rule of a list: where it was written, its paths, and the captures that its templates use.
pub(super) struct Listed<'r> {
    pub(super) rule: u32,
    pub(super) paths: &'r Paths,
    pub(super) slots: Vec<String>,
}

/// Writes the matcher of a list in rule order. `next` writes a rule and lists it: its paths are written right after it,
/// so that a decision finds all that it reads of one rule in one place.
pub(super) fn matcher<'r>(
    writer: &mut Writer,
    count: usize,
    next: &mut dyn FnMut(&mut Writer) -> Option<Listed<'r>>,
) -> u32 {
    let mut entries: Vec<Entry> = Vec::with_capacity(count);
    let mut plain = Index::default();
    let mut folded = Index { fold: true, ..Index::default() };
    let mut scan = Vec::new();
    while let Some(listed) = next(writer) {
        for pattern in &listed.paths.patterns {
            let flags = flags(pattern, listed.paths.ignore_case);
            forms(pattern, &mut |form| {
                let number = entries.len() as u32;
                let (at, len_flags) = write(writer, &form, flags, &listed.slots);
                entries.push([listed.rule, at, len_flags, 0]);
                let index = if listed.paths.ignore_case { &mut folded } else { &mut plain };
                match form {
                    Form::Exact(_) => index.exact.push(number),
                    Form::Glob { anchored: true, tokens } => index.add_pattern(&tokens, number),
                    _ => scan.push(number),
                }
            });
        }
        writer.map.rule(listed.rule, listed.paths, &entries, &[]);
    }
    let plain_table = plain.exact_table(writer, &mut entries);
    let folded_table = folded.exact_table(writer, &mut entries);
    let first_scan = scan.first().copied().unwrap_or(u32::MAX);
    for slot in plain_table.iter().filter(|slot| **slot != 0) {
        let number = (slot & 0xFF_FFFF) - 1;
        let Some(fields) = entries.get(number as usize).copied() else { continue };
        let path = writer.read(fields[1], fields[2] & 0xFF_FFFF);
        let mut earlier = first_scan.min(plain.first_pattern(path));
        if !folded.is_empty() {
            let path = path.to_ascii_lowercase();
            earlier = earlier.min(folded.first_pattern(&path)).min(folded.first_exact(&path, &folded_table));
        }
        if number < earlier
            && let Some(fields) = entries.get_mut(number as usize)
        {
            fields[2] |= entry::FINAL << 24;
        }
    }
    let mut look_ups = LookUps::default();
    let mut list = Numbers::new();
    look_ups.choose(writer, &entries, &scan);
    for (index, table) in [(&plain, &plain_table), (&folded, &folded_table)] {
        for slot in table {
            linked(&entries, *slot, |number| number, &mut list);
            look_ups.choose(writer, &entries, &list);
        }
        for list in index.nodes.iter().flat_map(Node::lists) {
            look_ups.choose(writer, &entries, list);
        }
    }
    let mut lists = Lists::new(entries, look_ups);
    let mut record = Vec::new();
    for (index, mut table) in [(plain, plain_table), (folded, folded_table)] {
        for slot in &mut table {
            linked(&lists.entries, *slot, |number| lists.place(number), &mut list);
            *slot = *slot & 0xFF00_0000 | lists.link(writer, &list);
        }
        record.extend([writer.words(&table), table.len() as u32]);
        record.extend(index.write_trie(writer, &mut lists));
    }
    record.extend([lists.link(writer, &scan), writer.words(lists.entries.as_flattened())]);
    let at = writer.words(&record);
    writer.map.list(at);
    at
}

/// The entries of an exact path, by the slot of its table.
fn linked(entries: &[Entry], slot: u32, place: impl Fn(u32) -> u32, list: &mut Numbers) {
    list.clear();
    let mut next = slot & 0xFF_FFFF;
    while let Some(number) = next.checked_sub(1) {
        list.push(number);
        next = entries.get(place(number) as usize).map_or(0, |fields| fields[3]);
    }
}

/// Numbers of entries that share a place, ascending.
type Numbers = Vec<u32>;

#[derive(Default)]
struct Index {
    fold: bool,
    exact: Numbers,
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    children: ByText<usize>,
    param: Option<usize>,
    ends: Numbers,
    rest: Numbers,
    rest_by_last: ByText<Numbers>,
}

impl Node {
    fn lists(&self) -> impl Iterator<Item = &Numbers> {
        [&self.ends, &self.rest].into_iter().chain(self.rest_by_last.values())
    }
}

impl Index {
    fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.nodes.is_empty()
    }

    fn key<'t>(&self, literal: &'t [u8]) -> std::borrow::Cow<'t, [u8]> {
        if self.fold { literal.to_ascii_lowercase().into() } else { literal.into() }
    }

    fn add_pattern(&mut self, tokens: &[Token], number: u32) {
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        let segments = Segments::of(tokens, self.fold);
        let mut at = 0;
        for segment in &segments.whole {
            at = self.child(at, segment);
        }
        let Some(node) = self.nodes.get_mut(at) else { return };
        let list = match segments.rest {
            Rest::None => &mut node.ends,
            Rest::Any => &mut node.rest,
            Rest::EndsWith(segment) => node.rest_by_last.entry(segment).or_default(),
        };
        list.push(number);
    }

    fn child(&mut self, at: usize, segment: &Segment) -> usize {
        let next = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else { return at };
        let child = match segment {
            Segment::Param => *node.param.get_or_insert(next),
            Segment::Literal(text) => match node.children.get(text) {
                Some(child) => *child,
                None => {
                    node.children.insert(text.clone(), next);
                    next
                }
            },
        };
        if child == next {
            self.nodes.push(Node::default());
        }
        child
    }

    /// The first pattern that may match `path`.
    fn first_pattern(&self, path: &str) -> u32 {
        let mut first = u32::MAX;
        let last = path.rsplit('/').next().unwrap_or_default();
        let mut open = if self.nodes.is_empty() { Vec::new() } else { vec![(0, path)] };
        while let Some((at, rest)) = open.pop() {
            let Some(node) = self.nodes.get(at) else { continue };
            let by_last = if node.rest_by_last.is_empty() { None } else { node.rest_by_last.get(last) };
            for list in [Some(&node.rest), by_last, rest.is_empty().then_some(&node.ends)].into_iter().flatten() {
                first = first.min(list.first().copied().unwrap_or(u32::MAX));
            }
            if let Some(rest) = rest.strip_prefix('/') {
                let (segment, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                let literal = node.children.get(segment).copied();
                let param = node.param.filter(|_| !segment.is_empty());
                open.extend(literal.into_iter().chain(param).map(|child| (child, rest)));
            }
        }
        first
    }

    /// The first exact entry that may be `path`: judged by the hash's tag alone.
    fn first_exact(&self, path: &str, table: &[u32]) -> u32 {
        let hash = hash(0, path.as_bytes());
        let mask = table.len().wrapping_sub(1);
        let mut slot = hash as usize & mask;
        while let Some(found) = table.get(slot).copied().filter(|found| *found != 0) {
            if found >> 24 == hash >> 24 {
                return (found & 0xFF_FFFF) - 1;
            }
            slot = (slot + 1) & mask;
        }
        u32::MAX
    }

    /// The hash table of the exact entries; those of one path are linked.
    fn exact_table(&self, writer: &Writer, entries: &mut [Entry]) -> Vec<u32> {
        if self.exact.is_empty() {
            return Vec::new();
        }
        let slots = (2 * self.exact.len()).next_power_of_two();
        let mut table = vec![0; slots];
        // The last entry of each slot's list, to which an equal path is appended.
        let mut ends: Vec<u32> = vec![0; slots];
        for number in &self.exact {
            let literal = |number: u32, entries: &[Entry]| {
                let fields = entries.get(number as usize).copied().unwrap_or_default();
                writer.read(fields[1], fields[2] & 0xFF_FFFF).as_bytes()
            };
            let own = self.key(literal(*number, entries));
            let hash = hash(0, &own);
            let mut slot = hash as usize & (slots - 1);
            while let Some(found) = table.get(slot).copied().filter(|found| *found != 0) {
                if found >> 24 == hash >> 24 && self.key(literal((found & 0xFF_FFFF) - 1, entries)) == own {
                    break;
                }
                slot = (slot + 1) & (slots - 1);
            }
            let (Some(found), Some(end)) = (table.get_mut(slot), ends.get_mut(slot)) else { continue };
            if *found == 0 {
                *found = (hash & 0xFF00_0000) | (number + 1);
            } else if let Some(fields) = entries.get_mut(*end as usize) {
                fields[3] = number + 1;
            }
            *end = *number;
        }
        table
    }

    /// `[edge table, slots, root node]`
    fn write_trie(&self, writer: &mut Writer, lists: &mut Lists) -> [u32; 3] {
        if self.nodes.is_empty() {
            return [0, 0, 0];
        }
        let first_node = writer.words(&vec![0; 4 * self.nodes.len()]);
        let offset = |node: usize| first_node + 16 * node as u32;
        let count: usize = self.nodes.iter().map(|node| node.children.len() + node.rest_by_last.len()).sum();
        let slots = (2 * count).next_power_of_two().max(2);
        let mut table = vec![0; 4 * slots];
        for (at, node) in self.nodes.iter().enumerate() {
            let mut edges: Vec<(u32, u32, &String, &[u32])> = Vec::new();
            for (segment, child) in &node.children {
                edges.push((offset(at), offset(*child), segment, &[]));
            }
            for (segment, list) in &node.rest_by_last {
                edges.push((offset(at) | 1, list.first().copied().unwrap_or(0), segment, list));
            }
            // Equal rules give equal plans, whatever the order of the map.
            sort(&mut edges, |a, b| (a.0, a.1) < (b.0, b.1));
            for (owner, child, segment, list) in edges {
                let target = if list.is_empty() { child } else { lists.link(writer, list) };
                let [text_at, text_len] = writer.text(segment);
                let mut slot = hash(owner, segment.as_bytes()) as usize & (slots - 1);
                while table.get(4 * slot).is_some_and(|owner| *owner != 0) {
                    slot = (slot + 1) & (slots - 1);
                }
                if let Some(record) = table.get_mut(4 * slot..4 * slot + 4) {
                    record.copy_from_slice(&[owner, text_at, text_len, target]);
                }
            }
            writer.set(offset(at), 0, node.param.map_or(0, offset));
            for (index, list) in [(1, &node.ends), (2, &node.rest)] {
                let first = lists.link(writer, list);
                writer.set(offset(at), index, first);
            }
            writer.set(offset(at), 3, u32::from(!node.rest_by_last.is_empty()));
        }
        [writer.words(&table), slots as u32, first_node]
    }
}

enum Segment {
    Literal(String),
    Param,
}

/// How a pattern hangs in the trie: its leading whole segments, and the rest.
struct Segments {
    whole: Vec<Segment>,
    rest: Rest,
}

enum Rest {
    None,
    Any,
    EndsWith(String),
}

impl Segments {
    fn of(tokens: &[Token], fold: bool) -> Segments {
        let case = |text: &str| if fold { text.to_ascii_lowercase() } else { text.to_owned() };
        // Segments with wildcards as "\0" (a whole parameter) or "\0\0" (anything else); paths have no NUL.
        let mut text = String::new();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                Token::Literal(literal) => text.push_str(&case(literal)),
                Token::Param(_) => {
                    let starts = text.ends_with('/');
                    let ends = match tokens.get(at + 1) {
                        None => true,
                        Some(Token::Literal(next)) => next.starts_with('/'),
                        Some(_) => false,
                    };
                    text.push_str(if starts && ends { "\0" } else { "\0\0" });
                }
                Token::Splat(_) => text.push_str("\0\0"),
            }
        }
        let mut whole = Vec::new();
        let mut rest = Rest::None;
        let last = text.rsplit('/').next().unwrap_or_default().to_owned();
        for segment in text.split('/').skip(1) {
            if segment.contains("\0\0") || whole.len() >= MAX_DEPTH {
                rest = if last.contains('\0') { Rest::Any } else { Rest::EndsWith(last) };
                break;
            }
            whole.push(if segment == "\0" { Segment::Param } else { Segment::Literal(segment.to_owned()) });
        }
        Segments { whole, rest }
    }
}
