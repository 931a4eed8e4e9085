//! Runs conformance cases: the backend `harness` says which rules and facts belong to a request, and is its origin.

use std::net::IpAddr;

use fastly::{Error, Request, Response};
use selvedge::{ChosenOrigin, Engine, Facts, Platform, Rules, Target};
use selvedge_example_fastly::handle;
use serde::Deserialize;

/// What the harness says of the case whose request is on its way.
#[derive(Deserialize)]
struct Case {
    rules: Rules,
    scheme: String,
    client_ip: Option<IpAddr>,
    country: Option<String>,
    device: Vec<String>,
    request_id: String,
}

#[fastly::main]
fn main(mut request: Request) -> Result<Response, Error> {
    let case: Case = Request::get("http://harness/case").send("harness")?.take_body_json()?;
    let engine = Engine::new(&case.rules, Target::from(Platform::Fastly).with_country().with_device())
        .map_err(|problems| Error::msg(problems.to_string()))?;
    // Cases say https, and the local server speaks http.
    let url = request.get_url_str().replacen("http", &case.scheme, 1);
    request.set_url(url);
    let mut facts = Facts::new().with_request_id(case.request_id);
    facts.client_ip = case.client_ip;
    facts.country = case.country;
    facts.device = case.device;
    handle(&engine, request, facts, |mut request| {
        let origin = request.extensions().get::<ChosenOrigin>().map(|origin| {
            let fields = origin.fields().collect::<std::collections::BTreeMap<_, _>>();
            serde_json::json!({ "kind": origin.kind(), "fields": fields }).to_string()
        });
        if let Some(origin) = origin {
            request.headers_mut().insert("harness-origin", origin.try_into()?);
        }
        Ok(Request::from(request).send("harness")?)
    })
}
