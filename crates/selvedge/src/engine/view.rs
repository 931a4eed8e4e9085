//! A message as the reader sees it: the inputs of the stage's interest list and nothing else.

use http::{HeaderMap, request, response};
use selvedge_plan::layout::input;
use selvedge_plan::{Plan, Stage};

use super::Facts;
use super::host::host;

/// The joined inputs, see [`selvedge_plan::Event`].
pub(super) fn text(
    plan: Plan<'_>,
    stage: Stage,
    request: &request::Parts,
    response: Option<&response::Parts>,
    facts: &Facts,
) -> Vec<u8> {
    let mut text = Vec::new();
    for (position, (kind, name)) in plan.inputs(stage).enumerate() {
        if position > 0 {
            text.push(0);
        }
        match value(kind, name, request, response, facts) {
            // NUL stands between the inputs.
            Some(value) => text.extend_from_slice(value.replace('\0', "\u{fffd}").as_bytes()),
            None => text.push(1),
        }
    }
    text
}

fn value(
    kind: u32,
    name: &str,
    request: &request::Parts,
    response: Option<&response::Parts>,
    facts: &Facts,
) -> Option<String> {
    match kind {
        // RFC 9112 §3.3: in asterisk-form the path is empty, as in authority-form.
        input::PATH => Some(request.uri.path()).map(|path| if path == "*" { "" } else { path }.to_owned()),
        input::QUERY => Some(request.uri.query().unwrap_or_default().to_owned()),
        input::METHOD => Some(request.method.as_str().to_owned()),
        input::HOST => host(request).ok()?.map(str::to_owned),
        // The client writes that of the URI.
        input::SCHEME => facts.scheme.clone().or_else(|| request.uri.scheme_str().map(str::to_owned)),
        input::COUNTRY => facts.country.clone(),
        input::CLIENT => facts.client_ip.map(|address| address.to_string()),
        input::REQUEST_ID => Some(facts.request_id.clone()),
        input::DEVICE => (!facts.device.is_empty()).then(|| facts.device.join("\n")),
        input::REQUEST_HEADER => lines(&request.headers, name, "\n"),
        input::RESPONSE_HEADER => lines(&response?.headers, name, "\n"),
        _ => None,
    }
}

/// The lines of a header; bytes that are not UTF-8 are replaced.
pub(super) fn lines(headers: &HeaderMap, name: &str, separator: &str) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let mut lines = String::from_utf8_lossy(values.next()?.as_bytes()).into_owned();
    for value in values {
        lines.push_str(separator);
        lines.push_str(&String::from_utf8_lossy(value.as_bytes()));
    }
    Some(lines)
}
