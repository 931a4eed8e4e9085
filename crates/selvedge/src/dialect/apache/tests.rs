#![allow(clippy::unwrap_used)]

use super::*;

/// The rules, and the findings besides the share that was taken.
fn read(text: &str) -> (String, Vec<String>) {
    let parsed = apache(text, &Options::new());
    parsed.to_rules().unwrap();
    let said = parsed.findings.iter().filter(|finding| finding.code != "taken-over");
    let said = said.map(|finding| format!("{} {}", finding.span.unwrap().line, finding.message)).collect();
    let Value::Object(members) = parsed.rules else { return (String::new(), said) };
    let members =
        members.into_iter().filter(|(name, _)| !["ignoreTrailingSlash", "slashes"].contains(&name.as_str())).collect();
    (serde_json::to_string(&Value::Object(members)).unwrap(), said)
}

/// <https://httpd.apache.org/docs/2.4/mod/mod_alias.html#redirect>: what is below follows the target.
#[test]
fn redirect_takes_what_is_below_along() {
    let (rules, said) = read("Redirect 301 /service https://foo2.example.com/service\nRedirect gone /gone/\n");
    assert_eq!(said, [""; 0]);
    assert_eq!(
        rules,
        concat!(
            r#"{"responses":[{"for":"/gone/*","status":410}],"redirects":[{"from":"/service","to":"https://foo2.example.com/service","status":301},"#,
            r#"{"from":"/service/*","to":"https://foo2.example.com/service/{splat}","status":301}]}"#
        )
    );
}

/// <https://httpd.apache.org/docs/2.4/rewrite/remapping.html#canonicalhost>
#[test]
fn conditions_are_those_of_rules() {
    let text = "RewriteEngine On\n\
                RewriteCond %{HTTP_HOST} !^www\\.example\\.com [NC]\n\
                RewriteCond %{HTTP_HOST} !^$\n\
                RewriteRule ^/?(.*) https://www.example.com/$1 [L,R,NE]\n";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#""when":{"not":{"host":{"regex":"(?i)^www\\.example\\.com"}}}"#), "{rules}");
    assert!(rules.contains(r#""status":302"#), "{rules}");
}

/// The file that WordPress writes.
#[test]
fn pages_that_do_not_exist_are_left_to_one() {
    let text = "<IfModule mod_rewrite.c>\nRewriteEngine On\nRewriteBase /\nRewriteRule ^index\\.php$ - [L]\n\
                RewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME} !-d\nRewriteRule . /index.php [L]\n</IfModule>\n";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#""to":"/index.php","fallback":true"#), "{rules}");
}

#[test]
fn headers_and_times() {
    let text = "<FilesMatch \"\\.(css|js)$\">\nHeader set Cache-Control \"max-age=60\"\n</FilesMatch>\n\
                Header always unset X-Powered-By\nExpiresActive On\nExpiresByType image/png \"access plus 1 month\"\n";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0]);
    assert_eq!(
        rules,
        concat!(
            r#"{"headers":[{"for":{"regex":"/[^/]*\\.(css|js)$"},"set":{"Cache-Control":"max-age=60"}},{"remove":["X-Powered-By"]},"#,
            r#"{"when":{"contentType":"image/png"},"default":{"Cache-Control":"max-age=2592000"}}]}"#
        )
    );
}

#[test]
fn hosts_have_their_sections() {
    let text = "<VirtualHost *:80>\nServerName old.example\nServerAlias *.old.example\nRedirect / https://new.example/\n</VirtualHost>\n";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#"{"from":"/*","when":{"host":["old.example","*.old.example"]},"to":"https://new.example/{splat}","status":302}"#), "{rules}");
}

