#![allow(clippy::unwrap_used)]

use super::*;

mod guards;
mod hosts;
mod names;
mod order;
mod pages;
mod permissions;
mod server;
mod variables;
mod viewer;

/// The rules, and the findings besides the share that was taken.
fn read(text: &str) -> (String, Vec<String>) {
    let parsed = apache(text, &Options::new());
    parsed.to_rules().unwrap();
    let said = parsed.findings.iter().filter(|finding| finding.code != "taken-over");
    let said = said.map(|finding| format!("{} {}", finding.span.unwrap().line, finding.message)).collect();
    let Value::Object(members) = parsed.rules else { return (String::new(), said) };
    let settings = ["ignoreTrailingSlash", "slashes", "encodedSlashes"];
    let members = members.into_iter().filter(|(name, _)| !settings.contains(&name.as_str())).collect();
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

/// The file that WordPress writes: <https://developer.wordpress.org/advanced-administration/server/web-server/httpd/>
#[test]
fn pages_that_do_not_exist_are_left_to_one() {
    let text = "<IfModule mod_rewrite.c>\nRewriteEngine On\nRewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]\n\
                RewriteBase /\nRewriteRule ^index\\.php$ - [L]\n\
                RewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME} !-d\nRewriteRule . /index.php [L]\n</IfModule>\n";
    let (rules, said) = read(text);
    assert!(said.len() == 1 && said[0].starts_with("3 sets a variable"), "{said:?}");
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
            r#"{"headers":[{"when":{"contentType":"image/png"},"default":{"Cache-Control":"max-age=2592000"}},"#,
            r#"{"remove":["X-Powered-By"]},{"for":{"regex":"/[^/]*\\.(css|js)$"},"set":{"Cache-Control":"max-age=60"}}]}"#
        )
    );
}

