//! Caddy: the JSON of `caddy adapt`, of which the routes of HTTP servers.
//!
//! Documented at <https://caddyserver.com/docs/json/apps/http/>. Routes run one after another; those that answer end it, and of a
//! group the first one counts. Paths are compared decoded, as Go has them in
//! `URL.Path`, and without regard to case. A handler that is not known may be a guard: its paths
//! are closed.

mod files;
mod handler;
mod matcher;
mod viewer;

use files::{strip, tried, try_files};
use handler::{answer, file_server, headers, proxy, rewrite};
use matcher::{matched, spelled};
use viewer::{is_lead, sends_away};

use super::reader::{Paths, Reader, When, target_text, text};
use crate::dialect::sink::string;
use crate::dialect::when::asks_who;
use crate::rules::Value;

/// What a finding ends with where nobody comes in.
const CLOSED: &str = "the paths are answered 403";

/// How deep subroutes may nest.
const MAX_DEPTH: u8 = 16;

/// What routes inside of others inherit.
#[derive(Clone, Default)]
struct Around {
    when: When,
    /// `None`: all paths.
    paths: Option<Vec<String>>,
    except: Vec<Value>,
    /// Paths that another route of the same group has, for everybody.
    before: Vec<String>,
    /// Paths that earlier routes answer for everybody: headers of later ones are not on these answers.
    answered: Vec<String>,
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
    reader.reads_slashes();
}

fn routes(list: &Value, place: &str, around: &Around, reader: &mut Reader<'_>) {
    let Some(Value::Array(list)) = list.member("routes") else { return };
    if around.depth > MAX_DEPTH {
        return reader.invalid(place, "subroutes nest too deeply");
    }
    let mut around = around.clone();
    // Of a group the first one that matches counts, and no other.
    let mut groups: Vec<(String, String)> = Vec::new();
    for (at, route) in list.iter().enumerate() {
        let place = format!("{place}.routes[{at}]");
        let rest = list.get(at + 1..).unwrap_or_default();
        let looks_again = |later: &Value| !is_quiet(later, false);
        let later = rest.iter().any(looks_again).then(|| rest.iter().any(refuses));
        if let Some(files) = tried(route) {
            let taken = try_files(files, &place, &around, rest, reader);
            reader.entry(&place, taken);
            continue;
        }
        let group = text(route, "group");
        let is_last =
            |other: &Value| group.is_some() && text(other, "group") == group && other.member("match").is_none();
        if list.iter().take(at).any(is_last) {
            continue;
        }
        let of_group = groups.iter().filter(|(name, _)| group.as_ref() == Some(name)).map(|(_, path)| path);
        let mut inner = around.clone();
        inner.before.extend(of_group.filter(|path| !around.before.contains(path)).cloned());
        match matched(route, &inner) {
            Ok(sets) => {
                let first = reader.routes().len();
                for set in &sets {
                    handlers(route, &place, set, (&mut around, later), reader);
                }
                // What a file server serves goes no further.
                let ends = serves_files(route);
                // Nothing gets past a route for everything that answers.
                if answers_all(list, at) {
                    break;
                }
                let ends_all = answers(route);
                // What it does not act on comes to the routes after it.
                let acts = reader.routes().iter().skip(first).all(|route| route.acts_in(&["/*".to_owned()]));
                if group.is_some() && !acts && rest.iter().any(refuses) {
                    reader.refuse(&place, "a redirect that may not act, before a route that refuses; this comes first");
                }
                if group.is_some() || ends_all {
                    let is_open = |set: &&Around| set.when == around.when && set.except == around.except;
                    let paths = sets.iter().filter(is_open).flat_map(|set| set.paths.iter().flatten());
                    let paths: Vec<String> = paths.cloned().collect();
                    around.before.extend(paths.iter().filter(|_| ends).cloned());
                    around.answered.extend(paths.iter().filter(|_| ends_all).cloned());
                    if let Some(group) = group.filter(|_| acts) {
                        groups.extend(paths.into_iter().map(|path| (group.clone(), path)));
                    }
                }
            }
            Err(what) => {
                // What it would have kept out is all that it may be for.
                if refuses(route) || sends_away(route) {
                    close(&place, &around, reader);
                    reader.entry(&place, Err(format!("{what}; the paths are answered 403")));
                } else {
                    reader.entry(&place, Err(what));
                }
            }
        }
    }
}

/// Whether a route serves files and ends there.
fn serves_files(route: &Value) -> bool {
    let Some(Value::Array(list)) = route.member("handle") else { return false };
    list.last().is_some_and(|last| match (text(last, "handler").as_deref(), last.member("routes")) {
        (Some("file_server"), _) => last.member("pass_thru").is_none(),
        (Some("subroute"), Some(Value::Array(routes))) => {
            let mut ending = (0..routes.len()).filter(|at| answers_all(routes, *at)).filter_map(|at| routes.get(at));
            ending.next().is_some_and(serves_files)
        }
        _ => false,
    })
}

/// Whether a route is for everything that the others of its group do not answer, and answers it.
fn answers_all(routes: &[Value], at: usize) -> bool {
    let Some(route) = routes.get(at) else { return false };
    let group = text(route, "group");
    // What an earlier one of its group takes does not come to it.
    let mut before = routes.iter().take(at).filter(|other| group.is_some() && text(other, "group") == group);
    route.member("match").is_none() && answers(route) && before.all(answers)
}

