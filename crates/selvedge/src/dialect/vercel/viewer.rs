//! Items that lead some viewers elsewhere, by who they are: to a page where they log in. One that is left out keeps everybody out.

use super::route_parts::src;
use super::source::{Matched, Source};
use super::{Reader, member, text};
use crate::dialect::key::may_be_key;
use crate::dialect::route::beginning;
use crate::dialect::sink::Members;
use crate::rules::Value;

/// Whether an item asks for a cookie, or for a header that may be a key. What cannot be read may do so.
pub(super) fn asks_who(item: &Value) -> bool {
    let text_of = |one: &Value, name: &str| match member(one, name) {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    let one_asks = |one: &Value| match text_of(one, "type").as_deref() {
        Some("host" | "query") => false,
        Some("header") => text_of(one, "key").is_none_or(|key| may_be_key(&key)),
        _ => true,
    };
    ["has", "missing"].iter().any(|name| match member(item, name) {
        Some(Value::Array(all)) => all.iter().any(one_asks),
        list => list.is_some(),
    })
}

impl Reader<'_> {
    /// Answers 403 for the paths of a redirect that is left out, where it asks who the viewer is.
    pub(super) fn close_redirect(&mut self, item: &Value, place: &str) {
        let source = src(item);
        let parsed = Source::parse(source);
        if !asks_who(item) || source.is_empty() || parsed.as_ref().is_ok_and(|source| source.never().is_some()) {
            return;
        }
        let matched = parsed.and_then(|source| source.matched(false));
        let paths: Vec<(Value, Option<Value>)> = match matched {
            Ok(matched) => matched.into_iter().map(|Matched { from, except, .. }| (from, except)).collect(),
            Err(_) => vec![(text(&format!("{}*", beginning(source))), None)],
        };
        for (from, except) in paths {
            let mut members: Members = vec![("for", from, Some(self.span(place)))];
            members.extend(except.map(|except| ("except", except, None)));
            members.extend(["ignoreCase", "ignoreTrailingSlash"].map(|name| (name, Value::Bool(true), None)));
            members.push(("status", Value::Number(403.0), None));
            self.sink.rule("responses", self.span(place), members);
        }
        let message = "a redirect by who asks is left out; its paths are answered 403";
        self.error("not-honoured", place, message, "write it as rules, or take it out to open the paths");
    }
}
