//! `proxy_pass`: <https://nginx.org/en/docs/http/ngx_http_proxy_module.html>.

use super::read;

#[test]
fn an_origin_is_asked_for_the_path_as_it_is() {
    let of = |location: &str| read(&format!("server {{ location {location} }}"));
    let asks = |rules: &str, from: &str, to: &str| {
        assert!(rules.contains(r#""domainName":"z""#), "{rules}");
        assert!(rules.contains(&format!(r#"{{"from":{from},"to":"{to}""#)), "{rules}");
    };
    for (location, from, to) in [
        ("/a/ { proxy_pass http://z; }", r#""/a/*""#, "/a/{splat}"),
        ("/a/ { proxy_pass http://z/; }", r#""/a/*""#, "/{splat}"),
        ("/a/ { proxy_pass http://z$request_uri; }", r#""/a/*""#, "/a/{splat}"),
        ("~ ^/(a|b)/ { proxy_pass http://z; }", r#"{"regex":"^/(a|b)/"}"#, "/{path}"),
        ("/a/ { set $up z; proxy_pass http://$up; }", r#""/a/*""#, "/a/{splat}"),
    ] {
        let (rules, said) = of(location);
        assert_eq!(said, [""; 0], "{location}");
        asks(&rules, from, to);
    }
    let (rules, said) = of("/api/ { rewrite ^/api/(.*)$ /v1/$1 break; proxy_pass http://z; }");
    assert_eq!(said, [""; 0]);
    asks(&rules, r#""/api/*""#, "/v1/{splat}");
    for location in [
        "~ ^/(a|b)/ { proxy_pass http://z/x; }",
        "/a/ { proxy_pass http://z$uri; }",
        "/a/ { proxy_pass http://z/b$request_uri; }",
        "/a/ { set $up z; proxy_pass http://$up/b; }",
        "/a/ { rewrite ^/a/(?!b) /c break; proxy_pass http://z; }",
        "/a/ { rewrite ^/a/(.*)$ /c/$1 break; proxy_pass http://z/x; }",
    ] {
        let (rules, said) = of(location);
        assert!(!said.is_empty() && !rules.contains(r#""from":"/a/*","to":"#), "{location}: {rules} {said:?}");
    }
}

#[test]
fn what_is_sent_on_is_said_line_by_line() {
    let of = |line: &str| {
        read(&format!("server {{ server_name a.example b.example; location /a/ {{ proxy_pass http://z; {line} }} }}"))
    };
    for line in [
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection 'Upgrade';",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header Accept-Encoding '';",
        "proxy_redirect off;",
    ] {
        assert_eq!(of(line).1, [""; 0], "{line}");
    }
    for (line, edit) in [
        ("proxy_set_header X-Site a;", r#"{"for":"/a/*","on":"request","set":{"x-site":"a"}}"#),
        (
            "proxy_set_header X-Forwarded-Host $host;",
            r#"{"for":"/a/*","on":"request","set":{"x-forwarded-host":"{host}"}}"#,
        ),
        ("proxy_set_header X-Name $server_name;", r#"{"for":"/a/*","on":"request","set":{"x-name":"a.example"}}"#),
        ("proxy_set_header X-Site '';", r#"{"for":"/a/*","on":"request","remove":["x-site"]}"#),
        ("proxy_hide_header X-Powered-By;", r#"{"for":"/a/*","remove":["X-Powered-By"]}"#),
    ] {
        let (rules, said) = of(line);
        assert!(said.is_empty() && rules.contains(edit), "{line}: {rules} {said:?}");
    }
    for line in [
        "proxy_set_header Host $host;",
        "proxy_set_header X-Real-IP $remote_addr;",
        "proxy_set_header X-A $request_id;",
        "proxy_set_header Transfer-Encoding a;",
        "proxy_redirect http://z/ /;",
    ] {
        assert_eq!(of(line).1.len(), 1, "{line}");
    }
    // What the origin is asked for is not what the location is for.
    let (_, said) = read("server { location /a/ { proxy_pass http://z/; proxy_set_header X-Site a; } }");
    assert_eq!(said.len(), 1);
}

/// <https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#if>: the answer of an `if` has the headers that stand in it.
#[test]
fn an_if_may_answer_with_headers() {
    let preflight = "if ($request_method = OPTIONS) { add_header Access-Control-Allow-Origin *; return 204; }";
    let (rules, said) = read(&format!("server {{ location /a/ {{ {preflight} }} }}"));
    assert_eq!(said, [""; 0]);
    let answer = r#"{"responses":[{"for":"/a/*","when":{"method":"OPTIONS"},"status":204,"headers":{"Access-Control-Allow-Origin":"*"}}]}"#;
    assert_eq!(rules, answer);
    for location in [
        format!("add_header X 1; {preflight}"),
        "if ($request_method = OPTIONS) { add_header X $host; return 204; }".to_owned(),
        "if ($request_method = OPTIONS) { add_header X 1; }".to_owned(),
        "if ($request_method = OPTIONS) { add_header X 1; return 301 /b; }".to_owned(),
    ] {
        assert_eq!(read(&format!("server {{ location /a/ {{ {location} }} }}")).1.len(), 1, "{location}");
    }
    // Groups that nothing reads change nothing.
    let (rules, said) = read("server { if ($request_method !~ ^(GET|HEAD|POST)$) { return 444; } }");
    assert!(
        rules.contains(r#""when":{"not":{"method":["GET","HEAD","POST"]}}"#) && said.len() == 1,
        "{rules} {said:?}"
    );
    let (rules, said) = read("server { if ($http_user_agent ~* (curl|wget)) { return 403; } }");
    assert!(rules.contains(r#""regex":"(?i)(curl|wget)""#) && said.is_empty(), "{rules} {said:?}");
    let (rules, said) = read("server { if ($host !~ ^(.+)x$) { return 301 https://z.example/$1; } }");
    assert!(rules == "{}" && said.len() == 1, "{rules} {said:?}");
}
