//! Caddy: the JSON of `caddy adapt`, of which the routes of HTTP servers.
//!
//! Documented at <https://caddyserver.com/docs/json/apps/http/>. Routes run one after another; those that answer end it, and of a
//! group the first one counts. Paths are compared without regard to case. A handler that is not known may be a guard: its paths
//! are closed.

use selvedge_plan::path::has_dots;

use super::reader::{Paths, Reader, When, served, target_text, text};
use crate::dialect::line::split_url;
use crate::dialect::route::{Action, literal};
use crate::dialect::sink::{Members, string};
use crate::rules::Value;

/// How deep subroutes may nest.
const MAX_DEPTH: u8 = 16;

/// What routes inside of others inherit.
#[derive(Clone, Default)]
struct Around {
    when: When,
    /// `None`: all paths.
    paths: Option<Vec<String>>,
    except: Vec<Value>,
    /// What `handle_path` takes off the path.
    stripped: Option<String>,
    depth: u8,
}

pub(super) fn read(file: &Value, reader: &mut Reader<'_>) {
    let member = |names: &[&str]| names.iter().try_fold(file, |value, name| value.member(name));
    let Some(Value::Object(servers)) = member(&["apps", "http", "servers"]) else {
        return reader.invalid("", "expected the JSON of `caddy adapt`, with servers of HTTP in it");
    };
    for (name, server) in servers {
        let place = format!("apps.http.servers.{name}");
        if let Some(Value::Array(policies)) = server.member("tls_connection_policies")
            && policies.iter().any(|policy| policy.member("client_authentication").is_some())
        {
            reader.close(&place, Paths::new(["/*"]), When::new());
            reader.entry(&place, Err("certificates of clients; all paths are answered 403".to_owned()));
        }
        routes(server, &place, &Around::default(), reader);
        if let Some(errors) = server.member("errors") {
            let place = format!("{place}.errors");
            let taken = errors_page(errors, &place, reader);
            reader.entry(&place, taken);
        }
    }
    reader.sink.setting("slashes", string("merge"));
}

fn routes(list: &Value, place: &str, around: &Around, reader: &mut Reader<'_>) {
    let Some(Value::Array(list)) = list.member("routes") else { return };
    if around.depth > MAX_DEPTH {
        return reader.invalid(place, "subroutes nest too deeply");
    }
    let mut around = around.clone();
    for (at, route) in list.iter().enumerate() {
        let place = format!("{place}.routes[{at}]");
        let later = list.get(at + 1..).unwrap_or_default().iter().any(|later| later.member("match").is_some());
        match matched(route, &around) {
            Ok(sets) => {
                for set in sets {
                    handlers(route, &place, &set, (&mut around, later), reader);
                }
            }
            Err(what) => {
                // What it would have kept out is all that it may be for.
                if refuses(route) {
                    close(&place, &around, reader);
                    reader.entry(&place, Err(format!("{what}; the paths are answered 403")));
                } else {
                    reader.entry(&place, Err(what));
                }
            }
        }
    }
}

/// What a route matches, each in a set of its own.
fn matched(route: &Value, around: &Around) -> Result<Vec<Around>, String> {
    match route.member("match") {
        None | Some(Value::Null) => Ok(vec![Around { depth: around.depth + 1, ..around.clone() }]),
        Some(Value::Array(sets)) => sets.iter().map(|set| one_set(set, around)).collect(),
        Some(_) => Err("a match but as a list".to_owned()),
    }
}

fn one_set(set: &Value, around: &Around) -> Result<Around, String> {
    let Value::Object(matchers) = set else { return Err("a matcher but as an object".to_owned()) };
    let mut own = Around { depth: around.depth + 1, ..around.clone() };
    for (name, value) in matchers {
        match name.as_str() {
            "path" => {
                let paths = patterns(value)?;
                // Inside another path only what lies below it is sure to be both.
                own.paths = match own.paths.take() {
                    None => Some(paths),
                    Some(outer) if paths.iter().all(|path| is_inside(path, &outer)) => Some(paths),
                    Some(outer) if paths == ["/*"] => Some(outer),
                    Some(_) => return Err("a path inside another one".to_owned()),
                };
            }
            "not" => {
                let Value::Array(sets) = value else { return Err("a \"not\" but as a list".to_owned()) };
                for set in sets {
                    let inside = one_set(set, &Around::default())?;
                    match (inside.paths, inside.when.is_empty()) {
                        (Some(paths), true) => own.except.extend(paths.iter().map(|path| spelled(path))),
                        (None, false) => not(&mut own.when, inside.when),
                        _ => return Err("a path and something else in \"not\"".to_owned()),
                    }
                }
            }
            other => {
                let (kind, test) = test(other, value)?;
                if own.when.iter().any(|(name, _)| *name == kind) {
                    return Err(format!("two conditions on the {kind}"));
                }
                own.when.push((kind, test));
            }
        }
    }
    Ok(own)
}

