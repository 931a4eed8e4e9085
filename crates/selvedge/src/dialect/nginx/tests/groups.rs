use super::*;

/// <https://nginx.org/en/docs/http/ngx_http_rewrite_module.html>: a group of an expression is a variable, by its number or its name,
/// and `$scheme` is http or https.
#[test]
fn groups_are_variables_by_their_numbers_and_names() {
    for (inside, expected) in [
        (
            "rewrite ^/u/(?<id>\\d+)$ /user/$id permanent;",
            r#"[{"from":{"regex":"^/u/([0-9]+)$"},"to":"/user/{1}","status":301}]"#,
        ),
        (
            "location ~ ^/(?<a>x|y)/(?P<b>\\d)$ { return 302 /$b/${a}z; }",
            r#"[{"from":{"regex":"^/(x|y)/([0-9])$"},"to":"/{2}/{1}z","query":"drop","status":302}]"#,
        ),
        (
            "if ($http_host ~ ^(?<name>[a-z]+)\\.example$) { return 302 http://$1.test/$name; }",
            r#"[{"from":"/*","when":{"host":{"regex":"^(?<if1>[a-z]+)\\.example$"}},"to":"http://{if1}.test/{if1}","query":"drop","status":302}]"#,
        ),
        (
            "if ($scheme = http) { return 301 $scheme://z.example$request_uri; }",
            r#"[{"from":"/*","when":{"scheme":"http"},"to":"http://z.example/{splat}","status":301}]"#,
        ),
        (
            "location = /a { return 301 $scheme://z.example/b; }",
            r#"[{"from":"/a","when":{"scheme":"http"},"to":"http://z.example/b","query":"drop","status":301},{"from":"/a","when":{"scheme":"https"},"to":"https://z.example/b","query":"drop","status":301}]"#,
        ),
        (
            "if ($http_host = Old.example) { return 301 /x; }",
            r#"[{"from":"/*","when":{"host":"old.example"},"to":"/x","query":"drop","status":301}]"#,
        ),
    ] {
        let (rules, said) = read(&format!("server {{ {inside} }}"));
        assert_eq!(said, [""; 0], "{inside}");
        assert_eq!(rules, format!("{{\"redirects\":{expected}}}"), "{inside}");
    }
}

/// The last expression that matched counts, and the host of a target is not several labels of a group.
#[test]
fn groups_of_which_it_is_not_known_what_they_are_are_said() {
    for (inside, what) in [
        ("location ~ ^/(?<a>x)$ { if ($http_x ~ (?<a>y)) { return 302 /$a; } }", "the variable $a"),
        ("set $a b; rewrite ^/(?<a>x)$ /y/$a permanent; set $a c;", "the variable $a"),
        ("location ~ ^/(x)$ { if ($http_x ~ y) { return 302 /$1; } }", "$1 here"),
        ("if ($request_method ~ ^(GET|PUT)$) { return 302 /$1; }", "$1 here"),
        ("if ($http_x ~ ^(a*)) { return 302 /$1; }", "an if that captures"),
        ("if ($host ~ ^www\\.(.+)$) { return 301 https://$1$request_uri; }", "several labels"),
        ("if ($http_host = a.example:8080) { return 301 /x; }", "the port"),
    ] {
        let (rules, said) = read(&format!("server {{ {inside} }}"));
        assert!(said.iter().any(|said| said.contains(what)), "{inside}: {said:?}");
        assert!(!rules.contains("redirects"), "{inside}: {rules}");
    }
}
