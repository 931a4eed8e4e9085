#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::{Platform, Rules, Target, compile};

mod decisions;
mod refused;
mod servers;

/// The rules of a file without findings, as text; they must compile.
fn rules(text: &str) -> String {
    let parsed = vercel_json(text, &Options::new());
    assert_eq!(parsed.findings, [], "{text}");
    let target = Target::from(Platform::Fetch).with_country();
    compile(&Rules::from_value(parsed.rules.clone()).unwrap(), target).unwrap();
    let text = serde_json::to_string(&parsed.rules).unwrap();
    let rest = text.strip_prefix(r#"{"ignoreCase":true,"#).unwrap();
    format!("{{{}", rest.strip_prefix(r#""ignoreTrailingSlash":false,"#).unwrap_or(rest))
}

fn findings(text: &str) -> Vec<String> {
    vercel_json(text, &Options::new()).findings.iter().map(ToString::to_string).collect()
}

/// Examples of Vercel's documentation of redirects, rewrites and headers.
#[test]
fn documented_redirects() {
    for (file, expected) in [
        (
            r#"{ "redirects": [{ "source": "/me", "destination": "/profile.html", "permanent": false }] }"#,
            r#"{"redirects":[{"from":"/me","to":"/profile.html","status":307}]}"#,
        ),
        (
            r#"{ "redirects": [{ "source": "/blog/:path*", "destination": "/news/:path*" }] }"#,
            r#"{"redirects":[{"from":"/blog","to":"/news/","status":308},{"from":"/blog/*","except":["/blog/","/blog/*/"],"to":"/news/{splat}","status":308}]}"#,
        ),
        (
            r#"{ "redirects": [{ "source": "/post/:path(\\d{1,})", "destination": "/news/:path*", "statusCode": 301 }] }"#,
            r#"{"redirects":[{"from":{"regex":"(?i)^/post(?:/(?<path>\\d{1,}))$"},"to":"/news/{path}","status":301}]}"#,
        ),
        (
            r#"{ "redirects": [{ "source": "/:path((?!uk/).*)", "destination": "/uk/:path*", "permanent": false,
                "has": [{ "type": "header", "key": "x-vercel-ip-country", "value": "GB" }] }] }"#,
            r#"{"redirects":[{"from":"/*","except":["/uk/*"],"when":{"country":"GB"},"to":"/uk/{splat}","status":307}]}"#,
        ),
        (
            r#"{ "redirects": [{ "source": "/specific", "destination": "https://example.com/:page?p=1",
                "has": [{ "type": "query", "key": "page" }] }] }"#,
            r#"{"redirects":[{"from":"/specific","when":{"query":{"page":true}},"query":"merge","to":"https://example.com/{query.page}?p=1","status":308}]}"#,
        ),
        (
            r#"{ "redirects": [{ "source": "/a", "destination": "https://example.com/:tenant/b",
                "has": [{ "type": "host", "value": "(?<tenant>.*)\\.example\\.com" }, { "type": "cookie", "key": "a", "value": "(?<b>.*)" }] }] }"#,
            r#"{"redirects":[{"from":"/a","when":{"host":{"regex":"^(?:(?<tenant>.*)\\.example\\.com)$"},"cookie":{"a":{"regex":"^(?:(?<b>.*))$"}}},"to":"https://example.com/{tenant}/b","status":308}]}"#,
        ),
    ] {
        assert_eq!(rules(file), expected);
    }
}

#[test]
fn documented_rewrites_and_headers() {
    for (file, expected) in [
        (
            r#"{ "rewrites": [{ "source": "/(.*)", "destination": "/index.html" }] }"#,
            r#"{"rewrites":[{"from":"/*","to":"/index.html","fallback":true}]}"#,
        ),
        (
            r#"{ "rewrites": [{ "source": "/resize/:width/:height", "destination": "/api/sharp" }] }"#,
            r#"{"rewrites":[{"from":"/resize/:width/:height","query":"merge","to":"/api/sharp?width={width}&height={height}","fallback":true}]}"#,
        ),
        (
            r#"{ "headers": [{ "source": "/service-worker.js",
                "headers": [{ "key": "Cache-Control", "value": "public, max-age=0, must-revalidate" }] }] }"#,
            r#"{"headers":[{"for":"/service-worker.js","set":{"Cache-Control":"public, max-age=0, must-revalidate"}}]}"#,
        ),
        (
            r#"{ "headers": [{ "source": "/:path*", "has": [{ "type": "query", "key": "authorized" }],
                "headers": [{ "key": "x-authorized", "value": ":authorized" }, { "key": "x-path", "value": "a:b/:path" }] }] }"#,
            r#"{"headers":[{"for":"/*","except":["/","/*/"],"when":{"query":{"authorized":true}},"set":{"x-authorized":"{query.authorized}","x-path":"a:b/{splat}"}}]}"#,
        ),
    ] {
        assert_eq!(rules(file), expected);
    }
}

