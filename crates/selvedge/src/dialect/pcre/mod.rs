//! Perl's regular expressions as those of rules: translated where they mean the same, refused where they do not.
//!
//! A server compares them with a decoded path or with a header; rules have the normalised path, in which some bytes are three
//! characters. So an expression is read into a tree of sets of bytes, and written for what it is compared with.

mod ahead;
mod below;
mod parse;
mod path;
mod set;
mod text;
mod words;

use set::Set;

pub(super) use path::{PathPattern, Spelled};
pub(super) use words::Bounded;

/// An expression, read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pcre {
    node: Node,
    /// How many groups capture.
    pub(super) groups: usize,
    /// Their names, by their numbers from 1.
    pub(super) names: Vec<(String, usize)>,
    fold: bool,
}

/// An expression to compare texts with; it may match all where it cannot be compiled.
pub(super) struct Matcher(Option<regex_lite::Regex>);

impl Matcher {
    pub(super) fn may_match(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|regex| regex.is_match(text))
    }
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

impl Node {
    fn inside(&self) -> &[Node] {
        match self {
            Node::One(_) | Node::Start | Node::End => &[],
            Node::Group(node, _) | Node::Repeat { node, .. } => std::slice::from_ref(node),
            Node::Each(nodes) | Node::Either(nodes) => nodes,
        }
    }

    fn group(&self, number: usize) -> Option<&Node> {
        match self {
            Node::Group(_, Some(own)) if *own == number => Some(self),
            node => node.inside().iter().find_map(|inside| inside.group(number)),
        }
    }

    fn may_hold(&self, byte: u8) -> bool {
        match self {
            Node::One(set) => set.has(byte),
            node => node.inside().iter().any(|inside| inside.may_hold(byte)),
        }
    }
}

impl Pcre {
    /// Reads an expression. The error says what rules do not have.
    pub(super) fn new(text: &str, fold: bool) -> Result<Pcre, String> {
        let (node, groups, names, folds) = parse::parse(text, fold)?;
        Ok(Pcre { node, groups, names, fold: fold || folds })
    }

    /// For a text that is compared as it is: a header, a host.
    pub(super) fn text(&self) -> Result<String, String> {
        let out = text::write(&self.node)?;
        Ok(if self.fold { format!("(?i){out}") } else { out })
    }

    /// The same, with groups that have names.
    pub(super) fn named(&self, names: &[String]) -> Result<String, String> {
        let mut text = self.text()?;
        for name in names.iter().rev() {
            // A group that captures is the only thing that begins so; an escaped one is after a backslash, or in a class.
            let at = last_group(&text).ok_or("a group that cannot be named")?;
            text.replace_range(at..at + 1, &format!("(?<{name}>"));
        }
        Ok(text)
    }

    /// The only text that it matches, if there is one and its case counts.
    pub(super) fn only(&self) -> Option<String> {
        let Node::Each(nodes) = &self.node else { return None };
        let [Node::Start, inside @ .., Node::End] = nodes.as_slice() else { return None };
        literal(inside)
    }

    /// Whether a group may hold a byte.
    pub(super) fn may_hold(&self, group: usize, byte: u8) -> bool {
        self.node.group(group).is_some_and(|inside| inside.may_hold(byte))
    }

    /// Whether it is one way from the beginning to the end, of characters that no escape stands for.
    pub(super) fn is_unreserved(&self) -> bool {
        let Node::Each(nodes) = &self.node else { return false };
        let is_anchored = matches!(nodes.as_slice(), [Node::Start, .., Node::End]);
        is_anchored && !self.fold && nodes.iter().all(path::is_unreserved_node)
    }

    /// As patterns of files by their names, at any depth.
    pub(super) fn file_names(&self) -> Result<Vec<String>, String> {
        let ways = match &self.node {
            Node::Either(ways) => ways.clone(),
            Node::Each(nodes) => split(nodes).unwrap_or_else(|| vec![self.node.clone()]),
            node => vec![node.clone()],
        };
        ways.iter().map(|way| self.file_name(way)).collect()
    }

    fn file_name(&self, node: &Node) -> Result<String, String> {
        let nodes = if let Node::Each(nodes) = node { nodes.as_slice() } else { std::slice::from_ref(node) };
        if path::has_inner_start(&Node::Each(nodes.to_vec())) {
            return Err("\"^\" inside an expression".to_owned());
        }
        let fold = if self.fold { "(?i)" } else { "" };
        let (start, nodes) = match nodes {
            [Node::Start, rest @ ..] => ("/", rest),
            all => ("/[^/]*", all),
        };
        // Of an open end it is still the last segment.
        let end = if nodes.last() == Some(&Node::End) { "" } else { "[^/]*$" };
        Ok(format!("~{fold}{start}{}{end}", path::spell_path(&Node::Each(nodes.to_vec()))?))
    }

    /// Whether it may match a text as the server has it.
    pub(super) fn may_match(&self, text: &str) -> bool {
        self.matcher().may_match(text)
    }

    /// Compiled once, for many texts.
    pub(super) fn matcher(&self) -> Matcher {
        Matcher(self.text().ok().and_then(|source| regex_lite::Regex::new(&source).ok()))
    }

    /// For the normalised path. `base` is what the server took off the path before it compared: `/` in a directory's file.
    pub(super) fn path(&self, base: &str) -> Result<PathPattern, String> {
        path::pattern(self, base)
    }
}

/// The ways of a group at the beginning, each with what follows it, where one of them says that it is the beginning.
fn split(nodes: &[Node]) -> Option<Vec<Node>> {
    let [Node::Group(inner, _), rest @ ..] = nodes else { return None };
    let Node::Either(ways) = inner.as_ref() else { return None };
    let whole = |way: &Node| {
        let way = if let Node::Each(nodes) = way { nodes.as_slice() } else { std::slice::from_ref(way) };
        Node::Each([way, rest].concat())
    };
    path::has_inner_start(inner).then(|| ways.iter().map(whole).collect())
}

/// Where the last group that captures by its number begins.
fn last_group(text: &str) -> Option<usize> {
    let (mut last, mut escaped, mut in_class) = (None, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => {}
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class && !text.get(at + 1..).is_some_and(|rest| rest.starts_with('?')) => last = Some(at),
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    last
}

/// The text that nodes match, if each is one byte.
fn literal(nodes: &[Node]) -> Option<String> {
    let bytes: Option<Vec<u8>> =
        nodes.iter().map(|node| if let Node::One(set) = node { set.only() } else { None }).collect();
    String::from_utf8(bytes?).ok()
}

#[cfg(test)]
mod tests;
