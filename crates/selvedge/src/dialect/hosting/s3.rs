//! A bucket as a website: index and error document, and RoutingRules.
//!
//! Documented at <https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html>. The first rule whose
//! conditions hold counts. A key is the path without its first slash. Of the request's query the documentation says nothing; it is
//! kept.

use super::reader::{Paths, Reader, join, resolved, target_text, text};
use crate::dialect::route::{Action, literal};
use crate::dialect::sink::string;
use crate::rules::Value;

pub(super) fn read(file: &Value, reader: &mut Reader<'_>) {
    match file {
        Value::Array(_) => return rules(file, "", reader),
        Value::Object(_) => {}
        _ => return reader.invalid("", "expected a website's configuration, or a list of routing rules"),
    }
    // As CloudFormation and some tools have it.
    if let Some(inside) = file.member("WebsiteConfiguration") {
        reader.known(file, "", &["WebsiteConfiguration", "Bucket"]);
        return website(inside, "WebsiteConfiguration", reader);
    }
    website(file, "", reader);
}

fn website(file: &Value, place: &str, reader: &mut Reader<'_>) {
    reader.known(file, place, &["IndexDocument", "ErrorDocument", "RedirectAllRequestsTo", "RoutingRules"]);
    if let Some(all) = file.member("RedirectAllRequestsTo") {
        let place = join(place, "RedirectAllRequestsTo");
        let taken = redirect_all(all, &place, reader);
        reader.entry(&place, taken);
    }
    if let Some(name) = document(file, "IndexDocument", "Suffix") {
        reader.sink.setting("html", Value::Object(vec![("index".to_owned(), string(name))]));
        reader.entry(place, Ok(()));
    }
    if let Some(list) = file.member("RoutingRules") {
        rules(list, &join(place, "RoutingRules"), reader);
    }
    if let Some(key) = document(file, "ErrorDocument", "Key") {
        let place = join(place, "ErrorDocument");
        let members = vec![
            ("from", string("/*"), None),
            ("to", Value::String(format!("/{}", target_text(key.trim_start_matches('/')))), None),
            ("status", Value::Number(404.0), None),
            ("fallback", Value::Bool(true), None),
        ];
        reader.last("rewrites", &place, members);
        reader.entry(&place, Ok(()));
    }
}

/// `{ "Suffix": "index.html" }`, or the text alone.
fn document(file: &Value, name: &str, inside: &str) -> Option<String> {
    text(file, name).or_else(|| text(file.member(name)?, inside))
}

fn redirect_all(all: &Value, place: &str, reader: &mut Reader<'_>) -> Result<(), String> {
    reader.known(all, place, &["HostName", "Protocol"]);
    let host = text(all, "HostName").ok_or("a redirect without a HostName")?;
    let to = format!("{}/{{splat}}", authority(Some(&host), text(all, "Protocol").as_deref())?);
    let mut route = reader.route(place, Paths::new(["/*"]), to, Vec::new());
    (route.action, route.status) = (Action::Redirect, 301);
    reader.push(route);
    Ok(())
}

fn rules(list: &Value, place: &str, reader: &mut Reader<'_>) {
    let Value::Array(list) = list else { return reader.invalid(place, "expected a list of routing rules") };
    for (at, item) in list.iter().enumerate() {
        let place = format!("{place}[{at}]");
        let taken = rule(item, &place, reader);
        reader.entry(&place, taken);
    }
}

