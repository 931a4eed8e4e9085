//! Patterns as a `source` of Vercel.

use super::collect::member;
use super::expression::expression;
use super::paths::Path;
use crate::rules::{Pattern, Token, Value};

/// A pattern as a `source`.
/// Vercel adds what it captures by names to the query of a rewrite, unless its path has one of them: groups have none then.
pub(super) fn source(pattern: &Value, exact: bool, rewrites_to: Option<&Value>) -> Result<Path, String> {
    let regexes = || Err("such regular expressions".to_owned());
    if let Some(Value::String(regex)) = member(pattern, "regex") {
        return expression(regex);
    }
    let Value::String(text) = pattern else { return regexes() };
    let parsed = Pattern::parse(text).map_err(|error| format!("pattern {text:?}: {error}"))?;
    let Pattern::Path { anchored, tokens, .. } = &parsed else { return regexes() };
    let mut out = String::new();
    let mut captures = Vec::new();
    if !anchored {
        // At any depth: what this star does by itself.
        return match tokens.as_slice() {
            [Token::Splat(_), Token::Literal(rest)] if !rest.contains(['/', '(', ')', '{', '}', '+', '?']) => {
                let slash = if exact { "" } else { "{/}?" };
                Ok(Path {
                    text: format!("/(.*){rest}{slash}"),
                    captures,
                    numbered: false,
                    facts: Vec::new(),
                    bare: false,
                })
            }
            _ => Err(format!("pattern without a leading slash as {text:?}")),
        };
    }
    let in_path = |name: &str| match rewrites_to {
        Some(Value::String(to)) => to.split(['?', '#']).next().is_some_and(|path| has_name(path, name)),
        _ => true,
    };
    let numbered = !tokens.iter().any(|token| match token {
        Token::Literal(_) => false,
        Token::Param(name) | Token::Splat(name) => in_path(name),
    });
    let group = |name: &str| if numbered { String::new() } else { format!(":{name}") };
    for (position, token) in tokens.iter().enumerate() {
        match token {
            Token::Literal(text) => {
                for c in text.chars() {
                    if "(){}*+?:\\".contains(c) {
                        out.push('\\');
                    }
                    out.push(c);
                }
            }
            Token::Param(name) => {
                out.push_str(&if numbered { "([^/]+)".to_owned() } else { group(name) });
                captures.push(name.clone());
            }
            Token::Splat(name) => {
                let last = position + 1 == tokens.len();
                out.push_str(&match last && !exact && out.ends_with('/') && out.len() > 1 {
                    // With the bare path in front of it.
                    true => group(name) + "(.*)?",
                    false => group(name) + "(.*)",
                });
                captures.push(name.clone());
            }
        }
    }
    let slash = text.len() > 1 && text.ends_with('/');
    let ends_open = matches!(tokens.last(), Some(Token::Splat(_)));
    match (exact, tokens.is_empty()) {
        (_, true) => out.push('/'),
        (true, _) if slash => out.push('/'),
        (false, _) if !ends_open => out.push_str("{/}?"),
        _ => {}
    }
    Ok(Path { text: out, captures, numbered, facts: Vec::new(), bare: false })
}

/// Whether a target puts in the capture of this name.
fn has_name(target: &str, name: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let with_colon = target.split(':').skip(1).any(|rest| rest.strip_prefix(name).is_some_and(ends));
    with_colon || target.contains(&format!("{{{name}}}"))
}
