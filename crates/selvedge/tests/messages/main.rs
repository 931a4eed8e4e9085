//! Messages as nobody should send them, through the request stages and back: nothing panics, what goes out is legal, and
//! the work grows with the message and no faster.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod random;
#[path = "../shared/mod.rs"]
mod shared;

use std::time::{Duration, Instant};

use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, Version, request, response,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use selvedge::{Engine, Entered, Facts, Outcome, Platform, Rules, Target};
use serde_json::{Value, json};

use random::{facts, request_head, response_head};

/// What stages tell each other in.
const NOTE: &str = "x-selvedge";

fn engine(rules: Value) -> Option<Engine> {
    let rules: Rules = serde_json::from_value(rules).unwrap();
    Engine::new(&rules, Target::from(Platform::Fetch).with_country().with_device()).ok()
}

/// An engine of each rule set in tests/cases, so that every kind of rule is there.
fn engines() -> Vec<Engine> {
    let cases = shared::files().into_iter().flat_map(|(_, file)| file.cases);
    let engines: Vec<Engine> = cases.filter_map(|case| engine(case.rules)).collect();
    assert!(engines.len() > 500);
    engines
}

#[test]
fn any_message_passes_or_is_answered() {
    let engines = engines();
    // PROPTEST_CASES=100000 goes on for longer.
    let default = ProptestConfig::default();
    let config = ProptestConfig { cases: 4 * default.cases, failure_persistence: None, ..default };
    let exchange = (0..engines.len(), request_head(), prop::collection::vec(response_head(), 2), facts());
    TestRunner::new(config)
        .run(&exchange, |(number, request, responses, facts)| check(&engines[number], request, responses, facts))
        .unwrap();
}

fn check(
    engine: &Engine,
    sent: request::Parts,
    responses: Vec<response::Parts>,
    facts: Facts,
) -> Result<(), TestCaseError> {
    let mut asked = sent.clone();
    let mut pass = match engine.enter(&mut asked, facts) {
        Entered::Answer(answer) => {
            prop_assert!((200..600).contains(&answer.status().as_u16()));
            prop_assert!(may_have_body(&sent, answer.status()) || answer.body().is_empty());
            return Ok(());
        }
        Entered::Ask(pass) => pass,
    };
    for (number, mut response) in responses.into_iter().enumerate() {
        prop_assert!(!asked.headers.contains_key(NOTE), "the origin gets a note");
        let is_path = |uri: &Uri| uri.path().starts_with('/');
        prop_assert!(is_path(&asked.uri) || asked.uri == sent.uri, "{} became {}", sent.uri, asked.uri);
        match pass.leave(&mut response) {
            Outcome::Origin => return Ok(()),
            Outcome::Replaced(body) => {
                prop_assert!(may_have_body(&sent, response.status) || body.is_empty());
                prop_assert!(!response.headers.contains_key(CONTENT_LENGTH));
                prop_assert!(!response.headers.contains_key(TRANSFER_ENCODING));
                return Ok(());
            }
            Outcome::AskAgain(again, next) => {
                prop_assert!(number == 0, "asked a third time");
                (asked, pass) = (*again, next);
            }
        }
    }
    Ok(())
}

/// RFC 9110 §6.4.1.
fn may_have_body(request: &request::Parts, status: StatusCode) -> bool {
    request.method != Method::HEAD && status != StatusCode::NO_CONTENT && status != StatusCode::NOT_MODIFIED
}

