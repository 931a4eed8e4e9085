//! The first rule that matches and stops is the last: <https://learn.microsoft.com/iis/extensions/url-rewrite-module/url-rewrite-module-configuration-reference>,
//! "Rules evaluation process".

use super::*;

fn rules(all: &[&str]) -> (String, Vec<String>) {
    iis(&format!("<rewrite><rules>{}</rules></rewrite>", all.concat()))
}

fn rule_of(inside: &str, action: &str) -> String {
    format!("<rule name=\"a\" stopProcessing=\"true\">{inside}<action {action}/></rule>")
}

const NONE: &str = r#"type="None""#;
const REFUSED: &str = r#"type="CustomResponse" statusCode="403""#;

#[test]
fn what_an_earlier_rule_takes_is_not_refused() {
    let all = rule_of(r#"<match url=".*"/>"#, REFUSED);
    let keyed = rule_of(
        r#"<match url=".*"/><conditions><add input="{HTTP_X_KEY}" pattern="^k$" negate="true"/></conditions>"#,
        REFUSED,
    );
    let absent = r#""not":{"header":{"X-KEY":{"regex":"(?i)^k$"}}}"#;
    let by_key = r#"<match url=".*"/><conditions><add input="{HTTP_X_KEY}" pattern="^(k)$"/></conditions>"#;
    for (first, guard, expected) in [
        (
            rule_of(r#"<match url="^admin" negate="true"/>"#, NONE),
            &keyed,
            format!(r#"{{"for":"/admin*","ignoreCase":true,"when":{{{absent}}},"status":403}}"#),
        ),
        (
            rule_of(r#"<match url="^open/"/>"#, NONE),
            &keyed,
            format!(r#"{{"for":"/*","except":"/open/*","ignoreCase":true,"when":{{{absent}}},"status":403}}"#),
        ),
        (
            rule_of(r#"<match url="^open/" ignoreCase="false"/>"#, NONE),
            &all,
            r#"{"for":"/*","except":"/open/*","status":403}"#.to_owned(),
        ),
        (
            rule_of(by_key, NONE),
            &all,
            r#"{"for":"/*","ignoreCase":true,"when":{"not":{"header":{"X-KEY":{"regex":"(?i)^(k)$"}}}},"status":403}"#
                .to_owned(),
        ),
        (
            rule_of(r#"<match url="^login$"/>"#, r#"type="Redirect" url="/in""#),
            &all,
            r#"{"for":"/*","except":"/login","ignoreCase":true,"status":403}"#.to_owned(),
        ),
    ] {
        let (got, said) = rules(&[&first, guard]);
        assert_eq!(said, [""; 0], "{first}");
        assert!(got.contains(&expected), "{first}\n{got}");
    }
}

/// A file that is there is not what a rule for missing ones takes; a rule without an action stops nothing unless it says so.
#[test]
fn what_an_earlier_rule_leaves_is_refused() {
    let guard = rule_of(r#"<match url="^admin/"/>"#, REFUSED);
    let missing = rule_of(
        r#"<match url="^admin/[0-9]x"/><conditions><add input="{REQUEST_FILENAME}" matchType="IsFile" negate="true"/></conditions>"#,
        r#"type="Rewrite" url="/index.html""#,
    );
    let nothing = r#"<rule name="b"><match url="^admin/[0-9]x"/><action type="None"/></rule>"#.to_owned();
    for (first, count) in [(missing, 0), (nothing, 1)] {
        let (got, said) = rules(&[&first, &guard]);
        assert!(got.contains(r#"{"for":"/admin/*","ignoreCase":true,"status":403}"#), "{first}: {got}");
        assert_eq!(said.len(), count, "{said:?}");
    }
}

#[test]
fn an_answer_that_is_for_more_is_said() {
    let guard = |inside: &str| rule_of(inside, REFUSED);
    for (first, second) in [
        (
            rule_of(r#"<match url="^admin" negate="true"/>"#, r#"type="Redirect" url="/t""#),
            guard(r#"<match url="^a/"/>"#),
        ),
        (
            rule_of(
                r#"<match url=".*"/><conditions><add input="{HTTP_X_KEY}" pattern="^k$"/></conditions>"#,
                r#"type="Redirect" url="/in""#,
            ),
            guard(r#"<match url="^admin"/>"#),
        ),
        // Of two parts only one is left.
        (rule_of(r#"<match url="^a/" negate="true"/>"#, NONE), guard(r#"<match url="^b/" negate="true"/>"#)),
        (
            rule_of(r#"<match url="^a/"/><conditions><add input="{HTTP_X_KEY}" pattern="^k$"/></conditions>"#, NONE),
            guard(r#"<match url=".*"/>"#),
        ),
        (rule_of(r#"<match url="^admin/open/" ignoreCase="false"/>"#, NONE), guard(r#"<match url="^admin/"/>"#)),
    ] {
        let (got, said) = rules(&[&first, &second]);
        assert!(got.contains("403") && said.len() == 1, "{first}: {got} {said:?}");
        assert!(said[0].contains("an earlier rule takes"), "{said:?}");
    }
    // Another host has the same rules.
    let https = rule_of(
        r#"<match url="(.*)"/><conditions><add input="{HTTPS}" pattern="^off$"/></conditions>"#,
        r#"type="Redirect" url="https://{HTTP_HOST}/{R:1}""#,
    );
    let (got, said) = rules(&[&https, &guard(r#"<match url="^admin/"/>"#)]);
    assert!(got.contains(r#"{"for":"/admin/*","ignoreCase":true,"status":403}"#), "{got}");
    assert!(said.len() == 1 && said[0].contains("answered at once"), "{said:?}");
    // What is for other paths takes nothing.
    let (_, said) = rules(&[
        &rule_of(r#"<match url="^a/"/><conditions><add input="{HTTP_X_KEY}" pattern="^k$"/></conditions>"#, NONE),
        &guard(r#"<match url="^b/"/>"#),
    ]);
    assert_eq!(said, [""; 0]);
    // All that it is for is what the earlier rule leaves.
    let (got, said) = rules(&[&rule_of(r#"<match url="^a/" negate="true"/>"#, NONE), &guard(r#"<match url="^a/b"/>"#)]);
    assert!(got.contains(r#"{"for":"/a/b*","ignoreCase":true,"status":403}"#) && said.is_empty(), "{got} {said:?}");
}
