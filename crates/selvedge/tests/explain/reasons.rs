//! What a person reads, worked out by hand.

use selvedge::trace::{Change, Exchange, Verdict, explain};
use selvedge::{Platform, Rules};
use serde_json::{Value, json};

use crate::contradictions;

/// Why a rule that matches leads nowhere: which placeholder is to blame.
#[test]
fn reasons_say_which_value_does_not_fit() {
    let rules: Rules = r#"{ "redirects": [
            { "from": "/a", "to": "/x/{query.f}/{query.g}" },
            { "from": "/a", "to": "/x/{query.g}{query.h}/y" },
            { "from": "/a", "to": "https://{query.f}.example.com/" },
            { "from": "/a", "to": "/on/{host}" }
        ], "rewrites": [
            { "from": "/a", "to": "/{query.g}/{query.f}" }
        ], "origins": [
            { "for": "/*", "to": { "custom": { "domainName": "files.example.net", "path": "/public" } } }
        ], "experiments": [
            { "name": "e", "for": "/a", "cookie": "c", "variants": [{ "name": "one", "to": "/e/{query.h}/" }] }
        ] }"#
        .parse()
        .unwrap();
    let reasons = |url: &str, host: &str| -> Vec<String> {
        let headers = vec![("Host".to_owned(), host.to_owned())];
        let mut exchange = Exchange::get(url);
        exchange.headers = headers;
        let trace = explain(&rules, Platform::Fetch, &exchange).unwrap();
        assert_eq!(contradictions(&trace), Vec::<String>::new());
        let steps = trace.stages.iter().flat_map(|stage| &stage.steps);
        steps.map(|step| step.reason.as_ref().map_or(String::new(), |reason| reason.text.clone())).collect()
    };
    let first = reasons("https://example.org/a?f=..&g=b&h=..", "a:b");
    assert_eq!(first.first().unwrap(), "{query.f} would make a \".\" or \"..\" segment");
    assert_eq!(
        reasons("https://example.org/a?f=..&g=.&h=.", "a:b"),
        [
            "{query.g} would make a \".\" or \"..\" segment",
            "{query.g} would make a \".\" or \"..\" segment",
            "{query.f} is not a label of a host name here",
            "the request has no valid host, and {host} needs one",
            "variant one, but {query.h} would make a \".\" or \"..\" segment",
            "{query.f} would make a \".\" or \"..\" segment",
            "",
            "",
        ]
    );
    let around = "https://example.org/b%2f..%2fc";
    let said = "a server could take a segment of the path for \"..\", and leave the origin's path";
    assert!(reasons(around, "a.example").iter().any(|reason| reason == said));
}

/// What a person reads, worked out by hand.
#[test]
fn reasons_say_what_was_seen() {
    let rules: Rules = r#"{ "redirects": [
            { "from": "/a/:x/z", "to": "/1" },
            { "from": "/A/*", "to": "/2" },
            { "from": "/a/*", "except": "*.js", "to": "/3" },
            { "from": "/a/*", "to": "/4", "when": { "cookie": { "beta": ["1", "2"] } } },
            { "from": "/a/*", "to": "/4", "when": { "header": { "x-a": { "prefix": ["b", "c"] } } } },
            { "from": "/a/*", "to": "/5", "when": { "not": { "ip": "10.0.0.0/8" } } },
            { "from": "/a/*", "to": "/a/b/c.js" },
            { "from": "/a/*", "to": "/7" },
            { "from": "/a/*", "to": "/8" }
        ] }"#
        .parse()
        .unwrap();
    let mut exchange = Exchange::get("https://example.org/a/b/c.js");
    exchange.headers = vec![("Cookie".to_owned(), "beta=3".to_owned())];
    exchange.client_ip = Some("10.1.2.3".to_owned());
    let trace = explain(&rules, Platform::Fetch, &exchange).unwrap();
    let reasons: Vec<&str> =
        trace.stages[0].steps.iter().map(|step| step.reason.as_ref().map_or("", |reason| &reason.text)).collect();
    assert_eq!(
        reasons,
        [
            "path is /a/b/c.js, which matches as far as /a/:x, but not /z",
            "path is /a/b/c.js, which differs in the case of its letters: \"ignoreCase\" would let it match",
            "path is /a/b/c.js, which \"except\" *.js takes out",
            "cookie beta is \"3\", not \"1\" or \"2\"",
            "header x-a is absent, not one that begins with \"b\" or one that begins with \"c\"",
            "\"not\": address is \"10.1.2.3\", which is in 10.0.0.0/8",
            "would lead to the request itself",
            "",
            "redirects[7] came first",
        ]
    );
}

