//! Patterns as the paths of rule files.

use crate::dialect::Dialect;
use crate::rules::{Pattern, Token, Value};

/// A path of a rule file, and what `to` can put in for it.
#[derive(Debug, PartialEq)]
pub(super) struct Path {
    pub(super) text: String,
    pub(super) captures: Vec<String>,
    /// The splat is empty here: this line stands for the bare path in front of it.
    pub(super) bare: bool,
}

/// The paths that together match what a pattern does. The error says what the vendor does not have.
pub(super) fn paths(pattern: &Value, vendor: Dialect, exact: bool) -> Result<Vec<Path>, String> {
    let Value::String(text) = pattern else { return Err("regular expressions".to_owned()) };
    if text.contains("{:}") || text.contains("{*}") {
        return Err("way to write a colon or a star that is one".to_owned());
    }
    let parsed = Pattern::parse(text).map_err(|error| format!("pattern {text:?}: {error}"))?;
    let Pattern::Path { anchored, tokens, .. } = &parsed else { return Err("regular expressions".to_owned()) };
    let written = match (anchored, tokens.as_slice()) {
        (true, _) => text.clone(),
        // At any depth: what a star of these vendors does by itself.
        (false, [Token::Splat(_), Token::Literal(rest)]) if !rest.contains('/') => format!("/{text}"),
        (false, _) => return Err(format!("pattern without a leading slash as {text:?}")),
    };
    let named = if *anchored { tokens.as_slice() } else { &[] };
    let captures: Vec<String> = named.iter().filter_map(|token| name(token).map(str::to_owned)).collect();
    let stars = written.matches('*').count();
    match vendor {
        Dialect::Cloudflare if stars > 1 => return Err("two stars in one pattern".to_owned()),
        Dialect::Netlify if stars > 0 && *anchored && !(stars == 1 && written.ends_with("/*")) => {
            return Err("star but at the end, after a slash".to_owned());
        }
        Dialect::Netlify if written.contains("//") => return Err("path with an empty segment".to_owned()),
        Dialect::Netlify if written.split('/').any(|segment| segment.find(':').is_some_and(|at| at > 0)) => {
            return Err("placeholder for a part of a segment".to_owned());
        }
        _ => {}
    }
    let prefix = |one: &String| captures.iter().any(|other| other != one && other.starts_with(one.as_str()));
    if let Some(name) = captures.iter().find(|name| prefix(name)) {
        return Err(format!("way to tell :{name} from a longer name that begins with it"));
    }
    let path = |text: &str, bare| Path { text: text.to_owned(), captures: captures.clone(), bare };
    if vendor == Dialect::Netlify || exact || !anchored {
        return Ok(vec![path(&written, false)]);
    }
    // Here a slash counts: both are written.
    Ok(match written.strip_suffix("/*") {
        Some("") => vec![path(&written, false)],
        Some(bare) => vec![path(bare, true), path(&written, false)],
        None if written.ends_with('*') || written == "/" => vec![path(&written, false)],
        None => {
            let plain = written.strip_suffix('/').unwrap_or(&written);
            vec![path(plain, false), path(&format!("{plain}/"), false)]
        }
    })
}

fn name(token: &Token) -> Option<&str> {
    match token {
        Token::Literal(_) => None,
        Token::Param(name) | Token::Splat(name) => Some(name),
    }
}