#[test]
fn what_rules_do_not_have_is_said_with_its_line() {
    for (text, what) in [
        ("RewriteRule ^(?!a)x /b [L]", "look-around"),
        ("RewriteRule ^(a)\\1$ /b [L]", "back-reference"),
        ("RewriteRule ^a$ /b [L,CO=x:y:z]", "CO=x:y:z"),
        ("RewriteRule ^a$ /b", "add [L]"),
        ("RewriteRule ^a$ ${map:$1} [R,L]", "a map"),
        ("RewriteCond %{THE_REQUEST} index\nRewriteRule ^a$ /b [R,L]", "THE_REQUEST"),
        ("RewriteCond %{TIME_HOUR} >07\nRewriteRule ^a$ /b [R,L]", ">07"),
        ("RewriteRule ^a$ ../b [R,L]", "dot segments"),
        ("RewriteRule ^a/(.*)$ b/$1 [L]\nRewriteRule ^b/x$ /c [R,L]", "second look"),
        ("AuthType Basic", "passwords"),
        ("Options +MultiViews", "MultiViews"),
        ("Order deny,allow", "permissions"),
        ("php_value memory_limit 64M", "php_value"),
        ("<If \"true\">\nRedirect /a /b\n</If>", "<if>"),
        ("Header set X \"%{UNIQUE_ID}e\"", "values of Apache"),
        ("ErrorDocument 500 /500.html", "ErrorDocument"),
    ] {
        let (_, said) = read(&format!("RewriteEngine On\n{text}\n"));
        assert!(said.iter().any(|said| said.contains(what)), "{text}: {said:?}");
    }
}

#[test]
fn the_share_is_told() {
    let parsed = apache("Redirect /a /b\nAuthType Basic\n", &Options::new());
    assert!(parsed.findings.iter().any(|finding| finding.message == "1 of 2 directives are taken over (50 %)"));
}

/// <https://httpd.apache.org/docs/2.4/mod/core.html#mergeslashes>
#[test]
fn slashes_are_merged() {
    let rules = |text: &str| serde_json::to_string(&apache(text, &Options::new()).rules).unwrap();
    assert!(rules("Redirect 403 /admin\n").contains(r#""slashes":"merge""#));
    assert!(!rules("MergeSlashes Off\nRedirect 403 /admin\n").contains("slashes"));
}

/// <https://httpd.apache.org/docs/2.4/mod/mod_rewrite.html#rewritecond>: the value counts as it is, and is empty without the header.
#[test]
fn conditions_are_not_weaker() {
    let of = |condition: &str| read(&format!("RewriteEngine On\nRewriteCond {condition}\nRewriteRule ^a$ - [F]\n"));
    for (condition, when) in [
        ("%{HTTP_USER_AGENT} =BadBot", r#""when":{"header":{"user-agent":"BadBot"}}"#),
        ("%{HTTP_HOST} =WWW.Example", r#""when":{"host":"www.example"}"#),
        ("%{HTTP:X-A} ^b?$", r#"{"header":{"x-a":false}}]"#),
        ("%{HTTP:X-A} !^b?$", r#""when":{"not":{"any":[{"header":{"x-a""#),
        ("%{HTTP:X-A} =\"\"", r#""when":{"not":{"header":{"x-a":{"regex":"."}}}}"#),
        ("%{REQUEST_METHOD} ^(TRACE|TRACK)$", r#""when":{"method":["TRACE","TRACK"]}"#),
        ("%{REQUEST_METHOD} =TRACE", r#""when":{"method":["TRACE"]}"#),
    ] {
        let (rules, said) = of(condition);
        assert_eq!(said, [""; 0], "{condition}");
        assert!(rules.contains(when), "{condition}: {rules}");
    }
    for condition in [
        "%{REQUEST_METHOD} ^TRAC",
        "%{REQUEST_METHOD} ^(TRACE|TRACK)",
        "%{REQUEST_METHOD} ^A|B$",
        "%{REQUEST_METHOD} =A|B",
        "%{REQUEST_METHOD} ^trace$ [NC]",
        "%{QUERY_STRING} (^|&)id=a(&|$) [NC]",
        "%{QUERY_STRING} !^id=a$",
        "%{HTTP_USER_AGENT} =BadBot [NC]",
    ] {
        let (rules, said) = of(condition);
        assert_eq!((rules.as_str(), said.len()), ("{}", 1), "{condition}: {said:?}");
    }
}