#[test]
fn clean_addresses_and_slashes() {
    assert_eq!(
        rules(r#"{ "trailingSlash": false }"#),
        r#"{"redirects":[{"from":"/*/","ignoreTrailingSlash":false,"to":"/:splat","status":308}]}"#
    );
    assert_eq!(
        rules(r#"{ "cleanUrls": true, "trailingSlash": true }"#),
        [
            r#"{"html":{"index":"index.html","clean":"file"},"redirects":["#,
            r#"{"from":["/index.html","/index"],"to":"/","status":308,"ignoreTrailingSlash":true},"#,
            r#"{"from":["/*/index.html","/*/index"],"to":"/:splat/","status":308,"ignoreTrailingSlash":true},"#,
            r#"{"from":"/*.html","to":"/:splat/","status":308,"ignoreTrailingSlash":true},"#,
            r#"{"from":"/*.:extension/","ignoreTrailingSlash":false,"except":"/.well-known/*","to":"/:splat.:extension","status":308},"#,
            r#"{"from":"/*","ignoreTrailingSlash":false,"except":["/","/*/","*.*","/.well-known","/.well-known/*"],"to":"/:splat/","status":308}"#,
            "]}",
        ]
        .concat()
    );
}

#[test]
fn another_server_is_an_origin() {
    let file = r#"{ "trailingSlash": true, "rewrites": [
        { "source": "/proxy/own/:a", "destination": "/a.html" },
        { "source": "/proxy/(.*)", "destination": "https://example.com:8443/v1/$1" },
        { "source": "/(.*)", "destination": "/index.html" }] }"#;
    let parsed = vercel_json(file, &Options::new());
    assert_eq!(parsed.findings.len(), 1);
    assert_eq!(parsed.findings[0].code, "file-yields");
    assert_eq!(
        serde_json::to_string(&parsed.rules).unwrap(),
        concat!(
            r#"{"ignoreCase":true,"ignoreTrailingSlash":false,"redirects":["#,
            r#"{"from":"/*.:extension/","ignoreTrailingSlash":false,"except":"/.well-known/*","to":"/:splat.:extension","status":308},"#,
            r#"{"from":"/*","ignoreTrailingSlash":false,"except":["/","/*/","*.*","/.well-known","/.well-known/*"],"to":"/:splat/","status":308}],"#,
            r#""origins":[{"for":"/proxy/own/:a","pass":true},"#,
            r#"{"for":"/proxy/*","to":{"custom":{"domainName":"example.com","protocol":"https","port":8443}}}],"#,
            r#""rewrites":[{"from":"/proxy/own/:a","pass":true},{"from":"/proxy/own/:a","to":"/a.html","fallback":true},"#,
            r#"{"from":"/proxy/*","pass":true,"fallback":true},{"from":"/proxy/*","to":"/v1/{splat}"},{"from":"/*","to":"/index.html","fallback":true}]}"#
        )
    );
}

#[test]
fn places_are_those_of_the_file() {
    let text = "{\n  \"redirects\": [\n    { \"source\": \"/:a(.*)\", \"destination\": \"/:b\" },\n    { \"source\": \"/x\", \"destination\": \"/y\", \"statusCode\": 200 },\n    { \"source\": \"/p\", \"destination\": \"/q\" }\n  ]\n}";
    assert_eq!(
        findings(text),
        [
            "line 3, column 43: error [not-honoured]: \":b\" is neither in the source nor in \"has\"",
            "line 4, column 58: error [not-honoured]: 200 is not a redirect, 301, 302, 303, 307 or 308",
        ]
    );
    let parsed = vercel_json(text, &Options::new());
    assert_eq!(parsed.places.span("redirects[0].to"), Some(Span { line: 5, column: 38, length: 4 }));
}