/// The reader finds rules by the values of a request, and looks at no others; each of these says why all the same.
#[test]
fn rules_that_are_never_looked_at_have_reasons() {
    let redirects: Vec<Value> = (0..40)
        .map(|n| json!({ "from": "/a", "to": "/b", "when": { "query": { "q": n.to_string() } } }))
        .chain((0..40).map(|n| json!({ "from": format!("/a/{n}"), "to": "/b" })))
        .collect();
    let rules: Rules = serde_json::from_value(json!({ "redirects": redirects })).unwrap();
    let trace = explain(&rules, Platform::Fetch, &Exchange::get("https://example.org/a?q=7&q=x")).unwrap();
    let steps = &trace.stages[0].steps;
    assert_eq!(steps.len(), 80);
    for (number, step) in steps.iter().enumerate() {
        assert_eq!(step.place, format!("redirects[{number}]"));
        let reason = step.reason.as_ref().map_or("", |reason| &reason.text);
        let expected = match number {
            7 => String::new(),
            0..40 => format!("query parameter q is \"7\" and \"x\", not \"{number}\""),
            _ => format!("path is /a, which matches as far as /a, but not /{}", number - 40),
        };
        assert_eq!(reason, expected, "{}", step.place);
    }
}

/// The neighbours that one section of the plan holds are told apart: what each of them changes, and in which order.
#[test]
fn rules_that_the_plan_joins_are_told_apart() {
    let rules: Rules = r#"{ "security": "basic", "headers": [
            { "set": { "X-A": "1", "X-B": "1" } },
            { "set": { "X-A": "{query.a}" } },
            { "set": { "X-A": "{query.b}" } },
            { "remove": "x-b", "set": { "X-C": "3" } },
            { "set": { "X-C": "3" } }
        ] }"#
        .parse()
        .unwrap();
    let trace = explain(&rules, Platform::Fetch, &Exchange::get("https://example.org/?b=2")).unwrap();
    assert_eq!(contradictions(&trace), Vec::<String>::new());
    let told: Vec<(&str, Verdict, String)> = trace
        .stages
        .iter()
        .flat_map(|stage| &stage.steps)
        .filter(|step| step.kind == "headers")
        .map(|step| {
            let name = |change: &Change| change.name.clone().unwrap();
            let changes = step.changes.iter().map(|change| format!("{} {}", name(change), change.after.join(",")));
            (step.place.as_str(), step.verdict, changes.collect::<Vec<_>>().join("; "))
        })
        .collect();
    let expected = [
        ("headers[0]", Verdict::Acted, "x-a 1; x-b 1".to_owned()),
        ("headers[3]", Verdict::Acted, "x-b ; x-c 3".to_owned()),
        ("headers[4]", Verdict::Idle, String::new()),
        // At viewer-response: the query is read.
        ("headers[1]", Verdict::Idle, String::new()),
        ("headers[2]", Verdict::Acted, "x-a 2".to_owned()),
    ];
    assert_eq!(told, expected);
}

