//! Which rules go where. What they do there is judged by the cases, in the pair of tests/runtimes/cloudfront-split.

use super::*;
use crate::rules::Rules;

fn wanted(policies: bool) -> Preferences {
    Preferences { functions: true, policies, rules: Vec::new() }
}

fn split_with(rules: &str, wanted: &Preferences) -> Result<Split, Diagnostics> {
    let rules: Rules = serde_json::from_str(rules).unwrap();
    split_of(rules.model(), Key::new("a key of sixteen characters").unwrap(), wanted)
}

fn split(rules: &str) -> Split {
    split_with(rules, &wanted(true)).unwrap()
}

fn places(split: &Split) -> Vec<(&str, Runs)> {
    split.rules.iter().map(|rule| (rule.place.as_str(), rule.runs)).collect()
}

fn because<'s>(split: &'s Split, place: &str) -> &'s str {
    &split.rules.iter().find(|rule| rule.place == place).unwrap().because
}

const SITE: &str = r#"{
    "redirects": [{ "from": "/old/*", "to": "/new/:splat" }],
    "html": { "index": "index.html" },
    "security": "basic"
}"#;

#[test]
fn a_common_site_needs_no_lambda() {
    let split = split(SITE);
    assert_eq!(
        places(&split),
        [("redirects[0]", Runs::Function), ("html", Runs::Function), ("security", Runs::Policy)]
    );
    let names: Vec<&str> = split.policy.iter().map(|header| header.name.as_str()).collect();
    assert_eq!(names.len(), 5);
    assert!(names.contains(&"Strict-Transport-Security"));
    assert!(!split.function.unwrap().on_response);
}

