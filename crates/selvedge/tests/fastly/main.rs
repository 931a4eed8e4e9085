//! The example for Fastly Compute under viceroy, Fastly's local server: every case over HTTP.
//!
//! `cargo xtask test --only fastly` installs viceroy, builds the guest and runs this.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../shared/mod.rs"]
mod shared;

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::get;
use http::Response;
use selvedge::Platform;
use serde_json::json;
use tokio::runtime::Runtime;

use shared::suite::Outcome;
use shared::{Asked, Case, http1, stream, suite};

#[test]
#[ignore = "needs viceroy and the guest: cargo xtask test --only fastly"]
fn cases_under_viceroy() {
    let harness = Harness::default();
    let runtime = Runtime::new().unwrap();
    let origin = harness.serve(&runtime);
    let viceroy = Viceroy::start("examples/conformance.wasm", "harness", origin);
    suite::run(Platform::Fastly, "fastly", "Fastly Compute's Rust, under viceroy", |case| {
        harness.check(viceroy.address, case)
    });
}

#[test]
#[ignore = "needs viceroy and the guest: cargo xtask test --only fastly"]
fn the_example_under_viceroy() {
    let (told, stream) = stream::route();
    let cookies = [("set-cookie", "a=1"), ("set-cookie", "b=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT")];
    let origin = Router::new()
        .route("/app/index.html", get(|| async { "app" }))
        .route("/a.js.br", get(|| async { "compressed" }))
        .route("/cookies", get(move || async move { axum::response::AppendHeaders(cookies) }))
        .route("/stream", stream);
    let runtime = Runtime::new().unwrap();
    let viceroy = Viceroy::start("selvedge-example-fastly.wasm", "origin", serve(&runtime, origin));
    let send = |method, target| {
        let lines = [("Host", "example.org"), ("Accept-Encoding", "br")];
        http1::send(viceroy.address, method, target, &lines).unwrap()
    };
    let header = |response: &Response<Vec<u8>>, name| {
        let lines: Vec<_> =
            response.headers().get_all(name).iter().map(|line| line.to_str().unwrap().to_owned()).collect();
        lines.join(" & ")
    };

    let moved = send("GET", "/old/a?b=1");
    assert_eq!((moved.status().as_u16(), header(&moved, "location")), (301, "/new/a?b=1".to_owned()));
    let app = send("GET", "/app/settings");
    assert_eq!((app.status().as_u16(), app.body().as_slice()), (200, &b"app"[..]));
    assert_eq!(header(&app, "referrer-policy"), "same-origin");
    assert_eq!(send("POST", "/app/settings").status(), 404);
    let script = send("GET", "/a.js");
    assert_eq!((script.body().as_slice(), header(&script, "content-encoding")), (&b"compressed"[..], "br".to_owned()));
    // Compute frames messages itself, and leaves the length out where there is no body.
    let head = send("HEAD", "/a.js");
    assert_eq!(
        (head.status().as_u16(), head.body().len(), header(&head, "content-encoding")),
        (200, 0, "br".to_owned())
    );
    assert_eq!(header(&send("GET", "/cookies"), "set-cookie"), "a=1 & b=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT");
    assert!(stream::read(viceroy.address, "/stream", told).contains("referrer-policy: same-origin"));
}

/// Tells the guest which case is on, and is the origin.
#[derive(Clone, Default)]
struct Harness {
    now: Arc<Mutex<Now>>,
}

#[derive(Default)]
struct Now {
    case: String,
    origin: Response<Vec<u8>>,
    asked: Option<Asked>,
}

impl Harness {
    fn check(&self, guest: SocketAddr, case: &Case) -> Outcome {
        let given = &case.request;
        let facts = given.facts();
        let told = json!({
            "rules": case.rules, "scheme": given.url().0, "client_ip": facts.client_ip, "country": facts.country,
            "device": facts.device, "request_id": facts.request_id,
        });
        *self.now.lock().unwrap() = Now { case: told.to_string(), origin: case.origin.response(), asked: None };
        let response = http1::send(guest, given.method(), &given.url().2, &given.lines());
        let asked = self.now.lock().unwrap().asked.take();
        Ok((asked, response.map_err(|error| error.to_string())?))
    }

    fn serve(&self, runtime: &Runtime) -> SocketAddr {
        let harness = self.clone();
        let answer = move |request: Request| {
            let answer = harness.answer(request);
            async { answer }
        };
        serve(runtime, Router::new().fallback(answer))
    }

    fn answer(&self, request: Request) -> Response<Body> {
        let mut now = self.now.lock().unwrap();
        if request.headers().get("host").is_some_and(|host| host == "harness") {
            return Response::new(now.case.clone().into());
        }
        let mut head = request.into_parts().0;
        let origin =
            head.headers.remove("harness-origin").map(|origin| serde_json::from_slice(origin.as_bytes()).unwrap());
        now.asked = Some(Asked { head, origin });
        let mut answer = now.origin.clone().map(Body::from);
        // Some cases claim a length that their body has not.
        answer.headers_mut().remove("content-length");
        answer
    }
}

fn serve(runtime: &Runtime, app: Router) -> SocketAddr {
    let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async { axum::serve(listener, app).await.unwrap() });
    address
}

fn given(name: &str) -> PathBuf {
    let value = std::env::var_os(name).unwrap_or_else(|| panic!("{name} is not set: cargo xtask test --only fastly"));
    value.into()
}

struct Viceroy {
    address: SocketAddr,
    process: Child,
}

impl Viceroy {
    /// Starts `guest`, one of those that were built, with one backend.
    fn start(guest: &str, backend: &str, origin: SocketAddr) -> Viceroy {
        let manifest = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fastly-{backend}.toml"));
        let backends = format!("manifest_version = 3\n[local_server.backends.{backend}]\nurl = \"http://{origin}\"\n");
        std::fs::write(&manifest, backends).unwrap();
        // One at a time: a port that nobody listens on yet would be given to the other test as well.
        static STARTING: Mutex<()> = Mutex::new(());
        let _alone = STARTING.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let mut command = Command::new(given("SELVEDGE_VICEROY"));
        command.args(["serve", "--addr", &address.to_string(), "-C"]).arg(&manifest);
        command.arg(given("SELVEDGE_FASTLY_GUESTS").join(guest));
        let mut viceroy = Viceroy { address, process: command.spawn().unwrap() };
        // It compiles the guest first.
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(viceroy.process.try_wait().unwrap().is_none(), "viceroy ended");
            assert!(start.elapsed() < Duration::from_secs(120), "viceroy does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        viceroy
    }
}

impl Drop for Viceroy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