/// By @vercel/routing-utils and path-to-regexp 6.
#[test]
fn what_vercel_takes_is_taken() {
    for (file, expected) in [
        (
            r#"{ "redirects": [{ "source": "/feature-{:slug}", "destination": "/blog-{:slug}" }] }"#,
            r#"{"redirects":[{"from":"/feature-:slug","to":"/blog-{slug}","status":308}]}"#,
        ),
        (
            r#"{ "rewrites": [{ "source": "/(.*)", "destination": "index.html" }] }"#,
            r#"{"rewrites":[{"from":"/*","to":"/index.html","fallback":true}]}"#,
        ),
    ] {
        assert_eq!(rules(file), expected);
    }
    for (text, said) in [
        (
            r##"{ "redirects": [{ "source": "/a#b", "destination": "/c" }] }"##,
            "warning [never-matches]: a path never holds '#'",
        ),
        (
            r#"{ "redirects": [{ "source": "/a\\?b", "destination": "/c" }] }"#,
            "warning [never-matches]: a path never holds '?'",
        ),
        (
            r#"{ "redirects": [{ "source": "/a", "destination": "https:///b" }] }"#,
            "error [invalid-line]: the URL has no host",
        ),
        (
            r#"{ "redirects": [{ "source": "/a", "destinaton": "/b", "destination": "/b" }] }"#,
            "did you mean \"destination\"?",
        ),
    ] {
        let found = findings(text);
        assert!(matches!(found.as_slice(), [finding] if finding.contains(said)), "{text}: {found:?}");
    }
}

