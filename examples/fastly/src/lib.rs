//! Rules around the call to a backend.

use fastly::backend::Backend;
use fastly::{Body, Error, Request, Response};
use selvedge::{ChosenOrigin, Engine, Entered, Facts, Outcome};

/// All four stages around `ask`. Bodies stream through.
///
/// # Errors
///
/// What `ask` makes of the origin.
pub fn handle(
    engine: &Engine,
    request: Request,
    facts: Facts,
    ask: impl Fn(http::Request<Body>) -> Result<Response, Error>,
) -> Result<Response, Error> {
    let (mut head, body) = http::Request::from(request).into_parts();
    let mut pass = match engine.enter(&mut head, facts) {
        Entered::Answer(answer) => return Ok(answer.map(Body::from).into()),
        Entered::Ask(pass) => pass,
    };
    let mut asked = http::Request::from_parts(head, body);
    loop {
        let (mut head, body) = http::Response::from(ask(asked)?).into_parts();
        let body = match pass.leave(&mut head) {
            Outcome::Origin => body,
            Outcome::Replaced(bytes) => bytes.into(),
            Outcome::AskAgain(again, next) => {
                pass = next;
                asked = http::Request::from_parts(*again, Body::new());
                continue;
            }
        };
        return Ok(http::Response::from_parts(head, body).into());
    }
}

/// What Fastly knows of a client's request.
pub fn facts(request: &Request) -> Facts {
    let mut facts = Facts::new();
    facts.client_ip = request.get_client_ip_addr();
    let place = facts.client_ip.and_then(fastly::geo::geo_lookup);
    facts.country = place.map(|place| place.country_code().to_owned());
    if let Some(id) = request.get_client_request_id() {
        facts.request_id = Some(id.to_owned());
    }
    facts
}

/// Asks the backend `configured`, or the origin that a rule chose, which needs dynamic backends.
///
/// # Errors
///
/// A backend that cannot be made, or does not answer.
pub fn ask(request: http::Request<Body>, configured: &str) -> Result<Response, Error> {
    let Some(origin) = request.extensions().get::<ChosenOrigin>().cloned() else {
        return Ok(Request::from(request).send(configured)?);
    };
    let mut request = Request::from(request);
    if let Some(prefix) = origin.field("path") {
        let path = format!("{prefix}{}", request.get_path());
        request.set_path(&path);
    }
    for (name, value) in origin.custom_headers() {
        request.set_header(name, value);
    }
    Ok(request.send(backend(&origin, configured)?)?)
}

fn backend(origin: &ChosenOrigin, configured: &str) -> Result<Backend, Error> {
    let Some(domain) = origin.field("domainName") else { return Ok(Backend::from_name(configured)?) };
    let plain = origin.field("protocol") == Some("http");
    let port = origin.field("port").unwrap_or(if plain { "80" } else { "443" });
    let target = format!("{domain}:{port}");
    let backend = Backend::builder(&target, &target).override_host(domain);
    let backend = if plain { backend } else { backend.enable_ssl().sni_hostname(domain).check_certificate(domain) };
    match backend.finish() {
        // An earlier call for this request made it.
        Err(fastly::backend::BackendCreationError::NameInUse) => Ok(Backend::from_name(&target)?),
        made => Ok(made?),
    }
}
