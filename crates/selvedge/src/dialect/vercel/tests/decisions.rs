//! What files come to for requests, as the routes do that @vercel/routing-utils 6.6.0 makes of them.

use super::*;
use crate::{Engine, Facts, Flow, Target};

/// Where requests with these headers are redirected, or for which path the origin is asked; and what viewer-request left of theirs.
pub(super) fn outcome(file: &str, files: Option<&[&str]>, path: &str, headers: &[(&str, &str)]) -> (String, String) {
    let options = match files {
        Some(files) => Options::new().files(files.iter().copied()),
        None => Options::new(),
    };
    let parsed = vercel_json(file, &options);
    let target = Target::from(Platform::Fetch).with_country();
    let engine = Engine::from_plan(compile(&Rules::from_value(parsed.rules).unwrap(), target).unwrap()).unwrap();
    let uri = format!("https://example.org{path}");
    let mut request = http::Request::get(uri).header("host", "example.org");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (mut request, ()) = request.body(()).unwrap().into_parts();
    let facts = Facts::new();
    if let Flow::Answer(answer) = engine.viewer_request(&mut request, &facts) {
        return (answer.headers()["location"].to_str().unwrap().to_owned(), String::new());
    }
    let left = request.uri.path().to_owned();
    let _ = engine.origin_request(&mut request, &facts);
    (request.uri.to_string().trim_start_matches("https://example.org").to_owned(), left)
}

#[test]
fn a_name_takes_as_little_of_its_segment_as_it_can() {
    let file = r#"{ "redirects": [{ "source": "/:a-:b", "destination": "/:b/:a" }, { "source": "/v/:a.(.*)", "destination": "/$2/:a" }] }"#;
    assert_eq!(outcome(file, None, "/1-2-3", &[]).0, "/2-3/1");
    assert_eq!(outcome(file, None, "/v/1.2.3", &[]).0, "/2.3/1");
}

#[test]
fn expressions_and_empty_queries_of_destinations_are_left_out() {
    let file = r#"{ "redirects": [
        { "source": "/a/:id(\\d+)", "destination": "/b/:id(\\d+)" },
        { "source": "/o/:id?", "destination": "/n/:id?" },
        { "source": "/y/:z", "destination": "/yy{-:z}?" }] }"#;
    for (path, to) in [("/a/3", "/b/3"), ("/o/3", "/n/3"), ("/o", "/n/"), ("/y/3", "/yy-3")] {
        assert_eq!(outcome(file, None, path, &[]).0, to, "{path}");
    }
}

/// `$name` in a route is a group of its expression: <https://vercel.com/docs/build-output-api/configuration#source-route>.
#[test]
fn routes_put_in_the_names_of_their_groups() {
    let file = r#"{ "routes": [
        { "src": "/l/(?<lang>de|en)/(.*)", "status": 302, "headers": { "Location": "/$2?l=$lang" } },
        { "src": "^/api/(?<n>[^/]+)$", "dest": "/api.php?n=$n" }] }"#;
    assert_eq!(outcome(file, None, "/l/de/x", &[]).0, "/x?l=de");
    assert_eq!(outcome(file, None, "/api/zz", &[]).0, "/api.php?n=zz");
}

/// The other server is chosen by the path as it came, so the path must not be changed before.
#[test]
fn paths_for_another_server_are_changed_where_it_is_asked() {
    let rewrites = r#"{ "rewrites": [
        { "source": "/x/:s", "has": [{ "type": "cookie", "key": "c" }], "destination": "https://y.example/:s" },
        { "source": "/own/:s", "has": [{ "type": "query", "key": "q" }], "destination": "/t/:s" }] }"#;
    let routes = r#"{ "routes": [
        { "src": "/x/([^/]+)", "dest": "https://y.example/$1" },
        { "src": "/own/(.*)", "has": [{ "type": "query", "key": "q" }], "dest": "/t/$1" }] }"#;
    for (file, files) in [(rewrites, None), (rewrites, Some(&["/a.html"][..])), (routes, None)] {
        let of = |path: &str| outcome(file, files, path, &[("cookie", "c=1")]);
        assert_eq!(of("/x/b"), ("https://y.example/b".to_owned(), "/x/b".to_owned()), "{file}");
        if files.is_some() || file == routes {
            assert_eq!(of("/own/b?q=1"), ("/t/b?q=1".to_owned(), "/own/b".to_owned()), "{file}");
        }
    }
    let by_host = r#"{ "rewrites": [{ "source": "/x", "has": [{ "type": "host", "value": "a.example" }], "destination": "https://y.example/" }] }"#;
    assert!(findings(by_host).iter().any(|finding| finding.contains("host-at-origin")), "{:?}", findings(by_host));
}