/// What comes after an answer is listed, in the order of the stage.
#[test]
fn rules_after_an_answer_are_unreached() {
    let rules: Rules = r#"{
            "responses": [{ "for": "/a", "status": 410 }], "redirects": [{ "from": "/a", "to": "/b" }],
            "query": [{ "for": "/*", "sort": true }], "html": { "trailingSlash": "remove", "index": "index.html" },
            "precompressed": [{ "for": "*.js", "encodings": ["br"], "at": "viewer-request" }]
        }"#
    .parse()
    .unwrap();
    let trace = explain(&rules, Platform::Fetch, &Exchange::get("https://example.org/a")).unwrap();
    let told: Vec<(&str, Verdict)> =
        trace.stages[0].steps.iter().map(|step| (step.place.as_str(), step.verdict)).collect();
    let unreached = ["redirects[0]", "html.trailingSlash", "query[0]", "precompressed[0]"];
    let expected = unreached.map(|place| (place, Verdict::Unreached));
    assert_eq!(told, [&[("responses[0]", Verdict::Acted)][..], &expected].concat());
    assert!(
        trace.stages[0]
            .steps
            .iter()
            .skip(1)
            .all(|step| { step.reason.as_ref().is_some_and(|reason| reason.text == "responses[0] answered") })
    );
}

/// As the engine has it, see its own test: rules on a page see the status that it is sent with.
#[test]
fn a_page_is_explained_with_its_status() {
    let rules: Rules = r#"{
            "rewrites": [{ "from": "/*", "to": "/404.html", "fallback": true, "status": 404 }],
            "headers": [{ "when": { "status": 404 }, "set": { "X-Missing": "1" } }]
        }"#
    .parse()
    .unwrap();
    let mut exchange = Exchange::get("https://example.org/a");
    exchange.headers = vec![("Range".to_owned(), "bytes=0-1".to_owned())];
    exchange.origin.status = Some(404);
    let trace = explain(&rules, Platform::Fetch, &exchange).unwrap();
    assert_eq!(contradictions(&trace), Vec::<String>::new());
    assert_eq!(trace.response.status, 404);
    assert!(trace.response.headers.iter().any(|(name, value)| (name.as_str(), value.as_str()) == ("x-missing", "1")));
    let asked = trace.asked.unwrap();
    assert_eq!(asked.path, "/404.html");
    assert!(asked.headers.iter().all(|(name, _)| name != "range"));
}

/// CloudFront tells a function the viewer's protocol and country in `CloudFront-Forwarded-Proto` and `CloudFront-Viewer-Country`
/// ("Add CloudFront request headers" in its guide), from the first stage on.
#[test]
fn facts_that_a_platform_tells_in_headers_are_told() {
    let rules: Rules = r#"{ "redirects": [
            { "from": "/a", "when": { "scheme": "http" }, "to": "/http" },
            { "from": "/a", "when": { "country": "DE" }, "to": "/de" },
            { "from": "/a", "when": { "device": "mobile" }, "to": "/m" }
        ] }"#
        .parse()
        .unwrap();
    let location = |platform: Platform, exchange: &Exchange| -> Option<String> {
        let trace = explain(&rules, platform, exchange).unwrap();
        assert_eq!(contradictions(&trace), Vec::<String>::new());
        trace.response.headers.into_iter().find(|(name, _)| name == "location").map(|(_, value)| value)
    };
    for platform in [Platform::CloudfrontFunctions, Platform::Cloudflare] {
        let plain = Exchange::get("http://example.org/a");
        let mut country = Exchange::get("https://example.org/a");
        country.country = Some("de".to_owned());
        let mut device = Exchange::get("https://example.org/a");
        device.device = vec!["mobile".to_owned()];
        assert_eq!(location(platform, &plain).as_deref(), Some("/http"), "{platform:?}");
        assert_eq!(location(platform, &country).as_deref(), Some("/de"), "{platform:?}");
        assert_eq!(location(platform, &device).as_deref(), Some("/m"), "{platform:?}");
        let mut told = Exchange::get("https://example.org/a");
        told.headers = vec![("CloudFront-Forwarded-Proto".to_owned(), "http".to_owned())];
        let expected = (platform == Platform::CloudfrontFunctions).then_some("/http");
        assert_eq!(location(platform, &told).as_deref(), expected, "{platform:?}");
    }
}
