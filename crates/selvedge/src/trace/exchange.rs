//! What is to be explained: a viewer's request, and what the origin is assumed to answer.

use std::fmt::Write;

use http::{HeaderName, HeaderValue, Method, StatusCode, Uri, request, response};
use serde::Deserialize;

use crate::diagnostic::Diagnostics;
use crate::engine::Facts;

/// A viewer's request, and what the origin is assumed to answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Exchange {
    /// The URL as the viewer sends it: `https://example.org/a?b=c`.
    pub url: String,
    /// The method; GET by default.
    pub method: Option<String>,
    /// Lines of request headers. `Host` is that of the URL if it is not given.
    pub headers: Vec<(String, String)>,
    /// The client's address.
    pub client_ip: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Device words such as `mobile`.
    pub device: Vec<String>,
    /// Identifies the request: experiments and weights are drawn from it.
    pub request_id: Option<String>,
    /// What the origin answers.
    pub origin: OriginAnswer,
}

/// What the origin is assumed to answer; 200 without headers by default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct OriginAnswer {
    /// The status; 200 by default.
    pub status: Option<u16>,
    /// Lines of headers.
    pub headers: Vec<(String, String)>,
    /// The body, if it matters.
    pub body: Option<String>,
}

/// An exchange as the engine takes it.
pub(super) struct Messages {
    pub(super) request: request::Parts,
    pub(super) response: response::Parts,
    pub(super) facts: Facts,
}

impl Exchange {
    /// GET of a URL, answered by 200.
    pub fn get(url: impl Into<String>) -> Exchange {
        Exchange { url: url.into(), ..Exchange::default() }
    }

    pub(super) fn messages(&self) -> Result<Messages, Diagnostics> {
        let mut problems = Diagnostics::new();
        let (mut request, ()) = http::Request::new(()).into_parts();
        let (mut response, ()) = http::Response::new(()).into_parts();
        let (scheme, host, target) = split(&self.url).unwrap_or_else(|| {
            problems.push(
                "invalid-request",
                "url",
                format_args!("{:?} is not a URL", self.url),
                "write for example \"https://example.org/a?b=c\"",
            );
            ("https", "", "/".to_owned())
        });
        match target.parse::<Uri>() {
            Ok(uri) => request.uri = uri,
            Err(error) => problems.push("invalid-request", "url", error, "percent-encode what a URL cannot hold"),
        }
        let method = self.method.as_deref().unwrap_or("GET");
        match Method::from_bytes(method.as_bytes()) {
            Ok(method) => request.method = method,
            Err(_) => problems.push(
                "invalid-request",
                "method",
                format_args!("{method:?} is not a method"),
                "write for example \"GET\"",
            ),
        }
        let given = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host"));
        let host = (!given).then(|| ("host".to_owned(), host.to_owned()));
        for (name, value) in host.iter().chain(&self.headers) {
            if let Some((name, value)) = header("headers", name, value, &mut problems) {
                request.headers.append(name, value);
            }
        }
        for (name, value) in &self.origin.headers {
            if let Some((name, value)) = header("origin.headers", name, value, &mut problems) {
                response.headers.append(name, value);
            }
        }
        match StatusCode::from_u16(self.origin.status.unwrap_or(200)) {
            Ok(status) => response.status = status,
            Err(_) => {
                problems.push("invalid-request", "origin.status", "not a status", "write a number from 100 to 599")
            }
        }
        let client_ip = self.client_ip.as_ref().and_then(|text| {
            let address = text.parse();
            if address.is_err() {
                problems.push(
                    "invalid-request",
                    "clientIp",
                    format_args!("{text:?} is not an address"),
                    "write for example \"192.0.2.1\"",
                );
            }
            address.ok()
        });
        let facts = Facts {
            client_ip,
            country: self.country.as_deref().map(str::to_ascii_uppercase),
            device: self.device.clone(),
            scheme: Some(scheme.to_ascii_lowercase()),
            request_id: Some(self.request_id.clone().unwrap_or_else(|| "EXAMPLE".to_owned())),
            ..Facts::new()
        };
        if problems.is_empty() { Ok(Messages { request, response, facts }) } else { Err(problems) }
    }
}

/// Scheme, host, and path with query as a client would send them: without a fragment, what is not a URL character escaped.
pub(super) fn split(url: &str) -> Option<(&str, &str, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (host, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let known = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let mut sent = String::from(if target.starts_with('/') { "" } else { "/" });
    for byte in target.bytes() {
        if byte.is_ascii_graphic() {
            sent.push(char::from(byte));
        } else {
            write!(sent, "%{byte:02X}").ok()?;
        }
    }
    (known && !host.is_empty()).then_some((scheme, host, sent))
}

fn header(place: &str, name: &str, value: &str, problems: &mut Diagnostics) -> Option<(HeaderName, HeaderValue)> {
    match (HeaderName::try_from(name), HeaderValue::from_bytes(value.as_bytes())) {
        (Ok(name), Ok(value)) => Some((name, value)),
        (Err(_), _) => {
            problems.push(
                "invalid-request",
                place,
                format_args!("{name:?} is not a header name"),
                "write \"Name: value\"",
            );
            None
        }
        _ => {
            problems.push(
                "invalid-request",
                place,
                format_args!("the value of {name} has a control character"),
                "remove it",
            );
            None
        }
    }
}
