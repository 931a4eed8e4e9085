//! What a handler of Caddy's does: answers, redirects, headers, rewrites, proxies.

use regex_lite::Regex;
use selvedge_plan::path::has_dots;

use super::matcher::{is_inside, spelled};
use super::{Around, close};
use crate::dialect::hosting::reader::{Paths, Reader, served, target_text, text};
use crate::dialect::line::{percent_decoded, split_url};
use crate::dialect::own::Own;
use crate::dialect::pcre::{Pcre, Spelled};
use crate::dialect::route::{Action, Route};
use crate::dialect::sink::{Members, at_viewer, string};
use crate::rules::{Value, refuses};

/// A redirect, or another answer.
pub(super) fn answer(handler: &Value, place: &str, own: &Around, reader: &mut Reader<'_>) -> Result<(), String> {
    if handler.member("abort") == Some(&Value::Bool(true)) {
        close(place, own, reader);
        return Err("an abort; the paths are answered 403".to_owned());
    }
    let default = if text(handler, "handler").as_deref() == Some("error") { 500 } else { 200 };
    let status = text(handler, "status_code").map_or(Ok(default), |status| status.parse::<u16>());
    let Ok(status @ 200..=599) = status else {
        // It may be one that refuses.
        close(place, own, reader);
        return Err("such a status; the paths are answered 403".to_owned());
    };
    let header = |name: &str| match handler.member("headers")?.member(name)? {
        Value::Array(values) => match values.as_slice() {
            [Value::String(value)] => Some(value.clone()),
            _ => None,
        },
        _ => None,
    };
    if let (Some(to), 300..=399) = (header("Location"), status) {
        let (to, keeps) = target(&to, own)?;
        if ![301, 302, 303, 307, 308].contains(&status) {
            return Err(format!("the status {status} of a redirect"));
        }
        let mut route = reader.route(place, own.paths(), to, own.when.clone());
        (route.action, route.status) = (Action::Redirect, status);
        route.query = (!keeps).then(|| string("drop"));
        reader.push(route);
        return Ok(());
    }
    let body = text(handler, "body").unwrap_or_default();
    let others = matches!(handler.member("headers"), Some(Value::Object(members)) if !members.is_empty());
    let is_guard = refuses(status);
    if (body.contains('{') || others) && !is_guard {
        return Err("an answer with such a body or headers".to_owned());
    }
    let mut paths = own.paths();
    // What a rewrite makes of a path comes here as well, and the path where it has a file.
    let is_internal = |route: &&Route| matches!(route.action, Action::Rewrite);
    let (internal, mut ending): (Vec<&Route>, Vec<&Route>) = reader.routes().iter().partition(is_internal);
    // What is taken out of a route's paths it has not answered.
    ending.retain(|route| !is_apart(own, &except_of(route)));
    let partly = |route: &Route| !except_of(route).is_empty() && except_of(route) != own.except;
    let mine = Own::of(&reader.route(place, paths.clone(), String::new(), Vec::new()));
    let rewritten = internal.iter().any(|route| mine.meets(route));
    let whole = ending.iter().filter(|route| route.when.is_empty() && !partly(route));
    let earlier: Vec<Value> = whole.flat_map(|route| route.patterns()).map(spelled).collect();
    let conditional = ending.iter().any(|route| {
        !route.when.is_empty() && route.when != own.when || route.when.is_empty() && !is_guard && partly(route)
    });
    // A guard comes before what leads elsewhere.
    let earlier = earlier.into_iter().filter(|_| !is_guard);
    let mut except = own.except_with(own.before.iter());
    except.extend(earlier.filter(|path| !except.contains(path)).collect::<Vec<_>>());
    if !except.is_empty() {
        paths.more.retain(|(name, _)| *name != "except");
        paths.more.push(("except", Value::Array(except)));
    }
    let mut members: Members = vec![("for", crate::dialect::route::one_or_list(&paths.from), None)];
    members.extend(paths.more.into_iter().map(|(name, value)| (name, value, None)));
    if !own.when.is_empty() {
        members.push(("when", Value::Object(own.when.clone()), None));
    }
    members.push(("status", Value::Number(f64::from(status)), None));
    // Of an answer that has none, Caddy sends none either.
    if !body.is_empty() && !body.contains('{') && !selvedge_plan::is_bodiless(status) {
        members.push(("body", string(body), None));
    }
    reader.sink.rule("responses", reader.span(place), members);
    match (conditional, rewritten && !is_guard) {
        (true, _) => Err("an answer after routes with other conditions; it comes before these".to_owned()),
        (_, true) => Err("an answer after a rewrite of the same paths; it comes before that".to_owned()),
        _ => Ok(()),
    }
}

fn except_of(route: &Route) -> Vec<Value> {
    match route.paths.iter().find(|(name, _)| *name == "except") {
        Some((_, Value::Array(list))) => list.clone(),
        _ => Vec::new(),
    }
}

