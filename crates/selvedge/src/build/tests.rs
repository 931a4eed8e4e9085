#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;
use crate::{Engine, Platform, Rules, Stage, Value, compile};

/// Code and text that say the same give the same rules, byte by byte of the plan.
#[test]
fn code_says_what_text_says() {
    let built = Rules::builder()
        .ignore_case(true)
        .languages(["en", "de"])
        .on_trap("block")
        .slashes("merge")
        .encoded_slashes("reject")
        .response(Response::new("/healthz").header("Content-Type", "text/plain").body("ok"))
        .response(Response::new("/dot.gif").body(base64("R0lGODlhAQABAAAAACw=")))
        .redirect(Redirect::pass("/old/kept").ignore_trailing_slash(false))
        .redirect(
            Redirect::new(["/old/*", "/older/*"], "/new/:splat")
                .except(regex("^/old/[0-9]+$"))
                .when(When::new().query("lang", ["en", "de"]).query("v", true).any([
                    When::new().host("a.example"),
                    When::new().not(When::new().header("x-a", prefix(["b", "c"]))),
                ]))
                .status(307)
                .query("drop"),
        )
        .redirect(Redirect::new("/gone", "/").drop_query(["ref", "utm_*"]))
        .experiment(
            Experiment::new("home", "/", "ab")
                .variant(Variant::new("a").weight(80.0))
                .variant(Variant::new("b").weight(20.0).to("/b.html"))
                .max_age("7d")
                .domain("example.com")
                .header("X-Variant"),
        )
        .query(Query::new("/*").drop(["utm_*", "fbclid"]).sort(true))
        .origin(OriginRule::custom("/api/*", CustomOrigin::new("api.example.com").port(8443).custom_header("X-A", "b")))
        .rewrite(Rewrite::new("/app/*", "/app/index.html").at(Stage::OriginRequest))
        .html(Html::new().index("index.html").clean("file"))
        .precompressed(Precompressed::new("*.js").file("/app.js", ["br"]).suffix("br", ".brotli").encodings("br"))
        .headers(Headers::new("/*").remove("x-a").remove("x-b-*").set("X-C", "1").set("X-D", ["2", "3"]))
        .headers(Headers::new("/*").replace("Link", "http:", "https:"))
        .download(Download::new("/files/*").filename("{host}.pdf"))
        .security(Security::new("strict").csp("default-src", "'self'").csp("img-src", ["'self'", "data:"]))
        .build()
        .unwrap();
    let text = r#"{
        "ignoreCase": true, "languages": ["en", "de"], "onTrap": "block", "slashes": "merge", "encodedSlashes": "reject",
        "responses": [
            { "for": "/healthz", "headers": { "Content-Type": "text/plain" }, "body": "ok" },
            { "for": "/dot.gif", "body": { "base64": "R0lGODlhAQABAAAAACw=" } }
        ],
        "redirects": [
            { "from": "/old/kept", "pass": true, "ignoreTrailingSlash": false },
            { "from": ["/old/*", "/older/*"], "to": "/new/:splat", "except": { "regex": "^/old/[0-9]+$" },
              "when": { "query": { "lang": ["en", "de"], "v": true },
                        "any": [{ "host": "a.example" }, { "not": { "header": { "x-a": { "prefix": ["b", "c"] } } } }] },
              "status": 307, "query": "drop" },
            { "from": "/gone", "to": "/", "query": { "drop": ["ref", "utm_*"] } }
        ],
        "experiments": { "name": "home", "for": "/", "cookie": "ab", "maxAge": "7d",
            "domain": "example.com", "header": "X-Variant", "variants": [
            { "name": "a", "weight": 80 }, { "name": "b", "weight": 20, "to": "/b.html" }] },
        "query": { "for": "/*", "drop": ["utm_*", "fbclid"], "sort": true },
        "origins": { "for": "/api/*", "to": { "custom": {
            "domainName": "api.example.com", "port": 8443, "customHeaders": { "X-A": "b" } } } },
        "rewrites": { "from": "/app/*", "to": "/app/index.html", "at": "origin-request" },
        "html": { "index": "index.html", "clean": "file" },
        "precompressed": { "for": "*.js", "files": { "/app.js": ["br"] }, "suffix": { "br": ".brotli" }, "encodings": "br" },
        "headers": [
            { "for": "/*", "remove": ["x-a", "x-b-*"], "set": { "X-C": "1", "X-D": ["2", "3"] } },
            { "for": "/*", "replace": { "Link": { "regex": "http:", "with": "https:" } } }
        ],
        "downloads": { "for": "/files/*", "filename": "{host}.pdf" },
        "security": { "preset": "strict", "csp": { "default-src": "'self'", "img-src": ["'self'", "data:"] } }
    }"#;
    assert_eq!(built, text.parse().unwrap());
    let again: Rules = serde_json::from_str(&serde_json::to_string(&built).unwrap()).unwrap();
    assert_eq!(built, again);
}

