//! The index of a matcher: exact paths by their hash, and patterns in a trie of whole segments.
//!
//! A pattern hangs at the node where its first wildcard that is more than one whole `:segment` begins; patterns that end with
//! a literal segment are told apart by it.

use selvedge_plan::hash;
use selvedge_plan::heap::sort;
use selvedge_plan::layout::{MAX_DEPTH, node};

use super::entry::Entries;
use super::table::{Table, place};
use super::writer::Writer;
use crate::by_text::ByText;
use crate::rules::Token;

/// Entries that share a place.
#[derive(Default)]
pub(super) struct List {
    /// Ascending.
    pub(super) numbers: Vec<u32>,
    /// The entry that it begins with, + 1, once it is linked.
    pub(super) first: u32,
}

#[derive(Default)]
pub(super) struct Index {
    fold: bool,
    /// Hashes of exact paths, and their entries.
    exact: Vec<(u32, u32)>,
    /// The first entry of each exact path.
    pub(super) table: Table,
    nodes: Vec<Node>,
    /// The lists of the nodes; the first one is that of those that have none.
    pub(super) lists: Vec<List>,
}

#[derive(Default)]
struct Node {
    children: ByText<usize>,
    param: Option<usize>,
    /// Numbers of lists.
    ends: usize,
    rest: usize,
    rest_by_last: ByText<usize>,
}

impl Index {
    /// Of texts in which ASCII case does not count.
    pub(super) fn folded() -> Index {
        Index { fold: true, ..Index::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.nodes.is_empty()
    }

    pub(super) fn add_exact(&mut self, path: &str, number: u32) {
        let hash = if self.fold { hash(0, path.to_ascii_lowercase().as_bytes()) } else { hash(0, path.as_bytes()) };
        self.exact.push((hash, number));
    }

    /// Makes the table of the exact paths; entries of one path are linked.
    pub(super) fn make_table(&mut self, entries: &mut Entries<'_>) {
        let mut table = Table::new(&self.exact);
        // The last entry of each list, to which an equal path is appended; 0: the first is.
        let mut ends: Vec<u32> = Vec::new();
        table.join(|known, number| {
            let (path, other) = (entries.literal(known), entries.literal(number));
            let same = if self.fold { path.eq_ignore_ascii_case(other) } else { path == other };
            if same {
                ends.resize(entries.all.len(), 0);
                if let Some(end) = ends.get_mut(known as usize) {
                    let last = if *end == 0 { known } else { *end };
                    *end = number;
                    if let Some(entry) = entries.all.get_mut(last as usize) {
                        entry.next = number + 1;
                    }
                }
            }
            same
        });
        self.table = table;
    }

    pub(super) fn add_pattern(&mut self, tokens: &[Token], number: u32) {
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
            self.lists.push(List::default());
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
        if *list == 0 {
            *list = self.lists.len();
            self.lists.push(List::default());
        }
        if let Some(list) = self.lists.get_mut(*list) {
            list.numbers.push(number);
        }
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
    pub(super) fn first_pattern(&self, path: &str) -> u32 {
        let mut first = u32::MAX;
        let last = path.rsplit('/').next().unwrap_or_default();
        let mut open = if self.nodes.is_empty() { Vec::new() } else { vec![(0, path)] };
        while let Some((at, rest)) = open.pop() {
            let Some(node) = self.nodes.get(at) else { continue };
            let by_last =
                if node.rest_by_last.is_empty() { 0 } else { node.rest_by_last.get(last).copied().unwrap_or(0) };
            for list in [node.rest, by_last, if rest.is_empty() { node.ends } else { 0 }] {
                let number = self.lists.get(list).and_then(|list| list.numbers.first());
                first = first.min(number.copied().unwrap_or(u32::MAX));
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

    /// The first exact entry that may be `path`: judged by the hash alone.
    pub(super) fn first_exact(&self, path: &str) -> u32 {
        self.table.get(hash(0, path.as_bytes())).next().unwrap_or(u32::MAX)
    }

    /// Writes `[table of exact paths, table of edges, root node]`; `places`: where entries stand.
    pub(super) fn write(&mut self, writer: &mut Writer, places: &[u32]) -> [u32; 3] {
        self.table.place(places);
        let exact = self.table.write(writer);
        if self.nodes.is_empty() {
            return [exact, 0, 0];
        }
        let by_last: usize = self.nodes.iter().map(|node| node.rest_by_last.len()).sum();
        let root = writer.words(&vec![0; node::WORDS as usize * (self.nodes.len() + by_last)]);
        let offset = |node: usize| root + 4 * node::WORDS * node as u32;
        let first = |list: usize| place(places, self.lists.get(list).map_or(0, |list| list.first));
        let mut edges = Vec::new();
        let mut next = self.nodes.len();
        for (at, node) in self.nodes.iter().enumerate() {
            let own = offset(at);
            // Whether it is a list by the last segment, the node or the list, and the segment.
            let mut leads: Vec<(u32, usize, &str)> = Vec::new();
            for (lists, map) in [(0, &node.children), (1, &node.rest_by_last)] {
                leads.extend(map.iter().map(|(segment, to)| (lists, *to, segment.as_str())));
            }
            // Equal rules give equal plans, whatever the order of the map.
            sort(&mut leads, |a, b| (a.0, a.1) < (b.0, b.1));
            for (lists, to, segment) in leads {
                let child = offset(if lists == 0 { to } else { next });
                if lists != 0 {
                    next += 1;
                    writer.set(child, node::REST, first(to));
                }
                edges.push((hash(own | lists, segment.as_bytes()), child));
                let [text_at, len] = writer.text(segment);
                writer.set(child, node::PARENT, own | lists);
                writer.set(child, node::SEGMENT, text_at);
                // A child comes after its parent: its flag is set later.
                writer.set(child, node::SEGMENT + 1, len);
            }
            writer.set(own, node::PARAM, node.param.map_or(0, offset));
            writer.set(own, node::ENDS, first(node.ends));
            writer.set(own, node::REST, first(node.rest));
            if !node.rest_by_last.is_empty() {
                let len = writer.word(own, node::SEGMENT + 1);
                writer.set(own, node::SEGMENT + 1, len | node::BY_LAST);
            }
        }
        [exact, Table::new(&edges).write(writer), root]
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
