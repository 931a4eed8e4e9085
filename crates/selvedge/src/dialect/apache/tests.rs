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

/// Apache refuses such a file, and what is for a server without a module is not passed over in silence.
#[test]
fn sections_are_closed_by_their_names() {
    for (text, what) in [
        ("<IfModule mod_rewrite.c>\nRedirect 403 /admin\n", "1 <ifmodule> is not closed"),
        ("<IfModule a>\n</Files>\n</IfModule>\n", "2 </files> closes nothing"),
        ("</IfModule>\n", "1 </ifmodule> closes nothing"),
        ("<IfModule !mod_a.c>\nRedirect 403 /admin\n</IfModule>\n", "1 mod_a.c is taken for loaded"),
    ] {
        let (_, said) = read(text);
        assert!(said.iter().any(|said| said.starts_with(what)), "{text}: {said:?}");
    }
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
    assert!(rules.contains(r#"{"from":"/*","when":{"scheme":"http","host":["old.example","*.old.example"]},"to":"https://new.example/{splat}","status":302}"#), "{rules}");
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

/// <https://httpd.apache.org/docs/2.4/sections.html>
#[test]
fn sections_keep_their_scope() {
    let closed = |paths: &str| format!(r#"{{"responses":[{{"for":{paths},"status":403}}]}}"#);
    for (text, rules, findings) in [
        ("<Files \"secret.html\">\nRedirect 403 /\n</Files>", closed(r#""secret.html""#), 1),
        ("<Files \"secret.html\">\nRequire all denied\n</Files>", closed(r#""secret.html""#), 1),
        ("<Files \"a.html\">\nRedirect / /b\nErrorDocument 404 /c.html\n</Files>", "{}".to_owned(), 2),
        ("<Location /admin>\nRequire valid-user\n</Location>", closed(r#"["/admin","/admin/*"]"#), 1),
        ("<Directory /srv/admin>\nRedirect /a /b\nRequire all denied\n</Directory>", "{}".to_owned(), 1),
        (
            "DocumentRoot /srv\n<Directory /srv/admin>\nRedirect /a /b\nRequire all denied\n</Directory>",
            closed(r#"["/admin","/admin/*"]"#),
            1,
        ),
        ("DocumentRoot /srv/\n<Directory \"/srv\">\nRedirect 403 /a/\n</Directory>", closed(r#""/a/*""#), 0),
        ("DocumentRoot /srv\n<Directory /srv2>\nRedirect 403 /a/\n</Directory>", "{}".to_owned(), 1),
        ("<IfDefine !X>\nRedirect 403 /a/\n</IfDefine>", closed(r#""/a/*""#), 0),
        ("<IfDefine X>\nRedirect 403 /a/\n</IfDefine>", "{}".to_owned(), 1),
        ("<IfVersion < 2.4>\nRedirect 403 /a/\n</IfVersion>", "{}".to_owned(), 1),
        ("Require valid-user", closed(r#""/*""#), 1),
        ("Require all granted", "{}".to_owned(), 1),
    ] {
        let (own, said) = read(&format!("{text}\n"));
        assert_eq!((own, said.len()), (rules, findings), "{text}: {said:?}");
    }
}

#[test]
fn virtual_hosts_keep_what_is_theirs() {
    // The name counts for what stands before it.
    let (rules, said) = read("<VirtualHost *:443>\nRedirect 403 /a/\nServerName a.example\n</VirtualHost>\n");
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#""when":{"scheme":"https","host":"a.example"}"#), "{rules}");
    let (rules, said) = read("<VirtualHost *>\nServerName a*.example\nRedirect 403 /a/\n</VirtualHost>\n");
    assert_eq!((rules.as_str(), said.len()), ("{}", 1));
    // The engine is on in one section.
    let on = "<VirtualHost *:80>\nServerName a.example\nRewriteEngine On\nRewriteBase /x\n</VirtualHost>\n";
    let (_, said) = read(&format!("{on}RewriteRule ^a$ /b [R,L]\n"));
    assert!(said.iter().any(|said| said.starts_with("6 ") && said.contains("before \"RewriteEngine On\"")), "{said:?}");
    let (rules, _) = read(&format!("{on}RewriteEngine On\nRewriteRule ^a$ b [R,L]\n"));
    assert!(rules.contains(r#""to":"/b""#), "{rules}");
    // Of the section's own scheme.
    let of = |port: u16| {
        format!(
            "<VirtualHost *:{port}>\nRewriteEngine On\nRewriteCond %{{HTTPS}} off\nRewriteRule ^/a$ https://b.example/a [R,L]\n</VirtualHost>\n"
        )
    };
    assert_eq!((read(&of(80)).1.len(), read(&of(443)).1.len()), (0, 1));
}

#[test]
fn a_later_answer_guards_more_rather_than_less() {
    let (rules, said) = read("RewriteEngine On\nRewriteRule ^a/(.*)$ /b/$1 [R,L]\nRewriteRule ^a/c$ - [F]\n");
    assert_eq!(said.len(), 1);
    assert!(rules.contains(r#"{"for":"/a/c","status":403}"#), "{rules}");
}
