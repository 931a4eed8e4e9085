//! Which hosts and schemes the rules of a virtual host are for:
//! <https://httpd.apache.org/docs/2.4/vhosts/name-based.html>, <https://httpd.apache.org/docs/2.4/vhosts/details.html>.

use super::read;

/// The only host of a port, or the first, is for all names.
#[test]
fn the_first_of_a_port_is_for_all_other_names() {
    let guard = "DocumentRoot /srv\n<Directory /srv/secret>\nRequire all denied\n</Directory>\n";
    for address in ["*:80", "_default_:80", "*", "*:8080", "10.0.0.1:80"] {
        let (rules, said) = read(&format!("<VirtualHost {address}>\nServerName e.org\n{guard}</VirtualHost>\n"));
        assert_eq!(said, [""; 0], "{address}");
        assert_eq!(rules, r#"{"responses":[{"for":["/secret","/secret/*"],"status":403}]}"#, "{address}");
    }
    let other = |names: &str| format!("<VirtualHost *:80>\n{names}\nRedirect 403 /b\n</VirtualHost>\n");
    let first = format!("<VirtualHost *:80>\nServerName e.org\n{guard}</VirtualHost>\n");
    let (rules, said) = read(&(first.clone() + &other("ServerName b.org")));
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#"{"for":["/b","/b/*"],"when":{"host":"b.org"},"status":403}"#), "{rules}");
    assert!(rules.contains(r#""when":{"not":{"host":"b.org"}}"#), "{rules}");
    // Its own name is not one of the other's, whose star takes it.
    let (rules, _) = read(&(first.clone() + &other("ServerAlias *.org")));
    assert!(rules.contains(r#""when":{"any":[{"host":"e.org"},{"not":{"host":"*.org"}}]}"#), "{rules}");
    // One without a name is never chosen, or by a name that is not in the file.
    let (rules, said) = read(&(first.clone() + &other("")));
    assert!(rules.contains(r#"{"for":["/b","/b/*"],"status":403}"#) && said.len() == 2, "{rules} {said:?}");
    // Of two that have a name the first one gets it.
    let two = first.clone() + &other("ServerName b.org\nServerAlias *.c.org");
    let (rules, said) = read(&(two + &other("ServerName b.org\nServerAlias x.c.org *.org").replace("/b", "/c")));
    assert_eq!(said, [""; 0]);
    assert!(
        rules.contains(r#""for":["/c","/c/*"],"when":{"host":"*.org","not":{"host":["e.org","b.org","*.c.org"]}}"#),
        "{rules}"
    );
    // It has the name of the server.
    let (rules, _) = read(&format!("ServerName m.org\n{first}{}", other("")));
    assert!(rules.contains(r#"{"for":["/b","/b/*"],"when":{"host":"m.org"},"status":403}"#), "{rules}");
}

/// A port says the scheme where the other one has a host as well.
#[test]
fn a_port_says_the_scheme_where_both_have_a_host() {
    let to_https = "<VirtualHost *:80>\nRedirect / https://e.org/\n</VirtualHost>\n";
    let guard = |address: &str, more: &str| {
        format!("<VirtualHost {address}>\n{more}<Location /secret>\nRequire all denied\n</Location>\n</VirtualHost>\n")
    };
    for (address, more) in [("*:443", ""), ("*:8443", "SSLEngine on\n")] {
        let (rules, _) = read(&(to_https.to_owned() + &guard(address, more)));
        assert!(rules.contains(r#""for":["/secret","/secret/*"],"when":{"scheme":"https"}"#), "{rules}");
        assert!(rules.contains(r#""from":"/*","when":{"scheme":"http"}"#), "{rules}");
    }
    // What comes to another port is not known.
    let (rules, _) = read(&(to_https.to_owned() + &guard("*:8443", "")));
    assert!(rules.contains(r#"{"for":["/secret","/secret/*"],"status":403}"#), "{rules}");
}

/// Without the scheme of its port such a redirect would lead to itself.
#[test]
fn a_redirect_to_the_other_scheme_keeps_its_own() {
    for rule in ["Redirect / https://e.org/", "RewriteEngine On\nRewriteRule ^/(.*)$ https://e.org/$1 [R,L]"] {
        let (rules, said) = read(&format!("<VirtualHost *:80>\nServerName e.org\n{rule}\n</VirtualHost>\n"));
        assert_eq!(said, [""; 0], "{rule}");
        assert!(rules.contains(r#""when":{"scheme":"http"}"#), "{rules}");
    }
    // To another host it leads on from either scheme: only where the names are not known may that be its own.
    for (name, to, is_own) in [
        ("ServerName e.org\n", "shop.e.org", false),
        ("ServerName e.org:80\nServerAlias *.e.org\n", "shop.e.org", true),
        ("ServerName e.org\n", "E.ORG:443", true),
        ("", "shop.e.org", true),
    ] {
        let (rules, _) =
            read(&format!("<VirtualHost *:80>\n{name}Redirect 301 /shop https://{to}/shop\n</VirtualHost>\n"));
        assert_eq!(rules.contains("scheme"), is_own, "{name}{to}: {rules}");
    }
    let (rules, _) = read("<VirtualHost *:80>\nRedirect /a http://e.org/b\n</VirtualHost>\n");
    assert!(!rules.contains("when"), "{rules}");
}

/// Nothing comes without a host, and rules refuse an empty one.
#[test]
fn a_host_is_never_empty() {
    let rule = |pattern: &str| {
        read(&format!("RewriteEngine On\nRewriteCond %{{HTTP_HOST}} {pattern}\nRewriteRule ^a - [F]\n"))
    };
    for pattern in ["^$", "=", "=\"\""] {
        assert_eq!(rule(pattern).0, "{}", "{pattern}");
        let always = rule(&format!("!{pattern}"));
        assert_eq!(always, (r#"{"responses":[{"for":"/a*","status":403}]}"#.to_owned(), Vec::new()), "{pattern}");
    }
}
