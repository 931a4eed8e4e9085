//! What the lints claim, against the engine: a rule that is said to have no effect is altered, and nothing changes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use http::response::Parts;
use http::{Request, Response};
use proptest::prelude::*;
use regex_lite::Regex;
use selvedge::dialect::{Dialect, Form, Options};
use selvedge::lint::check;
use selvedge::sources::{FileFinding, RuleFile};
use selvedge::{Engine, Facts, Flow, Platform, Rules, check_migration};
use serde_json::{Value, json};

const LISTS: [&str; 4] = ["responses", "redirects", "rewrites", "headers"];

fn pattern() -> impl Strategy<Value = Value> {
    let patterns = ["/a", "/a/", "/b", "/a/*", "/a/:x", "/a/b", "/*", "/:x", "/A", "*.c", "/a*", "/a/:x/*"];
    prop::sample::select(patterns.to_vec()).prop_map(Value::from)
}

fn paths() -> impl Strategy<Value = Value> {
    let one_or_two = prop_oneof![4 => pattern(), 1 => prop::collection::vec(pattern(), 2).prop_map(Value::from)];
    one_or_two.prop_filter("captures differ", |it| it.as_array().is_none_or(|all| all[0] != all[1]))
}

fn when() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(null),
        json!(null),
        json!({ "cookie": { "m": true } }),
        json!({ "cookie": { "m": "1" } }),
        json!({ "not": { "cookie": { "m": true } } }),
        json!({ "cookie": { "m": "1" }, "not": { "cookie": { "m": true } } }),
        json!({ "host": "one.example" }),
        json!({ "country": ["DE", "AT"] }),
        json!({ "country": "DE" }),
        json!({ "any": [{ "query": { "q": true } }, { "cookie": { "m": true } }] }),
    ])
}

fn rule() -> impl Strategy<Value = (usize, Value)> {
    let targets = ["/a", "/b", "/c", "/a/", "/c/d", "https://one.example/a", "https://two.example/"];
    let parts = (0..LISTS.len(), paths(), prop::option::of(pattern()), when(), any::<[bool; 2]>());
    (parts, prop::sample::select(targets.to_vec()), 0..3u8).prop_map(
        |((list, paths, except, when, [fold, slash]), to, number)| {
            let mut rule = json!({ "except": except, "when": when, "ignoreCase": fold, "ignoreTrailingSlash": slash });
            let own = match LISTS[list] {
                "responses" => json!({ "for": paths, "headers": { "X-Rule": number.to_string() } }),
                "redirects" | "rewrites" if number == 0 => json!({ "from": paths, "pass": true }),
                "redirects" => json!({ "from": paths, "to": to }),
                "rewrites" => json!({ "from": paths, "to": if to.starts_with('/') { to } else { "/z" } }),
                _ => match number {
                    0 => json!({ "for": paths, "set": { "X-A": "1" } }),
                    1 => json!({ "for": paths, "default": { "X-A": "2" }, "set": { "Cache-Control": "no-store" } }),
                    _ => json!({ "for": paths, "remove": ["X-A"], "append": { "Cache-Control": "public" } }),
                },
            };
            rule.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
            (list, rule)
        },
    )
}

fn rules() -> impl Strategy<Value = Value> {
    prop::collection::vec(rule(), 2..7).prop_map(|all| {
        let mut rules = json!({});
        for (list, rule) in all {
            let list = rules.as_object_mut().unwrap().entry(LISTS[list]).or_insert(json!([]));
            list.as_array_mut().unwrap().push(rule);
        }
        rules
    })
}

fn engine(rules: &Value) -> Option<Engine> {
    let rules: Rules = serde_json::from_value(rules.clone()).ok()?;
    Engine::new(&rules, Platform::Cloudflare).ok()
}

/// Everything that becomes of a request, in words.
fn outcome(engine: &Engine, url: &str, cookie: bool, country: Option<&str>, status: u16) -> String {
    let mut request = Request::get(url).header("host", url.split('/').nth(2).unwrap());
    if cookie {
        request = request.header("cookie", "m=1");
    }
    let (mut request, ()) = request.body(()).unwrap().into_parts();
    let mut facts = Facts::new().with_request_id("1");
    facts.country = country.map(str::to_owned);
    for stage in [Engine::viewer_request, Engine::origin_request] {
        if let Flow::Answer(answer) = stage(engine, &mut request, &facts) {
            let (answer, body) = answer.into_parts();
            return format!("{} {body:?}", shown(&answer));
        }
    }
    let (mut response, ()) = Response::builder().status(status).header("x-a", "origin").body(()).unwrap().into_parts();
    let _ = engine.origin_response(&request, &mut response, &facts);
    let _ = engine.viewer_response(&request, &mut response, &facts);
    // A rule that has no effect reads what it reads.
    response.headers.remove("vary");
    format!("{} {}", request.uri, shown(&response))
}