/// The routes that @vercel/routing-utils makes of `trailingSlash`.
#[test]
fn slashes_of_files_and_of_well_known_paths() {
    let location = |file: &str, path: &str| {
        let parsed = vercel_json(file, &Options::new());
        let plan = compile(&Rules::from_value(parsed.rules).unwrap(), Platform::Fetch).unwrap();
        let engine = crate::Engine::from_plan(plan).unwrap();
        let uri = format!("https://example.org{path}");
        let (mut request, ()) = http::Request::get(uri).header("host", "example.org").body(()).unwrap().into_parts();
        match engine.viewer_request(&mut request, &crate::Facts::new()) {
            crate::Flow::Answer(answer) => answer.headers()["location"].to_str().unwrap().to_owned(),
            crate::Flow::Continue(_) => String::new(),
        }
    };
    for (path, with, without) in [
        ("/a", "/a/", ""),
        ("/a/", "", "/a"),
        ("/foo.html/", "/foo.html", "/foo.html"),
        ("/a.b/c", "/a.b/c/", ""),
        ("/a/index.html/", "/a/index.html", "/a/index.html"),
        ("/foo.html", "", ""),
        ("/.well-known/a", "", ""),
        ("/.well-known/a/", "", "/.well-known/a"),
        ("/.well-known/a.json/", "", "/.well-known/a.json"),
        ("/apple-app-site-association", "/apple-app-site-association/", ""),
    ] {
        for more in ["", r#", "redirects": [{ "source": "/x", "destination": "/y" }]"#] {
            assert_eq!(location(&format!(r#"{{ "trailingSlash": true{more} }}"#), path), with, "{path}");
            assert_eq!(location(&format!(r#"{{ "trailingSlash": false{more} }}"#), path), without, "{path}");
        }
    }
}

/// "Rewrites … if the file does not exist": files are looked for first, <https://vercel.com/docs/rewrites>.
#[test]
fn known_files_are_settled_when_the_rules_load() {
    let file = r#"{ "cleanUrls": true, "rewrites": [
        { "source": "/api/(.*)", "destination": "https://api.example.com/$1" },
        { "source": "/(.*)", "destination": "/index.html" }] }"#;
    let files = ["/index.html", "/a b.js", "/docs/index.html", "/about.html"];
    let parsed = vercel_json(file, &Options::new().files(files));
    assert_eq!(parsed.findings, []);
    let rules = Rules::from_value(parsed.rules).unwrap();
    let served = r#"["/","/index.html","/a%20b.js","/docs/","/docs","/docs/index.html","/about","/about.html"]"#;
    let text = serde_json::to_string(&rules).unwrap();
    assert!(text.contains(&format!(r#""origins":[{{"for":{served}"#)), "{text}");
    let engine = crate::Engine::from_plan(compile(&rules, Platform::Cloudfront).unwrap()).unwrap();
    for (path, asked) in
        [("/a%20b.js", "/a%20b.js"), ("/A%20b.js", "/index.html"), ("/x/y", "/index.html"), ("/api/x", "/x")]
    {
        let (mut request, ()) = http::Request::get(path).header("host", "example.org").body(()).unwrap().into_parts();
        let _ = engine.origin_request(&mut request, &crate::Facts::new());
        assert_eq!(request.uri.path(), asked, "{path}");
    }
}

/// The example of Vercel's documentation of `routes`, and what else published files have.
#[test]
fn older_routes_are_rules_in_their_order() {
    let file = r#"{ "routes": [
        { "src": "/old/(.*)", "status": 301, "headers": { "Location": "/new/$1" } },
        { "src": "/assets/(.*)", "headers": { "Cache-Control": "max-age=60" }, "continue": true },
        { "src": "^/v1/.*$", "methods": ["POST"], "dest": "/closed.html", "status": 410 },
        { "handle": "filesystem" },
        { "src": "/own/(.*)", "dest": "/own.html" },
        { "src": "/([a-z]+)/api", "dest": "https://api.example.com/$1" },
        { "src": "/(.*)", "dest": "/index.html" }] }"#;
    let parsed = vercel_json(file, &Options::new());
    let codes: Vec<&str> = parsed.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["file-yields"]);
    assert_eq!(
        serde_json::to_string(&parsed.rules).unwrap(),
        concat!(
            r#"{"ignoreCase":true,"ignoreTrailingSlash":false,"#,
            r#""redirects":[{"from":"/old/*","to":"/new/{splat}","status":301}],"#,
            r#""headers":[{"for":"/assets/*","set":{"Cache-Control":"max-age=60"}}],"#,
            r#""origins":[{"for":"/v1/*","when":{"method":["POST"]},"pass":true},{"for":"/own/*","pass":true},"#,
            r#"{"for":{"regex":"(?i)^(?:/([a-z]+)/api)$"},"to":{"custom":{"domainName":"api.example.com","protocol":"https"}}}],"#,
            r#""rewrites":[{"from":"/v1/*","when":{"method":["POST"]},"to":"/closed.html","status":410,"at":"origin-request"},"#,
            r#"{"from":"/own/*","pass":true,"at":"origin-request"},{"from":"/own/*","to":"/own.html","fallback":true},"#,
            r#"{"from":{"regex":"(?i)^(?:/([a-z]+)/api)$"},"pass":true,"fallback":true},"#,
            r#"{"from":{"regex":"(?i)^(?:/([a-z]+)/api)$"},"to":"/{1}","at":"origin-request"},"#,
            r#"{"from":"/*","to":"/index.html","fallback":true}]}"#
        )
    );
    compile(&Rules::from_value(parsed.rules).unwrap(), Platform::Fetch).unwrap();
    // With the files known they come first by themselves.
    let parsed = vercel_json(file, &Options::new().files(["/own/a.js"]));
    assert_eq!(parsed.findings, []);
    let engine =
        crate::Engine::from_plan(compile(&Rules::from_value(parsed.rules).unwrap(), Platform::Cloudfront).unwrap());
    for (path, asked) in [("/own/a.js", "/own/a.js"), ("/own/b", "/own.html"), ("/x/api", "/x"), ("/x", "/index.html")]
    {
        let (mut request, ()) = http::Request::get(path).header("host", "example.org").body(()).unwrap().into_parts();
        let _ = engine.as_ref().unwrap().origin_request(&mut request, &crate::Facts::new());
        assert_eq!(request.uri.path(), asked, "{path}");
    }
}

/// What keeps requests out on Vercel never lets them in here: what cannot be read of it is answered 403.
#[test]
fn routes_that_refuse_stay_closed() {
    for (routes, responses) in [
        (r#"{ "src": "/a/(.*)", "status": 401 }"#, r#"{"for":"/a/*","status":401}"#),
        (
            r#"{ "src": "/a", "status": 405, "methods": ["POST"] }"#,
            r#"{"for":"/a","when":{"method":["POST"]},"status":405}"#,
        ),
        (r#"{ "src": "/a/(.*)", "mitigate": { "action": "deny" } }"#, r#"{"for":"/a/*","status":403}"#),
        // A route before it takes its paths.
        (
            r#"{ "src": "/a/b/(.*)" }, { "src": "/a/(.*)", "status": 403 }"#,
            r#"{"for":"/a/*","except":["/a/b/*"],"status":403}"#,
        ),
        // One that goes on, or is for some only, does not.
        (
            r#"{ "src": "/a/b", "headers": { "X-A": "b" }, "continue": true }, { "src": "/a/b", "methods": ["GET"] }, { "src": "/a/b", "status": 403 }"#,
            r#"{"for":"/a/b","status":403}"#,
        ),
    ] {
        let parsed = vercel_json(&format!(r#"{{ "routes": [{routes}] }}"#), &Options::new());
        assert_eq!(parsed.findings, [], "{routes}");
        let found = serde_json::to_string(&parsed.rules).unwrap();
        assert!(found.contains(&format!(r#""responses":[{responses}]"#)), "{routes}: {found}");
        compile(&Rules::from_value(parsed.rules).unwrap(), Platform::Fetch).unwrap();
    }
    for (route, paths) in [
        (r#"{ "src": "/a/(.*)", "status": 403, "has": [{ "type": "moon", "value": "x" }] }"#, "/a/*"),
        (
            r#"{ "src": "/a/(.*)", "status": 403, "missing": [{ "type": "header", "key": "A", "value": "(?=a)x" }] }"#,
            "/a/*",
        ),
        (r#"{ "src": "/a/(.*)", "status": "403" }"#, "/a/*"),
        (r#"{ "src": "/a/(.*)", "mitigate": { "action": "challenge" } }"#, "/a/*"),
        (r#"{ "src": "/a/b?.*(?=x)", "status": 403 }"#, "/a/*"),
        (r#"{ "src": "^/ab/?.*(?=x)", "status": 403 }"#, "/*"),
        (r#"{ "src": "^/ab/x|/c/.*(?=x)", "status": 403 }"#, "/*"),
        (r#"{ "status": 403 }"#, "/*"),
    ] {
        let parsed = vercel_json(&format!(r#"{{ "routes": [{route}] }}"#), &Options::new());
        assert!(!parsed.findings.is_empty(), "{route}");
        let found = serde_json::to_string(&parsed.rules).unwrap();
        let closed = format!(r#"{{"for":"{paths}","ignoreCase":true,"ignoreTrailingSlash":true,"status":403}}"#);
        assert!(found.contains(&closed), "{route}: {found}");
    }
}

#[test]
fn a_route_that_only_sets_headers_ends_the_list() {
    let file = r#"{ "routes": [
        { "src": "/a/(.*)", "headers": { "X-A": "$1" } },
        { "src": "/(.*)", "dest": "/index.html" }, { "src": "/(.*)", "status": 302, "headers": { "location": "/b" } }] }"#;
    assert_eq!(
        rules(file),
        concat!(
            r#"{"redirects":[{"from":"/a/*","pass":true},{"from":"/*","pass":true},{"from":"/*","to":"/b","status":302}],"#,
            r#""rewrites":[{"from":"/a/*","pass":true},{"from":"/*","to":"/index.html"}],"headers":[{"for":"/a/*","set":{"X-A":"{splat}"}}]}"#
        )
    );
}

/// What `redirects()`, `rewrites()` and `headers()` of a next.config return, <https://nextjs.org/docs/app/api-reference/config>.
#[test]
fn what_next_js_returns_is_read() {
    let file = r#"{ "trailingSlash": false,
        "redirects": [{ "source": "/about", "destination": "/", "permanent": true, "basePath": false, "locale": false }],
        "rewrites": {
            "beforeFiles": [{ "source": "/some-page", "destination": "/somewhere-else" }],
            "afterFiles": [{ "source": "/non-existent", "destination": "/somewhere-else" }],
            "fallback": [{ "source": "/:path*", "destination": "https://my-old-site.com/:path*" }] },
        "headers": [{ "source": "/about", "headers": [{ "key": "x-a", "value": "b" }] }] }"#;
    let parsed = vercel_json(file, &Options::new());
    let codes: Vec<&str> = parsed.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["file-yields"]);
    let text = serde_json::to_string(&parsed.rules).unwrap();
    for part in [
        r#"{"from":"/about","to":"/","status":308}"#,
        r#"{"from":"/some-page","to":"/somewhere-else"}"#,
        r#"{"from":"/non-existent","to":"/somewhere-else","fallback":true}"#,
        r#"{"for":"/*","to":{"custom":{"domainName":"my-old-site.com","protocol":"https"}}}"#,
        r#"{"for":"/about","set":{"x-a":"b"}}"#,
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    compile(&Rules::from_value(parsed.rules).unwrap(), Platform::Fetch).unwrap();
    // Known files come between the two.
    let parsed = vercel_json(file, &Options::new().files(["/some-page", "/non-existent"]));
    let engine =
        crate::Engine::from_plan(compile(&Rules::from_value(parsed.rules).unwrap(), Platform::Cloudfront).unwrap());
    for (path, asked) in [("/some-page", "/somewhere-else"), ("/non-existent", "/non-existent"), ("/a/b", "/a/b")] {
        let (mut request, ()) = http::Request::get(path).header("host", "example.org").body(()).unwrap().into_parts();
        let _ = engine.as_ref().unwrap().origin_request(&mut request, &crate::Facts::new());
        assert_eq!(request.uri.path(), asked, "{path}");
    }
    let base = r#"{ "basePath": "/docs" }"#;
    assert!(findings(base)[0].contains("\"basePath\" of Next.js is not read"));
}
