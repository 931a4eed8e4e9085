#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;

mod slash;

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

/// Vercel's `$1` is a group of the source.
#[test]
fn a_dollar_is_not_a_group() {
    let rules = r#"{ "redirects": [{ "from": "/a", "to": "/b$404" }, { "from": "/c", "to": "/d" }] }"#;
    let converted = to_vercel_json(rules, Form::Rules, &Options::new());
    let error = converted.findings.iter().find(|finding| finding.severity == crate::Severity::Error).unwrap();
    assert_eq!(
        (error.place.as_str(), error.message.as_str()),
        ("redirects[0].to", "Vercel has no way to write $4 as text")
    );
    assert!(!converted.files[0].text.contains("404") && converted.files[0].text.contains("/d"));
}

/// npm @vercel/routing-utils refuses a file with `(bar)` or `:30` in a destination; it decodes a query first.
#[test]
fn what_vercel_would_take_for_a_group_or_a_name() {
    for (to, written) in [
        ("https://en.wikipedia.org/wiki/Foo_(bar)", Some("https://en.wikipedia.org/wiki/Foo_%28bar%29")),
        ("https://x.example:8443/n:1#a(b):2", Some("https://x.example:8443/n%3A1#a(b):2")),
        ("/b?t=a:b$", None),
        ("/b?t=12:30", None),
        ("/b?t=12%3a30", None),
        ("/b?u=a(b)", None),
        ("/b$1", None),
    ] {
        let rules =
            format!(r#"{{ "ignoreCase": true, "redirects": [{{ "from": "/a", "to": "{to}", "query": "merge" }}] }}"#);
        let converted = to_vercel_json(&rules, Form::Rules, &Options::new());
        let has =
            |text: &str| converted.files.iter().any(|file| file.text.contains(&format!("\"destination\": \"{text}\"")));
        match written {
            Some(written) => assert!(has(written) && converted.findings.is_empty(), "{to}: {converted:?}"),
            None => assert!(converted.files.is_empty() && converted.findings.len() == 1, "{to}: {converted:?}"),
        }
    }
}

/// npm @vercel/routing-utils adds named captures to the query of a rewrite, unless its path has one.
#[test]
fn captures_that_a_rewrite_does_not_use_have_no_names() {
    for (from, to, source, destination) in [
        ("/api/*", "/api/index.js", "/api/(.*)?", "/api/index.js"),
        ("/u/:id", "/user.php?id=:id", "/u/([^/]+){/}?", "/user.php?id=$1"),
        ("/u/:id/*", "/user/:id", "/u/:id/:splat(.*)?", "/user/:id"),
        ("/u/:id/*", "/user?of={splat}&id={id}", "/u/([^/]+)/(.*)?", "/user?of=$2&id=$1"),
    ] {
        let rules = format!(
            r#"{{ "ignoreCase": true, "rewrites": [{{ "from": "{from}", "to": "{to}", "fallback": true, "query": "merge" }}] }}"#
        );
        let converted = to_vercel_json(&rules, Form::Rules, &Options::new());
        let expected = format!("\"source\": \"{source}\", \"destination\": \"{destination}\"");
        assert!(converted.files[0].text.contains(&expected), "{converted:?}");
    }
}

/// <https://developers.cloudflare.com/workers/static-assets/headers/>: headers of several blocks are joined.
#[test]
fn blocks_that_add_up() {
    let cloudflare = Form::Headers(Dialect::Cloudflare);
    let text = "/images/*\n  X-T: a\n/*.css\n  X-T: b\n/c\n  Set-Cookie: a=b\n";
    let same = written(text, cloudflare, |text, form| to_files(text, form, &Options::new(), Dialect::Cloudflare));
    assert_eq!(same, (vec![text.to_owned()], vec![]));
    let (files, told) = written(text, cloudflare, |text, form| to_files(text, form, &Options::new(), Dialect::Netlify));
    assert_eq!(files, [text]);
    assert!(
        told.contains(
            &"note Netlify has the last of several values of a header, where here they add up (2 rules)".to_owned()
        ),
        "{told:?}"
    );
    let (files, told) = written(text, cloudflare, |text, form| to_vercel_json(text, form, &Options::new()));
    assert!(told.iter().all(|told| told.starts_with("note ")), "{told:?}");
    for line in [r#""key": "X-T", "value": "a""#, r#""key": "X-T", "value": "b""#, r#""key": "Set-Cookie""#] {
        assert!(files[0].contains(line), "{files:?}");
    }
    // What a rule adds to what the origin sent is not a line.
    let rules = r#"{ "headers": [{ "append": { "X-A": "1" } }] }"#;
    assert_eq!(to_files(rules, Form::Rules, &Options::new(), Dialect::Cloudflare).files, []);
    assert_eq!(to_vercel_json(rules, Form::Rules, &Options::new()).files, []);
}

/// Of two blocks for one path Cloudflare reads the later one alone.
#[test]
fn a_path_has_one_block() {
    let headers = |rules: &str| {
        to_files(&format!(r#"{{ "headers": [{rules}] }}"#), Form::Rules, &Options::new(), Dialect::Cloudflare)
    };
    let converted = headers(
        r#"{ "set": { "X-A": "1" } }, { "for": "/a/*", "set": { "X-C": "3" } }, { "set": { "X-B": "2", "x-a": "4" }, "remove": "X-D" }"#,
    );
    assert_eq!(converted.files[0].text, "/*\n  ! X-D\n  X-B: 2\n  x-a: 4\n/a\n  X-C: 3\n/a/*\n  ! X-C\n  X-C: 3\n");
    let moved = headers(
        r#"{ "set": { "X-A": "1" } }, { "for": "/a/b.css", "set": { "X-B": "3" } }, { "set": { "X-B": "2" } }"#,
    );
    assert_eq!(moved.files[0].text, "/a/b.css\n  X-B: 3\n/a/b.css/\n  X-B: 3\n/*\n  ! X-B\n  X-A: 1\n  X-B: 2\n");
    let lost = headers(
        r#"{ "set": { "X-B": "1" } }, { "for": "/a/b.css", "set": { "X-B": "3" } }, { "set": { "X-B": "2" } }"#,
    );
    assert!(lost.findings[0].message.starts_with("Cloudflare has no second block for /*, and rules"), "{lost:?}");
}

/// What a value says with a colon or a dollar sign is text here, and a capture there.
#[test]
fn values_that_a_vendor_would_fill() {
    let rules = |value: &str| {
        format!(r#"{{ "ignoreCase": true, "headers": [{{ "for": "/docs/:x/*", "set": {{ "X-T": "{value}" }} }}] }}"#)
    };
    for (value, cloudflare, vercel) in [("a:x", 0, 0), ("a:splat", 0, 0), ("$1", 1, 0), ("a:b {x}", 1, 1)] {
        let written = |converted: Converted| converted.files.iter().filter(|file| file.text.contains("X-T")).count();
        assert_eq!(
            written(to_files(&rules(value), Form::Rules, &Options::new(), Dialect::Cloudflare)),
            cloudflare,
            "{value}"
        );
        assert_eq!(written(to_vercel_json(&rules(value), Form::Rules, &Options::new())), vercel, "{value}");
    }
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
            "redirects[0].from: Netlify has no star but",
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

#[test]
fn vercel() {
    let rules = r#"{ "ignoreCase": true,
        "redirects": [
            { "from": ["/a", "/b/*"], "to": "/c" },
            { "from": "/d/:e/*", "ignoreTrailingSlash": false, "to": "https://x.example/:e/:splat?f=1", "status": 308, "query": "merge",
              "when": { "host": "x.example", "cookie": { "g": true, "h": ["1", "2"] }, "not": { "query": { "i": { "prefix": "j" } } } } }],
        "rewrites": { "from": "/*", "to": "/index.html", "fallback": true },
        "headers": [{ "for": "*.css", "set": { "Cache-Control": "public" } }, { "for": "/u/:name", "set": { "X-U": "{name}" } }],
        "html": { "clean": "file" } }"#;
    let converted = to_vercel_json(rules, Form::Rules, &Options::new());
    assert_eq!(converted.findings, []);
    let read = Value::from_json(&converted.files[0].text).unwrap();
    let expected = r#"{"$schema":"https://openapi.vercel.sh/vercel.json","cleanUrls":true,"redirects":[
        {"source":"/a{/}?","destination":"/c","statusCode":301},
        {"source":"/b/:splat(.*)?","destination":"/c","statusCode":301},
        {"source":"/d/:e/:splat(.*)","has":[{"type":"host","value":{"eq":"x.example"}},{"type":"cookie","key":"g"},
          {"type":"cookie","key":"h","value":{"inc":["1","2"]}}],"missing":[{"type":"query","key":"i","value":{"pre":"j"}}],
          "destination":"https://x.example/:e/:splat?f=1","permanent":true}],
        "rewrites":[{"source":"/(.*)","destination":"/index.html"}],
        "headers":[{"source":"/(.*).css{/}?","headers":[{"key":"Cache-Control","value":"public"}]},
          {"source":"/u/:name{/}?","headers":[{"key":"X-U","value":":name"}]}]}"#;
    assert_eq!(read, Value::from_json(expected).unwrap(), "{}", converted.files[0].text);
}

/// <https://vercel.com/docs/redirects>: the request's query is added, whatever the target has; rules leave it out then.
#[test]
fn vercel_adds_the_query() {
    for (to, told) in [("/b?c=1", 1), ("/b", 0)] {
        let rules = format!(r#"{{ "ignoreCase": true, "redirects": [{{ "from": "/a", "to": "{to}" }}] }}"#);
        let converted = to_vercel_json(&rules, Form::Rules, &Options::new());
        assert_eq!((converted.files.len(), converted.findings.len()), (1, told), "{to}: {:?}", converted.findings);
        assert!(converted.findings.iter().all(|finding| finding.code == "changed-meaning"), "{:?}", converted.findings);
    }
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

/// npm @netlify/headers-parser: a star inside a segment takes slashes as well; one between slashes takes no segment, too.
#[test]
fn stars_in_paths_of_netlify_headers() {
    let text = "/*.css\n  X-T: 1\n/assets/*.js\n  X-T: 2\n";
    let form = Form::Headers(Dialect::Netlify);
    let converted = to_files(text, form, &Options::new(), Dialect::Netlify);
    assert_eq!((converted.files[0].text.as_str(), converted.findings), (text, vec![]));
    let rules = r#"{ "headers": [{ "for": "/a/*/b", "ignoreCase": true, "set": { "X-A": "1" } }] }"#;
    let converted = to_files(rules, Form::Rules, &Options::new(), Dialect::Netlify);
    assert_eq!((converted.files.len(), converted.findings.len()), (0, 1), "{converted:?}");
}

#[test]
fn vercel_cannot() {
    for (rule, said) in [
        (
            r#""redirects": [{ "from": { "regex": "^/a" }, "to": "/b" }]"#,
            "redirects[0].from: Vercel has no such regular",
        ),
        (r#""redirects": [{ "from": "/a", "to": "/{path}" }]"#, "redirects[0].to: Vercel has no placeholder {path}"),
        (
            r#""redirects": [{ "from": "/a", "to": "/b", "when": { "device": "mobile" } }]"#,
            "redirects[0].when.device: ",
        ),
        (r#""redirects": [{ "from": "/a", "to": "/b", "query": { "drop": ["c"] } }]"#, "redirects[0].query: "),
        (r#""headers": [{ "remove": "X-A" }]"#, "headers[0].remove: "),
        (r#""experiments": []"#, "experiments: Vercel has no rules"),
    ] {
        let converted = to_vercel_json(&format!("{{ {rule} }}"), Form::Rules, &Options::new());
        let found: Vec<String> =
            converted.findings.iter().map(|finding| format!("{}: {}", finding.place, finding.message)).collect();
        assert!(found.iter().any(|finding| finding.contains(said)), "{rule}: {found:?}");
        assert_eq!(converted.files, []);
    }
}

fn written(text: &str, form: Form, write: impl Fn(&str, Form) -> Converted) -> (Vec<String>, Vec<String>) {
    let converted = write(text, form);
    let told =
        converted.findings.iter().map(|finding| format!("{} {}", finding.severity.name(), finding.message)).collect();
    (converted.files.into_iter().map(|file| file.text).collect(), told)
}

/// A block for all paths is written as it is, whoever ignores the case.
#[test]
fn headers_go_from_vendor_to_vendor() {
    let netlify = Form::Headers(Dialect::Netlify);
    let text = "/*\n  X-A: 1\n/b\n  X-B: 2\n";
    let same = written(text, netlify, |text, form| to_files(text, form, &Options::new(), Dialect::Netlify));
    assert_eq!(same, (vec![text.to_owned()], vec![]));
    let (files, told) = written(text, netlify, |text, form| to_files(text, form, &Options::new(), Dialect::Cloudflare));
    assert_eq!(files, ["/*\n  X-A: 1\n/b\n  X-B: 2\n/b/\n  X-B: 2\n"]);
    assert_eq!(told, ["note Cloudflare tells the cases of paths apart (2 rules)"]);
    let (files, told) = written(text, netlify, |text, form| to_netlify_toml(text, form, &Options::new()));
    assert!(files[0].contains("[[headers]]\nfor = \"/*\"") && told.is_empty(), "{files:?} {told:?}");
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

/// `x-vercel-ip-country` holds a code in capital letters, <https://vercel.com/docs/headers/request-headers>.
#[test]
fn countries_as_vercel_spells_them() {
    let text = "/ /de 302! Country=de,at\n";
    let (files, _) =
        written(text, Form::Redirects(Dialect::Netlify), |text, form| to_vercel_json(text, form, &Options::new()));
    assert!(files[0].contains(r#""DE""#) && files[0].contains(r#""AT""#) && !files[0].contains(r#""de""#), "{files:?}");
}

/// Netlify takes `/* /` for a loop: the line does nothing, but no later line has its paths either.
#[test]
fn a_line_that_only_keeps_others_from_its_paths_is_written() {
    let netlify = Form::Redirects(Dialect::Netlify);
    let to_netlify = |text: &str| {
        written(text, netlify, |text, form| to_files(text, form, &Options::new(), Dialect::Netlify)).0.concat()
    };
    assert_eq!(to_netlify("/* /\n/ /t\n"), "/* /:splat 200!\n/ /t 301!\n");
    assert_eq!(to_netlify("/a/* 200\n/a/b /c 301!\n"), "/a/* /a/:splat 200!\n/a/b /c 301!\n");
    // What a line with an effect leaves alone, it leaves alone as it is.
    assert_eq!(to_netlify("/* /en/:splat 301!\n/en/a /c 301!\n"), "/* /en/:splat 301!\n/en/a /c 301!\n");
    let (files, told) = written("/* /\n/ /t\n", netlify, |text, form| to_netlify_toml(text, form, &Options::new()));
    assert!(files[0].contains("to = \"/:splat\"") && files[0].contains("to = \"/t\""), "{files:?} {told:?}");
}

/// A file of another tool's is not taken for rules in silence.
#[test]
fn what_is_wrong_with_rules_is_said() {
    let converted = to_rules(r#"{ "RoutingRules": [] }"#, Form::Rules, &Options::new());
    let found: Vec<_> = converted.findings.iter().map(|finding| (finding.code, finding.span.is_some())).collect();
    assert_eq!(found, [("unknown-field", true)]);
    assert_eq!(to_rules(r#"{ "redirects": { "from": "/a", "to": "/b" } }"#, Form::Rules, &Options::new()).findings, []);
}