/// RFC 9110 §5.3: the order of fields of different names has no meaning.
fn shown(response: &Parts) -> String {
    let mut fields: Vec<_> = response.headers.iter().map(|(name, value)| (name.as_str(), value)).collect();
    fields.sort_by_key(|(name, _)| *name);
    format!("{} {fields:?}", response.status)
}

/// The rules, with something else as what the rule of a place does. (Without the rule, others might run elsewhere.)
fn altered(rules: &Value, place: &str) -> Value {
    let mut rules = rules.clone();
    let (list, rest) = place.split_once('[').unwrap();
    let (at, rest) = rest.split_once(']').unwrap();
    let rule = rules[list].get_mut(at.parse::<usize>().unwrap()).unwrap();
    if let Some((verb, name)) = rest.strip_prefix('.').and_then(|rest| rest.split_once("[\"")) {
        rule[verb][name.trim_end_matches("\"]")] = json!("altered");
        return rules;
    }
    match list {
        "responses" => rule["headers"]["X-Rule"] = json!("altered"),
        // Where a rule passes there is nothing else that it could do at its stage.
        "redirects" | "rewrites" if rule["pass"] == json!(true) => {}
        "redirects" | "rewrites" => rule["to"] = json!("/altered"),
        _ => rule["append"] = json!({ "X-Altered": "1" }),
    }
    rules
}

/// Codes of what is found in rules of some form.
fn codes(text: &str, form: Form) -> Vec<&'static str> {
    let file = RuleFile { name: "file", text, form }.parse(&Options::new());
    check(&[file], None).into_iter().map(|found| found.finding.code).collect()
}

#[test]
fn what_the_documents_show_is_sane() {
    // Guards and files taken for granted are there on purpose, and reported by contract.
    // The headers of examples/story are those of the handler that it tells of, credentials for everyone included.
    // The reference shows that rules of headers overrule an answer's own.
    let meant = [
        "trap-opens-guard",
        "spelling-opens-guard",
        "precompressed-without-files",
        "cors-credentials",
        "overridden-header",
    ];
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut texts = vec![fs::read_to_string(format!("{root}/examples/story/rules.json")).unwrap()];
    let block = Regex::new(r"(?ms)^```json( [^\n]*|)\n(.*?)^```$").unwrap();
    for document in documents(Path::new(root)) {
        let document = fs::read_to_string(document).unwrap();
        let blocks = block.captures_iter(&document).filter(|it| !it[1].contains("error") && !it[1].contains("skip"));
        texts.extend(blocks.map(|it| it[2].to_owned()));
    }
    assert!(texts.len() > 15);
    for text in texts {
        let found: Vec<&str> = codes(&text, Form::Rules).into_iter().filter(|code| !meant.contains(code)).collect();
        assert!(found.is_empty(), "{found:?} in {text}");
    }
}

/// README.md and all documents under docs/ but that of the lints, which shows what is not sane.
fn documents(root: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (vec![root.join("README.md")], vec![root.join("docs")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.ends_with("reference/lints.md") || path.extension().is_none_or(|it| it != "md") => {}
                false => found.push(path),
            }
        }
    }
    found
}

