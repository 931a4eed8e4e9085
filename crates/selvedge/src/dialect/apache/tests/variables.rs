//! Variables, expressions and maps.

use super::read;

/// <https://httpd.apache.org/docs/2.4/mod/mod_setenvif.html>, <https://httpd.apache.org/docs/2.4/expr.html>
#[test]
fn a_header_may_have_a_condition() {
    let header = |when: &str| format!(r#"{{"headers":[{{"when":{when},"set":{{"X":"1"}}}}]}}"#);
    for (text, when) in [
        ("SetEnvIf Origin : cors\nHeader set X 1 env=cors", r#"{"header":{"origin":{"regex":":"}}}"#),
        ("SetEnvIf Origin : cors\nHeader set X 1 env=!cors", r#"{"not":{"header":{"origin":{"regex":":"}}}}"#),
        ("BrowserMatchNoCase bot b\nHeader set X 1 env=b", r#"{"header":{"user-agent":{"regex":"(?i)bot"}}}"#),
        ("Header set X 1 \"expr=%{HTTPS} == 'on'\"", r#"{"scheme":"https"}"#),
        ("Header set X 1 \"expr=%{REQUEST_STATUS} -eq 404\"", r#"{"status":404}"#),
        ("Header set X 1 \"expr=%{CONTENT_TYPE} !~ m#^text/#i\"", r#"{"not":{"contentType":{"regex":"(?i)^text/"}}}"#),
        (
            "Header set X 1 \"expr=%{HTTPS} == 'on' && %{HTTP:X-A} =~ /a&&b/\"",
            r#"{"scheme":"https","header":{"x-a":{"regex":"a&&b"}}}"#,
        ),
    ] {
        let (rules, said) = read(text);
        assert_eq!((rules, said), (header(when), vec![]), "{text}");
    }
    for text in [
        "Header set X 1 env=other",
        "SetEnvIf Remote_Addr ^10 a\nHeader set X 1 env=a",
        "SetEnvIf X-A (?=a) a\nHeader set X 1 env=a",
        "SetEnvIf X-A !a a\nHeader set X 1 env=a",
        "RewriteEngine On\nRewriteRule ^a - [E=a:1]\nHeader set X 1 env=a",
        "Header set X 1 \"expr=%{CONTENT_TYPE} =~ m#html$#\"",
        "Header set X 1 \"expr=%{HTTPS} == 'on' || true\"",
        "Header set X 1 \"expr=-n %{HTTPS}\"",
    ] {
        let (rules, said) = read(text);
        assert_eq!(rules, "{}", "{text}");
        assert!(said.last().is_some_and(|said| said.contains("rules do not have")), "{text}: {said:?}");
    }
}

/// <https://httpd.apache.org/docs/2.4/rewrite/rewritemap.html#int>
#[test]
fn a_map_may_make_letters_small() {
    let of = |text: &str| read(&format!("RewriteEngine On\nRewriteMap lc int:tolower\n{text}\n"));
    let (rules, said) = of("RewriteRule ^/?A/(.*)$ /a/${lc:$1} [R=301,L]");
    assert!(said.is_empty() && rules.contains(r#""to":"/a/{1|lower}""#), "{rules} {said:?}");
    let (rules, said) = of("RewriteRule [A-Z] ${lc:%{REQUEST_URI}} [R=301,L]");
    assert!(said.is_empty() && rules.contains(r#""to":"/{path|lower}""#), "{rules} {said:?}");
    for text in [
        "RewriteRule ^(a)$ /${up:$1} [R,L]",
        "RewriteRule ^(a)(b)$ /${lc:$1$2} [R,L]",
        "RewriteRule ^(a)$ /${lc:$1 [R,L]",
        "RewriteMap x int:escape",
        "RewriteMap x txt:/x",
    ] {
        assert_eq!(of(text).1.len(), 1, "{text}");
    }
}

/// <https://httpd.apache.org/docs/2.4/mod/mod_rewrite.html#rewritecond>: the last expression that matched says what `%1` is.
#[test]
fn groups_are_those_of_the_last_condition() {
    let of = |conditions: &str, to: &str| {
        let conditions: String = conditions.lines().map(|line| format!("RewriteCond {line}\n")).collect();
        read(&format!("RewriteEngine On\n{conditions}RewriteRule ^ {to} [R,L]\n"))
    };
    for (conditions, to, expected) in [
        ("%{REQUEST_URI} ^/a/(.*)$", "/b/%1", r#"{"from":"/a/*","to":"/b/{splat}""#),
        ("%{HTTP_HOST} ^(a)\\.\n%{REQUEST_URI} ^/a/(.*)$", "/b/%1", r#""to":"/b/{splat}""#),
        ("%{REQUEST_URI} ^/a/(.*)$\n%{HTTP_HOST} ^(a)\\.", "/b/%1", r#""to":"/b/{c2x1}""#),
        ("%{QUERY_STRING} (^|&)id=([0-9]+)(&|$)", "/b/%2", r#""to":"/b/{c1x1}""#),
    ] {
        let (rules, said) = of(conditions, to);
        assert!(said.is_empty() && rules.contains(expected), "{conditions}: {rules} {said:?}");
    }
    for (conditions, to) in [
        // The second has no groups: %1 is empty then.
        ("%{HTTP_HOST} ^(a)\\.\n%{HTTP_USER_AGENT} b", "/b/%1"),
        ("%{QUERY_STRING} (^|&)id=([0-9]+)(&|$)", "/b/%1"),
        ("%{QUERY_STRING} (^|&)id=(.*)$", "/b/%2"),
        ("%{HTTP_HOST} ^(a)\\. [OR]\n%{HTTP_HOST} ^(b)\\.", "/b/%1"),
        ("%{REQUEST_URI} ^/(.*)$", "https://%1/"),
    ] {
        assert_eq!(of(conditions, to).1.len(), 1, "{conditions}: {:?}", of(conditions, to));
    }
    // No file of a site at the edge is a link.
    let (rules, said) = of("%{REQUEST_FILENAME} !-l\n%{REQUEST_FILENAME} !-f", "/b");
    assert!(said.is_empty() && rules.contains(r#""fallback":true"#), "{rules} {said:?}");
}

/// <https://httpd.apache.org/docs/2.4/mod/mod_mime.html#addcharset>, <https://httpd.apache.org/docs/2.4/mod/core.html#adddefaultcharset>
#[test]
fn types_without_a_charset_get_one() {
    let (rules, said) = read("AddDefaultCharset utf-8\nAddCharset utf-8 .css\nAddDefaultCharset Off\n");
    assert_eq!(said, [""; 0]);
    let edit =
        |kinds: &str| format!(r#""replace":{{"Content-Type":[{{"regex":"{kinds}","with":"{{1}}; charset=utf-8"}}]}}"#);
    let expected = format!(
        r#"{{"headers":[{{{}}},{{"for":["*.css"],{}}}]}}"#,
        edit("(?i)^(text/(?:html|plain))$"),
        edit("^([^;]+)$")
    );
    assert_eq!(rules, expected);
}
