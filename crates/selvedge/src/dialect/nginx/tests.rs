#![allow(clippy::unwrap_used)]

use super::*;

mod act;
mod condition;
mod groups;
mod names;
mod pages;
mod proxy;
mod viewer;

fn read(text: &str) -> (String, Vec<String>) {
    let parsed = nginx(text, &Options::new());
    parsed.to_rules().unwrap();
    let said = parsed.findings.iter().filter(|finding| finding.code != "taken-over");
    let said = said.map(|finding| format!("{} {}", finding.span.unwrap().line, finding.message)).collect();
    let Value::Object(members) = parsed.rules else { return (String::new(), said) };
    let members = members
        .into_iter()
        .filter(|(name, _)| !["ignoreTrailingSlash", "slashes", "encodedSlashes"].contains(&name.as_str()))
        .collect();
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

/// The usual redirect to HTTPS. A viewer who has come by HTTPS never asked the server of port 80.
#[test]
fn a_redirect_to_the_other_scheme_does_not_lead_to_itself() {
    let when = |text: &str| {
        let (rules, said) = read(text);
        assert_eq!(said, [""; 0], "{text}");
        let start = rules.find(r#""when":"#).map_or("", |at| &rules[at..]);
        start.split(r#","to""#).next().unwrap_or_default().to_owned()
    };
    let scheme = r#""when":{"scheme":"http"}"#;
    for server in [
        "listen 80; return 301 https://$host$request_uri;",
        "return 301 https://$host$request_uri;",
        "listen 80; server_name a.example; location / { return 301 https://a.example$request_uri; }",
        "listen 80; return 301 https://www.a.example$request_uri;",
        "listen 80; rewrite ^(.*)$ https://www.a.example$1 permanent;",
        "listen 80; rewrite ^/(.*)$ https://$host/$1 permanent;",
    ] {
        assert_eq!(when(&format!("server {{ {server} }}")), scheme, "{server}");
    }
    // To another host, or from both schemes.
    let named = "server { listen 80; server_name a.example; return 301 https://b.example$request_uri; } server { listen 80 default_server; server_name b.example; }";
    assert_eq!(when(named), r#""when":{"host":"a.example"}"#);
    assert_eq!(when("server { listen 443 ssl; listen 80; return 301 https://b.example/; }"), "");
    // Two addresses of each port.
    let both = "server { listen 80; listen [::]:80; listen 443 ssl; listen [::]:443 ssl; location /a { return 403; } } server { listen 80; server_name b.example; location /b { return 403; } }";
    let (rules, _) = read(both);
    assert!(rules.contains(r#"{"for":"/a*","status":403"#), "{rules}");
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
        ("server { rewrite ^/a$ /b; }", "give it a flag"),
        ("server { location ~ ^/(?=a) { return 301 /b; } }", "look-around"),
        ("server { add_header X $host; }", "variables of nginx"),
        ("server { expires $x; }", "expires"),
        ("server { if (-f $request_filename) { return 301 /a; } }", "an if"),
        ("server { location /a { alias /b; } }", "alias"),
        ("server { server_name ~^(?=a); }", "the name of a server"),
        ("server { return 301 $cookie_x; }", "$cookie_x"),
        ("server { location /a { return 301 /b;", "not closed"),
        ("}", "closes nothing"),
        ("server { location /a { proxy_pass http://up$uri; } }", "proxy_pass"),
        // ngx_http_upstream_module: the name of a group, wherever the group stands.
        (
            "server { location /a { proxy_pass http://Up; } } upstream up { server 10.0.0.1; server 10.0.0.2; }",
            "to an upstream",
        ),
    ] {
        let (_, said) = read(text);
        assert!(said.iter().any(|said| said.contains(what)), "{text}: {said:?}");
    }
}

/// <https://nginx.org/en/docs/http/ngx_http_access_module.html>, <https://nginx.org/en/docs/http/ngx_http_core_module.html#satisfy>
#[test]
fn permissions_are_answers() {
    let closed = |when: &str| format!(r#"{{"responses":[{{"for":"/admin*",{when}"status":403}}]}}"#);
    let outside = |ip: &str| closed(&format!(r#""when":{{"not":{{"ip":[{ip}]}}}},"#));
    for (text, rules, findings) in [
        ("deny all;", closed(""), 0),
        ("allow 10.0.0.0/8; allow ::1; deny all;", outside(r#""10.0.0.0/8","::1""#), 0),
        ("deny 10.1.2.3; allow all;", closed(r#""when":{"ip":["10.1.2.3"]},"#), 0),
        ("allow all; deny all;", "{}".to_owned(), 0),
        ("allow unix:; deny all;", closed(""), 1),
        ("auth_basic x;", closed(""), 1),
        ("auth_request /a;", closed(""), 1),
        ("satisfy any; allow 10.1.2.3; deny all; auth_basic x;", outside(r#""10.1.2.3""#), 1),
        ("allow 10.1.2.3; deny all; auth_basic x;", closed(""), 1),
        ("auth_basic off;", "{}".to_owned(), 0),
        ("limit_except GET { deny all; }", closed(r#""when":{"not":{"method":["GET","HEAD"]}},"#), 0),
        ("internal;", closed("").replace("403", "404"), 0),
        ("if ($remote_addr = 10.0.0.1) { return 403; }", closed(""), 1),
        ("location ~ (?=x) { deny all; }", closed(""), 1),
        // A page where one logs in.
        ("if ($cookie_session = '') { return 302 /login; }", closed(""), 1),
        ("if ($remote_addr != 10.0.0.1) { rewrite ^ /closed.html redirect; }", closed(""), 1),
        ("if ($request_filename ~ x) { return 302 /x; }", "{}".to_owned(), 1),
    ] {
        for text in [format!("server {{ location /admin {{ {text} }} }}"), format!("location /admin {{\n{text} }}")] {
            let (own, said) = read(&text);
            assert_eq!((own.as_str(), said.len()), (rules.as_str(), findings), "{text}: {said:?}");
        }
    }
    // A location has its own instead of those around it.
    let (rules, said) = read("server { deny all; location /a { allow all; } }");
    assert_eq!((rules.as_str(), said.len()), (r#"{"responses":[{"for":"/*","except":"/a*","status":403}]}"#, 0));
    let (rules, _) = read("server { auth_basic x; location /a { auth_basic off; } location = /a/b { } }");
    assert!(
        rules.contains(r#"{"for":"/a/b","status":403}"#) && rules.contains(r#""except":["/a/b","/a*"]"#),
        "{rules}"
    );
    let (rules, _) = read("http { deny all; server { location /a { } } }");
    assert!(rules.contains(r#"{"for":"/*","status":403}"#), "{rules}");
}

/// What cannot be read is closed with all that it may be for.
#[test]
fn a_guard_is_never_lost() {
    for text in [
        "server { location ~ ^/(?=a) { deny all; } }",
        "server { if ($bad) { return 403; } }",
        "server { location / { if ($bad) { more x; return 444; } } }",
        "server { server_name ~^(?=a); deny all; }",
        "server { deny all; location ^~ /a/ { return 301 /x; } location /a/b/ { return 301 /y; } }",
    ] {
        let (rules, said) = read(text);
        assert!(rules.contains(r#"{"for":"/*","status":403}"#) && !said.is_empty(), "{text}: {rules}");
    }
    // An if that can be read closes no more than it says.
    let (rules, _) = read("server { if ($http_x = a) { more x; return 444; } }");
    assert_eq!(rules, r#"{"responses":[{"for":"/*","when":{"header":{"x":"a"}},"status":403}]}"#);
    // The hosts that another server names are not touched.
    let (rules, _) =
        read("server { if ($host != b) { return 403; } location /a { return 301 /b; } } server { server_name a; }");
    assert!(rules.contains(r#""when":{"not":{"any":[{"host":"a"},{"host":"b"}]}},"status":403"#), "{rules}");
    assert!(rules.contains(r#"{"from":"/a*","when":{"not":{"host":"a"}},"to":"/b""#), "{rules}");
    for text in [
        "http { auth_basic x; server { } }",
        "http { error_page 404 /x.html; server { } }",
        "http { more_of_a_module x; server { } }",
        "server { ssl_verify_client on; }",
        "server { ssl_reject_handshake on; }",
        "server { ssl_unheard_of on; }",
    ] {
        let (_, said) = read(text);
        assert_eq!(said.len(), 1, "{text}: {said:?}");
    }
    for text in ["deny all; location /a { }", "server { ssl_verify_client on; }"] {
        assert!(read(text).0.starts_with(r#"{"responses":[{"for":"/*","status":403}]"#), "{text}");
    }
    for text in [
        "user www; worker_processes 4; events { } http { sendfile on; gzip on; server { ssl_certificate x; } }",
        "server { ssl_verify_client off; auth_basic off; location /a { auth_basic off; } }",
    ] {
        assert_eq!(read(text).1, [""; 0], "{text}");
    }
    // The other server's host stays open.
    let (rules, _) = read("server { deny all; } server { server_name a.example; }");
    assert!(rules.contains(r#""when":{"not":{"host":"a.example"}},"status":403"#), "{rules}");
}

/// <https://nginx.org/en/docs/http/ngx_http_headers_module.html>: inherited if and only if there are none on the current level.
#[test]
fn headers_of_a_location_replace_those_around_it() {
    let text = "server { add_header X-A 1 always; expires 1h; location /a { add_header X-B 2; } location = /a/b { expires off; } }";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0]);
    assert_eq!(
        rules,
        concat!(
            r#"{"headers":[{"except":["/a/b","/a*"],"set":{"Cache-Control":"max-age=3600"}},{"except":["/a/b","/a*"],"set":{"X-A":"1"}},"#,
            r#"{"for":"/a/b","set":{"X-A":"1"}},"#,
            r#"{"for":"/a*","except":"/a/b","set":{"Cache-Control":"max-age=3600"}},{"for":"/a*","except":"/a/b","set":{"X-B":"2"}}]}"#
        )
    );
}

/// <https://nginx.org/en/docs/http/ngx_http_core_module.html#location>: the longest beginning is chosen.
#[test]
fn an_answer_leaves_out_what_is_chosen_before_it() {
    let text = "server { location /admin { return 403; } location /admin/login { return 301 /login; } }";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#"{"for":"/admin*","except":"/admin/login*","status":403}"#), "{rules}");
    let (rules, said) = read("server { if ($http_x = a) { return 301 /b; } location /admin { return 403; } }");
    assert_eq!(said.len(), 1);
    assert!(rules.contains(r#"{"for":"/admin*","status":403}"#), "{rules}");
    // With variables, and the status that closes the connection.
    for (answer, status) in [("403 $host", 403), ("444", 403), ("404 a$uri", 404)] {
        let (rules, said) = read(&format!("server {{ location /a {{ return {answer}; }} }}"));
        assert_eq!((rules, said.len()), (format!(r#"{{"responses":[{{"for":"/a*","status":{status}}}]}}"#), 1));
    }
}

/// A file that is not read may hold a guard.
#[test]
fn an_include_that_is_not_read_closes_what_it_is_for() {
    for (text, rules, findings) in [
        ("server { include a.conf; }", r#"{"responses":[{"for":"/*","status":403}]}"#, 1),
        ("server { location /a { include a.conf; } }", r#"{"responses":[{"for":"/a*","status":403}]}"#, 1),
        ("include a.conf; location /b { }", r#"{"responses":[{"for":"/*","status":403}]}"#, 1),
        ("server { location /a { include fastcgi_params; } }", "{}", 0),
        (
            "http { include /etc/nginx/mime.types; include sites/a.conf; server { } }",
            r#"{"responses":[{"for":"/*","status":403}]}"#,
            1,
        ),
        ("include /etc/nginx/modules-enabled/*.conf; http { server { } }", "{}", 0),
        // Stars may name nothing.
        ("http { include sites/*; server { include a/[b].conf; location /a { include b?; } } }", "{}", 3),
        ("http { include /etc/nginx/sites-enabled/*; }", "{}", 1),
    ] {
        let (own, said) = read(text);
        assert_eq!((own.as_str(), said.len()), (rules, findings), "{text}: {said:?}");
    }
}

/// A row of a map ignores case, and so does what it takes from an answer.
#[test]
fn an_answer_leaves_out_what_ignores_case() {
    let (_, said) =
        read("map $uri $to { ~*^/OLD/ /new; } server { if ($to) { return 301 $to; } location /old/ { return 410; } }");
    assert_eq!(said.len(), 1, "{said:?}");
}

#[test]
fn each_location_that_is_dropped_is_said() {
    let text =
        "server {\nlocation ^~ /a { return 403; }\nlocation /a/b { return 301 /c; }\nlocation = /d { deny all; }\n}";
    let (rules, said) = read(text);
    let mut lines: Vec<_> = said.iter().map(|said| said.split(' ').next().unwrap()).collect();
    lines.sort();
    assert_eq!(lines, ["2", "3", "4"], "{said:?}");
    assert!(
        rules.contains(r#"{"for":"/a*","status":403}"#) && rules.contains(r#"{"for":"/d","status":403}"#),
        "{rules}"
    );
}

/// <https://nginx.org/en/docs/http/ngx_http_core_module.html#merge_slashes>, and a header that is not there is empty.
#[test]
fn slashes_and_headers_are_those_of_nginx() {
    let rules = |text: &str| serde_json::to_string(&nginx(text, &Options::new()).rules).unwrap();
    assert!(rules("server { location /admin { return 403; } }").contains(r#""slashes":"merge""#));
    for text in ["server { merge_slashes off; }", "http { merge_slashes off; server { } }"] {
        assert!(!rules(text).contains(r#""slashes""#), "{text}");
        assert!(rules(text).contains(r#""encodedSlashes":"decode""#), "{text}");
    }
    let of = |condition: &str| read(&format!("server {{ if ({condition}) {{ return 403; }} }}")).0;
    let absent = r#""any":[{"header":{"x-a":{"regex":"^a*$"}}},{"header":{"x-a":false}}]"#;
    assert!(of("$http_x_a ~ ^a*$").contains(&format!(r#""when":{{{absent}}}"#)), "{}", of("$http_x_a ~ ^a*$"));
    assert!(of("$http_x_a !~ ^a*$").contains(&format!(r#""when":{{"not":{{{absent}}}}}"#)));
    assert!(of("$http_x_a ~ b").contains(r#""when":{"header":{"x-a":{"regex":"#));
}

/// The bound is wide: no busy machine breaks it, only a list that is made anew for each line.
#[test]
fn thousands_of_locations_are_read_in_seconds() {
    let locations: String = (0..4000).map(|at| format!("location /old{at}/ {{ return 403; }}\n")).collect();
    let start = std::time::Instant::now();
    let (rules, said) = read(&format!("server {{\n{locations}}}\n"));
    assert_eq!(said, [""; 0]);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    // /old1/ is not the beginning of /old10/.
    assert!(!rules.contains("except"), "{}", &rules[..400]);
}

/// <https://nginx.org/en/docs/http/ngx_http_core_module.html#location>: the deepest is chosen, and has what is around it.
#[test]
fn a_location_in_a_location_is_one_of_the_server() {
    let text = "server { location /a/ { deny all; location /a/b/ { allow all; } location ~* \\.(png|gif)$ { return 301 /p; } } location ~ \\.png$ { return 301 /q; } }";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0]);
    assert!(
        rules.contains(r#"{"for":{"regex":"^/a/.*\\.(?:[Pp][Nn][Gg]|"#) || rules.contains(r#""regex":"^/a/"#),
        "{rules}"
    );
    // It is not open to those that the outer one keeps out, and comes before the server's own expressions.
    assert!(rules.contains(r#""status":403"#) && rules.contains("/a/b/*"), "{rules}");
    let order = ["/p\"", "/q\""].map(|text| rules.find(text).unwrap());
    assert!(order.is_sorted(), "{rules}");
    for (text, what) in [
        ("location ~ a { location ~ b { deny all; } }", "in one that is an expression"),
        ("location /a { location ~ /b { deny all; } }", "in a location"),
        ("location /a { location ~ a$ { deny all; } }", "may match what the location is for"),
        ("location /a/ { location ~ b$ { deny all; } } location /a/b/ { }", "some are another one's"),
        ("location /a/ { location ^~ /a/b { deny all; } location ~ b$ { } }", "a ^~ location in another one"),
        ("location /a/ { location /b { deny all; } }", "outside of"),
    ] {
        let (rules, said) = read(&format!("server {{ {text} }}"));
        assert!(said.iter().any(|said| said.contains(what)), "{text}: {said:?}");
        assert!(rules.contains(r#""status":403"#), "{text}: {rules}");
    }
}

/// <https://nginx.org/en/docs/http/ngx_http_upstream_module.html>: of one server alone it is another name.
#[test]
fn a_group_of_one_server_is_that_server() {
    let of = |group: &str| {
        read(&format!(
            "upstream up {{ {group} }} server {{ location /a/ {{ proxy_pass http://UP; proxy_read_timeout 60s; }} }}"
        ))
    };
    let (rules, said) = of("server app.example:3000; keepalive 8;");
    assert_eq!(said, [""; 0]);
    assert!(rules.contains("app.example") && rules.contains("3000"), "{rules}");
    for group in ["server a; server b;", "server unix:/x;", "server a max_fails=1;", ""] {
        assert_eq!(of(group).1.len(), 1, "{group}");
    }
}

/// What decides access in modules and programs closes, as passwords do.
#[test]
fn access_by_modules_and_programs_closes() {
    for guard in [
        "auth_digest realm;",
        "auth_pam \"x\";",
        "auth_ldap \"x\";",
        "js_access main.access;",
        "access_by_lua_file a.lua;",
        "access_by_lua_block { if x then -- }\n ngx.exit(\"}\") end local t = { a = '}' } }",
        "rewrite_by_lua 'ngx.exit(403)';",
        "perl p::h;",
        "modsecurity on;",
    ] {
        let text =
            format!("server {{\nroot /s;\nlocation /secret {{\n{guard}\n}}\nlocation /b {{ return 410; }}\n}}\n");
        let parsed = nginx(&text, &Options::new());
        let rules = serde_json::to_string(&parsed.rules).unwrap();
        assert!(rules.contains(r#"{"for":"/secret*","status":403}"#), "{guard}: {rules}");
        assert!(rules.contains(r#"{"for":"/b*","status":410}"#), "{guard}: {rules}");
        assert!(parsed.findings.iter().any(|finding| finding.code == "not-honoured"), "{guard}");
        let off = nginx("server {\nlocation /secret {\nmodsecurity off;\nauth_pam off;\n}\n}\n", &Options::new());
        assert!(!serde_json::to_string(&off.rules).unwrap().contains("403"));
    }
}

/// A variable may say who asks: those whom a redirect leads elsewhere may not come in.
#[test]
fn a_redirect_by_a_variable_of_the_viewer_closes() {
    for (set, closes) in [
        ("set $ok 0; if ($cookie_auth) { set $ok 1; }", true),
        ("set $ok $remote_user;", true),
        ("set $who 0; if ($remote_addr = 10.0.0.1) { set $who 1; } set $ok 0; if ($who) { set $ok 1; }", true),
        ("set $ok 0; if ($http_user_agent ~ Mobile) { set $ok 1; }", false),
    ] {
        let text = format!("server {{ {set} location /a/ {{ if ($ok = 0) {{ return 302 /login; }} }} }}");
        let parsed = nginx(&text, &Options::new());
        let rules = serde_json::to_string(&parsed.rules).unwrap();
        assert_eq!(rules.contains(r#"{"for":"/a/*","status":403}"#), closes, "{set}: {rules}");
        assert!(parsed.findings.iter().any(|finding| finding.code == "not-honoured"), "{set}");
    }
}

/// <https://nginx.org/en/docs/http/ngx_http_core_module.html#location>: `~*` ignores case, and a whole path does not.
#[test]
fn headers_of_locations_that_ignore_case() {
    let text = "server { add_header X-A server; location ~* ^/A/ { add_header X-A folded; } location = /a/b { add_header X-A exact; } }";
    let (rules, said) = read(text);
    assert_eq!(said, [""; 0]);
    // Under any letters the server's own is not there; and the whole path is left out in its own letters alone.
    assert!(rules.contains(r#""except":["/a/b",{"regex":"(?i)^/A/"}],"set":{"X-A":"server"}"#), "{rules}");
    assert!(rules.contains(r#"{"for":{"regex":"(?i)^/A/"},"except":"/a/b","set":{"X-A":"folded"}}"#), "{rules}");
}