/// Whether a route answers what it is for.
fn answers(route: &Value) -> bool {
    let Some(Value::Array(list)) = route.member("handle") else { return false };
    list.iter().any(is_answer)
}

/// Whether a handler answers whatever comes to it.
fn is_answer(handler: &Value) -> bool {
    match text(handler, "handler").as_deref() {
        Some("file_server") => handler.member("pass_thru").is_none(),
        Some("static_response" | "error") => true,
        Some("subroute") => match handler.member("routes") {
            Some(Value::Array(routes)) => (0..routes.len()).any(|at| answers_all(routes, at)),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a route does the same whatever the path is, or answers by the file. `matched` says that what is around it may not match.
fn is_quiet(route: &Value, matched: bool) -> bool {
    let matched = matched || route.member("match").is_some();
    let Some(Value::Array(list)) = route.member("handle") else { return true };
    list.iter().all(|handler| is_still(handler, matched))
}

fn is_still(handler: &Value, matched: bool) -> bool {
    const STILL: [&str; 6] = ["encode", "file_server", "log_append", "request_body", "tracing", "vars"];
    match (text(handler, "handler").as_deref(), handler.member("routes")) {
        (Some("subroute"), Some(Value::Array(routes))) => routes.iter().all(|route| is_quiet(route, matched)),
        (Some("headers"), _) => !matched,
        (Some(name), _) => STILL.contains(&name),
        (None, _) => false,
    }
}

/// Whether a route would refuse, or may.
fn refuses(route: &Value) -> bool {
    let Some(Value::Array(list)) = route.member("handle") else { return false };
    list.iter().any(is_refusal)
}

/// The same of a handler.
fn is_refusal(handler: &Value) -> bool {
    match text(handler, "handler").as_deref() {
        Some("subroute") => match handler.member("routes") {
            Some(Value::Array(routes)) => routes.iter().any(refuses),
            _ => false,
        },
        Some(name @ ("static_response" | "error")) => {
            let status = text(handler, "status_code");
            handler.member("abort").is_some()
                || status.is_none() && name == "error"
                || status.is_some_and(|status| status.starts_with(['4', '5', '{']))
        }
        // `forward_auth` is one that looks at the answer.
        Some("reverse_proxy") => handler.member("handle_response").is_some(),
        Some(name) => !is_known(name),
        None => false,
    }
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

    /// The exceptions, with other paths.
    fn except_with<'p>(&self, paths: impl Iterator<Item = &'p String>) -> Vec<Value> {
        self.except.iter().cloned().chain(paths.map(|path| spelled(path))).collect()
    }

    fn when_or_except(&self) -> bool {
        !self.when.is_empty() || !self.except.is_empty()
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

/// `later` says whether routes after it look at the path, and whether one of them refuses.
fn handlers(
    route: &Value,
    place: &str,
    own: &Around,
    (around, later): (&mut Around, Option<bool>),
    reader: &mut Reader<'_>,
) {
    let Some(Value::Array(list)) = route.member("handle") else { return };
    for (at, handler) in list.iter().enumerate() {
        let place = format!("{place}.handle[{at}]");
        let rest = list.get(at + 1..).unwrap_or_default();
        let later = match rest.iter().all(|handler| is_still(handler, false)) {
            true => later,
            false => Some(later == Some(true) || rest.iter().any(is_refusal)),
        };
        let name = text(handler, "handler").unwrap_or_default();
        let taken = match name.as_str() {
            "vars" if handler.member("root").is_some() && own.paths.is_some() => {
                Err("another folder for a part of the site".to_owned())
            }
            "vars" | "encode" | "request_body" | "tracing" | "log_append" => Ok(()),
            "subroute" => {
                routes(handler, &place, own, reader);
                if is_answer(handler) {
                    break;
                }
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
                Some(prefix) if later.is_none() && own.depth == 1 => strip(&prefix, &place, own, reader),
                Some(_) => Err("a prefix that is taken off the path".to_owned()),
                // The next one takes its place.
                None if rest.iter().any(is_target) => Ok(()),
                None => rewrite(handler, &place, own, later.is_some(), reader),
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
        // What leads some elsewhere keeps them out of what the others see.
        let taken = match taken {
            Err(what) if is_lead(handler) && asks_who(&own.when) && !what.ends_with(CLOSED) => {
                close(&place, own, reader);
                Err(format!("{what}; {CLOSED}"))
            }
            // Without the rewrite the path itself would come out of what a later route refuses.
            Err(what) if name == "rewrite" && later == Some(true) && !what.ends_with(CLOSED) => {
                close(&place, own, reader);
                Err(format!("{what}, and a later route refuses; {CLOSED}"))
            }
            taken => taken,
        };
        reader.entry(&place, taken);
    }
    // What it serves no later route leads elsewhere.
    if (route.member("group").is_some() || serves_files(route)) && own.paths.is_some() {
        let stay = reader.route(place, own.paths(), String::new(), own.when.clone());
        reader.push(stay);
    }
}

/// Whether a handler says the whole path.
fn is_target(handler: &Value) -> bool {
    text(handler, "uri").is_some_and(|uri| text(handler, "handler").as_deref() == Some("rewrite") && !uri.contains('{'))
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
    let message = "the page is for what does not exist; other errors have none";
    reader.sink.note("changed-meaning", reader.span(place), message, "nothing, if that does not matter");
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
