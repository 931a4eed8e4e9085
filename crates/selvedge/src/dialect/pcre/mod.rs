//! Perl's regular expressions as those of rules: translated where they mean the same, refused where they do not.
//!
//! A server compares them with a decoded path or with a header; rules have the normalised path, in which some bytes are three
//! characters. So an expression is read into a tree of sets of bytes, and written for what it is compared with.

mod parse;
mod path;
mod set;

use set::Set;

pub(super) use path::{PathPattern, Spelled};

/// An expression, read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pcre {
    node: Node,
    /// How many groups capture.
    groups: usize,
    fold: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    /// One byte of these.
    One(Set),
    Start,
    End,
    /// Captures, if it has a number.
    Group(Box<Node>, Option<usize>),
    Each(Vec<Node>),
    Either(Vec<Node>),
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
        lazy: bool,
    },
}

impl Pcre {
    /// Reads an expression. The error says what rules do not have.
    pub(super) fn new(text: &str, fold: bool) -> Result<Pcre, String> {
        let (node, groups, _, folds) = parse::parse(text)?;
        Ok(Pcre { node, groups, fold: fold || folds })
    }

    /// For the normalised path. `base` is what the server took off the path before it compared: `/` in a directory's file.
    pub(super) fn path(&self, base: &str) -> Result<PathPattern, String> {
        path::pattern(self, base)
    }
}

/// The text that nodes match, if each is one byte.
fn literal(nodes: &[Node]) -> Option<String> {
    let bytes: Option<Vec<u8>> =
        nodes.iter().map(|node| if let Node::One(set) = node { set.only() } else { None }).collect();
    String::from_utf8(bytes?).ok()
}

#[cfg(test)]
mod tests;
