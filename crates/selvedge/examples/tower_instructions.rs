//! Requests through a tower service, for an instruction counter: `tower_instructions SCENARIO`; without one, it lists them.
//! Prints how many requests there were.
//!
//! `tests/bench/instructions.mjs` runs it under `valgrind --tool=callgrind --toggle-collect='*serve_all*'`.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header::LOCATION};
use selvedge::{
    Engine, Platform, Rules,
    tower::{ResponseBody, RulesLayer},
};
use serde_json::{Value, json};
use tower::{Layer, Service, service_fn};
use tower_http::set_header::SetResponseHeaderLayer;

const REQUESTS: usize = 1_000;

const SEVEN: [(&str, &str); 7] = [
    ("access-control-allow-credentials", "true"),
    ("access-control-allow-origin", "*"),
    ("access-control-allow-methods", "OPTIONS, GET"),
    ("access-control-allow-headers", "Content-Type, Depth, User-Agent, X-File-Size, If-Modified-Since, Cookie"),
    ("strict-transport-security", "max-age=31536000"),
    ("x-xss-protection", "1; mode=block"),
    ("cache-control", "public, max-age=86400"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let seven = json!({ "headers": [{ "for": "/*", "set": BTreeMap::from(SEVEN) }] });
    let page = "/articles/page-17.html";
    match std::env::args().nth(1).as_deref() {
        Some("bare") => serve_all(service_fn(answer), requests(page)),
        Some("empty") => serve_all(rules(json!({}))?, requests(page)),
        Some("seven-headers") => serve_all(rules(seven)?, requests(page)),
        Some("seven-headers-by-tower-http") => serve_all(by_tower_http(), requests(page)),
        Some("wildcard-10") => serve_all(rules(wildcards(10))?, requests("/old/section-7/some/page.html")),
        Some("wildcard-10000") => serve_all(rules(wildcards(10_000))?, requests("/old/section-7777/some/page.html")),
        Some("wildcard-10000-by-matchit") => {
            let router = Arc::new(by_matchit(10_000)?);
            let service = service_fn(move |request: Request<String>| {
                let router = Arc::clone(&router);
                async move {
                    let Ok(found) = router.at(request.uri().path()) else { return answer(request).await };
                    let to = format!("{}{}", found.value, found.params.get("rest").unwrap_or_default());
                    let mut response = Response::new(String::new());
                    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
                    if let Ok(location) = HeaderValue::try_from(to) {
                        response.headers_mut().insert(LOCATION, location);
                    }
                    Ok(response)
                }
            });
            serve_all(service, requests("/old/section-7777/some/page.html"));
        }
        _ => println!(
            "bare empty seven-headers seven-headers-by-tower-http wildcard-10 wildcard-10000 wildcard-10000-by-matchit"
        ),
    }
    Ok(())
}

/// The part that is counted: the name must survive, and nothing be left out.
#[inline(never)]
fn serve_all<S, B>(mut service: S, requests: Vec<Request<String>>)
where
    S: Service<Request<String>, Response = Response<B>, Error = Infallible>,
{
    for request in requests {
        let mut context = Context::from_waker(Waker::noop());
        let _ = black_box(service.poll_ready(&mut context));
        let Poll::Ready(Ok(response)) = pin!(service.call(request)).poll(&mut context) else { continue };
        black_box(response);
    }
}

async fn answer(_: Request<String>) -> Result<Response<String>, Infallible> {
    let mut response = Response::new(String::new());
    response.headers_mut().insert("content-type", HeaderValue::from_static("text/html"));
    response.headers_mut().insert("etag", HeaderValue::from_static("\"d41d8cd98f00b204e9800998ecf8\""));
    Ok(response)
}

/// As a browser asks.
fn requests(path: &str) -> Vec<Request<String>> {
    let request = || {
        Request::get(path)
            .header("host", "www.example.org")
            .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
            .header("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
            .header("accept-language", "en-GB,en;q=0.5")
            .header("accept-encoding", "gzip, deflate, br, zstd")
            .header("cookie", "session=100017")
            .body(String::new())
    };
    (0..REQUESTS).filter_map(|_| request().ok()).collect()
}

fn rules(
    rules: Value,
) -> Result<impl Service<Request<String>, Response = Response<ResponseBody<String>>, Error = Infallible>, Box<dyn Error>>
{
    let rules: Rules = serde_json::from_value(rules)?;
    Ok(RulesLayer::new(Engine::new(&rules, Platform::Fetch)?).layer(service_fn(answer)))
}

fn by_tower_http() -> impl Service<Request<String>, Response = Response<String>, Error = Infallible> {
    let [a, b, c, d, e, f, g] = SEVEN.map(|(name, value)| {
        SetResponseHeaderLayer::overriding(HeaderName::from_static(name), HeaderValue::from_static(value))
    });
    (a, b, c, d, e, f, g).layer(service_fn(answer))
}

fn wildcards(count: usize) -> Value {
    let redirect = |n| json!({ "from": format!("/old/section-{n}/*"), "to": format!("/archive/{n}/:splat") });
    json!({ "redirects": (0..count).map(redirect).collect::<Vec<_>>() })
}

fn by_matchit(count: usize) -> Result<matchit::Router<String>, Box<dyn Error>> {
    let mut router = matchit::Router::new();
    for n in 0..count {
        router.insert(format!("/old/section-{n}/{{*rest}}"), format!("/archive/{n}/"))?;
    }
    Ok(router)
}
