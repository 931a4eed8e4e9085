//! Slips that are legal: a unit, a verb or an alternative that somebody else was meant.

use selvedge::Platform;

use crate::holds;

#[test]
fn dropped_cookies() {
    holds(
        "dropped-cookies",
        Platform::Fetch,
        &[
            (
                r#"{ "headers": [{ "at": "viewer-response", "set": { "Set-Cookie": "seen=1" } }] }"#,
                r#"headers[0].set["Set-Cookie"]"#,
            ),
            (
                r#"{ "headers": [{ "at": "viewer-response", "remove": ["Server"], "set": { "set-cookie": ["a=1", "b=2"] } }] }"#,
                r#"headers[0].set["set-cookie"]"#,
            ),
        ],
        &[
            r#"{ "headers": [{ "at": "viewer-response", "append": { "Set-Cookie": "seen=1" } }] }"#,
            r#"{ "headers": [{ "at": "viewer-response", "default": { "Set-Cookie": "seen=1" } }] }"#,
            r#"{ "headers": [{ "at": "viewer-response", "remove": ["Set-Cookie"], "set": { "Set-Cookie": "seen=1" } }] }"#,
            r#"{ "headers": [{ "on": "request", "set": { "Set-Cookie": "seen=1" } }] }"#,
            // An answer of one's own has no other cookies.
            r#"{ "responses": [{ "for": "/a", "headers": { "Set-Cookie": "seen=1" } }] }"#,
        ],
    );
}

