//! The headers of a message: their form, and which may change.

use super::super::Message;
use super::super::cloudfront::{is_disallowed, is_read_only};
use super::{Check, Value, member, rule};
use selvedge_plan::Stage;

/// The form of a map of headers, at `place`.
pub(super) fn form(check: &mut Check, place: &str, headers: &Value) {
    let Value::Object(members) = headers else {
        return check.refuse(&rule::HEADERS, place, None, Some(headers));
    };
    for (name, lines) in members {
        let place = format!("{place}.{name}");
        if !is_token(name) {
            check.refuse(&rule::NAME, &place, None, None);
        } else if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            check.warn(&rule::NAME_CASE, &place, None, None);
        }
        let Value::Array(lines) = lines else {
            check.refuse(&rule::ENTRY, &place, None, Some(lines));
            continue;
        };
        if lines.is_empty() {
            check.warn(&rule::EMPTY_ENTRY, &place, None, None);
        }
        for (index, line) in lines.iter().enumerate() {
            self::line(check, name, &format!("{place}[{index}]"), line);
        }
    }
}

fn line(check: &mut Check, name: &str, place: &str, line: &Value) {
    if !matches!(line, Value::Object(_)) {
        return check.refuse(&rule::ENTRY, place, None, Some(line));
    }
    match member(line, "key") {
        None => {}
        Some(Value::String(key)) if key.eq_ignore_ascii_case(name) => {}
        key => check.warn(&rule::KEY, format!("{place}.key"), None, key),
    }
    match member(line, "value") {
        // What came from outside is not the function's; but CR, LF and NUL never come.
        Some(Value::String(text)) if !text.contains(['\r', '\n', '\0']) => {}
        value @ Some(Value::String(_)) => check.refuse(&rule::CHARACTER, place, None, value),
        value @ Some(Value::Array(items)) if items.iter().all(|item| matches!(item, Value::String(_))) => {
            check.warn(&rule::VALUE_LIST, place, None, value);
        }
        value => check.refuse(&rule::VALUE, place, None, value),
    }
}

/// What was added, changed or deleted.
pub(super) fn changes(check: &mut Check, message: Message, before: &Value, after: &Value) {
    let (Value::Object(old), Value::Object(new)) = (before, after) else { return };
    let added = new.iter().map(|(name, _)| name).filter(|name| !old.iter().any(|(other, _)| other == *name));
    for name in old.iter().map(|(name, _)| name).chain(added) {
        let (from, to) = (member(before, name), member(after, name));
        if from == to {
            continue;
        }
        let place = format!("headers.{name}");
        if is_disallowed(name) {
            check.refuse(&rule::DISALLOWED, place, from, to);
        } else if check.trigger == Stage::ViewerRequest && name.eq_ignore_ascii_case("cloudfront-viewer-country") {
            if to.is_some() {
                check.refuse(&rule::VIEWER_COUNTRY, place, from, to);
            }
        } else if is_read_only(check.trigger, message, name) {
            check.refuse(&rule::READ_ONLY, place, from, to);
        } else if to.is_some_and(has_control) {
            check.refuse(&rule::CHARACTER, place, from, to);
        }
    }
}

/// Besides those that [`form`] refuses.
fn has_control(lines: &Value) -> bool {
    let Value::Array(lines) = lines else { return false };
    let is_control = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\r' | '\n' | '\0');
    lines.iter().any(|line| matches!(member(line, "value"), Some(Value::String(text)) if text.contains(is_control)))
}

fn is_token(name: &str) -> bool {
    let is = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is)
}
