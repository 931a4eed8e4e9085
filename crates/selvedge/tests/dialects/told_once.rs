//! What is wrong is said once, where it is, with what to do.

use selvedge::dialect::{Dialect, Form, Options, headers, redirects, vercel_json};
use selvedge::lint::check;
use selvedge::sources::RuleFile;
use selvedge::{Platform, Severity};

fn told(text: &str, form: Form, platform: Platform) -> Vec<(Severity, String)> {
    let file = RuleFile { name: "", text, form };
    let found = check(&[file.parse(&Options::new())], Some(platform.into()));
    found.into_iter().map(|found| (found.finding.severity, found.finding.message)).collect()
}

/// That there is no answer to act on, and no way to ask again, is one thing.
#[test]
fn a_page_for_everything_is_one_finding() {
    let line = "/* /index.html 200\n";
    let rules = r#"{ "rewrites": { "from": "/*", "to": "/index.html", "fallback": true } }"#;
    for (text, form) in [(line, Form::Redirects(Dialect::Netlify)), (rules, Form::Rules)] {
        for platform in [Platform::Cloudfront, Platform::CloudfrontFunctions, Platform::Vercel] {
            let told = told(text, form, platform);
            // A distribution serves the page of a line by its custom error responses.
            let by_settings = form != Form::Rules && platform != Platform::Vercel;
            let severity = if by_settings { Severity::Note } else { Severity::Error };
            assert!(matches!(told.as_slice(), [(told, _)] if *told == severity), "{platform:?} {told:?}");
        }
    }
    let file = r#"{ "rewrites": [{ "source": "/(.*)", "destination": "/index.html" }] }"#;
    let told = told(file, Form::VercelJson, Platform::Vercel);
    assert!(matches!(told.as_slice(), [(Severity::Note, _)]), "{told:?}");
}

/// Nobody wrote the target that a setting is.
#[test]
fn a_setting_is_no_open_redirect() {
    for file in [r#"{ "trailingSlash": true }"#, r#"{ "trailingSlash": false, "cleanUrls": true }"#] {
        assert_eq!(told(file, Form::VercelJson, Platform::Fetch), []);
    }
    let line = told("/old/* /:splat 301!\n", Form::Redirects(Dialect::Netlify), Platform::Fetch);
    assert!(line.iter().any(|(_, message)| message.starts_with("an open redirect")), "{line:?}");
}

