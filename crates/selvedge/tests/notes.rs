//! Notes between stages are trusted under the rules that wrote them, and under no others: the functions of two triggers
//! may be of different versions for a while.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use http::{Request, Response, request, response};
use selvedge::{Engine, Facts, Flow, Platform, Rules};

fn engine(rules: &str) -> Engine {
    let rules: Rules = serde_json::from_str(rules).unwrap();
    Engine::new(&rules, Platform::Cloudfront).unwrap()
}

/// The request that the origin is asked, with the note in it.
fn asked(engine: &Engine) -> request::Parts {
    let request = Request::get("/app.js").header("accept-encoding", "br,gzip");
    let (mut request, ()) = request.body(()).unwrap().into_parts();
    let Flow::Continue(None) = engine.origin_request(&mut request, &Facts::new()) else { panic!("answered") };
    assert_eq!(request.uri.path(), "/app.js.br");
    request
}

fn answered(engine: &Engine, request: &request::Parts) -> response::Parts {
    let (mut response, ()) = Response::new(()).into_parts();
    let _ = engine.origin_response(request, &mut response, &Facts::new());
    response
}

#[test]
fn a_note_of_other_rules_is_no_note() {
    let one = engine(r#"{ "precompressed": [{ "for": "*.js" }] }"#);
    let other = engine(r#"{ "precompressed": [{ "for": "*.js" }], "headers": [{ "set": { "X-Version": "2" } }] }"#);
    let request = asked(&one);
    assert_eq!(answered(&one, &request).headers["content-encoding"], "br");
    assert!(!answered(&other, &request).headers.contains_key("content-encoding"));
}
