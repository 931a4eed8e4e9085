//! Lists of parameter names as one automaton, so that a name is looked up by its length and not by theirs.

use selvedge_plan::layout::names::{ACCEPTS, COUNT_SHIFT, ENDS, TARGET_BITS};

use super::writer::Writer;

/// What may stand anywhere in a name begins here.
const ROOT: usize = 0;
/// What stands at the beginning of a name begins here.
const START: usize = 1;

#[derive(Default)]
struct Node {
    /// In the order of their bytes.
    children: Vec<(u8, usize)>,
    fails_to: usize,
    flags: u32,
}

/// Writes the automaton of names; `utm_*`, `*_id` and `*x*` are wildcards.
pub(super) fn names(writer: &mut Writer, names: &[String]) -> u32 {
    let mut nodes = vec![Node::default(), Node::default()];
    for name in names {
        let (from, flag, text) = match (name.strip_prefix('*'), name.strip_suffix('*')) {
            (Some(rest), Some(_)) => (ROOT, ACCEPTS, rest.strip_suffix('*').unwrap_or(rest)),
            (Some(rest), None) => (ROOT, ENDS, rest),
            (None, Some(rest)) => (START, ACCEPTS, rest),
            (None, None) => (START, ENDS, name.as_str()),
        };
        let last = text.bytes().fold(from, |at, byte| child_or_new(&mut nodes, at, byte));
        if let Some(node) = nodes.get_mut(last) {
            node.flags |= flag;
        }
    }
    link(&mut nodes);
    write(writer, &nodes)
}

fn child(nodes: &[Node], at: usize, byte: u8) -> Option<usize> {
    let children = &nodes.get(at)?.children;
    children.iter().find(|child| child.0 == byte).map(|child| child.1)
}

fn child_or_new(nodes: &mut Vec<Node>, at: usize, byte: u8) -> usize {
    if let Some(known) = child(nodes, at, byte) {
        return known;
    }
    let new = nodes.len();
    if let Some(node) = nodes.get_mut(at) {
        let place = node.children.iter().take_while(|child| child.0 < byte).count();
        node.children.insert(place, (byte, new));
        nodes.push(Node::default());
    }
    new
}

/// Where each node fails to: the longest end of what led to it that also begins something. It holds what that one holds.
fn link(nodes: &mut [Node]) {
    let inherit = |nodes: &mut [Node], node: usize, from: usize| {
        let flags = nodes.get(from).map_or(0, |from| from.flags);
        if let Some(node) = nodes.get_mut(node) {
            node.fails_to = from;
            node.flags |= flags;
        }
    };
    inherit(nodes, START, ROOT);
    // By depth, those of the root first: a node fails to one that was linked before it.
    let mut order = vec![ROOT, START];
    let mut done = 0;
    while let Some(at) = order.get(done).copied() {
        done += 1;
        for number in 0.. {
            let Some((byte, new)) = nodes.get(at).and_then(|node| node.children.get(number)).copied() else { break };
            let mut from = at;
            let mut found = None;
            while from != ROOT && found.is_none() {
                from = nodes.get(from).map_or(ROOT, |node| node.fails_to);
                found = child(nodes, from, byte);
            }
            inherit(nodes, new, found.unwrap_or(ROOT));
            order.push(new);
        }
    }
}

fn write(writer: &mut Writer, nodes: &[Node]) -> u32 {
    let mut place = 1;
    let places: Vec<u32> = nodes
        .iter()
        .map(|node| {
            let own = place;
            place += 2 + node.children.len() as u32;
            own
        })
        .collect();
    let place = |node: usize| places.get(node).copied().unwrap_or_default();
    let mut words = vec![place(START)];
    for node in nodes {
        words.extend([place(node.fails_to), node.flags | (node.children.len() as u32) << COUNT_SHIFT]);
        words.extend(node.children.iter().map(|(byte, child)| u32::from(*byte) << TARGET_BITS | place(*child)));
    }
    writer.words(&words)
}
