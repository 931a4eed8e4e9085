//! Conditions that hold together, as one `when`.

use super::key::may_be_key;
use super::route::one_or_list;
use crate::rules::Value;

/// Members that hold as well. One that is there already is asked for in another object.
pub(super) fn add(when: &mut Vec<(String, Value)>, members: Vec<(String, Value)>) -> Result<(), String> {
    for (name, value) in members {
        match when.iter_mut().find(|(own, _)| *own == name) {
            None => when.push((name, value)),
            Some((_, own)) if *own == value => {}
            Some((_, Value::Object(own))) if matches!(name.as_str(), "header" | "query") => match value {
                Value::Object(more) if !more.iter().any(|(name, _)| own.iter().any(|(own, _)| own == name)) => {
                    own.extend(more)
                }
                _ => return Err("two conditions on one header or parameter".to_owned()),
            },
            Some((_, own)) if name == "not" => neither(own, value),
            Some(_) => return Err(format!("two conditions on the {name}")),
        }
    }
    Ok(())
}

/// A condition that must not hold, besides others.
pub(super) fn not(when: &mut Vec<(String, Value)>, inside: Vec<(String, Value)>) {
    let inside = Value::Object(inside);
    match when.iter_mut().find(|(name, _)| name == "not") {
        Some((_, own)) => neither(own, inside),
        None => when.push(("not".to_owned(), inside)),
    }
}

fn neither(own: &mut Value, other: Value) {
    let both = Value::Array(vec![own.clone(), other]);
    *own = Value::Object(vec![("any".to_owned(), both)]);
}

/// A condition that the host is none of these.
pub(super) fn but_for(hosts: Vec<String>) -> Vec<(String, Value)> {
    if hosts.is_empty() {
        return Vec::new();
    }
    vec![("not".to_owned(), Value::Object(vec![("host".to_owned(), one_or_list(&hosts))]))]
}

/// Whether conditions ask for an address, a cookie or a header that may be a key.
pub(super) fn asks_who(when: &[(String, Value)]) -> bool {
    fn one_asks(value: &Value) -> bool {
        match value {
            Value::Array(ways) => ways.iter().any(one_asks),
            Value::Object(when) => asks_who(when),
            _ => false,
        }
    }
    when.iter().any(|(name, value)| match name.as_str() {
        "ip" | "cookie" => true,
        "header" => matches!(value, Value::Object(headers) if headers.iter().any(|(name, _)| may_be_key(name))),
        "not" | "any" => one_asks(value),
        _ => false,
    })
}
