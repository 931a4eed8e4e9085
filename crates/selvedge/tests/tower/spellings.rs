//! Other spellings of a guarded path, generated, over sockets: what rules refuse, neither files nor routes give away.

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use axum::Router;
use axum::routing::get;
use selvedge::tower::RulesLayer;
use selvedge::{Engine, Platform, Rules};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::Layer;
use tower_http::services::ServeDir;

use super::serve;
use super::shared::http1;

const SECRET: &[u8] = b"the secret";

/// Every way to write the path of `secret/x.html` that somebody may take for it, and many more that nobody does.
fn spellings() -> Vec<String> {
    let before = [
        "",
        "/public/..",
        "/public/%2e%2e",
        "/public/.%2E",
        "/public%2f..",
        "/public/..%2f",
        "/public%5c..",
        "/public\\..",
        "/.",
        "/%2e",
        "/public/..;",
        "/;",
        "/public//..",
        "/nowhere/..",
        "/secret/../public/..",
        "http://example.org",
        "/%00/..",
        "/%c0%ae%c0%ae",
        "/public/....",
        "/../public/..",
    ];
    let slashes = [
        "/",
        "//",
        "///",
        "/./",
        "/.//",
        "/%2e/",
        "%2f",
        "%2F",
        "/%2f",
        "%2f/",
        "\\",
        "%5c",
        "%5C",
        "/\\",
        "/.%2f",
        "/;/",
        "%252f",
        "%c0%af",
        "%e2%81%84",
    ];
    let words = [
        "secret",
        "%73ecret",
        "secre%74",
        "SECRET",
        "%53ecret",
        "secret%00",
        "secret;a=b",
        "secret.",
        "%2573ecret",
        "%c1%b3ecret",
    ];
    let after = [
        "x.html",
        "x.html/",
        "x.html/.",
        "./x.html",
        "x%2ehtml",
        "x.html%00",
        "x.html;a",
        "x.html%20",
        "y/../x.html",
        "%78.html?a",
    ];
    let mut all = Vec::new();
    for before in before {
        for slash in slashes {
            for word in words {
                for second in slashes {
                    for after in after {
                        all.push(format!("{before}{slash}{word}{second}{after}"));
                    }
                }
            }
        }
    }
    all
}

/// A part of them, another for each `seed`: every 307th, or as many as SELVEDGE_SPELLINGS says. 1 is all of them.
fn some(seed: usize) -> impl Iterator<Item = String> {
    let step = std::env::var("SELVEDGE_SPELLINGS").map_or(307, |step| step.parse().unwrap());
    spellings().into_iter().skip(seed % step).step_by(step)
}

struct Site {
    _runtime: Runtime,
    address: SocketAddr,
}

impl Site {
    /// `secret/x.html` and `public/x.html`, from files and, before them, from routes that know no files.
    fn behind(name: &str, rules: Value, routes: bool) -> Site {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        for (part, text) in [("secret", SECRET), ("public", b"public")] {
            fs::create_dir_all(folder.join(part)).unwrap();
            fs::write(folder.join(part).join("x.html"), text).unwrap();
        }
        let mut app = Router::new().fallback_service(ServeDir::new(folder));
        if routes {
            app = app
                .route("/secret/{*rest}", get(|| async { SECRET }))
                .route("/public/{*rest}", get(|| async { "public" }));
        }
        let rules: Rules = serde_json::from_value(rules).unwrap();
        let layer = RulesLayer::new(Engine::new(&rules, Platform::Fetch).unwrap());
        let runtime = Runtime::new().unwrap();
        let (address, _) = serve(&runtime, Router::new().fallback_service(layer.layer(app)));
        Site { _runtime: runtime, address }
    }

    /// The spellings that give the secret away, of how many.
    fn given_away(&self, spellings: impl Iterator<Item = String>) -> (Vec<String>, usize) {
        let mut stream: Option<TcpStream> = None;
        let (mut given, mut asked, mut served) = (Vec::new(), 0, 0);
        for target in spellings {
            asked += 1;
            let mut connection = stream.take().unwrap_or_else(|| http1::connect(self.address).unwrap());
            let request = format!("GET {target} HTTP/1.1\r\nHost: example.org\r\n\r\n");
            // hyper closes after a target that http::Uri cannot hold.
            let Ok(response) = http1::exchange(&mut connection, request.as_bytes()) else { continue };
            served += usize::from(response.status() == 200);
            if response.body() == SECRET {
                given.push(target);
            }
            stream = (response.status() != 400).then_some(connection);
        }
        (given, if served > 0 { asked } else { 0 })
    }
}

fn guard(options: Value) -> Value {
    let mut rules = json!({ "responses": { "for": "/secret/*", "status": 403 } });
    rules.as_object_mut().unwrap().extend(options.as_object().cloned().unwrap());
    rules
}

#[test]
fn with_the_options_no_spelling_passes_a_guard() {
    for (seed, encoded) in ["reject", "decode"].into_iter().enumerate() {
        for routes in [false, true] {
            let rules = guard(json!({ "slashes": "merge", "encodedSlashes": encoded }));
            let site = Site::behind(&format!("{encoded}-{routes}"), rules, routes);
            let (given, asked) = site.given_away(some(seed).chain(["/public/x.html".into()]));
            assert!(given.is_empty() && asked > 2_000, "{encoded}: {} of {asked}: {given:?}", given.len());
        }
    }
}

/// What the options are for, and nothing else: `ServeDir` merges slashes, and decodes before it looks for segments.
#[test]
fn without_the_options_only_slashes_pass_a_guard() {
    let site = Site::behind("keep", guard(json!({})), true);
    let (given, asked) = site.given_away(some(2).chain(["//secret/x.html".into(), "/.%2fsecret%2fx.html".into()]));
    assert!(given.len() >= 2 && asked > 2_000, "{} of {asked}", given.len());
    for target in given {
        let path = target.strip_prefix("http://").unwrap_or(&target);
        let slashes = path.contains("//") || path.to_lowercase().contains("%2f");
        let merged_by_dots = path.contains("/./") || path.contains("/%2e/") || path.contains('\\');
        assert!(slashes || merged_by_dots, "{target}");
    }
}

/// All but the public part is refused: a router must not find the secret under a path that is public to rules.
#[test]
fn a_router_finds_the_path_that_rules_let_pass() {
    let rules = json!({ "responses": { "for": "/*", "except": ["/public/*"], "status": 403 } });
    let site = Site::behind("except", rules, true);
    let into_public = some(3)
        .map(|target| target.replace("public", "PUBLIC").replace("secret", "public").replace("PUBLIC", "secret"));
    let (given, asked) = site.given_away(some(4).chain(into_public).chain(["/public/x.html".into()]));
    assert!(given.is_empty() && asked > 4_000, "{} of {asked}: {given:?}", given.len());
}
