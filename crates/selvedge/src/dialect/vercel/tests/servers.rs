//! Rewrites to other servers next to rewrites of the site's own paths. "The first rewrite that matches" decides, and what its server
//! answers is the answer: <https://vercel.com/docs/rewrites#external-rewrites>.

use super::decisions::outcome;
use super::*;
use crate::{Engine, Entered, Facts, Outcome};
use http::{Request, Response};

/// What is asked for `path`, and what is asked after that where the first answer is 404.
fn asked(file: &str, path: &str) -> Vec<String> {
    let parsed = vercel_json(file, &Options::new());
    let rules = Rules::from_value(parsed.rules).unwrap();
    let engine = Engine::new(&rules, Platform::Fetch).unwrap();
    let (mut head, ()) = Request::get(path).header("host", "example.org").body(()).unwrap().into_parts();
    let Entered::Ask(pass) = engine.enter(&mut head, Facts::new()) else { panic!("answered") };
    let mut asked = vec![outcome(file, None, path, &[]).0];
    let (mut missing, ()) = Response::builder().status(404).body(()).unwrap().into_parts();
    if let Outcome::AskAgain(again, _) = pass.leave(&mut missing) {
        asked.push(again.uri.to_string());
    }
    asked
}

#[test]
fn the_answer_of_another_server_is_final() {
    let rewrites = r#"{ "rewrites": [
        { "source": "/api/:path*", "destination": "https://api.example.com/:path*" },
        { "source": "/(.*)", "destination": "/index.html" }] }"#;
    let routes = r#"{ "routes": [{ "handle": "filesystem" },
        { "src": "/api/(.*)", "dest": "https://api.example.com/$1" },
        { "src": "/(.*)", "dest": "/index.html" }] }"#;
    let forced = r#"{ "routes": [
        { "src": "/api/(.*)", "dest": "https://api.example.com/$1" }, { "handle": "filesystem" },
        { "src": "/(.*)", "dest": "/index.html" }] }"#;
    let next = r#"{ "rewrites": {
        "beforeFiles": [{ "source": "/api/:path*", "destination": "https://api.example.com/:path*" }],
        "fallback": [{ "source": "/(.*)", "destination": "/index.html" }] } }"#;
    for file in [rewrites, routes, forced, next] {
        assert_eq!(asked(file, "/api/x"), ["https://api.example.com/x"], "{file}");
        assert_eq!(asked(file, "/x"), ["/x", "/index.html"], "{file}");
    }
}

#[test]
fn a_path_of_the_site_is_not_changed_for_a_later_server() {
    let rewrites = r#"{ "rewrites": [
        { "source": "/v/own/:a", "destination": "/a.html" }, { "source": "/v/kept/(.*)", "destination": "/v/kept/$1" },
        { "source": "/v/:match*", "destination": "https://example.com/v1/:match*" }] }"#;
    let routes = r#"{ "routes": [{ "handle": "filesystem" }, { "src": "/v/own/(.*)", "dest": "/a.html" },
        { "src": "/v/kept/(.*)", "dest": "/v/kept/$1" }, { "src": "/v/(.*)", "dest": "https://example.com/v1/$1" }] }"#;
    for file in [rewrites, routes] {
        assert_eq!(asked(file, "/v/own/b"), ["/v/own/b", "/a.html"], "{file}");
        assert_eq!(asked(file, "/v/kept/b")[0], "/v/kept/b", "{file}");
        assert_eq!(asked(file, "/v/x"), ["https://example.com/v1/x"], "{file}");
    }
}

/// Rules that no later rewrite makes necessary are not written.
#[test]
fn nothing_is_passed_where_no_later_rewrite_takes_the_path() {
    for rewrites in [
        r#"{ "source": "/(.*)", "destination": "https://api.example.com/$1" }"#,
        r#"{ "source": "/a/:b", "destination": "/a.html" }, { "source": "/api/(.*)", "destination": "https://api.example.com/$1" }"#,
        r#"{ "source": "/api/(.*)", "destination": "https://api.example.com/$1" }, { "source": "/a/:b", "destination": "/a.html" }"#,
    ] {
        let parsed = vercel_json(&format!(r#"{{ "rewrites": [{rewrites}] }}"#), &Options::new());
        let text = serde_json::to_string(&parsed.rules).unwrap();
        assert!(!text.contains("pass"), "{text}");
    }
}
