//! What becomes of lines: of those that depend on files, of their order, and of what a vendor takes.

use crate::site::{engine, netlify, told, visit};
use http::{Request, Response};
use selvedge::dialect::{Dialect, Options, headers, redirects};
use selvedge::internal::compile_value;
use selvedge::{Entered, Facts, Flow, Platform, Rules, compile};

#[test]
fn a_line_that_is_not_forced_yields_to_what_the_origin_has() {
    let text = "/blog/keep /kept 301!\n/blog/* /news/:splat\n/blog/x /late 301!\n/app/* /app.html 200\n/* /all 301\n";
    let engine = engine(&netlify(text));
    let files = ["/blog/a", "/app.html", "/app/main.js", "/here"];
    let see = |path: &str| visit(&engine, &files, path);
    assert_eq!(see("/blog/a"), "200 /blog/a");
    assert_eq!(see("/blog/b"), "301 /news/b");
    assert_eq!(see("/blog/keep"), "301 /kept");
    // The line above takes this path, file or none: a forced one below never has it.
    assert_eq!(see("/blog/x"), "301 /news/x");
    assert_eq!(see("/app/main.js"), "200 /app/main.js");
    assert_eq!(see("/app/settings"), "200 /app.html");
    assert_eq!(see("/here"), "200 /here");
    assert_eq!(see("/nothing"), "301 /all");
}

#[test]
fn known_files_are_settled_when_the_rules_load() {
    let text = "/* /index.html 200\n/late /x 301!\n";
    let files = ["/index.html", "/main.js", "/docs/index.html"];
    let parsed = redirects(text, Dialect::Netlify, &Options::new().files(files));
    assert_eq!(told(&parsed), Vec::<String>::new());
    // CloudFront, which cannot ask the origin again, takes them now.
    compile_value(&parsed.rules, Platform::Cloudfront).unwrap();
    let engine = engine(&parsed);
    let see = |path: &str| visit(&engine, &["/index.html", "/main.js", "/docs/", "/docs/index.html"], path);
    assert_eq!(see("/main.js"), "200 /main.js");
    assert_eq!(see("/docs/"), "200 /docs/");
    assert_eq!(see("/settings"), "200 /index.html");
    assert_eq!(see("/late"), "200 /index.html");
}

#[test]
fn a_single_page_application_on_cloudfront_needs_the_files() {
    let problems = compile_value(&netlify("/* /index.html 200\n").rules, Platform::Cloudfront).unwrap_err();
    assert!(problems.to_string().contains("CloudFront cannot ask the origin again"), "{problems}");
}

#[test]
fn the_order_of_a_file_holds_across_kinds() {
    let text = "/api/old/* /gone.html 410!\n/api/* https://api.example.com/v2/:splat 200!\n/api/x /y 301!\n/* /rest/:splat 301!\n";
    let engine = engine(&netlify(text));
    let see = |path: &str| visit(&engine, &["/gone.html", "/v2/a", "/v2/x"], path);
    assert_eq!(see("/api/old/a"), "410 /gone.html");
    assert_eq!(see("/api/a"), "200 /v2/a");
    assert_eq!(see("/api/x"), "200 /v2/x");
    assert_eq!(see("/b"), "301 /rest/b");
}

#[test]
fn what_is_decided_where_the_origin_is_asked_keeps_its_order() {
    let text = "https://example.org/ /new 307\n/* /gone.html 410!\n";
    let engine = engine(&redirects(text, Dialect::Netlify, &Options::new().files(["/index.html", "/gone.html"])));
    assert_eq!(visit(&engine, &["/", "/gone.html"], "/"), "200 /");
    assert_eq!(visit(&engine, &["/", "/gone.html"], "/x"), "410 /gone.html");
    let text = "/ https://api.example.com/start 200!\n/* q=a /x 301! Cookie=beta\n/:page /pages/:page 200!\n";
    let engine = self::engine(&netlify(text));
    assert_eq!(visit(&engine, &["/start", "/pages/a"], "/"), "200 /start");
    assert_eq!(visit(&engine, &["/start", "/pages/a"], "/a"), "200 /pages/a");
}

