#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;

mod headers;
mod same_vendor;
mod slash;
mod vercel;

fn files(rules: &str, dialect: Dialect) -> Vec<(&'static str, String)> {
    let converted = to_files(rules, Form::Rules, &Options::new(), dialect);
    assert_eq!(converted.findings, [], "{rules}");
    converted.files.into_iter().map(|file| (file.name, file.text)).collect()
}

fn left_out(rules: &str, dialect: Dialect) -> Vec<String> {
    let converted = to_files(rules, Form::Rules, &Options::new(), dialect);
    converted.findings.iter().map(|finding| format!("{}: {}", finding.place, finding.message)).collect()
}

const RULES: &str = r#"{
  // Moved in spring.
  "redirects": [
    { "from": ["/a", "/b/:c"], "to": "/d" },
    // By name.
    { "from": "/old/:year/*", "to": "/new/{year}/:splat?x=1#y", "status": 302 }
  ],
  "headers": [
    // Styles.
    { "for": "*.css", "ignoreCase": true, "set": { "Cache-Control": "public", "Link": ["</a>", "</b>"] } },
    { "set": { "X-A": "{{1}}" } }
  ]
}"#;

#[test]
fn netlify() {
    let files = files(RULES, Dialect::Netlify);
    assert_eq!(
        files,
        [
            (
                "_redirects",
                "# Moved in spring.\n/a /d 301!\n/b/:c /d 301!\n# By name.\n/old/:year/* /new/:year/:splat?x=1#y 302!\n"
                    .to_owned()
            ),
            (
                "_headers",
                "# Styles.\n/*.css\n  Cache-Control: public\n  Link: </a>\n  Link: </b>\n/*\n  X-A: {1}\n".to_owned()
            )
        ]
    );
}

/// TOML 1.0, "Comment".
#[test]
fn comments_are_printable() {
    let form = Form::Redirects(Dialect::Netlify);
    let converted = to_netlify_toml("# a\u{0}b\u{7f}c\td\n/a /b\n", form, &Options::new());
    assert!(converted.files[0].text.starts_with("# a b c\td\n[[redirects]]"), "{}", converted.files[0].text);
}

#[test]
fn what_the_vendor_refuses_is_told() {
    let rules = r#"{ "rewrites": [{ "from": "/app/*", "to": "/app/index.html" }] }"#;
    assert_eq!(left_out(rules, Dialect::Netlify), [] as [&str; 0]);
    let [told] = left_out(rules, Dialect::Cloudflare).try_into().unwrap();
    assert!(
        told.starts_with("rewrites[0]: Cloudflare serves /app/index.html at /app/")
            || told.contains("refuses the line"),
        "{told}"
    );
}

/// Here `/a` and `/a/` are two paths, as are `/a` and `/a/*`.
#[test]
fn cloudflare() {
    let files = files(
        r#"{ "redirects": [{ "from": "/a", "to": "/b/" }, { "from": "/c/*", "to": "/d/:splat" },
            { "from": "/x", "ignoreTrailingSlash": false, "to": "/y" }],
            "headers": [{ "for": "/p/:q", "remove": "X-B", "set": { "X-Q": "{q}" } }] }"#,
        Dialect::Cloudflare,
    );
    assert_eq!(files[0].1, "/a /b/ 301\n/a/ /b/ 301\n/c /d/ 301\n/c/* /d/:splat 301\n/x /y 301\n");
    assert_eq!(files[1].1, "/p/:q\n  ! X-B\n  X-Q: :q\n/p/:q/\n  ! X-B\n  X-Q: :q\n");
}

#[test]
fn conditions_and_queries_of_netlify() {
    let rules = r#"{ "redirects": [
        { "from": "/", "when": { "country": ["DE", "AT"] }, "to": "/de" },
        { "from": "/s", "when": { "query": { "id": "7" }, "cookie": { "a": true } }, "to": "/t", "fallback": true }],
        "rewrites": { "from": "/app/*", "to": "/index.html", "fallback": true } }"#;
    assert_eq!(
        files(rules, Dialect::Netlify)[0].1,
        "/ /de 302! Country=DE,AT\n/s id=7 /t 302 Cookie=a\n/app/* /index.html 200\n"
    );
    // Which language is first for whom, no file of Netlify's says.
    let rules =
        r#"{ "languages": ["en", "de"], "redirects": [{ "from": "/", "when": { "language": "de" }, "to": "/de" }] }"#;
    let Converted { files, findings } = to_files(rules, Form::Rules, &Options::new(), Dialect::Netlify);
    assert_eq!((files[0].text.as_str(), findings.len()), ("/ /de 302! Language=de\n", 2), "{findings:?}");
}