/// Four times the message takes four times as long; sixteen times as long would be quadratic.
#[test]
fn the_work_grows_with_the_message() {
    let lines = |count: usize, name: fn(usize) -> String, value: fn(usize) -> String| {
        let mut headers = HeaderMap::new();
        for number in 0..count {
            headers.append(HeaderName::try_from(name(number)).unwrap(), HeaderValue::try_from(value(number)).unwrap());
        }
        headers
    };
    let number = |number: usize| format!("v{number}");
    let distinct = |number: usize| format!("x-amz-meta-{number}");
    type Make<'m> = Box<dyn Fn(usize) -> HeaderMap + 'm>;
    let shapes: [(&str, Value, Make<'_>); 7] = [
        ("wildcards", json!({ "remove": ["x-amz-meta-*", "x-*-9"] }), Box::new(|n| lines(n, distinct, number))),
        ("one name", json!({ "remove": ["X-A"] }), Box::new(|n| lines(n, |_| "x-a".into(), number))),
        (
            "append",
            json!({ "at": "viewer-response", "append": { "Set-Cookie": "a=1" } }),
            Box::new(|n| lines(n, |_| "set-cookie".into(), number)),
        ),
        ("Vary", json!({ "append": { "Vary": "Origin" } }), Box::new(|n| lines(n, |_| "vary".into(), number))),
        (
            "replace",
            json!({ "replace": { "X-A": { "regex": "v", "with": "w" } } }),
            Box::new(|n| lines(n, |_| "x-a".into(), number)),
        ),
        ("default", json!({ "default": { "X-B": "1" } }), Box::new(|n| lines(n, distinct, number))),
        (
            "a condition",
            json!({ "set": { "X-B": "1" }, "when": { "header": { "X-A": "none" } } }),
            Box::new(|n| lines(n, |_| "x-a".into(), number)),
        ),
    ];
    for (what, headers, make) in shapes {
        // With debug assertions the crate http looks at all lines of a map for each line that it removes.
        if cfg!(debug_assertions) && matches!(what, "one name" | "replace" | "Vary") {
            continue;
        }
        let engine = engine(json!({ "headers": headers })).unwrap_or_else(|| panic!("{what}"));
        let (small, large) = (make(1_000), make(4_000));
        let (mut of_small, mut of_large) = (Duration::MAX, Duration::MAX);
        // A busy machine interrupts most rounds, and not all of them: the quickest is what the work takes.
        let grows_linearly = (0..1_000).any(|_| {
            of_small = of_small.min(leave(&engine, small.clone()));
            of_large = of_large.min(leave(&engine, large.clone()));
            of_large < 8 * of_small
        });
        assert!(grows_linearly, "{what}: {of_small:?}, {of_large:?}");
    }
}

/// How long the way through all stages takes, with `headers` in both directions.
fn leave(engine: &Engine, headers: HeaderMap) -> Duration {
    let (mut request, ()) = Request::get("/a").body(()).unwrap().into_parts();
    let (mut response, ()) = Response::new(()).into_parts();
    (request.headers, response.headers) = (headers.clone(), headers);
    let start = Instant::now();
    let Entered::Ask(pass) = engine.enter(&mut request, Facts::new()) else { panic!("answered") };
    assert!(matches!(pass.leave(&mut response), Outcome::Origin));
    start.elapsed()
}

/// RFC 9110 §15.5.15. Going on without the rewrite would mean going on without the other effects as well.
#[test]
fn a_uri_that_gets_too_long_is_414() {
    let rules = json!({
        "rewrites": { "from": "/a/*", "to": "/a-longer-name/:splat" },
        "headers": { "on": "request", "remove": ["X-Internal"] }
    });
    let engine = engine(rules).unwrap();
    for (len, expected) in [(65_000, None), (65_530, Some(414))] {
        let uri = Uri::try_from(format!("/a/{}", "a".repeat(len - 3))).unwrap();
        let (mut head, ()) = Request::get(uri).header("X-Internal", "1").body(()).unwrap().into_parts();
        match engine.enter(&mut head, Facts::new()) {
            Entered::Ask(_) => {
                assert_eq!(expected, None);
                assert!(head.uri.path().starts_with("/a-longer-name/") && !head.headers.contains_key("x-internal"));
            }
            Entered::Answer(answer) => assert_eq!(Some(answer.status().as_u16()), expected),
        }
    }
}

/// Nothing but its length keeps a target that rules make out of `http::Uri`.
#[test]
fn a_target_that_rules_make_is_legal_whatever_they_say() {
    let texts = [
        "a b",
        "<a>",
        "\"",
        "{{b}}",
        "é",
        "%",
        "%zz",
        "\\",
        "^`|",
        "x?a=<b> c&d=\"e\"",
        "x?é={{|}}^`\\",
        "{header.u}",
        "x?q={header.u}",
        ":splat",
    ];
    let mut made = 0;
    for text in texts {
        let rules = json!({ "rewrites": { "from": "/a/*", "to": format!("/b/{text}") }, "query": { "for": "/c/*", "sort": true, "lowercase": true } });
        let Some(engine) = engine(rules) else { continue };
        made += 1;
        for value in [&b"v"[..], b"<>\"{}|^`\\ ", b"\t", b"\xff\xc3", b"#?&=%"] {
            for path in ["/a/x%00%20y?q", "/c/x?B=%00{|}\\&a=1"] {
                let request = Request::get(path).header("u", HeaderValue::from_bytes(value).unwrap());
                let (mut head, ()) = request.body(()).unwrap().into_parts();
                assert!(matches!(engine.enter(&mut head, Facts::new()), Entered::Ask(_)), "{text} {path} {value:?}");
            }
        }
    }
    assert!(made > 10, "{made}");
}

/// RFC 9112 §3.2.2: a service that forwards reads one of them, and both have to say where.
#[test]
fn a_rule_that_changes_the_host_changes_it_everywhere() {
    let engine =
        engine(json!({ "origins": { "for": "/*", "to": { "custom": { "domainName": "api.example.net" } } } })).unwrap();
    for uri in ["http://example.org/a", "/a"] {
        let (mut head, ()) = Request::get(uri).header(HOST, "example.org").body(()).unwrap().into_parts();
        let Entered::Ask(_) = engine.enter(&mut head, Facts::new()) else { panic!("answered") };
        assert_eq!(head.headers[HOST], "api.example.net");
        assert!(head.uri.authority().is_none_or(|authority| authority == "api.example.net"), "{}", head.uri);
    }
}

/// What a rule sets is set, also with bytes that are not UTF-8: the client's own line does not stay.
#[test]
fn a_header_that_a_rule_sets_is_never_the_clients() {
    let set = json!({ "X-Query": "q-{query.u}", "X-Cookie": "c-{cookie.u}", "X-Header": "h-{header.u}", "X-Path": "p-{path}" });
    let engine = engine(json!({ "headers": { "on": "request", "set": set } })).unwrap();
    for value in [&b"a"[..], b"\xff", b"a\tb", b"\xc3", b"%ff", b"%c3", b"\xe2\x82", &[0xFF; 6_000]] {
        let text = String::from_utf8_lossy(value);
        let uri = format!("/a/{text}?u={text}").replace('\t', "%09").replace('\u{fffd}', "%ff");
        let uri = Uri::try_from(uri).unwrap();
        let mut request = Request::get(uri);
        for name in ["x-query", "x-cookie", "x-header", "x-path"] {
            request = request.header(name, "admin");
        }
        let cookie = [b"u=", value].concat();
        let request = request.header("u", HeaderValue::from_bytes(value).unwrap());
        let request = request.header("cookie", HeaderValue::from_bytes(&cookie).unwrap());
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        if let Entered::Ask(_) = engine.enter(&mut head, Facts::new()) {
            for name in ["x-query", "x-cookie", "x-header", "x-path"] {
                let lines: Vec<_> = head.headers.get_all(name).iter().collect();
                assert!(!lines.contains(&&HeaderValue::from_static("admin")), "{name}: {lines:?} with {text:.20}");
            }
        }
    }
}

/// RFC 9110 §9.3.6 and §9.3.7: there is no path that could be another.
#[test]
fn targets_without_a_path_stay_what_they_are() {
    let engine = engine(json!({ "rewrites": { "from": "/*", "to": "/index.html" } })).unwrap();
    for (method, uri) in [("CONNECT", "example.org:443"), ("OPTIONS", "*")] {
        let request = Request::builder().method(method).uri(uri).header(HOST, "example.org:443");
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        let Entered::Ask(_) = engine.enter(&mut head, Facts::new()) else { panic!("answered") };
        assert_eq!(head.uri, uri);
    }
}

/// A host that can be read in two ways is none for rules, where no server refused it.
#[test]
fn without_a_server_a_doubtful_host_matches_nothing() {
    let rules = json!({ "responses": { "for": "/*", "when": { "host": ["admin.example", "evil"] }, "status": 403 } });
    let engine = engine(rules).unwrap();
    for (uri, version, hosts) in [
        ("/", Version::HTTP_11, &["admin.example:80@evil"][..]),
        ("/", Version::HTTP_11, &["admin.example", "admin.example"]),
        ("http://admin.example@evil/", Version::HTTP_11, &["admin.example"]),
        ("http://other.example/", Version::HTTP_11, &["admin.example"]),
        ("https://admin.example/", Version::HTTP_2, &["evil"]),
    ] {
        let mut request = Request::get(uri).version(version);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        assert!(matches!(engine.enter(&mut head, Facts::new()), Entered::Ask(_)), "{uri} {hosts:?}");
    }
}
