//! An expression for the normalised path, in which a byte that is not plain is `%` and two digits.

use super::{Node, Pcre, Set, literal};
use crate::dialect::route::{folded, literal as literal_pattern};

/// Patterns of rules that together match what an expression does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dialect) struct PathPattern {
    pub(in crate::dialect) patterns: Vec<Spelled>,
    /// How a target calls each group, from 1: `{splat}` or `{1}`.
    pub(in crate::dialect) captures: Vec<String>,
    /// The patterns ignore case; expressions say so themselves.
    pub(in crate::dialect) fold: bool,
}

/// A pattern as rules have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dialect) enum Spelled {
    Path(String),
    Regex(String),
}

impl Spelled {
    /// As [`one_or_list`](crate::dialect::route::one_or_list) takes it.
    pub(in crate::dialect) fn text(&self) -> String {
        match self {
            Spelled::Path(text) => text.clone(),
            Spelled::Regex(text) => format!("~{text}"),
        }
    }
}

impl PathPattern {
    /// As texts of patterns; where case does not count, as expressions that say so themselves.
    pub(in crate::dialect) fn any_case(&self) -> Vec<String> {
        self.patterns.iter().map(Spelled::text).map(|text| if self.fold { folded(&text) } else { text }).collect()
    }
}

/// The placeholder of a final star.
const SPLAT: &str = "{splat}";

pub(super) fn pattern(pcre: &Pcre, base: &str) -> Result<PathPattern, String> {
    let nodes = nodes_of(pcre);
    if let Some(simple) = simple(nodes, base) {
        return Ok(PathPattern { fold: pcre.fold, ..simple });
    }
    if let Some(nodes) = from_slash(nodes, base) {
        let whole = Pcre { node: Node::Each(nodes), ..pcre.clone() };
        let mut path = pattern(&whole, "")?;
        // What the first group holds is not what the server has in it.
        if let (Some(first), [Node::Group(_, Some(_)), ..]) = (path.captures.first_mut(), nodes_of(pcre)) {
            first.clear();
        }
        return Ok(path);
    }
    let numbers = |groups| (1..=groups).map(|number: usize| format!("{{{number}}}")).collect();
    let mut out = String::from(if pcre.fold { "(?i)" } else { "" });
    let base_text = regex_lite::escape(base);
    let spelled = match nodes {
        [Node::Either(ways)] if begins_outside(ways) && pcre.groups == 0 && !base.is_empty() => {
            let ways: Result<Vec<String>, String> = ways.iter().map(|way| spell_way(way, &base_text)).collect();
            ways?.join("|")
        }
        // An anchor inside alternatives would stand after the base.
        _ if has_inner_start(&pcre.node) && !base.is_empty() => return Err("\"^\" inside an expression".to_owned()),
        [Node::Start, inside @ ..] => format!("^{base_text}{}", spell(&Node::Each(inside.to_vec()), &mut one)?),
        _ if base.is_empty() => spell(&pcre.node, &mut one)?,
        _ => format!("^{base_text}.*?{}", grouped(&pcre.node, spell(&pcre.node, &mut one)?)),
    };
    out.push_str(&spelled);
    Ok(PathPattern { patterns: vec![Spelled::Regex(out)], captures: numbers(pcre.groups), fold: false })
}

fn nodes_of(pcre: &Pcre) -> &[Node] {
    if let Node::Each(nodes) = &pcre.node { nodes.as_slice() } else { std::slice::from_ref(&pcre.node) }
}

/// Whether some of the ways of an expression begin where the text does, and none has an anchor elsewhere.
fn begins_outside(ways: &[Node]) -> bool {
    let begins = |way: &Node| matches!(way, Node::Each(nodes) if nodes.first() == Some(&Node::Start));
    ways.iter().any(begins) && !ways.iter().any(has_inner_start)
}

