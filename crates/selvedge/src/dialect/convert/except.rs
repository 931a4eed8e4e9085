//! Exceptions as a look-ahead at the beginning of the first group of a source, as Vercel documents them: `/((?!api/|keep$).*)`.

use super::has::escaped;
use crate::rules::{Pattern, Token, Value};

/// What is left of a path without its beginning, as an expression; `None`: no path begins so.
type Rest = Option<String>;

/// A source.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Source {
    pub(super) text: String,
    /// It is the path in front of what a star takes, which is empty here.
    pub(super) bare: bool,
}

impl Source {
    pub(super) fn new(text: impl Into<String>) -> Source {
        Source { text: text.into(), bare: false }
    }
}

/// A source without the paths of patterns, each with whether a slash at its end counts. The error says what Vercel does not have.
pub(super) fn without(source: &str, patterns: &[(&Value, bool)]) -> Result<Vec<Source>, String> {
    if patterns.is_empty() {
        return Ok(vec![Source::new(source)]);
    }
    let (before, group) = first_group(source).ok_or("exception to a path without a wildcard")?;
    let mut out: Vec<String> = Vec::new();
    for (pattern, exact) in patterns {
        let rest = rest(pattern, *exact, &before)?.filter(|rest| !out.contains(rest));
        out.extend(rest);
    }
    if out.is_empty() {
        return Ok(vec![Source::new(source)]);
    }
    let ahead = format!("(?!{})", out.join("|"));
    let (head, tail) = source.split_at(group);
    let Some((name, inside)) = tail.split_once('(').filter(|(name, _)| is_name(name)) else {
        let end = tail.find(|c: char| c != ':' && !is_word(c)).unwrap_or(tail.len());
        let (name, after) = tail.split_at(end);
        return Ok(vec![Source::new(format!("{head}{name}({ahead}[^/]+?){after}"))]);
    };
    // A group that may be missing would not look ahead then: the path in front of it is a source by itself.
    let inside_only = inside.strip_suffix(")?");
    let bare = inside_only.and(head.strip_suffix('/')).filter(|_| !out.iter().any(|rest| rest == BARE));
    let inside = inside_only.map_or(inside.to_owned(), |inside| format!("{inside})"));
    let bare = bare.map(|text| Source { text: text.to_owned(), bare: true });
    Ok(bare.into_iter().chain([Source::new(format!("{head}{name}({ahead}{inside}"))]).collect())
}

/// What follows a path and its slash.
const BARE: &str = "$";

/// The text in front of the first group, and where the group begins.
fn first_group(source: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut chars = source.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => text.extend(chars.next().map(|(_, c)| c)),
            ':' | '(' => return Some((text, at)),
            '{' => return None,
            _ => text.push(c),
        }
    }
    None
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Nothing, or a colon and a name.
fn is_name(text: &str) -> bool {
    text.is_empty() || text.strip_prefix(':').is_some_and(|name| name.chars().all(is_word))
}

/// What follows `before` in the paths of a pattern.
fn rest(pattern: &Value, exact: bool, before: &str) -> Result<Rest, String> {
    let other = || Err("exception such as this one".to_owned());
    let text = match pattern {
        Value::String(text) => text,
        Value::Object(_) => {
            let Some(Value::String(regex)) = super::collect::member(pattern, "regex") else { return other() };
            let rest = regex.strip_prefix('^').and_then(|rest| rest.strip_prefix(before));
            return match rest {
                Some(rest) if !rest.is_empty() && !rest.contains('|') && !rest.starts_with(['?', '*', '+', '{']) => {
                    Ok(Some(rest.to_owned()))
                }
                _ => other(),
            };
        }
        _ => return other(),
    };
    let Ok(Pattern::Path { anchored, tokens, .. }) = Pattern::parse(text) else { return other() };
    let slash = if exact { text.len() > 1 && text.ends_with('/') } else { false };
    let end = match (exact, slash) {
        (false, _) => "/?$",
        (true, true) => "/$",
        (true, false) => "$",
    };
    if !anchored {
        return match tokens.as_slice() {
            [Token::Splat(_), Token::Literal(rest)] if !rest.contains('/') => {
                Ok(Some(format!(".*{}{end}", escaped(rest))))
            }
            _ => other(),
        };
    }
    let (first, following) = match tokens.split_first() {
        Some((Token::Literal(first), following)) => (first.as_str(), following),
        Some(_) => return other(),
        None => ("", &[][..]),
    };
    let begins = |text: &str, with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    if following.is_empty() && begins(before, first) && before.get(first.len()..) == Some("/") {
        // The path in front of the group's slash.
        return Ok(if exact && !slash { None } else { Some(BARE.to_owned()) });
    }
    if !begins(first, before) {
        // One that begins with a part of it takes all there is, or something in the middle of it.
        return if begins(before, first) && !following.is_empty() { other() } else { Ok(None) };
    }
    let mut out = escaped(first.get(before.len()..).unwrap_or_default());
    for (at, token) in following.iter().enumerate() {
        let last = at + 1 == following.len();
        match token {
            Token::Literal(text) => out.push_str(&escaped(text)),
            Token::Param(_) => out.push_str("[^/]+"),
            Token::Splat(_) if !last => out.push_str(".*"),
            // All that begins so; with the bare path in front of the slash.
            Token::Splat(_) => {
                return match out.strip_suffix('/').filter(|_| !exact) {
                    _ if out.is_empty() => other(),
                    Some(bare) => Ok(Some(format!("{bare}(?:/|$)"))),
                    None => Ok(Some(out)),
                };
            }
        }
    }
    Ok(Some(out + end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_is_looked_for_in_the_first_group() {
        for (source, patterns, expected) in [
            ("/(.*)", vec!["/api/*", "/keep"], "/((?!api(?:/|$)|keep/?$).*)"),
            ("/:splat(.*)", vec!["/api*", "*.css"], "/:splat((?!api|.*\\.css/?$).*)"),
            ("/old/:splat(.*)?", vec!["/old/a/:b/c", "/new/*"], "/old /old/:splat((?!a/[^/]+/c/?$).*)"),
            ("/old/:splat(.*)?", vec!["/old"], "/old/:splat((?!$).*)"),
            ("/:lang/x/:rest(.*)?", vec!["/en/x/*"], "/:lang((?!en/x(?:/|$))[^/]+?)/x/:rest(.*)?"),
            ("/(.*).css{/}?", vec!["/a/*.css"], "/((?!a/.*\\.css/?$).*).css{/}?"),
            ("/a/:b{/}?", vec!["/a/c"], "/a/:b((?!c/?$)[^/]+?){/}?"),
        ] {
            let values: Vec<Value> = patterns.iter().map(|text| Value::String((*text).to_owned())).collect();
            let patterns: Vec<(&Value, bool)> = values.iter().map(|value| (value, false)).collect();
            let texts =
                |sources: Vec<Source>| sources.into_iter().map(|source| source.text).collect::<Vec<_>>().join(" ");
            assert_eq!(without(source, &patterns).map(texts).as_deref(), Ok(expected), "{source}");
        }
        for (source, pattern) in [("/a{/}?", "/a"), ("/a/(.*)", "/a/*"), ("/a/(.*)", "/*"), ("/a/(.*)", "/:x/b")] {
            assert!(without(source, &[(&Value::String(pattern.to_owned()), false)]).is_err(), "{source} {pattern}");
        }
        let exact = Value::String("/keep/*".to_owned());
        assert_eq!(without("/(.*)", &[(&exact, true)]), Ok(vec![Source::new("/((?!keep/).*)")]));
    }
}
