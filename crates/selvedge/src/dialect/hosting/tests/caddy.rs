//! From what `caddy adapt` (2.11) makes of the directives of <https://caddyserver.com/docs/caddyfile/directives>.

use super::*;

mod order;

fn caddy(routes: &str) -> (String, Vec<String>) {
    let text =
        format!("{{ \"apps\": {{ \"http\": {{ \"servers\": {{ \"srv0\": {{ \"routes\": [\n{routes}\n] }} }} }} }} }}");
    read(&text, Hosting::Caddy)
}

#[test]
fn directives() {
    for (route, rules) in [
        (
            r#"{ "handle": [{ "handler": "static_response", "headers": { "Location": ["/b"] }, "status_code": 302 }], "match": [{ "path": ["/plain"] }] }"#,
            r#"{"redirects":[{"from":"/plain","ignoreCase":true,"to":"/b","query":"drop","status":302}]}"#,
        ),
        (
            r#"{ "handle": [{ "handler": "static_response", "headers": { "Location": ["https://z.example{http.request.uri}"] }, "status_code": 301 }], "match": [{ "path": ["/a"] }] }"#,
            r#"{"redirects":[{"from":"/a","ignoreCase":true,"to":"https://z.example/a","status":301}]}"#,
        ),
        (
            r#"{ "match": [{ "host": ["www.x.example"] }], "handle": [{ "handler": "subroute", "routes": [{ "handle": [{ "handler": "static_response", "headers": { "Location": ["https://x.example{http.request.uri}"] }, "status_code": 301 }] }] }], "terminal": true }"#,
            r#"{"redirects":[{"from":"/*","ignoreCase":true,"when":{"host":["www.x.example"]},"to":"https://x.example/{splat}","status":301}]}"#,
        ),
        (
            r#"{ "match": [{ "header": { "X-A": ["foo*"] }, "method": ["GET"], "not": [{ "host": ["x.example"] }, { "path": ["/n/*"] }], "path": ["/m/*"], "query": { "a": ["b"] } }], "handle": [{ "handler": "static_response", "headers": { "Location": ["/n"] }, "status_code": 302 }] }"#,
            r#"{"redirects":[{"from":"/m/*","ignoreCase":true,"except":["/n/*"],"when":{"header":{"X-A":{"prefix":"foo"}},"method":["GET"],"not":{"host":["x.example"]},"query":{"a":"b"}},"to":"/n","query":"drop","status":302}]}"#,
        ),
        (
            r#"{ "match": [{ "path": ["/r"] }], "group": "group4", "handle": [{ "handler": "rewrite", "uri": "/a.html" }] }"#,
            r#"{"rewrites":[{"from":"/r","ignoreCase":true,"to":"/a.html"}]}"#,
        ),
        (
            r#"{ "match": [{ "path": ["/api/*"] }], "handle": [{ "handler": "reverse_proxy", "upstreams": [{ "dial": "127.0.0.1:9" }] }] }"#,
            r#"{"origins":[{"for":"/api/*","ignoreCase":true,"to":{"custom":{"domainName":"127.0.0.1","protocol":"http","port":9}}}],"rewrites":[{"from":"/api/*","ignoreCase":true,"to":"/api/{splat}"}]}"#,
        ),
        (
            r#"{ "match": [{ "path": ["/gone"] }], "handle": [{ "handler": "static_response", "status_code": 410, "body": "gone" }] }"#,
            r#"{"responses":[{"for":"/gone","ignoreCase":true,"status":410,"body":"gone"}]}"#,
        ),
        (
            r#"{ "match": [{ "path": ["*.css"] }], "handle": [{ "handler": "headers", "response": { "set": { "X-A": ["b"] }, "delete": ["Server"], "deferred": true } }] }"#,
            r#"{"headers":[{"for":"*.css","ignoreCase":true,"remove":["Server"],"set":{"X-A":["b"]}}]}"#,
        ),
    ] {
        let (got, said) = caddy(route);
        assert_eq!(said, [""; 0], "{route}");
        assert_eq!(got, rules, "{route}");
    }
}

