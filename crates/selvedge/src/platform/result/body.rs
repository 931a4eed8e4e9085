//! Bodies: that of a response, and a request's where the trigger includes it.

use super::{Check, Value, is_viewers, member, plain, rule, text_of};
use selvedge_plan::Stage;

/// Headers and body of a response.
const MAX_VIEWER_RESPONSE: usize = 40 << 10;
const MAX_ORIGIN_RESPONSE: usize = 1 << 20;
/// A replaced body: text, and base64 ("53.2 KB", "1.33 MB").
const MAX_VIEWER_BODY: (usize, usize) = (40 << 10, 54_477);
const MAX_ORIGIN_BODY: (usize, usize) = (1 << 20, 1_394_606);

pub(super) fn of_response(check: &mut Check, status: Option<u16>, result: &Value) {
    let encoding = text_of(result, "bodyEncoding").unwrap_or("text");
    if !matches!(encoding, "text" | "base64")
        || matches!(member(result, "bodyEncoding"), Some(value) if !matches!(value, Value::String(_)))
    {
        check.refuse(&rule::BODY_ENCODING, "bodyEncoding", None, member(result, "bodyEncoding"));
    }
    let body = match member(result, "body") {
        None => "",
        Some(Value::String(text)) => text,
        other => return check.refuse(&rule::BODY, "body", None, other),
    };
    if encoding == "base64" && !is_base64(body) {
        check.refuse(&rule::BASE64, "body", None, member(result, "body"));
    }
    if status == Some(204) && member(result, "body").is_some() {
        match (check.trigger, body) {
            (Stage::ViewerRequest, text) if !text.is_empty() => {
                check.refuse(&rule::BODY_OF_204, "body", None, member(result, "body"));
            }
            _ => check.warn(&rule::BODY_OF_204_OPEN, "body", None, member(result, "body")),
        }
    }
    let is_made = matches!(check.trigger, Stage::ViewerRequest | Stage::OriginRequest);
    if check.trigger == Stage::ViewerResponse && member(result, "body").is_some() {
        check.warn(&rule::BODY_AT_VIEWER_RESPONSE, "body", None, member(result, "body"));
    }
    if is_made || member(result, "body").is_some() {
        let most = if is_viewers(check.trigger) { MAX_VIEWER_RESPONSE } else { MAX_ORIGIN_RESPONSE };
        let headers = size_of_headers(member(result, "headers"));
        let decoded = if encoding == "base64" { body.len() / 4 * 3 } else { body.len() };
        if headers + decoded > most {
            check.refuse(&rule::BODY_SIZE, "body", None, member(result, "body"));
        } else if headers + body.len() > most {
            check.warn(&rule::BODY_SIZE_OPEN, "body", None, member(result, "body"));
        }
    }
}

pub(super) fn of_request(check: &mut Check, sent: Option<&Value>, body: &Value) {
    match text_of(body, "action") {
        Some("replace") => {}
        Some("read-only") | None => {
            let data = |body: &Value| member(body, "data").map(plain);
            if sent.is_some_and(|sent| data(sent) != data(body)) {
                check.warn(&rule::BODY_IGNORED, "body.data", None, None);
            }
            return;
        }
        Some(_) => return check.refuse(&rule::ACTION, "body.action", None, member(body, "action")),
    }
    let Some(data) = text_of(body, "data") else {
        return check.refuse(&rule::REPLACED_TEXT, "body.data", None, member(body, "data"));
    };
    let (text, base64) = if is_viewers(check.trigger) { MAX_VIEWER_BODY } else { MAX_ORIGIN_BODY };
    let most = match text_of(body, "encoding").unwrap_or("base64") {
        "text" => text,
        "base64" => {
            if !is_base64(data) {
                check.refuse(&rule::BASE64, "body.data", None, member(body, "data"));
            }
            base64
        }
        _ => return check.refuse(&rule::BODY_ENCODING, "body.encoding", None, member(body, "encoding")),
    };
    if data.len() > most {
        check.refuse(&rule::REPLACED, "body.data", None, member(body, "data"));
    }
}

/// As lines of a message: `Name: value` and a line break.
fn size_of_headers(headers: Option<&Value>) -> usize {
    let Some(Value::Object(members)) = headers else { return 0 };
    let lines = members.iter().flat_map(|(name, lines)| match lines {
        Value::Array(lines) => {
            lines.iter().map(|line| name.len() + text_of(line, "value").unwrap_or("").len() + 4).collect()
        }
        _ => Vec::new(),
    });
    lines.sum()
}

/// RFC 4648 §4, with padding.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    text.len().is_multiple_of(4) && padding <= 2 && digits.bytes().all(is_digit)
}
