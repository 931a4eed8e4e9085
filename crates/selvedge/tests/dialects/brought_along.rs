//! What people bring into a rule file from other files and tools is told as what it is, and runs nowhere.

use selvedge::dialect::{Dialect, Form, Options};
use selvedge::lint::check;
use selvedge::sources::{RuleFile, usable};
use selvedge::{Finding, Severity};

fn told(text: &str, form: Form) -> Vec<Finding> {
    let file = RuleFile { name: "f", text, form };
    check(&[file.parse(&Options::new())], None).into_iter().map(|found| found.finding).collect()
}

const VENDORS: [Dialect; 2] = [Dialect::Netlify, Dialect::Cloudflare];

#[test]
fn a_line_of_redirects_that_is_of_another_file() {
    for vendor in VENDORS {
        let form = Form::Redirects(vendor);
        for (line, said) in [
            ("<!-- old pages -->", "comments begin with #"),
            ("<!DOCTYPE html>", "this is HTML"),
            ("RewriteRule ^a$ /b", "Apache"),
            ("Redirect 301 /a /b", "Apache"),
            ("rewrite ^/a$ /b permanent;", "nginx"),
            ("[[redirects]]", "TOML"),
            ("from = \"/a\"", "TOML"),
            ("{ \"redirects\": [", "JSON"),
            ("/a, /b, 301", "no commas"),
            ("/a /b \"301\"", "a status has no quotes"),
            ("/en 301", "the line says no target"),
        ] {
            let found = told(&format!("{line}\n/x /y 301\n"), form);
            let [one] = found.as_slice() else { panic!("{line}: {found:?}") };
            assert!(one.severity == Severity::Error && one.message.contains(said), "{line}: {one}");
            let file = RuleFile { name: "f", text: line, form };
            let rules = usable(&[file.parse(&Options::new())], None).unwrap().rules;
            assert!(!serde_json::to_string(&rules).unwrap().contains("\"to\""), "{line}");
        }
        for (line, piece) in
            [("/docs/(.*) /new/ 301", "(.*)"), ("/p/:id(\\d+) /q/:id 301", "(\\"), ("/a/* /b/$1 301", "$1")]
        {
            let found = told(line, form);
            let is_told = |it: &Finding| it.message.contains(&format!("{piece:?}")) || it.code == "dead-glob";
            assert!(found.iter().any(is_told), "{line}: {found:?}");
        }
    }
}

#[test]
fn a_line_of_headers_that_is_of_another_file() {
    for vendor in VENDORS {
        let form = Form::Headers(vendor);
        for (text, said) in [
            ("<!-- h -->\n/*\n  X-A: 1\n", "comments begin with #"),
            ("[[headers]]\n  for = \"/*\"\n  [headers.values]\n", "TOML"),
            ("{\n  \"/*\": { \"X-A\": \"1\" }\n}\n", "JSON"),
            ("Header set X-A 1\n", "Apache"),
            ("*.js\n  X-A: 1\n", "a path begins with a slash"),
            ("X-A: 1\nX-B: 2\n", "a header before the first path"),
            ("/* X-A: 1\n", "the blank is part of the path"),
            ("/*\n  \"X-A\": \"1\"\n", "no quotes"),
            ("/(.*)\n  X-A: 1\n", "knows no expressions"),
            ("/*\n  Content-Secuirty-Policy: default-src 'self'\n", "nearly \"content-security-policy\""),
        ] {
            let found = told(text, form);
            let [one] = found.as_slice() else { panic!("{text}: {found:?}") };
            assert!(one.message.contains(said), "{text}: {one}");
        }
    }
    // https://developers.cloudflare.com/workers/static-assets/headers/ knows no such order: a browser would get the line.
    let found = told("/*\n  Basic-Auth: me:password\n", Form::Headers(Dialect::Cloudflare));
    assert!(matches!(found.as_slice(), [one] if one.code == "not-honoured"), "{found:?}");
}

#[test]
fn a_value_of_vercel_json_that_is_of_another_shape() {
    for (text, said) in [
        (r#"{ "headers": [{ "source": "/a", "headers": { "X-A": "1" } }] }"#, "expected a list, write a list: [{"),
        (r#"{ "redirects": [{ "source": "a", "destination": "/b" }] }"#, "write \"/a\""),
        (r#"{ "redirects": [{ "source": "^/a", "destination": "/b" }] }"#, "write \"/a\""),
        (r#"{ "redirects": [{ "source": "/a", "destination": "" }] }"#, "the destination is empty"),
        (r#"{ "redirects": [{ "source": "/a/(?!b).*", "destination": "/b" }] }"#, "looks ahead"),
        (
            r#"{ "redirects": [{ "source": "/a", "destination": "/b", "has": [{ "type": "hostname", "value": "x" }] }] }"#,
            "there are host, header, cookie and query",
        ),
    ] {
        let found = told(text, Form::VercelJson);
        assert!(found.iter().any(|finding| finding.to_string().contains(said)), "{text}: {found:?}");
    }
}

#[test]
fn a_value_of_rules_that_is_of_another_shape() {
    for (text, said) in [
        (r#"[{ "from": "/a", "to": "/b" }]"#, "write { \"redirects\": [{"),
        (r#"{ "redirects": [["/a", "/b"]] }"#, "write { \"from\": \"/a\""),
        (r#"{ "headers": [{ "for": "/*", "X-A": "1" }] }"#, "write it into \"set\""),
        (
            r#"{ "origins": [{ "for": "/api/*", "to": "https://api.example.com" }] }"#,
            "\"domainName\": \"api.example.com\"",
        ),
        (r#"{ "html": true }"#, "write { \"index\": \"index.html\" }"),
        (r#"{ "redirects": [{ "from": "/a", "to": "/b", "when": "DE" }] }"#, "{ \"country\": \"DE\" }"),
    ] {
        let found = told(text, Form::Rules);
        assert!(found.iter().any(|finding| finding.to_string().contains(said)), "{text}: {found:?}");
    }
}