#[test]
fn a_guard_is_never_lost() {
    let closed = r#""ignoreCase":true,"ignoreTrailingSlash":true,"status":403"#;
    for route in [
        r#"{ "match": [{ "path": ["/s/*"] }], "handle": [{ "handler": "authentication", "providers": {} }] }"#,
        r#"{ "match": [{ "path": ["/s/*"] }], "handle": [{ "handler": "a_plugin" }] }"#,
        r#"{ "match": [{ "path": ["/s/*"] }], "handle": [{ "handler": "reverse_proxy", "handle_response": [], "upstreams": [{ "dial": "a:1" }] }] }"#,
        r#"{ "match": [{ "path": ["/s/*"] }], "handle": [{ "handler": "static_response", "abort": true }] }"#,
        r#"{ "match": [{ "expression": "x" }], "handle": [{ "handler": "static_response", "status_code": 403 }] }"#,
    ] {
        let (rules, said) = caddy(route);
        assert!(rules.contains(closed), "{route}\n{rules}");
        assert_eq!(said.len(), 1, "{route}: {said:?}");
    }
    let (rules, said) = caddy(
        r#"{ "match": [{ "path": ["/s/*"], "not": [{ "remote_ip": { "ranges": ["10.0.0.0/8"] } }] }], "handle": [{ "handler": "static_response", "status_code": 403 }] }"#,
    );
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#""when":{"not":{"ip":["10.0.0.0/8"]}},"status":403"#), "{rules}");
}

