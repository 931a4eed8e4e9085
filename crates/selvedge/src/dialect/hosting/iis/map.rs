//! `<rewriteMaps>`: tables of addresses that a rule looks up.
//!
//! Documented at <https://learn.microsoft.com/iis/extensions/url-rewrite-module/using-rewrite-maps-in-url-rewrite-module>.

use super::target::absolute;
use super::{Element, elements, is, name};
use crate::dialect::hosting::reader::{resolved, target_text};
use crate::dialect::route::literal;

/// A map whose keys are paths.
pub(super) struct Map<'d> {
    name: &'d str,
    pub(super) fold: bool,
    rows: Vec<(&'d str, &'d str)>,
    has_default: bool,
}

/// A rule that looks its path up.
pub(super) struct Lookup {
    pub(super) rows: Vec<(String, String)>,
    pub(super) fold: bool,
    /// The key is the address with its query.
    pub(super) with_query: bool,
}

pub(super) fn maps<'d>(section: Element<'d>) -> Vec<Map<'d>> {
    let parts = elements(section).filter(|part| name(*part) == "rewriteMaps");
    let all = parts.flat_map(elements).filter(|map| name(*map) == "rewriteMap");
    let read = |map: Element<'d>| {
        let rows = elements(map).filter(|row| name(*row) == "add");
        Some(Map {
            name: map.attribute("name")?,
            fold: is(map, "ignoreCase", true),
            rows: rows.filter_map(|row| Some((row.attribute("key")?, row.attribute("value")?))).collect(),
            has_default: map.attribute("defaultValue").is_some_and(|value| !value.is_empty()),
        })
    };
    all.filter_map(read).collect()
}

/// The rows that a rule of the documented form leads along: for all paths, with one condition `{Map:{REQUEST_URI}}` or `{Map:{R:1}}` that captures
/// what it finds, and that as the address.
pub(super) fn lookup(
    rule: Element<'_>,
    conditions: Option<Element<'_>>,
    url: &str,
    maps: &[Map<'_>],
) -> Option<Result<Lookup, String>> {
    let mut tests = conditions.map(elements).into_iter().flatten();
    let test = tests.next().filter(|_| tests.next().is_none())?;
    let (name, key) = test.attribute("input")?.strip_prefix('{')?.strip_suffix('}')?.split_once(':')?;
    let map = maps.iter().find(|map| map.name == name)?;
    let is_all = |text: &str| [".*", "(.*)", "^(.*)$", "^.*$", ".+", "(.+)"].contains(&text);
    let matched = elements(rule).find(|inside| super::name(*inside) == "match")?;
    let pattern = matched.attribute("url").unwrap_or_default();
    // What a pattern matches is the path without its first slash.
    let (with_query, begin) = match key.to_ascii_uppercase().as_str() {
        "{REQUEST_URI}" | "{UNENCODED_URL}" => (true, ""),
        "{URL}" | "{PATH_INFO}" => (false, ""),
        "{R:0}" => (false, "/"),
        "{R:1}" if pattern.contains('(') => (false, "/"),
        _ => return None,
    };
    let holds = is_all(pattern)
        && !is(matched, "negate", false)
        && !is(test, "negate", false)
        && ["(.+)", "^(.+)$"].contains(&test.attribute("pattern").unwrap_or_default())
        && matches!(url, "{C:1}" | "{C:0}");
    if !holds {
        return None;
    }
    if map.has_default {
        return Some(Err("a map with a default, which is for all paths".to_owned()));
    }
    let row = |(key, to): &(&str, &str)| -> Result<(String, String), String> {
        if key.is_empty() || key.starts_with('/') != begin.is_empty() || key.contains(['?', '#', '%']) {
            return Err(format!("a map with the key {key:?}"));
        }
        Ok((literal(&format!("{begin}{key}")), resolved(absolute(&target_text(to))?)?))
    };
    let rows = map.rows.iter().map(row).collect::<Result<_, _>>();
    Some(rows.map(|rows| Lookup { rows, fold: map.fold, with_query }))
}