/// One of such ways after the base.
fn spell_way(way: &Node, base: &str) -> Result<String, String> {
    match way {
        Node::Each(nodes) if nodes.first() == Some(&Node::Start) => {
            Ok(format!("^{base}{}", spell_path(&Node::Each(nodes.iter().skip(1).cloned().collect()))?))
        }
        way => Ok(format!("^{base}.*?{}", spell_path(way)?)),
    }
}

/// An expression for what begins a segment, `(^|/)\.git`: in the whole path a slash stands before each of them.
fn from_slash(nodes: &[Node], base: &str) -> Option<Vec<Node>> {
    let [Node::Group(first, number), rest @ ..] = nodes else { return None };
    let Node::Either(ways) = first.as_ref() else { return None };
    let slash = Node::Each(vec![Node::One(Set::of([b'/']))]);
    let start = Node::Each(vec![Node::Start]);
    let is_either = matches!(ways.as_slice(), [one, other] if (*one == start && *other == slash) || (*one == slash && *other == start));
    let has_start = |node: &Node| *node == Node::Start || has_inner_start(node);
    (is_either && base == "/" && !rest.iter().any(has_start))
        .then(|| [Node::Group(Box::new(slash), *number)].into_iter().chain(rest.iter().cloned()).collect())
}

fn grouped(node: &Node, text: String) -> String {
    if matches!(node, Node::Either(_)) { format!("(?:{text})") } else { text }
}

/// Patterns in words of paths, where the expression is one that they can say.
fn simple(nodes: &[Node], base: &str) -> Option<PathPattern> {
    let all =
        |node: &Node| matches!(node, Node::Repeat { node, min: 0, max: None, .. } if **node == Node::One(Set::ALL));
    let is_rest = |node: &Node| matches!(node, Node::Group(inside, Some(_)) if matches!(inside.as_ref(), Node::Each(nodes) if matches!(nodes.as_slice(), [only] if all(only))));
    let path = |nodes: &[Node]| literal(nodes).filter(|text| is_plain(text)).map(|text| format!("{base}{text}"));
    let done = |patterns: Vec<String>, captures: &[&str]| {
        let patterns = patterns.into_iter().map(Spelled::Path).collect();
        Some(PathPattern { patterns, captures: captures.iter().map(|&text| text.to_owned()).collect(), fold: false })
    };
    let star = |text: String| format!("{}*", literal_pattern(&text));
    let slash = Node::One(Set::of([b'/']));
    let is_optional = |node: &Node| matches!(node, Node::Repeat { node, min: 0, max: Some(1), .. } if **node == slash);
    // `(.*)`, `(.+)` or `(/.*)`, of a text that begins with a slash and ends in any way.
    let is_whole = |node: &Node| {
        let Node::Group(inside, Some(_)) = node else { return false };
        let Node::Each(nodes) = inside.as_ref() else { return false };
        match nodes.as_slice() {
            [Node::Repeat { node, min: 0 | 1, max: None, .. }] => **node == Node::One(Set::ALL),
            [first, rest] => *first == slash && all(rest),
            _ => false,
        }
    };
    match nodes {
        // Everything.
        [] | [Node::Start] | [Node::End] if !base.is_empty() => done(vec![star(base.to_owned())], &[]),
        [node] | [Node::Start, node] | [Node::Start, node, Node::End] if all(node) && !base.is_empty() => {
            done(vec![star(base.to_owned())], &[])
        }
        // A whole path begins with a slash, which the group holds.
        [rest] | [Node::Start, rest] | [Node::Start, rest, Node::End] if base.is_empty() && is_whole(rest) => {
            done(vec!["/*".to_owned()], &["/{splat}"])
        }
        [Node::Start, first, rest] | [Node::Start, first, rest, Node::End]
            if base.is_empty() && is_rest(rest) && is_optional(first) =>
        {
            done(vec!["/*".to_owned()], &[SPLAT])
        }
        // Without an anchor it begins at the beginning as well.
        [rest] | [rest, Node::End] if base.ends_with('/') && is_rest(rest) => {
            done(vec![star(base.to_owned())], &[SPLAT])
        }
        [Node::Start, literals @ .., Node::Repeat { node, min: 0, max: Some(1), .. }, Node::End] if **node == slash => {
            let text = path(literals)?;
            (text.starts_with('/') && !text.ends_with('/')).then_some(())?;
            done(vec![literal_pattern(&text), literal_pattern(&format!("{text}/"))], &[])
        }
        [Node::Start, literals @ .., rest] | [Node::Start, literals @ .., rest, Node::End] if is_rest(rest) => {
            let text = path(literals)?;
            text.ends_with('/').then(|| done(vec![star(text)], &[SPLAT]))?
        }
        [Node::Start, literals @ .., Node::End] => {
            let text = path(literals)?;
            text.starts_with('/').then(|| done(vec![literal_pattern(&text)], &[]))?
        }
        // What begins so.
        [Node::Start, literals @ ..] => {
            let text = path(literals)?;
            text.starts_with('/').then(|| done(vec![star(text)], &[]))?
        }
        _ => None,
    }
}

