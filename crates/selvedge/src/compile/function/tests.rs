//! What functions may be asked for, and what they take. What they do is judged by the cases, in the engines of tests/runtimes.

use super::*;

fn made(rules: &str) -> Result<Function, Diagnostics> {
    let rules: Rules = serde_json::from_str(rules).unwrap();
    function(&rules, Key::new("a key of sixteen characters").unwrap())
}

fn problems(rules: &str) -> Vec<String> {
    made(rules).err().map(|problems| problems.iter().map(ToString::to_string).collect()).unwrap_or_default()
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
    let other = function(&serde_json::from_str(rules).unwrap(), Key::new("another key, long enough").unwrap()).unwrap();
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