#[test]
fn paths_that_begin_as_the_target_does_are_left_alone() {
    let engine = engine(&netlify("/* /en/:splat 302!\n/en/* /no 301!\n"));
    assert_eq!(visit(&engine, &["/en/a"], "/a"), "302 /en/a");
    assert_eq!(visit(&engine, &["/en/a"], "/en/a"), "200 /en/a");
    assert_eq!(told(&netlify("/* / 301!\n")), ["1:1+9 never-matches"]);
}

/// As npm netlify-redirector decides.
#[test]
fn a_target_that_its_own_line_is_not_for_is_no_loop() {
    for (line, path, answer) in [
        ("/old/* / 301!", "/old/a", "301 /"),
        ("/:section/* / 301!", "/a/b", "301 /"),
        ("/docs/v1/* /docs 301!", "/docs/v1/a", "301 /docs"),
        ("/docs/v1/* /docs/ 301!", "/docs/v1/a", "301 /docs/"),
        ("/docs/* /docs 301!", "/docs/a", "200 /docs/a"),
        ("/docs/* https://example.org/docs 301!", "/docs/a", "301 https://example.org/docs"),
        ("/* https://example.org/docs 301!", "/docs/a", "301 https://example.org/docs"),
        ("/docs/:a/* /docs/:splat 301!", "/docs/a", "301 /docs/"),
        ("/docs/:a/* /docs/:splat 301!", "/docs/a/b", "200 /docs/a/b"),
        ("/docs/:a/:b/* /docs/:splat 301!", "/docs/a/b/c", "301 /docs/c"),
        ("/docs/v1/:a/* /docs/:splat 301!", "/docs/v1/a/b", "301 /docs/b"),
        ("/:a/:b/* /docs/:splat 301!", "/docs/a", "301 /docs/"),
        ("/:a/:b/* /docs/:splat 301!", "/docs/a/b", "200 /docs/a/b"),
        ("/:a/:b/* /docs/:splat 301!", "/a/b/c", "301 /docs/c"),
        ("/docs/:a/:b/* /docs/:splat/z 301!", "/docs/a/b/c", "200 /docs/a/b/c"),
        ("/* /t/ 301!", "/t", "301 /t/"),
        ("/* /t/ 301!", "/t/", "200 /t/"),
        ("/* /t/ 301!", "/t/x/", "200 /t/x/"),
        ("/* /t/ 301!", "/ta", "301 /t/"),
        ("/*/:a /t 301!", "/two/b", "200 /two/b"),
        ("/*/:a /t 301!", "/a/b", "301 /t"),
        ("/x/*/:a /x/t 301!", "/x/t/b", "200 /x/t/b"),
        ("/*/:a /t/:splat 301!", "/t", "200 /t"),
        ("/*/b /b 301!", "/b/x/b", "200 /b/x/b"),
        ("/*/b /t 301!", "/t/x/b", "301 /t"),
        ("/*/c /t/:splat/c 301!", "/ta/q/c", "200 /ta/q/c"),
        ("/*/b /t/:splat 301!", "/t/x/b/b", "200 /t/x/b/b"),
        ("/*/b /t/:splat 301!", "/t/x/b", "301 /t/t/x"),
        ("/a/*/b /a/:splat 301!", "/a/b/b", "200 /a/b/b"),
    ] {
        let engine = engine(&netlify(&format!("{line}\n")));
        assert_eq!(visit(&engine, &[path], path), answer, "{line}");
    }
}

/// The guard of a line is for paths of the line: those that do not end as it does are left to the others.
#[test]
fn a_guarded_line_leaves_other_paths_to_the_lines_after_it() {
    let engine = engine(&netlify("/*/a /a 302!\n/:xy /b 302!\n/a/x /c 301!\n"));
    assert_eq!(visit(&engine, &["/a/x/a"], "/a/x/a"), "200 /a/x/a");
    assert_eq!(visit(&engine, &[], "/ab"), "302 /b");
    assert_eq!(visit(&engine, &[], "/a/x"), "301 /c");
    assert_eq!(visit(&engine, &[], "/x/a"), "302 /a");
}

