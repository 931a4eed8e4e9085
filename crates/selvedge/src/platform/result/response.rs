//! A response: one that a function made, or the origin's as it was changed.

use super::super::Message;
use super::{Check, Value, body, headers, is_request, member, rule};
use selvedge_plan::Stage;

pub(super) fn check(check: &mut Check, sent: Option<&Value>, result: &Value) {
    let status = status(check, result);
    if check.trigger == Stage::ViewerResponse {
        let before = sent.and_then(|sent| member(sent, "status"));
        if status.is_some() && before.and_then(number) != status {
            check.warn(&rule::STATUS_FIXED, "status", before, member(result, "status"));
        }
    }
    match member(result, "statusDescription") {
        None | Some(Value::String(_)) => {}
        other => check.refuse(&rule::REASON, "statusDescription", None, other),
    }
    let empty = Value::Object(Vec::new());
    let before = sent.and_then(|sent| member(sent, "headers")).unwrap_or(&empty);
    let after = member(result, "headers").unwrap_or(&empty);
    headers::form(check, "headers", after);
    headers::changes(check, Message::Response, before, after);
    body::of_response(check, status, result);
}

fn status(check: &mut Check, result: &Value) -> Option<u16> {
    let value = member(result, "status");
    let status = value.and_then(number).filter(|status| (200..600).contains(status));
    if status.is_none() {
        check.refuse(&rule::STATUS, "status", None, value);
    } else if is_request(check.trigger) && matches!(value, Some(Value::Number(_))) {
        check.warn(&rule::STATUS_NUMBER, "status", None, value);
    }
    status
}

/// Three digits, or a whole number.
fn number(value: &Value) -> Option<u16> {
    match value {
        Value::String(text) if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        Value::Number(number) => format!("{number}").parse().ok(),
        _ => None,
    }
}
