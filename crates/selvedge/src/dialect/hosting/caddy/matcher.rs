//! What a route of Caddy's matches: paths, and conditions.

use super::Around;
use crate::dialect::access::cidrs;
use crate::dialect::route::literal;
use crate::dialect::sink::string;
use crate::dialect::when::not;
use crate::rules::Value;

/// What a route matches, each in a set of its own.
pub(super) fn matched(route: &Value, around: &Around) -> Result<Vec<Around>, String> {
    match route.member("match") {
        None | Some(Value::Null) => Ok(vec![Around { depth: around.depth + 1, ..around.clone() }]),
        Some(Value::Array(sets)) => sets.iter().map(|set| one_set(set, around)).collect(),
        Some(_) => Err("a match but as a list".to_owned()),
    }
}

fn one_set(set: &Value, around: &Around) -> Result<Around, String> {
    let Value::Object(matchers) = set else { return Err("a matcher but as an object".to_owned()) };
    let mut own = Around { depth: around.depth + 1, ..around.clone() };
    for (name, value) in matchers {
        match name.as_str() {
            "path" => {
                let mut paths = patterns(value)?;
                // What is inside of `handle_path` is compared without the prefix.
                if let Some(prefix) = &around.stripped {
                    if !paths.iter().all(|path| path.starts_with('/')) {
                        return Err("a path but from its beginning, after a prefix is taken off".to_owned());
                    }
                    paths.iter_mut().for_each(|path| path.insert_str(0, &literal(prefix)));
                }
                // Inside another path only what lies below it is sure to be both.
                own.paths = match own.paths.take() {
                    None => Some(paths),
                    Some(outer) if paths.iter().all(|path| is_inside(path, &outer)) => Some(paths),
                    Some(outer) if paths == ["/*"] => Some(outer),
                    Some(_) => return Err("a path inside another one".to_owned()),
                };
            }
            "not" => {
                let Value::Array(sets) = value else { return Err("a \"not\" but as a list".to_owned()) };
                for set in sets {
                    let inside = one_set(set, &Around { stripped: around.stripped.clone(), ..Around::default() })?;
                    match (inside.paths, inside.when.is_empty()) {
                        (Some(paths), true) => own.except.extend(paths.iter().map(|path| spelled(path))),
                        (None, false) => not(&mut own.when, inside.when),
                        _ => return Err("a path and something else in \"not\"".to_owned()),
                    }
                }
            }
            other => {
                let (kind, test) = test(other, value)?;
                if own.when.iter().any(|(name, _)| *name == kind) {
                    return Err(format!("two conditions on the {kind}"));
                }
                own.when.push((kind, test));
            }
        }
    }
    Ok(own)
}

pub(super) fn spelled(path: &str) -> Value {
    match path.strip_prefix('~') {
        Some(regex) => Value::Object(vec![("regex".to_owned(), string(regex))]),
        None => string(path),
    }
}

/// A matcher that is not of the path.
fn test(name: &str, value: &Value) -> Result<(String, Value), String> {
    let plain = |value: &Value| matches!(value, Value::String(text) if !text.contains(['*', '{']));
    let all_plain = |list: &Value| matches!(list, Value::Array(list) if list.iter().all(plain) && !list.is_empty());
    Ok(match (name, value) {
        ("host", Value::Array(hosts)) => {
            let is_one = |host: &Value| matches!(host, Value::String(host) if !host.strip_prefix("*.").unwrap_or(host).contains(['*', '{', ':']));
            if !hosts.iter().all(is_one) || hosts.is_empty() {
                return Err("such hosts".to_owned());
            }
            ("host".to_owned(), value.clone())
        }
        ("method", list) if all_plain(list) => ("method".to_owned(), list.clone()),
        ("protocol", Value::String(scheme)) if scheme == "http" || scheme == "https" => {
            ("scheme".to_owned(), string(scheme))
        }
        ("remote_ip" | "client_ip", ranges) => {
            let ranges = ranges.member("ranges").filter(|list| all_plain(list)).and_then(cidrs).ok_or("such ranges")?;
            ("ip".to_owned(), ranges)
        }
        ("header" | "query", Value::Object(members)) => {
            // Of a header an empty list says that it is there.
            let values = |list: &Value| match list {
                Value::Array(list) if list.is_empty() && name == "header" => Ok(Value::Bool(true)),
                list => values(list),
            };
            let tests: Result<Vec<(String, Value)>, String> =
                members.iter().map(|(name, value)| Ok((name.clone(), values(value)?))).collect();
            (name.to_owned(), Value::Object(tests?))
        }
        (name, _) => return Err(format!("the matcher {name:?} as it is")),
    })
}

/// Values of a header or a parameter: `*` at an end is for anything.
fn values(list: &Value) -> Result<Value, String> {
    let Value::Array(list) = list else { return Ok(Value::Bool(false)) };
    let one = |value: &Value| -> Result<Value, String> {
        let Value::String(text) = value else { return Err("a value but a text".to_owned()) };
        let object = |name: &str, text: &str| Value::Object(vec![(name.to_owned(), string(text))]);
        let inner = text.trim_matches('*');
        if inner.contains(['*', '{']) {
            return Err(format!("a value as {text:?}"));
        }
        Ok(match (text.starts_with('*'), text.len() > inner.len() && text.ends_with('*')) {
            _ if inner.is_empty() && !text.is_empty() => Value::Bool(true),
            (false, false) => string(text),
            (false, true) => object("prefix", inner),
            (true, false) => object("suffix", inner),
            (true, true) => object("contains", inner),
        })
    };
    match list.as_slice() {
        [] => Err("no values".to_owned()),
        [only] => one(only),
        all if all.iter().all(|value| matches!(value, Value::String(text) if !text.contains(['*', '{']))) => {
            Ok(Value::Array(all.to_vec()))
        }
        _ => Err("several values with a star".to_owned()),
    }
}

fn patterns(list: &Value) -> Result<Vec<String>, String> {
    let Value::Array(list) = list else { return Err("paths but as a list".to_owned()) };
    let of = |path: &Value| -> Result<String, String> {
        let Value::String(path) = path else { return Err("a path but a text".to_owned()) };
        if path == "*" {
            return Ok("/*".to_owned());
        }
        let inner = path.trim_matches('*');
        if inner.contains(['*', '?', '[', '\\', '{', '%']) {
            return Err(format!("a path as {path:?}"));
        }
        let is_ending =
            inner.strip_prefix('.').is_some_and(|ending| ending.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        match (path.starts_with('*'), path.len() > inner.len() && path.ends_with('*')) {
            (true, false) if is_ending => Ok(format!("*{inner}")),
            (true, _) => Err(format!("a path as {path:?}")),
            (false, open) if inner.starts_with('/') => Ok(format!("{}{}", literal(inner), if open { "*" } else { "" })),
            _ => Err(format!("a path as {path:?}")),
        }
    };
    list.iter().map(of).collect()
}

/// Whether a pattern lies below one of others.
pub(super) fn is_inside(path: &str, outer: &[String]) -> bool {
    outer.iter().any(|outer| match outer.strip_suffix('*') {
        Some(begin) => {
            path.starts_with('/') && path.get(..begin.len()).is_some_and(|own| own.eq_ignore_ascii_case(begin))
        }
        None => path == outer,
    })
}
