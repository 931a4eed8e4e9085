//! Answers of a service and of rules on the wire: what has no body gets none, what replaces a body says nothing of the old
//! one, and a connection stays in step. The expectations are RFC 9110 §6.4.1 and §8.6, RFC 9112 §6.3 and RFC 9113 §8.2.2.

use std::convert::Infallible;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use http::{HeaderMap, HeaderValue, Response};
use http_body_util::channel::Channel;
use selvedge::tower::RulesLayer;
use selvedge::{Engine, Platform, Rules};
use tokio::runtime::Runtime;
use tower::Layer;

use super::shared::http1;
use super::{h2_client, serve};

const RULES: &str = r#"{
    "responses": [
        { "for": "/secret/*", "status": 403, "body": "no" },
        { "for": "/*", "at": "origin-response", "when": { "status": 500 }, "status": 503, "body": "later" },
        { "for": "/*", "at": "origin-response", "when": { "status": 501 }, "status": 204 }
    ],
    "headers": { "set": { "X-Rule": "1" } }
}"#;

/// What the service answers: status, header lines, body.
type Answer = (u16, &'static [(&'static str, &'static str)], &'static str);

fn served(answer: Answer) -> (Runtime, std::net::SocketAddr) {
    let rules: Rules = serde_json::from_str(RULES).unwrap();
    let layer = RulesLayer::new(Engine::new(&rules, Platform::Fetch).unwrap());
    let service = tower::service_fn(move |request: Request| async move {
        let (status, lines, body) = if request.uri().path() == "/probe" { (200, &[][..], "probe") } else { answer };
        let mut response = Response::builder().status(status);
        for (name, value) in lines {
            response = response.header(*name, *value);
        }
        Ok::<_, Infallible>(response.body(Body::from(body)).unwrap())
    });
    let runtime = Runtime::new().unwrap();
    let (address, _) = serve(&runtime, Router::new().fallback_service(layer.layer(service)));
    (runtime, address)
}

const PROBE: &[u8] = b"GET /probe HTTP/1.1\r\nHost: example.org\r\n\r\n";

