//! From the examples of <https://firebase.google.com/docs/hosting/full-config>.

use super::*;

fn firebase(hosting: &str) -> (String, Vec<String>) {
    let (rules, said) = read(&format!("{{ \"hosting\": {{\n{hosting}\n}} }}"), Hosting::Firebase);
    let page = r#"{"from":"/*","to":"/404.html","status":404,"fallback":true}"#;
    assert!(rules.contains(page), "{rules}");
    let rules = rules
        .replace(page, "")
        .replace(",\"rewrites\":[]", "")
        .replace(",]", "]")
        .replace("{\"slashes\":\"merge\",", "{");
    (rules.replace("{\"slashes\":\"merge\"}", "{}"), said)
}

#[test]
fn redirects() {
    let (rules, said) = firebase(
        r#""redirects": [
          { "source": "/foo", "destination": "/bar", "type": 301 },
          { "source": "/foo/**", "destination": "/bar", "type": 302 },
          { "source": "/blog/:post*", "destination": "https://blog.myapp.com/:post", "type": 301 },
          { "source": "/users/:id/profile", "destination": "/users/:id/newProfile", "type": 301 },
          { "regex": "/blog/(?P<post>.+)", "destination": "https://blog.myapp.com/:post", "type": 301 }
        ]"#,
    );
    assert_eq!(said, [""; 0]);
    assert_eq!(
        rules,
        concat!(
            r#"{"redirects":[{"from":"/foo","ignoreTrailingSlash":true,"to":"/bar","status":301},"#,
            r#"{"from":"/foo/*","except":{"regex":"/\\."},"to":"/bar","status":302},"#,
            r#"{"from":"/blog/*","ignoreCase":true,"ignoreTrailingSlash":true,"to":"https://blog.myapp.com/{splat}","status":301},"#,
            r#"{"from":"/users/:id/profile","ignoreCase":true,"ignoreTrailingSlash":true,"to":"/users/{id}/newProfile","status":301},"#,
            r#"{"from":{"regex":"/blog/(.+)"},"to":"https://blog.myapp.com/{1}","status":301}]}"#
        )
    );
}

/// superstatic, test/unit/middleware/redirects.spec.js: "redirects a missing optional segment".
#[test]
fn a_last_segment_that_may_be_missing() {
    let (rules, said) = firebase(
        r#""redirects": [
          { "source": "/old/:value?", "destination": "/new/:value?", "type": 301 },
          { "source": "/a/:rest*", "destination": "/b/:rest*", "type": 302 },
          { "source": "/c/:id?/d", "destination": "/e/:id?/f", "type": 301 }
        ]"#,
    );
    assert_eq!(said, [""; 0]);
    for part in [
        r#"{"from":"/old","ignoreTrailingSlash":true,"to":"/new","status":301}"#,
        r#""to":"/new/{value}","status":301}"#,
        r#"{"from":"/a","ignoreTrailingSlash":true,"to":"/b","status":302}"#,
        r#"{"from":"/a/*","ignoreCase":true,"ignoreTrailingSlash":true,"to":"/b/{splat}","status":302}"#,
        r#""to":"/e/{id}/f","status":301}"#,
    ] {
        assert!(rules.contains(part), "{part}\n{rules}");
    }
}

#[test]
fn rewrites_and_headers() {
    let (rules, said) = firebase(
        r#""rewrites": [
          { "source": "/bigben", "function": { "functionId": "bigben" } },
          { "source": "**", "destination": "/index.html" }
        ],
        "headers": [{ "source": "**/*.@(jpg|jpeg|gif|png)", "headers": [{ "key": "Cache-Control", "value": "max-age=7200" }] }]"#,
    );
    assert_eq!(said, ["3 rules do not have a rewrite but to a file of the site"]);
    assert_eq!(
        rules,
        concat!(
            r#"{"headers":[{"for":["*.jpg","*.jpeg","*.gif","*.png"],"except":{"regex":"/\\."},"set":{"Cache-Control":"max-age=7200"}}],"#,
            r#""rewrites":[{"from":"/bigben","ignoreTrailingSlash":true,"pass":true,"fallback":true},"#,
            r#"{"from":"/*","except":{"regex":"/\\."},"to":"/index.html","fallback":true}]}"#
        )
    );
}

#[test]
fn clean_addresses() {
    let (rules, said) = firebase(r#""public": "dist", "cleanUrls": true, "trailingSlash": false"#);
    assert_eq!(said, [""; 0]);
    assert!(rules.contains(r#""html":{"index":"index.html","clean":"file","trailingSlash":"remove"}"#), "{rules}");
    assert!(rules.contains(r#"{"from":"/*.html","to":"/{splat}","status":301}"#), "{rules}");
}

#[test]
fn what_is_left_out_is_said() {
    for (text, what) in [
        (r#""redirects": [{ "source": "/a", "destination": "/b", "type": 200 }]"#, "such a type"),
        (r#""redirects": [{ "source": "/a", "regex": "b", "destination": "/b" }]"#, "\"source\" and \"regex\""),
        (r#""redirects": [{ "source": "/!(a)", "destination": "/b" }]"#, "!( ) in a glob"),
        (r#""redirects": [{ "regex": "(?!a)b", "destination": "/b" }]"#, "look-around"),
        (r#""redirects": [{ "source": "/:a", "destination": "/:b" }]"#, ":b"),
        (r#""redirects": [{ "source": "/a", "destination": "b" }]"#, "a redirect to"),
        (r#""redirects": {}"#, "expected a list"),
        (r#""i18n": { "root": "/localized" }"#, "i18n"),
        (r#""headers": [{ "source": "**" }]"#, "headers"),
        (r#""rewrites": [{ "source": "/api", "run": { "serviceId": "x" } }]"#, "a rewrite but to"),
    ] {
        let (_, said) = firebase(text);
        assert!(said.iter().any(|said| said.starts_with('2') && said.contains(what)), "{text}: {said:?}");
    }
    assert!(read(r#"{ "hosting": [{}, {}] }"#, Hosting::Firebase).1.iter().any(|said| said.contains("several sites")));
}

/// superstatic 10 sends the stars of a destination as they are.
#[test]
fn a_star_of_a_destination_is_text() {
    let (rules, said) = read(
        r#"{"hosting":{"redirects":[{"source":"/old-path/**","destination":"/new-path/**","type":301}]}}"#,
        Hosting::Firebase,
    );
    assert!(rules.contains(r#""to":"/new-path/%2A%2A""#) && said.is_empty(), "{rules} {said:?}");
}
