//! Rules by who asks, and guards in sections that are not read.

#![allow(clippy::unwrap_used)]

use super::read;

/// A redirect to a page where one logs in keeps out who is not.
#[test]
fn a_redirect_by_who_asks_is_a_guard() {
    for (cond, closes) in [
        ("%{REMOTE_USER} ^$", true),
        ("%{LA-U:REMOTE_USER} !^admin$", true),
        ("%{REMOTE_ADDR} !^10\\.", true),
        ("%{HTTP_COOKIE} !(?=x)session", true),
        ("%{HTTP:X-Forwarded-For} !^(?=1)10\\.", true),
        ("expr \"! -R '10.0.0.0/8'\"", true),
        ("expr \"%{HTTP_HOST} -strmatch 'a*'\"", false),
        ("%{ENV:in} !1", true),
        ("%{ENV:other} !1", false),
        ("%{HTTP_COOKIE} !session=", false),
        ("%{TIME_HOUR} >07", false),
    ] {
        // A rewrite to a page that says nothing keeps them out as well.
        for to in ["/login [R,L]", "/closed.html [L]"] {
            let text =
                format!("SetEnvIf Remote_Addr ^10 in=1\nRewriteEngine On\nRewriteCond {cond}\nRewriteRule ^a/ {to}\n");
            let (rules, said) = read(&text);
            assert_eq!(rules.contains(r#"{"for":"/a/*","status":403}"#), closes, "{text}: {rules} {said:?}");
        }
    }
    // What is left out for its target is one too, and closes no more than its conditions say.
    let (rules, _) =
        read("RewriteEngine On\nRewriteCond %{HTTP_COOKIE} !in\nRewriteRule ^a/ /login?u=%{REMOTE_USER} [R,L]\n");
    assert!(rules.contains(r#""for":"/a/*","when":{"not":{"header":{"cookie""#), "{rules}");
    // A copy of the page in a cache is the page.
    let (rules, said) = read(
        "RewriteEngine On\nRewriteCond %{HTTP_COOKIE} !(?=x)in\nRewriteCond /cache/$1.html -f\nRewriteRule ^(.*) /cache/$1.html [L]\n",
    );
    assert_eq!((rules.as_str(), said.len()), ("{}", 1));
}

/// Where a rule is skipped by who is known, or is one of a chain, it keeps out the others.
#[test]
fn a_chain_by_who_asks_is_a_guard() {
    for rules in [
        "RewriteCond %{REMOTE_ADDR} ^10\\.\nRewriteRule ^ - [S=1]\nRewriteRule ^a/ /login [R,L]\n",
        "RewriteCond %{REMOTE_ADDR} !^10\\.\nRewriteRule ^a/ - [C]\nRewriteRule ^ /login [R,L]\n",
    ] {
        let (own, said) = read(&format!("RewriteEngine On\n{rules}"));
        assert!(own.contains(r#"{"for":"/a/*","status":403}"#), "{rules}: {own} {said:?}");
    }
}

/// What keeps requests out counts in sections that are not read, whatever directive says it.
#[test]
fn no_guard_is_lost_in_a_section_that_is_not_read() {
    for section in ["IfDefine X", "IfFile /x", "If \"%{HTTP_COOKIE} !~ /in/\"", "Proxy *", "FilesMatch (?=a)b"] {
        for (inner, closes) in [
            ("SecRule ARGS x \"id:1,deny\"", r#"{"for":"/*","status":403}"#),
            ("SecRule ARGS x \"id:1,pass\"", ""),
            ("Include guards.conf", r#"{"for":"/*","status":403}"#),
            ("AllowMethods GET", r#""when":{"not":{"method":["GET","HEAD"]}},"status":405"#),
            (
                "RewriteEngine On\nRewriteCond %{REMOTE_USER} ^$\nRewriteRule ^a/ /login [R]",
                r#"{"for":"/a/*","status":403}"#,
            ),
        ] {
            let name = section.split(' ').next().unwrap();
            let (rules, said) = read(&format!("<{section}>\n{inner}\n</{name}>\n"));
            let holds = if closes.is_empty() { rules == "{}" } else { rules.contains(closes) };
            assert!(holds, "{section} {inner}: {rules} {said:?}");
        }
    }
    // A redirect by who asks.
    let (rules, _) = read("<If \"! -R '10.0.0.0/8'\">\nRedirect 302 /a /login\n</If>\n");
    assert!(rules.contains(r#"{"for":["/a","/a/*"],"status":403}"#), "{rules}");
    let (rules, _) = read("<If \"-R '10.0.0.0/8'\">\n</If>\n<Else>\nRedirect 302 /a /login\n</Else>\n");
    assert!(rules.contains(r#"{"for":["/a","/a/*"],"status":403}"#), "{rules}");
    let (rules, _) = read("<If \"%{HTTP_HOST} == 'a.example'\">\nRedirect 302 /a /b\n</If>\n");
    assert_eq!(rules, "{}");
}
