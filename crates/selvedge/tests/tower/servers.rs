//! What a server does beyond single cases: streams, upgrades, methods, errors, fallbacks.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::{any, get};
use http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;
use selvedge::tower::RulesLayer;
use selvedge::{Engine, Facts, Platform, Rules, Target};
use tokio::runtime::Runtime;
use tower::limit::ConcurrencyLimitLayer;
use tower::{Layer, ServiceExt};

use super::serve;
use super::shared::{http1, stream};

fn layer(rules: &str) -> RulesLayer {
    let rules: Rules = serde_json::from_str(rules).unwrap();
    RulesLayer::new(Engine::new(&rules, Platform::Fetch).unwrap())
}

/// A server on a loopback port, for as long as the runtime lives.
fn served(rules: &str, origin: Router) -> (Runtime, SocketAddr) {
    let runtime = Runtime::new().unwrap();
    let (address, _) = serve(&runtime, Router::new().fallback_service(layer(rules).layer(origin)));
    (runtime, address)
}

fn send(to: SocketAddr, method: &str, target: &str) -> Response<Vec<u8>> {
    http1::send(to, method, target, &[("Host", "example.org")]).unwrap()
}

fn lines(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

const HEADERS: &str = r#"{ "headers": { "set": { "X-Rule": "1" } } }"#;

#[test]
fn a_body_streams_through() {
    let (told, route) = stream::route();
    let (_runtime, address) = served(HEADERS, Router::new().route("/", route));
    assert!(stream::read(address, "/", told).contains("x-rule: 1"));
}

#[test]
fn an_upgrade_stays_one() {
    let origin = any(|mut request: Request| async move {
        let upgrade = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let mut stream = hyper_util::rt::TokioIo::new(upgrade.await.unwrap());
            let (mut read, mut write) = tokio::io::split(&mut stream);
            tokio::io::copy(&mut read, &mut write).await.unwrap();
        });
        (StatusCode::SWITCHING_PROTOCOLS, [("Connection", "Upgrade"), ("Upgrade", "echo")])
    });
    let (_runtime, address) = served(HEADERS, Router::new().route("/", origin));
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: example.org\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello")
        .unwrap();
    let mut read = Vec::new();
    while !read.ends_with(b"hello") {
        let mut buffer = [0; 1024];
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "{:?}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&buffer[..count]);
    }
    let text = String::from_utf8_lossy(&read).to_lowercase();
    assert!(text.starts_with("http/1.1 101") && text.contains("upgrade: echo") && !text.contains("x-rule"), "{text}");
}

#[test]
fn head_and_options_keep_their_meaning() {
    let rules = r#"{ "responses": { "for": "/ok", "body": "fine" }, "headers": { "set": { "X-Rule": "1" } } }"#;
    let (_runtime, address) = served(rules, Router::new().route("/page", get(|| async { "12345" })));

    let page = send(address, "HEAD", "/page");
    assert_eq!((page.status().as_u16(), lines(page.headers(), "content-length")), (200, vec!["5".to_owned()]));
    assert_eq!(lines(page.headers(), "x-rule"), ["1"]);
    let ok = send(address, "HEAD", "/ok");
    assert_eq!((ok.status().as_u16(), ok.body().len()), (200, 0));
    assert_eq!(lines(ok.headers(), "content-length"), [""; 0]);
    let options = send(address, "OPTIONS", "/page");
    assert_eq!((options.status().as_u16(), lines(options.headers(), "allow")), (405, vec!["GET,HEAD".to_owned()]));
}

#[test]
fn lines_bodiless_statuses_and_odd_locations_pass() {
    let cookies = || async { [("Set-Cookie", "a=1"), ("X-Y", "z")].into_response() };
    let two = || async {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        response.headers_mut().append("set-cookie", "a=1".parse().unwrap());
        response.headers_mut().append("set-cookie", "b=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT".parse().unwrap());
        response
    };
    let odd = || async { (StatusCode::FOUND, [("Location", "http://[oh no")]) };
    let origin = Router::new()
        .route("/one", get(cookies))
        .route("/two", get(two))
        .route("/none", get(|| async { StatusCode::NO_CONTENT }))
        .route("/odd", get(odd));
    let rules = r#"{ "headers": { "at": "viewer-response", "append": { "Set-Cookie": "r=3" } } }"#;
    let (_runtime, address) = served(rules, origin);
    assert_eq!(lines(send(address, "GET", "/one").headers(), "set-cookie"), ["a=1", "r=3"]);
    let two = send(address, "GET", "/two");
    assert_eq!(two.status(), 304);
    assert_eq!(lines(two.headers(), "set-cookie"), ["a=1", "b=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT", "r=3"]);
    assert_eq!(send(address, "GET", "/none").status(), 204);
    assert_eq!(lines(send(address, "GET", "/odd").headers(), "location"), ["http://[oh no"]);
}

