//! From the examples of <https://docs.aws.amazon.com/amplify/latest/userguide/redirect-rewrite-examples.html>.

use super::*;

fn one(source: &str, target: &str, status: &str, condition: &str) -> (String, Vec<String>) {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let text = format!(
        "[\n{{\"source\":{},\"target\":{},\"status\":\"{status}\",\"condition\":{condition}}}]",
        quoted(source),
        quoted(target)
    );
    read(&text, Hosting::Amplify)
}

#[test]
fn the_examples_of_the_documentation() {
    for (source, target, status, rules) in [
        (
            "/original.html",
            "/destination.html",
            "301",
            r#"{"redirects":[{"from":"/original.html","to":"/destination.html","status":301}]}"#,
        ),
        (
            "/docs/<*>",
            "/documents/<*>",
            "301",
            r#"{"redirects":[{"from":"/docs/*","to":"/documents/{splat}","status":301}]}"#,
        ),
        ("/<*>", "/index.html", "200", r#"{"rewrites":[{"from":"/*","to":"/index.html"}]}"#),
        ("/<*>", "/index.html", "404-200", r#"{"rewrites":[{"from":"/*","to":"/index.html","fallback":true}]}"#),
        ("/<*>", "/404.html", "404", r#"{"rewrites":[{"from":"/*","to":"/404.html","status":404,"fallback":true}]}"#),
        (
            "https://mydomain.com",
            "https://www.mydomain.com/documents",
            "302",
            r#"{"redirects":[{"from":"/*","when":{"host":"mydomain.com"},"to":"https://www.mydomain.com/documents/{splat}","status":302}]}"#,
        ),
        (
            "/images/<*>",
            "https://images.otherdomain.com/<*>",
            "200",
            concat!(
                r#"{"origins":[{"for":"/images/*","to":{"custom":{"domainName":"images.otherdomain.com","protocol":"https"}}}],"#,
                r#""rewrites":[{"from":"/images/*","to":"/{splat}"}]}"#
            ),
        ),
        (
            "/docs/<year>/<month>/<date>/<itemid>",
            "/<year>/<month>/<date>/<itemid>",
            "302",
            r#"{"redirects":[{"from":"/docs/:year/:month/:date/:itemid","to":"/{year}/{month}/{date}/{itemid}","status":302}]}"#,
        ),
        (
            "/docs?id=<my-blog-id-value>",
            "/documents/<my-blog-id-value>",
            "301",
            r#"{"redirects":[{"from":"/docs","when":{"query":{"id":true}},"to":"/documents/{query.id}","status":301}]}"#,
        ),
        (
            "/docs?id=3",
            "/documents/3",
            "301",
            r#"{"redirects":[{"from":"/docs","when":{"query":{"id":"3"}},"to":"/documents/3","query":"drop","status":301}]}"#,
        ),
        (
            r"</^[^.]+$|\.(?!(css|js|png)$)([^.]+$)/>",
            "/index.html",
            "200",
            r#"{"rewrites":[{"from":"/*","except":{"regex":"\\.(?:css|js|png)?$"},"to":"/index.html"}]}"#,
        ),
    ] {
        let (got, said) = one(source, target, status, "null");
        assert_eq!(said, [""; 0], "{source}");
        assert_eq!(got, rules, "{source}");
    }
    let (rules, _) = one("/documents", "/documents/us/", "302", "\"<US>\"");
    assert_eq!(
        rules,
        r#"{"redirects":[{"from":"/documents","when":{"country":"US"},"to":"/documents/us/","status":302}]}"#
    );
}

#[test]
fn what_is_left_out_is_said() {
    for (source, target, status, what) in [
        ("https://a.example/b", "/c", "301", "a host and a path"),
        ("/a/<*>/b", "/c", "301", "before the end"),
        ("/a/<b>", "/<c>", "301", "<c>"),
        ("/a", "/b", "307", "the status"),
        ("a", "/b", "301", "a source as"),
        ("/a", "b", "301", "a redirect to"),
        ("/a/<b", "/b", "301", "not closed"),
        ("</^/a(?=b)/>", "/b", "301", "look-around"),
        ("/a/<*>", "https://<*>/b", "200", "depends on the request"),
        ("/a/<b>c", "/b", "301", "right after"),
    ] {
        let (rules, said) = one(source, target, status, "null");
        assert_eq!(rules, "{}", "{source}");
        assert!(said.iter().any(|said| said.starts_with('2') && said.contains(what)), "{source}: {said:?}");
    }
    assert_eq!(one("/a", "/b", "301", "\"Europe\"").0, "{}");
    let text = r#"{ "customRules": [{ "source": "/a", "target": "/b", "status": "301" }, { "source": "/c" }] }"#;
    assert_eq!(share(text, Hosting::Amplify), "1 of 2 entries are taken over (50 %)");
}