/// "Path parameters are passed in the query if none of them is used in the destination", <https://vercel.com/docs/rewrites>, that is
/// in its path, host or fragment (replaceSegments of @vercel/routing-utils); so they are to another server, whatever the name of its file.
#[test]
fn another_server_is_told_what_the_path_held() {
    let file = r#"{ "rewrites": [
        { "source": "/f/:a", "destination": "https://y.example/t.html" },
        { "source": "/g/:a/:b", "destination": "https://y.example/:a" },
        { "source": "/h/:a", "destination": "https://y.example/?q=:a" }] }"#;
    for (path, asked) in [("/f/1", "/t.html?a=1"), ("/g/1/2", "/1"), ("/h/1", "/?q=1&a=1")] {
        assert_eq!(outcome(file, None, path, &[]).0, format!("https://y.example{asked}"), "{path}");
    }
}

/// Rows of packages/routing-utils/test/superstatic.spec.ts, and what 6.6.0 makes of the others.
#[test]
fn a_query_of_a_destination_stays_what_it_is() {
    for (source, has, destination, path, asked) in [
        ("/dont/:name/:age", "", "/final?name=bob&age=", "/dont/a/b", "/final?name=bob&age="),
        ("/dont/:name/:age", "", "/final?x=:name", "/dont/a/b", "/final?x=a&name=a&age=b"),
        ("/d/:name/(.*)", "", "/final/$2", "/d/a/b", "/final/b?name=a"),
        (
            "/a/:b",
            r#""has": [{ "type": "cookie", "key": "c" }],"#,
            "https://y.example/x/:c",
            "/a/1",
            "https://y.example/x/2",
        ),
        (
            "/a/:b",
            r#""has": [{ "type": "cookie", "key": "c" }],"#,
            "https://y.example/x",
            "/a/1",
            "https://y.example/x?b=1&c=2",
        ),
    ] {
        let file = format!(r#"{{ "rewrites": [{{ "source": "{source}", {has} "destination": "{destination}" }}] }}"#);
        let cookies = [("cookie", "c=2")];
        // With the files known, it acts at once.
        assert_eq!(outcome(&file, Some(&["/z.html"]), path, &cookies).0, asked, "{file}");
    }
}

/// `trailingSlash` comes before files and rewrites.
#[test]
fn slashes_are_put_right_before_rewrites() {
    let with = r#"{ "trailingSlash": true, "rewrites": [{ "source": "/(.*)", "destination": "/index.html" }] }"#;
    let without = r#"{ "trailingSlash": false, "rewrites": [{ "source": "/(.*)", "destination": "/index.html" }] }"#;
    let files = Some(&["/index.html", "/a.b/c.html"][..]);
    for (file, path, to) in [
        (with, "/x", "/x/"),
        (with, "/a.b/x", "/a.b/x/"),
        (with, "/x/", "/index.html"),
        (with, "/x.js", "/index.html"),
        (with, "/.well-known/x", "/index.html"),
        (with, "/", "/"),
        (without, "/x/", "/x"),
        (without, "/x/y/", "/x/y"),
        (without, "/x", "/index.html"),
        (without, "/", "/"),
    ] {
        assert_eq!(outcome(file, files, path, &[]).0, to, "{path} {file}");
    }
    let away =
        r#"{ "trailingSlash": true, "rewrites": [{ "source": "/x/:a", "destination": "https://y.example/:a" }] }"#;
    assert_eq!(outcome(away, None, "/x/a", &[]).0, "/x/a/");
}

/// "cleanUrls": a page is served without its extension, and so is the page of a folder.
#[test]
fn the_page_of_a_folder_is_at_its_name() {
    let file = r#"{ "cleanUrls": true, "trailingSlash": false }"#;
    let files = Some(&["/index.html", "/blog/index.html", "/both.html", "/both/index.html", "/a:b/index.html"][..]);
    for (path, to) in [
        ("/blog", "/blog/index.html"),
        ("/blog/", "/blog"),
        ("/both", "/both.html"),
        ("/a:b", "/a:b/index.html"),
        ("/other", "/other.html"),
    ] {
        assert_eq!(outcome(file, files, path, &[]).0, to, "{path}");
    }
}

#[test]
fn the_header_of_the_country_is_the_country() {
    let of = |value: &str| {
        let value = if value.is_empty() { String::new() } else { format!(", \"value\": {value}") };
        let file = format!(
            "{{ \"redirects\": [{{ \"source\": \"/a\", \"has\": [{{ \"type\": \"header\", \"key\": \"X-Vercel-IP-Country\"{value} }}], \"destination\": \"/b\" }}] }}"
        );
        let rules = rules(&file);
        rules.split_once("\"when\":").unwrap().1.split_once(",\"to\"").unwrap().0.to_owned()
    };
    assert_eq!(of(""), r#"{"country":true}"#);
    assert_eq!(of("\"DE\""), r#"{"country":"DE"}"#);
    assert_eq!(of("\"DE|AT\""), r#"{"country":["DE","AT"]}"#);
    assert_eq!(of("\"(?:DE|AT)\""), r#"{"country":["DE","AT"]}"#);
    assert_eq!(of("{ \"inc\": [\"DE\", \"AT\"] }"), r#"{"country":["DE","AT"]}"#);
    // Vercel's codes are capital letters.
    assert_eq!(of("\"de\""), r#"{"header":{"X-Vercel-IP-Country":"de"}}"#);
    assert_eq!(of("\"[A-D].\""), r#"{"header":{"X-Vercel-IP-Country":{"regex":"^(?:[A-D].)$"}}}"#);
}

/// packages/routing-utils/test/superstatic.spec.ts: the fragment stays in the target, and a server is asked without it.
#[test]
fn a_rewrite_has_no_fragment() {
    for (file, expected) in [
        (
            r#"{ "rewrites": [{ "source": "/qs/:id/:hash", "destination": "/api/get?identifier=:id#:hash" }] }"#,
            r#"{"rewrites":[{"from":"/qs/:id/:hash","query":"merge","to":"/api/get?identifier={id}","fallback":true}]}"#,
        ),
        (
            r#"{ "rewrites": [{ "source": "/about", "destination": "/#about" }] }"#,
            r#"{"rewrites":[{"from":"/about","to":"/","fallback":true}]}"#,
        ),
    ] {
        assert_eq!(rules(file), expected);
    }
}

/// Files of published repositories have these, in front of a rewrite of everything else.
#[test]
fn a_rewrite_to_itself_keeps_later_ones_away() {
    let kept = r#""pass":true,"fallback":true}"#;
    for (source, destination, from) in [
        ("/api/(.*)", "/api/$1", r#"{"from":"/api/*","#),
        ("/api/:path*", "/api/:path*", r#"{"from":"/api","#),
        ("/:a/x/:b", "/:a/x/:b", r#"{"from":"/:a/x/:b","#),
    ] {
        let file = format!(
            r#"{{ "rewrites": [{{ "source": {source:?}, "destination": {destination:?} }}, {{ "source": "/(.*)", "destination": "/x.html" }}] }}"#
        );
        let rules = rules(&file);
        assert!(rules.contains(&format!("{from}{kept}")), "{rules}");
    }
    for (source, destination) in [("/:a/(.*)", "/:a/$1"), ("/a/:b", "/a/:b/c"), ("/a/(.*)", "/a/$1?b")] {
        let file = format!(r#"{{ "rewrites": [{{ "source": {source:?}, "destination": {destination:?} }}] }}"#);
        assert!(!rules(&file).contains("pass"), "{file}");
    }
    let (asked, _) = outcome(
        r#"{ "rewrites": [{ "source": "/api/(.*)", "destination": "/api/$1" }, { "source": "/(.*)", "destination": "/x.html" }] }"#,
        Some(&["/x.html"]),
        "/api/a",
        &[],
    );
    assert_eq!(asked, "/api/a");
    let index = r#"{ "rewrites": [{ "source": "/", "destination": "/index.html" }] }"#;
    assert_eq!(rules(index), r#"{"rewrites":[{"from":"/","to":"/index.html"}]}"#);
}

/// `modifyRouteRegex` of Next.js: sources take a slash at the end, and redirects leave what begins with `/_next` alone,
/// <https://github.com/vercel/next.js/blob/canary/packages/next/src/lib/redirect-status.ts>.
#[test]
fn sources_of_next_js_take_a_slash_and_leave_its_own_paths() {
    for (slash, end) in [("true", "/"), ("false", "")] {
        let file = format!(
            r#"{{ "basePath": "", "trailingSlash": {slash}, "redirects": [
                {{ "source": "/post/:id(\\d+)", "destination": "https://a.example/:id", "permanent": true }},
                {{ "source": "/_NEXT/x", "destination": "/y", "permanent": true }},
                {{ "source": "/:path*", "has": [{{ "type": "cookie", "key": "c" }}], "destination": "https://b.example/all", "permanent": true }},
                {{ "source": "/(.*)", "has": [{{ "type": "cookie", "key": "d" }}], "destination": "https://c.example/", "permanent": true }}] }}"#
        );
        let of = |path: &str, cookie| outcome(&file, None, path, &[("cookie", cookie)]).0;
        assert_eq!(of(&format!("/post/1{end}"), ""), "https://a.example/1");
        assert_eq!(of(&format!("/a{end}"), "c=1"), "https://b.example/all");
        assert_eq!(of("/", "c=1"), "https://b.example/all");
        for path in ["/_next/static/a.js", "/_next/data/b.json", "/_NEXT/x.y"] {
            assert_eq!(of(path, "c=1"), path);
            assert_eq!(of(path, "d=1"), path);
        }
    }
}
