//! The paths and the target of an entry: text, and the stars that it may have.

use crate::rules::{Pattern, Token, Value};

/// The paths of an entry.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Path {
    /// One, normalised.
    Exact(String),
    /// The texts between stars.
    Stars(Vec<String>),
}

impl Path {
    /// The path, or what stands before its first star.
    pub(super) fn begin(&self) -> &str {
        match self {
            Path::Exact(path) => path,
            Path::Stars(texts) => texts.first().map_or("", String::as_str),
        }
    }
}

/// A piece of a target.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Text(String),
    /// The star of this number, from 0.
    Star(usize),
}

/// The paths of a pattern, or what it has that no list can say.
pub(super) fn path(pattern: &Value) -> Result<Path, String> {
    let Value::String(text) = pattern else { return Err("regular expressions".to_owned()) };
    match Pattern::parse(text) {
        Ok(Pattern::Path { anchored: true, tokens, slash }) => {
            let mut texts = vec![String::new()];
            for token in &tokens {
                match (token, texts.last_mut()) {
                    (Token::Literal(text), Some(last)) => last.push_str(text),
                    (Token::Splat(_), _) => texts.push(String::new()),
                    _ => return Err("placeholder for a part of a path".to_owned()),
                }
            }
            if texts.len() > 1 {
                return Ok(Path::Stars(texts));
            }
            let mut path = texts.concat();
            // A pattern has no slash at its end, unless that counts.
            if path.is_empty() || (slash.is_some_and(|slash| slash) || text.ends_with('/')) && !path.ends_with('/') {
                path.push('/');
            }
            Ok(Path::Exact(path))
        }
        _ => Err(format!("pattern as {text:?}")),
    }
}

/// A template whose placeholders are stars of the path.
pub(super) fn pieces(text: &str, stars: usize) -> Result<Vec<Piece>, String> {
    // Nearly all of a large list are literal.
    if !text.is_empty() && !text.contains(['{', '}', ':']) {
        return Ok(vec![Piece::Text(text.to_owned())]);
    }
    let mut out = vec![Piece::Text(String::new())];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let (piece, left) = match c {
            '{' if after.starts_with('{') => (Ok('{'), after.get(1..)),
            '}' if after.starts_with('}') => (Ok('}'), after.get(1..)),
            '{' if after.starts_with(":}") => (Ok(':'), after.get(2..)),
            '{' => {
                let (name, after) = after.split_once('}').unwrap_or((after, ""));
                (Err(name), Some(after))
            }
            ':' if after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => {
                let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
                (Err(after.get(..end).unwrap_or_default()), after.get(end..))
            }
            _ => (Ok(c), Some(after)),
        };
        rest = left.unwrap_or_default();
        match (piece, out.last_mut()) {
            (Ok(c), Some(Piece::Text(text))) => text.push(c),
            (Ok(c), _) => out.push(Piece::Text(c.to_string())),
            (Err(name), _) => {
                let number = match name.strip_prefix("splat") {
                    Some("") => Some(0),
                    Some(number) => number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)),
                    None => None,
                };
                let star = number.filter(|number| *number < stars).ok_or_else(|| format!("placeholder {{{name}}}"))?;
                out.push(Piece::Star(star));
            }
        }
    }
    out.retain(|piece| *piece != Piece::Text(String::new()));
    Ok(out)
}
