//! Requests through a tower service, for an instruction counter: `tower_instructions SCENARIO`; without one, it lists them.
//! Prints how many requests there were.
//!
//! `tests/bench/instructions.mjs` runs it under `valgrind --tool=callgrind --toggle-collect='*serve_all*'`.

mod services;

use std::convert::Infallible;
use std::error::Error;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use http::{HeaderValue, Request, Response, StatusCode, header::LOCATION};
use serde_json::{Value, json};
use tower::{Service, service_fn};

use services::{answer, by_tower_http, request, rules, seven_headers};

const REQUESTS: usize = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let page = "/articles/page-17.html";
    match std::env::args().nth(1).as_deref() {
        Some("bare") => serve_all(service_fn(answer), requests(page)),
        Some("empty") => serve_all(rules(json!({}))?, requests(page)),
        Some("seven-headers") => serve_all(rules(seven_headers())?, requests(page)),
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

fn requests(path: &str) -> Vec<Request<String>> {
    (0..REQUESTS).filter_map(|_| request(path).ok()).collect()
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