#[test]
fn a_function_has_rules_that_read_the_country_and_a_cookie() {
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html: a function sees
    // CloudFront's headers where a policy names them; Lambda@Edge at viewer-request does not.
    let both = r#""when": { "country": "DE", "cookie": { "lang": false } }"#;
    let conflicts = [
        format!(r#"{{ "redirects": [{{ "from": "/", "to": "/de/", {both} }}] }}"#),
        format!(r#"{{ "responses": [{{ "for": "/", "status": 451, {both} }}] }}"#),
        format!(r#"{{ "rewrites": [{{ "from": "/", "to": "/de/", {both} }}] }}"#),
        format!(r#"{{ "headers": [{{ "set": {{ "X-A": "{{country}}" }}, {both} }}] }}"#),
        format!(r#"{{ "headers": [{{ "on": "request", "set": {{ "X-A": "1" }}, {both} }}] }}"#),
        r#"{ "redirects": [{ "from": "/", "to": "/de/", "when": { "country": "DE" } },
                           { "from": "/", "to": "/members/", "when": { "cookie": { "m": true } } }] }"#
            .to_owned(),
        r#"{ "headers": [{ "at": "viewer-response", "set": { "X-A": "{country}" } }] }"#.to_owned(),
    ];
    for rules in conflicts {
        let parsed: Rules = serde_json::from_str(&rules).unwrap();
        let alone = crate::compile(&parsed, PLATFORM).unwrap_err();
        let codes = ["stage-conflict", "hidden-condition"];
        assert!(alone.iter().all(|problem| codes.contains(&problem.code)), "{alone}");
        let split = split(&rules);
        assert!(
            split.rules.iter().all(|rule| rule.runs == Runs::Function && rule.event.starts_with("viewer")),
            "{rules}"
        );
        assert_eq!(split.function.unwrap().headers, ["cloudfront-viewer-country"], "{rules}");
        let lambda = split_with(&rules, &Preferences { functions: false, ..wanted(false) }).unwrap_err();
        assert!(lambda.to_string().contains("could do it, but functions are not wanted"), "{lambda}");
    }
}

#[test]
fn no_place_sees_both_where_a_function_cannot_be() {
    let both =
        r#""redirects": [{ "from": "/", "to": "/de/", "when": { "country": "DE", "cookie": { "lang": false } } }]"#;
    for (other, why) in [
        (r#""headers": [{ "on": "request", "at": "viewer-request", "remove": ["Cookie"] }]"#, "headers[0].remove"),
        (r#""precompressed": [{ "for": "*.js", "encodings": ["zstd"], "at": "viewer-request" }]"#, "Content-Encoding"),
        (r#""query": [{ "for": "/*", "sort": true, "when": { "country": "DE" } }]"#, "reads country"),
    ] {
        let problems = split_with(&format!("{{ {both}, {other} }}"), &wanted(false)).unwrap_err();
        assert!(problems.to_string().contains(why), "{problems}");
    }
}

#[test]
fn headers_go_to_a_policy_only_when_asked() {
    let split = split_with(SITE, &wanted(false)).unwrap();
    assert_eq!(places(&split).last().unwrap(), &("security", Runs::Lambda));
    assert!(split.policy.is_empty());
}

#[test]
fn without_functions_all_is_in_one_lambda_function() {
    let wanted = Preferences { functions: false, ..wanted(false) };
    let split = split_with(SITE, &wanted).unwrap();
    assert!(split.function.is_none());
    assert!(split.rules.iter().all(|rule| rule.runs == Runs::Lambda));
    let rules: Rules = serde_json::from_str(SITE).unwrap();
    let target = Target::from(PLATFORM).with_key(Key::new("a key of sixteen characters").unwrap());
    assert_eq!(split.plan, crate::compile(&rules, target).unwrap(), "the plan of selvedge/lambda-edge");
}

#[test]
fn what_only_the_origin_side_can_do_stays_there() {
    let cases = [
        (r#"{ "precompressed": [{ "for": "*.js", "encodings": ["br"] }] }"#, "Content-Encoding"),
        (r#"{ "html": { "index": "index.html" }, "headers": [{ "for": "/a/*", "set": { "X-A": "1" } }] }"#, "the path"),
        (
            r#"{ "html": { "index": "index.html" }, "headers": [{ "on": "request", "set": { "X-A": "1" } }] }"#,
            "edits what the origin is asked",
        ),
        (r#"{ "rewrites": [{ "from": "/a/:b", "to": "/c?b=:b" }] }"#, "writes a query"),
    ];
    for (rules, why) in cases {
        let split = split(rules);
        let first = &split.rules[0];
        assert_eq!(first.runs, Runs::Lambda, "{rules}");
        assert!(first.because.contains(why), "{rules}: {}", first.because);
    }
}

#[test]
fn viewer_stages_are_in_the_function_all_or_none() {
    let split = split(
        r#"{ "redirects": [{ "from": "/a", "to": "/b" }],
             "precompressed": [{ "for": "*.js", "encodings": ["zstd"], "at": "viewer-request" }] }"#,
    );
    assert!(split.function.is_none());
    assert!(
        because(&split, "redirects[0]").contains("a function cannot take all of both viewer events: precompressed")
    );
}

#[test]
fn too_large_a_function_says_what_takes_the_bytes() {
    let redirects: Vec<String> =
        (0..400).map(|n| format!(r#"{{ "from": "/old/{n}/*", "to": "/new/{n}/:splat" }}"#)).collect();
    let split = split(&format!(r#"{{ "redirects": [{}] }}"#, redirects.join(",")));
    assert!(split.function.is_none());
    let because = because(&split, "redirects[7]");
    assert!(because.contains("larger than CloudFront's 10240") && because.contains("redirects "), "{because}");
}

#[test]
fn redirects_that_do_not_fit_into_the_function_are_in_its_store() {
    let redirects: Vec<String> =
        (0..400).map(|n| format!(r#"{{ "from": "/old/page-{n}", "to": "/new/page-{n}" }}"#)).collect();
    let rules = format!(r#"{{ "html": {{ "index": "index.html" }}, "redirects": [{}] }}"#, redirects.join(","));
    let whole = split(&rules);
    assert!(whole.rules.iter().all(|rule| rule.runs == Runs::Function));
    assert_eq!(whole.function.unwrap().store.unwrap().keys, 400);
    let at = vec![("html".to_owned(), Runs::Lambda)];
    let pair = split_with(&rules, &Preferences { rules: at, ..wanted(false) }).unwrap();
    assert_eq!(pair.function.unwrap().store.unwrap().keys, 400);
}

#[test]
fn a_policy_has_what_is_the_same_for_every_response() {
    let stays = [
        (r#"{ "for": "/a/*", "set": { "X-A": "1" } }"#, "is for some paths"),
        (r#"{ "set": { "X-A": "1" }, "when": { "status": 404 } }"#, "has a condition"),
        (r#"{ "set": { "Cache-Control": "no-cache" } }"#, "tells the cache"),
        (r#"{ "set": { "Access-Control-Allow-Origin": "*" } }"#, "CORS"),
        (r#"{ "set": { "X-A": "{path}" } }"#, "placeholders"),
        (r#"{ "set": { "X-A": ["1", "2"] } }"#, "several lines"),
        (r#"{ "append": { "X-A": "1" } }"#, "adds to"),
        (r#"{ "remove": ["x-amz-meta-*"] }"#, "wildcard"),
        (r#"{ "set": { "X-A": "1" }, "at": "viewer-response" }"#, "viewer-response"),
        (r#"{ "set": { "Strict-Transport-Security": "max-age=1;preload" } }"#, "does not take"),
        (r#"{ "set": { "X-Frame-Options": "ALLOW-FROM https://a.example" } }"#, "does not take"),
        (r#"{ "set": { "X-XSS-Protection": "0" } }"#, "does not take"),
        (r#"{ "set": { "Content-Type": "text/html" } }"#, "the origin's to say"),
        (r#"{ "set": { "X-A": "1" } }, { "for": "/a", "remove": ["X-A"] }"#, "so does headers[1]"),
        (r#"{ "set": { "X-A": "1" } }, { "for": "/a", "remove": ["x-*"] }"#, "so does headers[1]"),
        (
            r#"{ "set": { "X-A": "1" } }, { "for": "/a", "set": { "X-B": "1" }, "when": { "responseHeader": { "x-a": true } } }"#,
            "which headers[1] reads",
        ),
    ];
    for (rules, why) in stays {
        let split = split(&format!(r#"{{ "headers": [{rules}] }}"#));
        let rule = &split.rules[0];
        assert!(rule.runs != Runs::Policy && split.policy.is_empty(), "{rules}");
        // Rules of viewer-response cost no more in the function.
        assert!(rule.runs == Runs::Function || rule.because.contains(why), "{rules}: {}", rule.because);
    }
}

/// Quotas of CloudFront: 1,783 characters of a value, 256 of a name, 10,240 of all names and values.
#[test]
fn a_policy_takes_headers_of_some_length() {
    let place = |rules: &str| places(&split_with(rules, &wanted(true)).unwrap())[0].1;
    let one = |name: &str, length: usize| {
        format!(r#"{{ "headers": [{{ "set": {{ "{name}": "{}" }} }}] }}"#, "a".repeat(length))
    };
    for name in ["X-Long", "Content-Security-Policy"] {
        assert_eq!(place(&one(name, 1783)), Runs::Policy, "{name}");
        assert_ne!(place(&one(name, 1784)), Runs::Policy, "{name}");
    }
    assert_eq!(place(&one(&"x".repeat(256), 1)), Runs::Policy);
    assert_ne!(place(&one(&"x".repeat(257), 1)), Runs::Policy);
    // Six of 1,707 with names of one letter, less two: 10,240 and one more.
    let six = |last: usize| {
        let header = |at: usize| {
            format!(r#""{}": "{}""#, ["a", "b", "c", "d", "f", "g"][at], "a".repeat(if at == 5 { last } else { 1706 }))
        };
        format!(r#"{{ "headers": [{{ "set": {{ {} }} }}] }}"#, (0..6).map(header).collect::<Vec<_>>().join(", "))
    };
    assert_eq!(place(&six(1704)), Runs::Policy);
    assert_ne!(place(&six(1705)), Runs::Policy);
}

#[test]
fn edits_of_one_header_become_what_they_come_to() {
    let split = split(
        r#"{ "headers": [
            { "remove": ["Server"], "set": { "X-A": "1", "X-D": "1" } },
            { "default": { "X-A": "2", "X-B": "2", "Server": "mine" }, "remove": ["X-C"] },
            { "set": { "x-a": "3" }, "remove": ["X-D"] }
        ] }"#,
    );
    let told: Vec<(&str, Option<&str>, bool)> =
        split.policy.iter().map(|header| (header.name.as_str(), header.value.as_deref(), header.replaces)).collect();
    assert_eq!(
        told,
        [
            ("Server", Some("mine"), true),
            ("x-a", Some("3"), true),
            ("X-D", None, true),
            ("X-C", None, true),
            ("X-B", Some("2"), false),
        ]
    );
}

#[test]
fn answers_of_the_function_have_the_headers_of_origin_response() {
    let split = split(r#"{ "redirects": [{ "from": "/a", "to": "/b" }], "security": "basic" }"#);
    assert!(split.function.unwrap().source.contains("nosniff"));
}

#[test]
fn a_single_rule_can_be_placed_or_it_is_an_error() {
    let at = |place: &str, runs: Runs| Preferences { rules: vec![(place.to_owned(), runs)], ..wanted(false) };
    let split = split_with(SITE, &at("security", Runs::Policy)).unwrap();
    assert_eq!(places(&split).last().unwrap(), &("security", Runs::Policy));
    let split = split_with(SITE, &at("html", Runs::Lambda)).unwrap();
    assert_eq!(places(&split)[..2], [("redirects[0]", Runs::Function), ("html", Runs::Lambda)]);
    let split = split_with(SITE, &at("redirects[0]", Runs::Lambda)).unwrap();
    assert!(split.function.is_none());
    let problems = split_with(SITE, &at("security", Runs::Function)).unwrap_err();
    assert!(problems.to_string().contains("is wanted in a function, but runs in Lambda@Edge: changes"), "{problems}");
    let problems = split_with(SITE, &at("redirects[1]", Runs::Lambda)).unwrap_err();
    assert!(problems.to_string().contains("there is no rule redirects[1]"), "{problems}");
}