/// A condition that must not hold, besides others.
fn not(when: &mut When, inside: When) {
    let inside = Value::Object(inside);
    match when.iter_mut().find(|(name, _)| name == "not") {
        Some((_, other)) => {
            let both = vec![other.clone(), inside];
            *other = Value::Object(vec![("any".to_owned(), Value::Array(both))]);
        }
        None => when.push(("not".to_owned(), inside)),
    }
}

fn spelled(path: &str) -> Value {
    match path.strip_prefix('~') {
        Some(regex) => Value::Object(vec![("regex".to_owned(), string(regex))]),
        None => string(path),
    }
}

/// A matcher that is not of the path.
fn test(name: &str, value: &Value) -> Result<(String, Value), String> {
    let plain = |value: &Value| matches!(value, Value::String(text) if !text.contains(['*', '{']));
    let all_plain = |list: &Value| matches!(list, Value::Array(list) if list.iter().all(plain) && !list.is_empty());
    Ok(match (name, value) {
        ("host", Value::Array(hosts)) => {
            let is_one = |host: &Value| matches!(host, Value::String(host) if !host.strip_prefix("*.").unwrap_or(host).contains(['*', '{', ':']));
            if !hosts.iter().all(is_one) || hosts.is_empty() {
                return Err("such hosts".to_owned());
            }
            ("host".to_owned(), value.clone())
        }
        ("method", list) if all_plain(list) => ("method".to_owned(), list.clone()),
        ("protocol", Value::String(scheme)) if scheme == "http" || scheme == "https" => {
            ("scheme".to_owned(), string(scheme))
        }
        ("remote_ip" | "client_ip", ranges) => {
            let ranges = ranges.member("ranges").filter(|list| all_plain(list)).ok_or("such ranges")?;
            let is_one = |range: &Value| matches!(range, Value::String(range) if range.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:/".contains(&byte)));
            if !matches!(ranges, Value::Array(list) if list.iter().all(is_one)) {
                return Err("such ranges".to_owned());
            }
            ("ip".to_owned(), ranges.clone())
        }
        ("header" | "query", Value::Object(members)) => {
            let tests: Result<Vec<(String, Value)>, String> =
                members.iter().map(|(name, value)| Ok((name.clone(), values(value)?))).collect();
            (name.to_owned(), Value::Object(tests?))
        }
        (name, _) => return Err(format!("the matcher {name:?} as it is")),
    })
}

/// Values of a header or a parameter: `*` at an end is for anything.
fn values(list: &Value) -> Result<Value, String> {
    let Value::Array(list) = list else { return Ok(Value::Bool(false)) };
    let one = |value: &Value| -> Result<Value, String> {
        let Value::String(text) = value else { return Err("a value but a text".to_owned()) };
        let object = |name: &str, text: &str| Value::Object(vec![(name.to_owned(), string(text))]);
        let inner = text.trim_matches('*');
        if inner.contains(['*', '{']) {
            return Err(format!("a value as {text:?}"));
        }
        Ok(match (text.starts_with('*'), text.len() > inner.len() && text.ends_with('*')) {
            _ if inner.is_empty() && !text.is_empty() => Value::Bool(true),
            (false, false) => string(text),
            (false, true) => object("prefix", inner),
            (true, false) => object("suffix", inner),
            (true, true) => object("contains", inner),
        })
    };
    match list.as_slice() {
        [only] => one(only),
        all if all.iter().all(|value| matches!(value, Value::String(text) if !text.contains(['*', '{']))) => {
            Ok(Value::Array(all.to_vec()))
        }
        _ => Err("several values with a star".to_owned()),
    }
}

fn patterns(list: &Value) -> Result<Vec<String>, String> {
    let Value::Array(list) = list else { return Err("paths but as a list".to_owned()) };
    let of = |path: &Value| -> Result<String, String> {
        let Value::String(path) = path else { return Err("a path but a text".to_owned()) };
        if path == "*" {
            return Ok("/*".to_owned());
        }
        let inner = path.trim_matches('*');
        if inner.contains(['*', '?', '[', '\\', '{', '%']) {
            return Err(format!("a path as {path:?}"));
        }
        let is_ending =
            inner.strip_prefix('.').is_some_and(|ending| ending.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        match (path.starts_with('*'), path.len() > inner.len() && path.ends_with('*')) {
            (true, false) if is_ending => Ok(format!("*{inner}")),
            (true, _) => Err(format!("a path as {path:?}")),
            (false, open) if inner.starts_with('/') => Ok(format!("{}{}", literal(inner), if open { "*" } else { "" })),
            _ => Err(format!("a path as {path:?}")),
        }
    };
    list.iter().map(of).collect()
}

/// Whether a pattern lies below one of others.
fn is_inside(path: &str, outer: &[String]) -> bool {
    outer.iter().any(|outer| match outer.strip_suffix('*') {
        Some(begin) => {
            path.starts_with('/') && path.get(..begin.len()).is_some_and(|own| own.eq_ignore_ascii_case(begin))
        }
        None => path == outer,
    })
}

/// Whether a route would refuse, or may.
fn refuses(route: &Value) -> bool {
    let Some(Value::Array(list)) = route.member("handle") else { return false };
    list.iter().any(|handler| match text(handler, "handler").as_deref() {
        Some("static_response" | "error") => {
            handler.member("abort").is_some()
                || text(handler, "status_code").is_some_and(|status| status.starts_with(['4', '5']))
        }
        Some("subroute") => match handler.member("routes") {
            Some(Value::Array(routes)) => routes.iter().any(refuses),
            _ => false,
        },
        // `forward_auth` is one that looks at the answer.
        Some("reverse_proxy") => handler.member("handle_response").is_some(),
        Some(name) => !is_known(name),
        None => false,
    })
}

fn is_known(handler: &str) -> bool {
    const KNOWN: [&str; 14] = [
        "copy_response",
        "encode",
        "file_server",
        "headers",
        "intercept",
        "log_append",
        "map",
        "request_body",
        "reverse_proxy",
        "rewrite",
        "templates",
        "tracing",
        "vars",
        "push",
    ];
    KNOWN.contains(&handler)
}

impl Around {
    fn paths(&self) -> Paths {
        let mut paths = Paths::new(self.paths.clone().unwrap_or_else(|| vec!["/*".to_owned()]));
        paths.more.push(("ignoreCase", Value::Bool(true)));
        if !self.except.is_empty() {
            paths.more.push(("except", Value::Array(self.except.clone())));
        }
        paths
    }

    /// The only pattern that ends in `/*`, without its star.
    fn begin(&self) -> Option<&str> {
        match self.paths.as_deref() {
            None => Some("/"),
            Some([only]) => only.strip_suffix('*').filter(|begin| begin.ends_with('/')),
            _ => None,
        }
    }
}

/// Closes what a guard is for, whatever comes before it.
fn close(place: &str, around: &Around, reader: &mut Reader<'_>) {
    let mut paths = around.paths();
    paths.more.retain(|(name, _)| *name != "except");
    reader.close_all(place, paths, around.when.clone());
}

fn handlers(route: &Value, place: &str, own: &Around, (around, later): (&mut Around, bool), reader: &mut Reader<'_>) {
    let Some(Value::Array(list)) = route.member("handle") else { return };
    for (at, handler) in list.iter().enumerate() {
        let place = format!("{place}.handle[{at}]");
        let name = text(handler, "handler").unwrap_or_default();
        let taken = match name.as_str() {
            "vars" | "encode" | "request_body" | "tracing" | "log_append" => Ok(()),
            "subroute" => {
                routes(handler, &place, own, reader);
                continue;
            }
            "static_response" => answer(handler, &place, own, reader),
            "error" => answer(handler, &place, own, reader),
            "headers" => headers(handler, &place, own, reader),
            "rewrite" => match text(handler, "strip_path_prefix") {
                Some(prefix)
                    if route.member("match").is_none()
                        && own.depth > 1
                        && own.begin() == Some(&format!("{prefix}/")) =>
                {
                    around.stripped = Some(prefix);
                    Ok(())
                }
                Some(_) => Err("a prefix that is taken off the path".to_owned()),
                None => rewrite(handler, &place, own, later, reader),
            },
            "file_server" => file_server(handler, &place, own, reader),
            "reverse_proxy" => proxy(handler, &place, own, reader),
            "authentication" => {
                close(&place, own, reader);
                Err("passwords; the paths are answered 403".to_owned())
            }
            other if is_known(other) => Err(format!("the handler {other:?}")),
            other => {
                close(&place, own, reader);
                Err(format!("the handler {other:?}; the paths are answered 403"))
            }
        };
        reader.entry(&place, taken);
    }
    if route.member("group").is_some() && own.paths.is_some() {
        let stay = reader.route(place, own.paths(), String::new(), own.when.clone());
        reader.push(stay);
    }
}

/// A redirect, or another answer.
fn answer(handler: &Value, place: &str, own: &Around, reader: &mut Reader<'_>) -> Result<(), String> {
    if handler.member("abort") == Some(&Value::Bool(true)) {
        close(place, own, reader);
        return Err("an abort; the paths are answered 403".to_owned());
    }
    let status = text(handler, "status_code").map_or(Ok(200), |status| status.parse::<u16>());
    let Ok(status @ 200..=599) = status else { return Err("such a status".to_owned()) };
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
    let is_guard = matches!(status, 401 | 403);
    if (body.contains('{') || others) && !is_guard {
        return Err("an answer with such a body or headers".to_owned());
    }
    let earlier: Vec<Value> = reader
        .routes()
        .iter()
        .filter(|route| route.when.is_empty())
        .flat_map(|route| route.patterns())
        .map(spelled)
        .collect();
    let conditional = reader.routes().iter().any(|route| !route.when.is_empty() && route.when != own.when);
    let mut paths = own.paths();
    if !earlier.is_empty() && !is_guard {
        paths.more.retain(|(name, _)| *name != "except");
        paths.more.push(("except", Value::Array(own.except.iter().cloned().chain(earlier).collect())));
    }
    let mut members: Members = vec![("for", crate::dialect::route::one_or_list(&paths.from), None)];
    members.extend(paths.more.into_iter().map(|(name, value)| (name, value, None)));
    if !own.when.is_empty() {
        members.push(("when", Value::Object(own.when.clone()), None));
    }
    members.push(("status", Value::Number(f64::from(status)), None));
    if !body.is_empty() && !body.contains('{') {
        members.push(("body", string(body), None));
    }
    reader.sink.rule("responses", reader.span(place), members);
    if conditional {
        Err("an answer after routes with other conditions; it comes before these".to_owned())
    } else {
        Ok(())
    }
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

fn headers(handler: &Value, place: &str, own: &Around, reader: &mut Reader<'_>) -> Result<(), String> {
    reader.known(handler, place, &["handler", "response"]);
    let Some(response) = handler.member("response") else { return Err("headers of requests".to_owned()) };
    let Value::Object(members) = response else { return Err("such headers".to_owned()) };
    let require = response.member("require").and_then(|require| require.member("headers"));
    let mut edits: Members = Vec::new();
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
        edits.push((edit, value.clone(), None));
    }
    let order = ["remove", "default", "set", "append"];
    edits.sort_by_key(|(name, _, _)| order.iter().position(|known| known == name));
    let paths = own.paths();
    let mut members: Members = vec![("for", crate::dialect::route::one_or_list(&paths.from), None)];
    members.extend(paths.more.into_iter().map(|(name, value)| (name, value, None)));
    if !own.when.is_empty() {
        members.push(("when", Value::Object(own.when.clone()), None));
    }
    members.extend(edits);
    reader.sink.rule("headers", reader.span(place), members);
    Ok(())
}

fn rewrite(handler: &Value, place: &str, own: &Around, later: bool, reader: &mut Reader<'_>) -> Result<(), String> {
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

fn file_server(handler: &Value, place: &str, own: &Around, reader: &mut Reader<'_>) -> Result<(), String> {
    if handler.member("browse").is_some() {
        return Err("lists of folders".to_owned());
    }
    if own.stripped.is_some() {
        let mut route = reader.route(place, own.paths(), "/{splat}".to_owned(), own.when.clone());
        route.action = Action::Rewrite;
        reader.push(route);
    }
    Ok(())
}

fn proxy(handler: &Value, place: &str, own: &Around, reader: &mut Reader<'_>) -> Result<(), String> {
    // `forward_auth` is one that looks at the answer.
    if handler.member("handle_response").is_some() {
        close(place, own, reader);
        return Err("a server that is asked who may come in; the paths are answered 403".to_owned());
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

/// The page of `handle_errors`, where it is one.
fn errors_page(errors: &Value, place: &str, reader: &mut Reader<'_>) -> Result<(), String> {
    let page = page_of(errors, 0).ok_or("what is done with errors")?;
    let members = vec![
        ("from", string("/*"), None),
        ("to", Value::String(target_text(&page)), None),
        ("status", Value::Number(404.0), None),
        ("fallback", Value::Bool(true), None),
    ];
    reader.last("rewrites", place, members);
    Ok(())
}

/// The file that routes without conditions but of the host rewrite to.
fn page_of(list: &Value, depth: u8) -> Option<String> {
    let Some(Value::Array(routes)) = list.member("routes").filter(|_| depth < MAX_DEPTH) else { return None };
    routes.iter().find_map(|route| {
        let by_host =
            |set: &Value| matches!(set, Value::Object(members) if members.iter().all(|(name, _)| name == "host"));
        let is_open = match route.member("match") {
            None => true,
            Some(Value::Array(sets)) => sets.iter().all(by_host),
            Some(_) => false,
        };
        let Some(Value::Array(handlers)) = route.member("handle").filter(|_| is_open) else { return None };
        handlers.iter().find_map(|handler| match text(handler, "handler").as_deref() {
            Some("rewrite") => text(handler, "uri").filter(|uri| uri.starts_with('/') && !uri.contains('{')),
            Some("subroute") => page_of(handler, depth + 1),
            _ => None,
        })
    })
}
