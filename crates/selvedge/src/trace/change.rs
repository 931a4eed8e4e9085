//! What differs between two states of a message, and messages as they are shown.

use http::header::HOST;
use http::{HeaderMap, HeaderValue, request, response};

use super::model::{Change, RequestHead, ResponseHead};
use super::state::State;
use crate::engine::ChosenOrigin;

/// What a rule changed.
pub(super) fn changes(before: &State, after: &State) -> Vec<Change> {
    let mut changes = Vec::new();
    // An answer begins with no headers of its own, and the request goes nowhere.
    let fresh = after.answered && !before.answered && after.is_request;
    if !fresh {
        let path = if after.is_request { "path" } else { "ask-again" };
        text(&mut changes, path, before.path.clone(), after.path.clone());
        text(&mut changes, "query", before.query.clone(), after.query.clone());
    }
    text(&mut changes, "origin", before.origin.as_ref().map(origin), after.origin.as_ref().map(origin));
    let status = |state: &State| state.status.map(|status| status.to_string());
    text(&mut changes, "status", status(before), status(after));
    let empty = HeaderMap::new();
    headers(&mut changes, if fresh { &empty } else { &before.headers }, &after.headers);
    let body = |state: &State| state.body.as_ref().map(|body| String::from_utf8_lossy(body).into_owned());
    text(&mut changes, "body", body(before), body(after));
    // `Host` follows the origin that was chosen; the origin says it.
    changes.retain(|change| change.name.as_deref() != Some(HOST.as_str()) || before.origin == after.origin);
    changes
}

fn text(changes: &mut Vec<Change>, what: &'static str, before: Option<String>, after: Option<String>) {
    if before != after {
        let (before, after) = (before.into_iter().collect(), after.into_iter().collect());
        changes.push(Change { what, name: None, before, after });
    }
}

fn headers(changes: &mut Vec<Change>, before: &HeaderMap, after: &HeaderMap) {
    let lines = |headers: &HeaderMap, name: &_| -> Vec<String> { headers.get_all(name).iter().map(shown).collect() };
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    for name in gone.chain(after.keys()) {
        let (was, is) = (lines(before, name), lines(after, name));
        if was != is {
            changes.push(Change { what: "header", name: Some(name.as_str().to_owned()), before: was, after: is });
        }
    }
}

fn shown(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

fn all(headers: &HeaderMap) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), shown(value))).collect()
}

/// An origin in one line.
pub(super) fn origin(origin: &ChosenOrigin) -> String {
    let fields: Vec<String> = origin
        .fields()
        .filter(|(name, _)| *name != "domainName")
        .map(|(name, value)| format!("{name}={value}"))
        .chain(origin.custom_headers().map(|(name, value)| format!("{name}: {value}")))
        .collect();
    let domain = origin.field("domainName").unwrap_or_default();
    [origin.kind(), domain, &fields.join(" ")].join(" ").trim_end().to_owned()
}

pub(super) fn request_head(request: &request::Parts, chosen: Option<&ChosenOrigin>) -> RequestHead {
    RequestHead {
        method: request.method.to_string(),
        path: request.uri.path().to_owned(),
        query: request.uri.query().unwrap_or_default().to_owned(),
        headers: all(&request.headers),
        origin: chosen.map(origin),
    }
}

/// The body of a response: one that a rule made, or what the origin sent, if that is known.
#[derive(Clone)]
pub(super) enum Body {
    Rule(Vec<u8>),
    Origin(Option<String>),
}

pub(super) fn response_head(response: &response::Parts, body: &Body) -> ResponseHead {
    let (body_of, body, length) = match body {
        Body::Rule(bytes) if bytes.is_empty() => ("none", None, Some(0)),
        Body::Rule(bytes) => ("rule", str::from_utf8(bytes).ok().map(str::to_owned), Some(bytes.len())),
        Body::Origin(text) => ("origin", text.clone(), text.as_ref().map(String::len)),
    };
    ResponseHead { status: response.status.as_u16(), headers: all(&response.headers), body_of, body, length }
}
