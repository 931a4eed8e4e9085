use super::*;

/// <https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#if>: what is not there is empty, and `=` compares texts. Asked of
/// nginx 1.22 as well.
#[test]
fn what_is_not_there_is_empty() {
    let when = |condition: &str| {
        let (rules, said) = read(&format!("server {{ location /a {{ if ({condition}) {{ return 403; }} }} }}"));
        assert_eq!(said, [""; 0], "{condition}");
        rules.split(r#""when":"#).nth(1).and_then(|rest| rest.strip_suffix(r#","status":403}]}"#)).unwrap().to_owned()
    };
    for (condition, expected) in [
        ("$http_x_k = \"\"", r#"{"not":{"header":{"x-k":{"regex":"."}}}}"#),
        ("$http_x_k != \"\"", r#"{"header":{"x-k":{"regex":"."}}}"#),
        ("$arg_t = ''", r#"{"not":{"query":{"t":{"regex":"."}}}}"#),
        ("$arg_t != ''", r#"{"query":{"t":{"regex":"."}}}"#),
        ("$http_x_k = k", r#"{"header":{"x-k":"k"}}"#),
    ] {
        assert_eq!(when(condition), expected, "{condition}");
    }
}

/// A map of what is not there.
#[test]
fn a_row_for_nothing_is_for_what_is_not_there() {
    for (source, expected) in [
        ("$http_x_k", r#"{"any":[{"header":{"x-k":{"regex":"(?i)^$"}}},{"header":{"x-k":false}}]}"#),
        ("$arg_t", r#"{"not":{"query":{"t":{"regex":"."}}}}"#),
    ] {
        let text = format!("map {source} $bad {{ '' 1; }} server {{ if ($bad) {{ return 403; }} }}");
        let (rules, said) = read(&text);
        assert_eq!(said, [""; 0], "{source}");
        assert!(rules.contains(&format!(r#""when":{expected}"#)), "{rules}");
    }
}

/// Rules refuse an empty host, method or scheme, and nginx has none: such an `if` never holds, and its opposite always does.
#[test]
fn what_is_always_there_is_never_empty() {
    for variable in ["$host", "$request_method", "$scheme"] {
        assert_eq!(
            read(&format!("server {{ if ({variable} = '') {{ return 403; }} }}")),
            ("{}".to_owned(), Vec::new())
        );
        let (rules, said) = read(&format!("server {{ if ({variable} != '') {{ return 403; }} }}"));
        assert_eq!((rules.as_str(), said.len()), (r#"{"responses":[{"for":"/*","status":403}]}"#, 0), "{variable}");
    }
    // A name with a star is text to nginx.
    assert_eq!(read("server { if ($host = *.a.example) { return 403; } }").0, "{}");
}

/// A redirect to the same path of another host leads to itself on no scheme.
#[test]
fn a_redirect_to_another_host_is_for_both_schemes() {
    let scheme = |server: &str| read(&format!("server {{ {server} }}")).0.contains("scheme");
    for server in [
        "listen 80; server_name old.example; return 301 https://new.example$request_uri;",
        "server_name old.example; return 301 https://new.example$request_uri;",
        "listen 8080; server_name old.example *.old.example; return 301 https://new.example$request_uri;",
        "listen 80; server_name a.example; location /s/ { if ($http_x_k != k) { return 302 https://login.a.example$request_uri; } }",
    ] {
        assert!(!scheme(server), "{server}");
    }
    for server in [
        "listen 80; server_name a.example www.a.example; return 301 https://WWW.a.example$request_uri;",
        "listen 80; server_name .a.example; return 301 https://www.a.example$request_uri;",
        "listen 80; server_name a.example; return 301 https://$host$request_uri;",
    ] {
        assert!(scheme(server), "{server}");
    }
}

/// Whoever has no key is led elsewhere: where rules cannot say it, nobody comes in.
#[test]
fn a_guard_by_a_header_closes() {
    for inside in [
        "if ($http_x_key != k) { rewrite ^ https://login.e.org/ permanent; }",
        "if ($http_authorization !~ x) { rewrite ^ /login redirect; }",
        "if ($http_x_key != k) { rewrite ^(.*)$ /login?r=$1 redirect; }",
        "if ($http_x_key != k) { return 302 https://login.e.org/?r=$request_uri; }",
        "if ($http_x_key != k) { rewrite .* /denied.html last; }",
    ] {
        let text = format!("server {{ location /s/ {{ {inside} }} location = /denied.html {{ return 403; }} }}");
        let (rules, said) = read(&text);
        assert!(rules.contains(r#"{"for":"/s/*","status":403}"#) && said.len() == 1, "{inside}: {rules} {said:?}");
    }
}

/// <https://nginx.org/en/docs/http/ngx_http_core_module.html#location>: the first expression is chosen.
#[test]
fn what_is_internal_is_chosen_as_other_locations_are() {
    let (rules, said) = read("server { location ~ \\.php$ { return 301 /t; } location ~ /a/b { internal; } }");
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#"{"for":{"regex":"/a/b"},"except":{"regex":"\\.php$"},"status":404}"#), "{rules}");
    // Before what it does itself.
    let (rules, _) = read("server { location /a/ { rewrite ^/a/b$ /c break; internal; } }");
    assert!(rules.contains(r#"{"for":"/a/*","status":404}"#), "{rules}");
}
