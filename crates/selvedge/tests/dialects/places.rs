//! Where findings point, and files of any size.

use crate::site::{engine, netlify, told, visit};
use selvedge::dialect::{Dialect, Options, headers, redirects};
use selvedge::internal::compile_value;
use selvedge::{Platform, Severity};

#[test]
fn findings_point_at_words() {
    let text =
        "\u{feff}# old\r\n\r\n/a /b 301!\r\n  /é/:x  /y/:z  302! # why\r\n/only\r\n/c /d 301 Role=admin\r\n/n\0 /m\r\n";
    assert_eq!(
        told(&netlify(text)),
        ["4:10+5 literal-placeholder", "5:1+5 invalid-line", "6:11+10 not-honoured", "7:3+1 control-character"]
    );
    let text = "/a /b\n/c /d 301!\nhttps://x.example/ /e\n";
    let parsed = redirects(text, Dialect::Cloudflare, &Options::new());
    assert_eq!(told(&parsed), ["2:7+4 invalid-line", "3:1+18 invalid-line"]);
    assert_eq!(parsed.places.span("redirects[0].to").unwrap().column, 4);
}

#[test]
fn places_of_headers_are_those_of_their_lines() {
    let parsed = headers("/*\n  X-A: 1\n  X-B:  two\n", Dialect::Netlify, &Options::new());
    let span = parsed.places.span("headers[0].set[\"X-B\"]").unwrap();
    assert_eq!((span.line, span.column, span.length), (3, 9, 3));
}

#[test]
fn large_files_and_long_lines_are_read() {
    let many: String = (0..45_000).map(|n| format!("/old/{n} /new/{n} 301\n")).collect();
    let parsed = netlify(&many);
    assert!(parsed.findings.is_empty());
    let selvedge::Value::Object(members) = &parsed.rules else { panic!("{:?}", parsed.rules) };
    assert!(
        matches!(&members[..], [(name, selvedge::Value::Array(all))] if name == "redirects" && all.len() == 45_000)
    );
    let engine = engine(&parsed);
    assert_eq!(visit(&engine, &[], "/old/44999"), "301 /new/44999");
    // Lines of every kind, in turn: each but redirects leaves rules that pass.
    let mixed: String = (0..500)
        .map(|n| format!("/a{n} /b{n} 301\n/c{n}/* /d/:splat 301\n/e{n} /f 200\n/g{n}/* /h 200!\n/i{n}/x /j 404\n"))
        .collect();
    assert!(compile_value(&netlify(&mixed).rules, Platform::Fetch).is_ok());
    let files: Vec<String> = (0..500).map(|n| format!("/c{n}/index.html")).collect();
    let parsed = redirects(&mixed, Dialect::Netlify, &Options::new().files(files));
    assert!(compile_value(&parsed.rules, Platform::Cloudfront).is_ok());
    let long = format!("/a /b 301 {}\n/c /d\n", "x=y ".repeat(100_000));
    assert_eq!(netlify(&long).findings.len(), 1);
    for dialect in Dialect::ALL {
        let comment = format!("# {}\n/a /b\n", "é".repeat(300_000));
        assert!(redirects(&comment, dialect, &Options::new()).findings.is_empty());
        let value = format!("/*\n  X-A: {}\n", "v".repeat(1_000_000));
        headers(&value, dialect, &Options::new());
        redirects(&format!("/{}", "/*:".repeat(30_000)), dialect, &Options::new());
    }
}

#[test]
fn a_url_without_a_host_and_a_line_without_a_target_are_errors_and_no_rules() {
    for dialect in Dialect::ALL {
        for line in ["/x?y=1 301", "/a https:// 301", "/a https:///b 301", "http:// /to", "https://?a /to"] {
            let parsed = redirects(&format!("{line}\n"), dialect, &Options::new());
            let errors = parsed.findings.iter().filter(|finding| finding.severity == Severity::Error);
            let codes: Vec<&str> = errors.map(|finding| finding.code).collect();
            assert_eq!(codes, ["invalid-line"], "{dialect:?} {line}");
            assert_eq!(serde_json::to_string(&parsed.rules).unwrap(), "{}", "{dialect:?} {line}");
        }
    }
}
