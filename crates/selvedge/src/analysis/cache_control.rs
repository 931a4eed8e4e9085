//! `Cache-Control`, and the headers of CDNs that are written alike.

use super::header_values::header_values;
use crate::rules::Model;

/// The values that rules write without placeholders, and the place of each.
pub(crate) fn cache_controls(rules: &Model) -> impl Iterator<Item = (&str, String)> {
    let is_one = |name: &str| name == "cache-control" || name.ends_with("cdn-cache-control");
    header_values(rules)
        .into_iter()
        .filter(move |header| is_one(&header.name))
        .flat_map(|header| header.literals().collect::<Vec<_>>())
}

/// The directives: what commas outside quotes separate.
pub(crate) fn directives(value: &str) -> Vec<&str> {
    let mut quoted = false;
    let separates = |c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    };
    value.split(separates).map(str::trim).filter(|directive| !directive.is_empty()).collect()
}
