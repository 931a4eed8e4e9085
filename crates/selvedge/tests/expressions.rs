//! Regular expressions on what viewers and origins send: long, hostile, not UTF-8.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::time::{Duration, Instant};

use http::{HeaderValue, Request, StatusCode};
use selvedge::{Engine, Facts, Flow, Platform, Rules};

fn engine(rules: &str) -> Engine {
    let rules: Rules = serde_json::from_str(rules).unwrap();
    Engine::new(&rules, Platform::Fetch).unwrap()
}

/// What becomes of a request header that viewers send.
fn replaced(regex: &str, with: &str, line: &[u8]) -> Option<Vec<u8>> {
    let replace = serde_json::json!([{ "regex": regex, "with": with }]);
    lines_replaced(&replace, &[line]).pop()
}

fn lines_replaced(replace: &serde_json::Value, lines: &[&[u8]]) -> Vec<Vec<u8>> {
    let rule = serde_json::json!({ "on": "request", "at": "viewer-request", "replace": { "X-Line": replace } });
    let engine = engine(&serde_json::json!({ "headers": [rule] }).to_string());
    let mut request = Request::get("/").body(()).unwrap().into_parts().0;
    for line in lines {
        request.headers.append("x-line", HeaderValue::from_bytes(line).unwrap());
    }
    let Flow::Continue(None) = engine.viewer_request(&mut request, &Facts::new()) else { panic!("answered") };
    request.headers.get_all("x-line").iter().map(|line| line.as_bytes().to_vec()).collect()
}

/// The inputs of an attack, each of which took seconds for 15,000 bytes, and by hand what becomes of 64 KB.
#[test]
fn replacing_in_long_lines_is_linear() {
    let many = |text: &str| text.repeat(65_536 / text.len()).into_bytes();
    for (regex, with, line, expected) in [
        ("b.*c|b", "y", many("b"), many("y")),
        ("x[^;]*z|x", "y", many("x"), many("y")),
        ("a(?:.*b)?", "y", many("a"), many("y")),
        ("x", "", many("x"), Vec::new()),
        ("[^;]+;?", "-", many("abc;"), many("-")[..16_384].to_vec()),
        ("(?:a?){500}b|a", "y", many("a"), many("y")),
        (r"\bx*$", "", many("x "), many("x ")),
    ] {
        let start = Instant::now();
        assert_eq!(replaced(regex, with, &line), Some(expected), "{regex}");
        // In a debug build on a busy machine; quadratic time would be minutes.
        assert!(start.elapsed() < Duration::from_secs(30), "{regex} took {:?}", start.elapsed());
    }
}

#[test]
fn bytes_that_are_not_utf8_are_characters_of_their_own() {
    let line = b"caf\xE9=1; \xC3\xA9=2; \xF0\x9F\x98=3";
    assert_eq!(replaced("=1", "=9", line).unwrap(), b"caf\xE9=9; \xC3\xA9=2; \xF0\x9F\x98=3");
    assert_eq!(replaced("caf.=1; ", "", line).unwrap(), b"\xC3\xA9=2; \xF0\x9F\x98=3");
    assert_eq!(replaced("[^ ;=\\w]", "_", line).unwrap(), b"caf_=1; _=2; ___=3");
    assert_eq!(replaced("(.)=3", "{1}=4", line).unwrap(), b"caf\xE9=1; \xC3\xA9=2; \xF0\x9F\x98=4");
    // Neither a letter nor the replacement character is meant by such a byte.
    assert_eq!(replaced("é|\u{FFFD}|\\xE9", "_", line).unwrap(), b"caf\xE9=1; _=2; \xF0\x9F\x98=3");
}

#[test]
fn a_line_that_cannot_be_cleaned_goes() {
    let long = vec![b'x'; (1 << 20) + 1];
    assert_eq!(replaced("secret", "", &long), None);
    assert_eq!(replaced("secret", "", &long[1..]).unwrap().len(), 1 << 20);
    // What would become longer than that, in one step or by and by.
    assert_eq!(replaced("x", &"y".repeat(100), &long[..20_000]), None);
    let ten = |of: &str, with: &str| serde_json::json!({ "regex": of, "with": with.repeat(10) });
    let steps =
        serde_json::json!([ten("a", "b"), ten("b", "c"), ten("c", "d"), ten("d", "e"), ten("e", "f"), ten("f", "g")]);
    assert_eq!(lines_replaced(&steps, &[b"aa", b"", b"z"]), [b"".to_vec(), b"z".to_vec()]);
    assert_eq!(lines_replaced(&steps, &[b"a"])[0].len(), 1_000_000);
}

/// Expressions as large as they may be, and loops in loops, on a long path.
#[test]
fn the_largest_expressions_end_and_match() {
    let path = format!("/{}", "a".repeat(2100));
    let hits =
        ["(?:a{999}){2}", "[a-z]{1000}", "(?:a?){1000}$", "(?:a|b|c|d|e){150}$", "((a*)*)*$", "(?:.*.*.*.*.*.*)*$"];
    let misses = ["(?:a{999}){2}z", "[a-z]{1000}-", "(?:a?){1000}-$", "(?:.*a.*a.*a.*){20}-", "(a*)*-"];
    for (regex, expected) in hits.iter().map(|hit| (hit, true)).chain(misses.iter().map(|miss| (miss, false))) {
        let rules = serde_json::json!({ "redirects": [{ "from": { "regex": regex }, "to": "/hit" }] });
        let engine = engine(&rules.to_string());
        let mut request = Request::get(path.as_str()).body(()).unwrap().into_parts().0;
        let flow = engine.viewer_request(&mut request, &Facts::new());
        assert_eq!(
            matches!(flow, Flow::Answer(answer) if answer.status() == StatusCode::MOVED_PERMANENTLY),
            expected,
            "{regex}"
        );
    }
}

/// By hand: `cargo test --release -p selvedge --test expressions -- --ignored --nocapture`.
#[test]
#[ignore = "figures"]
fn figures() {
    for (regex, line) in [
        ("b.*c|b", "b"),
        ("x[^;]*z|x", "x"),
        ("a(?:.*b)?", "a"),
        ("x", "x"),
        ("[^;]+;?", "abc;"),
        ("secret", "abc;"),
        ("(?i)\\b(session|token)=[^;]*", "session=abc; "),
        ("(?:a?){1000}b|a", "a"),
        ("(?:a{999}){2}", "a"),
    ] {
        let line = line.repeat(65_536 / line.len()).into_bytes();
        let start = Instant::now();
        let replaced = replaced(regex, "y", &line);
        println!(
            "{:>8.1?} 64 KB of header, {regex}; {} bytes are left",
            start.elapsed(),
            replaced.map_or(0, |line| line.len())
        );
    }
    for regex in ["(?:a?){1000}-$", "[a-z]{2000}-", "^/old/(.*)$", "(?:.*a.*a.*a.*){100}-", "(?:a|b|c|d|e){150}-"] {
        let rules = serde_json::json!({ "redirects": [{ "from": { "regex": regex }, "to": "/hit" }] });
        let engine = engine(&rules.to_string());
        for path in [format!("/{}", "a".repeat(8191)), "/old/products/17".to_owned()] {
            let mut request = Request::get(path.as_str()).body(()).unwrap().into_parts().0;
            let start = Instant::now();
            let _ = engine.viewer_request(&mut request, &Facts::new());
            println!("{:>8.1?} {} bytes of path, {regex}", start.elapsed(), path.len());
        }
    }
}