#[test]
fn hosts_have_their_sections() {
    let text = "<VirtualHost *:80>\nServerName old.example\nServerAlias *.old.example\nRedirect / https://new.example/\n</VirtualHost>\n";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0]);
    // <https://httpd.apache.org/docs/2.4/vhosts/name-based.html>: the only one of its port gets all names.
    assert!(rules.contains(r#"{"from":"/*","to":"https://new.example/{splat}","status":302}"#), "{rules}");
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
        ("RewriteRule ^a$ - [E=X:1]", "sets a variable"),
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
    assert!(!rules("MergeSlashes Off\nRedirect 403 /admin\n").contains("\"slashes\""));
}

/// <https://httpd.apache.org/docs/2.4/mod/core.html#allowencodedslashes>: Apache 2.4 answers 404 to `/admin%2fx` by default.
#[test]
fn encoded_slashes_are_refused_unless_they_are_allowed() {
    let rules = |text: &str| serde_json::to_string(&apache(text, &Options::new()).rules).unwrap();
    for (text, expected) in [
        ("", Some("reject")),
        ("AllowEncodedSlashes Off\n", Some("reject")),
        ("AllowEncodedSlashes On\n", Some("decode")),
        ("AllowEncodedSlashes NoDecode\n", None),
        // A server that decodes keeps more in.
        ("AllowEncodedSlashes On\nAllowEncodedSlashes NoDecode\n", Some("decode")),
    ] {
        let rules = rules(&format!("{text}Redirect 403 /admin\n"));
        assert_eq!(rules.contains("encodedSlashes"), expected.is_some(), "{text}: {rules}");
        assert!(expected.is_none_or(|how| rules.contains(&format!(r#""encodedSlashes":"{how}""#))), "{text}: {rules}");
    }
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
        ("%{REQUEST_METHOD} ^(TRACE|TRACK)", r#""when":{"method":["TRACE","TRACK"]}"#),
        ("%{REQUEST_METHOD} =TRACE", r#""when":{"method":["TRACE"]}"#),
    ] {
        let (rules, said) = of(condition);
        assert_eq!(said, [""; 0], "{condition}");
        assert!(rules.contains(when), "{condition}: {rules}");
    }
    for condition in [
        "%{REQUEST_METHOD} ^TRAC",
        "%{REQUEST_METHOD} ^A|B$",
        "%{REQUEST_METHOD} =A|B",
        "%{REQUEST_METHOD} ^trace$ [NC]",
        "%{QUERY_STRING} (^|&)id=a(&|$) [NC]",
        "%{QUERY_STRING} !^id=a$",
        "%{HTTP_USER_AGENT} =BadBot [NC]",
    ] {
        // The path stays closed without the condition.
        let (rules, said) = of(condition);
        assert_eq!(rules, r#"{"responses":[{"for":"/a","status":403}]}"#, "{condition}");
        assert!(said.len() == 1 && said[0].contains("/a is answered 403"), "{condition}: {said:?}");
    }
}

/// <https://httpd.apache.org/docs/2.4/sections.html>
#[test]
fn sections_keep_their_scope() {
    let closed = |paths: &str| format!(r#"{{"responses":[{{"for":{paths},"status":403}}]}}"#);
    for (text, rules, findings) in [
        ("<Files \"secret.html\">\nRedirect 403 /\n</Files>", closed(r#""secret.html""#), 1),
        ("<Files \"secret.html\">\nRequire all denied\n</Files>", closed(r#""secret.html""#), 0),
        // A folder's page comes under the name of the folder.
        ("<Files \"index.html\">\nDeny from all\n</Files>", closed(r#"["index.html",{"regex":"/$"}]"#), 0),
        (
            "DirectoryIndex a.php\n<FilesMatch \"^a\\.\">\nRequire all denied\n</FilesMatch>",
            r#"{"html":{"index":"a.php"},"responses":[{"for":[{"regex":"/a\\.[^/]*$"},{"regex":"/$"}],"status":403}]}"#
                .to_owned(),
            0,
        ),
        ("<Files \"a.html\">\nRedirect / /b\nErrorDocument 404 /c.html\n</Files>", "{}".to_owned(), 2),
        ("<Location /admin>\nRequire valid-user\n</Location>", closed(r#"["/admin","/admin/*"]"#), 1),
        ("<LocationMatch ^/admin>\nRequire all denied\n</LocationMatch>", closed(r#""/admin*""#), 0),
        ("<Location /a*>\nRequire all denied\n</Location>", closed(r#""/*""#), 1),
        // Nothing says that it is not a part of the site.
        ("<Directory /srv/admin>\nRedirect /a /b\nRequire all denied\n</Directory>", closed(r#""/*""#), 1),
        (
            "DocumentRoot /srv\n<Directory /srv/admin>\nRedirect /a /b\nRequire all denied\n</Directory>",
            closed(r#"["/admin","/admin/*"]"#),
            1,
        ),
        ("DocumentRoot /srv/\n<Directory \"/srv\">\nRedirect 403 /a/\n</Directory>", closed(r#""/a/*""#), 0),
        ("DocumentRoot /srv\n<Directory /srv2>\nRequire all denied\n</Directory>", "{}".to_owned(), 1),
        (
            "DocumentRoot /srv\nAlias /x /srv2\n<Directory /srv2>\nRequire all denied\n</Directory>",
            closed(r#"["/x","/x/*"]"#),
            1,
        ),
        (
            "DocumentRoot /srv\n<Directory />\nRequire all denied\n</Directory>\n<Directory /srv>\nRequire all granted\n</Directory>",
            "{}".to_owned(),
            0,
        ),
        (
            "DocumentRoot /srv\n<Directory /srv>\nRequire all granted\n</Directory>\n<Directory />\nRequire all denied\n</Directory>",
            "{}".to_owned(),
            0,
        ),
        ("<IfDefine !X>\nRedirect 403 /a/\n</IfDefine>", closed(r#""/a/*""#), 0),
        ("<IfDefine X>\nRedirect 403 /a/\n</IfDefine>", closed(r#""/a/*""#), 2),
        ("<If \"x\">\nRewriteEngine On\nRewriteRule ^a$ - [F]\n</If>", closed(r#""/a""#), 2),
        ("<IfVersion < 2.4>\nRedirect 403 /a/\nDeny from all\n</IfVersion>", "{}".to_owned(), 1),
        ("<IfModule !a>\nDeny from all\n</IfModule>", "{}".to_owned(), 1),
        ("Require valid-user", closed(r#""/*""#), 1),
        ("Require all granted", "{}".to_owned(), 0),
    ] {
        let (own, said) = read(&format!("{text}\n"));
        assert_eq!((own, said.len()), (rules, findings), "{text}: {said:?}");
    }
}

#[test]
fn a_guard_closes_more_where_it_cannot_be_read() {
    for (text, rules) in [
        ("RewriteCond %{THE_REQUEST} x\nRewriteRule ^a$ - [F]", r#"{"for":"/a","status":403}"#),
        ("RewriteCond %{THE_REQUEST} x\nRewriteRule ^A$ - [F,NC]", r#"{"for":{"regex":"(?i)^/A$"},"status":403}"#),
        (
            "RewriteCond %{THE_REQUEST} x [OR]\nRewriteCond %{HTTP_HOST} =a\nRewriteCond %{REQUEST_METHOD} =PUT\nRewriteRule ^ - [F]",
            r#"{"for":"/*","when":{"method":["PUT"]},"status":403}"#,
        ),
        ("RewriteRule ^(?!a)x - [G]", r#"{"for":"/*","status":410}"#),
        ("RewriteRule !^a$ - [R=404,CO=x]", r#"{"for":"/*","except":"/a","status":404}"#),
        ("<Files a.html>\nRewriteEngine On\nRewriteRule ^ - [F]\n</Files>", r#"{"for":"a.html","status":403}"#),
        (
            "RewriteCond %{REQUEST_FILENAME} -f\nRewriteCond %{REQUEST_URI} ^/a/\nRewriteCond %{TIME} >1\nRewriteRule .* - [F]",
            r#"{"for":"/a/*","status":403}"#,
        ),
    ] {
        let (own, said) = read(&format!("RewriteEngine On\n{text}\n"));
        assert_eq!((own, said.len()), (format!(r#"{{"responses":[{rules}]}}"#), 1), "{text}: {said:?}");
        assert!(said[0].contains(" answered 4") && said[0].contains("to open"), "{said:?}");
    }
    // It holds never, or the engine is off.
    let never = "RewriteEngine On\nRewriteCond %{HTTP_HOST} ^$\nRewriteCond %{TIME} >1\nRewriteRule ^a$ - [F]\n";
    assert_eq!(read(never).0, "{}");
    assert_eq!(read("RewriteRule ^(?=a) - [F]\n").0, "{}");
}

/// Apache looks at permissions and at `Redirect` after a rewrite as well.
#[test]
fn nothing_is_rewritten_past_a_guard() {
    for guard in [
        "Redirect 403 /s/",
        "<Files x.html>\nRequire all denied\n</Files>",
        "<FilesMatch ^x>\nDeny from all\n</FilesMatch>",
    ] {
        for to in ["/s/x.html", "/s/$1x.html"] {
            let (rules, said) = read(&format!("RewriteEngine On\nRewriteRule ^a/(.*)$ {to} [END]\n{guard}\n"));
            assert!(!rules.contains("rewrites") && said.len() == 1, "{guard} {to}: {rules} {said:?}");
        }
    }
}

#[test]
fn virtual_hosts_keep_what_is_theirs() {
    // The name counts for what stands before it.
    let second = "<VirtualHost *:443>\nRedirect 403 /a/\nServerName a.example\n</VirtualHost>\n";
    let (rules, said) = read(second);
    assert_eq!((rules.as_str(), said.len()), (r#"{"responses":[{"for":"/a/*","status":403}]}"#, 0));
    let (rules, said) = read(&format!(
        "<VirtualHost *:80>\n</VirtualHost>\n<VirtualHost *:443>\nServerName b.example\n</VirtualHost>\n{second}"
    ));
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#""when":{"scheme":"https","host":"a.example"}"#), "{rules}");
    let (rules, said) =
        read("<VirtualHost *>\nServerName a*.example\nRedirect /b /c\nRedirect 403 /a/\n</VirtualHost>\n");
    assert_eq!((rules.as_str(), said.len()), (r#"{"responses":[{"for":"/a/*","status":403}]}"#, 2));
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

/// Apache looks at permissions once more after a rewrite, and at those of an <If> after all others:
/// <https://httpd.apache.org/docs/2.4/sections.html#merging>.
#[test]
fn what_is_open_alone_leads_to_nothing_that_is_closed() {
    let open = "Require all denied\n<Files a.html>\nRequire all granted\n</Files>\n";
    let (rules, said) = read(&format!("{open}RewriteEngine On\nRewriteRule ^a\\.html$ /b/ [END]\n"));
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(rules.contains(r#"{"for":"/a.html","status":403}"#), "{rules}");
    let (rules, _) = read(&format!("<If \"%{{HTTP_HOST}} =~ /x/\">\nRequire all denied\n</If>\n{open}"));
    assert!(rules.contains(r#"{"for":"/*","status":403}"#), "{rules}");
    // It opens nothing either.
    let (rules, _) = read("Require all denied\n<If \"true\">\nRequire all granted\n</If>\n");
    assert!(rules.contains(r#"{"for":"/*","status":403}"#), "{rules}");
}

/// <https://httpd.apache.org/docs/2.4/rewrite/flags.html>: what `[C]`, `[S]` and `[N]` say of other rules, and a rule that goes on.
#[test]
fn what_a_rule_says_of_the_next_ones_lets_nothing_in() {
    let closed = |paths: &[&str]| {
        let rules: Vec<String> = paths.iter().map(|path| format!(r#"{{"for":{path},"status":403}}"#)).collect();
        if rules.is_empty() { "{}".to_owned() } else { format!(r#"{{"responses":[{}]}}"#, rules.join(",")) }
    };
    for (text, paths, findings) in [
        // The second is compared with what the first makes.
        ("RewriteRule ^a/(.*)$ q/$1 [C]\nRewriteRule ^q/ - [F]", vec![r#""/a/*""#], 2),
        ("RewriteRule ^a/(.*)$ q/$1 [C]\nRewriteRule ^q/ /y [C]\nRewriteRule ^y - [F]", vec![r#""/a/*""#], 3),
        ("RewriteRule ^a/ - [C]\nRewriteRule b /c [R=301,L]", vec![], 2),
        ("RewriteRule ^a/ - [S=1]\nRewriteRule ^b$ - [F]\nRewriteRule ^c$ - [F]", vec![r#""/b""#, r#""/c""#], 2),
        ("RewriteRule ^a/ - [S=2]\nRewriteRule ^b$ /z [R,L]\nRewriteRule ^c$ /z [R,L]", vec![], 3),
        ("RewriteRule ^a/(.*)$ q/$1\nRewriteRule ^q/ - [F]", vec![r#""/a/*""#, r#""/q/*""#], 2),
        ("RewriteRule ^a/(.*)$ q/$1 [N]\nRedirect 403 /q", vec![r#"["/q","/q/*"]"#, r#""/a/*""#], 2),
        ("RewriteRule ^a/(.*)$ b/$1 [N]\nRewriteRule ^q/ - [F]", vec![r#""/q/*""#], 1),
    ] {
        let (rules, said) = read(&format!("RewriteEngine On\n{text}\n"));
        let mut own: Vec<&str> = paths.clone();
        own.sort_unstable();
        for path in &own {
            assert!(rules.contains(&format!(r#""for":{path},"status":403"#)), "{text}: {rules}");
        }
        assert_eq!(rules.matches("status").count(), closed(&own).matches("status").count(), "{text}: {rules}");
        assert!(said.len() >= findings, "{text}: {said:?}");
    }
}

#[test]
fn an_include_that_is_not_read_closes_its_section() {
    let (rules, said) = read("<VirtualHost *:80>\nServerName a.example\nInclude extra.conf\n</VirtualHost>\n");
    assert!(rules.contains(r#""status":403"#) && said.len() == 1, "{rules} {said:?}");
    // Without a file that stars name Apache starts by IncludeOptional alone.
    for (text, expected) in [
        ("Include sites/*.conf\n", r#"{"responses":[{"for":"/*","status":403}]}"#),
        ("IncludeOptional sites/a.conf\n", r#"{"responses":[{"for":"/*","status":403}]}"#),
        ("IncludeOptional sites/*.conf\n", "{}"),
    ] {
        let (rules, said) = read(text);
        assert_eq!((rules.as_str(), said.len()), (expected, 1), "{text}");
    }
    let (rules, said) = read("Include ports.conf\nIncludeOptional mods-enabled/*.load\n");
    assert_eq!((rules.as_str(), said.len()), ("{}", 0));
}
