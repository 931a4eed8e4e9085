//! Headers, as blocks and as entries.

use super::*;

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
