//! <https://learn.microsoft.com/iis/extensions/url-rewrite-module/url-rewrite-module-configuration-reference>: "The type of pattern to
//! use in a condition depends on the value of the patternSyntax flag".

use super::*;

fn refused(syntax: &str, condition: &str) -> (String, Vec<String>) {
    iis(&format!(
        "<rewrite><rules><rule name=\"a\" stopProcessing=\"true\"{syntax}><match url=\"a\"/><conditions>{condition}</conditions><action type=\"CustomResponse\" statusCode=\"403\"/></rule></rules></rewrite>"
    ))
}

#[test]
fn a_condition_has_the_syntax_of_its_rule() {
    let (wildcard, exact) = (" patternSyntax=\"Wildcard\"", " patternSyntax=\"ExactMatch\"");
    for (syntax, condition, when) in [
        (
            wildcard,
            r#"<add input="{HTTP_X_KEY}" pattern="s3cret" negate="true"/>"#,
            r#"{"not":{"header":{"X-KEY":{"regex":"(?i)^s3cret$"}}}}"#,
        ),
        (
            wildcard,
            r#"<add input="{HTTP_HOST}" pattern="*.example.com"/>"#,
            r#"{"host":{"regex":"(?i)^((?s:.)*)\\.example\\.com$"}}"#,
        ),
        (
            exact,
            r#"<add input="{HTTP_HOST}" pattern="a.example.com" negate="true"/>"#,
            r#"{"not":{"host":{"regex":"(?i)^a\\.example\\.com$"}}}"#,
        ),
        (exact, r#"<add input="{REQUEST_METHOD}" pattern="PUT"/>"#, r#"{"method":["PUT"]}"#),
        (exact, r#"<add input="{HTTPS}" pattern="off"/>"#, r#"{"scheme":"http"}"#),
        ("", r#"<add input="{HTTP_X_KEY}" pattern="s3cret"/>"#, r#"{"header":{"X-KEY":{"regex":"(?i)s3cret"}}}"#),
    ] {
        let (rules, said) = refused(syntax, condition);
        assert_eq!(said, [""; 0], "{syntax} {condition}");
        assert!(rules.contains(&format!(r#""when":{when},"status":403"#)), "{syntax} {condition}: {rules}");
    }
}

/// <https://learn.microsoft.com/iis/web-dev-reference/server-variables>: `HTTP_METHOD`, `HTTP_URL` and `HTTP_VERSION` are not headers.
#[test]
fn variables_that_are_no_headers() {
    let (rules, said) = refused("", r#"<add input="{HTTP_METHOD}" pattern="^(PUT|DELETE|TRACE)$"/>"#);
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#""when":{"method":["PUT","DELETE","TRACE"]},"status":403"#), "{rules}");
    for variable in ["HTTP_URL", "HTTP_VERSION", "http_url"] {
        let (rules, said) = refused("", &format!("<add input=\"{{{variable}}}\" pattern=\"/secret\"/>"));
        assert!(!rules.contains("when") && rules.contains(r#""status":403"#), "{variable}: {rules}");
        assert_eq!(said.len(), 1, "{said:?}");
    }
}