#[test]
fn odd_age() {
    let header = |name: &str, value: &str| {
        format!(r#"{{ "headers": [{{ "at": "viewer-response", "append": {{ "{name}": "{value}" }} }}] }}"#)
    };
    let experiment = |age: &str| {
        format!(
            r#"{{ "experiments": [{{ "name": "e", "for": "/", "cookie": "c", "maxAge": {age}, "variants": [{{ "name": "a" }}] }}] }}"#
        )
    };
    let cookie = r#"headers[0].append["Set-Cookie"]"#;
    let cache = r#"headers[0].append["Cache-Control"]"#;
    holds(
        "odd-age",
        Platform::Fetch,
        &[
            // 30 days, a year and a day in milliseconds.
            (&experiment("2592000000"), "experiments[0].maxAge"),
            (&header("Set-Cookie", "a=1; Max-Age=31536000000; Path=/"), cookie),
            (&header("Cache-Control", "public, max-age=86400000"), cache),
            (&header("Cache-Control", "s-maxage = 315360001"), cache),
            (
                &header("CDN-Cache-Control", "max-age=0, stale-if-error=604800000"),
                r#"headers[0].append["CDN-Cache-Control"]"#,
            ),
            (
                &header("Strict-Transport-Security", "max-age=63072000000; preload"),
                r#"headers[0].append["Strict-Transport-Security"]"#,
            ),
        ],
        &[
            &experiment("2592000"),
            &experiment("\"365d\""),
            &header("Set-Cookie", "max-age=31536000000; Path=/; Max-Age=31536000"),
            &header("Set-Cookie", "a=1; Max-Age=0"),
            &header("Cache-Control", "public, max-age=31536000, immutable"),
            // What nginx writes for `expires max`.
            &header("Cache-Control", "max-age=315360000"),
            &header("Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload"),
            &header("X-A", "max-age=31536000000"),
        ],
    );
}

#[test]
fn odd_weight() {
    let origin = |weight: &str| {
        format!(
            r#"{{ "origins": [{{ "for": "/*", "weight": {weight}, "to": {{ "custom": {{ "domainName": "b.example" }} }} }}] }}"#
        )
    };
    let experiment = |one: &str, other: &str| {
        format!(
            r#"{{ "experiments": [{{ "name": "e", "for": "/", "cookie": "c", "variants": [{{ "name": "a", "weight": {one} }}, {{ "name": "b", "weight": {other}, "to": "/b" }}] }}] }}"#
        )
    };
    holds(
        "odd-weight",
        Platform::Fetch,
        &[
            (&origin("0.1"), "origins[0].weight"),
            (&experiment("80", "0.2"), "experiments[0].variants[1].weight"),
            (&experiment("0.5", "50"), "experiments[0].variants[0].weight"),
        ],
        &[
            &origin("1"),
            &origin("12.5"),
            &origin("0"),
            &experiment("0.8", "0.2"),
            &experiment("1", "0.5"),
            &experiment("80", "20"),
            &experiment("100", "0"),
        ],
    );
}

#[test]
fn never_matches_says_where() {
    let rules = |when: &str| format!(r#"{{ "redirects": [{{ "from": "/a", "to": "/b", "when": {when} }}] }}"#);
    holds(
        "never-matches",
        Platform::Fetch,
        &[
            (
                &rules(r#"{ "method": "GET", "ip": "10.1.0.0/16", "not": { "ip": "10.0.0.0/8" } }"#),
                "redirects[0].when.ip",
            ),
            (
                &rules(
                    r#"{ "country": "DE", "any": [{ "cookie": { "C": true, "d": true }, "not": { "cookie": { "d": true } } }] }"#,
                ),
                r#"redirects[0].when.any[0].cookie["d"]"#,
            ),
            (&rules(r#"{ "host": { "prefix": "shop.", "regex": "^www" } }"#), "redirects[0].when.host"),
            (
                &rules(r#"{ "not": { "header": { "origin": "https://a.example/" } } }"#),
                r#"redirects[0].when.not.header["origin"]"#,
            ),
        ],
        &[
            &rules(r#"{ "ip": "10.0.0.0/8", "not": { "ip": "10.1.0.0/16" } }"#),
            &rules(r#"{ "host": { "prefix": "shop.", "regex": "^sho" } }"#),
        ],
    );
}

#[test]
fn always_holds() {
    let rules = |when: &str| format!(r#"{{ "redirects": [{{ "from": "/a", "to": "/b", "when": {when} }}] }}"#);
    let place = "redirects[0].when";
    holds(
        "always-holds",
        Platform::Fetch,
        &[
            (
                &rules(r#"{ "any": [{ "not": { "host": "a.example" } }, { "not": { "host": "www.a.example" } }] }"#),
                place,
            ),
            (&rules(r#"{ "any": [{ "not": { "country": "DE" } }, { "not": { "country": ["AT", "CH"] } }] }"#), place),
            (&rules(r#"{ "any": [{ "header": { "A": true } }, { "header": { "A": false } }] }"#), place),
            (
                &rules(
                    r#"{ "country": "DE", "any": [{ "not": { "method": "GET" } }, { "not": { "method": "POST" } }] }"#,
                ),
                place,
            ),
            (
                &rules(r#"{ "not": { "any": [{ "not": { "method": "GET" } }, { "not": { "method": "POST" } }] } }"#),
                place,
            ),
        ],
        &[
            &rules(r#"{ "not": { "host": ["a.example", "www.a.example"] } }"#),
            &rules(r#"{ "not": { "any": [{ "host": "a.example" }, { "host": "www.a.example" }] } }"#),
            &rules(r#"{ "any": [{ "not": { "host": "a.example" } }, { "not": { "cookie": { "a": true } } }] }"#),
            // A request may have both values.
            &rules(r#"{ "any": [{ "not": { "query": { "a": "1" } } }, { "not": { "query": { "a": "2" } } }] }"#),
            &rules(r#"{ "any": [{ "not": { "host": "*.a.example" } }, { "not": { "host": "www.a.example" } }] }"#),
            &rules(r#"{ "any": [{ "host": "a.example" }, { "host": "b.example" }] }"#),
        ],
    );
}

#[test]
fn rewritten_assets() {
    let rules = |rewrites: &str| format!(r#"{{ "rewrites": [{rewrites}] }}"#);
    holds(
        "rewritten-assets",
        Platform::Fetch,
        &[
            (&rules(r#"{ "from": "/*", "to": "/index.html" }"#), "rewrites[0]"),
            (&rules(r#"{ "from": "/*", "except": "/api", "to": "/index.html" }"#), "rewrites[0]"),
            (&rules(r#"{ "from": "/*", "to": "/a/", "when": { "host": "a.example" } }"#), "rewrites[0]"),
            (&rules(r#"{ "from": "/b", "to": "/c" }, { "from": "/*", "to": "/index.html" }"#), "rewrites[1]"),
        ],
        &[
            &rules(r#"{ "from": "/*", "to": "/index.html", "fallback": true }"#),
            &rules(r#"{ "from": "/*", "except": { "files": true }, "to": "/index.html" }"#),
            &rules(r#"{ "from": "/*", "except": "*.*", "to": "/index.html" }"#),
            &rules(r#"{ "from": "/*", "except": "/assets/*", "to": "/index.html" }"#),
            &rules(r#"{ "from": "/*", "except": ["/", "/app.js"], "to": "/index.html" }"#),
            &rules(r#"{ "from": "/app/*", "to": "/index.html" }"#),
            &rules(r#"{ "from": "/*", "to": "/tenants/a/:splat" }"#),
            &rules(r#"{ "from": "/*", "to": "/closed.html", "status": 503 }"#),
            &rules(r#"{ "from": "/*", "to": "/pixel.gif" }"#),
            &rules(
                r#"{ "from": "/*", "to": "/de.html", "when": { "header": { "Accept": { "contains": "text/html" } } } }"#,
            ),
            &rules(r#"{ "from": "/assets/*", "pass": true }, { "from": "/*", "to": "/index.html" }"#),
        ],
    );
}
