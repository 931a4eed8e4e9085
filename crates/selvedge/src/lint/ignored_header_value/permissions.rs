//! `Permissions-Policy`: a dictionary of structured fields (RFC 9651 §3.2). One fault in it, and browsers ignore all of it.

use super::Fault;

pub(super) fn policy(value: &str) -> Option<Fault> {
    if value.trim().is_empty() {
        return None;
    }
    let value = value.trim();
    // As its predecessor, Feature-Policy, was written.
    let first = value.split([' ', ';']).next().unwrap_or_default();
    if !value.contains('=') || first.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        let message = "browsers ignore this: it is not the syntax of Permissions-Policy".to_owned();
        let first = first.split(',').next().unwrap_or_default();
        return Some((
            message,
            format!(
                "write \"{first}=()\" for nobody, \"{first}=(self)\" for the site itself, and commas between features"
            ),
        ));
    }
    members(value).into_iter().find_map(|member| {
        let (name, allowed) = member.split_once('=').unwrap_or((member, ""));
        let name = name.trim();
        let problem = match allowed.strip_prefix('(') {
            _ if member.contains(';') => "separate features by a comma".to_owned(),
            _ if member.starts_with('"') => format!("write {}, without quotes", member.replace('"', "")),
            Some(list) if list.find(')').is_some_and(|end| end + 1 < list.trim_end().len()) => {
                "separate features by a comma".to_owned()
            }
            Some(list) => match list.strip_suffix(')') {
                Some(list) => list.split_ascii_whitespace().find_map(origin)?,
                None => format!("write \"{name}=(…)\", with a closing parenthesis"),
            },
            None if allowed == "*" || allowed == "self" || is_string(allowed) => return None,
            None if matches!(allowed.trim_matches('\''), "" | "none") => format!("write \"{name}=()\" for nobody"),
            None => origin(allowed)?,
        };
        Some((format!("browsers ignore the whole header because of {member:?}"), problem))
    })
}

/// What commas outside quotes separate.
fn members(value: &str) -> Vec<&str> {
    let mut quoted = false;
    let separates = |c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    };
    value.split(separates).map(str::trim).filter(|member| !member.is_empty()).collect()
}

/// What is wrong with one of those that a feature is for.
fn origin(item: &str) -> Option<String> {
    let bare = item.trim_matches('\'');
    match bare {
        "self" | "src" | "*" if bare == item => None,
        "self" | "src" | "*" => Some(format!("write {bare} without quotes")),
        "none" => Some("write () for nobody".to_owned()),
        _ if is_string(item) => None,
        _ => Some(format!("write {bare:?}, in double quotes")),
    }
}

fn is_string(text: &str) -> bool {
    text.len() > 1 && text.starts_with('"') && text.ends_with('"')
}
