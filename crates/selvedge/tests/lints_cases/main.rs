//! Lints by hand: what each speaks of, and the sound rules next to that of which it says nothing.
#![allow(clippy::unwrap_used, clippy::panic)]

mod mistakes;

use selvedge::Platform;
use selvedge::dialect::{Form, Options};
use selvedge::lint::check;
use selvedge::sources::RuleFile;

/// The places that a lint names in rules.
fn places(code: &str, rules: &str, platform: Platform) -> Vec<String> {
    let file = RuleFile { name: "rules.json", text: rules, form: Form::Rules };
    let found = check(&[file.parse(&Options::new())], Some(platform.into()));
    let broken = found.iter().find(|found| matches!(found.finding.code, "invalid-json" | "unknown-field"));
    assert!(broken.is_none(), "{rules}: {broken:?}");
    found.into_iter().filter(|found| found.finding.code == code).map(|found| found.finding.place).collect()
}

/// `said`: rules, and the place in them; `silent`: rules without such a finding.
fn holds(code: &str, platform: Platform, said: &[(&str, &str)], silent: &[&str]) {
    for (rules, place) in said {
        assert_eq!(places(code, rules, platform), [*place], "{code}: {rules}");
    }
    for rules in silent {
        assert_eq!(places(code, rules, platform), [""; 0], "{code}: {rules}");
    }
}

