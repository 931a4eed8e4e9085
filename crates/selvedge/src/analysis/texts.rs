//! The patterns and targets of rules as they were written: what was read of them no longer shows whose spelling it was.

use std::fmt::{self, Display, Formatter};

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

/// Where a text stands. It is spelled out for the few that there is something to say of: there may be a million.
pub(crate) enum Place<'p> {
    List(&'p str),
    Item(&'p Place<'p>, usize),
    Member(&'p Place<'p>, &'p str),
    /// A name that the author chose.
    Named(&'p Place<'p>, &'p str),
}

impl Display for Place<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Place::List(name) => f.write_str(name),
            Place::Item(list, at) => write!(f, "{list}[{at}]"),
            Place::Member(rule, name) => write!(f, "{rule}.{name}"),
            Place::Named(member, name) => write!(f, "{member}[{name:?}]"),
        }
    }
}

/// Calls `f` with every pattern and target of the rules, and its place.
pub(crate) fn each_text(rules: &Value, f: &mut impl FnMut(Kind, &str, &Place<'_>)) {
    for (list, all) in members(rules) {
        each_item(&Place::List(list), all, &mut |rule, place| {
            for (name, value) in members(rule) {
                let own = Place::Member(place, name);
                let kind = match name.as_str() {
                    "from" | "for" => Kind::Pattern,
                    "except" => Kind::Exception,
                    "to" => Kind::Target,
                    "variants" if list == "experiments" => {
                        each_item(&own, value, &mut |variant, place| inside(variant, "to", Kind::Target, place, f));
                        continue;
                    }
                    "replace" => {
                        for (header, value) in members(value) {
                            each_item(&Place::Named(&own, header), value, &mut |each, place| {
                                inside(each, "with", Kind::Replacement, place, f);
                            });
                        }
                        continue;
                    }
                    _ => continue,
                };
                texts(kind, value, &own, f);
            }
        });
    }
}

/// The texts of the member of this name.
fn inside(value: &Value, name: &str, kind: Kind, place: &Place<'_>, f: &mut impl FnMut(Kind, &str, &Place<'_>)) {
    for (_, text) in members(value).iter().filter(|(own, _)| own == name) {
        texts(kind, text, &Place::Member(place, name), f);
    }
}

/// The texts of a value: its own, or those of a list.
fn texts(kind: Kind, value: &Value, place: &Place<'_>, f: &mut impl FnMut(Kind, &str, &Place<'_>)) {
    match value {
        Value::String(text) => f(kind, text, place),
        Value::Array(list) => {
            for (at, item) in list.iter().enumerate() {
                if let Value::String(text) = item {
                    f(kind, text, &Place::Item(place, at));
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
fn each_item(list: &Place<'_>, value: &Value, f: &mut dyn FnMut(&Value, &Place<'_>)) {
    match value {
        Value::Array(all) => all.iter().enumerate().for_each(|(at, item)| f(item, &Place::Item(list, at))),
        single => f(single, list),
    }
}