fn rule(item: &Value, place: &str, reader: &mut Reader<'_>) -> Result<(), String> {
    let (condition, condition_place) = part(item, place, ["Condition", "RoutingRuleCondition"]);
    let (redirect, redirect_place) = part(item, place, ["Redirect", "RedirectRule"]);
    reader.known(item, place, &["Condition", "RoutingRuleCondition", "Redirect", "RedirectRule"]);
    let Some(redirect) = redirect else { return Err("a routing rule without a redirect".to_owned()) };
    let only = |names: &[&str], value: &Value| match value {
        Value::Object(members) => members.iter().all(|(name, _)| names.contains(&name.as_str())),
        _ => false,
    };
    let (names, conditions) = (
        ["HostName", "HttpRedirectCode", "Protocol", "ReplaceKeyPrefixWith", "ReplaceKeyWith"],
        ["KeyPrefixEquals", "HttpErrorCodeReturnedEquals"],
    );
    // A condition that is not known must not be taken for none.
    if !only(&names, redirect) || !condition.is_none_or(|condition| only(&conditions, condition)) {
        reader.known(redirect, &redirect_place, &names);
        condition.inspect(|condition| reader.known(condition, &condition_place, &conditions));
        return Err("a routing rule with such a part".to_owned());
    }
    let of = |name: &str| condition.and_then(|condition| text(condition, name));
    let prefix = of("KeyPrefixEquals").unwrap_or_default();
    // Some write the path, where a key has no slash before it.
    let prefix = format!("/{}", prefix.strip_prefix('/').unwrap_or(&prefix));
    let code = text(redirect, "HttpRedirectCode").map_or(Ok(301), |code| code.parse::<u16>());
    let Ok(status @ (301 | 302 | 303 | 307 | 308)) = code else {
        return Err("a redirect with such a status".to_owned());
    };
    let (host, protocol) = (text(redirect, "HostName"), text(redirect, "Protocol"));
    let authority = match (&host, &protocol) {
        (None, None) => String::new(),
        _ => authority(host.as_deref(), protocol.as_deref())?,
    };
    let key = match (text(redirect, "ReplaceKeyWith"), text(redirect, "ReplaceKeyPrefixWith")) {
        (Some(_), Some(_)) => return Err("a redirect that replaces the key and its prefix".to_owned()),
        (Some(key), None) => target_text(key.trim_start_matches('/')),
        (None, Some(begin)) => format!("{}{{splat}}", target_text(begin.trim_start_matches('/'))),
        (None, None) => format!("{}{{splat}}", target_text(&prefix).trim_start_matches('/')),
    };
    if host.is_some() && protocol.is_none() {
        let message = "the redirect has no Protocol, so that S3 keeps that of the request; here it leads to https";
        reader.sink.note("scheme-ignored", reader.span(&redirect_place), message, "");
    }
    let to = resolved(format!("{authority}/{key}"))?;
    let from = format!("{}*", literal(&prefix.replace('%', "%25")));
    let error = of("HttpErrorCodeReturnedEquals");
    if let Some(error) = error.as_deref().filter(|error| *error != "404") {
        return after(error, from, to, status, place, reader);
    }
    let mut route = reader.route(place, Paths::new([from]), to, Vec::new());
    (route.action, route.status, route.yields) = (Action::Redirect, status, error.is_some());
    reader.push(route);
    Ok(())
}

/// A redirect in place of an error that is not 404.
fn after(
    error: &str,
    from: String,
    to: String,
    status: u16,
    place: &str,
    reader: &mut Reader<'_>,
) -> Result<(), String> {
    let Ok(error @ 400..=599) = error.parse::<u16>() else { return Err(format!("the error {error:?}")) };
    let when = Value::Object(vec![("status".to_owned(), Value::Number(f64::from(error)))]);
    let members = vec![
        ("from", Value::String(from), None),
        ("when", when, None),
        ("to", Value::String(to), None),
        ("status", Value::Number(f64::from(status)), None),
        ("at", string("origin-response"), None),
    ];
    reader.last("redirects", place, members);
    Ok(())
}

/// A part of a rule by either of its names: that of S3, and that of CloudFormation.
fn part<'v>(item: &'v Value, place: &str, names: [&str; 2]) -> (Option<&'v Value>, String) {
    let [first, _] = names;
    let name = names.into_iter().find(|name| item.member(name).is_some_and(|value| *value != Value::Null));
    (name.and_then(|name| item.member(name)), join(place, name.unwrap_or(first)))
}

/// Scheme and host of a target.
fn authority(host: Option<&str>, protocol: Option<&str>) -> Result<String, String> {
    let scheme = match protocol.map(str::to_ascii_lowercase).as_deref() {
        None | Some("https") => "https",
        Some("http") => "http",
        Some(other) => return Err(format!("the protocol {other:?}")),
    };
    match host {
        None => Ok(format!("{scheme}://{{host}}")),
        Some(host) if host.is_empty() || host.contains(['/', '{', '}', '@', '?', '#']) => {
            Err(format!("the host {host:?}"))
        }
        Some(host) => Ok(format!("{scheme}://{host}")),
    }
}
