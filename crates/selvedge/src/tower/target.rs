//! What a request is for, settled before any rule looks at it: in one way for rules and the service, or not at all.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Version, request};
use selvedge_plan::path;

use crate::engine::{host, with_target};

/// Why a request is refused.
pub(super) struct Refusal {
    status: StatusCode,
    why: &'static str,
}

impl From<&'static str> for Refusal {
    fn from(why: &'static str) -> Refusal {
        Refusal { status: StatusCode::BAD_REQUEST, why }
    }
}

impl Refusal {
    pub(super) fn answer(self) -> Response<Vec<u8>> {
        let mut answer = Response::new(format!("{}: {}\n", self.status, self.why).into_bytes());
        *answer.status_mut() = self.status;
        *answer.headers_mut() = HeaderMap::from_iter([
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (CONTENT_TYPE, HeaderValue::from_static("text/plain")),
        ]);
        answer
    }
}

/// Checks target and host, and leaves the host in the `Host` field, as the target has it. A path that was `routed` as it was
/// sent must have no segment that rules resolve.
pub(super) fn settle(head: &mut request::Parts, routed: bool) -> Result<(), Refusal> {
    check_form(head)?;
    if routed && has_dot_segment(head.uri.path()) {
        return Err("the path has dot segments".into());
    }
    match host(head)? {
        // RFC 9112 §3.2; HTTP/1.0 has no such field.
        None if head.version >= Version::HTTP_11 => return Err("the request names no host".into()),
        None => {}
        // It is that of the field.
        Some(_) if head.uri.authority().is_none() => {}
        Some(host) if head.headers.get(HOST).is_some_and(|field| field == host) => {}
        Some(host) => {
            let value = HeaderValue::try_from(host).map_err(|_| "the host is not legal in a field")?;
            head.headers.insert(HOST, value);
        }
    }
    Ok(())
}

/// In any reading: encoded, and between slashes that are encoded or turned.
fn has_dot_segment(path: &str) -> bool {
    let path = path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
    path.split(['/', '\\']).any(|segment| matches!(segment, "." | ".."))
}

/// RFC 9112 §3.2: the four forms of a request target, and which methods have them.
fn check_form(head: &request::Parts) -> Result<(), &'static str> {
    let uri = &head.uri;
    let connects = head.method == Method::CONNECT;
    match (uri.scheme_str(), uri.authority(), uri.path()) {
        (_, _, "*") if head.method != Method::OPTIONS => Err("the target * is for OPTIONS"),
        (None, None, "*") => Ok(()),
        // RFC 9110 §9.3.6: what CONNECT is for has a port.
        (None, Some(authority), "") if connects && authority.port_u16().is_some_and(|port| port > 0) => Ok(()),
        (None, Some(_), _) => Err("a host alone is a target for CONNECT, with a port"),
        // RFC 8441: an extended CONNECT.
        (_, _, _) if connects && head.version < Version::HTTP_2 => Err("the target of CONNECT is a host and a port"),
        (Some("http" | "https"), Some(_), "*") => Ok(()),
        (None | Some("http" | "https"), _, path) if path.starts_with('/') => Ok(()),
        (Some(_), _, path) if path.starts_with('/') => Err("the target's scheme is neither http nor https"),
        _ => Err("the target has no path"),
    }
}

/// Resolves the path, as rules have read it, for the service. Routers compare segments as they find them:
/// `/secret/../public` would be below `/secret` for them, and is not for rules.
pub(super) fn resolve(head: &mut request::Parts) -> Result<(), Refusal> {
    let path = head.uri.path().as_bytes();
    if path::is_resolved(path) {
        return Ok(());
    }
    let mut resolved = vec![0; 3 * path.len() + 1];
    let len = path::normalise(path, &mut resolved).unwrap_or_default();
    let resolved = resolved.get(..len).and_then(|path| str::from_utf8(path).ok());
    let uri = resolved.and_then(|path| with_target(&head.uri, path, head.uri.query().unwrap_or_default()));
    head.uri = uri.ok_or(Refusal { status: StatusCode::URI_TOO_LONG, why: "the path is too long" })?;
    Ok(())
}