#[test]
fn a_role_that_nobody_can_show_keeps_paths_closed() {
    let parsed = netlify("/admin/* /admin/:splat 200! Role=admin\n/* /b/:splat 200!\n");
    let engine = engine(&parsed);
    assert_eq!(visit(&engine, &["/admin/a", "/b/admin/a"], "/admin/a"), "200 /b/admin/a");
    let parsed = netlify("/admin/* /admin/:splat 200! Role=admin\n");
    let engine = self::engine(&parsed);
    assert_eq!(visit(&engine, &["/admin/a", "/404.html"], "/admin/a"), "404 /404.html");
}

/// As npm @netlify/redirect-parser 16.1.1 reads them; `decide` is npm netlify-redirector.
#[test]
fn lines_that_netlify_takes_are_taken() {
    for (line, path, answer, codes) in [
        // `parseFrom`: `new URL(from)`, of which host and pathname are kept.
        ("https://example.org/a/#x /b 301!", "/a/", "301 /b", vec!["query-in-path"]),
        ("https://example.org/a?x=1 /b 301!", "/a", "301 /b", vec!["query-in-path"]),
        // A target is not a pattern.
        ("/a /b/* 301!", "/a", "301 /b/*", vec!["star-in-target"]),
        // `parsePair("!")` is a condition without a value, which JSON drops.
        ("/a /b 301 !", "/a", "301 /b", vec!["odd-status"]),
        (
            "/x/pr/:number https://deploy-preview-:number--site.example/ 302!",
            "/x/pr/12",
            "302 https://deploy-preview-12--site.example/",
            vec![],
        ),
        (
            "/x/pr/:number https://deploy-preview-:number--site.example/ 302!",
            "/x/pr/1.evil",
            "200 /x/pr/1.evil",
            vec![],
        ),
        // A path ends at its first empty segment.
        ("/a//b /two 301!", "/a/", "301 /two", vec!["empty-segment"]),
        ("/:x// /two/:x 301!", "/a", "301 /two/a", vec!["empty-segment"]),
        ("/x//* /two 301!", "/x/pr/1.evil", "200 /x/pr/1.evil", vec!["empty-segment"]),
    ] {
        let parsed = netlify(&format!("{line}\n"));
        let found: Vec<&str> =
            parsed.findings.iter().map(|finding| finding.code).filter(|code| codes.contains(code)).collect();
        assert_eq!(found.len(), parsed.findings.len(), "{line}: {:?}", parsed.findings);
        assert_eq!(visit(&engine(&parsed), &["/x/pr/1.evil"], path), answer, "{line}");
    }
}