#[test]
fn what_does_not_fit_is_a_finding_and_in_no_file() {
    for (rule, dialect, said) in [
        (
            r#""redirects": [{ "from": { "regex": "^/a" }, "to": "/b" }]"#,
            Dialect::Netlify,
            "redirects[0].from: Netlify has no regular expressions",
        ),
        (
            r#""redirects": [{ "from": "/a", "to": "/{host}" }]"#,
            Dialect::Netlify,
            "redirects[0].to: Netlify has no placeholder {host}",
        ),
        (
            r#""redirects": [{ "from": "/a*", "to": "/b" }]"#,
            Dialect::Netlify,
            "redirects[0].from: Netlify has no star as a part of a segment",
        ),
        (r#""redirects": [{ "from": "/:a/:ab", "to": "/:a" }]"#, Dialect::Netlify, "way to tell :a from a longer name"),
        (
            r#""redirects": [{ "from": "/a", "to": "/b", "when": { "header": { "X": true } } }]"#,
            Dialect::Netlify,
            "redirects[0].when.header: ",
        ),
        (
            r#""redirects": [{ "from": "/a", "to": "/b", "when": { "country": "DE" } }]"#,
            Dialect::Cloudflare,
            "Cloudflare has no conditions",
        ),
        (r#""redirects": [{ "from": "/a", "to": "http://b.example/" }]"#, Dialect::Cloudflare, "target but on https"),
        (
            r#""redirects": [{ "from": "/a", "to": "/b", "except": "/a/c" }]"#,
            Dialect::Cloudflare,
            "redirects[0].except: ",
        ),
        (
            r#""headers": [{ "remove": "X-A" }]"#,
            Dialect::Netlify,
            "headers[0].remove: Netlify has no way to take a header away",
        ),
        (r#""headers": [{ "append": { "Vary": "Origin" } }]"#, Dialect::Cloudflare, "headers[0].append: "),
        (r#""security": "strict""#, Dialect::Netlify, "security: Netlify has no rules of \"security\""),
    ] {
        let rules = format!("{{ {rule} }}");
        let found = left_out(&rules, dialect);
        assert!(found.iter().any(|finding| finding.contains(said)), "{rule}: {found:?}");
        let files = to_files(&rules, Form::Rules, &Options::new(), dialect).files;
        assert!(files.iter().all(|file| !file.text.contains("/b") && !file.text.contains("Vary")), "{files:?}");
    }
}

#[test]
fn netlify_toml_says_what_the_lines_say() {
    let rules =
        RULES.replace("\"/d\" }", "\"/d\", \"when\": { \"country\": [\"DE\", \"AT\"], \"query\": { \"q\": \"1\" } } }");
    let converted = to_netlify_toml(&rules, Form::Rules, &Options::new());
    assert_eq!(converted.findings, []);
    let text = &converted.files[0].text;
    assert!(text.starts_with("# Moved in spring.\n[[redirects]]\nfrom = \"/a\"\nto = \"/d\"\nstatus = 302\nforce = true\nquery = { \"q\" = \"1\" }\n"), "{text}");
    assert!(text.contains("# Styles.\n[[headers]]\nfor = \"/*.css\"\n[headers.values]\n\"Cache-Control\" = \"public\"\n\"Link\" = [\"</a>\", \"</b>\"]\n"), "{text}");
    let read = parse(text, Form::NetlifyToml, &Options::new());
    let lines = to_files(&rules, Form::Rules, &Options::new(), Dialect::Netlify).files;
    let redirects = parse(&lines[0].text, Form::Redirects(Dialect::Netlify), &Options::new());
    let headers = parse(&lines[1].text, Form::Headers(Dialect::Netlify), &Options::new());
    let (Value::Object(all), Value::Object(mut expected), Value::Object(more)) =
        (read.rules, redirects.rules, headers.rules)
    else {
        unreachable!()
    };
    expected.extend(more);
    assert_eq!(all, expected);
}

/// The order of lines holds across redirects and rewrites.
#[test]
fn one_vendor_to_another() {
    let lines = "# One.\n/a/b /c 200\n/a/* /d/:splat 302\n# Two.\n/e/* /f 200\n";
    let form = Form::Redirects(Dialect::Cloudflare);
    let converted = to_files(lines, form, &Options::new(), Dialect::Cloudflare);
    assert_eq!(converted.findings, []);
    assert_eq!(converted.files[0].text, lines);
    let converted = to_files(lines, form, &Options::new(), Dialect::Netlify);
    let found: Vec<String> = converted.findings.iter().map(ToString::to_string).collect();
    assert!(
        matches!(found.as_slice(), [only] if only.contains("[changed-meaning]: Netlify ignores a trailing slash (3 rules)")),
        "{found:?}"
    );
    assert_eq!(converted.files[0].text, "# One.\n/a/b /c 200!\n/a/* /d/:splat 302!\n# Two.\n/e/* /f 200!\n");
}

/// Of npm netlify-redirector a star between slashes takes no segment as well.
#[test]
fn a_star_between_slashes_is_a_line_of_netlify() {
    let rules = r#"{ "redirects": [{ "from": "/d/*/e", "to": "/x/:splat" }, { "from": "/*/a/*", "to": "/y" }] }"#;
    let converted = to_files(rules, Form::Rules, &Options::new(), Dialect::Netlify);
    assert_eq!(converted.files[0].text, "/d/*/e /x/:splat 301!\n");
    let found: Vec<String> = converted.findings.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found.iter().any(|told| told.contains("note [changed-meaning]: Netlify takes a star between slashes")),
        "{found:?}"
    );
    assert!(
        found.iter().any(|told| told.contains("[not-expressible]: Netlify has no way to say how much")),
        "{found:?}"
    );
}

/// npm netlify-redirector compares the decoded path with the line as it is written; a blank ends the path of a line.
#[test]
fn escapes_of_paths() {
    let rules = r#"{
        "redirects": [{ "from": "/a b", "to": "/x", "status": 301 }, { "from": "/caf%C3%A9/*", "to": "/i/:splat", "status": 302 }],
        "headers": [{ "for": "/a b", "ignoreCase": true, "set": { "X-A": "1" } }] }"#;
    let converted = to_files(rules, Form::Rules, &Options::new(), Dialect::Netlify);
    assert_eq!(converted.files[0].text, "/café/* /i/:splat 302!\n");
    assert_eq!(converted.files[1].text, "/a%20b\n  X-A: 1\n");
    let found: Vec<&str> = converted.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(found, ["Netlify has no path with a blank in lines; netlify.toml has it"]);
    let table = to_netlify_toml(rules, Form::Rules, &Options::new());
    assert!(table.findings.is_empty() && table.files[0].text.contains("from = \"/a b\"\n"), "{table:?}");
    let converted = to_files(rules, Form::Rules, &Options::new(), Dialect::Cloudflare);
    assert!(converted.files[0].text.contains("/a%20b /x 301\n/a%20b/ /x 301\n/caf%C3%A9 "), "{:?}", converted.files);
    for escape in ["%2F", "%3a", "%25"] {
        let rules = format!(r#"{{ "redirects": [{{ "from": "/a{escape}b", "to": "/x" }}] }}"#);
        let converted = to_files(&rules, Form::Rules, &Options::new(), Dialect::Netlify);
        assert!(converted.files.is_empty() && converted.findings.len() == 1, "{escape}: {converted:?}");
    }
}

/// A name is a whole segment there, whatever it holds: `/blog/:slug.html` is for every path of one segment below /blog.
#[test]
fn names_with_more_in_their_segment_are_not_for_netlify() {
    for rules in [
        r#"{ "redirects": [{ "from": "/blog/:slug.html", "to": "/b/:slug" }] }"#,
        r#"{ "redirects": [{ "from": "/blog/:slug-x", "to": "/b" }] }"#,
        r#"{ "headers": [{ "for": "/:page.html", "ignoreCase": true, "set": { "X-A": "1" } }] }"#,
    ] {
        let converted = to_files(rules, Form::Rules, &Options::new(), Dialect::Netlify);
        let [Finding { message, .. }] = converted.findings.as_slice() else { unreachable!("{converted:?}") };
        assert_eq!(message, "Netlify has no placeholder for a part of a segment");
        assert_eq!(converted.files, []);
    }
    let files = files(r#"{ "redirects": [{ "from": "/blog/:slug.html", "to": "/b/:slug" }] }"#, Dialect::Cloudflare);
    assert_eq!(files[0].1, "/blog/:slug.html /b/:slug 301\n/blog/:slug.html/ /b/:slug 301\n");
}

fn written(text: &str, form: Form, write: impl Fn(&str, Form) -> Converted) -> (Vec<String>, Vec<String>) {
    let converted = write(text, form);
    let told =
        converted.findings.iter().map(|finding| format!("{} {}", finding.severity.name(), finding.message)).collect();
    (converted.files.into_iter().map(|file| file.text).collect(), told)
}

/// Where files no longer come first the line is written, and that is said once.
#[test]
fn lines_that_yield_to_files_are_written_with_a_note() {
    let netlify = Form::Redirects(Dialect::Netlify);
    let text = "/old/* /new/:splat 301\n/more/* /most/:splat 302\n";
    let (files, told) = written(text, netlify, |text, form| to_files(text, form, &Options::new(), Dialect::Cloudflare));
    assert_eq!(files, ["/old /new/ 301\n/old/* /new/:splat 301\n/more /most/ 302\n/more/* /most/:splat 302\n"]);
    assert!(matches!(told.as_slice(), [lines] if lines.ends_with("also where a file is (2 rules)")), "{told:?}");
    let (files, told) = written(text, netlify, |text, form| to_vercel_json(text, form, &Options::new()));
    assert!(files[0].contains(r#""source": "/old/:splat(.*)?""#), "{files:?}");
    assert!(told.iter().any(|told| told.starts_with("note Vercel serves no file in place of a redirect")), "{told:?}");
    assert!(told.iter().all(|told| told.starts_with("note ")), "{told:?}");
}

/// Netlify takes `/* /` for a loop: the line does nothing, but no later line has its paths either.
#[test]
fn a_line_that_only_keeps_others_from_its_paths_is_written() {
    let netlify = Form::Redirects(Dialect::Netlify);
    let to_netlify = |text: &str| {
        written(text, netlify, |text, form| to_files(text, form, &Options::new(), Dialect::Netlify)).0.concat()
    };
    assert_eq!(to_netlify("/* /\n/ /t\n"), "/* / 301\n/ /t 301\n");
    assert_eq!(to_netlify("/a/* 200\n/a/b /c 301!\n"), "/a/* /a/:splat 200\n/a/b /c 301!\n");
    let to_cloudflare = to_files("/a/* 200\n/a/b /c 301!\n", netlify, &Options::new(), Dialect::Cloudflare).files;
    assert_eq!(to_cloudflare[0].text, "/a /a/ 200\n/a/* /a/:splat 200\n/a/b /c 301\n/a/b/ /c 301\n");
    // What a line with an effect leaves alone, it leaves alone as it is.
    assert_eq!(to_netlify("/* /en/:splat 301!\n/en/a /c 301!\n"), "/* /en/:splat 301!\n/en/a /c 301!\n");
    let (files, told) = written("/* /\n/ /t\n", netlify, |text, form| to_netlify_toml(text, form, &Options::new()));
    assert!(files[0].contains("to = \"/\"") && files[0].contains("to = \"/t\""), "{files:?} {told:?}");
}

/// A file of another tool's is not taken for rules in silence.
#[test]
fn what_is_wrong_with_rules_is_said() {
    let converted = to_rules(r#"{ "RoutingRules": [] }"#, Form::Rules, &Options::new());
    let found: Vec<_> = converted.findings.iter().map(|finding| (finding.code, finding.span.is_some())).collect();
    assert_eq!(found, [("unknown-field", true)]);
    assert_eq!(to_rules(r#"{ "redirects": { "from": "/a", "to": "/b" } }"#, Form::Rules, &Options::new()).findings, []);
}
