//! The conditions of rules as a line of `_redirects` has them, in its path and after its status.

use super::collect::{member, strings};
use crate::dialect::netlify::{by_language, filled_cookies};
use crate::rules::Value;

/// What a line says besides its path and where it leads.
#[derive(Clone, Default)]
pub(super) struct Conditions {
    pub(super) query: Vec<(String, String)>,
    pub(super) conditions: Vec<(&'static str, Vec<String>)>,
    /// `https://host`, before the path of a line each; without any the path is all.
    pub(super) sites: Vec<String>,
    /// Parameters that the target can put in, as it has them and as the line does.
    pub(super) captured: Vec<(String, String)>,
}

/// What has no condition such as this one: the member of `when`, and what it is.
pub(super) type Refused = (String, String);

/// `None` is a rule without conditions.
pub(super) fn conditions(when: Option<&Value>) -> (Conditions, Vec<Refused>) {
    let (mut read, mut refused) = (Conditions::default(), Vec::new());
    let members = match when {
        None => return (read, refused),
        Some(Value::Object(members)) => members,
        Some(_) => return (read, vec![(String::new(), "conditions such as these".to_owned())]),
    };
    let mut rest: Vec<&(String, Value)> = members.iter().collect();
    for (name, known) in [("Language", language(members)), ("Cookie", cookies(members))] {
        let Some((values, used)) = known else { continue };
        read.conditions.push((name, values));
        rest.retain(|(member, _)| !used.contains(&member.as_str()));
    }
    for (name, test) in rest {
        let mut cannot = |what: &str| refused.push((name.clone(), what.to_owned()));
        match (name.as_str(), test) {
            ("country", Value::String(_) | Value::Array(_)) => {
                read.conditions.insert(0, ("Country", strings(Some(test))));
            }
            ("language", Value::String(_) | Value::Array(_)) => read.conditions.push(("Language", strings(Some(test)))),
            ("cookie", Value::Object(cookies)) => match cookies.as_slice() {
                [(name, Value::Bool(true))] => read.conditions.push(("Cookie", vec![name.clone()])),
                _ => cannot("test on cookies but that one of some is there"),
            },
            ("host", Value::String(_) | Value::Array(_)) => {
                let scheme = match member(when.unwrap_or(test), "scheme") {
                    Some(Value::String(scheme)) => scheme,
                    _ => "https",
                };
                let hosts = strings(Some(test));
                let is_plain = |host: &String| {
                    let (name, port) = host.split_once(':').unwrap_or((host, "1"));
                    !name.is_empty()
                        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
                        && port.parse::<u16>().is_ok()
                };
                let all = matches!(test, Value::String(_))
                    || matches!(test, Value::Array(items) if items.len() == hosts.len());
                match all && !hosts.is_empty() && hosts.iter().all(is_plain) {
                    true => read.sites = hosts.iter().map(|host| format!("{scheme}://{host}")).collect(),
                    false => cannot("condition on \"host\" as this one"),
                }
            }
            // It is said with the host.
            ("scheme", Value::String(_)) if member(when.unwrap_or(test), "host").is_some() => {}
            ("query", Value::Object(tests)) => {
                for (name, test) in tests {
                    match pair(name, test, &mut read) {
                        Some(pair) => read.query.push(pair),
                        None => refused
                            .push((format!("query.{name}"), "test on a parameter but that it is a text".to_owned())),
                    }
                }
            }
            _ => cannot(&format!("condition on {name:?} as this one")),
        }
    }
    (read, refused)
}

fn pair(name: &str, test: &Value, read: &mut Conditions) -> Option<(String, String)> {
    let is_word = |text: &str| !text.is_empty() && !text.contains([' ', '\t', '#', '=']);
    match test {
        Value::String(value) if is_word(value) && !value.contains(':') && is_word(name) => {
            Some((name.to_owned(), value.clone()))
        }
        // That it is there: the line takes its value.
        Value::Bool(true) if is_name(name) => {
            read.captured.push((format!("query.{name}"), name.to_owned()));
            Some((name.to_owned(), format!(":{name}")))
        }
        _ => None,
    }
}

/// Whether `:name` is read as a name and nothing else.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `Language=`, as a line with it is read; and the members of `when` that say it.
fn language(members: &[(String, Value)]) -> Option<(Vec<String>, Vec<&'static str>)> {
    let (_, any) = members.iter().find(|(name, _)| name == "any")?;
    let Value::Array(ways) = any else { return None };
    let cookie = member(member(ways.first()?, "cookie")?, "nf_lang")?;
    let mut tags: Vec<String> = Vec::new();
    if let Value::Array(tests) = cookie {
        for tag in tests.iter().filter_map(|test| if let Value::String(tag) = test { Some(tag) } else { None }) {
            if !tags.iter().any(|known| known.eq_ignore_ascii_case(tag)) {
                tags.push(tag.clone());
            }
        }
    }
    let words: Vec<&str> = tags.iter().map(String::as_str).collect();
    matches!(by_language(&words).as_slice(), [(_, same)] if same == any).then_some((tags, vec!["any"]))
}

/// `Cookie=`, as a line with it is read.
fn cookies(members: &[(String, Value)]) -> Option<(Vec<String>, Vec<&'static str>)> {
    let find = |name: &str| members.iter().find(|(member, _)| member == name).map(|(_, value)| value);
    let first = |way: &Value| match member(way, "cookie") {
        Some(Value::Object(cookies)) => cookies.first().map(|(name, _)| name.clone()),
        _ => None,
    };
    if let Some(any @ Value::Array(ways)) = find("any") {
        let names: Option<Vec<String>> = ways.iter().map(first).collect();
        let names = names?;
        let words: Vec<&str> = names.iter().map(String::as_str).collect();
        let is_it = matches!(filled_cookies(&words).as_slice(), [(_, same)] if same == any);
        return is_it.then_some((names, vec!["any"]));
    }
    let own: Vec<(String, Value)> =
        members.iter().filter(|(name, _)| name == "cookie" || name == "not").cloned().collect();
    let name = first(&Value::Object(own.clone()))?;
    (filled_cookies(&[&name]) == own).then_some((vec![name], vec!["cookie", "not"]))
}
