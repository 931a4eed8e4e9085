//! Servers that compare decoded paths: no other spelling of a slash passes a guard.

use super::*;
use crate::dialect::{Form, parse};
use crate::{Engine, Facts, Flow, Platform};
use http::Request;

fn status(engine: &Engine, path: &str) -> Option<u16> {
    let (mut request, ()) = Request::get(path).body(()).unwrap().into_parts();
    match engine.viewer_request(&mut request, &Facts::new()) {
        Flow::Answer(answer) => Some(answer.status().as_u16()),
        _ => None,
    }
}

fn engine(text: &str, host: Hosting) -> Engine {
    let parsed = parse(text, Form::Hosting(host), &Options::new());
    assert!(parsed.findings.iter().all(|finding| finding.code == "taken-over"), "{:?}", parsed.findings);
    Engine::new(&parsed.to_rules().unwrap(), Platform::Fetch).unwrap()
}

/// Caddy 2.11 answers 403 and 401 to these: its matchers compare `r.URL.Path`, which Go has decoded.
#[test]
fn caddy_decodes_a_slash_before_it_matches() {
    let of = |path: &str, status: u16| {
        format!(
            "{{ \"match\": [{{ \"path\": [\"{path}\"] }}], \"handle\": [{{ \"handler\": \"static_response\", \"status_code\": {status} }}] }}"
        )
    };
    let engine = engine(
        &format!(
            "{{ \"apps\": {{ \"http\": {{ \"servers\": {{ \"srv0\": {{ \"routes\": [{}, {}] }} }} }} }} }}",
            of("/secret/*", 403),
            of("/keyed/*", 401)
        ),
        Hosting::Caddy,
    );
    for path in ["/secret/x", "/secret%2fx", "/secret%2Fx", "//secret/x", "/%2fsecret/x"] {
        assert_eq!(status(&engine, path), Some(403), "{path}");
    }
    assert_eq!(status(&engine, "/keyed%2fa%2fb"), Some(401));
    assert_eq!(status(&engine, "/secret%252fx"), None);
}

/// <https://learn.microsoft.com/archive/blogs/asiatech/>, "How to keep escape characters of slash": URL Rewrite compares the canonical
/// and decoded path, in which `/a%2Fb` is `/a/b`; so does request filtering.
#[test]
fn http_sys_makes_slashes_canonical() {
    let engine = engine(
        "<configuration><system.webServer><rewrite><rules><rule name=\"a\" stopProcessing=\"true\"><match url=\"^secret/\"/>\
         <action type=\"CustomResponse\" statusCode=\"403\"/></rule></rules></rewrite><security><requestFiltering>\
         <hiddenSegments><add segment=\"private\"/></hiddenSegments></requestFiltering></security></system.webServer></configuration>",
        Hosting::Iis,
    );
    for path in ["/secret/x", "//secret/x", "/%2fsecret/x", "/secret%2fx", "/secret%5Cx", "/secret\\x"] {
        assert_eq!(status(&engine, path), Some(403), "{path}");
    }
    for path in ["/private/x", "/private%2fx", "/a/private%5cx", "/a%5cprivate"] {
        assert_eq!(status(&engine, path), Some(404), "{path}");
    }
    assert_eq!(status(&engine, "/a/secret/x"), None);
}
