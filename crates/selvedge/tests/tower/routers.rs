//! Where axum's users put a layer: around a router, into its routes, around what is nested.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::routing::get;
use http::Uri;
use selvedge::tower::RulesLayer;
use selvedge::{Engine, Platform, Rules};
use tower::util::MapRequestLayer;
use tower::{Layer, Service, ServiceBuilder, ServiceExt};

const RULES: &str = r#"{
    "responses": [{ "for": "/secret/*", "status": 403 }],
    "redirects": [{ "from": "/old/*", "to": "/new/:splat" }],
    "rewrites":  [{ "from": "/page", "to": "/new/page" }],
    "headers":   [{ "for": "/*", "set": { "X-Rules": "1" } }]
}"#;

fn rules(text: &str) -> RulesLayer {
    RulesLayer::new(Engine::new(&text.parse::<Rules>().unwrap(), Platform::Fetch).unwrap())
}

/// Handlers that say which they are, and what they see.
fn pages() -> Router {
    let says = |name: &'static str| get(async move |uri: Uri| format!("{name} {uri}"));
    Router::new()
        .route("/new/{page}", says("new"))
        .route("/page", says("page"))
        .route("/secret/{*rest}", says("secret"))
        .route("/public/{*rest}", says("public"))
}

/// Status, `Location` or body, and whether header rules acted.
fn ask<S>(site: S, target: &str) -> String
where
    S: Service<Request, Response = axum::response::Response, Error = std::convert::Infallible>,
{
    let request = Request::get(target).header("host", "example.org").body(Body::empty()).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let (head, body) = site.oneshot(request).await.unwrap().into_parts();
        let ruled = if head.headers.contains_key("x-rules") { "ruled" } else { "bare" };
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let shown = match head.headers.get("location") {
            Some(to) => to.to_str().unwrap().to_owned(),
            None => String::from_utf8_lossy(&body).trim_end().to_owned(),
        };
        [head.status.as_str(), &shown, ruled].join(" ")
    })
}

#[test]
fn around_a_router_all_rules_act() {
    let site = Router::new().fallback_service(rules(RULES).layer(pages()));
    for (target, expected) in [
        ("/old/a", "301 /new/a ruled"),
        ("/page", "200 new /new/page ruled"),
        ("/secret/a", "403  ruled"),
        ("/secret/../public/a", "200 public /public/a ruled"),
        ("/public/../secret/a", "403  ruled"),
        ("/none", "404  ruled"),
    ] {
        assert_eq!(ask(site.clone(), target), expected, "{target}");
    }
}

#[test]
fn in_the_routes_the_path_as_sent_chooses() {
    let other = || MapRequestLayer::new(|request: Request| request);
    let through_others = ServiceBuilder::new().layer(other()).layer(rules(RULES)).layer(other());
    let no_text = "400 400 Bad Request: the path has dot segments bare";
    for (site, missing) in [
        (pages().layer(rules(RULES)), "404  ruled"),
        (pages().layer(through_others), "404  ruled"),
        (pages().route_layer(rules(RULES)), "404  bare"),
    ] {
        let site = || site.clone();
        assert_eq!(ask(site(), "/page"), "200 page /new/page ruled");
        assert_eq!(ask(site(), "/secret/a"), "403  ruled");
        assert_eq!(ask(site(), "/none"), missing);
        // The route of `/secret` with the rules of `/public` would be a way around the guard.
        for dots in ["/..", "/%2e%2e", "/.%2E", "/%2E.", "\\..", "%2f..", "%5C%2e%2e", "/."] {
            assert_eq!(ask(site(), &format!("/secret/x{dots}/public/a")), no_text, "{dots}");
            assert_eq!(ask(site(), &format!("/public/a{dots}")), no_text, "{dots}");
        }
        assert_eq!(ask(site(), "/public/..a/b..c/..."), "200 public /public/..a/b..c/... ruled");
    }
    assert_eq!(ask(pages().layer(rules(RULES)), "/old/a"), "301 /new/a ruled");
}

#[test]
fn nested_rules_see_the_path_without_its_prefix() {
    let nested = Router::new().nest_service("/site", rules(RULES).layer(pages()));
    assert_eq!(ask(nested.clone(), "/site/secret/a"), "403  ruled");
    assert_eq!(ask(nested.clone(), "/site/page"), "200 new /new/page ruled");
    assert_eq!(ask(nested, "/secret/a"), "404  bare");
    let nested = Router::new().nest("/site", pages().layer(rules(RULES)));
    assert_eq!(ask(nested.clone(), "/site/secret/a"), "403  ruled");
    assert_eq!(ask(nested.clone(), "/secret/a"), "404  bare");
    assert!(ask(nested, "/site/secret/../public/a").starts_with("400 "));
}

#[test]
fn the_address_comes_from_connect_info() {
    let layer = rules(r#"{ "responses": [{ "for": "/*", "when": { "ip": "192.0.2.0/24" }, "status": 403 }] }"#);
    for (site, name) in
        [(Router::new().fallback_service(layer.clone().layer(pages())), "around"), (pages().layer(layer), "inside")]
    {
        for (peer, status) in [("192.0.2.7:1", 403), ("198.51.100.7:1", 200)] {
            let peer: SocketAddr = peer.parse().unwrap();
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let answer = runtime.block_on(async {
                let mut made = site.clone().into_make_service_with_connect_info::<SocketAddr>();
                let service = tower::Service::call(&mut made, peer).await.unwrap();
                let request = Request::get("http://example.org/page").body(Body::empty()).unwrap();
                service.oneshot(request).await.unwrap()
            });
            assert_eq!(answer.status(), status, "{name} {peer}");
        }
    }
}
