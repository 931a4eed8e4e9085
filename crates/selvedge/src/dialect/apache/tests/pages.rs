//! `ErrorDocument`, and answers with what it says.

use super::{Options, apache, read};

/// <https://httpd.apache.org/docs/2.4/mod/core.html#errordocument>: what is neither a path nor a URL is a text.
#[test]
fn errors_may_have_a_text() {
    let (rules, said) = read("ErrorDocument 403 \"keep out\"\nRedirect 403 /a/\nErrorDocument 410 default\n");
    assert_eq!(said, [""; 0]);
    let text = r#""status":403,"headers":{"Content-Type":"text/html; charset=iso-8859-1"},"body":"keep out""#;
    assert_eq!(
        rules,
        format!(
            r#"{{"responses":[{{"for":"/a/*",{text}}},{{"for":"/*","at":"origin-response","when":{{"status":403}},{text}}}]}}"#
        )
    );
}

#[test]
fn errors_may_have_a_file_of_the_site() {
    let of = |text: &str, files: &[&str]| {
        let parsed = apache(text, &Options::new().files(files.iter().copied()));
        let errors = parsed.findings.iter().filter(|it| it.severity == crate::Severity::Error).count();
        (serde_json::to_string(&parsed.rules).unwrap(), errors)
    };
    let text = "ErrorDocument 500 /500.html\nRedirect 410 /a/\nErrorDocument 410 /gone.html\n";
    let (rules, errors) = of(text, &["/500.html", "/gone.html"]);
    assert_eq!(errors, 0);
    assert!(rules.contains(r#"{"for":"/a/*","status":410,"body":{"file":"gone.html"}}"#), "{rules}");
    assert!(rules.contains(r#""when":{"status":500},"status":500,"body":{"file":"500.html"}"#), "{rules}");
    assert_eq!(of(text, &["/index.html"]).1, 2);
}

#[test]
fn the_last_page_of_an_error_counts() {
    let (rules, said) =
        read("ErrorDocument 404 no\nErrorDocument 404 /404.html\nErrorDocument 403 a\nErrorDocument 403 b\n");
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#""to":"/404.html""#) && rules.contains(r#""body":"b""#), "{rules}");
    assert!(!rules.contains(r#""body":"no""#) && !rules.contains(r#""body":"a""#), "{rules}");
}

/// What does not exist is looked for by all rules before Apache says so.
#[test]
fn a_text_for_404_comes_after_what_does_not_exist() {
    let text = "ErrorDocument 404 no\nErrorDocument 410 gone\nRewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^old/ /b.html [L,NC]\n";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0]);
    assert!(
        rules.contains(r#"{"for":"/*","except":{"regex":"(?i)^/old/"},"at":"origin-response","when":{"status":404}"#),
        "{rules}"
    );
    assert!(rules.contains(r#"{"for":"/*","at":"origin-response","when":{"status":410}"#), "{rules}");
    // Where the rule does not hold, the text is missing, which a note says.
    let (_, said) = read(
        &text
            .replace("RewriteCond %{REQUEST_FILENAME}", "RewriteCond %{HTTP_HOST} ^a\nRewriteCond %{REQUEST_FILENAME}"),
    );
    assert!(said.len() == 1 && said[0].contains("where their conditions do not hold"), "{said:?}");
}

/// As Apache 2.4 answers: what is asked for of the other host is redirected before it could be missing.
#[test]
fn a_page_of_errors_stands_next_to_a_redirect_of_a_host() {
    let (rules, said) = read(concat!(
        "RewriteEngine On\nErrorDocument 404 /404.html\nRewriteCond %{HTTP_HOST} ^example\\.org$ [NC]\n",
        "RewriteRule (.*) http://www.example.org/$1 [R=301,L]\n"
    ));
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#""from":"/*","to":"/404.html","status":404"#), "{rules}");
    assert!(
        rules.contains(r#""from":"/*","when":{"host":"example.org"},"to":"http://www.example.org/{splat}""#),
        "{rules}"
    );
}