/// Whether each character of a path is itself in its normalised form, and in no other.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| is_unreserved(byte) || byte == b'/')
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Bytes that a normalised path has as they are.
fn is_raw(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"#<>?^`{}\\%".contains(&byte)
}

/// Whether all that a node takes are characters that are themselves in every spelling of an address.
pub(super) fn is_unreserved_node(node: &Node) -> bool {
    match node {
        Node::One(set) => set.bytes().all(is_unreserved),
        Node::Start | Node::End => true,
        Node::Group(node, _) | Node::Repeat { node, .. } => is_unreserved_node(node),
        Node::Each(nodes) | Node::Either(nodes) => nodes.iter().all(is_unreserved_node),
    }
}

pub(super) fn has_inner_start(node: &Node) -> bool {
    let inside = |nodes: &[Node]| nodes.iter().any(|node| *node == Node::Start || has_inner_start(node));
    match node {
        Node::Each(nodes) => nodes.split_first().is_some_and(|(first, rest)| has_inner_start(first) || inside(rest)),
        Node::Either(ways) => {
            inside(ways)
                || ways.iter().any(|way| matches!(way, Node::Each(nodes) if nodes.first() == Some(&Node::Start)))
        }
        Node::Group(inner, _) => {
            **inner == Node::Start
                || matches!(inner.as_ref(), Node::Each(nodes) if nodes.first() == Some(&Node::Start))
                || has_inner_start(inner)
        }
        Node::Repeat { node, .. } => has_inner_start(node),
        Node::One(_) | Node::Start | Node::End => false,
    }
}

/// Writes a set of bytes; the flag says that three characters may count as several of it.
type Spell<'s> = &'s mut dyn FnMut(Set, bool) -> Result<String, String>;

/// Writes a tree, each set in its own way.
pub(super) fn spell(node: &Node, one: Spell<'_>) -> Result<String, String> {
    spell_before(node, After::END, one)
}

/// A tree as it is written for the normalised path.
pub(super) fn spell_path(node: &Node) -> Result<String, String> {
    spell(node, &mut one)
}

/// What may come after a node.
#[derive(Clone, Copy)]
struct After {
    /// Something that a digit of an escape could be taken for.
    digit: bool,
}

impl After {
    const END: After = After { digit: false };
}