#[test]
fn what_the_viewer_gets_for_what_the_service_says() {
    let of_a_body: &[(&str, &str)] = &[
        ("content-length", "4"),
        ("content-encoding", "gzip"),
        ("content-range", "bytes 0-3/9"),
        ("etag", "\"e\""),
        ("last-modified", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ("trailer", "x-t"),
    ];
    // Method and answer; then status, Content-Length and body for the viewer.
    let table: [(&str, Answer, u16, Option<&str>, &str); 11] = [
        ("GET", (200, &[], "body"), 200, Some("4"), "body"),
        ("GET", (200, &[("content-length", "4")], "body"), 200, Some("4"), "body"),
        ("HEAD", (200, &[("content-length", "4")], "body"), 200, Some("4"), ""),
        ("GET", (204, &[], "body"), 204, None, ""),
        ("GET", (204, &[("content-length", "4")], "body"), 204, None, ""),
        ("GET", (204, &[("transfer-encoding", "chunked")], "body"), 204, None, ""),
        ("GET", (304, &[("etag", "\"e\"")], "body"), 304, None, ""),
        ("GET", (500, of_a_body, "body"), 503, Some("5"), "later"),
        ("GET", (500, &[("transfer-encoding", "chunked")], "body"), 503, Some("5"), "later"),
        ("HEAD", (500, of_a_body, ""), 503, None, ""),
        ("GET", (501, of_a_body, "body"), 204, None, ""),
    ];
    for (method, answer, status, length, body) in table {
        let (_runtime, address) = served(answer);
        let mut stream = http1::connect(address).unwrap();
        let request = format!("{method} /a HTTP/1.1\r\nHost: example.org\r\n\r\n");
        let response = http1::exchange(&mut stream, request.as_bytes()).unwrap();
        let what = format!("{method} {answer:?}");
        assert_eq!((response.status().as_u16(), response.body().as_slice()), (status, body.as_bytes()), "{what}");
        let says = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(says("content-length"), length, "{what}");
        assert_eq!(says("x-rule"), Some("1"), "{what}");
        assert_eq!(says("transfer-encoding"), None, "{what}");
        if matches!(answer.0, 500 | 501) {
            for (name, _) in of_a_body.iter().filter(|(name, _)| *name != "content-length") {
                assert_eq!(says(name), None, "{what}: {name} is of the body that was replaced");
            }
        }
        assert_eq!(http1::exchange(&mut stream, PROBE).unwrap().body(), b"probe", "{what}: out of step");
    }
}

/// RFC 9112 §9.3: what follows an answer on its connection is the next request, and a body is not.
#[test]
fn a_body_that_nobody_reads_is_not_a_request() {
    let inner = "GET /secret/inner HTTP/1.1\r\nHost: example.org\r\n\r\n";
    for (target, host, status) in
        [("/secret/x", "example.org", 403), ("/a", "a@b", 400), ("ftp://h/a", "h", 400), ("/a", "h", 200)]
    {
        let (_runtime, address) = served((200, &[], "body"));
        let mut stream = http1::connect(address).unwrap();
        let length = inner.len();
        let request = format!("POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n{inner}");
        assert_eq!(http1::exchange(&mut stream, request.as_bytes()).unwrap().status(), status, "{target}");
        // Closed, or in step.
        if let Ok(next) = http1::exchange(&mut stream, PROBE) {
            assert_eq!(next.body(), b"probe", "{target}: the body was taken for a request");
        }
    }
}

/// RFC 9113 §8.2.2: fields of a connection make a response malformed there.
#[test]
fn fields_of_a_connection_do_not_go_out_over_http2() {
    let lines =
        &[("connection", "x-hop"), ("keep-alive", "timeout=5"), ("transfer-encoding", "chunked"), ("x-hop", "1")];
    let (runtime, address) = served((200, lines, "body"));
    let request = http::Request::get("http://example.org/a").body(()).unwrap();
    let (response, _) = runtime.block_on(h2_client::send(address, request)).unwrap();
    assert_eq!((response.status().as_u16(), response.body().as_slice()), (200, &b"body"[..]));
    for name in ["connection", "keep-alive", "transfer-encoding"] {
        assert!(!response.headers().contains_key(name), "{name}");
    }
    assert_eq!(response.headers()["x-rule"], "1");
}

#[test]
fn trailers_stream_through_and_go_with_a_body_that_is_replaced() {
    let rules: Rules = serde_json::from_str(RULES).unwrap();
    let layer = RulesLayer::new(Engine::new(&rules, Platform::Fetch).unwrap());
    let service = tower::service_fn(|request: Request| async move {
        let (mut sender, body) = Channel::<Bytes>::new(2);
        tokio::spawn(async move {
            let _ = sender.send_data("body".into()).await;
            let _ = sender
                .send_trailers(HeaderMap::from_iter([(
                    http::HeaderName::from_static("x-t"),
                    HeaderValue::from_static("1"),
                )]))
                .await;
        });
        let status = if request.uri().path() == "/replaced" { 500 } else { 200 };
        Ok::<_, Infallible>(Response::builder().status(status).body(Body::new(body)).unwrap())
    });
    let runtime = Runtime::new().unwrap();
    let (address, _) = serve(&runtime, Router::new().fallback_service(layer.layer(service)));
    for (path, body, trailer) in [("/a", "body", Some("1")), ("/replaced", "later", None)] {
        let request = http::Request::get(format!("http://example.org{path}")).body(()).unwrap();
        let (response, trailers) = runtime.block_on(h2_client::send(address, request)).unwrap();
        assert_eq!(response.body().as_slice(), body.as_bytes());
        assert_eq!(trailers.as_ref().and_then(|all| all.get("x-t")).map(|value| value.to_str().unwrap()), trailer);
    }
}
