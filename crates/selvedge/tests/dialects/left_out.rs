//! Lines that cannot be honoured cost themselves alone.

use selvedge::dialect::{Dialect, Form, Options};
use selvedge::internal::compile_value;
use selvedge::lint::check;
use selvedge::sources::{RuleFile, usable};
use selvedge::{Platform, Severity};

fn file(text: &str, dialect: Dialect) -> RuleFile<'_> {
    RuleFile { name: "_redirects", text, form: Form::Redirects(dialect) }
}

/// What is left of lines on CloudFront, and which lines are told to be left out.
fn on_cloudfront(text: &str) -> (String, Vec<u32>) {
    let usable =
        usable(&[file(text, Dialect::Netlify).parse(&Options::new())], Some(Platform::Cloudfront.into())).unwrap();
    compile_value(&usable.rules, Platform::Cloudfront).unwrap();
    let lines = usable.left_out.iter().map(|found| found.finding.span.unwrap().line).collect();
    (serde_json::to_string(&usable.rules).unwrap(), lines)
}

#[test]
fn a_line_that_cannot_be_honoured_costs_that_line() {
    let (rules, lines) = on_cloudfront("/a /b 301!\n/c /d 301! Role=admin\n/* /index.html 200\n/e/* /f/:splat 301\n");
    assert!(
        rules.contains(r#""from":"/a""#) && rules.contains(r#""from":"/e/*""#) && !rules.contains("index.html"),
        "{rules}"
    );
    assert_eq!(lines, [2, 3]);
    // Both rules of a line go: the path alone, without its origin, would be another file of the site.
    let (rules, lines) = on_cloudfront("/api/* https://192.0.2.1/v1/:splat 200!\n/a /b 301!\n");
    assert_eq!((rules.contains("v1"), lines), (false, vec![1]), "{rules}");
    // The rest of a file whose every line is wrong is nothing.
    assert_eq!(on_cloudfront("/* /404.html 404\n").1, [1]);
}

/// The pass that a line leaves for one after it is not the line's own fault.
#[test]
fn innocent_lines_are_not_blamed() {
    let text = "/dashboard /login/index.html 200\n/x /y 301!\n/z /w 301\n/* /404.html 404\n";
    let (rules, lines) = on_cloudfront(text);
    assert_eq!(lines, [4]);
    assert!(rules.contains("/login/index.html") && rules.contains("/y") && rules.contains("/w"), "{rules}");
    let found = check(&[file(text, Dialect::Netlify).parse(&Options::new())], Some(Platform::Cloudfront.into()));
    let told = found.iter().filter(|found| found.finding.code == "not-on-platform");
    assert_eq!(told.map(|found| found.finding.span.unwrap().line).collect::<Vec<_>>(), [4]);
}

#[test]
fn the_caret_of_a_conflict_is_under_what_is_read() {
    let found = |text, form| {
        let file = RuleFile { name: "f", text, form };
        let found = check(&[file.parse(&Options::new())], Some(Platform::Cloudfront.into()));
        let conflict = found.into_iter().find(|found| found.finding.code == "stage-conflict").unwrap();
        let span = conflict.finding.span.unwrap();
        let line = text.lines().nth(span.line as usize - 1).unwrap();
        line.get(span.column as usize - 1..(span.column + span.length) as usize - 1).unwrap().to_owned()
    };
    let lines = "/ /de 302 Country=de\n/ /fr 302 Language=fr\n";
    assert_eq!(found(lines, Form::Redirects(Dialect::Netlify)), "Language=fr");
    let rules = r#"{ "redirects": [{ "from": "/", "to": "/de", "when": { "country": "DE", "not": { "cookie": { "c": true } } } }] }"#;
    assert_eq!(found(rules, Form::Rules), r#"{ "c": true }"#);
    let first = r#"{ "redirects": [{ "from": "/", "to": "/de", "when": { "country": "DE" } }, { "from": "/", "to": "/{cookie.c}" }] }"#;
    assert_eq!(found(first, Form::Rules), r#"{ "from": "/", "to": "/{cookie.c}" }"#);
}

#[test]
fn rules_of_ones_own_never_run_by_half() {
    let own = RuleFile {
        name: "rules.json",
        text: r#"{ "rewrites": [{ "from": "/*", "to": "/a", "fallback": true }] }"#,
        form: Form::Rules,
    };
    let files = [file("/a /b 301!\n", Dialect::Netlify).parse(&Options::new()), own.parse(&Options::new())];
    let errors = usable(&files, Some(Platform::Cloudfront.into())).unwrap_err();
    assert_eq!(
        errors.iter().map(|found| (found.file, found.finding.code)).collect::<Vec<_>>(),
        [(1, "not-on-platform")]
    );
    assert!(usable(&files, Some(Platform::Fetch.into())).is_ok());
    let broken = RuleFile { name: "rules.json", text: "{", form: Form::Rules };
    assert!(usable(&[broken.parse(&Options::new())], None).is_err());
}

#[test]
fn what_a_platform_reads_itself_is_a_note_there() {
    let text = r#"{ "rewrites": [{ "source": "/(.*)", "destination": "/index.html" }] }"#;
    let severity = |form, text, platform: Platform| {
        let file = RuleFile { name: "f", text, form };
        let found = check(&[file.parse(&Options::new())], Some(platform.into()));
        found.into_iter().find(|found| found.finding.code == "not-on-platform").map(|found| found.finding)
    };
    let found = severity(Form::VercelJson, text, Platform::Vercel).unwrap();
    assert_eq!((found.severity, found.help.as_str()), (Severity::Note, ""));
    // Vercel has that page by itself, and no other.
    let lines = |text| severity(Form::Redirects(Dialect::Netlify), text, Platform::Vercel).unwrap();
    let found = lines("/* /404.html 404\n");
    assert_eq!((found.severity, found.help.as_str()), (Severity::Note, ""), "{found}");
    for other in ["/* /missing.html 404\n", "/* /404.html 410\n", "/* /index.html 200\n", "/a/* /404.html 404\n"] {
        let found = lines(other);
        assert_eq!((found.severity, found.help.contains("--site")), (Severity::Error, true), "{found}");
    }
    // A distribution has custom error responses, for all paths and for the statuses that AWS lists.
    for (form, text) in [
        (Form::VercelJson, text),
        (Form::Redirects(Dialect::Netlify), "/* /index.html 200\n"),
        (Form::Redirects(Dialect::Netlify), "/* /404.html 404\n"),
    ] {
        for platform in [Platform::Cloudfront, Platform::CloudfrontFunctions] {
            let found = severity(form, text, platform).unwrap();
            let is_told = found.message.contains("custom error responses") && found.help.contains("--site FOLDER");
            assert!(found.severity == Severity::Note && is_told, "{found}");
        }
    }
    let narrow = r#"{ "rewrites": [{ "source": "/app/(.*)", "destination": "/app/index.html" }] }"#;
    for (form, text, platform) in [
        (Form::VercelJson, narrow, Platform::Cloudfront),
        (Form::Redirects(Dialect::Netlify), "/app/* /index.html 200\n", Platform::Cloudfront),
        (Form::Redirects(Dialect::Netlify), "/* /index.html 410\n", Platform::CloudfrontFunctions),
        (Form::Redirects(Dialect::Netlify), "/* /index.html 200\n", Platform::Vercel),
    ] {
        let found = severity(form, text, platform).unwrap();
        assert!(found.severity == Severity::Error && found.help.contains("--site FOLDER"), "{found}");
    }
    let own = r#"{ "rewrites": [{ "from": "/*", "to": "/index.html", "fallback": true }] }"#;
    let help = |platform| severity(Form::Rules, own, platform).unwrap().help;
    assert!(help(Platform::Cloudfront).contains(r#""body": { "file": "404.html" }"#));
    assert!(!help(Platform::Vercel).contains("--site"));
}

/// Without such a line the platform would answer what it refuses.
#[test]
fn a_line_that_refuses_requests_costs_the_file() {
    // CloudFront tells the viewer's Host at viewer-request alone, and CloudFront-Forwarded-Proto after it.
    let guard = "server {\n  server_name www.example.com;\n  if ($scheme = http) { return 403; }\n  location /a { return 301 /b; }\n}\n\
                 server { server_name b.example.com; location / { root /x; } }\n";
    let nginx = RuleFile { name: "nginx.conf", text: guard, form: Form::Nginx };
    let errors = usable(&[nginx.parse(&Options::new())], Some(Platform::Cloudfront.into())).unwrap_err();
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!((error.finding.code, error.finding.span.unwrap().line), ("stage-conflict", 3));
    assert!(error.finding.help.contains("never left out"), "{}", error.finding.help);
    // The same line with a redirect costs itself alone.
    let text = guard.replace("return 403", "return 301 /c");
    let nginx = RuleFile { name: "nginx.conf", text: &text, form: Form::Nginx };
    let usable = usable(&[nginx.parse(&Options::new())], Some(Platform::Cloudfront.into())).unwrap();
    assert!(usable.left_out.iter().any(|found| found.finding.code == "stage-conflict"), "{:?}", usable.left_out);
}