/// What `caddy adapt` makes of `private_ranges`: Go compares a range without what is beyond its prefix.
#[test]
fn private_ranges_are_ranges() {
    let of = |ranges: &str| {
        caddy(&format!(
            "{{ \"match\": [{{ \"not\": [{{ \"remote_ip\": {{ \"ranges\": [{ranges}] }} }}] }}], \"handle\": [{{ \"handler\": \"static_response\", \"status_code\": 403 }}] }}"
        ))
    };
    let (rules, said) = of(r#""192.168.0.0/16", "172.16.0.0/12", "10.0.0.0/8", "127.0.0.1/8", "fd00::/8", "::1""#);
    assert_eq!(said, [""; 0]);
    let ranges = r#"["192.168.0.0/16","172.16.0.0/12","10.0.0.0/8","127.0.0.0/8","fd00::/8","::1"]"#;
    assert!(rules.contains(&format!(r#""when":{{"not":{{"ip":{ranges}}}}},"status":403"#)), "{rules}");
    // What is not a range lets nobody in.
    let (rules, said) = of(r#""127.0.0.1/8", "10.0.0.300""#);
    assert!(rules.contains(r#""ignoreTrailingSlash":true,"status":403"#) && said.len() == 1, "{rules} {said:?}");
}

#[test]
fn what_is_left_out_is_said() {
    for (route, what) in [
        (r#"{ "match": [{ "path": ["/a/*/b"] }], "handle": [{ "handler": "static_response" }] }"#, "a path as"),
        (
            r#"{ "handle": [{ "handler": "rewrite", "uri": "{http.matchers.file.relative}" }], "match": [{ "file": {} }] }"#,
            "\"file\"",
        ),
        (r#"{ "handle": [{ "handler": "file_server", "browse": {} }] }"#, "lists of folders"),
        (r#"{ "handle": [{ "handler": "static_response", "status_code": 200, "body": "{x}" }] }"#, "such a body"),
        (
            r#"{ "handle": [{ "handler": "rewrite", "uri": "/b" }] }, { "match": [{ "path": ["/b"] }], "handle": [{ "handler": "static_response", "status_code": 404 }] }"#,
            "look at again",
        ),
    ] {
        let (_, said) = caddy(route);
        assert!(said.iter().any(|said| said.contains(what)), "{route}: {said:?}");
    }
    assert!(read("{}", Hosting::Caddy).1.iter().any(|said| said.contains("caddy adapt")));
}

/// <https://caddyserver.com/docs/caddyfile/directives/file_server#hide>
#[test]
fn hidden_files_are_missing() {
    let (rules, said) = caddy(
        r#"{ "handle": [{ "handler": "file_server", "hide": ["./Caddyfile", "/srv/secret/", "*.bak", ".git"] }] }"#,
    );
    assert_eq!(said, [""; 0]);
    let expected =
        [r#"(?i)/Caddyfile(?:/|$)"#, r#"(?i)/secret(?:/|$)"#, r#"(?i)/[^/]*\\.bak(?:/|$)"#, r#"(?i)/\\.git(?:/|$)"#];
    for regex in expected {
        assert!(rules.contains(&format!(r#"{{"regex":"{regex}"}}"#)), "{regex}: {rules}");
    }
    assert!(rules.contains(r#""status":404"#), "{rules}");
    let (rules, said) = caddy(r#"{ "handle": [{ "handler": "file_server", "hide": ["{env.X}"] }] }"#);
    assert!(rules.contains(r#""status":403"#) && said.len() == 1, "{rules} {said:?}");
}

/// As Caddy 2.11 answers: 404 also where a rewrite leads to a hidden file, and where the page for what is missing is one.
#[test]
fn a_rewrite_opens_no_hidden_file() {
    let files = r#"{ "handle": [{ "handler": "file_server", "hide": ["b l\u00f6g"] }] }"#;
    let rewrite =
        r#"{ "match": [{ "path": ["/a"] }], "handle": [{ "handler": "rewrite", "uri": "/b%20l%C3%B6g/index.html" }] }"#;
    let (rules, _) = caddy(&format!("{rewrite}, {files}"));
    assert!(
        rules.contains(r#"{"for":"/a","ignoreCase":true,"status":404}"#) && !rules.contains("index.html"),
        "{rules}"
    );
    let (rules, _) = caddy(&format!("{}, {files}", rewrite.replace("%C3%B6g", "og")));
    assert!(!rules.contains(r#""for":"/a""#) && rules.contains("index.html"), "{rules}");
    let files = r#"{ "handle": [{ "handler": "file_server", "hide": ["index.html"] }] }"#;
    let (rules, _) = caddy(&format!("{}, {files}", rewrite.replace("index.html", "")));
    assert!(rules.contains(r#"{"for":"/a","ignoreCase":true,"status":404}"#), "{rules}");
    assert!(rules.contains(r#"{"regex":"(?i)/$"}"#), "{rules}");
}

#[test]
fn a_status_that_is_not_known_closes() {
    for handler in [r#""handler": "static_response", "status_code": "{http.vars.code}""#, r#""handler": "error""#] {
        let (rules, said) = caddy(&format!(r#"{{ "match": [{{ "path": ["/a/*"] }}], "handle": [{{ {handler} }}] }}"#));
        let is_kept_in = rules.contains(r#""status":403"#) && said.len() == 1 || rules.contains(r#""status":500"#);
        assert!(is_kept_in, "{handler}: {rules} {said:?}");
    }
}

/// Asked of Caddy 2.11: of a group the first route counts, and what a file server serves goes no further.
#[test]
fn what_is_served_before_a_guard_stays_open() {
    for group in [r#""group": "group2", "#, ""] {
        let (rules, said) = caddy(&format!(
            "{{ {group}\"match\": [{{ \"path\": [\"/public/*\"] }}], \"handle\": [{{ \"handler\": \"file_server\" }}] }},\n{{ {group}\"handle\": [{{ \"handler\": \"subroute\", \"routes\": [{{ \"handle\": [{{ \"handler\": \"static_response\", \"status_code\": 403 }}] }}] }}] }}"
        ));
        assert_eq!(said, [""; 0]);
        assert!(rules.contains(r#"{"for":"/*","ignoreCase":true,"except":["/public/*"],"status":403}"#), "{rules}");
    }
    // Under a condition it is open for some alone.
    let (rules, _) = caddy(
        r#"{ "group": "a", "match": [{ "path": ["/public/*"], "method": ["GET"] }], "handle": [{ "handler": "file_server" }] },
           { "group": "a", "handle": [{ "handler": "static_response", "status_code": 403 }] }"#,
    );
    assert!(rules.contains(r#"{"for":"/*","ignoreCase":true,"status":403}"#), "{rules}");
}

/// A redirect or a rewrite by who asks keeps the others out; so does a rewrite to what is refused.
#[test]
fn what_leads_some_elsewhere_is_a_guard() {
    let closed = r#"{"for":"/*","ignoreCase":true,"ignoreTrailingSlash":true,"status":403}"#;
    for (matcher, closes) in [
        (r#""not": [{ "header_regexp": { "Cookie": { "pattern": "s=1" } } }]"#, true),
        (r#""expression": { "expr": "{http.request.cookie.s} == '1'", "name": "x" }"#, true),
        (r#""expression": { "expr": "{http.request.uri.path} == '/a'", "name": "x" }"#, false),
        (r#""vars": { "{http.request.cookie.s}": ["1"] }"#, true),
        (r#""header_regexp": { "User-Agent": { "pattern": "bot" } }"#, false),
        (r#""path_regexp": { "pattern": "^/a" }"#, false),
    ] {
        for handler in [
            r#""handler": "static_response", "headers": { "Location": ["/login"] }, "status_code": 302"#,
            r#""handler": "rewrite", "uri": "/login.html""#,
        ] {
            let (rules, said) = caddy(&format!("{{ \"match\": [{{ {matcher} }}], \"handle\": [{{ {handler} }}] }}"));
            assert_eq!(rules.contains(closed), closes, "{matcher} {handler}: {rules} {said:?}");
            assert_eq!(said.len(), 1, "{said:?}");
        }
    }
    let (rules, said) = caddy(
        r#"{ "match": [{ "path": ["/a"] }], "handle": [{ "handler": "rewrite", "uri": "/s/x" }] },
           { "match": [{ "path": ["/s/*"] }], "handle": [{ "handler": "static_response", "status_code": 403 }] }"#,
    );
    assert!(rules.contains(r#"{"for":"/a","ignoreCase":true,"ignoreTrailingSlash":true,"status":403}"#), "{rules}");
    assert_eq!(said.len(), 1);
}

/// <https://caddyserver.com/docs/caddyfile/directives/try_files>, <https://caddyserver.com/docs/caddyfile/directives/uri>
#[test]
fn files_are_tried_and_prefixes_taken_off() {
    let tried = |files: &str, later: &str| {
        caddy(&format!(
            "{{ \"match\": [{{ \"file\": {{ \"try_files\": [{files}] }} }}], \"handle\": [{{ \"handler\": \"rewrite\", \"uri\": \"{{http.matchers.file.relative}}\" }}] }}{later}"
        ))
    };
    let path = r#""{http.request.uri.path}", "{http.request.uri.path}/""#;
    let (rules, said) =
        tried(&format!(r#"{path}, "/index.html""#), r#", { "handle": [{ "handler": "file_server" }] }"#);
    assert_eq!(
        (rules.as_str(), said.len()),
        (r#"{"rewrites":[{"from":"/*","ignoreCase":true,"to":"/index.html","fallback":true}]}"#, 0)
    );
    assert_eq!(tried(&format!(r#"{path}, "=404""#), ""), ("{}".to_owned(), Vec::new()));
    assert_eq!(tried(r#""{http.request.uri.path}.html", "/a""#, "").1.len(), 1);
    // A page that a later route refuses.
    let later =
        r#", { "match": [{ "path": ["/index*"] }], "handle": [{ "handler": "static_response", "status_code": 403 }] }"#;
    let (rules, said) = tried(&format!(r#"{path}, "/index.html""#), later);
    assert!(!rules.contains("fallback") && said.len() == 1, "{rules} {said:?}");
    let (rules, said) = caddy(
        r#"{ "match": [{ "path": ["/a/*"] }], "handle": [{ "handler": "rewrite", "strip_path_prefix": "/a" }] }"#,
    );
    assert_eq!(
        (rules.as_str(), said.len()),
        (r#"{"rewrites":[{"from":"/a/*","ignoreCase":true,"to":"/{splat}"}]}"#, 0)
    );
    // A program is not a server of HTTP.
    let (rules, said) = caddy(
        r#"{ "match": [{ "path": ["*.php"] }], "handle": [{ "handler": "reverse_proxy", "transport": { "protocol": "fastcgi" }, "upstreams": [{ "dial": "127.0.0.1:9" }] }] }"#,
    );
    assert_eq!((rules.as_str(), said.len()), ("{}", 1));
}

/// Asked of Caddy 2.11: who has no key is sent to the login, whatever the address of that is.
#[test]
fn a_redirect_by_who_asks_keeps_others_out_whatever_its_target() {
    for (condition, closes) in [
        (r#""not": [{ "header": { "X-Key": ["k"] } }]"#, true),
        (r#""not": [{ "remote_ip": { "ranges": ["10.0.0.0/8"] } }]"#, true),
        (r#""not": [{ "header": { "Authorization": ["*"] } }]"#, true),
        (r#""header": { "User-Agent": ["x*"] }"#, false),
    ] {
        let (rules, said) = caddy(&format!(
            "{{ \"match\": [{{ \"path\": [\"/adm*\"], {condition} }}], \"handle\": [{{ \"handler\": \"subroute\", \"routes\": [{{ \"handle\": [{{ \"handler\": \"static_response\", \"headers\": {{ \"Location\": [\"https://login.example.com{{http.request.uri}}\"] }}, \"status_code\": 302 }}] }}] }}] }}"
        ));
        assert_eq!(
            rules.contains(r#""for":"/adm*""#) && rules.contains(r#""status":403"#),
            closes,
            "{condition}: {rules}"
        );
        assert_eq!((said.len(), said[0].contains("answered 403")), (1, closes), "{said:?}");
    }
}

/// Asked of Caddy 2.11: `respond "x" 204` has no body.
#[test]
fn an_answer_without_a_body_has_none() {
    let (rules, said) = caddy(
        r#"{ "match": [{ "path": ["/t"] }], "handle": [{ "handler": "static_response", "body": "x", "status_code": 204 }] }"#,
    );
    assert_eq!((rules.as_str(), said.len()), (r#"{"responses":[{"for":"/t","ignoreCase":true,"status":204}]}"#, 0));
}

/// As Caddy 2.11 answers: inside of `handle_path` a path is compared without the prefix.
#[test]
fn a_guard_after_a_prefix_is_taken_off_is_for_the_whole_path() {
    let (rules, said) = caddy(
        r#"{ "match": [{ "path": ["/a/*"] }], "handle": [{ "handler": "subroute", "routes": [
            { "handle": [{ "handler": "rewrite", "strip_path_prefix": "/a" }] },
            { "handle": [{ "handler": "subroute", "routes": [
                { "match": [{ "path": ["/b/*"] }], "handle": [{ "handler": "static_response", "status_code": 403 }] },
                { "handle": [{ "handler": "file_server" }] } ] }] } ] }] }"#,
    );
    assert!(rules.contains(r#""for":"/a/b/*","ignoreCase":true,"#), "{rules} {said:?}");
}

/// As Caddy 2.11 answers: of a group one route counts, and nothing gets past one that answers everything.
#[test]
fn what_is_never_reached_does_nothing() {
    let serve = r#""handle": [{ "handler": "file_server" }]"#;
    let refuse = r#""handle": [{ "handler": "static_response", "status_code": 403 }]"#;
    for (routes, reaches) in [
        (format!("{{ {serve} }}, {{ {refuse} }}"), false),
        (format!(r#"{{ "handle": [{{ "handler": "subroute", "routes": [{{ {serve} }}] }}] }}, {{ {refuse} }}"#), false),
        (format!(r#"{{ "group": "g", {serve} }}, {{ "group": "g", {refuse} }}"#), false),
        // Two `handle` without a path are one route.
        (
            format!(
                r#"{{ "handle": [{{ "handler": "subroute", "routes": [{{ {serve} }}] }}, {{ "handler": "subroute", "routes": [{{ {refuse} }}] }}] }}"#
            ),
            false,
        ),
        (format!(r#"{{ "match": [{{ "path": ["/a"] }}], {serve} }}, {{ {refuse} }}"#), true),
        // What the first of the group is for goes on.
        (
            format!(
                r#"{{ "group": "g", "match": [{{ "path": ["/a"] }}], "handle": [{{ "handler": "vars" }}] }}, {{ "group": "g", {serve} }}, {{ {refuse} }}"#
            ),
            true,
        ),
    ] {
        let (rules, _) = caddy(&routes);
        assert_eq!(rules.contains("403"), reaches, "{routes}: {rules}");
    }
}

/// As Caddy 2.11 answers: the later of two headers counts, but of those that are put off the earlier one; and a header is not on
/// what an earlier route answers.
#[test]
fn headers_in_the_order_in_which_they_are_set() {
    let header = |value: &str, deferred: bool| {
        format!(
            r#"{{ "handle": [{{ "handler": "headers", "response": {{ "set": {{ "X-A": ["{value}"] }}, "deferred": {deferred} }} }}] }}"#
        )
    };
    let (rules, said) =
        caddy(&[header("1", true), header("2", false), header("3", true), header("4", false)].join(","));
    let order = ["2", "4", "3", "1"].map(|value| rules.find(&format!(r#"["{value}"]"#)));
    assert!(order[0].is_some() && order.is_sorted() && said.is_empty(), "{rules} {said:?}");
    let (rules, _) = caddy(&format!(
        r#"{{ "match": [{{ "path": ["/e"] }}], "handle": [{{ "handler": "error", "status_code": 404 }}] }}, {}"#,
        header("1", false)
    ));
    assert!(rules.contains(r#""except":["/e"],"set""#), "{rules}");
}

/// As Caddy 2.11 answers: `try_files` with =404 ends what has no file, and an answer is also for what has one.
#[test]
fn answers_around_try_files() {
    let tried = |files: &str, later: &str| {
        caddy(&format!(
            r#"{{ "match": [{{ "file": {{ "try_files": ["{{http.request.uri.path}}", "{{http.request.uri.path}}/", "{files}"] }} }}], "handle": [{{ "handler": "rewrite", "uri": "{{http.matchers.file.relative}}" }}] }}, {later}"#
        ))
    };
    let gone =
        r#"{ "match": [{ "path": ["/a*"] }], "handle": [{ "handler": "static_response", "status_code": 410 }] }"#;
    let (rules, said) = tried("/index.html", gone);
    assert!(rules.contains(r#"{"for":"/a*","ignoreCase":true,"status":410}"#), "{rules}");
    assert!(said.len() == 1 && said[0].contains("an answer after a rewrite"), "{said:?}");
    let (_, said) = tried("=404", gone);
    assert!(said.len() == 1 && said[0].contains("before routes that answer"), "{said:?}");
    // Without it the path of what has no file would come out.
    let (rules, said) = tried("/index.html", r#"{ "handle": [{ "handler": "static_response", "status_code": 403 }] }"#);
    assert!(rules.contains(r#""for":"/*""#) && said[0].contains("answered 403"), "{rules} {said:?}");
}

/// As Caddy 2.11 answers: a path whose ending is taken off is then one that a later route refuses, and a later rewrite counts.
#[test]
fn a_rewrite_that_is_left_out_opens_no_guard() {
    let refuse =
        r#"{ "match": [{ "path": ["/a"] }], "handle": [{ "handler": "static_response", "status_code": 403 }] }"#;
    let strip = r#"{ "handle": [{ "handler": "rewrite", "strip_path_suffix": ".html" }] }"#;
    let (rules, said) = caddy(&format!("{strip}, {refuse}"));
    assert!(rules.contains(r#""for":"/*""#) && said.iter().any(|it| it.contains("answered 403")), "{rules} {said:?}");
    let (rules, said) = caddy(strip);
    assert!(!rules.contains("403") && !said.is_empty(), "{rules} {said:?}");
    let (rules, said) = caddy(
        r#"{ "match": [{ "path": ["/a"] }], "handle": [{ "handler": "rewrite", "uri": "/b.html" }] }, { "handle": [{ "handler": "subroute", "routes": [{ "handle": [{ "handler": "rewrite", "uri": "/c.html" }] }] }] }"#,
    );
    assert!(!rules.contains("/b.html") && said.len() == 1, "{rules} {said:?}");
}
