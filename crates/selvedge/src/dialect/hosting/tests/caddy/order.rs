//! Routes after others, as Caddy 2.11 answers them (`node tests/oracles/hosts.mjs --host caddy`).

use super::caddy;

const TRIED: &str = r#"{ "match": [{ "file": { "try_files": ["{http.request.uri.path}", "{http.request.uri.path}/", "/index.html"] } }], "handle": [{ "handler": "rewrite", "uri": "{http.matchers.file.relative}" }] }"#;
const FILES: &str = r#"{ "handle": [{ "handler": "file_server" }] }"#;

fn leads(path: &str) -> String {
    format!(
        r#"{{ "match": [{{ "path": ["{path}"] }}], "handle": [{{ "handler": "subroute", "routes": [{{ "handle": [{{ "handler": "static_response", "headers": {{ "Location": ["/new"] }}, "status_code": 302 }}] }}] }}] }}"#
    )
}

/// The page in the place of `/blog/1` is no path of `/blog/*`, and a file there is led on.
#[test]
fn files_are_not_tried_before_a_redirect_without_a_finding() {
    let (rules, said) = caddy(&format!("{TRIED}, {}, {FILES}", leads("/blog/*")));
    assert!(!rules.contains("fallback") && rules.contains(r#""from":"/blog/*""#), "{rules}");
    assert!(said.len() == 1 && said[0].contains("before a route that answers some of its paths"), "{said:?}");
    let (rules, said) = caddy(&format!("{}, {TRIED}, {FILES}", leads("/blog/*")));
    assert!(rules.contains("fallback") && said.is_empty(), "{rules} {said:?}");
}

#[test]
fn a_file_of_one_path_comes_before_the_page() {
    let (rules, said) = caddy(&format!(
        r#"{{ "match": [{{ "path": ["/caf\u00e9"] }}], "handle": [{{ "handler": "subroute", "routes": [{TRIED}, {FILES}] }}] }}"#
    ));
    let rule = r#"{"from":{"regex":"(?i)^/caf%C3%A9$"},"ignoreCase":true,"to":"/index.html","fallback":true}"#;
    assert!(rules.contains(rule) && said.is_empty(), "{rules} {said:?}");
}

/// `caddy adapt` makes one route of those without a matcher that follow each other.
#[test]
fn what_comes_after_a_prefix_is_taken_off_sees_the_rest() {
    let strip = r#"{ "handler": "rewrite", "strip_path_prefix": "/old" }"#;
    let lead = r#"{ "handler": "static_response", "headers": { "Location": ["/new"] }, "status_code": 302 }"#;
    let (rules, said) = caddy(&format!(r#"{{ "handle": [{strip}, {lead}] }}"#));
    assert!(!rules.contains("rewrites") && said.len() == 1 && said[0].contains("a prefix"), "{rules} {said:?}");
    let (rules, said) = caddy(&format!(r#"{{ "handle": [{strip}, {{ "handler": "file_server" }}] }}"#));
    assert!(rules.contains("rewrites") && said[0].contains("only whole segments"), "{rules} {said:?}");
}

#[test]
fn of_two_rewrites_of_a_route_the_last_counts() {
    let (rules, said) = caddy(
        r#"{ "match": [{ "path": ["/r"] }], "handle": [{ "handler": "rewrite", "uri": "/a.html" }, { "handler": "rewrite", "uri": "/b.html" }] }"#,
    );
    assert!(!rules.contains("/a.html") && rules.contains("/b.html") && said.is_empty(), "{rules} {said:?}");
}

#[test]
fn files_that_are_served_are_led_nowhere_else() {
    let served = format!(
        r#"{{ "match": [{{ "path": ["/a/*"] }}], "handle": [{{ "handler": "subroute", "routes": [{FILES}] }}] }}"#
    );
    let (rules, said) =
        caddy(&format!(r#"{served}, {{ "handle": [{{ "handler": "static_response", "body": "text" }}] }}"#));
    assert!(rules.contains(r#""except":["/a/*"],"status":200"#) && said.is_empty(), "{rules} {said:?}");
    let (rules, said) =
        caddy(&format!(r#"{served}, {{ "handle": [{{ "handler": "rewrite", "uri": "/a.html" }}] }}, {FILES}"#));
    assert!(rules.contains(r#"{"from":"/a/*","ignoreCase":true,"pass":true}"#) && said.is_empty(), "{rules} {said:?}");
}

/// Of a group that answers everything nothing gets to what comes after it.
#[test]
fn a_group_answers_everything_with_its_last_route() {
    let group = |matcher: &str, handler: &str| {
        format!(r#"{{ "group": "g", {matcher} "handle": [{{ "handler": "{handler}" }}] }}"#)
    };
    let rest = r#"{ "match": [{ "path": ["/a"] }], "handle": [{ "handler": "static_response", "body": "text" }] }"#;
    let all = group("", "file_server");
    let (rules, _) = caddy(&format!("{}, {all}, {rest}", group(r#""match": [{ "path": ["/b/*"] }],"#, "error")));
    assert!(!rules.contains(r#""body":"text""#), "{rules}");
    // What encodes answers nothing.
    let (rules, _) = caddy(&format!("{}, {all}, {rest}", group(r#""match": [{ "path": ["/a*"] }],"#, "encode")));
    assert!(rules.contains(r#""body":"text""#), "{rules}");
}

/// A redirect of all paths but some has not answered these.
#[test]
fn an_answer_keeps_what_an_earlier_redirect_leaves_out() {
    let lead = r#"{ "match": [{ "not": [{ "path": ["/a*", "/b/*"] }] }], "handle": [{ "handler": "static_response", "headers": { "Location": ["/new"] }, "status_code": 302 }] }"#;
    let answer = |path: &str| {
        format!(
            r#"{lead}, {{ "match": [{{ "path": ["{path}"] }}], "handle": [{{ "handler": "static_response", "body": "text" }}] }}"#
        )
    };
    let (rules, said) = caddy(&answer("/b/*"));
    assert!(rules.contains(r#"{"for":"/b/*","ignoreCase":true,"status":200"#) && said.is_empty(), "{rules} {said:?}");
    // Some of these are led elsewhere.
    let (_, said) = caddy(&answer("/b*"));
    assert!(said.len() == 1 && said[0].contains("after routes with other conditions"), "{said:?}");
}
