//! From the documentation, <https://learn.microsoft.com/azure/static-web-apps/configuration>.

use super::*;

fn azure(text: &str) -> (String, Vec<String>) {
    read(text, Hosting::StaticWebApp)
}

#[test]
fn the_example_of_the_documentation() {
    let (rules, said) = azure(
        r#"{
  "trailingSlash": "auto",
  "routes": [
    { "route": "/profile*", "allowedRoles": ["authenticated"] },
    { "route": "/admin/index.html", "allowedRoles": ["administrator"] },
    { "route": "/images/*", "headers": { "cache-control": "must-revalidate, max-age=15770000" } },
    { "route": "/customers/contoso", "allowedRoles": ["administrator", "customers_contoso"] },
    { "route": "/logout", "redirect": "/.auth/logout" },
    { "route": "/calendar*", "rewrite": "/calendar.html" },
    { "route": "/specials", "redirect": "/deals", "statusCode": 301 }
  ],
  "navigationFallback": { "rewrite": "index.html", "exclude": ["/images/*.{png,jpg,gif}", "/css/*"] },
  "responseOverrides": {
    "400": { "rewrite": "/invalid-invitation-error.html" },
    "404": { "rewrite": "/custom-404.html" }
  },
  "globalHeaders": { "content-security-policy": "default-src https: 'unsafe-eval'", "x-old": "" },
  "mimeTypes": { ".json": "text/json" }
}"#,
    );
    assert_eq!(
        said,
        [
            "4 rules do not have roles; the paths of the route are answered 403",
            "5 rules do not have roles; the paths of the route are answered 403",
            "7 rules do not have roles; the paths of the route are answered 403",
            "14 rules do not have a page for 400",
        ]
    );
    for part in [
        r#"{"for":"/profile*","ignoreCase":true,"ignoreTrailingSlash":true,"status":403}"#,
        r#"{"for":["/admin/index.html","/admin","/admin/"],"ignoreCase":true,"ignoreTrailingSlash":true,"status":403}"#,
        r#"{"for":"/customers/contoso","except":["/images/*","/images"],"status":403}"#,
        r#"{"from":"/logout","to":"/.auth/logout","query":"drop","status":302}"#,
        r#"{"from":"/specials","to":"/deals","query":"drop","status":301}"#,
        r#"{"from":"/calendar*","to":"/calendar.html"}"#,
        r#"{"remove":["x-old"],"set":{"content-security-policy":"default-src https: 'unsafe-eval'"}}"#,
        r#"{"for":"*.json","set":{"Content-Type":"text/json"}}"#,
        r#"{"for":["/images/*","/images"],"set":{"cache-control":"must-revalidate, max-age=15770000"}}"#,
        concat!(
            r#"{"from":"/*","except":["/images/*.png","/images/*.jpg","/images/*.gif","/css/*","/css"],"to":"/index.html","fallback":true},"#,
            r#"{"from":["/images/*.png","/images/*.jpg","/images/*.gif","/css/*","/css"],"to":"/custom-404.html","status":404,"fallback":true}"#
        ),
    ] {
        assert!(rules.contains(part), "{part}\n{rules}");
    }
}

/// Of Azure's own command line: src/core/utils/glob.spec.ts takes `*.ext` for all folders, and response-overrides.spec.ts puts the
/// address that was asked for in place of `.referrer`.
#[test]
fn endings_anywhere_fragments_and_the_address_that_was_asked_for() {
    let (rules, said) = azure(
        r#"{"routes":[{"route":"*.ext","redirect":"/b"},{"route":"/r","rewrite":"/t.html#x"}],
            "navigationFallback":{"rewrite":"/index.html#top","exclude":["*.{png,jpg}"]}}"#,
    );
    assert_eq!(said, [""; 0]);
    for part in [
        r#"{"from":"/*.ext","to":"/b","#,
        r#"{"from":"/r","to":"/t.html"}"#,
        r#"{"from":"/*","except":["/*.png","/*.jpg"],"to":"/index.html","fallback":true}"#,
    ] {
        assert!(rules.contains(part), "{part}\n{rules}");
    }
    let (rules, said) = azure(r#"{"responseOverrides":{"404":{"redirect":"/login?to=.referrer"}}}"#);
    assert!(!rules.contains("login") && said.len() == 1, "{rules} {said:?}");
}

