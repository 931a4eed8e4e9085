//! `source`: a path in the grammar of path-to-regexp 6, as Vercel reads it: strict, with the delimiter `/`.

mod lookahead;
mod matched;
mod parse;

pub(super) use lookahead::Split;
pub(super) use matched::regex_of;
pub(in crate::dialect) use matched::{Capture, Matched};
use parse::{Parser, lex};

/// What one `:name` matches where nothing else is said.
const SEGMENT: &str = "[^/]+?";
const ANYTHING: &str = ".*";

/// A source, piece by piece.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::dialect) struct Source {
    tokens: Vec<Token>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Text(String),
    Group(Group),
}

/// `{prefix(pattern)suffix}modifier`, most often written `/:name`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Group {
    name: Option<String>,
    prefix: String,
    suffix: String,
    /// `None` for braces without a group in them.
    pattern: Option<String>,
    modifier: Option<char>,
}

/// What is wrong with a source that is not a path.
pub(super) const BEGINS: &str = "a source begins with \"/\"";

impl Source {
    /// The error says what is wrong with the text.
    pub(in crate::dialect) fn parse(text: &str) -> Result<Source, String> {
        if !text.starts_with('/') {
            return Err(BEGINS.to_owned());
        }
        Ok(Source { tokens: Parser::new(&lex(text)?).run()? })
    }

    /// A character that no path holds, if one is to match literally.
    pub(super) fn never(&self) -> Option<char> {
        let texts = self.tokens.iter().filter_map(|token| match token {
            Token::Text(text) => Some(text.as_str()),
            Token::Group(group) if group.modifier.is_none() => Some(group.prefix.as_str()),
            Token::Group(_) => None,
        });
        texts.flat_map(str::chars).find(|c| matches!(c, '#' | '?'))
    }
}

impl Token {
    fn group(&self) -> Option<&Group> {
        match self {
            Token::Group(group) => Some(group),
            Token::Text(_) => None,
        }
    }

    fn regex(&self) -> String {
        let group = match self {
            Token::Text(text) => return escaped(text),
            Token::Group(group) => group,
        };
        let (prefix, suffix) = (escaped(&group.prefix), escaped(&group.suffix));
        let modifier = group.modifier.map(String::from).unwrap_or_default();
        let Some(pattern) = &group.pattern else { return format!("(?:{prefix}{suffix}){modifier}") };
        let open = match &group.name {
            Some(name) => format!("(?<{name}>"),
            None => "(".to_owned(),
        };
        match group.modifier {
            _ if prefix.is_empty() && suffix.is_empty() => format!("{open}{pattern}){modifier}"),
            Some(repeat @ ('+' | '*')) => {
                let optional = if repeat == '*' { "?" } else { "" };
                format!("(?:{prefix}{open}(?:{pattern})(?:{suffix}{prefix}(?:{pattern}))*){suffix}){optional}")
            }
            _ => format!("(?:{prefix}{open}{pattern}){suffix}){modifier}"),
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if ".+*?=^!:${}()[]|\\".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
