//! Random rules and requests.

use proptest::prelude::*;
use selvedge::trace::{Exchange, explain};
use selvedge::{Platform, Rules};
use serde_json::{Value, json};

use crate::contradictions;

fn path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["/", "/a", "/a/", "/a/b", "/a/b.js", "/c/d/e", "/a/b.js.br", "/A", "/x%20y"])
}

fn pattern() -> impl Strategy<Value = Value> {
    prop::sample::select(vec!["/*", "/a", "/a/*", "/:x", "/:x/:y", "*.js", "/c/*/e", "/a/b.js", "/nowhere"])
        .prop_map(Value::from)
}

fn when() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        Value::Null,
        Value::Null,
        json!({ "query": { "q": "1" } }),
        json!({ "not": { "any": [{ "cookie": { "c": true } }, { "method": "POST" }] } }),
        json!({ "header": { "user-agent": { "prefix": "x" } } }),
        json!({ "ip": "10.0.0.0/8", "host": "example.org" }),
    ])
}

fn rule(kind: &'static str) -> impl Strategy<Value = Value> {
    (pattern(), when(), prop::option::of(pattern()), prop::sample::select(vec!["/a", "/b/new", "/a/b.js", "/z?y=1"]))
        .prop_map(move |(pattern, when, except, to)| {
            let mut rule = match kind {
                "redirects" | "rewrites" => json!({ "from": pattern, "to": to }),
                "responses" => json!({ "for": pattern, "status": 410, "body": to }),
                "query" => json!({ "for": pattern, "drop": ["q"], "sort": true }),
                "requests" => json!({ "for": pattern, "on": "request", "append": { "X-A": to } }),
                "late" => json!({ "for": pattern, "at": "viewer-response", "append": { "X-B": "{path}" } }),
                _ => json!({ "for": pattern, "remove": "x-*", "set": { "X-A": to, "Cache-Control": "no-cache" } }),
            };
            if kind == "query" || kind == "rewrites" || when.is_null() || kind == "redirects" || kind == "responses" {
                rule["when"] = when;
            }
            if let Some(except) = except {
                rule["except"] = except;
            }
            rule
        })
}

fn rules() -> impl Strategy<Value = Value> {
    let list = |kind| prop::collection::vec(rule(kind), 0..4);
    let headers =
        (list("requests"), list("headers"), list("late")).prop_map(|lists| [lists.0, lists.1, lists.2].concat());
    let html = prop::sample::select(vec![
        Value::Null,
        json!({ "index": "index.html", "clean": "file" }),
        json!({ "trailingSlash": "remove", "clean": "directory" }),
    ]);
    let lists = (list("responses"), list("redirects"), list("query"), list("rewrites"), headers);
    (lists, html, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |((responses, redirects, query, rewrites, headers), html, answers, early, secure)| {
            let mut rules = json!({
                "query": query, "rewrites": rewrites, "html": html, "headers": headers,
                "precompressed": [{ "for": "*.js", "encodings": ["br", "gzip"] }],
                "experiments": [{ "name": "e", "for": "/a/*", "cookie": "c",
                    "variants": [{ "name": "one" }, { "name": "two", "to": "/c/d/e" }] }],
            });
            if answers {
                rules["responses"] = responses.into();
                rules["redirects"] = redirects.into();
            }
            if early {
                rules["precompressed"][0]["at"] = "viewer-request".into();
            }
            if secure {
                rules["security"] = "strict".into();
            }
            rules
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_rules_are_explained_in_full(
        rules in rules(),
        path in path(),
        query in prop::sample::select(vec!["", "?q=1", "?b&a&q=2"]),
        method in prop::sample::select(vec!["GET", "HEAD", "POST"]),
        cookie in any::<bool>(),
        status in prop::sample::select(vec![200, 206, 404, 301]),
        id in "[a-z]{4}",
        platform in prop::sample::select(vec![Platform::Cloudfront, Platform::Fetch]),
    ) {
        let mut headers = vec![("Accept-Encoding".to_owned(), "gzip, br".to_owned())];
        if cookie {
            headers.push(("Cookie".to_owned(), "c=two".to_owned()));
        }
        let mut exchange = Exchange::get(format!("https://example.org{path}{query}"));
        exchange.method = Some(method.to_owned());
        exchange.headers = headers;
        exchange.client_ip = Some("10.1.2.3".to_owned());
        exchange.request_id = Some(id);
        exchange.origin.status = Some(status);
        exchange.origin.headers =
            vec![("X-Old".to_owned(), "1".to_owned()), ("Cache-Control".to_owned(), "max-age=1".to_owned())];
        // Some of these rule sets are wrong or cannot be placed, which is another test's subject.
        let rules = serde_json::from_value::<Rules>(rules).ok();
        if let Some(Ok(trace)) = rules.map(|rules| explain(&rules, platform, &exchange)) {
            let wrong = contradictions(&trace);
            prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        }
    }
}
