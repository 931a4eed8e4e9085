//! The origin that a function chose.

use super::super::cloudfront::refuses_custom_header;
use super::{Check, Value, headers, member, rule, text_of};

const MAX_SERVER_NAME: usize = 253;
const MAX_BUCKET_NAME: usize = 128;
const MAX_PATH: usize = 255;

/// What the distribution says is not the function's, so that a member is judged only where it was changed.
pub(super) fn check(check: &mut Check, before: &Value, origin: &Value, sent: &Value) {
    let chosen = (member(origin, "s3"), member(origin, "custom"));
    let (kind, origin) = match chosen {
        (Some(s3), None) => ("s3", s3),
        (None, Some(custom)) => ("custom", custom),
        _ => return check.refuse(&rule::ONE_ORIGIN, "origin", None, None),
    };
    let place = |name: &str| format!("origin.{kind}.{name}");
    let before = member(before, kind).unwrap_or(&Value::Null);
    let is_changed = |name: &str| member(before, name) != member(origin, name);
    let domain = text_of(origin, "domainName").unwrap_or_default();
    let is_bucket = domain.len() <= MAX_BUCKET_NAME && !domain.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_changed("domainName") && !(is_name(domain) && (kind != "s3" || is_bucket)) {
        check.refuse(&rule::DOMAIN, place("domainName"), None, member(origin, "domainName"));
    }
    let path = text_of(origin, "path");
    let is_path =
        |path: &str| path.is_empty() || (path.starts_with('/') && !path.ends_with('/') && path.len() <= MAX_PATH);
    if is_changed("path") && !path.is_some_and(is_path) {
        check.refuse(&rule::ORIGIN_PATH, place("path"), None, member(origin, "path"));
    }
    custom_headers(check, &place("customHeaders"), member(origin, "customHeaders"), sent);
    match kind {
        "s3" if is_changed("authMethod") || is_changed("region") => bucket(check, origin),
        "s3" => {}
        _ => server(check, origin, is_changed),
    }
}

fn custom_headers(check: &mut Check, place: &str, given: Option<&Value>, sent: &Value) {
    let Some(given) = given else { return };
    headers::form(check, place, given);
    let Value::Object(members) = given else { return };
    for (name, lines) in members {
        if refuses_custom_header(name) {
            check.refuse(&rule::CUSTOM_HEADER, format!("{place}.{name}"), None, Some(lines));
        } else if member(sent, &name.to_ascii_lowercase()).is_some() {
            check.refuse(&rule::CUSTOM_TWICE, format!("{place}.{name}"), None, Some(lines));
        }
    }
}

fn bucket(check: &mut Check, origin: &Value) {
    match text_of(origin, "authMethod") {
        Some("none") => {}
        Some("origin-access-identity") if text_of(origin, "region").is_some_and(|region| !region.is_empty()) => {}
        Some("origin-access-identity") => {
            check.refuse(&rule::REGION, "origin.s3.region", None, member(origin, "region"))
        }
        _ => check.refuse(&rule::AUTH, "origin.s3.authMethod", None, member(origin, "authMethod")),
    }
}

fn server(check: &mut Check, origin: &Value, is_changed: impl Fn(&str) -> bool) {
    match member(origin, "port") {
        _ if !is_changed("port") => {}
        Some(Value::Number(port))
            if port.fract() == 0.0 && (*port == 80.0 || *port == 443.0 || (1024.0..=65535.0).contains(port)) => {}
        port => check.refuse(&rule::PORT, "origin.custom.port", None, port),
    }
    if is_changed("protocol") && !matches!(text_of(origin, "protocol"), Some("http" | "https")) {
        check.refuse(&rule::PROTOCOL, "origin.custom.protocol", None, member(origin, "protocol"));
    }
    for (name, least) in [("keepaliveTimeout", 1.0), ("readTimeout", 4.0)] {
        let place = format!("origin.custom.{name}");
        match member(origin, name) {
            _ if !is_changed(name) => {}
            Some(Value::Number(seconds)) if (least..=60.0).contains(seconds) => {}
            value @ Some(Value::Number(seconds)) if *seconds >= 1.0 => {
                check.warn(&rule::TIMEOUT_RANGE, place, None, value)
            }
            value => check.refuse(&rule::TIMEOUT, place, None, value),
        }
    }
    let protocols = member(origin, "sslProtocols");
    let is = |item: &Value, names: &[&str]| matches!(item, Value::String(text) if names.contains(&text.as_str()));
    let listed = ["TLSv1.2", "TLSv1.1", "TLSv1", "SSLv3"];
    match protocols {
        _ if !is_changed("sslProtocols") => {}
        Some(Value::Array(items)) if items.iter().all(|item| is(item, &listed)) => {}
        Some(Value::Array(items)) if items.iter().all(|item| is(item, &listed) || is(item, &["TLSv1.3"])) => {
            check.warn(&rule::SSL_UNLISTED, "origin.custom.sslProtocols", None, protocols);
        }
        _ => check.refuse(&rule::SSL, "origin.custom.sslProtocols", None, protocols),
    }
}

/// A DNS name: letters, digits, hyphens and dots, and not an address.
fn is_name(name: &str) -> bool {
    let is = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let is_address = name.split('.').count() == 4 && name.split('.').all(|part| part.parse::<u8>().is_ok());
    !name.is_empty() && name.len() <= MAX_SERVER_NAME && name.bytes().all(is) && !is_address
}
