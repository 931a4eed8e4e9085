//! Conditions as `has` and `missing` of `vercel.json`.

use super::collect::strings;
use super::conditions::is_name;
use super::vercel::{object, text_of};
use crate::rules::Value;

/// More alternatives than this in which conditions hold are not written out.
const MAX_ALTERNATIVES: usize = 8;

/// One alternative in which the conditions hold.
#[derive(Clone, Default)]
pub(super) struct Alternative {
    has: Vec<Value>,
    missing: Vec<Value>,
    /// What the destination can put in, as the target has it and as Vercel does.
    pub(super) captured: Vec<(String, String)>,
}

impl Alternative {
    pub(super) fn members(&self) -> impl Iterator<Item = (String, Value)> {
        let lists = [("has", &self.has), ("missing", &self.missing)];
        let lists = lists.map(|(name, list)| (name.to_owned(), Value::Array(list.clone())));
        lists.into_iter().filter(|(_, list)| *list != Value::Array(Vec::new()))
    }
}

/// What differs there.
pub(super) enum Told {
    Changes(&'static str),
    /// Below the conditions, and what there is none of.
    Cannot(String, String),
}

/// The alternatives in which conditions hold: a list of Vercel's says that all of it holds, and one rule may be several entries.
pub(super) fn has(when: Option<&Value>) -> (Vec<Alternative>, Vec<Told>) {
    let mut told = Vec::new();
    let mut alternatives = vec![Alternative::default()];
    let members = match when {
        None => return (alternatives, told),
        Some(Value::Object(members)) => members.as_slice(),
        Some(_) => return (alternatives, vec![Told::Cannot(String::new(), "conditions such as these".to_owned())]),
    };
    for (name, test) in members {
        let place = format!(".{name}");
        let more = match (name.as_str(), test) {
            ("not", Value::Object(none)) if none.len() == 1 => {
                let mut alternative = Alternative::default();
                none.iter().for_each(|(kind, tests)| items(kind, tests, &place, &mut alternative, &mut told));
                // Of several, one may hold and another one not.
                if alternative.has.len() + alternative.missing.len() > 1 {
                    told.push(Told::Cannot(place, "way to say that not all of several hold".to_owned()));
                }
                vec![Alternative { has: alternative.missing, missing: alternative.has, captured: Vec::new() }]
            }
            ("any", Value::Array(any)) if any.len() * alternatives.len() <= MAX_ALTERNATIVES => {
                let all = any.iter().map(|one| has(Some(one)));
                let (more, said): (Vec<_>, Vec<_>) = all.unzip();
                told.extend(said.into_iter().flatten());
                more.concat()
            }
            // Vercel leads http to https by itself.
            ("scheme", Value::String(scheme)) if scheme == "https" => {
                told.push(Told::Changes("is asked over https alone: it leads there by itself"));
                continue;
            }
            ("scheme", Value::String(_)) => {
                told.push(Told::Cannot(place, "requests over http: it leads them to https by itself".to_owned()));
                continue;
            }
            _ => {
                let mut alternative = Alternative::default();
                items(name, test, &place, &mut alternative, &mut told);
                vec![alternative]
            }
        };
        alternatives =
            alternatives.iter().flat_map(|alternative| more.iter().map(move |more| alternative.and(more))).collect();
    }
    (alternatives, told)
}

impl Alternative {
    fn and(&self, other: &Alternative) -> Alternative {
        let mut both = self.clone();
        both.has.extend(other.has.clone());
        both.missing.extend(other.missing.clone());
        both.captured.extend(other.captured.clone());
        both
    }
}

fn items(kind: &str, tests: &Value, place: &str, alternative: &mut Alternative, told: &mut Vec<Told>) {
    let countries;
    let tests: Vec<(&str, Option<&str>, &Value)> = match (kind, tests) {
        ("host", test) => vec![("host", None, test)],
        ("country", test) => {
            countries = upper(test);
            vec![("header", Some("x-vercel-ip-country"), &countries)]
        }
        ("header" | "cookie" | "query", Value::Object(tests)) => {
            tests.iter().map(|(key, test)| (kind, Some(key.as_str()), test)).collect()
        }
        _ => return told.push(Told::Cannot(place.to_owned(), format!("condition on {kind:?} as this one"))),
    };
    for (kind, key, test) in tests {
        let mut item = vec![("type", text_of(kind))];
        item.extend(key.map(|key| ("key", text_of(key))));
        match test {
            Value::Bool(true) => {
                // A key by itself is a name for the value.
                alternative.captured.extend(
                    key.filter(|key| kind == "query" && is_name(key))
                        .map(|key| (format!("query.{key}"), key.to_owned())),
                );
                alternative.has.push(object(item));
            }
            Value::Bool(false) => alternative.missing.push(object(item)),
            test => match value_of(test) {
                Some(value) => {
                    if let Value::String(regex) = &value {
                        alternative.captured.extend(groups(regex).map(|name| (name.to_owned(), name.to_owned())));
                    }
                    alternative.has.push(object(item.into_iter().chain([("value", value)])));
                }
                None => told.push(Told::Cannot(place.to_owned(), "test such as this one".to_owned())),
            },
        }
    }
}

/// The names of the groups of an expression.
fn groups(regex: &str) -> impl Iterator<Item = &str> {
    regex
        .split("(?<")
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(name, _)| name)
        .filter(|name| is_name(name))
}

/// Codes of countries as Vercel has them, ISO 3166-1.
fn upper(test: &Value) -> Value {
    match test {
        Value::String(code) => Value::String(code.to_ascii_uppercase()),
        Value::Array(items) => Value::Array(items.iter().map(upper).collect()),
        other => other.clone(),
    }
}

/// A test as the value of a condition.
fn value_of(test: &Value) -> Option<Value> {
    match test {
        Value::String(text) => Some(object([("eq", text_of(text))])),
        Value::Array(items) if items.iter().all(|item| matches!(item, Value::String(_))) => {
            Some(object([("inc", test.clone())]))
        }
        Value::Array(items) => {
            let alternatives: Option<Vec<String>> = items.iter().map(expression).collect();
            Some(text_of(&alternatives?.join("|")))
        }
        Value::Object(parts) => match parts.as_slice() {
            [(name, value @ Value::String(_))] if name == "prefix" => Some(object([("pre", value.clone())])),
            [(name, value @ Value::String(_))] if name == "suffix" => Some(object([("suf", value.clone())])),
            [(name, Value::String(regex))] if name == "regex" => {
                let whole = regex.strip_prefix("^(?:").and_then(|regex| regex.strip_suffix(")$"));
                Some(text_of(&whole.map_or_else(|| format!(".*(?:{regex}).*"), str::to_owned)))
            }
            _ => None,
        },
        _ => None,
    }
}

/// One of several tests, as an expression for the whole value.
fn expression(test: &Value) -> Option<String> {
    let (name, texts) = match test {
        Value::String(text) => return Some(escaped(text)),
        Value::Object(parts) => match parts.as_slice() {
            [(name, texts)] => (name.as_str(), strings(Some(texts))),
            _ => return None,
        },
        _ => return None,
    };
    let all: Vec<String> = texts.iter().map(|text| escaped(text)).collect();
    let all = format!("(?:{})", all.join("|"));
    match name {
        "prefix" => Some(format!("{all}.*")),
        "suffix" => Some(format!(".*{all}")),
        _ => None,
    }
}

pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if "\\^$.|?*+()[]{}".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
