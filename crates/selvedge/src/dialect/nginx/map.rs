//! `map`: what an `if` on its variable comes to, row by row.
//!
//! nginx looks for the whole text first, whatever its case, then for the first expression:
//! <https://nginx.org/en/docs/http/ngx_http_map_module.html>.

use super::act::For;
use super::condition::{If, compare, is_host};
use super::lex::Directive;
use crate::dialect::pcre::{Pcre, Spelled};
use crate::dialect::route::literal;
use crate::dialect::sink::string;
use crate::places::Span;
use crate::rules::Value;

/// What a variable is for each text of another one.
pub(super) struct Map {
    pub(super) span: Span,
    /// Without its dollar.
    pub(super) name: String,
    source: String,
    /// Whole texts first, then expressions.
    rows: Vec<(String, String)>,
    default: String,
    /// Names of hosts may have a star.
    has_stars: bool,
    pub(super) is_used: bool,
}

/// A branch into the block of an `if`.
pub(super) struct Branch {
    pub(super) when: Vec<(String, Value)>,
    /// The paths of a row, where the map is of paths.
    pub(super) paths: Option<For>,
    /// What the variable is there.
    pub(super) value: String,
    /// The whole query is compared, which rules do not do.
    pub(super) is_wider: bool,
}

impl Map {
    pub(super) fn read(directive: &Directive) -> Result<Map, String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let [source, name] = words.as_slice() else { return Err("a map as this one".to_owned()) };
        let name = name.strip_prefix('$').ok_or("a map as this one")?;
        let mut map = Map {
            span: directive.span,
            name: name.to_owned(),
            source: (*source).to_owned(),
            rows: Vec::new(),
            default: String::new(),
            has_stars: false,
            is_used: false,
        };
        for row in directive.block.as_deref().unwrap_or_default() {
            match (row.name.as_str(), row.words.as_slice()) {
                ("volatile", []) => {}
                ("hostnames", []) => map.has_stars = true,
                ("default", [value]) => map.default.clone_from(&value.text),
                ("include", _) => return Err("a map with an include".to_owned()),
                (key, [value]) => {
                    let key = key.strip_prefix('\\').unwrap_or(key).replace("\\\\", "\\");
                    map.rows.push((if key.starts_with('~') { row.name.clone() } else { key }, value.text.clone()));
                }
                _ => return Err("a map with a row as one here".to_owned()),
            }
        }
        map.rows.sort_by_key(|(key, _)| key.starts_with('~'));
        Ok(map)
    }

    /// The branches into an `if`; each by itself where the block names the variable.
    pub(super) fn branches(&self, test: &If<'_>, is_named: bool) -> Result<Vec<Branch>, String> {
        let held: Vec<bool> = self.rows.iter().map(|(_, value)| holds(test, value)).collect::<Result<_, _>>()?;
        let by_default = holds(test, &self.default)?;
        let is_whole = |(key, _): &(String, String)| !key.starts_with('~') && !key.starts_with(['*', '.']);
        // Rows that cannot meet need no order.
        if held.contains(&by_default) && !self.rows.iter().all(is_whole) {
            return Err(format!("a map whose rows take from each other (line {})", self.span.line));
        }
        let rows = self.rows.iter().zip(&held).filter(|(_, it)| **it != by_default).map(|(row, _)| row);
        if matches!(self.source.as_str(), "$uri" | "$document_uri" | "$request_uri") {
            if by_default {
                return Err("a map of paths by its default".to_owned());
            }
            return rows.map(|(key, value)| self.path(key, value)).collect();
        }
        let tests: Vec<(Vec<(String, Value)>, &String)> =
            rows.map(|(key, value)| Ok((vec![self.test(key)?], value))).collect::<Result<_, String>>()?;
        let branch = |when, value: &str| Branch { when, paths: None, value: value.to_owned(), is_wider: false };
        if by_default {
            let others = any(tests.into_iter().map(|(when, _)| when).collect());
            let when = if others.is_empty() { others } else { vec![("not".to_owned(), Value::Object(others))] };
            return Ok(vec![branch(when, &self.default)]);
        }
        if is_named {
            return Ok(tests.into_iter().map(|(when, value)| branch(when, value)).collect());
        }
        let all = any(tests.into_iter().map(|(when, _)| when).collect());
        Ok(if all.is_empty() { Vec::new() } else { vec![branch(all, "")] })
    }

    fn test(&self, key: &str) -> Result<(String, Value), String> {
        let is_host = is_host(&self.source);
        let test = |operator, value: &str| {
            compare(&If {
                variable: &self.source,
                negated: false,
                operator,
                value: value.to_owned(),
                has_readers: false,
            })
        };
        let expression = |operator, value: &str| match Pcre::new(value, false)?.groups {
            0 => test(operator, value),
            _ => Err("a map whose expression captures".to_owned()),
        };
        match key.strip_prefix('~') {
            Some(regex) => match regex.strip_prefix('*') {
                Some(regex) => expression("~*", regex),
                None => expression("~", regex),
            },
            None if is_host && self.has_stars && key.starts_with('.') => {
                let name = key.trim_start_matches('.').to_ascii_lowercase();
                Ok(("host".to_owned(), Value::Array(vec![string(&name), string(format!("*.{name}"))])))
            }
            None if is_host && key.strip_prefix("*.").unwrap_or(key).contains('*') => {
                Err(format!("a map with the host {key:?}"))
            }
            None if is_host && key.starts_with("*.") && !self.has_stars => Err(format!("a map with the host {key:?}")),
            None if is_host || matches!(self.source.as_str(), "$scheme" | "$request_method") => test("=", key),
            None if self.source.starts_with("$http_") => test("~*", &format!("^{}$", regex_lite::escape(key))),
            None if key.bytes().all(|byte| byte.is_ascii_digit()) => test("=", key),
            None => Err(format!("a map of {}", self.source)),
        }
    }

    /// A row of a map of paths.
    fn path(&self, key: &str, value: &str) -> Result<Branch, String> {
        let is_raw = self.source == "$request_uri";
        let mut branch = Branch { when: Vec::new(), paths: None, value: value.to_owned(), is_wider: is_raw };
        if let Some(regex) = key.strip_prefix('~') {
            if is_raw {
                return Err("an expression on $request_uri".to_owned());
            }
            let (regex, fold) = regex.strip_prefix('*').map_or((regex, false), |regex| (regex, true));
            let path = Pcre::new(regex, fold)?.path("")?;
            branch.paths = Some(For {
                patterns: path.patterns.iter().map(Spelled::text).collect(),
                captures: path.captures,
                given: Vec::new(),
                wide: Vec::new(),
                paths: folded(path.fold),
                path: None,
            });
            return Ok(branch);
        }
        let (path, query) = if is_raw { key.split_once('?').unwrap_or((key, "")) } else { (key, "") };
        if !path.starts_with('/') || (is_raw && path.contains('%')) {
            return Err(format!("a map with the path {key:?}"));
        }
        if !query.is_empty() {
            let (name, text) = query.split_once('=').ok_or("a map with such a query")?;
            let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            // Rules compare a value with regard to its case.
            if !is_plain(text) || !is_name {
                return Err(format!("a map with the query {query:?}"));
            }
            let test = Value::Object(vec![(name.to_owned(), string(text))]);
            branch.when.push(("query".to_owned(), test));
        }
        let pattern = literal(&path.replace('%', "%25"));
        branch.paths = Some(For {
            patterns: vec![pattern],
            captures: Vec::new(),
            given: Vec::new(),
            wide: Vec::new(),
            paths: folded(true),
            path: None,
        });
        Ok(branch)
    }
}

