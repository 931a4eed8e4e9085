//! Patterns as the paths of rule files.

use super::decoded::decoded;
use crate::dialect::Dialect;
use crate::dialect::vendor::Lines;
use crate::rules::{Pattern, Token, Value};

/// A path of a rule file, and what `to` can put in for it.
#[derive(Debug, PartialEq)]
pub(super) struct Path {
    pub(super) text: String,
    pub(super) captures: Vec<String>,
    /// Its groups have no names: a target has `$1` for the first.
    pub(super) numbered: bool,
    /// Parameters whose values it can put in: as the target has them, and the name for them.
    pub(super) facts: Vec<(String, String)>,
    /// The splat is empty here: this line stands for the bare path in front of it.
    pub(super) bare: bool,
}

impl Path {
    /// A name with which another one begins: these vendors take the shorter one.
    pub(super) fn begins_another(&self) -> Option<&str> {
        let names = || self.captures.iter().map(String::as_str).chain(self.facts.iter().map(|(_, name)| name.as_str()));
        let mut all = names().enumerate();
        let begins =
            |at: usize, name: &str| names().enumerate().any(|(other, longer)| other != at && longer.starts_with(name));
        all.find(|(at, name)| begins(*at, name)).map(|(_, name)| name)
    }
}

/// The paths that together match what a pattern does. The error says what the vendor does not have.
pub(super) fn paths(pattern: &Value, lines: Lines, dialect: Dialect, exact: bool) -> Result<Vec<Path>, String> {
    let Value::String(text) = pattern else { return Err("regular expressions".to_owned()) };
    if text.contains("{:}") || text.contains("{*}") {
        return Err("way to write a colon or a star that is one".to_owned());
    }
    let parsed = Pattern::parse(text).map_err(|error| format!("pattern {text:?}: {error}"))?;
    let Pattern::Path { anchored, tokens, .. } = &parsed else { return Err("regular expressions".to_owned()) };
    let written = match (anchored, tokens.as_slice()) {
        (true, _) => spelled(text, lines, dialect)?,
        // At any depth: what a star of these vendors does by itself.
        (false, [Token::Splat(_), Token::Literal(rest)]) if !rest.contains('/') => {
            format!("/{}", spelled(text, lines, dialect)?)
        }
        (false, _) => return Err(format!("pattern without a leading slash as {text:?}")),
    };
    let named = if *anchored { tokens.as_slice() } else { &[] };
    let captures: Vec<String> = named.iter().filter_map(|token| name(token).map(str::to_owned)).collect();
    if let Some(refused) = (dialect.vendor().refuses_path)(&written, lines) {
        return Err(refused.to_owned());
    }
    let prefix = |one: &String| captures.iter().any(|other| other != one && other.starts_with(one.as_str()));
    if let Some(name) = captures.iter().find(|name| prefix(name)) {
        return Err(format!("way to tell :{name} from a longer name that begins with it"));
    }
    let path = |text: &str, bare| Path {
        text: text.to_owned(),
        captures: captures.clone(),
        numbered: false,
        facts: Vec::new(),
        bare,
    };
    if dialect.vendor().ignores_slash || exact || !anchored {
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

/// The text as the vendor compares it with paths.
fn spelled(text: &str, lines: Lines, dialect: Dialect) -> Result<String, String> {
    if lines == Lines::Headers || !dialect.vendor().decodes_paths {
        // A blank would end the path.
        return Ok(escaped(text));
    }
    let upper = text.to_ascii_uppercase();
    if let Some(other) = ["%23", "%25", "%2A", "%3A", "%3F", "%5C"].into_iter().find(|escape| upper.contains(escape)) {
        return Err(format!("way to write {other} in a path"));
    }
    decoded(text).ok_or_else(|| "way to write such escapes in a path".to_owned())
}

fn escaped(text: &str) -> String {
    let mut bytes = [0; 4];
    let escape = |c: char| match c.is_whitespace() {
        true => c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")).collect(),
        false => c.to_string(),
    };
    text.chars().map(escape).collect::<String>()
}

fn name(token: &Token) -> Option<&str> {
    match token {
        Token::Literal(_) => None,
        Token::Param(name) | Token::Splat(name) => Some(name),
    }
}
