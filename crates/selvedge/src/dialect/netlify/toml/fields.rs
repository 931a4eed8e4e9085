//! Members of a table, as texts and lists of texts.

use super::{Reader, Text};
use crate::rules::Value;

impl Reader<'_> {
    pub(super) fn items<'v>(&mut self, file: &'v Value, name: &str) -> Vec<(&'v Value, String)> {
        match member(file, &[name]) {
            None => Vec::new(),
            Some((_, Value::Array(items))) => {
                items.iter().enumerate().map(|(at, item)| (item, format!("{name}[{at}]"))).collect()
            }
            Some(_) => {
                let help = format!("write [[{name}]], once for each");
                self.sink.error("invalid-value", self.span(name), "expected a list of tables", help);
                Vec::new()
            }
        }
    }

    /// A member by one of its names. `None`: it is there, and is not text.
    #[allow(clippy::option_option)] // Wrong; absent; there.
    pub(super) fn text(&mut self, item: &Value, place: &str, names: &[&str]) -> Option<Option<Text>> {
        match member(item, names) {
            None => Some(None),
            Some((name, Value::String(text))) => Some(Some((text.clone(), self.span(&format!("{place}.{name}"))))),
            Some((name, Value::Array(_))) => self.wrong(&format!("{place}.{name}"), "a text; write a table for each"),
            Some((name, _)) => self.wrong(&format!("{place}.{name}"), "a text; write it in quotes"),
        }
    }

    /// The members of a table as `name=value`; a list is joined by commas.
    pub(super) fn pairs(&mut self, item: &Value, place: &str, names: &[&str]) -> Option<Vec<Text>> {
        let (table, members) = match member(item, names) {
            None => return Some(Vec::new()),
            Some((name, Value::Object(members))) => (name, members),
            Some((name, _)) => {
                let pair = if name == "conditions" { "Country = [\"de\"]" } else { "id = \":id\"" };
                return self.wrong(&format!("{place}.{name}"), &format!("a table; write {name} = {{ {pair} }}"));
            }
        };
        let mut pairs = Vec::new();
        for (name, value) in members {
            let place = format!("{place}.{table}.{name}");
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Array(items) => self.all_texts(items, &place)?.join(","),
                Value::Number(_) | Value::Bool(_) => return self.wrong(&place, "a text; write it in quotes"),
                _ => return self.wrong(&place, "a text, or a list of texts"),
            };
            pairs.push((format!("{name}={value}"), self.span(&place)));
        }
        Some(pairs)
    }

    /// The members of a table that are texts.
    pub(super) fn texts(&mut self, item: &Value, place: &str, name: &str) -> Option<Vec<(String, Text)>> {
        let place = format!("{place}.{name}");
        let members = match member(item, &[name]) {
            None => return Some(Vec::new()),
            Some((_, Value::Object(members))) => members,
            Some(_) => return self.wrong(&place, "a table; write headers = { X-A = \"1\" }"),
        };
        let mut texts = Vec::new();
        for (name, value) in members {
            let place = format!("{place}.{name}");
            let Value::String(text) = value else { return self.wrong(&place, "a text; write it in quotes") };
            texts.push((name.clone(), (text.clone(), self.span(&place))));
        }
        Some(texts)
    }

    /// Items that all have to be texts: one that is not would be a condition less, or a header.
    pub(super) fn all_texts<'v>(&mut self, items: &'v [Value], place: &str) -> Option<Vec<&'v str>> {
        let mut texts = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let Value::String(text) = item else {
                return self.wrong(&format!("{place}[{at}]"), "a text; write it in quotes");
            };
            texts.push(text.as_str());
        }
        Some(texts)
    }

    /// `expected`: what, and after a semicolon what to do.
    pub(super) fn wrong<T>(&mut self, place: &str, expected: &str) -> Option<T> {
        let (expected, help) = expected.split_once("; ").unwrap_or((expected, ""));
        self.sink.error("invalid-value", self.span(place), format!("expected {expected}"), help);
        None
    }
}

/// The first of these names that is there.
pub(super) fn member<'v>(value: &'v Value, names: &[&str]) -> Option<(&'v str, &'v Value)> {
    let Value::Object(members) = value else { return None };
    let find = |name: &&str| members.iter().find(|(member, _)| member == name);
    names.iter().find_map(find).map(|(name, value)| (name.as_str(), value))
}
