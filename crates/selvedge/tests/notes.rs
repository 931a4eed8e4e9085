//! Notes between stages are trusted under the rules that wrote them, and under no others: the functions of two triggers
//! may be of different versions for a while.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use http::{Request, Response, request, response};
use selvedge::{Engine, Entered, Facts, Flow, Key, Platform, Rules, Target};

const PRECOMPRESSED: &str = r#"{ "precompressed": [{ "for": "*.js" }] }"#;

fn engine(rules: &str, key: &str) -> Engine {
    let rules: Rules = serde_json::from_str(rules).unwrap();
    Engine::new(&rules, Target::from(Platform::Cloudfront).with_key(Key::new(key).unwrap())).unwrap()
}

/// What notes of these rules begin with where a forger compiles them: all that he lacks is the key.
fn guessed(rules: &str) -> String {
    let note = &asked(&engine(rules, "the forger's own key")).headers["x-selvedge"];
    note.to_str().unwrap().split(';').next().unwrap().to_owned()
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
fn a_note_of_other_rules_or_of_another_key_is_not_trusted() {
    let key = "correct horse battery staple";
    let one = engine(PRECOMPRESSED, key);
    let same = engine(PRECOMPRESSED, key);
    assert_eq!(one.plan(), same.plan());
    let versioned = r#"{ "precompressed": [{ "for": "*.js" }], "headers": [{ "set": { "X-Version": "2" } }] }"#;
    let request = asked(&one);
    for trusting in [&one, &same] {
        assert_eq!(answered(trusting, &request).headers["content-encoding"], "br");
    }
    for other in [engine(versioned, key), engine(PRECOMPRESSED, "correct horse battery stable")] {
        assert!(!answered(&other, &request).headers.contains_key("content-encoding"));
    }
}

#[test]
fn without_a_key_each_plan_is_new() {
    let rules: Rules = serde_json::from_str(PRECOMPRESSED).unwrap();
    let plan = || selvedge::compile(&rules, Platform::Cloudfront).unwrap();
    assert_ne!(plan(), plan());
}

/// With the suffix the URI would have 8,193 characters, more than CloudFront takes.
#[test]
fn a_forged_note_does_not_outlive_a_long_uri() {
    let engine = engine(PRECOMPRESSED, "correct horse battery staple");
    for note in [format!("{};e=0.00", guessed(PRECOMPRESSED)), format!("{};p=/public/z", guessed(PRECOMPRESSED))] {
        let uri = format!("/app.js?{}", "x".repeat(8183));
        let request = Request::get(uri.as_str()).header("accept-encoding", "br").header("x-selvedge", &note);
        let (mut request, ()) = request.body(()).unwrap().into_parts();
        let Flow::Answer(answer) = engine.origin_request(&mut request, &Facts::new()) else { panic!("not answered") };
        assert_eq!((answer.status().as_u16(), answer.headers().contains_key("x-selvedge")), (414, false));
    }
}

/// Where all stages run in one call, not even the right note is worth anything to a viewer.
#[test]
fn one_pass_takes_no_note_from_outside() {
    let rules: Rules = serde_json::from_str(
        r#"{ "precompressed": [{ "for": "*.js" }], "headers": [{ "for": "/public/*", "set": { "X-Public": "1" } }] }"#,
    )
    .unwrap();
    let engine = Engine::new(&rules, Platform::Fetch).unwrap();
    let request = Request::get("/app.js").header("accept-encoding", "br");
    let (mut seen, ()) = request.body(()).unwrap().into_parts();
    let Flow::Continue(None) = engine.origin_request(&mut seen, &Facts::new()) else { panic!("answered") };
    let right = seen.headers["x-selvedge"].to_str().unwrap().to_owned();
    for note in [right.clone(), right.replace(";e=", ";p=/public/"), format!("{right};p=/public/x")] {
        for path in ["/app.js", "/app.js.br"] {
            let request = Request::get(path).header("X-SELVEDGE", &note).header("x-selvedge", &note);
            let (mut request, ()) = request.body(()).unwrap().into_parts();
            let Entered::Ask(pass) = engine.enter(&mut request, Facts::new()) else { panic!("answered") };
            assert!(!request.headers.contains_key("x-selvedge"));
            let (mut response, ()) = Response::new(()).into_parts();
            let _ = pass.leave(&mut response);
            let named = |name: &str| response.headers.contains_key(name);
            assert!(!named("content-encoding") && !named("x-public"), "{path} {note}");
        }
    }
}
