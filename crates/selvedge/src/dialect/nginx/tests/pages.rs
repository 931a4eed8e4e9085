//! Pages of errors, named locations, pages of folders.

use super::super::nginx;
use super::{Options, read};

/// <https://nginx.org/en/docs/http/ngx_http_core_module.html#error_page>
#[test]
fn what_is_not_there_may_be_a_page_or_lead_elsewhere() {
    for (inside, rule) in [
        ("error_page 404 /x.html;", r#"{"rewrites":[{"from":"/*","to":"/x.html","status":404,"fallback":true}]}"#),
        ("error_page 404 =200 /x.html;", r#"{"rewrites":[{"from":"/*","to":"/x.html","fallback":true}]}"#),
        ("error_page 404 = /x.html;", r#"{"rewrites":[{"from":"/*","to":"/x.html","fallback":true}]}"#),
        (
            "error_page 404 https://z.example/;",
            r#"{"redirects":[{"from":"/*","to":"https://z.example/","query":"drop","status":302,"fallback":true}]}"#,
        ),
        (
            "error_page 404 @x; location @x { rewrite ^(.*)$ /x.html last; }",
            r#"{"rewrites":[{"from":"/*","to":"/x.html","status":404,"fallback":true}]}"#,
        ),
        (
            "location / { try_files $uri @x; } location @x { return 301 https://z.example$request_uri; }",
            r#"{"redirects":[{"from":"/*","to":"https://z.example/{splat}","status":301,"fallback":true}]}"#,
        ),
        (
            "location / { try_files $uri $uri/ /x.html =404; }",
            r#"{"rewrites":[{"from":"/*","to":"/x.html","fallback":true}]}"#,
        ),
    ] {
        let (rules, _) = read(&format!("server {{ {inside} }}"));
        assert_eq!((rules.as_str(), said_of(inside)), (rule, vec![]), "{inside}");
    }
    for inside in [
        "error_page 404 =301 /x.html;",
        "error_page 200 /x.html;",
        "error_page 404 @missing;",
        "error_page 500 /x.html;",
        // The page of try_files comes first.
        "error_page 404 https://z.example/; location / { try_files $uri $uri/ /x.html; }",
        "location / { try_files $uri @x; }",
        "location /a { try_files $uri $uri/ @x; } location @x { return 301 /b$request_uri; }",
    ] {
        let said: Vec<_> = said_of(inside);
        assert_eq!(said.len(), 1, "{inside}: {said:?}");
    }
}

/// <https://nginx.org/en/docs/http/ngx_http_core_module.html#location>: such a location is for redirected requests alone.
#[test]
fn a_location_with_a_name_that_nothing_leads_to_is_never_reached() {
    let closed = r#"{"responses":[{"for":"/*","status":403}]}"#;
    for (before, inside, rules, findings) in [
        ("", "", "{}", 0),
        ("", "location @y { return 404; }", "{}", 0),
        ("", "error_page 404 @x;", closed, 2),
        ("", "location /a { error_page 502 @x; }", closed, 2),
        ("", "location /a { try_files $uri $uri/ @x; }", closed, 2),
        ("", "include snippets/a.conf;", r#"{"responses":[{"for":"/*","status":403},{"for":"/*","status":403}]}"#, 2),
        ("error_page 404 @x;", "", closed, 2),
        ("map $host $to { default @x; }", "", closed, 2),
    ] {
        let (own, said) = read(&format!("{before} server {{ {inside} location @x {{ return 503; }} }}"));
        assert_eq!((own.as_str(), said.len()), (rules, findings), "{before} {inside}: {said:?}");
    }
    // What includes such a file may lead there.
    assert_eq!(read("location @x { return 503; }").0, closed);
}

/// But for what try_files without folders comes to.
fn said_of(inside: &str) -> Vec<String> {
    read(&format!("server {{ {inside} }}")).1.into_iter().filter(|said| !said.contains("$uri alone")).collect()
}

#[test]
fn errors_may_have_a_file_of_the_site() {
    let text = "server { error_page 403 502 /e.html; location /a { deny all; } }";
    let parsed = nginx(text, &Options::new().files(["/e.html"]));
    let rules = serde_json::to_string(&parsed.rules).unwrap();
    let body = r#""body":{"file":"e.html"}"#;
    assert!(rules.contains(&format!(r#"{{"for":"/a*","status":403,{body}}}"#)), "{rules}");
    for code in [403, 502] {
        let own = format!(r#"{{"for":"/*","at":"origin-response","when":{{"status":{code}}},"status":{code},{body}}}"#);
        assert!(rules.contains(&own), "{rules}");
    }
}

/// <https://nginx.org/en/docs/http/ngx_http_index_module.html>
#[test]
fn the_page_of_a_folder_may_stand_in_a_location() {
    for (inside, setting, findings) in [
        ("location / { index index.html index.htm; }", r#""index":"index.html""#, 1),
        ("location / { index a.html; }", r#""index":"a.html""#, 0),
        ("index a.html; location /b { index a.html; }", r#""index":"a.html""#, 0),
        ("index a.html; location /b { index b.html; }", r#""index":"a.html""#, 1),
        ("location /b { index b.html; }", "{}", 1),
        ("index $x;", "{}", 1),
    ] {
        let (rules, said) = read(&format!("server {{ {inside} }}"));
        assert!(rules.contains(setting), "{inside}: {rules}");
        assert_eq!(said.len(), findings, "{inside}: {said:?}");
    }
}

/// <https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#set>
#[test]
fn a_variable_may_be_one_text() {
    let (rules, said) = read("server { set $to /b; location = /a { return 301 $to; } }");
    assert!(said.is_empty() && rules.contains(r#""to":"/b""#), "{rules} {said:?}");
    // The first name: <https://nginx.org/en/docs/http/ngx_http_core_module.html#var_server_name>.
    let (rules, said) =
        read("server { server_name a.example b.example; return 301 https://$server_name$request_uri; }");
    assert!(said.is_empty() && rules.contains(r#""to":"https://a.example/{splat}""#), "{rules} {said:?}");
    for inside in [
        "server_name *.example; return 301 https://$server_name/; location = /a { }",
        "set $to /b; set $to /c; location = /a { return 301 $to; }",
        "set $to $host; location = /a { return 301 https://$to/; }",
        "if ($http_x = a) { set $to /b; } location = /a { return 301 $to; }",
        "location = /b { set $to /b; } location = /a { return 301 $to; }",
    ] {
        let (rules, said) = read(&format!("server {{ {inside} }}"));
        assert!(!said.is_empty() && !rules.contains(r#""from":"/a""#), "{inside}: {rules}");
    }
}

/// A condition that holds for no path more than for another takes no page.
#[test]
fn a_page_stays_where_all_paths_have_an_answer() {
    let text = "server { if ($http_user_agent ~ bot) { return 444; } location / { try_files $uri $uri/ /x.html; } }";
    let (rules, said) = read(text);
    assert!(said.len() == 1 && said[0].contains("444"), "{said:?}");
    assert!(rules.contains(r#""to":"/x.html","fallback":true"#), "{rules}");
}

/// <https://nginx.org/en/docs/http/ngx_http_index_module.html>: the page of a folder is looked for by all locations, and the
/// folder by that which is chosen for it.
#[test]
fn a_folder_is_kept_in_with_its_page() {
    let deny = "location /new/ { location /new/index.html { deny all; } }";
    let (rules, said) = read(&format!("server {{ {deny} location / {{ return 302 /new/; }} }}"));
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#"{"for":"/new/","status":403}"#), "{rules}");
    // The folder leads elsewhere by itself.
    let (rules, _) = read("server { location / { return 302 /; } location = /new/index.html { deny all; } }");
    assert!(!rules.contains(r#"{"for":"/new/","status":403}"#), "{rules}");
}

/// <https://nginx.org/en/docs/http/ngx_http_core_module.html#error_page>: also of an answer that a `return` makes.
#[test]
fn an_answer_of_404_has_the_page_of_errors() {
    for to in ["https://z.example/", "/x.html"] {
        let (rules, said) = read(&format!("server {{ location /in/ {{ return 404; }} error_page 404 {to}; }}"));
        assert!(
            said.len() == 1 && said[0].contains("an error_page for what a return of 404 answers"),
            "{to}: {said:?}"
        );
        assert!(!rules.contains("fallback"), "{rules}");
        let (_, said) = read(&format!("server {{ location /in/ {{ return 403; }} error_page 404 {to}; }}"));
        assert_eq!(said, [""; 0], "{to}");
    }
}

/// A folder that is tried is not a page; a cookie is added where nothing keeps it for others.
#[test]
fn a_folder_that_is_tried_is_no_page() {
    let (rules, said) = read("server { location / { try_files $uri /a/ =404; } }");
    assert_eq!((rules.as_str(), said.len()), ("{}", 1));
    let (rules, _) = read("server { add_header Set-Cookie a=b; }");
    assert_eq!(rules, r#"{"headers":[{"at":"viewer-response","append":{"Set-Cookie":"a=b"}}]}"#);
}

/// As nginx answers: `$request_uri` is what was asked for, whatever a rewrite made of it.
#[test]
fn a_page_of_errors_at_the_address_of_the_request_stands_next_to_no_rewrite() {
    let page = "error_page 404 @gone; location @gone { return 302 https://z.example$request_uri; }";
    let (rules, said) = read(&format!("server {{ rewrite ^/old /in/ last; {page} }}"));
    assert!(
        !rules.contains("redirects") && said.len() == 1 && said[0].contains("next to rewrites"),
        "{rules} {said:?}"
    );
    let (rules, said) = read(&format!("server {{ rewrite ^/old /in/ redirect; {page} }}"));
    assert!(rules.contains(r#""fallback":true"#) && said.is_empty(), "{rules} {said:?}");
}
