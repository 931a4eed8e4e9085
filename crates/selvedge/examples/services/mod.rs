//! Services that are measured, and what is around them.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error;

use http::{HeaderName, HeaderValue, Request, Response};
use selvedge::{
    Engine, Platform, Rules,
    tower::{ResponseBody, RulesLayer},
};
use serde_json::{Value, json};
use tower::{Layer, Service, service_fn};
use tower_http::set_header::SetResponseHeaderLayer;

const SEVEN: [(&str, &str); 7] = [
    ("access-control-allow-credentials", "true"),
    ("access-control-allow-origin", "*"),
    ("access-control-allow-methods", "OPTIONS, GET"),
    ("access-control-allow-headers", "Content-Type, Depth, User-Agent, X-File-Size, If-Modified-Since, Cookie"),
    ("strict-transport-security", "max-age=31536000"),
    ("x-xss-protection", "1; mode=block"),
    ("cache-control", "public, max-age=86400"),
];

/// The seven as a rule.
pub(super) fn seven_headers() -> Value {
    json!({ "headers": [{ "for": "/*", "set": BTreeMap::from(SEVEN) }] })
}

pub(super) async fn answer(_: Request<String>) -> Result<Response<String>, Infallible> {
    let mut response = Response::new(String::new());
    response.headers_mut().insert("content-type", HeaderValue::from_static("text/html"));
    response.headers_mut().insert("etag", HeaderValue::from_static("\"d41d8cd98f00b204e9800998ecf8\""));
    Ok(response)
}

/// As a browser asks.
pub(super) fn request(path: &str) -> Result<Request<String>, http::Error> {
    Request::get(path)
        .header("host", "www.example.org")
        .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
        .header("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
        .header("accept-language", "en-GB,en;q=0.5")
        .header("accept-encoding", "gzip, deflate, br, zstd")
        .header("cookie", "session=100017")
        .body(String::new())
}

pub(super) fn rules(
    rules: Value,
) -> Result<impl Service<Request<String>, Response = Response<ResponseBody<String>>, Error = Infallible>, Box<dyn Error>>
{
    let rules: Rules = serde_json::from_value(rules)?;
    Ok(RulesLayer::new(Engine::new(&rules, Platform::Fetch)?).layer(service_fn(answer)))
}

pub(super) fn by_tower_http() -> impl Service<Request<String>, Response = Response<String>, Error = Infallible> {
    let [a, b, c, d, e, f, g] = SEVEN.map(|(name, value)| {
        SetResponseHeaderLayer::overriding(HeaderName::from_static(name), HeaderValue::from_static(value))
    });
    (a, b, c, d, e, f, g).layer(service_fn(answer))
}
