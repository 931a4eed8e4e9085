#![allow(clippy::unwrap_used)]

use super::*;

fn read(text: &str) -> (String, Vec<String>) {
    let parsed = nginx(text, &Options::new());
    parsed.to_rules().unwrap();
    let said = parsed.findings.iter().filter(|finding| finding.code != "taken-over");
    let said = said.map(|finding| format!("{} {}", finding.span.unwrap().line, finding.message)).collect();
    let Value::Object(members) = parsed.rules else { return (String::new(), said) };
    let members = members.into_iter().filter(|(name, _)| name != "ignoreTrailingSlash").collect();
    (serde_json::to_string(&Value::Object(members)).unwrap(), said)
}

/// <https://nginx.org/en/docs/http/converting_rewrite_rules.html>
#[test]
fn one_server_leads_to_another() {
    let text = "server {\n listen 80;\n server_name example.org;\n return 301 http://www.example.org$request_uri;\n}\n\
                server {\n listen 80 default_server;\n server_name www.example.org;\n}\n";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0]);
    assert_eq!(
        rules,
        r#"{"redirects":[{"from":"/*","when":{"host":"example.org"},"to":"http://www.example.org/{splat}","status":301}]}"#
    );
}

#[test]
fn one_location_is_chosen() {
    let text = "server {\n location / { return 302 /home; }\n location /old { return 301 /new; }\n location = /old/a { return 307 /a; }\n location ~ \\.php$ { return 308 /gone; }\n}\n";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0]);
    let order = ["/old/a", "\\\\.php$", "/old*", "\"/*\""].map(|text| rules.find(text).unwrap());
    assert!(order.is_sorted(), "{rules}");
    assert!(
        rules.contains(r#"{"from":"/old*","to":"/new","status":301,"query":"drop"}"#)
            || rules.contains(r#""query":"drop""#),
        "{rules}"
    );
}

#[test]
fn what_rules_do_not_have_is_said_with_its_line() {
    for (text, what) in [
        ("server { include other.conf; }", "include"),
        ("map $uri $to { /a /b; }", "map"),
        ("server { rewrite ^/a$ /b last; }", "looked for again"),
        ("server { location ~ ^/(?!a) { return 301 /b; } }", "look-around"),
        ("server { add_header X y; }", "add_header"),
        ("server { if (-f $request_filename) { return 301 /a; } }", "an if"),
        ("server { location /a { alias /b; } }", "alias"),
        ("server { server_name ~^a; }", "a server whose name"),
        ("server { return 301 $cookie_x; }", "$cookie_x"),
        ("server { location /a { return 301 /b;", "not closed"),
        ("}", "closes nothing"),
        ("server { location /a { proxy_pass http://up$uri; } }", "proxy_pass"),
    ] {
        let (_, said) = read(text);
        assert!(said.iter().any(|said| said.contains(what)), "{text}: {said:?}");
    }
}