/// Whether all paths are among those that are taken out of others.
fn is_apart(own: &Around, except: &[Value]) -> bool {
    let text = |value: &Value| if let Value::String(text) = value { Some(text.clone()) } else { None };
    let except: Vec<String> = except.iter().filter_map(text).collect();
    own.paths.as_ref().is_some_and(|paths| paths.iter().all(|path| is_inside(path, &except)))
}

/// Where a redirect leads, and whether the request's query is kept.
fn target(to: &str, own: &Around) -> Result<(String, bool), String> {
    let mut out = String::new();
    let (mut rest, mut keeps) = (to, false);
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(&target_text(before));
        let (name, left) = after.split_once('}').ok_or("a brace that is not closed")?;
        match name {
            "http.request.host" | "http.request.hostport" => out.push_str("{host}"),
            "http.request.uri" | "http.request.uri.path" => {
                keeps = name == "http.request.uri";
                if keeps && !left.is_empty() {
                    return Err("something after the address of the request".to_owned());
                }
                match (own.stripped.is_some(), out.is_empty(), own.begin()) {
                    (true, _, _) => out.push_str("/{splat}"),
                    (_, true, _) => out.push_str("{path}"),
                    // A host is not followed by a placeholder.
                    (_, _, Some(begin)) => out.push_str(&format!("{begin}{{splat}}")),
                    _ => match own.paths.as_deref() {
                        Some([only]) if !only.contains(['*', '~', '{', '%']) => out.push_str(&target_text(only)),
                        _ => return Err("the path of the request after a host".to_owned()),
                    },
                }
            }
            "http.request.scheme" if before.is_empty() && left.starts_with("://{http.request.host") => {
                // The same host is what a path leads to.
                rest = left.split_once('}').map_or("", |(_, left)| left);
                continue;
            }
            _ => return Err(format!("{{{name}}} in a target")),
        }
        rest = left;
    }
    out.push_str(&target_text(rest));
    if has_dots(out.as_bytes()) {
        return Err(crate::rules::DOTS.to_owned());
    }
    match split_url(&out) {
        None if out.starts_with("{path}") => Ok((format!("/{out}"), keeps)),
        None if !out.starts_with('/') => Err(format!("a target as {to:?}")),
        _ => Ok((out, keeps)),
    }
}

pub(super) fn headers(handler: &Value, place: &str, own: &Around, reader: &mut Reader<'_>) -> Result<(), String> {
    reader.known(handler, place, &["handler", "response"]);
    let Some(response) = handler.member("response") else { return Err("headers of requests".to_owned()) };
    let Value::Object(members) = response else { return Err("such headers".to_owned()) };
    let require = response.member("require").and_then(|require| require.member("headers"));
    let mut edits: Members = Vec::new();
    let mut stage = None;
    for (name, value) in members {
        let edit = match name.as_str() {
            "deferred" | "require" => continue,
            // Of a header that must be absent: a default.
            "set" if require.is_some() => "default",
            "set" => "set",
            "add" => "append",
            "delete" => {
                edits.push(("remove", value.clone(), None));
                continue;
            }
            other => return Err(format!("{other:?} of headers")),
        };
        let Value::Object(headers) = value else { return Err("such headers".to_owned()) };
        let absent = |header: &String| require.and_then(|require| require.member(header)) == Some(&Value::Null);
        if require.is_some() && !headers.iter().all(|(name, _)| absent(name)) {
            return Err("headers with a condition on the answer".to_owned());
        }
        let is_plain = |value: &Value| matches!(value, Value::String(text) if !text.contains('{'));
        if !headers.iter().all(|(_, values)| matches!(values, Value::Array(list) if list.iter().all(is_plain))) {
            return Err("values of Caddy in a header".to_owned());
        }
        stage = stage.or_else(|| at_viewer(edit, value));
        edits.push((edit, value.clone(), None));
    }
    let order = ["remove", "default", "set", "append"];
    edits.sort_by_key(|(name, _, _)| order.iter().position(|known| known == name));
    let mut paths = own.paths();
    let except = own.except_with(own.before.iter().chain(&own.answered));
    if !except.is_empty() {
        paths.more.retain(|(name, _)| *name != "except");
        paths.more.push(("except", Value::Array(except)));
    }
    let mut members: Members = vec![("for", crate::dialect::route::one_or_list(&paths.from), None)];
    members.extend(paths.more.into_iter().map(|(name, value)| (name, value, None)));
    if !own.when.is_empty() {
        members.push(("when", Value::Object(own.when.clone()), None));
    }
    members.extend(stage.map(|stage| ("at", stage, None)));
    members.extend(edits);
    // What is put off until the answer begins is done from the inside out.
    match response.member("deferred") {
        Some(Value::Bool(true)) => reader.before_last("headers", place, members),
        _ => reader.sink.rule("headers", reader.span(place), members),
    }
    Ok(())
}

