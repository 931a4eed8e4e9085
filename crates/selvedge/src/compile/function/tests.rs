//! What functions may be asked for, and what they take. What they do is judged by the cases, in the engines of tests/runtimes.

use super::*;

fn made(rules: &str) -> Result<Function, Diagnostics> {
    stored(rules, StoreUse::Never)
}

fn stored(rules: &str, store: StoreUse) -> Result<Function, Diagnostics> {
    let rules: Rules = serde_json::from_str(rules).unwrap();
    function(&rules, Key::new("a key of sixteen characters").unwrap(), store)
}

/// The pairs of a store, in its form.
fn pairs(rules: &str) -> Vec<String> {
    let json = stored(rules, StoreUse::Always).unwrap().store.map(|store| store.json).unwrap_or_default();
    let file: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
    let rows = file["data"].as_array().cloned().unwrap_or_default().into_iter();
    rows.map(|row| format!("{}: {}", row["key"].as_str().unwrap(), row["value"].as_str().unwrap())).collect()
}

fn problems(rules: &str) -> Vec<String> {
    errors(made(rules))
}

fn errors(made: Result<Function, Diagnostics>) -> Vec<String> {
    made.err().map(|problems| problems.iter().map(ToString::to_string).collect()).unwrap_or_default()
}

fn redirects(count: usize) -> String {
    let rules = (0..count).map(|n| format!(r#"{{ "from": "/old/some-page-{n}", "to": "/new/section/page-{n}" }}"#));
    rules.collect::<Vec<_>>().join(",")
}

#[test]
fn a_hundred_redirects_and_security_headers_fit() {
    for preset in ["basic", "strict"] {
        let function = made(&format!(r#"{{ "security": "{preset}", "redirects": [{}] }}"#, redirects(100))).unwrap();
        assert!(function.source.len() <= 8000, "{preset}: {} bytes", function.source.len());
        let sum: usize = function.bytes.iter().map(|(_, bytes)| bytes).sum();
        assert_eq!(sum, function.source.len());
        assert!(function.on_request && function.on_response);
    }
}

/// Redirects, downloads and an experiment, the most usual of functions.
#[test]
fn the_usual_rules_stay_small() {
    let function = made(
        r#"{
        "redirects": [
            { "from": "/blog/:year/:month/:slug.html", "to": "/articles/:slug" },
            { "from": "/about-us.html", "to": "/about" },
            { "from": ["/pricing.php", "/plans.php"], "to": "/pricing" },
            { "from": "/docs/v1/*", "to": "https://docs.example.net/:splat", "status": 308 }
        ],
        "downloads": [{ "for": "/images/*", "when": { "query": { "download": "true" } } }],
        "experiments": [{ "name": "home", "for": "/", "cookie": "ab_home", "variants": [
            { "name": "control", "weight": 80 },
            { "name": "bold", "weight": 20, "to": "/index-bold.html" }
        ] }]
    }"#,
    );
    let bytes = function.unwrap().source.len();
    assert!(bytes <= 2560, "{bytes} bytes");
}

/// The redirects, downloads and the experiment of examples/story.
#[test]
fn the_rules_of_the_story_stay_small() {
    let function = made(
        r#"{
        "redirects": [
            { "from": "/shop.php", "when": { "query": { "cloth": ["linen", "wool", "denim"] } }, "to": "/cloth/{query.cloth}.html", "query": "drop" },
            { "from": "/blog/:year/*", "to": "/journal/:year-:splat.html" },
            { "from": "/opening-hours", "to": "/visit.html#hours", "status": 308 }
        ],
        "experiments": [{ "name": "home", "for": "/", "cookie": "ab_home", "force": "ab_home", "variants": [
            { "name": "plain", "weight": 50 },
            { "name": "bold", "weight": 50, "to": "/index-bold.html" }
        ] }],
        "downloads": [{ "for": "/files/*", "when": { "query": { "download": "true" } } }]
    }"#,
    );
    let bytes = function.unwrap().source.len();
    assert!(bytes <= 3000, "{bytes} bytes");
}

/// What a function answers is not cached.
#[test]
fn a_cookie_is_set_wherever_the_rule_runs() {
    for rules in [
        r#"{ "headers": [{ "append": { "Set-Cookie": "a=b; Path=/" } }] }"#,
        r#"{ "responses": [{ "for": "/a", "at": "origin-request", "headers": { "Set-Cookie": "a=b; Path=/" } }] }"#,
    ] {
        let source = made(rules).unwrap().source;
        assert!(source.contains("'a=b; Path=/'") || source.contains("a:{value:'b'"), "{source}");
    }
}

/// By hand: whether some path can be the location that is made of it.
#[test]
fn a_location_is_compared_with_the_request_where_it_may_be_its_own() {
    for (from, to, may) in [
        ("/blog/:year/:slug.html", "/articles/:slug", false),
        ("/docs/v1/*", "https://docs.example.net/:splat", false),
        ("/a/*", "/a/b/:splat", false),
        ("/Docs/*", "/docs/:splat", true),
        ("/*", "/:splat", true),
        ("/*", "/x/:splat", false),
        ("/:x/*", "/:splat/:x", true),
        ("/a/*", "/:splat/a", true),
        ("/x/*/y", "/x/y/:splat", true),
    ] {
        let rules = format!(r#"{{ "redirects": [{{ "from": "{from}", "to": "{to}", "query": "drop" }}] }}"#);
        let source = made(&rules).unwrap().source;
        assert_eq!(source.contains("x!=u+") || source.contains("!(x=="), may, "{from} to {to}: {source}");
    }
}

/// AWS does not say which path viewer-response sees of a request that was led elsewhere.
#[test]
fn a_note_is_left_where_both_paths_do_not_decide_alike() {
    for (rule, noted) in [
        (r#""downloads": [{ "for": "/images/*" }]"#, false),
        (r#""downloads": [{ "for": "/index-bold.html" }]"#, true),
        (r#""downloads": [{ "for": ["/home", "/index-bold.html"] }]"#, false),
        (r#""downloads": [{ "for": "*.html" }]"#, true),
        (r#""downloads": [{ "for": "/home/*" }]"#, true),
        (r#""headers": [{ "for": "/*", "set": { "A": "b" } }]"#, false),
        (r#""headers": [{ "for": "/*", "except": "/home", "set": { "A": "b" } }]"#, true),
        (r#""headers": [{ "for": { "regex": "^/home" }, "set": { "A": "b" } }]"#, true),
        (r#""html": { "index": "index.html" }, "downloads": [{ "for": "/images/*" }]"#, true),
    ] {
        let experiment = r#"{ "name": "home", "for": "/home", "cookie": "ab", "variants": [
            { "name": "a", "weight": 1 }, { "name": "b", "weight": 1, "to": "/index-bold.html" }] }"#;
        let source = made(&format!(r#"{{ "experiments": [{experiment}], {rule} }}"#)).unwrap().source;
        assert_eq!(source.contains("h['x-selvedge']={"), noted, "{rule}: {source}");
    }
}

#[test]
fn it_holds_only_what_the_rules_use() {
    let function = made(r#"{ "redirects": [{ "from": "/a", "to": "/b", "query": "drop" }] }"#).unwrap();
    assert!(!function.on_response);
    for unused in ["cookies", "decodeURIComponent", "cf.", "Math"] {
        assert!(!function.source.contains(unused), "{unused} in {}", function.source);
    }
    assert!(made("{}").unwrap().source.len() < 100);
}

#[test]
fn the_same_rules_and_key_give_the_same_bytes() {
    let rules = r#"{ "html": { "index": "index.html" }, "headers": [{ "for": "/a/*", "set": { "A": "b" } }] }"#;
    assert_eq!(made(rules).unwrap(), made(rules).unwrap());
    let other =
        function(&serde_json::from_str(rules).unwrap(), Key::new("another key, long enough").unwrap(), StoreUse::Never)
            .unwrap();
    assert_ne!(made(rules).unwrap().source, other.source, "the note's token follows from the key");
}

#[test]
fn headers_that_a_policy_has_to_name_are_told() {
    let function = made(r#"{ "redirects": [{ "from": "/", "to": "/de", "when": { "country": "DE" } }] }"#).unwrap();
    assert_eq!(function.headers, ["cloudfront-viewer-country"]);
}

#[test]
fn what_is_too_large_says_what_takes_the_bytes() {
    let found = problems(&format!(r#"{{ "redirects": [{}] }}"#, redirects(500)));
    assert_eq!(found.len(), 1);
    let [problem] = found.as_slice() else { unreachable!() };
    assert!(problem.contains("CloudFront takes 10240: redirects 2") && problem.contains("to Lambda@Edge"), "{problem}");
    assert!(problem.contains("(--store)"), "{problem}");
}

#[test]
fn what_each_member_takes_adds_up_to_the_source() {
    let wildcards = (0..400).map(|n| format!(r#"{{ "from": "/old/{n}/*", "to": "/new/{n}/:splat" }}"#));
    let wildcards = wildcards.collect::<Vec<_>>().join(",");
    let body = r#""responses": [{ "for": "/a", "status": 410, "body": "gone" }], "security": "basic""#;
    let experiment = r#""experiments": [{ "name": "a", "for": "/", "cookie": "a", "variants": [
        { "name": "a", "weight": 1 }, { "name": "b", "weight": 1, "to": "/b.html" }] }]"#;
    let found = problems(&format!(r#"{{ "redirects": [{wildcards}], {body}, {experiment} }}"#));
    let [problem] = found.as_slice() else { unreachable!() };
    let numbers = |text: &str| -> Vec<usize> {
        let words = text.split(|c: char| !c.is_ascii_digit()).filter(|word| !word.is_empty());
        words.map(|word| word.parse().unwrap()).collect()
    };
    let (whole, each) = problem.split_once(", and CloudFront takes 10240: ").unwrap();
    let (each, _) = each.split_once(" (").unwrap_or((each, ""));
    assert_eq!(numbers(whole), [numbers(each).iter().sum::<usize>()], "{problem}");
    assert!(!problem.contains("--store"), "no redirect of a single path: {problem}");
    // By hand, for each rule: its text less what all of them have, which is shared.
    let one = "if((m=/^\\/old\\/100(?:\\/(.*))?$/.exec(p))&&(x=p_('/new/100/'+(m[1]||''),c)))return $a(301)\n";
    let redirects = 400 * one.len() - 2 * (90 + 2 * 10);
    assert!(each.contains(&format!("redirects {redirects}")), "{problem}");
}

/// What a body says is a text, whatever looks like the function's own code in it.
#[test]
fn a_text_of_the_rules_is_no_code() {
    let text = r#"{ "responses": [{ "for": "/a", "body": "g={ w=1 c= v|= $m( $d( $a() l=1" }] }"#;
    let source = made(text).unwrap().source;
    assert!(!source.contains("updateRequestOrigin") && !source.contains("if(g)"), "{source}");
}

/// From AWS's restrictions on edge functions, and what JavaScript's expressions do not share with regex-lite.
#[test]
fn what_a_function_cannot_do_is_an_error_with_its_place() {
    for (rules, place, says) in [
        (r#"{ "precompressed": [{ "for": "*.js", "encodings": ["br"] }] }"#, "precompressed[0]", "Content-Encoding"),
        (r#"{ "redirects": [{ "from": "/a", "to": "/b", "fallback": true }] }"#, "redirects[0]", "origin's response"),
        (r#"{ "rewrites": [{ "from": "/a", "to": "/b", "status": 404 }] }"#, "rewrites[0].status", "status"),
        (
            r#"{ "headers": [{ "when": { "status": 404 }, "set": { "A": "b" } }] }"#,
            "headers[0].when.status",
            "400 and more",
        ),
        (r#"{ "headers": [{ "on": "request", "remove": ["Cookie"] }] }"#, "headers[0].remove[\"Cookie\"]", "cookies"),
        (
            r#"{ "headers": [{ "default": { "Set-Cookie": "a=b" }, "at": "viewer-response" }] }"#,
            "headers[0].default[\"Set-Cookie\"]",
            "Set-Cookie",
        ),
        (r#"{ "headers": [{ "set": { "Via": "a" } }] }"#, "headers[0].set[\"Via\"]", "at viewer-response"),
        (r#"{ "redirects": [{ "from": { "regex": "^/(a+)+$" }, "to": "/b" }] }"#, "redirects[0]", "repeats"),
        (r#"{ "redirects": [{ "from": { "regex": "(?m:^)/a" }, "to": "/b" }] }"#, "redirects[0]", "looks back"),
        (
            r#"{ "headers": [{ "replace": { "A": { "regex": "a*", "with": "b" } } }] }"#,
            "headers[0].replace[\"A\"]",
            "may be empty",
        ),
        (
            r#"{ "origins": [{ "for": "/*", "to": { "s3": { "domainName": "a.s3.amazonaws.com", "authMethod": "origin-access-identity", "region": "eu-central-1" } } }] }"#,
            "origins[0].to.s3.authMethod",
            "origin access identity",
        ),
        (
            "{ \"responses\": [{ \"for\": \"/a\", \"status\": 403, \"when\": { \"query\": { \"a\": { \"prefix\": \"b\u{fffd}\" } } } }] }",
            "responses[0].when.query",
            "not UTF-8",
        ),
        (r#"{ "headers": [{ "set": { "Constructor": "x" } }] }"#, "headers[0]", "every object"),
        (
            r#"{ "responses": [{ "for": "/a", "status": 200, "headers": { "__proto__": "x" } }] }"#,
            "responses[0]",
            "every object",
        ),
    ] {
        let found = problems(rules);
        assert!(
            found.iter().any(|problem| problem.starts_with(&format!("{place}: ")) && problem.contains(says)),
            "{rules}: {found:?}"
        );
    }
}

#[test]
fn a_store_has_what_one_line_can_say() {
    let rules = r#"{ "redirects": [
        { "from": ["/a", "/"], "to": "/new" },
        { "from": "/b", "to": "/new", "when": { "host": ["A.example", "b.example"] }, "query": "drop", "status": 308 },
        { "from": "/b", "to": "/else", "ignoreTrailingSlash": false },
        { "from": "/b", "to": "/else" },
        { "from": "/b", "to": "/never" },
        { "from": "/c", "to": "/x/{query.a}" },
        { "from": "/d", "to": "/x", "when": { "method": "GET" } },
        { "from": "/e", "to": "/x", "except": "/e/*" },
        { "from": "/F", "to": "/x", "ignoreCase": true },
        { "from": "//", "to": "/x" }
    ] }"#;
    assert_eq!(
        pairs(rules),
        ["/a: /new", "/: /new", "/b: 308d@a.example,b.example /new\nn /else\n/else"],
        "the others stay in the source"
    );
    assert_eq!(pairs(r#"{ "ignoreCase": true, "redirects": [{ "from": "/A", "to": "/B" }] }"#), ["/a: /B"]);
}

#[test]
fn a_stored_redirect_waits_for_rules_before_it_that_may_match() {
    let rules = r#"{ "redirects": [
        { "from": "/a", "to": "/new" },
        { "from": "/docs/*", "to": "/d/:splat" },
        { "from": "/docs/b", "to": "/late" },
        { "from": "/blog/b", "to": "/early" },
        { "from": { "regex": "z$" }, "to": "/z" },
        { "from": "/c", "to": "/last" }
    ] }"#;
    assert_eq!(pairs(rules), ["/a: /new", "/docs/b: #1 /late", "/blog/b: /early", "/c: #2 /last"]);
    let source = stored(rules, StoreUse::Always).unwrap().source;
    assert_eq!(source.matches("$s.get(").count(), 1, "one key is read");
}

#[test]
fn a_store_is_used_where_it_is_needed() {
    let few = format!(r#"{{ "redirects": [{}] }}"#, redirects(10));
    let many = format!(r#"{{ "redirects": [{}] }}"#, redirects(50_000));
    assert!(stored(&few, StoreUse::IfNeeded).unwrap().store.is_none());
    assert_eq!(stored(&few, StoreUse::Always).unwrap().store.unwrap().keys, 10);
    let function = stored(&many, StoreUse::IfNeeded).unwrap();
    assert!(function.source.len() < 3000, "{}", function.source.len());
    let store = function.store.unwrap();
    assert!(store.keys == 50_000 && store.bytes < 80 * 50_000);
    let other = format!(r#"{{ "redirects": [{}, {{ "from": "/x", "to": "/y", "status": 302 }}] }}"#, redirects(20));
    let source = stored(&few, StoreUse::Always).unwrap().source;
    assert_eq!(source, stored(&other, StoreUse::Always).unwrap().source, "a store changes without its function");
}

/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-keyvaluestores>
#[test]
fn what_a_store_does_not_take_is_named() {
    let long = "x".repeat(1100);
    let rules = format!(r#"{{ "redirects": [{{ "from": "/a", "to": "/b" }}, {{ "from": "/b", "to": "/{long}" }}] }}"#);
    let found = errors(stored(&rules, StoreUse::Always));
    assert!(found[0].starts_with("redirects[1]: ") && found[0].contains("a value of 1101"), "{found:?}");
    let to = "x".repeat(900);
    let many = (0..6000).map(|n| format!(r#"{{ "from": "/{n}", "to": "/{to}" }}"#)).collect::<Vec<_>>();
    let found = errors(stored(&format!(r#"{{ "redirects": [{}] }}"#, many.join(",")), StoreUse::Always));
    assert!(found.len() == 1 && found[0].contains("6000 keys") && found[0].contains("takes 5242880"), "{found:?}");
}
