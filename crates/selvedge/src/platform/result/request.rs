//! A request that goes on.

use super::super::Message;
use super::{Check, Value, body, headers, member, origin, rule, text_of};
use selvedge_plan::Stage;

/// URI and query stay below.
const MAX_URI: usize = 8192;

pub(super) fn check(check: &mut Check, sent: &Value, result: &Value) {
    for name in ["method", "clientIp"] {
        let (before, after) = (member(sent, name), member(result, name));
        if before != after {
            check.warn(&rule::READ_ONLY_FIELD, name, before, after);
        }
    }
    address(check, sent, result);
    match member(result, "headers") {
        None => check.warn(&rule::HEADERS_LEFT_OUT, "headers", None, None),
        Some(after) => {
            headers::form(check, "headers", after);
            headers::changes(check, Message::Request, member(sent, "headers").unwrap_or(&Value::Null), after);
        }
    }
    if let Some(chosen) = member(result, "origin") {
        match check.trigger {
            Stage::ViewerRequest => check.warn(&rule::ORIGIN_AT_VIEWER, "origin", None, None),
            _ => {
                let headers = member(result, "headers").unwrap_or(&Value::Null);
                origin::check(check, member(sent, "origin").unwrap_or(&Value::Null), chosen, headers);
            }
        }
    }
    if let Some(after) = member(result, "body") {
        body::of_request(check, member(sent, "body"), after);
    }
}

/// What a viewer sent is not the function's, so that it is judged only where it was changed.
fn address(check: &mut Check, sent: &Value, result: &Value) {
    let (before, after) = (member(sent, "uri"), member(result, "uri"));
    let (old_query, new_query) = (member(sent, "querystring"), member(result, "querystring"));
    if before != after {
        match text_of(result, "uri") {
            Some(uri) if !uri.starts_with('/') => check.refuse(&rule::URI, "uri", before, after),
            Some(uri) if uri.contains(|c: char| c.is_ascii_control() || matches!(c, ' ' | '?' | '#')) => {
                check.refuse(&rule::URI_CHARACTER, "uri", before, after);
            }
            Some(_) => {}
            None => check.refuse(&rule::URI, "uri", before, after),
        }
    }
    if old_query != new_query {
        match text_of(result, "querystring") {
            Some(query) if query.contains(|c: char| c.is_ascii_control() || c.is_whitespace() || c == '#') => {
                check.refuse(&rule::QUERY, "querystring", old_query, new_query);
            }
            Some(_) => {}
            None => check.refuse(&rule::QUERY, "querystring", old_query, new_query),
        }
    }
    let length = |name| text_of(result, name).map_or(0, |text| text.chars().count());
    if (before, old_query) != (after, new_query) && length("uri") + length("querystring") >= MAX_URI {
        check.refuse(&rule::URI_LENGTH, "uri", None, after);
    }
}
