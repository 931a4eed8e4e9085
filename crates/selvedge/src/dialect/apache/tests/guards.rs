//! Guards of modules, and conditions on the method.

use super::read;

/// <https://httpd.apache.org/docs/2.4/mod/mod_allowmethods.html>; HEAD is a GET to Apache.
#[test]
fn methods_that_are_not_allowed_are_answered() {
    let (rules, said) = read("<Location /a>\nAllowMethods GET POST\n</Location>\n");
    assert_eq!(said, [""; 0]);
    let expected =
        r#"{"responses":[{"for":["/a","/a/*"],"when":{"not":{"method":["GET","POST","HEAD"]}},"status":405}]}"#;
    assert_eq!(rules, expected);
    assert_eq!(read("<Location /a>\nAllowMethods reset\n</Location>\n"), ("{}".to_owned(), Vec::new()));
}

/// What a rule of ModSecurity refuses is not read.
#[test]
fn rules_of_modsecurity_that_refuse_close() {
    for (rule, closes) in [
        ("SecRule REQUEST_URI \"@contains x\" \"id:1,phase:1,deny,status:403\"", true),
        ("SecRule ARGS x \"id:2,redirect:https://e.org/\"", true),
        ("SecAction \"id:3,pass,nolog\"", false),
    ] {
        let (rules, said) = read(&format!("<Location /a>\n{rule}\n</Location>\n"));
        assert_eq!(rules.contains(r#"{"for":["/a","/a/*"],"status":403}"#), closes, "{rule}: {rules}");
        assert_eq!(said.len(), 1, "{rule}");
    }
}

/// By hand: an expression without an end holds for what begins so, one without a beginning for what ends so.
#[test]
fn methods_may_be_a_part_of_an_expression() {
    for (text, methods) in [
        ("^(TRACE|TRACK)", r#"{"method":["TRACE","TRACK"]}"#),
        ("(PUT|DELETE)$", r#"{"method":["PUT","DELETE"]}"#),
        ("LOCK", r#"{"method":["LOCK","UNLOCK"]}"#),
        ("^TRAC[EK]", r#"{"method":["TRACE","TRACK"]}"#),
        ("^TRAC(E|K)$", r#"{"method":["TRACE","TRACK"]}"#),
        ("^(TRACE|TRACK|OPTIONS)$", r#"{"method":["TRACE","TRACK","OPTIONS"]}"#),
        ("^PUT|POST$", r#"{"method":["PUT","POST"]}"#),
        ("!^(GET|HEAD|POST)", r#"{"not":{"method":["GET","HEAD","POST"]}}"#),
    ] {
        let (rules, said) =
            read(&format!("RewriteEngine On\nRewriteCond %{{REQUEST_METHOD}} {text}\nRewriteRule .* - [F]\n"));
        assert_eq!(said, [""; 0], "{text}");
        assert_eq!(rules, format!(r#"{{"responses":[{{"for":"/*","when":{methods},"status":403}}]}}"#), "{text}");
    }
    // A part of a word may be any method.
    for text in ["^TRAC", "^(PUT|DEL)", "^HEAD$|^GE", "^[A-Z]+$"] {
        let (rules, said) =
            read(&format!("RewriteEngine On\nRewriteCond %{{REQUEST_METHOD}} {text}\nRewriteRule .* - [F]\n"));
        assert_eq!((rules.as_str(), said.len()), (r#"{"responses":[{"for":"/*","status":403}]}"#, 1), "{text}");
    }
}

/// <https://httpd.apache.org/docs/2.4/rewrite/flags.html#flag_r>: without L the next rules go on with the target.
#[test]
fn a_redirect_without_l_is_the_last_rule() {
    let rule = "RewriteRule ^a$ https://e.org/b [R=301]\n";
    for (text, errors) in [
        (format!("RewriteEngine On\n{rule}"), 0),
        (format!("<IfModule mod_rewrite.c>\nRewriteEngine On\n{rule}</IfModule>\n"), 0),
        (format!("RewriteEngine On\n{rule}<Files x>\nHeader set A b\n</Files>\n"), 0),
        (format!("RewriteEngine On\n{rule}RewriteRule ^c$ /d [R,L]\n"), 1),
        (format!("RewriteEngine On\n{rule}<IfModule x>\nRewriteRule ^c$ /d [R,L]\n</IfModule>\n"), 1),
    ] {
        let (rules, said) = read(&text);
        assert_eq!(said.len(), errors, "{text}: {said:?}");
        assert_eq!(rules.contains(r#""to":"https://e.org/b","status":301"#), errors == 0, "{text}: {rules}");
    }
}

/// As html5-boilerplate publishes it, asked of Apache 2.4: the beginning of a name is one of several ways.
#[test]
fn names_by_their_beginning_or_their_end_are_refused() {
    let (rules, said) = read("<FilesMatch \"(^#.*#|\\.(bak|conf|in[ci])|~)$\">\nRequire all denied\n</FilesMatch>\n");
    assert_eq!(said, [""; 0]);
    for regex in [r#"/%23.*%23$"#, r#"/[^/]*\\.(bak|conf|in[ci])$"#, r#"/[^/]*~$"#] {
        assert!(rules.contains(&format!(r#"{{"regex":"{regex}"}}"#)), "{regex}: {rules}");
    }
    // One that cannot be read closes all, and says so.
    let (rules, said) = read("<FilesMatch \"^(?!a)b\">\nRequire all denied\n</FilesMatch>\n");
    assert!(rules.contains(r#""for":"/*""#) && rules.contains("403"), "{rules}");
    assert!(said.len() == 1 && said[0].contains("all paths are answered 403"), "{said:?}");
}

/// As Apache 2.4 answers: `/ADMIN` and `/Core/x` are forbidden as well.
#[test]
fn a_section_may_ignore_case() {
    for (section, regex) in [
        ("<LocationMatch \"(?i)^/admin\">", "(?i)^/admin"),
        ("<Location ~ \"(?i)^/core/\">", "(?i)^/core/"),
        ("<LocationMatch \"(?i)^/a$\">", "(?i)^/a$"),
    ] {
        let end = if section.contains("Match") { "</LocationMatch>" } else { "</Location>" };
        let (rules, said) = read(&format!("{section}\nRequire all denied\n{end}\n"));
        assert_eq!(said, [""; 0], "{section}");
        assert_eq!(rules, format!(r#"{{"responses":[{{"for":{{"regex":"{regex}"}},"status":403}}]}}"#), "{section}");
    }
    let (rules, _) = read("RewriteEngine On\nRewriteRule !(?i)^a$ - [F]\n");
    assert!(rules.contains(r#""except":[{"regex":"(?i)^/a$"}]"#), "{rules}");
}

/// Drupal's own file; as Apache 2.4 answers, `/.well-known/x` alone comes through.
#[test]
fn a_look_ahead_at_words_keeps_the_rest_out() {
    let text = "RewriteEngine On\nRewriteRule \"/\\.|^\\.(?!well-known/)\" - [F]\n\
                <FilesMatch \"\\.(po|sh)$|^(\\.(?!well-known).*|Root)$\">\nRequire all denied\n</FilesMatch>\n";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0], "{rules}");
    assert!(!rules.contains(r#""for":"/*""#), "{rules}");
}

/// <https://httpd.apache.org/docs/2.4/rewrite/flags.html#flag_pt>
#[test]
fn what_is_passed_through_is_the_last_rule() {
    let rules = r#"{"rewrites":[{"from":"/a","to":"/b.html"}]}"#;
    for text in [
        "RewriteEngine On\nRewriteRule ^a$ /b.html [PT]\n",
        "<VirtualHost *:80>\nRewriteEngine On\nRewriteRule ^/a$ /b.html [PT]\n</VirtualHost>\n",
    ] {
        let (own, said) = read(text);
        assert_eq!((own.as_str(), said), (rules, vec![]), "{text}");
    }
}
