//! The wildcards of a path or host: `*`, and `:name` anywhere.

use crate::dialect::line::Word;
use crate::dialect::placeholders::Captures;
use crate::dialect::route::literal;
use crate::dialect::sink::Sink;

/// A piece of a path.
#[derive(Debug, PartialEq)]
pub(super) enum Piece<'t> {
    Text(&'t str),
    Name(&'t str),
    Star,
}

/// Splits `:[A-Za-z]\w*` and `*` off the text between them.
pub(super) fn pieces(path: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = path;
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|rest| rest.find([':', '*'])).map(|at| at + from) {
        let (before, found) = rest.split_at(at);
        let after = found.get(1..).unwrap_or_default();
        let len = match found.starts_with('*') {
            true => 0,
            false if !after.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                from = at + 1;
                continue;
            }
            false => after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len()),
        };
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let (name, tail) = after.split_at(len);
        pieces.push(if name.is_empty() { Piece::Star } else { Piece::Name(name) });
        (rest, from) = (tail, 0);
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// The pattern of a path, and what it captures. `host`: what stands before it. `None`: Cloudflare drops the rule, which the
/// sink hears.
pub(super) fn pattern(word: Word<'_>, host: &[Piece<'_>], path: &str, sink: &mut Sink) -> Option<(String, Captures)> {
    let pieces = pieces(path);
    let name = |piece: &Piece<'_>| match piece {
        Piece::Name(name) => Some((*name).to_owned()),
        Piece::Star => Some("splat".to_owned()),
        Piece::Text(_) => None,
    };
    // Stars are replaced first, then names in their order, each wherever its text occurs: also at the start of a longer one.
    let names: Vec<String> = host.iter().chain(&pieces).filter_map(name).collect();
    for (at, one) in names.iter().enumerate() {
        if let Some(other) = names.iter().skip(at + 1).find(|other| other.starts_with(one.as_str())) {
            let (message, help) = match (one == other, one.as_str()) {
                (true, "splat") => ("a rule has one \"*\", which is \":splat\"".to_owned(), "keep one of them"),
                (true, _) => (format!("\":{one}\" is there twice"), "give one of them another name"),
                _ => (format!("\":{one}\" is the beginning of \":{other}\""), "give one of them another name"),
            };
            let message = format!("{message}; Cloudflare drops such a rule in silence, and so it does nothing");
            sink.warning("dropped-rule", word.span, message, help);
            return None;
        }
    }
    let mut captures = Captures::default();
    let mut pattern = String::new();
    for (number, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(text) => pattern.push_str(&literal(text)),
            Piece::Star => {
                captures.add("splat", "splat");
                pattern.push('*');
            }
            Piece::Name(name) => {
                let ours = format!("p{number}");
                captures.add(*name, ours.as_str());
                pattern.push_str(&format!(":{ours}"));
            }
        }
    }
    Some((pattern, captures))
}

/// The regular expression of a host with wildcards, whose groups are what it captures.
pub(super) fn host_expression(host: &[Piece<'_>], captures: &mut Captures) -> String {
    let mut regex = String::from("^");
    for (number, piece) in host.iter().enumerate() {
        let (name, matched) = match piece {
            Piece::Text(text) => {
                regex.push_str(&regex_lite::escape(&text.to_ascii_lowercase()));
                continue;
            }
            Piece::Name(name) => (*name, "[^/.]+"),
            Piece::Star => ("splat", ".*"),
        };
        captures.add(name, format!("h{number}"));
        regex.push_str(&format!("(?<h{number}>{matched})"));
    }
    regex.push('$');
    regex
}

#[cfg(test)]
mod tests {
    use super::*;
    use Piece::{Name, Star, Text};

    #[test]
    fn names_are_anywhere() {
        assert_eq!(pieces("/a:b-:c*"), [Text("/a"), Name("b"), Text("-"), Name("c"), Star]);
        assert_eq!(pieces("/a/:_b/:1"), [Text("/a/:_b/:1")]);
        assert_eq!(pieces("*"), [Star]);
    }
}