#[test]
fn a_fallback_asks_again() {
    let rules = r#"{
        "rewrites": { "from": "/app/*", "to": "/app.html?from=:splat", "fallback": true },
        "precompressed": { "for": "*.js", "encodings": ["br"] },
        "headers": [{ "for": "/app/*", "set": { "X-App": "1" } }, { "for": "*.html", "set": { "X-Page": "1" } }]
    }"#;
    let app = get(|request: Request| async move { format!("app {}", request.uri().query().unwrap_or_default()) });
    let origin = Router::new().route("/app.html", app).route("/app/real", get(|| async { "real" }));
    let (_runtime, address) = served(rules, origin);

    assert_eq!(send(address, "GET", "/app/real").body(), b"real");
    let found = send(address, "GET", "/app/settings?tab=1");
    assert_eq!((found.status().as_u16(), found.body().as_slice()), (200, &b"app from=settings"[..]));
    // Rules on responses see the path that the viewer asked for.
    assert_eq!(lines(found.headers(), "x-app"), ["1"]);
    assert_eq!(lines(found.headers(), "x-page"), [""; 0]);
    // What is asked again is not the variant that was missing.
    let script = http1::send(address, "GET", "/app/a.js", &[("Host", "a"), ("Accept-Encoding", "br")]).unwrap();
    assert_eq!((script.status().as_u16(), script.body().as_slice()), (200, &b"app from=a.js"[..]));
    assert_eq!(lines(script.headers(), "content-encoding"), [""; 0]);
    // A body cannot be sent twice.
    assert_eq!(send(address, "POST", "/app/settings").status(), 404);
    assert_eq!(lines(send(address, "POST", "/app/settings").headers(), "x-app"), ["1"]);
}

#[test]
fn a_fallback_that_is_missing_too_is_asked_once() {
    let rules = r#"{ "rewrites": { "from": "/*", "to": "/404.html", "fallback": true }, "headers": { "set": { "X-Rule": "1" } } }"#;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let record = asked.clone();
    let origin = Router::new().fallback(move |request: Request| {
        record.lock().unwrap().push(request.uri().to_string());
        async { StatusCode::NOT_FOUND }
    });
    let (_runtime, address) = served(rules, origin);
    let missing = send(address, "GET", "/a?b");
    assert_eq!((missing.status().as_u16(), lines(missing.headers(), "x-rule")), (404, vec!["1".to_owned()]));
    assert_eq!(*asked.lock().unwrap(), ["/a?b", "/404.html?b"]);
}

#[test]
fn a_service_that_takes_one_request_at_a_time_is_asked_again() {
    let rules = r#"{ "rewrites": { "from": "/*", "to": "/index.html", "fallback": true } }"#;
    let limited = ConcurrencyLimitLayer::new(1).layer(Router::new().route("/index.html", get(|| async { "index" })));
    let service = layer(rules).layer(limited);
    let runtime = Runtime::new().unwrap();
    let body = runtime.block_on(async {
        let response = service.oneshot(Request::get("http://a/a").body(Body::empty()).unwrap()).await.unwrap();
        response.into_body().collect().await.unwrap().to_bytes()
    });
    assert_eq!(body, "index");
}

#[test]
fn an_error_of_the_service_stays_its_own() {
    #[derive(Debug, PartialEq)]
    struct Timeout;
    let failing = tower::service_fn(|_: Request| async { Err::<Response<Body>, _>(Timeout) });
    let service = layer(HEADERS).layer(failing);
    let runtime = Runtime::new().unwrap();
    let error = runtime.block_on(service.oneshot(Request::get("http://a/").body(Body::empty()).unwrap())).unwrap_err();
    assert_eq!(error, Timeout);
}

#[test]
fn facts_come_from_extensions_or_a_function() {
    let rules: Rules = serde_json::from_str(
        r#"{ "redirects": { "from": "/", "to": "/de/", "when": { "country": "DE" } },
             "responses": { "for": "/", "when": { "ip": "192.0.2.0/24" }, "status": 403 } }"#,
    )
    .unwrap();
    let engine = Engine::new(&rules, Target::from(Platform::Fetch).with_country()).unwrap();
    let status = |layer: RulesLayer, request: http::request::Builder| {
        let service = layer.layer(Router::new().route("/", get(|| async {})));
        let response = service.oneshot(request.body(Body::empty()).unwrap());
        Runtime::new().unwrap().block_on(response).unwrap().status().as_u16()
    };
    let facts = Facts::new().with_country("DE");
    let peer: SocketAddr = "192.0.2.7:1234".parse().unwrap();
    assert_eq!(status(RulesLayer::new(engine.clone()), Request::get("http://a/")), 200);
    assert_eq!(status(RulesLayer::new(engine.clone()), Request::get("http://a/").extension(peer)), 403);
    assert_eq!(status(RulesLayer::new(engine.clone()), Request::get("http://a/").extension(facts.clone())), 302);
    assert_eq!(status(RulesLayer::new(engine).facts(move |_| facts.clone()), Request::get("http://a/")), 302);
}
