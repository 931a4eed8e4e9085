//! A matcher: which rules of a list a path can concern.
//!
//! Exact paths go into a hash table. Patterns hang in a trie of whole segments, at the node where their first wildcard
//! that is more than one whole `:segment` begins; those that end with a literal segment are told apart by it. What is
//! left, patterns without a leading slash and regexes, is tried for every path.

use std::collections::HashMap;

use selvedge_plan::hash;
use selvedge_plan::layout::{MAX_DEPTH, entry};

use super::pattern::{Form, forms, write};
use super::writer::Writer;
use crate::rules::{Paths, Token};

/// One rule of a list: where it was written, its paths, and the captures that its templates use.
pub(super) struct Listed<'r> {
    pub(super) rule: u32,
    pub(super) paths: &'r Paths,
    pub(super) slots: Vec<String>,
}

/// Writes the matcher of a list in rule order.
pub(super) fn matcher(writer: &mut Writer, rules: &[Listed<'_>]) -> u32 {
    let mut entries: Vec<[u32; 4]> = Vec::with_capacity(rules.len());
    let mut plain = Index::default();
    let mut folded = Index::default();
    let mut scan = Vec::new();
    for listed in rules {
        for form in listed.paths.patterns.iter().flat_map(forms) {
            let fold = listed.paths.ignore_case;
            let number = entries.len() as u32;
            let (at, len_flags) = write(writer, &form, fold, &listed.slots);
            entries.push([listed.rule, at, len_flags, 0]);
            let index = if fold { &mut folded } else { &mut plain };
            match form {
                Form::Exact(path) => index.add_exact(if fold { path.to_ascii_lowercase() } else { path }, number),
                Form::Glob { anchored: true, tokens } => index.add_pattern(&tokens, fold, number),
                _ => scan.push(number),
            }
        }
    }
    let first_scan = scan.first().copied().unwrap_or(u32::MAX);
    for (path, numbers) in &plain.exact {
        let Some(first) = numbers.first() else { continue };
        let earlier = plain.first_pattern(path).min(first_scan);
        let folded_first = folded.first_of(&path.to_ascii_lowercase());
        if *first < earlier.min(folded_first)
            && let Some(fields) = entries.get_mut(*first as usize)
        {
            fields[2] |= entry::FINAL << 24;
        }
    }
    let mut record = Vec::new();
    for index in [plain, folded] {
        record.extend(index.write(writer, &mut entries));
    }
    let scan_at = writer.words(&scan);
    let entries_at = writer.words(entries.as_flattened());
    record.extend([scan_at, scan.len() as u32, entries_at, entries.len() as u32]);
    writer.words(&record)
}

#[derive(Default)]
struct Index {
    exact: HashMap<String, Vec<u32>>,
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    children: HashMap<String, usize>,
    param: Option<usize>,
    ends: Vec<u32>,
    rest: Vec<u32>,
    rest_by_last: HashMap<String, Vec<u32>>,
}

impl Index {
    fn add_exact(&mut self, path: String, number: u32) {
        self.exact.entry(path).or_default().push(number);
    }

    fn add_pattern(&mut self, tokens: &[Token], fold: bool, number: u32) {
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        let segments = Segments::of(tokens, fold);
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

    /// The first entry, pattern or exact, that may match `path`.
    fn first_of(&self, path: &str) -> u32 {
        let exact = self.exact.get(path).and_then(|numbers| numbers.first()).copied();
        exact.unwrap_or(u32::MAX).min(self.first_pattern(path))
    }

    /// The first pattern that may match `path`.
    fn first_pattern(&self, path: &str) -> u32 {
        let mut first = u32::MAX;
        let last = path.rsplit('/').next().unwrap_or_default();
        let mut open = if self.nodes.is_empty() { Vec::new() } else { vec![(0, path)] };
        while let Some((at, rest)) = open.pop() {
            let Some(node) = self.nodes.get(at) else { continue };
            let by_last = node.rest_by_last.get(last);
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

    fn write(self, writer: &mut Writer, entries: &mut [[u32; 4]]) -> [u32; 5] {
        let (exact_at, exact_slots) = self.write_exact(writer, entries);
        let (edges_at, edge_slots, root) = self.write_trie(writer, entries);
        [exact_at, exact_slots, edges_at, edge_slots, root]
    }

    fn write_exact(&self, writer: &mut Writer, entries: &mut [[u32; 4]]) -> (u32, u32) {
        if self.exact.is_empty() {
            return (0, 0);
        }
        let mut table = vec![0; (2 * self.exact.len()).next_power_of_two()];
        // In rule order, so that equal rules give equal plans.
        let mut paths: Vec<(&String, u32)> =
            self.exact.iter().map(|(path, numbers)| (path, link(numbers, entries))).collect();
        paths.sort_unstable_by_key(|(_, first)| *first);
        for (path, first) in paths {
            let hash = hash(0, path.as_bytes());
            place(&mut table, hash, 1, |slot| slot.copy_from_slice(&[(hash & 0xFF00_0000) | (first + 1)]));
        }
        (writer.words(&table), table.len() as u32)
    }

    fn write_trie(&self, writer: &mut Writer, entries: &mut [[u32; 4]]) -> (u32, u32, u32) {
        if self.nodes.is_empty() {
            return (0, 0, 0);
        }
        let first_node = writer.words(&vec![0; 4 * self.nodes.len()]);
        let offset = |node: usize| first_node + 16 * node as u32;
        let count: usize = self.nodes.iter().map(|node| node.children.len() + node.rest_by_last.len()).sum();
        let slots = (2 * count).next_power_of_two().max(2);
        let mut table = vec![0; 4 * slots];
        for (at, node) in self.nodes.iter().enumerate() {
            let mut edges: Vec<(u32, &String, u32)> =
                node.children.iter().map(|(segment, child)| (offset(at), segment, offset(*child))).collect();
            for (segment, numbers) in &node.rest_by_last {
                edges.push((offset(at) | 1, segment, link(numbers, entries) + 1));
            }
            edges.sort_unstable_by_key(|(owner, segment, _)| (*owner, *segment));
            for (owner, segment, target) in edges {
                let [text_at, text_len] = writer.text(segment);
                place(&mut table, hash(owner, segment.as_bytes()), 4, |slot| {
                    slot.copy_from_slice(&[owner, text_at, text_len, target]);
                });
            }
            let first = |numbers: &[u32], entries: &mut [[u32; 4]]| {
                if numbers.is_empty() { 0 } else { link(numbers, entries) + 1 }
            };
            writer.set(offset(at), 0, node.param.map_or(0, offset));
            writer.set(offset(at), 1, first(&node.ends, entries));
            writer.set(offset(at), 2, first(&node.rest, entries));
            writer.set(offset(at), 3, u32::from(!node.rest_by_last.is_empty()));
        }
        (writer.words(&table), slots as u32, first_node)
    }
}

/// Puts a record of `words` words into an open-addressed table.
fn place(table: &mut [u32], hash: u32, words: usize, fill: impl FnOnce(&mut [u32])) {
    let slots = table.len() / words;
    let mut slot = hash as usize & (slots - 1);
    while table.get(words * slot).is_some_and(|first| *first != 0) {
        slot = (slot + 1) & (slots - 1);
    }
    if let Some(record) = table.get_mut(words * slot..words * (slot + 1)) {
        fill(record);
    }
}

/// Links the entries of one list and returns the first.
fn link(numbers: &[u32], entries: &mut [[u32; 4]]) -> u32 {
    for pair in numbers.windows(2) {
        if let [number, next] = pair
            && let Some(fields) = entries.get_mut(*number as usize)
        {
            fields[3] = next + 1;
        }
    }
    numbers.first().copied().unwrap_or(0)
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
