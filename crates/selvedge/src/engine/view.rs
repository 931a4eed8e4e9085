//! A message as the reader sees it: the inputs of the stage's interest list and nothing else.

use http::{HeaderMap, HeaderName, Request, request, response};
use selvedge_plan::layout::{USES_ACCEPT, input};
use selvedge_plan::{Plan, Stage};

use super::Facts;
use super::host::host;

/// Writes the joined inputs, see [`selvedge_plan::Event`].
pub(super) fn write(
    text: &mut Vec<u8>,
    plan: Plan<'_>,
    stage: Stage,
    request: &request::Parts,
    response: Option<&response::Parts>,
    facts: &Facts,
) {
    text.clear();
    for (position, (kind, name)) in plan.inputs(stage).enumerate() {
        if position > 0 {
            text.push(0);
        }
        let start = text.len();
        match write_value(text, kind, name, request, response, facts) {
            Some(()) => replace_nul(text, start),
            None => text.push(1),
        }
    }
}

/// A request with what a response stage looks at, and no more: its other headers are not worth copying.
pub(super) fn seen_by(plan: Plan<'_>, stage: Stage, request: &request::Parts) -> request::Parts {
    let (mut seen, ()) = Request::new(()).into_parts();
    seen.method = request.method.clone();
    seen.uri = request.uri.clone();
    seen.version = request.version;
    let accepts = (plan.stage_flags(stage) & USES_ACCEPT != 0).then_some("accept-encoding");
    let headers = plan.inputs(stage).filter_map(|(kind, name)| match kind {
        input::HOST => Some("host"),
        input::REQUEST_HEADER => Some(name),
        _ => None,
    });
    for name in headers.chain(accepts) {
        let Some(name) = HeaderName::from_bytes(name.as_bytes()).ok().filter(|name| !seen.headers.contains_key(name))
        else {
            continue;
        };
        for value in request.headers.get_all(&name) {
            // A map that holds as many as it can takes no more.
            let _ = seen.headers.try_append(&name, value.clone());
        }
    }
    seen
}

/// NUL stands between the inputs.
fn replace_nul(text: &mut Vec<u8>, start: usize) {
    if text.get(start..).is_some_and(|value| value.contains(&0)) {
        for byte in text.split_off(start) {
            match byte {
                0 => text.extend_from_slice("\u{fffd}".as_bytes()),
                byte => text.push(byte),
            }
        }
    }
}

/// Appends an input; `None` where the message has it not.
fn write_value(
    text: &mut Vec<u8>,
    kind: u32,
    name: &str,
    request: &request::Parts,
    response: Option<&response::Parts>,
    facts: &Facts,
) -> Option<()> {
    let value = match kind {
        // RFC 9112 §3.3: in asterisk-form the path is empty, as in authority-form.
        input::PATH => Some(request.uri.path()).filter(|path| *path != "*").unwrap_or_default(),
        input::QUERY => request.uri.query().unwrap_or_default(),
        input::METHOD => request.method.as_str(),
        input::HOST => host(request).ok()??,
        // The client writes that of the URI.
        input::SCHEME => facts.scheme.as_deref().or_else(|| request.uri.scheme_str())?,
        input::COUNTRY => facts.country.as_deref()?,
        input::CLIENT => &facts.client_ip?.to_string(),
        input::REQUEST_ID => {
            facts.write_request_id(text);
            ""
        }
        input::DEVICE if facts.device.is_empty() => return None,
        input::DEVICE => &facts.device.join("\n"),
        input::REQUEST_HEADER => return write_lines(text, &request.headers, name, "\n"),
        input::RESPONSE_HEADER => return write_lines(text, &response?.headers, name, "\n"),
        _ => return None,
    };
    text.extend_from_slice(value.as_bytes());
    Some(())
}

/// Appends the lines of a header; bytes that are not UTF-8 are replaced.
fn write_lines(text: &mut Vec<u8>, headers: &HeaderMap, name: &str, separator: &str) -> Option<()> {
    let mut values = headers.get_all(name).iter();
    text.extend_from_slice(String::from_utf8_lossy(values.next()?.as_bytes()).as_bytes());
    for value in values {
        text.extend_from_slice(separator.as_bytes());
        text.extend_from_slice(String::from_utf8_lossy(value.as_bytes()).as_bytes());
    }
    Some(())
}

/// The lines of a header as one text; bytes that are not UTF-8 are replaced.
pub(super) fn lines(headers: &HeaderMap, name: &str) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    write_lines(&mut text, headers, name, ", ").map(|()| text)
}
