//! `when` on plain lists of names and values.

use serde_json::{Value, json};

/// A condition, and what is looked at.
#[derive(Clone, Debug)]
pub(crate) enum When {
    Any(Vec<When>),
    Not(Box<When>),
    All(Vec<When>),
    Query(String, Test),
    Header(String, Test),
    Cookie(String, Test),
    Host(Test),
    Method(String),
}

/// What a value is compared with.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Present(bool),
    Equal(Vec<String>),
    Prefix(String),
    Suffix(String),
    Contains(String),
}

/// What a request holds.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) host: String,
    /// Names and values as they are compared: a query form-decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) cookies: Vec<(String, String)>,
}

impl When {
    pub(crate) fn holds(&self, seen: &Seen) -> bool {
        match self {
            When::Any(list) => list.iter().any(|when| when.holds(seen)),
            When::All(list) => list.iter().all(|when| when.holds(seen)),
            When::Not(when) => !when.holds(seen),
            When::Query(name, test) => test.holds(&values(&seen.query, name)),
            When::Header(name, test) => test.holds(&values(&seen.headers, name)),
            When::Cookie(name, test) => test.holds(&values(&seen.cookies, name)),
            When::Host(test) => test.host(&seen.host),
            When::Method(method) => *method == seen.method,
        }
    }

    /// As it is written in rules.
    pub(crate) fn json(&self) -> Value {
        match self {
            When::Any(list) => json!({ "any": list.iter().map(When::json).collect::<Vec<_>>() }),
            // Each of the list has to fail for none of them to fail.
            When::All(list) => {
                json!({ "not": { "any": list.iter().map(|when| json!({ "not": when.json() })).collect::<Vec<_>>() } })
            }
            When::Not(when) => json!({ "not": when.json() }),
            When::Query(name, test) => json!({ "query": { name: test.json() } }),
            When::Header(name, test) => json!({ "header": { name: test.json() } }),
            When::Cookie(name, test) => json!({ "cookie": { name: test.json() } }),
            When::Host(test) => json!({ "host": test.json() }),
            When::Method(method) => json!({ "method": method }),
        }
    }
}

impl Test {
    fn holds(&self, values: &[&str]) -> bool {
        match self {
            Test::Present(present) => *present != values.is_empty(),
            test => values.iter().any(|value| test.value(value)),
        }
    }

    fn value(&self, value: &str) -> bool {
        match self {
            Test::Present(present) => *present,
            Test::Equal(list) => list.iter().any(|option| option == value),
            Test::Prefix(prefix) => value.starts_with(prefix),
            Test::Suffix(suffix) => value.ends_with(suffix),
            Test::Contains(part) => value.contains(part),
        }
    }

    /// `*.a` is one or more labels before `.a`.
    fn host(&self, host: &str) -> bool {
        let is = |option: &String| match option.strip_prefix('*') {
            Some(suffix) => host.strip_suffix(suffix).is_some_and(|label| !label.is_empty()),
            None => host == option,
        };
        match self {
            Test::Equal(list) => list.iter().any(is),
            test => test.holds(&[host]),
        }
    }

    fn json(&self) -> Value {
        match self {
            Test::Present(present) => json!(present),
            Test::Equal(list) => json!(list),
            Test::Prefix(text) => json!({ "prefix": text }),
            Test::Suffix(text) => json!({ "suffix": text }),
            Test::Contains(text) => json!({ "contains": text }),
        }
    }
}

fn values<'s>(list: &'s [(String, String)], name: &str) -> Vec<&'s str> {
    list.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect()
}
