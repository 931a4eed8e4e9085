//! The tower layer in a real server: every case over HTTP, and what servers do beyond cases.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod answers;
mod h2_client;
mod hostile;
mod routers;
mod servers;
#[path = "../shared/mod.rs"]
mod shared;
mod spellings;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use selvedge::tower::RulesLayer;
use selvedge::{ChosenOrigin, Engine, Platform, Rules, Target};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tower::Layer;

use shared::suite::Outcome;
use shared::{Asked, Case, http1, suite};

#[test]
fn cases_over_http() {
    let runtime = Runtime::new().unwrap();
    suite::run(Platform::Fetch, "tower", "the tower layer in axum, over HTTP", |case| check(&runtime, case));
}

fn check(runtime: &Runtime, case: &Case) -> Outcome {
    let rules: Rules = serde_json::from_value(case.rules.clone()).map_err(|error| error.to_string())?;
    let target = Target::from(Platform::Fetch).with_country().with_device();
    let engine = Engine::new(&rules, target).map_err(|error| error.to_string())?;
    let facts = case.request.facts();
    let layer = RulesLayer::new(engine).facts(move |_| facts.clone());

    let asked = Arc::new(Mutex::new(None));
    let (record, answer) = (asked.clone(), case.origin.response());
    let origin = tower::service_fn(move |request: Request| {
        let head = request.into_parts().0;
        let origin = head.extensions.get::<ChosenOrigin>().map(Into::into);
        record.lock().unwrap().replace(Asked { head, origin });
        let answer = answer.clone().map(Body::from);
        async move { Ok::<_, std::convert::Infallible>(answer) }
    });
    let (address, server) = serve(runtime, Router::new().fallback_service(layer.layer(origin)));
    let response = http1::send(address, case.request.method(), &case.request.url().2, &case.request.lines());
    server.abort();
    let asked = asked.lock().unwrap().take();
    Ok((asked, response.map_err(|error| error.to_string())?))
}

fn serve(runtime: &Runtime, app: Router) -> (SocketAddr, JoinHandle<()>) {
    let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
    let address = listener.local_addr().unwrap();
    (address, runtime.spawn(async { axum::serve(listener, app).await.unwrap() }))
}
