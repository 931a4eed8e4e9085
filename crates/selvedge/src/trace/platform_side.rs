//! The request as stages see it: a platform tells facts in headers of its own. Where it keeps a cache between, it adds and normalises
//! others for the origin stages.

use http::{HeaderMap, HeaderName, HeaderValue, request};
use selvedge_plan::negotiate::quality;

use crate::engine::Facts;
use crate::platform::{Fact, Table};

/// Does to a request what the platform does before viewer-request. A header that is given says what the platform tells.
pub(super) fn viewer_side(table: &Table, request: &mut request::Parts, facts: &Facts) {
    let device = facts.device.first().cloned();
    for (fact, value) in [(table.country, &facts.country), (table.scheme, &facts.scheme), (table.device, &device)] {
        if let (Fact::Header(name), Some(value)) = (fact, value)
            && !request.headers.contains_key(name)
        {
            set(&mut request.headers, name, value);
        }
    }
}

/// Does to a request what the platform does between viewer-request and origin-request.
pub(super) fn origin_side(table: &Table, request: &mut request::Parts, facts: &Facts) {
    if let Some(prefix) = table.origin_only_headers {
        let sent: Vec<HeaderName> =
            request.headers.keys().filter(|name| name.as_str().starts_with(prefix)).cloned().collect();
        for name in sent {
            request.headers.remove(name);
        }
    }
    for (fact, value) in [(table.country, &facts.country), (table.scheme, &facts.scheme)] {
        if let (Fact::OriginHeader(name), Some(value)) = (fact, value) {
            set(&mut request.headers, name, value);
        }
    }
    if let Fact::OriginFlags(flags) = table.device
        && !facts.device.is_empty()
    {
        for (device, name) in flags {
            let is = facts.device.iter().any(|known| known == device);
            set(&mut request.headers, name, if is { "true" } else { "false" });
        }
    }
    if let Some(codings) = table.encodings {
        reduce_encodings(&mut request.headers, codings);
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// Leaves of `Accept-Encoding` the codings that count, in their order; `identity` where the client takes none of them.
fn reduce_encodings(headers: &mut HeaderMap, codings: &[&str]) {
    let lines: Vec<&[u8]> = headers.get_all("accept-encoding").iter().map(HeaderValue::as_bytes).collect();
    if lines.is_empty() {
        return;
    }
    let sent = lines.join(&b", "[..]);
    let takes = |coding: &&&str| quality(&sent, coding.as_bytes()).is_some_and(|quality| quality > 0);
    let taken: Vec<&str> = codings.iter().filter(takes).copied().collect();
    set(headers, "accept-encoding", if taken.is_empty() { "identity".to_owned() } else { taken.join(",") }.as_str());
}
