//! Rules as `vercel.json`.

use super::*;

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

#[test]
fn vercel_cannot() {
    for (rule, said) in [
        (
            r#""redirects": [{ "from": { "regex": "^/a|^/b" }, "to": "/b" }]"#,
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

/// `x-vercel-ip-country` holds a code in capital letters, <https://vercel.com/docs/headers/request-headers>.
#[test]
fn countries_as_vercel_spells_them() {
    let text = "/ /de 302! Country=de,at\n";
    let (files, _) =
        written(text, Form::Redirects(Dialect::Netlify), |text, form| to_vercel_json(text, form, &Options::new()));
    assert!(files[0].contains(r#""DE""#) && files[0].contains(r#""AT""#) && !files[0].contains(r#""de""#), "{files:?}");
}

/// <https://vercel.com/docs/project-configuration#rewrites>: negative look-aheads and groups, as the documentation writes them.
#[test]
fn exceptions_are_look_aheads_and_expressions_groups() {
    let rules = r#"{ "ignoreCase": true,
        "redirects": [
            { "from": "/*", "except": ["/api/*", "/keep"], "to": "https://new.example/:splat" },
            { "from": "/old/*", "except": "/old/keep", "to": "/new/:splat" },
            { "from": { "regex": "^/blog/(\\d+)$" }, "to": "/posts/{1}" }],
        "rewrites": [
            { "from": "/keep/*", "pass": true, "fallback": true },
            { "from": "/*", "to": "/index.html", "fallback": true }],
        "headers": [{ "for": "/*", "except": "*.html", "set": { "X-A": "1" }, "append": { "X-B": "2" } }] }"#;
    let (files, told) = written(rules, Form::Rules, |text, form| to_vercel_json(text, form, &Options::new()));
    let read = Value::from_json(&files[0]).unwrap();
    let expected = r#"{"$schema":"https://openapi.vercel.sh/vercel.json","redirects":[
        {"source":"/:splat((?!api(?:/|$)|keep/?$).*)","destination":"https://new.example/:splat","statusCode":301},
        {"source":"/old","destination":"/new/","statusCode":301},
        {"source":"/old/:splat((?!keep/?$).*)","destination":"/new/:splat","statusCode":301},
        {"source":"/blog/(\\d+)","destination":"/posts/$1","statusCode":301}],
        "rewrites":[{"source":"/((?!keep(?:/|$)).*)","destination":"/index.html"}],
        "headers":[{"source":"/:splat((?!.*\\.html/?$).*)","headers":[{"key":"X-A","value":"1"}]}]}"#;
    assert_eq!(read, Value::from_json(expected).unwrap(), "{}", files[0]);
    // What cannot be written costs itself.
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("\"append\""), "{told:?}");
}

/// Sources of <https://vercel.com/docs/project-configuration/vercel-json> and path-to-regexp 6, whose groups come back with numbers.
#[test]
fn sources_with_groups_come_back() {
    for (source, destination, back) in [
        (r"/post/:id(\\d{1,})", "/news/:id", (r"/post/(\\d{1,})", "/news/$1")),
        ("/(en|de)/x", "/$1", ("/(en|de)/x", "/$1")),
        ("/:lang(en|de)/:page", "/:page/:lang", ("/(en|de)/([^/]+?)", "/$2/$1")),
        ("/a/:b?", "/c/:b?", ("/a/([^/]+?)?", "/c/$1")),
        ("/a/:b+", "/c/:b+", ("/a/((?:[^/]+?)(?:/(?:[^/]+?))*)", "/c/$1")),
        ("/d/:b*/e", "/c/:b*", ("/d/((?:[^/]+?)(?:/(?:[^/]+?))*)?/e", "/c/$1")),
        ("/x{-:y}?", "/z/:y", ("/x{-([^/]+?)}?", "/z/$1")),
    ] {
        let file =
            |source, to| format!(r#"{{"redirects":[{{"source":"{source}","destination":"{to}","permanent":true}}]}}"#);
        let (files, told) = written(&file(source, destination), Form::VercelJson, |text, form| {
            to_vercel_json(text, form, &Options::new())
        });
        assert_eq!(told, Vec::<String>::new(), "{source}");
        let found = Value::from_json(&files[0]).unwrap();
        let expected = Value::from_json(&file(back.0, back.1)).unwrap();
        assert_eq!(found.member("redirects"), expected.member("redirects"), "{source}: {}", files[0]);
    }
}

/// A line that is a rewrite keeps its paths from the redirects after it.
#[test]
fn what_passes_is_an_exception_of_later_rules() {
    let lines = "/a/* /b/:splat 200\n/plain/* /p/:splat 301\n/* /c/:splat 301!\n";
    let (files, _) =
        written(lines, Form::Redirects(Dialect::Netlify), |text, form| to_vercel_json(text, form, &Options::new()));
    assert!(files[0].contains(r#""source": "/:splat((?!a(?:/|$)|c).*)", "destination": "/c/:splat""#), "{files:?}");
    // Vercel takes 4,096 characters.
    let many: Vec<String> =
        (0..400).map(|number| format!(r#"{{ "from": "/keep-{number}/*", "pass": true }}"#)).collect();
    let rules = format!(r#"{{ "redirects": [{}, {{ "from": "/*", "to": "/x" }}] }}"#, many.join(","));
    let (files, told) = written(&rules, Form::Rules, |text, form| to_vercel_json(text, form, &Options::new()));
    assert!(files[0].contains(r#""source": "/:splat(.*)""#), "{files:?}");
    assert!(told.iter().any(|told| told.contains("has no way to keep from this rule")), "{told:?}");
}
