//! What Vercel refuses, and what rules do not have.

use super::*;

#[test]
fn nothing_is_dropped_in_silence() {
    for (text, said) in [
        ("[]", "expected an object"),
        ("{", "[invalid-json]"),
        (r#"{ "routes": [{ "handle": "miss" }] }"#, "only \"filesystem\" is known"),
        (r#"{ "routes": [{ "src": "/a", "status": 200 }] }"#, "a route that answers by itself"),
        (r#"{ "routes": [{ "src": "/a", "status": "403" }] }"#, "expected a number"),
        (r#"{ "routes": [{ "src": "/a", "dest": "/b", "continue": true }] }"#, "changed for the routes after it"),
        (r#"{ "routes": [{ "src": "/a(?=b)", "dest": "/b" }] }"#, "of which the engine says"),
        (r#"{ "routes": [{ "src": "/(.*)", "dest": "https://$1.example.com/" }] }"#, "depends on the request"),
        (r#"{ "redirects": {} }"#, "expected a list"),
        (r#"{ "redirects": [{ "destination": "/a" }] }"#, "\"source\" is missing"),
        (r#"{ "redirects": [{ "source": "/a" }] }"#, "\"destination\" is missing"),
        (r#"{ "redirects": [{ "source": "/a(", "destination": "/b" }] }"#, "not closed"),
        (r#"{ "rewrites": [{ "source": "/a", "destination": "/b", "env": ["X"] }] }"#, "\"env\" is not honoured"),
        (
            r#"{ "rewrites": [{ "source": "/:a", "destination": "https://:a.example.com/" }] }"#,
            "depends on the request",
        ),
        (r#"{ "headers": [{ "source": "/a" }] }"#, "\"headers\" is missing"),
        (r#"{ "headers": [{ "source": "/a", "headers": [{ "key": "a" }] }] }"#, "expected { \"key\""),
    ] {
        let found = findings(text);
        assert!(found.iter().any(|finding| finding.contains(said)), "{text}: {found:?}");
    }
    assert_eq!(findings(r#"{ "framework": "vite", "regions": ["fra1"], "routes": [] }"#), [] as [&str; 0]);
}

/// By the schema and getTransformedRoutes of @vercel/routing-utils 6.6.0: the deployment fails.
#[test]
fn what_vercel_refuses_is_an_error() {
    for (text, said) in [
        (
            r#"{ "redirects": [{ "source": "/a", "destination": "/b", "permanent": true, "statusCode": 302 }] }"#,
            "both \"permanent\" and \"statusCode\"",
        ),
        (r#"{ "routes": [{ "src": "/a", "methods": "GET", "status": 403 }] }"#, "not a value of \"methods\""),
        (
            r#"{ "routes": [{ "src": "/a", "continue": "yes", "headers": { "X-A": "1" } }] }"#,
            "not a value of \"continue\"",
        ),
        (r#"{ "routes": [{ "src": "/a", "source": "/b", "dest": "/c" }] }"#, "both \"src\" and \"source\""),
        (r#"{ "redirects": [{ "source": "/a/(.*)", "destination": "/b/:1" }] }"#, "Vercel refuses \":1\""),
        (r#"{ "rewrites": [{ "source": "/a", "destination": "/b_(c)" }] }"#, "Vercel refuses \"(c)\""),
        (
            r#"{ "redirects": [{ "source": "/a", "destination": "/b", "has": [{ "type": "host" }] }] }"#,
            "\"value\" is missing",
        ),
        (
            r#"{ "headers": [{ "source": "/a", "headers": [{ "key": "X", "value": "1", "x": 2 }] }] }"#,
            "\"x\" is not honoured",
        ),
        (r#"{ "trailingSlash": null }"#, "expected true or false"),
    ] {
        let found = findings(text);
        assert!(
            matches!(found.as_slice(), [finding] if finding.contains(said) && finding.contains("error")),
            "{text}: {found:?}"
        );
    }
    let redirect = |source: &str| format!(r#"{{ "redirects": [{{ "source": "{source}", "destination": "/b" }}] }}"#);
    assert_eq!(findings(&redirect(&format!("/{}", "a".repeat(4095)))), [] as [&str; 0]);
    assert!(findings(&redirect(&format!("/{}", "a".repeat(4096))))[0].contains("Vercel takes 4096 characters"));
    let many = |count: usize| {
        let one = r#"{ "source": "/a", "destination": "/b" }"#;
        findings(&format!(r#"{{ "redirects": [{}] }}"#, vec![one; count].join(",")))
    };
    assert_eq!((many(2048).len(), many(2049).len()), (0, 1));
}

/// vercel/vercel#15010: `source`, `destination` and `statusCode` in `routes`.
#[test]
fn routes_have_two_names_for_their_parts() {
    let text = |[src, dest, status]: [&str; 3]| {
        let file = format!(
            r#"{{ "routes": [{{ "{src}": "/g/(.*)", "{status}": 403 }}, {{ "{src}": "/old", "{status}": 301, "headers": {{ "Location": "/new" }} }},
                {{ "{src}": "/a/(.*)", "{dest}": "https://x.example/$1" }}, {{ "{src}": "/(.*)", "{dest}": "/404.html", "{status}": 404 }}] }}"#
        );
        let parsed = vercel_json(&file, &Options::new());
        assert_eq!(parsed.findings, [], "{file}");
        serde_json::to_string(&parsed.rules).unwrap()
    };
    let rules = text(["src", "dest", "status"]);
    assert!(rules.contains(r#""responses":[{"for":"/g/*","status":403}]"#), "{rules}");
    assert_eq!(text(["source", "destination", "statusCode"]), rules);
}

/// getTransformedRoutes puts the redirects of `trailingSlash` first, and sources are strict; Next.js takes them with a slash as well.
#[test]
fn slashes_are_put_right_before_redirects() {
    use super::decisions::outcome;
    let file = |slash: bool, source: &str, more: &str| {
        format!(
            r#"{{ "trailingSlash": {slash}, {more} "redirects": [{{ "source": "{source}", "destination": "/new" }}] }}"#
        )
    };
    for (slash, source, path, to) in [
        (true, "/old/", "/old", "/old/"),
        (true, "/old/", "/old/", "/new"),
        (true, "/p/:id", "/p/a", "/p/a/"),
        (true, "/p/:id", "/p/a/", "/p/a/"),
        (true, "/p/:id", "/p/a.b", "/new"),
        (false, "/old", "/old/", "/old"),
        (false, "/old", "/old", "/new"),
    ] {
        let file = file(slash, source, "");
        assert_eq!(findings(&file), [] as [&str; 0]);
        assert_eq!(outcome(&file, None, path, &[]).0, to, "{file} {path}");
    }
    for (slash, source) in [(true, "/old"), (false, "/old/")] {
        let found = findings(&file(slash, source, ""));
        assert!(matches!(found.as_slice(), [only] if only.contains("warning [never-matches]")), "{found:?}");
    }
    let next = file(true, "/old", r#""basePath": "","#);
    assert_eq!(findings(&next), [] as [&str; 0]);
    assert_eq!(
        (outcome(&next, None, "/old", &[]).0, outcome(&next, None, "/old/", &[]).0),
        ("/old/".into(), "/new".into())
    );
}