#[test]
fn sane_files_of_vendors_are_left_alone() {
    let redirects = "# Pages that moved\n/docs/  /docs/home/ 301!\n/old/* /new/:splat 301!\n/p/:id /products/:id 302!\n\
                     / /de/ 302! Language=de\n/ /fr/ 302! Language=fr\nhttps://a.example/* https://b.example/:splat 301!\n\
                     /store id=:id /shop/:id 301!\n/app/* /index.html 200!\n/* /404.html 404\n";
    let found = codes(redirects, Form::Redirects(Dialect::Netlify));
    assert!(found.iter().all(|code| *code == "host-at-origin"), "{found:?}");
    let redirects = "/a /b 301\n/a/ /b 301\n/c /d\n/old/* /new/:splat\n/p/:id /products/:id 200\n";
    assert_eq!(codes(redirects, Form::Redirects(Dialect::Cloudflare)), [""; 0]);
    let headers = "/*\n  X-Frame-Options: DENY\n  Cache-Control: public, max-age=0, must-revalidate\n\n/assets/*\n  \
                   ! X-Frame-Options\n/fonts/*\n  Access-Control-Allow-Origin: *\n";
    assert_eq!(codes(headers, Form::Headers(Dialect::Cloudflare)), [""; 0]);
    let headers = "/*\n  Cache-Control: max-age=60\n/a\n  ! Cache-Control\n  Cache-Control: no-store\n";
    assert_eq!(codes(headers, Form::Headers(Dialect::Cloudflare)), [""; 0]);
    let headers = "/*\n  X-Frame-Options: DENY\n  Cache-Control: no-cache\n/assets/*\n  Cache-Control: max-age=60\n";
    assert_eq!(codes(headers, Form::Headers(Dialect::Netlify)), [""; 0]);
}