/// A route that refuses is not lost by the way in which it is written.
#[test]
fn what_refuses_is_closed_however_it_is_spelled() {
    for (route, paths) in [
        (r#""route": "/a", "statusCode": "403""#, r#""/a""#),
        (r#""route": "/a", "StatusCode": 401"#, r#""/a""#),
        (r#""route": "/a", "statusCode": {}"#, r#""/a""#),
        (r#""route": "/a", "AllowedRoles": ["admin"]"#, r#""/a""#),
        (r#""route": "/a", "allowedroles": "admin""#, r#""/a""#),
        (r#""route": "/a", "methods": ["get"], "statusCode": 403"#, r#""/a""#),
        (r#""route": "/a*b", "statusCode": 403"#, r#""/a*""#),
    ] {
        let (rules, said) = azure(&format!(r#"{{ "routes": [{{ {route} }}] }}"#));
        assert!(rules.contains(&format!(r#"{{"for":{paths},"ignoreCase":true"#)), "{route}: {rules}");
        assert!(rules.contains(r#""status":403"#) && said.len() == 1, "{route}: {said:?}");
    }
    let (rules, said) = azure(r#"{ "routes": [{ "route": "/a", "redirect": "/b", "statusCode": "301" }] }"#);
    assert!(!rules.contains("403") && said.len() == 1, "{rules} {said:?}");
}

/// Whatever guards closes, also where it cannot be read.
#[test]
fn a_role_never_opens_in_silence() {
    for (text, closed) in [
        (r#"{"routes":[{"route":"/a/*","allowedRoles":["x"]}]}"#, r#"{"for":["/a/*","/a"],"#),
        (r#"{"routes":[{"route":"/a/*/b","allowedRoles":["x"]}]}"#, r#"{"for":"/a/*","#),
        (r#"{"routes":[{"route":"/a","allowedRoles":"x"}]}"#, r#"{"for":"/a","#),
        (
            r#"{"routes":[{"route":"/a","allowedRoles":["x"],"methods":"POST"}]}"#,
            r#"{"for":"/a","ignoreCase":true,"ignoreTrailingSlash":true,"status":403}"#,
        ),
        (
            r#"{"routes":[{"route":"/a","allowedRoles":["x"],"methods":["POST"]}]}"#,
            r#""when":{"method":["POST"]},"status":403}"#,
        ),
        (r#"{"routes":[{"route":"/a","allowedRoles":["x"],"redirect":"/b"}]}"#, r#"{"for":"/a","#),
        (
            r#"{"routes":[{"route":"/in","allowedRoles":["anonymous"]},{"route":"/*","allowedRoles":["x"]}]}"#,
            r#"{"for":"/*","except":"/in","status":403}"#,
        ),
        (
            r#"{"networking":{"allowedIpRanges":["10.0.0.0/24","100.0.0.0/32"]}}"#,
            r#"{"for":"/*","when":{"not":{"ip":["10.0.0.0/24","100.0.0.0/32"]}},"status":403}"#,
        ),
        (
            r#"{"networking":{"allowedIpRanges":["10.1.2.3/8"]}}"#,
            r#"{"for":"/*","when":{"not":{"ip":["10.0.0.0/8"]}},"status":403}"#,
        ),
        (r#"{"networking":{"allowedIpRanges":["10.1.2.300/8"]}}"#, r#"{"for":"/*","status":403}"#),
        (r#"{"networking":{"allowedIpRanges":["AzureFrontDoor.Backend"]}}"#, r#"{"for":"/*","status":403}"#),
        (
            r#"{"forwardingGateway":{"requiredHeaders":{"X-Azure-FDID":"692a448c"}}}"#,
            r#"{"for":"/*","when":{"not":{"header":{"X-Azure-FDID":"692a448c"}}},"status":403}"#,
        ),
        (r#"{"forwardingGateway":{"requiredHeaders":{"X-A":1}}}"#, r#"{"for":"/*","status":403}"#),
    ] {
        let (rules, said) = azure(text);
        assert!(rules.contains(closed), "{text}\n{rules}");
        let is_carried_over = rules.contains("\"not\"");
        assert_eq!(said.is_empty(), is_carried_over, "{text}: {said:?}");
    }
}

#[test]
fn what_is_left_out_is_said() {
    for (text, what) in [
        ("{\n\"auth\": {} }", "\"auth\""),
        ("{ \"routes\": [\n{ \"route\": \"/a\", \"rewrite\": \"/api/b\" }] }", "a function"),
        ("{ \"routes\": [\n{ \"route\": \"/a/*/b\", \"redirect\": \"/b\" }] }", "a star before the end"),
        ("{ \"routes\": [\n{ \"route\": \"/a\", \"redirect\": \"b\" }] }", "a redirect to"),
        ("{ \"routes\": [\n{ \"route\": \"/a\", \"statusCode\": 302 }] }", "the status 302"),
        ("{ \"routes\": [\n{ \"redirect\": \"/b\" }] }", "without \"route\""),
        ("{ \"routes\":\n 3 }", "expected a list"),
        ("\n[]", "expected an object"),
        ("{ \"navigationFallback\":\n{ \"rewrite\": \"/api/x\" } }", "a function"),
    ] {
        let (_, said) = azure(text);
        assert!(said.iter().any(|said| said.starts_with('2') && said.contains(what)), "{text}: {said:?}");
    }
}

#[test]
fn an_answer_leaves_out_earlier_routes_and_has_the_page_for_its_status() {
    let (rules, said) = azure(r#"{"routes":[{"route":"/a/b","redirect":"/c"},{"route":"/a/*","statusCode":410}]}"#);
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#"{"for":["/a/*","/a"],"except":"/a/b","status":410}"#), "{rules}");
    let (rules, _) =
        azure(r#"{"routes":[{"route":"/a","statusCode":404}],"responseOverrides":{"404":{"rewrite":"/x.html"}}}"#);
    assert!(rules.contains(r#"{"from":"/a","to":"/x.html","status":404}"#), "{rules}");
}

#[test]
fn a_star_of_a_target_is_text() {
    let (rules, said) = azure(r#"{"routes":[{"route":"/c/*","redirect":"/d/*"}]}"#);
    assert!(rules.contains(r#""to":"/d/%2A""#) && said.is_empty(), "{rules} {said:?}");
}

/// <https://learn.microsoft.com/azure/static-web-apps/configuration#response-overrides>; as the local server answers, a redirect has
/// the query of its own.
#[test]
fn a_redirect_in_the_place_of_an_error() {
    let (rules, said) = azure(
        r#"{"routes":[{"route":"/a","statusCode":403},{"route":"/b","statusCode":404}],"responseOverrides":{"403":{"redirect":"/login"},"404":{"redirect":"/new","statusCode":301}}}"#,
    );
    assert!(rules.contains(r#"{"from":"/a","to":"/login","query":"drop","status":302}"#), "{rules}");
    assert!(rules.contains(r#"{"from":"/b","to":"/new","query":"drop","status":301}"#), "{rules}");
    assert!(rules.contains(r#"{"from":"/*","to":"/new","query":"drop","status":301,"fallback":true}"#), "{rules}");
    assert_eq!(said.len(), 1, "{said:?}");
    // One that cannot be read leaves the path refused.
    let (rules, said) =
        azure(r#"{"routes":[{"route":"/a","statusCode":403}],"responseOverrides":{"403":{"redirect":".referrer"}}}"#);
    assert!(rules.contains(r#"{"for":"/a","status":403}"#) && !said.is_empty(), "{rules} {said:?}");
}

/// As the local server answers: the first route of a method is used, and the answer after it is for the others.
#[test]
fn an_answer_after_a_route_with_methods_is_said() {
    let (rules, said) = azure(
        r#"{"routes":[{"route":"/a/*","methods":["GET"],"rewrite":"/x.html"},{"route":"/a/b","statusCode":403}]}"#,
    );
    assert!(rules.contains(r#"{"for":"/a/b","status":403}"#), "{rules}");
    assert!(said.len() == 1 && said[0].contains("after a route with methods"), "{said:?}");
}