pub(super) fn folded(fold: bool) -> Vec<(&'static str, Value)> {
    if fold { vec![("ignoreCase", Value::Bool(true))] } else { Vec::new() }
}

/// Whether an `if` holds for a value that a row has.
fn holds(test: &If<'_>, value: &str) -> Result<bool, String> {
    // Whatever a variable in it is, what begins with text is not empty.
    let is_text = !value.starts_with('$');
    let is_sure = !value.contains('$')
        || match test.operator {
            "" => is_text && !value.starts_with('0'),
            _ => is_text && test.value.is_empty(),
        };
    if is_sure { holds_of(test, value) } else { Err(format!("a map with the value {value:?}")) }
}

fn holds_of(test: &If<'_>, value: &str) -> Result<bool, String> {
    match test.operator {
        "" => Ok(!value.is_empty() && value != "0"),
        "=" => Ok((value == test.value) != test.negated),
        _ => Err("an expression on what a map says".to_owned()),
    }
}

/// One of several tests.
fn any(mut tests: Vec<Vec<(String, Value)>>) -> Vec<(String, Value)> {
    match tests.len() {
        0 | 1 => tests.pop().unwrap_or_default(),
        _ => vec![("any".to_owned(), Value::Array(tests.into_iter().map(Value::Object).collect()))],
    }
}