/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html: 10 KB of source, and 1 KB of a pair.
#[test]
fn a_function_that_cloudfront_would_not_take_is_an_error() {
    let said = |redirects: Vec<String>| {
        let text = format!(r#"{{ "redirects": [{}] }}"#, redirects.join(", "));
        let file = RuleFile { name: "file", text: &text, form: Form::Rules }.parse(&Options::new());
        let found = check(&[file], Some(Platform::CloudfrontFunctions.into()));
        found.iter().map(|found| (found.finding.place.clone(), found.finding.message.clone())).collect::<Vec<_>>()
    };
    let many = |more: &str| (0..400).map(|n| format!(r#"{{ "from": "/{n}/old{more}", "to": "/{n}/new" }}"#)).collect();
    // These go to the store.
    assert_eq!(said(many("")), []);
    let patterns = said(many("/*"));
    assert!(
        matches!(&patterns[..], [(_, message)] if message.contains("CloudFront takes 10240: redirects ")),
        "{patterns:?}"
    );
    let mut long: Vec<String> = many("");
    long.push(format!(r#"{{ "from": "/long", "to": "/{}" }}"#, "x".repeat(1024)));
    let long = said(long);
    assert!(
        matches!(&long[..], [(place, message)] if place == "redirects[400]" && message.contains("a key of 5 bytes and a value of 1025")),
        "{long:?}"
    );
}

#[test]
fn carets_stand_under_what_is_wrong() {
    for (rules, wrong) in [
        (r#"{ "headers": { "set": { "X Bad": "1" } } }"#, r#""X Bad""#),
        (r#"{ "headers": { "set": { "X-Good": "é" } } }"#, r#""é""#),
        (r#"{ "headers": { "set": { "Via": "1" } } }"#, r#""Via""#),
        (r#"{ "headers": { "set": { "Set-Cookie": "a=1" } } }"#, r#""Set-Cookie""#),
        (r#"{ "security": { "csp": { "defaultSrc": "'self'" } } }"#, r#""defaultSrc""#),
        (r#"{ "security": { "csp": { "defualt-src": "'self'" } } }"#, r#""defualt-src""#),
        (r#"{ "security": { "csp": { "default-src": "self" } } }"#, r#""self""#),
        (r#"{ "redirects": { "from": "/a", "to": "/b", "stauts": 302 } }"#, r#""stauts""#),
        (r#"{ "redirects": { "from": "/a", "to": "/b", "status": "301" } }"#, r#""301""#),
        (r#"{ "redirects": { "from": ["/a", "/b/(.*)"], "to": "/c" } }"#, r#""/b/(.*)""#),
    ] {
        let file = RuleFile { name: "file", text: rules, form: Form::Rules }.parse(&Options::new());
        let found = check(&[file], Some(Platform::Cloudfront.into()));
        let under = |found: &FileFinding| {
            let span = found.finding.span.unwrap();
            rules.chars().skip(span.column as usize - 1).take(span.length as usize).collect::<String>()
        };
        assert_eq!(found.iter().map(under).collect::<Vec<_>>(), [wrong], "{rules}");
    }
}

#[test]
fn a_line_of_several_rules_is_one_line() {
    // Without "!" Netlify's line becomes a rule for each half of it.
    let text = "/a/b/* /c/ 301\n/a/b/d /e/ 301\n";
    let file = RuleFile { name: "f", text, form: Form::Redirects(Dialect::Netlify) };
    let found = check(&[file.parse(&Options::new())], None);
    let found = found.iter().filter(|found| found.finding.code == "shadowed-rule");
    let lines: Vec<_> = found.map(|found| (found.finding.span.unwrap().line, &found.finding.message)).collect();
    assert!(matches!(lines.as_slice(), [(2, message)] if message.contains("line 1 comes first")), "{lines:?}");
}

#[test]
fn a_vendor_does_not_differ_from_itself_and_two_differ_both_ways() {
    let redirects =
        "/ /home\n/old/* /new/:splat\n/a/ /b 301!\n/p/:id.html /q/:id 302\n/x/*/y /z/:splat\n/* /app.html 200\n";
    let headers = "/*\n  X-A: 1\n/b\n  X-A: 2\n  ! X-B\n/C\n  Link: a,b\n";
    let all = |dialect| {
        [
            RuleFile { name: "_redirects", text: redirects, form: Form::Redirects(dialect) },
            RuleFile { name: "_headers", text: headers, form: Form::Headers(dialect) },
        ]
    };
    let found = |from, to| check_migration(&all(from), from, to, &Options::new());
    // What an outcome differs in does not depend on the direction, but for lines that one of them refuses.
    let differing = |from, to| {
        // What several lines share is told at the first of them.
        let lines = |found: &FileFinding| match found.finding.code {
            "move-refused" | "move-notice" => None,
            code @ ("move-status" | "move-match" | "move-files") => Some((found.file, 0, code)),
            code => Some((found.file, found.finding.span?.line, code)),
        };
        found(from, to).iter().filter_map(lines).filter(|it| *it != (0, 3, it.2)).collect::<BTreeSet<_>>()
    };
    for from in Dialect::ALL {
        assert_eq!(found(from, from), []);
        for to in Dialect::ALL {
            assert_eq!(differing(from, to), differing(to, from), "{from:?} {to:?}");
        }
    }
    let (netlify, cloudflare) = (Dialect::Netlify, Dialect::Cloudflare);
    assert!(differing(netlify, cloudflare).len() >= 3);
    let shared = found(netlify, cloudflare).into_iter().find(|found| found.finding.code == "move-status").unwrap();
    assert!(shared.finding.message.contains("other lines differ"), "{}", shared.finding.message);
    // Each line differs by the slash at its end: one finding, and their number.
    let text: String = (0..40).map(|number| format!("/old/{number} /new/{number} 301\n")).collect();
    let many = [RuleFile { name: "_redirects", text: &text, form: Form::Redirects(netlify) }];
    let many = check_migration(&many, netlify, cloudflare, &Options::new());
    let matches: Vec<_> = many.iter().filter(|found| found.finding.code == "move-match").collect();
    assert!(matches!(matches.as_slice(), [one] if one.finding.message.contains("39 other lines")), "{matches:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_has_no_effect_has_none(rules in rules()) {
        let Some(all) = engine(&rules) else { return Ok(()) };
        let text = rules.to_string();
        let file = RuleFile { name: "rules.json", text: &text, form: Form::Rules }.parse(&Options::new());
        for found in check(&[file], Some(Platform::Cloudflare.into())) {
            let finding = found.finding;
            if !matches!(finding.code, "shadowed-rule" | "never-matches" | "overridden-header") {
                continue;
            }
            let place = finding.place.split(".when").next().unwrap();
            let other = engine(&altered(&rules, place)).unwrap();
            for path in ["/", "/a", "/a/", "/A", "/b", "/a/b", "/a/b/", "/a/b/c", "/ab", "/x.c", "/a/x.c", "//a", "/c"] {
                for (host, query) in [("one.example", ""), ("two.example", "?q=1")] {
                    for (cookie, country, status) in [(false, None, 200), (true, Some("DE"), 404), (true, Some("AT"), 200)] {
                        let url = format!("https://{host}{path}{query}");
                        let ask = |engine| outcome(engine, &url, cookie, country, status);
                        prop_assert_eq!(ask(&all), ask(&other), "{} for {}", finding, url);
                    }
                }
            }
        }
    }
}
