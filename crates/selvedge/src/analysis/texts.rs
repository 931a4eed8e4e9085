//! The patterns and targets of rules as they were written: what was read of them no longer shows whose spelling it was.

use crate::rules::Value;

/// What a text is in its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A pattern that says which paths a rule is for.
    Pattern,
    /// A pattern of `except`.
    Exception,
    /// Where a redirect, a rewrite or a variant leads.
    Target,
    /// What `replace` puts in place of a match.
    Replacement,
}

/// Calls `f` with every pattern and target of the rules, and its place.
pub(crate) fn each_text(rules: &Value, f: &mut impl FnMut(Kind, &str, String)) {
    for (list, rule, place) in members(rules).iter().flat_map(|(list, all)| items(list, all)) {
        for (name, value) in members(rule) {
            let kind = match name.as_str() {
                "from" | "for" => Kind::Pattern,
                "except" => Kind::Exception,
                "to" => Kind::Target,
                "variants" if list == "experiments" => {
                    for (_, variant, place) in items(&format!("{place}.variants"), value) {
                        let to = members(variant).iter().filter(|(name, _)| name == "to");
                        to.for_each(|(_, to)| texts(Kind::Target, to, &format!("{place}.to"), f));
                    }
                    continue;
                }
                "replace" => {
                    for (header, value) in members(value) {
                        for (_, each, place) in items(&format!("{place}.replace[{header:?}]"), value) {
                            let with = members(each).iter().filter(|(name, _)| name == "with");
                            with.for_each(|(_, with)| texts(Kind::Replacement, with, &format!("{place}.with"), f));
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            texts(kind, value, &format!("{place}.{name}"), f);
        }
    }
}

/// The texts of a value: its own, or those of a list.
fn texts(kind: Kind, value: &Value, place: &str, f: &mut impl FnMut(Kind, &str, String)) {
    match value {
        Value::String(text) => f(kind, text, place.to_owned()),
        Value::Array(list) => {
            for (at, item) in list.iter().enumerate() {
                if let Value::String(text) = item {
                    f(kind, text, format!("{place}[{at}]"));
                }
            }
        }
        _ => {}
    }
}

fn members(value: &Value) -> &[(String, Value)] {
    if let Value::Object(members) = value { members } else { &[] }
}

/// The items of a list, or a single value, each with its place.
fn items<'v>(list: &'v str, value: &'v Value) -> impl Iterator<Item = (&'v str, &'v Value, String)> {
    let (all, alone) = match value {
        Value::Array(all) => (all.as_slice(), false),
        value => (std::slice::from_ref(value), true),
    };
    all.iter()
        .enumerate()
        .map(move |(at, item)| (list, item, if alone { list.to_owned() } else { format!("{list}[{at}]") }))
}