#[test]
fn costly_expression() {
    holds(
        "costly-expression",
        Platform::Fetch,
        &[
            (r#"{ "redirects": [{ "from": { "regex": "^/[a-z]{600}$" }, "to": "/b" }] }"#, "redirects[0]"),
            (
                r#"{ "redirects": [{ "from": "/a", "to": "/b", "when": { "host": { "regex": "^(a|bc){150}$" } } }] }"#,
                "redirects[0].when",
            ),
            (
                r#"{ "headers": [{ "replace": { "Link": { "regex": "x{600}", "with": "y" } } }] }"#,
                r#"headers[0].replace["Link"]"#,
            ),
        ],
        &[
            r#"{ "redirects": [{ "from": { "regex": "^/[a-z]{2}(-[a-z]{2})?/" }, "to": "/b" }] }"#,
            r#"{ "redirects": [{ "from": { "regex": "^/(\\d{4})/(\\d{2})/.*$" }, "to": "/b" }] }"#,
        ],
    );
}

#[test]
fn double_slash() {
    holds(
        "double-slash",
        Platform::Fetch,
        &[
            (r#"{ "redirects": [{ "from": "/a/*", "to": "/b/{path}" }] }"#, "redirects[0].to"),
            (r#"{ "redirects": [{ "from": "/a/*", "to": "https://x.example/{path}" }] }"#, "redirects[0].to"),
            (r#"{ "rewrites": [{ "from": "/a/*", "to": "/site/{path}" }] }"#, "rewrites[0].to"),
        ],
        &[
            r#"{ "redirects": [{ "from": "/a/*", "to": "https://x.example{path}" }] }"#,
            r#"{ "redirects": [{ "from": "/a/*", "to": "/b/:splat" }] }"#,
            // Leading slashes become one.
            r#"{ "rewrites": [{ "from": "/a/*", "to": "/{path}" }] }"#,
            // Encoded, it is a part of a segment or of a query.
            r#"{ "redirects": [{ "from": "/a/*", "to": "/b/{path|encode}" }] }"#,
            r#"{ "redirects": [{ "from": "/a/*", "to": "/login?next={path}" }] }"#,
        ],
    );
}

/// CloudFront sends the origin's name to the origin: "Request and response behavior for custom origins", Host.
#[test]
fn host_at_origin() {
    let read = r#"{ "origins": [{ "for": "/*", "when": { "host": "a.example.com" }, "to": { "custom": { "domainName": "b.example.com" } } }] }"#;
    holds(
        "host-at-origin",
        Platform::Cloudfront,
        &[
            (read, "origins[0].when"),
            (r#"{ "rewrites": [{ "from": "/*", "to": "/{host}/:splat", "at": "origin-request" }] }"#, "rewrites[0].to"),
        ],
        &[
            r#"{ "redirects": [{ "from": "/*", "when": { "host": "a.example.com" }, "to": "https://b.example.com/:splat" }] }"#,
            r#"{ "rewrites": [{ "from": "/*", "when": { "host": "a.example.com" }, "to": "/a/:splat" }] }"#,
        ],
    );
    // In one pass the viewer's host is seen everywhere.
    holds("host-at-origin", Platform::Cloudflare, &[], &[read]);
}

/// Fetch §3.3.5: "*" and credentials.
#[test]
fn cors_credentials() {
    let both = |name: &str| {
        format!(r#"{{ "headers": [{{ "set": {{ "Access-Control-Allow-Credentials": "true", "{name}": "*" }} }}] }}"#)
    };
    for name in ["Access-Control-Allow-Origin", "access-control-allow-headers", "Access-Control-Expose-Headers"] {
        let place = format!(r#"headers[0].set["{name}"]"#);
        holds("cors-credentials", Platform::Fetch, &[(&both(name), &place)], &[]);
    }
    holds(
        "cors-credentials",
        Platform::Fetch,
        &[
            (
                r#"{ "headers": [{ "for": "/api/*", "set": { "Access-Control-Allow-Credentials": "true" } }, { "set": { "Access-Control-Allow-Origin": "*" } }] }"#,
                r#"headers[1].set["Access-Control-Allow-Origin"]"#,
            ),
            (
                r#"{ "responses": [{ "for": "/a", "status": 204, "headers": { "Access-Control-Allow-Credentials": "true", "Access-Control-Allow-Methods": "*" } }] }"#,
                r#"responses[0].headers["Access-Control-Allow-Methods"]"#,
            ),
        ],
        &[
            &both("Vary"),
            r#"{ "headers": [{ "set": { "Access-Control-Allow-Credentials": "true", "Access-Control-Allow-Origin": "https://a.example" } }] }"#,
            r#"{ "headers": [{ "for": "/a/*", "set": { "Access-Control-Allow-Credentials": "true" } }, { "for": "/b/*", "set": { "Access-Control-Allow-Origin": "*" } }] }"#,
        ],
    );
}

#[test]
fn overridden_header() {
    holds(
        "overridden-header",
        Platform::Fetch,
        &[
            (
                r#"{ "headers": [{ "for": "/a/*", "set": { "X-A": "1" } }, { "for": "/*", "set": { "X-A": "2" } }] }"#,
                r#"headers[0].set["X-A"]"#,
            ),
            (
                r#"{ "headers": [{ "for": "/a", "append": { "X-A": "1" } }, { "remove": ["x-a"] }] }"#,
                r#"headers[0].append["X-A"]"#,
            ),
            (
                r#"{ "responses": [{ "for": "/a", "status": 403, "headers": { "X-A": "1" } }], "headers": [{ "set": { "X-A": "2" } }] }"#,
                r#"responses[0].headers["X-A"]"#,
            ),
        ],
        &[
            // The narrow one comes last; the later one leaves a value that is there; has a condition; may have no value.
            r#"{ "headers": [{ "for": "/*", "set": { "X-A": "1" } }, { "for": "/a/*", "set": { "X-A": "2" } }] }"#,
            r#"{ "headers": [{ "set": { "X-A": "1" } }, { "default": { "X-A": "2" } }] }"#,
            r#"{ "headers": [{ "set": { "X-A": "1" } }, { "set": { "X-A": "2" }, "when": { "cookie": { "a": true } } }] }"#,
            r#"{ "headers": [{ "set": { "X-A": "1" } }, { "set": { "X-A": "{header.X-B}" } }] }"#,
            // What caches are told is for files alone.
            r#"{ "responses": [{ "for": "/a", "status": 403, "headers": { "Cache-Control": "max-age=1" } }], "headers": [{ "set": { "Cache-Control": "no-cache" } }] }"#,
        ],
    );
}

/// RFC 9110 §15.4.2, §15.4.9: 301 and 308 are kept.
#[test]
fn permanent_personal_redirect() {
    let rule = |status: u16, when: &str| {
        format!(r#"{{ "redirects": [{{ "from": "/a", "to": "/b", "status": {status}, "when": {when} }}] }}"#)
    };
    for when in
        [r#"{ "cookie": { "a": true } }"#, r#"{ "country": "DE" }"#, r#"{ "not": { "country": ["DE", "AT"] } }"#]
    {
        for (status, said) in [(301, true), (308, true), (302, false), (307, false), (303, false)] {
            let found = places("permanent-personal-redirect", &rule(status, when), Platform::Cloudflare);
            assert_eq!(!found.is_empty(), said, "{status} {when}");
        }
    }
    holds(
        "permanent-personal-redirect",
        Platform::Cloudflare,
        &[],
        &[&rule(301, r#"{ "host": "a.example" }"#), &rule(308, r#"{ "query": { "a": "1" } }"#)],
    );
}

#[test]
fn precompressed_without_files() {
    holds(
        "precompressed-without-files",
        Platform::Fetch,
        &[(r#"{ "precompressed": [{ "for": "*.js" }] }"#, "precompressed[0]")],
        &[r#"{ "precompressed": [{ "for": "*.js", "files": ["/a.js.br"] }] }"#],
    );
}

/// RFC 9110 §5.3: a field whose value is not a list is sent once.
#[test]
fn redirect_loop() {
    holds(
        "redirect-loop",
        Platform::Fetch,
        &[
            // `/a` leads to `/a/?y=`, which `html` leads to `/a?y=`. Those below it lead to themselves, which is not a match.
            (
                r#"{ "redirects": [{ "from": "/a/*", "to": "/a/:splat?y={query.y}", "query": "drop" }],
                    "html": { "index": "index.html", "trailingSlash": "remove" } }"#,
                "redirects[0].to",
            ),
            (
                r#"{ "redirects": [{ "from": "/a/*", "to": "https://one.example/a/:splat", "when": { "host": "one.example" } }],
                    "html": { "index": "index.html", "trailingSlash": "remove" } }"#,
                "redirects[0].to",
            ),
        ],
        &[
            r#"{ "redirects": [{ "from": "/a/*", "to": "/a/:splat?y={query.y}", "query": "drop" }],
                "html": { "index": "index.html", "trailingSlash": "add" } }"#,
            r#"{ "redirects": [{ "from": "/a/*", "to": "/b/:splat" }],
                "html": { "index": "index.html", "trailingSlash": "remove" } }"#,
            r#"{ "redirects": [{ "from": "/a/*", "to": "/a/:splat?y={query.y}", "query": "drop", "ignoreTrailingSlash": false }],
                "html": { "index": "index.html", "trailingSlash": "remove" } }"#,
            // Another host may have rules of its own.
            r#"{ "redirects": [{ "from": "/a/*", "to": "https://one.example/a/:splat" }],
                "html": { "index": "index.html", "trailingSlash": "remove" } }"#,
            // The answer for the bare path is another rule's.
            r#"{ "redirects": [{ "from": "/a", "to": "/b" }, { "from": "/a/*", "to": "/a/:splat?y={query.y}", "query": "drop" }],
                "html": { "index": "index.html", "trailingSlash": "remove" } }"#,
        ],
    );
}

#[test]
fn repeated_header() {
    holds(
        "repeated-header",
        Platform::Fetch,
        &[
            (
                r#"{ "headers": [{ "set": { "X-Frame-Options": ["DENY", "SAMEORIGIN"] } }] }"#,
                r#"headers[0].set["X-Frame-Options"]"#,
            ),
            (
                r#"{ "headers": [{ "set": { "Expires": "0" } }, { "for": "/a/*", "append": { "expires": "0" } }] }"#,
                r#"headers[1].append["expires"]"#,
            ),
            (
                r#"{ "headers": [{ "set": { "Cache-Control": "public" } }, { "append": { "Cache-Control": "no-store" } }] }"#,
                r#"headers[1].append["Cache-Control"]"#,
            ),
        ],
        &[
            r#"{ "headers": [{ "set": { "Link": ["</a>; rel=preload", "</b>; rel=preload"], "Cache-Control": ["public", "max-age=1"] } }] }"#,
            r#"{ "headers": [{ "for": "/a/*", "set": { "Expires": "0" } }, { "for": "/b/*", "append": { "Expires": "0" } }] }"#,
            r#"{ "headers": [{ "set": { "Expires": "0" } }, { "remove": ["Expires"] }, { "append": { "Expires": "1" } }] }"#,
        ],
    );
}

#[test]
fn swallowed_origin() {
    let with = |rewrite: &str| {
        format!(
            r#"{{ "origins": [{{ "for": "/api/*", "to": {{ "custom": {{ "domainName": "api.example.com" }} }} }}], "rewrites": [{rewrite}] }}"#
        )
    };
    holds(
        "swallowed-origin",
        Platform::Fetch,
        &[
            (&with(r#"{ "from": "/*", "to": "/index.html" }"#), "rewrites[0]"),
            (&with(r#"{ "from": "/*", "except": "/admin/*", "to": "/index.html" }"#), "rewrites[0]"),
            (&with(r#"{ "from": "/*", "to": "/index.html", "fallback": true }"#), "rewrites[0]"),
            (
                &with(
                    r#"{ "from": "/api/*", "pass": true }, { "from": "/*", "to": "/404.html", "status": 404, "fallback": true }"#,
                ),
                "rewrites[1]",
            ),
        ],
        &[
            &with(r#"{ "from": "/*", "except": "/api/*", "to": "/index.html" }"#),
            &with(r#"{ "from": "/api/*", "pass": true }, { "from": "/*", "to": "/index.html" }"#),
            &with(
                r#"{ "from": "/api/*", "pass": true, "fallback": true }, { "from": "/*", "to": "/index.html", "fallback": true }"#,
            ),
            &with(r#"{ "from": "/*", "except": "/api/*", "to": "/index.html", "fallback": true }"#),
            &with(r#"{ "from": "/*", "to": "/site/:splat" }"#),
        ],
    );
}

#[test]
fn hidden_by_rewrite() {
    let with = |guard: &str, rewrite: &str| {
        format!(r#"{{ "responses": [{{ {guard}, "status": 403 }}], "rewrites": [{{ {rewrite} }}] }}"#)
    };
    let by_scheme = r#""for": "/a/*", "when": { "scheme": "http" }"#;
    let by_host = r#""from": "/a/*", "when": { "host": "x.example" }"#;
    let experiment = |to: &str| {
        format!(
            r#"{{ "redirects": [{{ "from": "/", "to": "/de", "when": {{ "country": "DE" }} }}],
                "experiments": [{{ "name": "e", "cookie": "e", "for": "/", "variants": [{{ "name": "a" }}, {{ "name": "b", "to": "{to}" }}] }}] }}"#
        )
    };
    holds(
        "hidden-by-rewrite",
        Platform::Cloudfront,
        &[
            (&with(by_scheme, &format!(r#"{by_host}, "to": "/b/:splat""#)), "responses[0]"),
            (&with(by_scheme, r#""from": "/*", "to": "/b/:splat", "at": "viewer-request""#), "responses[0]"),
            (&with(by_scheme, &format!(r#"{by_host}, "to": "/{{cookie.c}}""#)), "responses[0]"),
            (&experiment("/b"), "redirects[0]"),
        ],
        &[
            // For what is made, too; for other paths; for other requests.
            &with(by_scheme, &format!(r#"{by_host}, "to": "/a/b?x={{cookie.c}}""#)),
            &with(by_scheme, &format!(r#"{by_host}, "to": "/a/b/:splat""#)),
            &with(by_scheme, r#""from": "/b/*", "to": "/c/:splat", "at": "viewer-request""#),
            &with(
                r#""for": "/a/*", "when": { "scheme": "http", "cookie": { "c": "1" } }"#,
                r#""from": "/a/*", "when": { "host": "x.example", "cookie": { "c": "2" } }, "to": "/b/:splat""#,
            ),
            // Both run at one stage, where answers come first.
            &with(by_scheme, r#""from": "/a/*", "to": "/b/:splat""#),
            &with(r#""for": "/a/*""#, &format!(r#"{by_host}, "to": "/b/:splat""#)),
            &experiment("/"),
        ],
    );
}

/// CloudFront stores what origin-response leaves (AWS: "CloudFront events that can trigger a Lambda@Edge function").
#[test]
fn private_after_cache() {
    let rules = |list: &str| format!(r#"{{ "headers": [{list}] }}"#);
    let cors = r#"{ "for": "/api/*", "when": { "header": { "Origin": "https://a.example" } }, "set": { "Access-Control-Allow-Origin": "https://a.example" } }"#;
    let private = r#"{ "for": "/me/*", "set": { "Cache-Control": "private, no-store" } }"#;
    let of_host = r#"{ "when": { "host": "a.example" }, "set": { "Cache-Control": "max-age=60" } }"#;
    let of_members =
        r#"{ "for": "/me/a", "when": { "cookie": { "session": true } }, "set": { "Cache-Control": "private" } }"#;
    let late = r#"{ "for": "/me/*", "at": "viewer-response", "set": { "CDN-Cache-Control": "no-store" } }"#;
    holds(
        "private-after-cache",
        Platform::Cloudfront,
        &[
            (&rules(&format!("{of_host}, {private}")), "headers[1]"),
            (&rules(of_members), "headers[0]"),
            (&rules(late), "headers[0]"),
        ],
        &[
            &rules(&format!("{private}, {of_host}")),
            &rules(&format!("{cors}, {private}")),
            &rules(&format!("{private}, {of_members}")),
            &rules(&format!("{private}, {late}")),
            &rules(cors),
        ],
    );
    holds(
        "private-after-cache",
        Platform::Cloudflare,
        &[],
        &[&rules(of_members), &rules(&format!("{cors}, {private}"))],
    );
}

#[test]
fn trap_opens_guard() {
    let login = |top: &str| {
        format!(
            r#"{{ {top} "redirects": [{{ "from": "/*", "except": "/login", "to": "/login", "status": 302, "when": {{ "not": {{ "cookie": {{ "session": true }} }} }} }}] }}"#
        )
    };
    let refusal = |top: &str| format!(r#"{{ {top} "responses": [{{ "for": "/a", "status": 403 }}] }}"#);
    holds(
        "trap-opens-guard",
        Platform::Fetch,
        &[
            (&login(""), "redirects[0]"),
            (&login(r#""onTrap": "pass","#), "redirects[0]"),
            (&refusal(r#""onTrap": "pass","#), "responses[0]"),
        ],
        &[
            &login(r#""onTrap": "block","#),
            // A refusal blocks by itself.
            &refusal(""),
            r#"{ "redirects": [{ "from": "/", "to": "/de", "status": 302, "when": { "cookie": { "lang": "de" } } }] }"#,
        ],
    );
}

#[test]
fn unreachable_page() {
    let of = |rules: &str, files: &[&str]| -> Vec<String> {
        let file = RuleFile { name: "rules.json", text: rules, form: Form::Rules };
        let found =
            check(&[file.parse(&Options::new().files(files.iter().copied()))], Some(Platform::Cloudfront.into()));
        found.into_iter().filter(|it| it.finding.code == "unreachable-page").map(|it| it.finding.message).collect()
    };
    let clean = r#"{ "html": { "clean": "file", "index": "index.html", "trailingSlash": "remove" } }"#;
    let said = of(clean, &["/index.html", "/about.html", "/blog/index.html", "/404.html"]);
    assert!(matches!(said.as_slice(), [only] if only.contains("/blog/index.html")), "{said:?}");
    assert_eq!(of(clean, &["/index.html", "/about.html", "/v1.2.html", "/500.html"]), [""; 0]);
    let named = r#"{ "html": { "clean": "file", "index": "index.html", "trailingSlash": "remove" }, "rewrites": [{ "from": "/blog", "to": "/blog/index.html" }] }"#;
    assert_eq!(of(named, &["/index.html", "/blog/index.html"]), [""; 0]);
}
