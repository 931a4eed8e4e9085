//! The example for Fastly Compute under viceroy, Fastly's local server: every case over HTTP.
//!
//! `cargo xtask test --only fastly` installs viceroy, builds the guest and runs this.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../shared/mod.rs"]
mod shared;

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use http::Response;
use selvedge::Platform;
use serde_json::json;
use tokio::runtime::Runtime;

use shared::suite::Outcome;
use shared::{Asked, Case, http1, suite};

#[test]
#[ignore = "needs viceroy and the guest: cargo xtask test --only fastly"]
fn cases_under_viceroy() {
    let needs =
        |name| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: cargo xtask test --only fastly"));
    let harness = Harness::default();
    let runtime = Runtime::new().unwrap();
    let origin = harness.serve(&runtime);
    let viceroy = Viceroy::start(&needs("SELVEDGE_VICEROY"), &needs("SELVEDGE_FASTLY_GUEST"), origin);
    suite::run(Platform::Fastly, "fastly", "Fastly Compute's Rust, under viceroy", |case| {
        harness.check(viceroy.address, case)
    });
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
        let app = Router::new().fallback(move |request: Request| {
            let answer = harness.answer(request);
            async { answer }
        });
        let listener = runtime.block_on(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async { axum::serve(listener, app).await.unwrap() });
        address
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

struct Viceroy {
    address: SocketAddr,
    process: Child,
}

impl Viceroy {
    fn start(program: &str, guest: &str, origin: SocketAddr) -> Viceroy {
        let manifest = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fastly.toml");
        let backend = format!("manifest_version = 3\n[local_server.backends.harness]\nurl = \"http://{origin}\"\n");
        std::fs::write(&manifest, backend).unwrap();
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let mut command = Command::new(program);
        command.args(["serve", "--addr", &address.to_string(), "-C"]).arg(&manifest).arg(guest);
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