/// The members that the reader knows of the object that `wrap` puts a made-up member into.
fn known(wrap: &str) -> BTreeSet<String> {
    let problems = wrap.replace('@', r#""zqxj": 1"#).parse::<Rules>().unwrap_err();
    let problem = problems.iter().find(|problem| problem.place.ends_with("zqxj")).unwrap();
    let names = problem.help.strip_prefix("known here: ").unwrap();
    names.split(", ").map(str::to_owned).collect()
}

/// A member that is added to a kind of rules needs a method. The rows of the kinds are next to their builders.
#[test]
fn there_is_a_method_for_each_member() {
    let rows: [kinds::Row; 5] = [
        ("{ @ }", RulesBuilder::members, &[]),
        (r#"{ "origins": { @ } }"#, OriginRule::members, &["for", "to", "pass"]),
        (r#"{ "origins": { "for": "/", "to": { "s3": { @ } } } }"#, S3Origin::members, &[]),
        (r#"{ "origins": { "for": "/", "to": { "custom": { @ } } } }"#, CustomOrigin::members, &[]),
        (r#"{ "redirects": { "from": "/a", "to": "/b", "when": { @ } } }"#, When::members, &[]),
    ];
    for (wrap, methods, constructors) in rows.into_iter().chain(kinds::ROWS) {
        let methods = methods();
        let mut known = known(wrap);
        // Kinds with one place refuse it.
        if !methods.contains(&"at") {
            known.remove("at");
        }
        let built: BTreeSet<String> = methods.iter().chain(constructors).map(|name| (*name).to_owned()).collect();
        assert_eq!(built, known, "{wrap}");
    }
}

/// What `Engine::new` took while rules could be made without the reader, and its kind.
#[test]
fn rules_in_code_are_checked_as_those_in_text() {
    let redirect = |to: &str| Rules::builder().redirect(Redirect::new("/old/*", to));
    let status = |status: u16| Rules::builder().redirect(Redirect::new("/old/*", "/new").status(status));
    let headers = |headers: Headers| Rules::builder().headers(headers);
    for (rules, place) in [
        (status(200), "redirects[0].status"),
        (status(999), "redirects[0].status"),
        (status(65535), "redirects[0].status"),
        (redirect("javascript:alert(1)"), "redirects[0].to"),
        (redirect("//evil.example/"), "redirects[0].to"),
        (redirect("/a\r\nX: y"), "redirects[0].to"),
        (redirect("/:other"), "redirects[0].to"),
        (redirect("/a/../b"), "redirects[0].to"),
        (redirect(""), "redirects[0].to"),
        (Rules::builder().redirect(Redirect::new(Value::Array(Vec::new()), "/a")), "redirects[0].from"),
        (Rules::builder().redirect(Redirect::new("", "/a")), "redirects[0].from"),
        (Rules::builder().redirect(Redirect::new(regex("("), "/a")), "redirects[0].from.regex"),
        (Rules::builder().redirect(Redirect::new("/a", "/b").status(301).status(302)), "redirects[0].status"),
        (Rules::builder().redirect(Redirect::new("/a", "/b").when(When::new().any([]))), "redirects[0].when.any"),
        (
            Rules::builder().redirect(Redirect::new("/a", "/b").when(When::new().ip("10.0.0.0/33"))),
            "redirects[0].when.ip",
        ),
        (Rules::builder().redirect(Redirect::new("/a", "/b").with("form", "/c")), "redirects[0].form"),
        (Rules::builder().rewrite(Rewrite::new("/a", "/b").status(200)), "rewrites[0].status"),
        (Rules::builder().response(Response::new("/a").status(999)), "responses[0].status"),
        (Rules::builder().response(Response::new("/a").header("X", "a\r\nY: b")), r#"responses[0].headers["X"]"#),
        (headers(Headers::new("/*").set("x-selvedge", "1")), r#"headers[0].set["x-selvedge"]"#),
        (headers(Headers::new("/*").set("X\nY", "1")), r#"headers[0].set["X\nY"]"#),
        (headers(Headers::new("/*").set("x-*", "1")), r#"headers[0].set["x-*"]"#),
        (headers(Headers::new("/*").set("X", "1").set("x", "2")), "headers[0].set"),
        (headers(Headers::new("/*").append("X", "{zqxj}")), r#"headers[0].append["X"]"#),
    ] {
        let shown = format!("{rules:?}");
        let problems = rules.build().expect_err(&shown);
        assert!(problems.iter().any(|problem| problem.place == place), "{shown}\n{problems}");
    }
}

#[test]
fn what_depends_on_the_platform_is_checked_by_the_engine() {
    let rules = Rules::builder().redirect(Redirect::new("/", "/de").when(When::new().country("DE"))).build().unwrap();
    assert!(Engine::new(&rules, Platform::Cloudfront).is_ok());
    assert_eq!(compile(&rules, Platform::Fetch).unwrap_err().len(), 1);
}
