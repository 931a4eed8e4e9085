//! A guard after a redirect or a rewrite of its paths: what the vendor leads elsewhere, or keeps in, is never served.

use selvedge::dialect::{Form, Options, parse};
use selvedge::{Engine, Entered, Facts, Platform};

/// The path that the origin is asked for, or the status of the answer.
fn outcome(form: &str, text: &str, host: &str, path: &str) -> Result<String, u16> {
    let rules = parse(text, Form::from_name(form, None).unwrap(), &Options::new()).to_rules().unwrap();
    let engine = Engine::new(&rules, Platform::Fetch).unwrap();
    let (mut head, ()) = http::Request::get(path).header("host", host).body(()).unwrap().into_parts();
    match engine.enter(&mut head, Facts::new().with_scheme("https")) {
        Entered::Answer(answer) => Err(answer.status().as_u16()),
        Entered::Ask(_) => Ok(head.uri.path().to_owned()),
    }
}

/// Each asked of nginx 1.22: none of these files is served. A capture is no label of a host, makes a dot segment, or the redirect is
/// the request itself, also by a host that the viewer names; a rewrite leads to what another rule is for.
#[test]
fn of_nginx() {
    for (inside, path) in [
        ("rewrite ^/t/([^/]+)/.*$ https://$1.example.org/ permanent; location /t/ { deny all; }", "/t/a_b/secret.txt"),
        ("rewrite ^/b-(.*)$ /x/$1 permanent; location /b- { deny all; }", "/b-../secret"),
        ("rewrite ^/b/.*$ /b/index.html permanent; location /b/ { deny all; }", "/b/index.html"),
        ("rewrite ^/b/(.*)$ /c/$1 permanent; location /b/ { return 404; }", "/b/..;/secret"),
        ("rewrite ^/b/ https://z.example/b/c permanent; location /b/ { deny all; }", "/b/c"),
        ("rewrite ^/b/(.*)$ /pub/$1 last; location /b/ { deny all; }", "/b/secret.txt"),
        ("rewrite ^/b/(.*)$ /pub/$1 break; location /b/ { auth_basic x; }", "/b/secret.txt"),
        ("rewrite ^/old/(.*)$ /c/$1 last; location ~* ^/(?!N|OLD/x|i).*$ { return 403; }", "/old/x.html"),
        (r"rewrite ^/old/(.*)$ /c/$1 last; location ~ ^/c/.*\.txt$ { deny all; }", "/old/secret.txt"),
        ("location /b/ { return 301 https://z.example$request_uri; } location / { deny all; }", "/b/secret.txt"),
        ("location /b/ { return 301 https://z.example$request_uri; } location = /b/index.html { deny all; }", "/b/"),
    ] {
        let text = format!("server {{ root /s; {inside} }}");
        let got = outcome("nginx", &text, "z.example", path);
        assert!(got.is_err(), "{inside}: {got:?}");
    }
}

/// What always acts still leads its paths elsewhere, and opens no others.
#[test]
fn a_redirect_that_always_acts_comes_first() {
    for inside in [
        "rewrite ^/b/x$ /c permanent; location /b/ { deny all; }",
        "location /b/ { return 301 https://z.example/c?from=$request_uri; } location / { deny all; }",
    ] {
        let of = |path: &str| outcome("nginx", &format!("server {{ {inside} }}"), "x.example", path);
        assert_eq!(of("/b/x").err().filter(|status| *status != 301), None, "{inside}");
    }
    // It leads to itself at a path that the guard is not for.
    let text = "server { rewrite ^/b/.*$ /b/index.html permanent; location /b/in/ { deny all; } }";
    assert_eq!(outcome("nginx", text, "x.example", "/b/in/x"), Err(301));
    assert_eq!(outcome("nginx", text, "x.example", "/b/index.html"), Ok("/b/index.html".to_owned()));
    let text = "server { rewrite ^/b/x$ /c permanent; location /b/ { deny all; } }";
    assert_eq!(outcome("nginx", text, "x.example", "/b/x"), Err(301));
    assert_eq!(outcome("nginx", text, "x.example", "/b/y"), Err(403));
    // The redirect of a location that stays open is not in the way of a guard around it.
    let text = "server { location /b/ { rewrite ^/b/n/(.*)$ /c/$1 permanent; } location / { deny all; } }";
    assert_eq!(outcome("nginx", text, "x.example", "/b/n/1"), Err(301));
    assert_eq!(outcome("nginx", text, "x.example", "/b/y"), Ok("/b/y".to_owned()));
    assert_eq!(outcome("nginx", text, "x.example", "/d"), Err(403));
}