pub(super) fn rewrite(
    handler: &Value,
    place: &str,
    own: &Around,
    later: bool,
    reader: &mut Reader<'_>,
) -> Result<(), String> {
    reader.known(handler, place, &["handler", "uri"]);
    let to = text(handler, "uri").ok_or("such a rewrite")?;
    if to.contains('{') || !to.starts_with('/') || has_dots(to.as_bytes()) {
        return Err(format!("a rewrite to {to:?}"));
    }
    if later {
        return Err("a rewrite that later routes look at again".to_owned());
    }
    let mut route = reader.route(place, own.paths(), target_text(&to), own.when.clone());
    route.action = Action::Rewrite;
    reader.push(route);
    Ok(())
}

pub(super) fn file_server(handler: &Value, place: &str, own: &Around, reader: &mut Reader<'_>) -> Result<(), String> {
    let hidden = hide(handler, place, own, reader);
    if handler.member("browse").is_some() {
        return Err("lists of folders".to_owned());
    }
    if handler.member("status_code").is_some() {
        close(place, own, reader);
        return Err("files with another status; the paths are answered 403".to_owned());
    }
    if handler.member("index_names").is_some() {
        return Err("other names of a folder's page: write \"html\" with \"index\"".to_owned());
    }
    if own.stripped.is_some() {
        let mut route = reader.route(place, own.paths(), "/{splat}".to_owned(), own.when.clone());
        route.action = Action::Rewrite;
        reader.push(route);
    }
    hidden
}

/// What a file server takes for missing: <https://caddyserver.com/docs/caddyfile/directives/file_server#hide>. A name is hidden at
/// any depth, with all below it; a path of the disk by its last name, since where the site begins there is not known.
fn hide(handler: &Value, place: &str, own: &Around, reader: &mut Reader<'_>) -> Result<(), String> {
    let Some(list) = handler.member("hide").filter(|list| **list != Value::Null) else { return Ok(()) };
    let Value::Array(list) = list else { return unreadable(place, own, reader) };
    let (mut from, mut names) = (Vec::new(), Vec::new());
    for item in list {
        let Value::String(item) = item else { return unreadable(place, own, reader) };
        let name = item.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if name.is_empty() || item.contains(['{', '[', '\\']) {
            return unreadable(place, own, reader);
        }
        let expression = regex_lite::escape(name).replace("\\*", "[^/]*").replace("\\?", "[^/]");
        let expression = format!("/{expression}(?:/|$)");
        let found = Pcre::new(&expression, true).and_then(|pcre| pcre.path(""));
        let (Ok(found), Ok(name)) = (found, Regex::new(&format!("(?i){expression}"))) else {
            return unreadable(place, own, reader);
        };
        from.extend(found.patterns.iter().map(Spelled::text));
        names.push(name);
    }
    let is_hidden = |file: &str| names.iter().any(|name: &Regex| name.is_match(file));
    // The page of a folder is one of its files.
    if is_hidden("/index.html")
        && let Ok(found) = Pcre::new("/$", true).and_then(|pcre| pcre.path(""))
    {
        from.extend(found.patterns.iter().map(Spelled::text));
    }
    reader.hide(place, |target| {
        let file = percent_decoded(&target.replace("{:}", ":"));
        is_hidden(&file) || file.ends_with('/') && is_hidden(&format!("{file}index.html"))
    });
    if !from.is_empty() {
        reader.answer(place, &Paths::new(from), &[], &own.when, 404);
    }
    Ok(())
}

fn unreadable(place: &str, own: &Around, reader: &mut Reader<'_>) -> Result<(), String> {
    close(place, own, reader);
    Err("such a hide of file_server; the paths are answered 403".to_owned())
}

pub(super) fn proxy(handler: &Value, place: &str, own: &Around, reader: &mut Reader<'_>) -> Result<(), String> {
    // `forward_auth` is one that looks at the answer.
    if handler.member("handle_response").is_some() {
        close(place, own, reader);
        return Err("a server that is asked who may come in; the paths are answered 403".to_owned());
    }
    if handler.member("transport").and_then(|transport| text(transport, "protocol")).is_some_and(|name| name != "http")
    {
        return Err("a program on the server, as by FastCGI".to_owned());
    }
    let dial = match handler.member("upstreams") {
        Some(Value::Array(list)) => match list.as_slice() {
            [only] => text(only, "dial"),
            _ => None,
        },
        _ => None,
    };
    let dial = dial.filter(|dial| !dial.contains(['{', '/', '@'])).ok_or("a proxy but to one server")?;
    let begin = own.begin().ok_or("a proxy but for all below a path")?.to_owned();
    let https = handler.member("transport").is_some_and(|transport| transport.member("tls").is_some());
    let path = if own.stripped.is_some() { "/".to_owned() } else { begin };
    let url = format!("{}://{dial}{}{{splat}}", if https { "https" } else { "http" }, target_text(&path));
    let (action, to) = served(&url)?;
    let mut route = reader.route(place, own.paths(), to, own.when.clone());
    route.action = action;
    reader.push(route);
    Ok(())
}