/// Vercel refuses names that it does not know, at the top as well.
#[test]
fn names_at_the_top_of_vercel_json() {
    for (name, meant) in [
        ("redirect", "redirects"),
        ("rewirtes", "rewrites"),
        ("header", "headers"),
        ("cleanUrl", "cleanUrls"),
        ("trailingSlashes", "trailingSlash"),
    ] {
        let text = format!(r#"{{ "version": 2, "{name}": [] }}"#);
        let parsed = vercel_json(&text, &Options::new());
        let [finding] = parsed.findings.as_slice() else { panic!("{name}: {:?}", parsed.findings) };
        assert_eq!(
            (finding.code, finding.help.as_str()),
            ("unknown-field", format!("did you mean {meant:?}?").as_str())
        );
        assert_eq!(finding.span.map(|span| span.column), Some(17), "{name}");
    }
    // The members that Vercel documents, <https://vercel.com/docs/project-configuration>.
    let known = [
        "$schema",
        "buildCommand",
        "bulkRedirectsPath",
        "bunVersion",
        "crons",
        "devCommand",
        "fluid",
        "framework",
        "functions",
        "git",
        "github",
        "ignoreCommand",
        "images",
        "installCommand",
        "outputDirectory",
        "public",
        "regions",
        "functionFailoverRegions",
        "name",
        "version",
        "scope",
        "alias",
        "env",
        "build",
        "builds",
        "relatedProjects",
    ];
    let all: Vec<String> = known.iter().map(|name| format!("{name:?}: null")).collect();
    let parsed = vercel_json(&format!("{{ {} }}", all.join(", ")), &Options::new());
    assert_eq!(parsed.findings, []);
}

#[test]
fn the_help_is_about_the_line() {
    let help = |line: &str| {
        redirects(line, Dialect::Netlify, &Options::new())
            .findings
            .into_iter()
            .map(|found| found.help)
            .collect::<Vec<_>>()
    };
    assert_eq!(help("/a /b 301 !\n"), ["write \"301!\", without the space"]);
    assert_eq!(help("/a /b 200 !\n"), ["write \"200!\", without the space"]);
    for (line, meant) in [
        ("/a https:/b.example/ 301\n", "write \"https://b.example/\""),
        ("/a b.example/x 301\n", "write \"/b.example/x\", or \"https://b.example/x\" for another host"),
        ("/a b/x 301\n", "write \"/b/x\""),
        ("/a \"/b\" 301\n", "write \"/b\", without quotes and commas"),
        ("/a -> /b 301\n", "leave it out"),
        ("/a /b 3O1\n", "use 301, 302, 303, 307 or 308, 200 for a rewrite, or 400 to 599 for an error page"),
        // RFC 5646 §2.1.
        ("/a /b 302 Language=english\n", "write its code, for example \"de\" or \"pt-BR\""),
    ] {
        assert_eq!(help(line), [meant], "{line}");
    }
    assert_eq!(help("/a /b 302 Language=de,pt-BR,gsw\n"), [] as [&str; 0]);
    for dialect in [Dialect::Netlify, Dialect::Cloudflare] {
        let found = headers("/a\n  X-A: 1\n*.css\n  X-B: 1\n  Header set X-C 1\n", dialect, &Options::new()).findings;
        let help: Vec<_> = found.iter().map(|found| found.help.as_str()).collect();
        assert_eq!(help, ["a path begins with a slash: write \"/*.css\"", "write \"Name: value\""], "{dialect:?}");
    }
    let parsed = vercel_json(r#"{ "redirects": [{ "source": "/a?b=1", "destination": "/c" }] }"#, &Options::new());
    assert!(parsed.findings[0].help.contains("\"has\""), "{:?}", parsed.findings);
}

/// Vercel refuses such files; a value that is not one is not passed over either. <https://vercel.com/docs/project-configuration>
#[test]
fn values_of_vercel_json_that_are_none() {
    for (text, code, help) in [
        (
            r#"{ "redirects": [{ "source": "/a", "destination": "/b", "permanent": "true" }] }"#,
            "invalid-value",
            "true or false",
        ),
        (
            r#"{ "redirects": [{ "source": "/a", "destination": "/b", "statusCode": "301" }] }"#,
            "invalid-value",
            "a number",
        ),
        (r#"{ "redirects": [{ "source": "/a", "destination": "/b", "status": 301 }] }"#, "unknown-field", "statusCode"),
        (r#"{ "redirects": [{ "source": "/a/*", "destination": "/b" }] }"#, "not-honoured", "/:path*"),
        (r#"{ "redirects": [{ "source": "https://a.example/b", "destination": "/b" }] }"#, "not-honoured", "\"has\""),
        (r#"{ "redirects": [{ "source": ["/a", "/b"], "destination": "/b" }] }"#, "missing-field", "which paths"),
        (
            r#"{ "rewrites": { "afterFile": [{ "source": "/a", "destination": "/b" }] } }"#,
            "unknown-field",
            "afterFiles",
        ),
        (r#"{ "rewrites": { "source": "/a", "destination": "/b" } }"#, "not-honoured", ""),
        (r#"{ "cleanUrls": "true" }"#, "invalid-value", "quotes"),
        (r#"{ "trailingSlash": "false" }"#, "invalid-value", "quotes"),
    ] {
        let parsed = vercel_json(text, &Options::new());
        let [finding, ..] = parsed.findings.as_slice() else { panic!("{text}: nothing is said") };
        assert_eq!((finding.code, finding.severity), (code, Severity::Error), "{text}");
        assert!(finding.help.contains(help), "{text}: {}", finding.help);
        // A name that is not known costs no more than itself.
        let is_as_told = text.contains("\"status\"") || !format!("{:?}", parsed.rules).contains("/b");
        assert!(is_as_told, "{text}: {:?}", parsed.rules);
    }
    let next = r#"{ "trailingSlash": null, "rewrites": { "beforeFiles": [], "afterFiles": [], "fallback": [] } }"#;
    assert_eq!(vercel_json(next, &Options::new()).findings, []);
}

/// As Netlify's engine has it (npm netlify-redirector): what follows an empty segment does not count, and a star before it is the
/// last.
#[test]
fn a_star_before_an_empty_segment_is_the_last() {
    for from in ["/b*", "/b*/", "/b*//", "/b*//c"] {
        let parsed = redirects(&format!("{from} /x/:splat 301!\n"), Dialect::Netlify, &Options::new());
        let rules = format!("{:?}", parsed.rules);
        assert!(
            rules.contains("/b*") && !parsed.findings.iter().any(|found| found.code == "dead-glob"),
            "{from}: {parsed:?}"
        );
    }
    let parsed = redirects("/b*/c /x 301!\n", Dialect::Netlify, &Options::new());
    assert!(parsed.findings.iter().any(|found| found.code == "dead-glob"), "{parsed:?}");
}

/// A port, or a name for the server, is no server.
#[test]
fn a_url_without_a_host_is_no_rule() {
    for to in [
        "https://",
        "https://:80/",
        "http://:8080",
        "https://user@/x",
        "https://user@:80/x",
        "https:///x",
        "https://?x",
        "https://#x",
    ] {
        for dialect in [Dialect::Netlify, Dialect::Cloudflare] {
            // It takes no target by http at all.
            if dialect == Dialect::Cloudflare && to.starts_with("http:") {
                continue;
            }
            let parsed = redirects(&format!("/a {to} 301\n"), dialect, &Options::new());
            let error = parsed
                .findings
                .iter()
                .any(|found| found.severity == Severity::Error && found.message.contains("no host"));
            assert!(error && !format!("{:?}", parsed.rules).contains("redirects"), "{to}: {parsed:?}");
        }
    }
    // A number is a name: this one is the address 127.0.0.1, by the URL Standard.
    assert_eq!(redirects("/a https://2130706433/ 301\n", Dialect::Netlify, &Options::new()).findings, []);
}
