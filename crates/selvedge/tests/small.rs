//! Which plans a small reader can run, by what their rules ask for: `selvedge_plan::small`.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use selvedge::{Platform, Rules, compile};
use selvedge_plan::Plan;
use serde_json::{Value, json};

fn needs_full(rules: &Value, platform: Platform) -> bool {
    let rules: Rules = rules.to_string().parse().unwrap_or_else(|problems| panic!("{rules}: {problems}"));
    let plan = compile(&rules, platform).unwrap_or_else(|problems| panic!("{problems}"));
    Plan::load(&plan).unwrap().needs_full()
}

fn redirect(when: Value) -> Value {
    json!({ "languages": ["en", "de"], "redirects": [{ "from": "/a/*", "to": "/b/:splat", "when": when }] })
}

#[test]
fn redirects_rewrites_responses_headers_and_their_conditions_do_with_a_small_reader() {
    for rules in [
        redirect(json!({ "query": { "a": "b" }, "cookie": { "c": true }, "header": { "X-A": { "prefix": "x" } } })),
        redirect(json!({ "any": [{ "host": "*.example" }, { "not": { "method": "POST" } }] })),
        redirect(json!({ "country": "DE" })),
        json!({ "redirects": [{ "from": "/*", "to": "https://{host}/:splat", "when": { "method": "GET" } }] }),
        json!({ "redirects": [{ "from": "/a", "to": "/b?c", "query": "drop" }] }),
        json!({ "rewrites": [{ "from": "/app/*", "to": "/index.html" }] }),
        json!({ "responses": [{ "for": "/*.env", "status": 404, "body": "no" }] }),
        json!({ "headers": [{ "for": "*.html", "remove": ["x-amz-meta-*"], "set": { "A": "b" }, "append": { "Vary": "C" } }] }),
        json!({ "security": "strict" }),
    ] {
        assert!(!needs_full(&rules, Platform::Cloudfront), "{rules}");
    }
}

#[test]
fn what_else_there_is_needs_the_full_one() {
    for rules in [
        redirect(json!({ "language": "de" })),
        redirect(json!({ "ip": "192.0.2.0/24" })),
        json!({ "redirects": [{ "from": "/a", "to": "/b?c=d", "query": "merge" }] }),
        json!({ "redirects": [{ "from": "/a", "to": "/b", "query": { "drop": ["utm_*"] } }] }),
        json!({ "redirects": [{ "from": "/a", "to": "/{query.x}" }] }),
        json!({ "redirects": [{ "from": "/a", "to": "/x/{host|lower}" }] }),
        json!({ "headers": [{ "for": "/*", "set": { "A": "{header.b}" } }] }),
        json!({ "slashes": "merge" }),
        json!({ "html": { "index": "index.html" } }),
        json!({ "html": { "trailingSlash": "add" } }),
        json!({ "query": [{ "for": "/*", "drop": ["utm_*"] }] }),
        json!({ "origins": [{ "for": "/*", "to": { "custom": { "domainName": "a.example" } } }] }),
        json!({ "precompressed": [{ "for": "/*", "encodings": ["br"] }] }),
        json!({ "downloads": [{ "for": "/*", "filename": "a.txt" }] }),
        json!({ "experiments": [{ "name": "e", "for": "/", "cookie": "c", "variants": [
            { "name": "a", "weight": 1 }, { "name": "b", "weight": 1, "to": "/b" }] }] }),
        // Enough rules by one header for look-ups.
        json!({ "redirects": (0..40).map(|n| json!({
            "from": "/a", "to": format!("/{n}"), "when": { "query": { "n": n.to_string() } } })).collect::<Vec<_>>() }),
    ] {
        assert!(needs_full(&rules, Platform::Cloudfront), "{rules}");
    }
}
