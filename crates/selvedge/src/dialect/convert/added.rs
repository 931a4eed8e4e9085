//! Headers that rules take away and then add to, by the same paths: what blocks of Cloudflare's say, which add up where several
//! are for a path, and in place of what the site's files bring. Cookies add up by themselves.

use super::collect::{member, strings};
use crate::rules::Value;

#[derive(Default)]
pub(super) struct Added {
    /// Headers, by the rule that adds to them.
    adds: Vec<(usize, String)>,
    /// Headers, by the rule that takes them away for it.
    taken: Vec<(usize, String)>,
}

impl Added {
    pub(super) fn of(rules: &Value) -> Added {
        let Some(Value::Array(headers)) = member(rules, "headers") else { return Added::default() };
        let mut all = Added::default();
        for (at, rule) in headers.iter().enumerate() {
            let Some(Value::Object(append)) = member(rule, "append") else { continue };
            for (name, _) in append {
                let takes = |other: &&Value| {
                    ["for", "when", "at", "ignoreCase", "ignoreTrailingSlash"]
                        .iter()
                        .all(|it| member(other, it) == member(rule, it))
                        && strings(member(other, "remove")).iter().any(|removed| removed.eq_ignore_ascii_case(name))
                };
                let taken = headers.iter().take(at).position(|other| takes(&other));
                all.taken.extend(taken.map(|taken| (taken, name.clone())));
                if taken.is_some() || is_cookie(name) {
                    all.adds.push((at, name.clone()));
                }
            }
        }
        all
    }

    /// Whether the rule's `append`, if it has one, can be written as what it sets.
    pub(super) fn adds(&self, at: usize, rule: &Value) -> bool {
        let all = |append: &[(String, Value)]| append.iter().all(|(name, _)| self.adds_one(at, name));
        matches!(member(rule, "append"), Some(Value::Object(append)) if all(append))
    }

    /// The same of one of its headers.
    pub(super) fn adds_one(&self, at: usize, name: &str) -> bool {
        self.adds.iter().any(|(rule, own)| *rule == at && own == name)
    }

    /// What the rule takes away by itself.
    pub(super) fn removes(&self, at: usize, rule: &Value) -> Vec<String> {
        let taken = |name: &String| self.taken.iter().any(|(rule, it)| *rule == at && it.eq_ignore_ascii_case(name));
        strings(member(rule, "remove")).into_iter().filter(|name| !taken(name)).collect()
    }
}

pub(super) fn is_cookie(name: &str) -> bool {
    name.eq_ignore_ascii_case("set-cookie")
}

/// What a rule sets, and what it adds.
pub(super) fn values(rule: &Value) -> impl Iterator<Item = (&'static str, &str, &Value)> {
    ["set", "append"].into_iter().flat_map(|verb| {
        let headers = match member(rule, verb) {
            Some(Value::Object(headers)) => headers.as_slice(),
            _ => &[],
        };
        headers.iter().map(move |(name, values)| (verb, name.as_str(), values))
    })
}
