//! A request and what the origin answers, from bytes that look like HTTP: a fuzzer changes them line by line.
//!
//! ```text
//! GET https://example.org/a?b=c
//! @country DE
//! Cookie: a=b
//!
//! 404
//! Content-Type: text/html
//! ```

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, request, response};
use selvedge::{Engine, Entered, Facts};

/// Both messages of an exchange.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) request: request::Parts,
    pub(crate) facts: Facts,
    pub(crate) response: response::Parts,
}

/// What became of it.
pub(crate) struct Outcome {
    /// What the origin was asked, `None` where a rule answered.
    pub(crate) asked: Option<request::Parts>,
    pub(crate) response: response::Parts,
}

impl Exchange {
    /// `None` where the bytes are not what the `http` crate takes for a message.
    pub(crate) fn read(bytes: &[u8]) -> Option<Exchange> {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        let mut words = lines.next()?.split(|byte| *byte == b' ');
        let (mut request, ()) = http::Request::new(()).into_parts();
        request.method = Method::from_bytes(words.next()?).ok()?;
        let address = words.next()?;
        let (scheme, rest) = match address.windows(3).position(|three| three == b"://") {
            Some(at) => (Some(&address[..at]), &address[at + 3..]),
            None => (None, address),
        };
        let (host, target) =
            rest.split_at(rest.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len()));
        request.uri = Uri::try_from(if target.is_empty() { b"/" } else { target }).ok()?;
        request.uri.path_and_query()?;
        let mut facts = Facts::new().with_request_id("id");
        facts.scheme = scheme.map(|scheme| String::from_utf8_lossy(scheme).into_owned());
        if !host.is_empty() {
            request.headers.insert("host", HeaderValue::from_bytes(host).ok()?);
        }
        for line in lines.by_ref().take_while(|line| !line.is_empty()) {
            match line {
                [b'@', fact @ ..] => read_fact(fact, &mut facts),
                line => read_header(line, &mut request.headers),
            }
        }
        let (mut response, ()) = http::Response::new(()).into_parts();
        response.status =
            lines.next().and_then(|status| StatusCode::from_bytes(status.get(..3)?).ok()).unwrap_or_default();
        lines.for_each(|line| read_header(line, &mut response.headers));
        Some(Exchange { request, facts, response })
    }

    /// All stages, around one call to the origin or two.
    pub(crate) fn pass(&self, engine: &Engine) -> Outcome {
        let mut request = self.request.clone();
        let mut pass = match engine.enter(&mut request, self.facts.clone()) {
            Entered::Answer(answer) => return Outcome { asked: None, response: answer.into_parts().0 },
            Entered::Ask(pass) => pass,
        };
        for _ in 0..3 {
            let mut response = self.response.clone();
            match pass.leave(&mut response) {
                selvedge::Outcome::AskAgain(again, next) => (request, pass) = (*again, next),
                selvedge::Outcome::Origin | selvedge::Outcome::Replaced(_) => {
                    return Outcome { asked: Some(request), response };
                }
            }
        }
        panic!("the origin is asked a third time");
    }
}

fn read_fact(line: &[u8], facts: &mut Facts) {
    let text = String::from_utf8_lossy(line);
    match text.split_once(' ') {
        Some(("clientIp", address)) => facts.client_ip = address.parse().ok(),
        Some(("country", country)) => facts.country = Some(country.to_owned()),
        Some(("device", device)) => facts.device.push(device.to_owned()),
        Some(("id", id)) => facts.request_id = Some(id.to_owned()),
        _ => {}
    }
}

fn read_header(line: &[u8], headers: &mut HeaderMap) {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else { return };
    let value = line[colon + 1..].trim_ascii();
    if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(&line[..colon]), HeaderValue::from_bytes(value)) {
        headers.append(name, value);
    }
}
