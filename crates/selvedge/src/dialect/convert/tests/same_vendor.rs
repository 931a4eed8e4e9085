//! From a file of a vendor to one of the same vendor.

use super::*;

fn again(text: &str, form: Form, dialect: Dialect) -> (String, Vec<Finding>) {
    let converted = to_files(text, form, &Options::new(), dialect);
    (converted.files.into_iter().map(|file| file.text).collect(), converted.findings)
}

/// The lines as Netlify's parser and engine take them: facts of stars, of files that come first, of lines that keep a path.
#[test]
fn lines_stay_as_they_are() {
    let text = "\
# moved
/m/*/c /x/:splat/y 301!
/s* /t/:splat 301!
/*/foo /qux/:splat 302
/one /two 301
/plain/* /p/:splat 301
/q id=:id p=4 /r/:id 301!
/de /d 302 Country=de,at Language=de Cookie=a,b
https://a.example/* https://b.example/:splat 301!
http://a.example/* https://b.example/:splat 301!
/api/* https://api.example/:splat 200
/loop/* /loop/x/:splat 301
/gone /404.html 410!
/keep/* /keep/:splat 200
";
    assert_eq!(again(text, Form::Redirects(Dialect::Netlify), Dialect::Netlify).0, text);
    let table = to_netlify_toml(text, Form::Redirects(Dialect::Netlify), &Options::new()).files;
    assert_eq!(again(&table[0].text, Form::NetlifyToml, Dialect::Netlify).0, text);
    let kept = again("/keep/* 200\n/a /b\n/a /b\n", Form::Redirects(Dialect::Netlify), Dialect::Netlify).0;
    assert_eq!(kept, "/keep/* /keep/:splat 200\n/a /b 301\n");
    let text = "/a/* /b/:splat 302\n/:x-:y /c/:y/:x 301\n/d /e 200\n/* /f/:splat 301\n";
    assert_eq!(again(text, Form::Redirects(Dialect::Cloudflare), Dialect::Cloudflare).0, text);
}

/// Nobody has the role: a page that says so comes after all other lines, as here.
#[test]
fn what_asks_for_a_role_stays_closed() {
    let text = "/admin/* 200! Role=admin\n/admin/* /login 401\n";
    let (text, findings) = again(text, Form::Redirects(Dialect::Netlify), Dialect::Netlify);
    assert_eq!(text, "/admin/* /login 401\n/admin/* /404.html 404!\n");
    assert_eq!(findings.len(), 1);
}

#[test]
fn blocks_stay_as_they_are() {
    let text = "\
/a
  X-A: 1
  X-A: 2
https://:sub.pages.dev/*
  X-R: :sub
/b/*
  ! Set-Cookie
/c
  Set-Cookie: a=b
/*
  ! X-Robots-Tag
  X-Robots-Tag: all
https://a.example/e
  X-E: 1
";
    assert_eq!(again(text, Form::Headers(Dialect::Cloudflare), Dialect::Cloudflare), (text.to_owned(), Vec::new()));
    let text = "/a/*/b\n  X-A: 1\n  X-A: 2\n/c*d/:e\n  Set-Cookie: a=b\n";
    assert_eq!(again(text, Form::Headers(Dialect::Netlify), Dialect::Netlify).0, text);
}

/// What a table says and no line: that line alone is left out.
#[test]
fn what_only_tables_say_is_told() {
    let text = "[[redirects]]\nfrom = \"/a b\"\nto = \"/c\"\n[[redirects]]\nfrom = \"/d\"\nto = \"/e\"\n[[headers]]\nfor = \"/\"\nvalues = { X-A = \"\", X-B = \"1\" }\n";
    let (text, findings) = again(text, Form::NetlifyToml, Dialect::Netlify);
    assert_eq!(text, "/d /e 301\n/\n  X-B: 1\n");
    assert_eq!(findings.iter().map(|it| it.span.unwrap().line).collect::<Vec<_>>(), [1, 8]);
}

/// A line for one path yields to a file there, as one with a star does.
#[test]
fn whether_files_come_first_is_told() {
    let form = Form::Redirects(Dialect::Netlify);
    let first = |text| again(text, form, Dialect::Cloudflare).1.iter().any(|it| it.message.contains("serves no file"));
    assert!(first("/one /two 301\n") && !first("/one /two 301!\n"));
}

/// A rule that passes is a line that leads to its own path.
#[test]
fn what_passes_is_a_line() {
    let rules = r#"{ "redirects": [{ "from": "/stay/*", "pass": true }, { "from": "/*", "to": "/b/:splat" }],
        "rewrites": [{ "from": ["/keep/*", "/api/:id"], "pass": true }, { "from": { "regex": "^/r" }, "pass": true },
            { "from": "/*", "to": "/app/x" }] }"#;
    let (text, findings) = again(rules, Form::Rules, Dialect::Netlify);
    let passes = "/stay/* /stay/:splat 200\n/* /b/:splat 301!\n/keep/* /keep/:splat 200\n/api/:id /api/:id 200\n";
    assert_eq!(text, format!("{passes}/* /app/x 200!\n"));
    let said: Vec<_> = findings.iter().map(|it| (it.place.as_str(), it.code)).collect();
    assert_eq!(said, [("redirects[0]", "changed-meaning"), ("rewrites[1].from", "not-expressible")]);
}