/// <https://learn.microsoft.com/iis/extensions/url-rewrite-module/url-rewrite-module-configuration-reference>: a rule that matches and
/// stops is the last.
#[test]
fn of_iis() {
    let rule = |url: &str, action: &str| {
        format!("<rule name=\"a\" stopProcessing=\"true\"><match url=\"{url}\"/><action {action}/></rule>")
    };
    for (url, action, path) in [
        ("^t/([^/]+)/.*", "type=\"Redirect\" url=\"https://{R:1}.example.org/\"", "/t/a_b/s.txt"),
        ("^t/.*", "type=\"Redirect\" url=\"/t/index.html\"", "/t/index.html"),
        ("^t/(.*)", "type=\"Rewrite\" url=\"/u/{R:1}\"", "/t/..;/s.txt"),
        ("(.*)", "type=\"Redirect\" url=\"https://z.example/{R:1}\"", "/t/s.txt"),
    ] {
        let guard = rule("^t/", "type=\"CustomResponse\" statusCode=\"403\"");
        let text = format!(
            "<configuration><system.webServer><rewrite><rules>{}{guard}</rules></rewrite></system.webServer></configuration>",
            rule(url, action)
        );
        let got = outcome("iis", &text, "z.example", path);
        assert!(got.is_err(), "{url} {action}: {got:?}");
    }
}

/// <https://vercel.com/docs/project-configuration#routes>: the first route that matches is the last.
#[test]
fn of_vercel() {
    let to = |location: &str| format!(r#""status": 308, "headers": {{ "Location": "{location}" }}"#);
    for (src, act, path) in [
        ("/t/([^/]+)/.*", to("https://$1.example.org/"), "/t/a_b/s.txt"),
        ("/t/.*", to("/t/index.html"), "/t/index.html"),
        ("/t/(.*)", r#""dest": "/u/$1""#.to_owned(), "/t/..;/s.txt"),
        ("/(.*)", to("https://z.example/$1"), "/t/s.txt"),
    ] {
        let text = format!(r#"{{ "routes": [{{ "src": "{src}", {act} }}, {{ "src": "/t/.*", "status": 403 }}] }}"#);
        let got = outcome("vercel-json", &text, "z.example", path);
        assert!(got.is_err(), "{src} {act}: {got:?}");
    }
    let text = r#"{ "routes": [{ "src": "/t/x", "status": 308, "headers": { "Location": "/u" } }, { "src": "/t/.*", "status": 403 }] }"#;
    assert_eq!(outcome("vercel-json", text, "z.example", "/t/x"), Err(308));
}

/// A redirect to where one logs in, with a condition that cannot be read.
#[test]
fn of_a_login() {
    let condition = |name: &str| format!(r#""missing": [{{ "type": "{name}", "key": "session", "value": "(?=a)b" }}]"#);
    for (name, is_closed) in [("cookie", true), ("header", true), ("query", false)] {
        let condition = condition(name);
        let redirects = format!(
            r#"{{ "redirects": [{{ "source": "/in/:path*", "destination": "/login", "permanent": false, {condition} }}] }}"#
        );
        let routes = format!(
            r#"{{ "routes": [{{ "src": "/in/(.*)", "status": 307, "headers": {{ "Location": "/login" }}, {condition} }}] }}"#
        );
        for text in [redirects, routes] {
            let got = outcome("vercel-json", &text, "x.example", "/in/secret");
            assert_eq!(got.is_err(), is_closed, "{text}: {got:?}");
            assert!(outcome("vercel-json", &text, "x.example", "/out").is_ok(), "{text}");
        }
    }
}

/// <https://learn.microsoft.com/azure/static-web-apps/configuration#routes>, <https://caddyserver.com/docs/caddyfile/directives/handle>
#[test]
fn of_other_hosts() {
    let routes =
        r#"{ "routes": [{ "route": "/t/*", "redirect": "/t/index.html" }, { "route": "/*", "statusCode": 403 }] }"#;
    assert!(outcome("static-web-app", routes, "x.example", "/t/index.html").is_err());
    let handle = |matched: &str, handler: &str| {
        format!(
            r#"{{ "group": "g", {matched} "handle": [{{ "handler": "subroute", "routes": [{{ "handle": [{handler}] }}] }}] }}"#
        )
    };
    let redirect = r#"{ "handler": "static_response", "status_code": 301, "headers": { "Location": ["https://z.example{http.request.uri}"] } }"#;
    let all = [
        handle(r#""match": [{ "path": ["/t/*"] }],"#, redirect),
        handle("", r#"{ "handler": "static_response", "status_code": 403 }"#),
    ];
    let text =
        format!(r#"{{ "apps": {{ "http": {{ "servers": {{ "s": {{ "routes": [{}] }} }} }} }} }}"#, all.join(","));
    let got = outcome("caddy", &text, "z.example", "/t/s.txt");
    assert!(got.is_err(), "{got:?}");
}
