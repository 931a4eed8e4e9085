//! Rules of `origins` as the vendors have them: lines that lead to a URL and keep the viewer's address.
//!
//! Such a line is two rules here, the server and the path there. They are one again where both have the same paths and conditions.

use super::collect::{member, strings};
use crate::rules::Value;

/// A rule of `origins` and the rewrite that belongs to it.
pub(super) struct Pair<'v> {
    /// Where the rule of `origins` is.
    pub(super) place: String,
    pub(super) origin: &'v Value,
    /// Which of `rewrites` it is, if there is one.
    pub(super) rewrite: Option<usize>,
    /// Rewrites may change the path before this server is asked, which a line of its own cannot say.
    pub(super) others_rewrite: bool,
    /// A rule before it keeps paths from this server, and is not a line by itself.
    is_held: bool,
}

/// What becomes of a server without a rewrite of its own, next to rewrites.
pub(super) const ANOTHER_SERVER: &str = "asks the other server for the path as it is: no rewrite is for it as well";

/// All rules of `origins` that do something.
pub(super) fn pairs(rules: &Value) -> Vec<Pair<'_>> {
    let rewrites = items(rules, "rewrites");
    let origins = items(rules, "origins").iter().enumerate().filter(|(_, origin)| **origin != Value::Null);
    let mut taken = vec![false; rewrites.len()];
    let mut pairs = Vec::new();
    let mut is_held = false;
    for (position, origin) in origins {
        if member(origin, "to").is_none() {
            is_held |= !rewrites.iter().any(|rewrite| member(rewrite, "from") == member(origin, "for"));
            continue;
        }
        let same = |rewrite: &Value| {
            member(rewrite, "from") == member(origin, "for")
                && ["when", "except", "ignoreCase", "ignoreTrailingSlash"]
                    .iter()
                    .all(|name| member(rewrite, name) == member(origin, name))
                && member(rewrite, "fallback").is_none()
                && member(rewrite, "to").is_some()
        };
        let rewrite = rewrites.iter().zip(&taken).position(|(rewrite, taken)| !taken && same(rewrite));
        if let Some(taken) = rewrite.and_then(|at| taken.get_mut(at)) {
            *taken = true;
        }
        pairs.push(Pair { place: format!("origins[{position}]"), origin, rewrite, others_rewrite: false, is_held });
    }
    let acts = |rewrite: &Value| member(rewrite, "to").is_some() && member(rewrite, "fallback").is_none();
    let others_rewrite = rewrites.iter().zip(&taken).any(|(rewrite, taken)| !taken && acts(rewrite));
    for pair in pairs.iter_mut().filter(|pair| pair.rewrite.is_none()) {
        pair.others_rewrite = others_rewrite;
    }
    pairs
}

fn items<'v>(rules: &'v Value, name: &str) -> &'v [Value] {
    match member(rules, name) {
        Some(Value::Array(items)) => items,
        Some(single) => std::slice::from_ref(single),
        None => &[],
    }
}

/// Lines that lead to a URL, and the names and values of their request headers.
type Proxied = (Vec<Value>, Vec<(String, String)>);

impl Pair<'_> {
    /// The line as a rewrite that leads to a URL, and its request headers. The error says what the vendors do not have.
    pub(super) fn proxied(&self, rewrite: Option<&Value>) -> Result<Proxied, String> {
        if self.is_held {
            return Err("way to keep paths from another server".to_owned());
        }
        let (server, headers) = server(member(self.origin, "to"))?;
        let with = |to: String, from: &Value| {
            let Value::Object(members) = rewrite.unwrap_or(self.origin) else { return Value::Null };
            let kept = members.iter().filter(|(name, _)| !["to", "from", "for"].contains(&name.as_str())).cloned();
            let own = [("from".to_owned(), from.clone()), ("to".to_owned(), Value::String(to))];
            Value::Object(own.into_iter().chain(kept).collect())
        };
        let paths = member(self.origin, "for").ok_or("way to ask another server for all paths")?;
        if let Some(Value::String(to)) = rewrite.and_then(|rewrite| member(rewrite, "to")) {
            return Ok((vec![with(format!("{server}{to}"), paths)], headers));
        }
        // The path stays as it is, whatever it is.
        let mut lines = Vec::new();
        for path in strings(Some(paths)) {
            let same = same_path(&path)?;
            lines.push(with(format!("{server}{same}"), &Value::String(path)));
        }
        if lines.is_empty() { Err("regular expressions".to_owned()) } else { Ok((lines, headers)) }
    }
}

/// The target that is the path itself.
fn same_path(pattern: &str) -> Result<String, String> {
    if !pattern.starts_with('/') || pattern.contains(['{', '}']) || pattern.matches('*').count() > 1 {
        return Err(format!("target that is the path of {pattern:?}"));
    }
    Ok(pattern.replace('*', ":splat"))
}

/// `https://host:port/prefix`, and the headers that the server is sent.
fn server(to: Option<&Value>) -> Result<(String, Vec<(String, String)>), String> {
    let of_kind = |kind: &str| to.and_then(|to| member(to, kind));
    let Some(Value::Object(fields)) = of_kind("custom").or(of_kind("s3")) else {
        return Err("servers of this kind".to_owned());
    };
    let (mut scheme, mut host, mut port, mut prefix) = ("https", String::new(), None, "");
    let mut headers = Vec::new();
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("domainName", Value::String(name)) => host.clone_from(name),
            ("protocol", Value::String(protocol)) => scheme = if protocol == "http" { "http" } else { "https" },
            ("port", Value::Number(number)) => port = Some(*number as u32),
            ("path", Value::String(path)) => prefix = path.trim_end_matches('/'),
            ("customHeaders", Value::Object(sent)) => {
                for (name, value) in sent {
                    let Value::String(value) = value else { return Err("such headers for a server".to_owned()) };
                    headers.push((name.clone(), value.clone()));
                }
            }
            ("authMethod", Value::String(method)) if method == "none" => {}
            // How long to wait, and for which versions of TLS: the vendor's own business.
            ("readTimeout" | "keepaliveTimeout" | "sslProtocols" | "region", _) => {}
            _ => return Err(format!("{name:?} of servers")),
        }
    }
    let usual = if scheme == "http" { 80 } else { 443 };
    let port = port.filter(|port| *port != usual).map_or_else(String::new, |port| format!(":{port}"));
    Ok((format!("{scheme}://{host}{port}{prefix}"), headers))
}