fn spell_before(node: &Node, after: After, one: Spell<'_>) -> Result<String, String> {
    Ok(match node {
        Node::One(set) => one(*set, false)?,
        Node::Start => "^".to_owned(),
        Node::End => "$".to_owned(),
        Node::Group(inside, number) => {
            let inside = spell_before(inside, after, one)?;
            format!("({}{inside})", if number.is_some() { "" } else { "?:" })
        }
        Node::Each(nodes) => {
            let mut parts = Vec::with_capacity(nodes.len());
            let mut after = after;
            for node in nodes.iter().rev() {
                parts.push(spell_before(node, after, one)?);
                after = before(node, after);
            }
            parts.reverse();
            parts.concat()
        }
        Node::Either(ways) => {
            let ways: Result<Vec<String>, String> = ways.iter().map(|way| spell_before(way, after, one)).collect();
            ways?.join("|")
        }
        Node::Repeat { node, min, max, lazy } => {
            let loose = *min <= 1 && max.is_none() && !lazy && !after.digit;
            let inside = match node.as_ref() {
                // Of an escape, `%20`, all three characters are repeated.
                Node::One(set) => match one(*set, loose)? {
                    text if text.starts_with('%') => format!("(?:{text})"),
                    text => text,
                },
                // What comes after one turn is the next one.
                node => spell_before(node, After { digit: true }, one)?,
            };
            let times = match (min, max) {
                (0, None) => "*".to_owned(),
                (1, None) => "+".to_owned(),
                (0, Some(1)) => "?".to_owned(),
                (min, Some(max)) if min == max => format!("{{{min}}}"),
                (min, Some(max)) => format!("{{{min},{max}}}"),
                (min, None) => format!("{{{min},}}"),
            };
            format!("{inside}{times}{}", if *lazy { "?" } else { "" })
        }
    })
}

/// What comes after that which stands before a node.
fn before(node: &Node, after: After) -> After {
    match node {
        Node::One(set) => After { digit: (0..=255).any(|byte: u8| set.has(byte) && byte.is_ascii_hexdigit()) },
        Node::Start | Node::End => After::END,
        Node::Group(inside, _) => before(inside, after),
        Node::Each(nodes) => nodes.iter().rev().fold(after, |after, node| before(node, after)),
        Node::Either(ways) => After { digit: ways.iter().any(|way| before(way, after).digit) },
        Node::Repeat { node, min, .. } => {
            let own = before(node, After { digit: true });
            After { digit: own.digit || (*min == 0 && after.digit) }
        }
    }
}

/// A set of bytes in the normalised path.
fn one(set: Set, loose: bool) -> Result<String, String> {
    let is_plain = |byte: &u8| is_unreserved(*byte);
    // No path holds NUL, and servers refuse an escaped slash before they compare.
    let matters = |byte: &u8| !is_plain(byte) && !b"/\0".contains(byte);
    let raw = Set::of(set.bytes().filter(|byte| is_raw(*byte)));
    let escaped = Set::of(set.bytes().filter(matters));
    if escaped.is_empty() {
        return if raw.is_empty() { Err("a byte that no path has".to_owned()) } else { Ok(raw.class()) };
    }
    if Set::of((0..=255).filter(matters)).and(set.not()).is_empty() {
        let missing = Set::of((0..=255).filter(|byte| is_raw(*byte))).and(set.not());
        return Ok(match (loose, missing.is_empty()) {
            (true, true) => ".".to_owned(),
            (true, false) => format!("[^{}]", missing.inside()),
            (false, _) => format!("(?:%[0-9A-F]{{2}}|[^%{}])", missing.inside()),
        });
    }
    let codes = codes(escaped);
    Ok(if raw.is_empty() { codes } else { format!("(?:{}|{codes})", raw.class()) })
}

/// `%20`, or `%(?:2[04]|C3)`.
fn codes(set: Set) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase();
    let mut ways = Vec::new();
    for high in 0..16u8 {
        let low: String = (0..16u8).filter(|low| set.has(high << 4 | low)).map(digit).collect();
        match low.len() {
            0 => {}
            1 => ways.push(format!("{}{low}", digit(high))),
            16 => ways.push(format!("{}[0-9A-F]", digit(high))),
            _ => ways.push(format!("{}[{low}]", digit(high))),
        }
    }
    if let [only] = ways.as_slice() { format!("%{only}") } else { format!("%(?:{})", ways.join("|")) }
}
