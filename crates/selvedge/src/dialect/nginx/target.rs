//! Targets of `return` and `rewrite`: nginx's variables as placeholders.

use super::groups::Given;
use super::server::SCHEMES;
use crate::dialect::line::split_url;

pub(super) struct Names<'n> {
    /// What `$1` is, from 1.
    pub(super) captures: &'n [String],
    /// What variables of groups with names are.
    pub(super) given: &'n [Given],
    /// Placeholders that may be several labels of a host, which none is in the host of a target.
    pub(super) wide: &'n [String],
    /// The path of the request, where it can be put in.
    pub(super) path: Option<&'n str>,
}

/// A target as a template, and whether the request's query comes after it. The error says what rules do not have.
pub(super) fn template(text: &str, names: &Names<'_>) -> Result<(String, bool), String> {
    let text = on_own_host(text).unwrap_or(text);
    let ends = ["$is_args$args", "?$args", "?$query_string", "$is_args$query_string"];
    let (text, mut keeps) = match ends.into_iter().find_map(|end| text.strip_suffix(end)) {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        rest = after;
        match c {
            '$' => {
                let braced = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
                let (name, left) = braced.unwrap_or_else(|| {
                    let is_number = after.starts_with(|c: char| c.is_ascii_digit());
                    let end = if is_number {
                        1
                    } else {
                        after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len())
                    };
                    after.split_at(end)
                });
                rest = left;
                match (name, name.parse::<usize>()) {
                    (_, Ok(number)) => {
                        let capture = number.checked_sub(1).and_then(|at| names.captures.get(at));
                        out.push_str(capture.map(String::as_str).ok_or_else(|| format!("${number} here"))?);
                    }
                    ("host" | "http_host", _) => out.push_str("{host}"),
                    ("request_uri" | "uri", _) => {
                        out.push_str(names.path.ok_or("the whole path in the target of an expression")?);
                        keeps |= name == "request_uri";
                        if name == "request_uri" && !left.is_empty() {
                            return Err("something after $request_uri".to_owned());
                        }
                    }
                    (name, _) => {
                        let own = names.given.iter().find(|(own, _)| own == name);
                        out.push_str(&own.ok_or_else(|| format!("the variable ${name} in a target"))?.1);
                    }
                }
            }
            ':' if after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => out.push_str("{:}"),
            '{' => out.push_str("{{"),
            '}' => out.push_str("}}"),
            _ => out.push(c),
        }
    }
    if keeps && out.contains('?') {
        return Err("a query with that of the request after it".to_owned());
    }
    if selvedge_plan::path::has_dots(out.as_bytes()) {
        return Err("dot segments in a target".to_owned());
    }
    match split_url(&out) {
        Some((_, host, _)) if names.wide.iter().any(|wide| host.contains(wide)) => {
            return Err("several labels of a host from a group, in the host of a target".to_owned());
        }
        None if !out.starts_with('/') => return Err(format!("a target as {text:?}")),
        _ => {}
    }
    Ok((out, keeps))
}

/// What follows the scheme and the host of the request, which a path leads to as well.
fn on_own_host(text: &str) -> Option<&str> {
    ["$scheme://$host", "$scheme://$http_host"].into_iter().find_map(|own| text.strip_prefix(own))
}

/// A target with the scheme of the request, for each that there is; any other is for both.
pub(super) fn by_scheme(text: &str) -> Vec<(Option<&'static str>, String)> {
    if on_own_host(text).is_some() || !is_named(text, "scheme") {
        return vec![(None, text.to_owned())];
    }
    SCHEMES.map(|scheme| (Some(scheme), put(text, "scheme", scheme))).to_vec()
}

/// Whether a variable stands in a text.
pub(super) fn is_named(text: &str, name: &str) -> bool {
    put(text, name, "") != text
}

/// A text with what a variable is put in its place.
pub(super) fn put(text: &str, name: &str, value: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let braced = after.strip_prefix('{').and_then(|inner| inner.strip_prefix(name)?.strip_prefix('}'));
        let is_end = |left: &&str| !left.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        match braced.or_else(|| after.strip_prefix(name).filter(is_end)) {
            Some(left) => {
                out.push_str(value);
                rest = left;
            }
            None => {
                out.push('$');
                rest = after;
            }
        }
    }
    out + rest
}
