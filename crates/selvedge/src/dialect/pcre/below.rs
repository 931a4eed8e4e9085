//! An expression for those paths alone that begin with a text.

use super::{Node, Pcre, Set, literal};

impl Pcre {
    /// The same expression for paths that begin so; refused where what it matches may begin before the text ends.
    pub(in crate::dialect) fn below(mut self, begin: &str) -> Result<Pcre, String> {
        let Node::Each(nodes) = &self.node else { return Err("alternatives of whole paths in a location".to_owned()) };
        let bytes = begin.as_bytes();
        if let [Node::Start, inside @ ..] = nodes.as_slice()
            && let Some(first) = inside.get(..bytes.len())
            && literal(first).as_deref() == Some(begin)
        {
            let has_case = self.fold && bytes.iter().any(u8::is_ascii_alphabetic);
            return if has_case { Err("a path without regard to case in a location".to_owned()) } else { Ok(self) };
        }
        let is_rest = |node: &Node| matches!(node, Node::Repeat { node, min: 0 | 1, max: None, .. } if **node == Node::One(Set::ALL));
        let end = match nodes.as_slice() {
            [Node::Start, first, end @ ..] | [first, end @ ..] if is_rest(first) => end,
            all => all,
        };
        // It has to end the path, and so to begin after the last slash; and there, after what the location's text has.
        let last = bytes.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        let [Node::One(first), .., Node::End] = end else {
            return Err("an expression in a location that is not for the end of paths".to_owned());
        };
        let may_begin = |byte: &u8| first.has(*byte) || (self.fold && first.folded().has(*byte));
        if self.fold && end.iter().any(|node| has(node, &is_all_but_letters)) {
            return Err("all but some letters, without regard to case, in a location".to_owned());
        }
        if end.iter().any(|node| has(node, &may_take_slash)) || last.iter().any(may_begin) {
            return Err("an expression in a location that may match what the location is for".to_owned());
        }
        let fold = std::mem::take(&mut self.fold);
        let end = end.iter().map(|node| if fold { folded(node) } else { node.clone() });
        let rest = Node::Repeat { node: Box::new(Node::One(Set::ALL)), min: 0, max: None, lazy: false };
        let text = bytes.iter().map(|byte| Node::One(Set::of([*byte])));
        self.node = Node::Each([Node::Start].into_iter().chain(text).chain([rest]).chain(end).collect());
        Ok(self)
    }
}

/// Whether a node or one in it is so.
fn has(node: &Node, is_so: &dyn Fn(&Node) -> bool) -> bool {
    is_so(node)
        || match node {
            Node::One(_) | Node::Start | Node::End => false,
            Node::Group(node, _) | Node::Repeat { node, .. } => has(node, is_so),
            Node::Each(nodes) | Node::Either(nodes) => nodes.iter().any(|node| has(node, is_so)),
        }
}

/// Whether it may match a slash, or where a path begins.
fn may_take_slash(node: &Node) -> bool {
    matches!(node, Node::Start) || matches!(node, Node::One(set) if set.has(b'/'))
}

/// All but some letters, of which case is not to count.
fn is_all_but_letters(node: &Node) -> bool {
    matches!(node, Node::One(set) if set.has(0xff) && set.folded() != *set)
}

/// A node that ignores case by itself.
fn folded(node: &Node) -> Node {
    match node {
        Node::One(set) => Node::One(set.folded()),
        Node::Start => Node::Start,
        Node::End => Node::End,
        Node::Group(inner, number) => Node::Group(Box::new(folded(inner)), *number),
        Node::Each(nodes) => Node::Each(nodes.iter().map(folded).collect()),
        Node::Either(nodes) => Node::Either(nodes.iter().map(folded).collect()),
        Node::Repeat { node, min, max, lazy } => {
            Node::Repeat { node: Box::new(folded(node)), min: *min, max: *max, lazy: *lazy }
        }
    }
}
