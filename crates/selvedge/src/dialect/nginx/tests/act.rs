//! `return`, `rewrite`, and `if` on a map.

use super::read;

/// <https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#return>
#[test]
fn a_return_may_have_a_text() {
    for (inside, members) in [
        ("return 403 no;", r#""status":403,"body":"no""#),
        (
            "default_type text/html; return 200 'a b';",
            r#""status":200,"headers":{"Content-Type":"text/html"},"body":"a b""#,
        ),
        ("return 204;", r#""status":204"#),
        ("return 200 \"\";", r#""status":200"#),
    ] {
        let (rules, said) = read(&format!("server {{ location = /a {{ {inside} }} }}"));
        assert_eq!((rules, said), (format!(r#"{{"responses":[{{"for":"/a",{members}}}]}}"#), vec![]));
    }
    // It comes before what only a file decides, wherever it stands.
    let (rules, said) = read("server { location /a { try_files $uri $uri/ /b; return 301 /c; } }");
    assert_eq!(said, [""; 0]);
    assert!(rules.starts_with(r#"{"redirects":[{"from":"/a*","to":"/c""#), "{rules}");
}

/// As nginx 1.22 answers: `/about` and `/OLD` are rewritten as well.
#[test]
fn a_rewrite_may_ignore_case() {
    for (inside, rules) in [
        (
            "rewrite (?i)^/ABOUT$ /about.html permanent;",
            r#"{"redirects":[{"from":"/ABOUT","ignoreCase":true,"to":"/about.html","status":301}]}"#,
        ),
        (
            "rewrite (?i)^/ABOUT$ /about.html break;",
            r#"{"rewrites":[{"from":"/ABOUT","ignoreCase":true,"to":"/about.html"}]}"#,
        ),
        (
            "location / { rewrite (?i)^/ABOUT$ /about.html permanent; }",
            r#"{"redirects":[{"from":"/ABOUT","ignoreCase":true,"to":"/about.html","status":301}]}"#,
        ),
    ] {
        let (own, said) = read(&format!("server {{ {inside} }}"));
        assert_eq!((own.as_str(), said), (rules, vec![]), "{inside}");
    }
    let (rules, _) = read("server { rewrite \"(?i)^/old\" /blocked/ last; location /blocked/ { deny all; } }");
    assert!(rules.contains(r#"{"for":"/old*","ignoreCase":true,"status":403}"#), "{rules}");
    // The location is for one spelling.
    let (rules, said) = read("server { location /old/ { rewrite (?i)^/old/(.*)$ /new/$1 permanent; } }");
    assert_eq!((rules.as_str(), said.len()), ("{}", 1), "{said:?}");
    // So is an exact one for `/` alone.
    let (rules, said) = read("server { location = / { rewrite ^/a$ /b permanent; } }");
    assert_eq!((rules.as_str(), said.len()), ("{}", 1), "{said:?}");
}

/// <https://nginx.org/en/docs/http/ngx_http_map_module.html>: the whole text first, whatever its case, then expressions.
#[test]
fn a_map_is_rules_by_its_rows() {
    let of = |rows: &str, inside: &str| read(&format!("map {rows} server {{ {inside} }}"));
    for (rows, inside, expected) in [
        (
            "$uri $to { ~^/c/(.*)$ /d/$1; default ''; /A /b$is_args$args; /x https://z.example/; }",
            "if ($to != \"\") { return 301 $to; }",
            concat!(
                r#"{"redirects":[{"from":"/A","ignoreCase":true,"to":"/b","status":301},"#,
                r#"{"from":"/x","ignoreCase":true,"to":"https://z.example/","query":"drop","status":301},"#,
                r#"{"from":"/c/*","to":"/d/{splat}","query":"drop","status":301}]}"#
            ),
        ),
        (
            "$uri $gone { /a 1; ~\\.php$ 1; }",
            "if ($gone = 1) { return 410; }",
            concat!(
                r#"{"responses":[{"for":"/a","ignoreCase":true,"status":410},"#,
                r#"{"for":{"regex":"\\.php$"},"status":410}]}"#
            ),
        ),
        (
            "$host $bad { hostnames; default 0; .a.example 1; b.example 1; }",
            "if ($bad) { return 403; }",
            r#"{"responses":[{"for":"/*","when":{"any":[{"host":["a.example","*.a.example"]},{"host":"b.example"}]},"status":403}]}"#,
        ),
        (
            "$http_x_key $bad { default 1; Sesame 0; }",
            "if ($bad) { return 403; }",
            r#"{"responses":[{"for":"/*","when":{"not":{"header":{"x-key":{"regex":"(?i)^[Ss][Ee][Ss][Aa][Mm][Ee]$"}}}},"status":403}]}"#,
        ),
        (
            "$host $to { a.example /a; b.example /b; }",
            "if ($to) { return 302 https://z.example${to}; }",
            concat!(
                r#"{"redirects":[{"from":"/*","when":{"host":"a.example"},"to":"https://z.example/a","query":"drop","status":302},"#,
                r#"{"from":"/*","when":{"host":"b.example"},"to":"https://z.example/b","query":"drop","status":302}]}"#
            ),
        ),
    ] {
        let (own, said) = of(rows, inside);
        assert_eq!(said, [""; 0], "{rows}");
        assert_eq!(own.replace(r#"(?i)^Sesame$"#, r#"(?i)^[Ss][Ee][Ss][Aa][Mm][Ee]$"#), expected, "{rows}");
    }
    // What cannot be read of a guard closes all.
    for rows in [
        "$uri $bad { /a 0; ~^/a 1; }",
        "$uri $bad { default 1; /a 0; }",
        "$uri $bad { include x; }",
        "$request_uri $bad { ~\\?a=1 1; }",
        "$cookie_x $bad { a 1; }",
        "$uri $bad { /a $x; }",
    ] {
        let (own, said) = of(rows, "if ($bad) { return 403; }");
        assert!(own.contains(r#"{"for":"/*","status":403}"#) && !said.is_empty(), "{rows}: {own}");
    }
    // The query is a part of $request_uri.
    let (own, said) = of("$request_uri $to { /a?id=3 /b; /a.php?x=y /c; }", "if ($to) { return 301 $to; }");
    assert!(said.iter().any(|said| said.contains("a map with the query \"x=y\"")), "{own} {said:?}");
    let (own, said) = of("$request_uri $to { /a?id=3 /b; }", "if ($to) { return 301 $to; }");
    assert!(own.contains(r#""when":{"query":{"id":"3"}}"#) && said.len() == 1, "{own} {said:?}");
}

/// <https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#rewrite>
#[test]
fn a_rewrite_is_one_where_nothing_else_takes_what_it_makes() {
    let (rules, said) = read("server { rewrite ^/a/(.*)$ /b/$1 last; location /c { rewrite ^/c$ /d.html break; } }");
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#"{"from":"/a/*","to":"/b/{splat}"}"#), "{rules}");
    assert!(rules.contains(r#"{"from":"/c","to":"/d.html"}"#), "{rules}");
    for (inside, what, closes) in [
        ("location /b/ { return 301 /c; }", "another rule of the server takes", false),
        ("location /b/ { deny all; }", "answered 403", true),
        ("location ~ html$ { return 403; } rewrite ^/x/(.*)$ /b/$1.html last;", "answered 403", true),
        ("rewrite ^/b/ /c last;", "another rule of the server takes", false),
        ("location /b/ { add_header X 1; }", "headers of its own", false),
        ("location /b/ { try_files $uri $uri/ /c; }", "another rule of the server takes", false),
    ] {
        let (rules, said) = read(&format!("server {{ rewrite ^/a/(.*)$ /b/$1 last; {inside} }}"));
        assert!(said.iter().any(|said| said.contains(what)), "{inside}: {said:?}");
        assert_eq!(rules.contains(r#""status":403}"#), closes, "{inside}: {rules}");
    }
}

/// Asked of nginx 1.22: `return` runs before anybody is asked who may come in, but where a `break` ends what runs there.
#[test]
fn a_return_comes_before_permissions() {
    let closed = r#""status":403"#;
    for (text, expected) in [
        ("deny all; location /a { return 301 /b; }", r#"{"for":"/*","except":"/a*","status":403}"#),
        ("auth_basic x; location = /a { return 301 /b; }", r#"{"for":"/*","except":"/a","status":403}"#),
        ("location /a { deny all; rewrite ^/a/x$ /a/y break; return 302 /b; }", r#"{"for":"/a*","status":403}"#),
        ("location /a { deny all; if ($host = a) { break; } return 302 /b; }", r#"{"for":"/a*","status":403}"#),
        ("deny all; rewrite ^/p /q last; return 302 /z;", r#"{"for":"/*","#),
        // What is left out cannot answer in the place of the guard.
        ("location /a { deny all; return 302 $unheard_of; }", r#"{"for":"/a*","status":403}"#),
        ("deny all; return 302 $unheard_of;", r#"{"for":"/*","status":403}"#),
    ] {
        let (rules, said) = read(&format!("server {{ {text} }}"));
        assert!(rules.contains(expected) && rules.contains(closed), "{text}: {rules} {said:?}");
    }
    for text in [
        "location /a { deny all; return 301 /b; }",
        "location /a { allow 10.0.0.0/8; deny all; if ($host = a) { return 302 /c; } return 301 /b; }",
        "deny all; return 302 /z; location /l { deny all; }",
    ] {
        let (rules, said) = read(&format!("server {{ {text} }}"));
        assert!(!rules.contains(closed) && rules.contains("redirects"), "{text}: {rules} {said:?}");
        assert_eq!(said, [""; 0], "{text}");
    }
}