/// The scheme of `from` is part of what a line is for, <https://docs.netlify.com/routing/redirects/redirect-options/>.
#[test]
fn a_scheme_counts_where_two_lines_differ_by_it() {
    let parsed =
        netlify("http://a.example/* http://b.example/:splat 301!\nhttps://a.example/* https://b.example/:splat 301!\n");
    let text = serde_json::to_string(&parsed.rules).unwrap();
    assert!(text.contains(r#""scheme":"http""#) && text.contains(r#""scheme":"https""#), "{text}");
    assert_eq!(told(&parsed), Vec::<String>::new());
    let parsed = netlify(
        "http://a.example/* https://b.example/:splat 301!\nhttps://a.example/* https://b.example/:splat 301!\n",
    );
    assert!(!serde_json::to_string(&parsed.rules).unwrap().contains("scheme"));
    // The second line says nothing that the first does not.
    assert_eq!(told(&parsed), Vec::<String>::new());
    assert_eq!(serde_json::to_string(&parsed.rules).unwrap().matches("from").count(), 1);
    assert_eq!(told(&netlify("http://a.example/x /y 301!\n")), ["1:1+18 scheme-ignored"]);
    // A line for one scheme takes no path of a later line for the other one.
    for (lines, schemes) in [
        (
            "http://a.example/b/* https://t.example/c/:splat 301!\nhttps://a.example/* https://t.example/d/:splat 301!\n",
            ["http", ""],
        ),
        (
            "http://a.example/* https://t.example/d/:splat 301!\nhttps://a.example/b https://t.example/c 301!\n",
            ["http", ""],
        ),
        (
            "https://a.example/b https://t.example/c 301!\nhttp://a.example/* https://t.example/d/:splat 301! Country=de\n",
            ["https", ""],
        ),
        ("http://a.example/b https://t.example/c 301!\nhttps://a.example/d https://t.example/e 301!\n", ["", ""]),
        ("http://a.example/* https://t.example/c 301!\nhttps://b.example/d https://t.example/e 301!\n", ["", ""]),
        (
            "http://a.example/b https://t.example/e 301!\nhttp://a.example/* https://t.example/d 301!\nhttps://a.example/* https://t.example/d 301!\n",
            ["http", ""],
        ),
    ] {
        let rules = serde_json::to_value(&netlify(lines).rules).unwrap();
        let scheme = |at: usize| rules["redirects"][at]["when"]["scheme"].as_str().unwrap_or_default().to_owned();
        assert_eq!([scheme(0), scheme(1)], schemes, "{lines}");
    }
    let lines = "http://a.example/* https://t.example/d 301!\nhttps://a.example/b https://t.example/e 301!\nhttps://a.example/* https://t.example/d 301!\n";
    let rules = serde_json::to_value(&netlify(lines).rules).unwrap();
    let schemes: Vec<_> =
        rules["redirects"].as_array().unwrap().iter().map(|rule| rule["when"]["scheme"].clone()).collect();
    // The first line leaves no request by http to the second.
    assert_eq!(serde_json::to_value(schemes).unwrap(), serde_json::json!(["http", null, "https"]));
}

/// <https://docs.netlify.com/routing/redirects/rewrites-proxies/#custom-headers>
#[test]
#[cfg(feature = "toml")]
fn request_headers_of_a_proxied_line_are_sent_to_its_origin_alone() {
    let text = "[[redirects]]\nfrom = \"/api/*\"\nto = \"https://api.example.com/:splat\"\nstatus = 200\nforce = true\nheaders = { X-From = \"Netlify\" }\n";
    let parsed = selvedge::dialect::netlify_toml(text, &Options::new());
    assert_eq!(told(&parsed), Vec::<String>::new());
    let engine = engine(&parsed);
    let (mut request, ()) = http::Request::get("https://example.org/api/a").body(()).unwrap().into_parts();
    let Flow::Continue(Some(origin)) = engine.origin_request(&mut request, &Facts::new()) else { panic!() };
    let headers: Vec<_> = origin.custom_headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    assert_eq!(headers, [("X-From".to_owned(), "Netlify".to_owned())]);
}

/// `parseInt(status)`; an empty value is only refused in `_headers`.
#[test]
#[cfg(feature = "toml")]
fn tables_that_netlify_takes_are_taken() {
    let text = "[[redirects]]\nfrom = \"/a\"\nto = \"/b\"\nstatus = \"302\"\nforce = true\n[[headers]]\nfor = \"/*\"\nvalues = { Permissions-Policy = \"\" }\n";
    let parsed = selvedge::dialect::netlify_toml(text, &Options::new());
    assert_eq!(told(&parsed), Vec::<String>::new());
    let rules = serde_json::to_string(&parsed.rules).unwrap();
    assert!(rules.contains(r#""set":{"Permissions-Policy":""}"#) && rules.contains(r#""status":302"#), "{rules}");
    assert_eq!(visit(&engine(&parsed), &[], "/a"), "302 /b");
}

/// <https://docs.netlify.com/routing/redirects/redirect-options/>: the cookie `nf_lang` overrides the browser's language.
/// workers-shared `generateRulesMatcher`: a name in the host is `[^/.]+`, and its value goes into the headers.
#[test]
fn names_in_the_host_are_values_of_headers() {
    let text =
        "https://:sub.pages.dev/:page/*\n  X-R: :sub of :page, :splat\nhttps://*.example.net/x\n  X-R: <:splat>\n";
    let parsed = headers(text, Dialect::Cloudflare, &Options::new());
    let engine = engine(&parsed);
    for (host, path, value) in [
        ("my-site.pages.dev", "/a/b/c", Some("my-site of a, b/c")),
        ("MY.pages.dev", "/a/b", Some("MY of a, b")),
        ("a.b.pages.dev", "/a/b", None),
        ("pages.dev", "/a/b", None),
        ("a.b.example.net", "/x", Some("<a.b>")),
    ] {
        let request = Request::get(format!("https://{host}{path}")).header("host", host).body(()).unwrap();
        let (mut head, ()) = request.into_parts();
        let Entered::Ask(pass) = engine.enter(&mut head, Facts::new()) else { panic!() };
        let (mut response, ()) = Response::builder().body(()).unwrap().into_parts();
        let _ = pass.leave(&mut response);
        let got = response.headers.get("x-r").map(|value| value.to_str().unwrap().to_ascii_lowercase());
        assert_eq!(got, value.map(str::to_ascii_lowercase), "{host}{path}");
    }
    // A name twice makes an expression that is none: Cloudflare drops the rule.
    let parsed = headers("https://:a.pages.dev/:ab\n  X-R: 1\n", Dialect::Cloudflare, &Options::new());
    assert_eq!(parsed.findings[0].code, "dropped-rule");
}

/// workers-shared `attachCustomHeaders`: the first block that matches replaces what the site's file brings, the others add to it.
/// Vercel's middleware takes no header away, so it must not need to.
#[test]
fn special_blocks_before_the_one_for_all_paths() {
    let text = "/a/*\n  X-A: 1\n  X-B: b\n/c\n  X-A: 3\n/*\n  X-A: 2\n  X-C: c\n";
    let parsed = headers(text, Dialect::Cloudflare, &Options::new());
    compile(&Rules::from_value(parsed.rules.clone()).unwrap(), Platform::Vercel).unwrap();
    let engine = engine(&parsed);
    for (path, value) in [("/a/b", "1, 2"), ("/c", "3, 2"), ("/c/", "2"), ("/", "2")] {
        let request =
            Request::get(format!("https://example.org{path}")).header("host", "example.org").body(()).unwrap();
        let (mut head, ()) = request.into_parts();
        let Entered::Ask(pass) = engine.enter(&mut head, Facts::new()) else { panic!() };
        let (mut response, ()) = Response::builder().header("x-a", "site").body(()).unwrap().into_parts();
        let _ = pass.leave(&mut response);
        let got: Vec<_> = response.headers.get_all("x-a").iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!((got.join(", ").as_str(), response.headers["x-c"].to_str().unwrap()), (value, "c"), "{path}");
    }
    // Where a path is for two special blocks, what the site brought is taken away as before.
    let two = "/a/*\n  X-A: 1\n/a/b\n  X-A: 3\n/*\n  X-A: 2\n";
    let parsed = headers(two, Dialect::Cloudflare, &Options::new());
    assert!(serde_json::to_string(&parsed.rules).unwrap().contains("\"remove\""));
}

/// workers-shared `attachCustomHeaders`: what a block takes away goes first; a name that no block set before replaces the site's.
#[test]
fn cookies_of_cloudflare_replace_those_of_the_site() {
    for (text, cookies) in [
        ("/*\n  Set-Cookie: a=1\n", vec!["a=1"]),
        ("/*\n  Set-Cookie: a=1\n/x\n  Set-Cookie: b=2\n", vec!["a=1", "b=2"]),
        ("/*\n  ! Set-Cookie\n", vec![]),
        ("/*\n  Set-Cookie: a=1\n/x\n  ! Set-Cookie\n  Set-Cookie: b=2\n", vec!["b=2"]),
        ("/y\n  Set-Cookie: a=1\n", vec!["site=1"]),
    ] {
        let engine = engine(&headers(text, Dialect::Cloudflare, &Options::new()));
        let request = Request::get("https://example.org/x").header("host", "example.org").body(()).unwrap();
        let (mut head, ()) = request.into_parts();
        let Entered::Ask(pass) = engine.enter(&mut head, Facts::new()) else { panic!() };
        let (mut response, ()) = Response::builder().header("set-cookie", "site=1").body(()).unwrap().into_parts();
        let _ = pass.leave(&mut response);
        let got: Vec<_> = response.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(got, cookies, "{text}");
    }
}
