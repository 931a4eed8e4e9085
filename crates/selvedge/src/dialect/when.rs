//! Conditions that hold together, as one `when`.

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
            Some(own) if name == "not" => {
                // Neither may hold.
                let both = Value::Array(vec![own.1.clone(), value]);
                own.1 = Value::Object(vec![("any".to_owned(), both)]);
            }
            Some(_) => return Err(format!("two conditions on the {name}")),
        }
    }
    Ok(())
}

/// A condition that the host is none of these.
pub(super) fn but_for(hosts: Vec<String>) -> Vec<(String, Value)> {
    if hosts.is_empty() {
        return Vec::new();
    }
    vec![("not".to_owned(), Value::Object(vec![("host".to_owned(), one_or_list(&hosts))]))]
}
