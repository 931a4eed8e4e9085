//! Azure Static Web Apps: `staticwebapp.config.json`.
//!
//! Documented at <https://learn.microsoft.com/azure/static-web-apps/configuration>. The first route that fits is used; then a file
//! that is there, then the fallback. Roles are what rules do not have: the paths that they guard are closed.

mod guard;
mod overrides;

use guard::{is_guarded, is_methods, refuses};
use overrides::{instead, overrides};

use super::reader::{Paths, Reader, join, resolved, target_text, text};
use crate::dialect::access::cidrs;
use crate::dialect::existing::{Existing, pattern_of};
use crate::dialect::line::split_url;
use crate::dialect::own::Own;
use crate::dialect::route::{Action, Route, literal, one_or_list};
use crate::dialect::sink::{Members, string};
use crate::rules::{Value, pattern::normalise};

/// What has to do with how the site is built, or is the host's default.
const APART: [&str; 3] = ["$schema", "platform", "isLegacyConfigFile"];

pub(super) fn read(file: &Value, reader: &mut Reader<'_>) {
    let Value::Object(members) = file else { return reader.invalid("", "expected an object") };
    let null = Value::Null;
    let member = |name: &str| file.member(name).unwrap_or(&null);
    for (name, value) in members.iter().filter(|(_, value)| *value != Value::Null) {
        match name.as_str() {
            "networking" => networking(value, name, reader),
            "forwardingGateway" => gateway(value, name, reader),
            "routes" | "navigationFallback" | "responseOverrides" | "globalHeaders" | "mimeTypes" => {}
            "trailingSlash" => {
                let taken = trailing_slash(value, reader);
                reader.entry(name, taken);
            }
            name if APART.contains(&name) => {}
            name => reader.entry(name, Err(format!("{name:?}"))),
        }
    }
    if let Some((set, remove)) = headers(member("globalHeaders"), "globalHeaders", reader) {
        reader.sink.rule("headers", reader.span("globalHeaders"), edits(Vec::new(), set, remove));
    }
    mime_types(member("mimeTypes"), reader);
    if let Value::Array(routes) = member("routes") {
        for (at, item) in routes.iter().enumerate() {
            let place = format!("routes[{at}]");
            let taken = route(item, &place, member("responseOverrides"), reader);
            reader.entry(&place, taken);
        }
    } else if *member("routes") != Value::Null {
        reader.invalid("routes", "expected a list of routes");
    }
    let excluded = fallback(member("navigationFallback"), reader);
    overrides(member("responseOverrides"), excluded, reader);
}

/// Who may ask at all.
fn networking(value: &Value, place: &str, reader: &mut Reader<'_>) {
    reader.known(value, place, &["allowedIpRanges"]);
    let Some(ranges) = value.member("allowedIpRanges") else { return };
    let place = join(place, "allowedIpRanges");
    let everything = Paths::new(["/*"]);
    match cidrs(ranges) {
        Some(ranges) if ranges != Value::Array(Vec::new()) => {
            let others = Value::Object(vec![("ip".to_owned(), ranges)]);
            reader.answer(&place, &everything, &[], &vec![("not".to_owned(), others)], 403);
            reader.entry(&place, Ok(()));
        }
        _ => {
            reader.answer(&place, &everything, &[], &Vec::new(), 403);
            reader.entry(&place, Err("ranges but of addresses; all paths are answered 403".to_owned()));
        }
    }
}

/// What a gateway in front of the site must send.
fn gateway(value: &Value, place: &str, reader: &mut Reader<'_>) {
    reader.known(value, place, &["requiredHeaders"]);
    let Some(required) = value.member("requiredHeaders") else { return };
    let place = join(place, "requiredHeaders");
    let everything = Paths::new(["/*"]);
    let is_text = |(_, value): &(String, Value)| matches!(value, Value::String(_));
    match required {
        Value::Object(headers) if headers.iter().all(is_text) && !headers.is_empty() => {
            let others = Value::Object(vec![("header".to_owned(), required.clone())]);
            reader.answer(&place, &everything, &[], &vec![("not".to_owned(), others)], 403);
            reader.entry(&place, Ok(()));
        }
        _ => {
            reader.answer(&place, &everything, &[], &Vec::new(), 403);
            reader.entry(&place, Err("such headers; all paths are answered 403".to_owned()));
        }
    }
}

fn trailing_slash(value: &Value, reader: &mut Reader<'_>) -> Result<(), String> {
    let mode = match value {
        Value::String(mode) if mode == "always" => "add",
        Value::String(mode) if mode == "never" => "remove",
        Value::String(mode) if mode == "auto" => return Ok(()),
        _ => return Err("such a trailingSlash".to_owned()),
    };
    reader.sink.setting("html", Value::Object(vec![("trailingSlash".to_owned(), string(mode))]));
    Ok(())
}

type Edits = (Vec<(String, Value)>, Vec<Value>);

/// Headers that are set, and those that an empty text removes.
fn headers(value: &Value, place: &str, reader: &mut Reader<'_>) -> Option<Edits> {
    let Value::Object(members) = value else { return None };
    let (mut set, mut remove) = (Vec::new(), Vec::new());
    for (name, value) in members {
        let taken = match value {
            Value::String(value) if value.is_empty() => {
                remove.push(string(name));
                Ok(())
            }
            Value::String(value) => {
                set.push((name.clone(), string(value.replace('{', "{{").replace('}', "}}"))));
                Ok(())
            }
            _ => Err(format!("the value of {name:?}")),
        };
        reader.entry(&join(place, name), taken);
    }
    (!set.is_empty() || !remove.is_empty()).then_some((set, remove))
}

fn edits(mut members: Members, set: Vec<(String, Value)>, remove: Vec<Value>) -> Members {
    if !remove.is_empty() {
        members.push(("remove", Value::Array(remove), None));
    }
    if !set.is_empty() {
        members.push(("set", Value::Object(set), None));
    }
    members
}

fn mime_types(value: &Value, reader: &mut Reader<'_>) {
    let Value::Object(types) = value else { return };
    for (ending, media) in types {
        let place = join("mimeTypes", ending);
        let taken = match media {
            Value::String(media) if is_ending(ending) => {
                let set = Value::Object(vec![("Content-Type".to_owned(), string(media))]);
                let members = vec![("for", string(format!("*{ending}")), None), ("set", set, None)];
                reader.sink.rule("headers", reader.span(&place), members);
                Ok(())
            }
            _ => Err("such a type".to_owned()),
        };
        reader.entry(&place, taken);
    }
}

/// `.json`, or `.tar.gz`
fn is_ending(text: &str) -> bool {
    text.len() > 1
        && text.starts_with('.')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn route(item: &Value, place: &str, overrides: &Value, reader: &mut Reader<'_>) -> Result<(), String> {
    const NAMES: [&str; 7] = ["route", "methods", "rewrite", "redirect", "statusCode", "headers", "allowedRoles"];
    let Some(spelled) = text(item, "route") else { return Err("a route without \"route\"".to_owned()) };
    let when = match item.member("methods") {
        None | Some(Value::Null) => Vec::new(),
        Some(methods) => vec![("method".to_owned(), methods.clone())],
    };
    let paths = patterns(&spelled);
    let refuses = refuses(item, when.iter().all(|(_, methods)| is_methods(methods)) && paths.is_ok());
    if is_guarded(item) || refuses {
        // Of a pattern that cannot be read, all that begins as it does.
        let closed = paths.unwrap_or_else(|_| {
            let begin = spelled.split(['*', '{']).next().unwrap_or_default();
            Paths::new([format!("/{}*", literal(begin.trim_start_matches('/')))])
        });
        // Methods that cannot be read are all of them.
        let readable = when.iter().all(|(_, methods)| is_methods(methods));
        reader.close(place, closed, if readable { when } else { Vec::new() });
        let what = if refuses { "such a route that refuses" } else { "roles" };
        return Err(format!("{what}; the paths of the route are answered 403"));
    }
    if let Some((_, methods)) = when.iter().find(|(_, methods)| !is_methods(methods)) {
        return Err(format!("methods as {methods:?}"));
    }
    let paths = paths?;
    reader.known(item, place, &NAMES);
    let status = match item.member("statusCode") {
        Some(Value::Number(status)) => Some(*status as u16),
        None | Some(Value::Null) => None,
        Some(_) => return Err("such a statusCode".to_owned()),
    };
    // An answer comes before all else, and so before what some methods lead to.
    let mine = Own::of(&reader.route(place, paths.clone(), String::new(), Vec::new()));
    let may_leave = |route: &Route| !route.when.is_empty() && route.when != when || !route.acts_in(&paths.from);
    let is_later = reader.routes().iter().any(|route| may_leave(route) && mine.meets(route));
    let mut said = Ok(());
    let earlier: Vec<String> = reader
        .routes()
        .iter()
        .filter(|route| route.when.is_empty() && route.acts_in(&paths.from))
        .flat_map(|route| route.patterns())
        .map(str::to_owned)
        .collect();
    let mut route = reader.route(place, paths.clone(), String::new(), when.clone());
    let to = |to: String| {
        route.mappings.iter_mut().for_each(|mapping| mapping.to.clone_from(&to));
    };
    match (text(item, "redirect"), text(item, "rewrite"), status) {
        (Some(_), Some(_), _) => return Err("a route with a redirect and a rewrite".to_owned()),
        (Some(target), None, None | Some(301 | 302 | 303 | 307 | 308)) => {
            if !target.starts_with('/') && split_url(&target).is_none() {
                return Err(format!("a redirect to {target:?}"));
            }
            let mut to = to;
            to(resolved(target_text(&target))?);
            (route.action, route.status) = (Action::Redirect, status.unwrap_or(302));
            route.query = (!target.contains('?')).then(|| string("drop"));
        }
        (Some(_), None, Some(status)) => return Err(format!("a redirect with the status {status}")),
        (None, Some(target), None | Some(200 | 400..=599)) => {
            if target.starts_with("/api") || target.starts_with("/.auth") || split_url(&target).is_some() {
                return Err("a rewrite to a function or a login of Azure".to_owned());
            }
            let mut to = to;
            to(page_of(&target)?);
            (route.action, route.status) = (Action::Rewrite, status.unwrap_or(200));
        }
        (None, None, Some(status @ 400..=599)) => {
            match overrides.member(&status.to_string()).map(|it| instead(it, status)) {
                Some(Ok(instead)) => {
                    let mut to = to;
                    to(instead.to);
                    (route.action, route.status, route.query) = (instead.action, instead.status, instead.query);
                }
                // Whatever comes in its place, the route refuses.
                Some(Err(what)) => {
                    reader.answer(place, &paths, &earlier, &when, status);
                    return Err(what);
                }
                None => {
                    reader.answer(place, &paths, &earlier, &when, status);
                    if is_later {
                        said =
                            Err("an answer after a route with methods, or one that may not act, for the same paths; it comes before that"
                                .to_owned());
                    }
                }
            }
        }
        (None, _, None | Some(200)) => {}
        (_, _, Some(status)) => return Err(format!("the status {status} of a route")),
    }
    if let Some((set, remove)) =
        headers(item.member("headers").unwrap_or(&Value::Null), &join(place, "headers"), reader)
    {
        let mut members: Members = vec![("for", one_or_list(&paths.from), None)];
        if !earlier.is_empty() {
            members.push(("except", one_or_list(&earlier), None));
        }
        if !when.is_empty() {
            members.push(("when", Value::Object(when), None));
        }
        reader.sink.rule("headers", reader.span(place), edits(members, set, remove));
    }
    reader.push(route);
    said
}

/// The target of a rewrite. A fragment is for browsers, which see nothing of one.
fn page_of(spelled: &str) -> Result<String, String> {
    let page = spelled.split('#').next().unwrap_or_default();
    resolved(format!("/{}", target_text(page.trim_start_matches('/'))))
}

/// A path; all below one; or all files with an ending. A page of a folder is also its path without the file.
pub(super) fn patterns(route: &str) -> Result<Paths, String> {
    if route == "*" {
        return Ok(Paths::new(["/*"]));
    }
    // `*.png` is for all folders, as `/*.png` is.
    let rooted = if route.starts_with("*.") { format!("/{route}") } else { route.to_owned() };
    let route = rooted.as_str();
    if !route.starts_with('/') {
        return Err(format!("a route as {route:?}"));
    }
    let Some((before, after)) = route.split_once('*') else {
        let folder = route.strip_suffix("/index.html").filter(|folder| !folder.contains('.'));
        let more = folder.into_iter().flat_map(|folder| [folder.to_owned(), format!("{folder}/")]);
        return Ok(Paths::new(
            [route.to_owned()].into_iter().chain(more).filter(|path| !path.is_empty()).map(|path| literal(&path)),
        ));
    };
    if after.is_empty() {
        let below = format!("{}*", literal(before));
        let bare = before.strip_suffix('/').filter(|bare| !bare.is_empty() && !bare.contains('.'));
        return Ok(Paths::new([Some(below), bare.map(literal)].into_iter().flatten()));
    }
    let endings = after.strip_prefix('.').ok_or("a star before the end of a route")?;
    let endings = endings.strip_prefix('{').and_then(|list| list.strip_suffix('}')).unwrap_or(endings);
    let endings: Vec<&str> = endings.split(',').collect();
    let is_ending =
        |ending: &&str| !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !endings.iter().all(is_ending) {
        return Err(format!("a route as {route:?}"));
    }
    let mut from: Vec<String> = endings.iter().map(|ending| format!("{}*.{ending}", literal(before))).collect();
    if endings.contains(&"html") && !before.contains('.') {
        let before = normalise(before).unwrap_or_else(|| before.to_owned());
        from.push(format!("~^{}[^.]*$", regex_lite::escape(&before)));
    }
    Ok(Paths::new(from))
}

/// The page for what is missing. What is taken out of it is given back, if there is such a page.
fn fallback(value: &Value, reader: &mut Reader<'_>) -> Option<Vec<String>> {
    let place = "navigationFallback";
    let page = text(value, "rewrite")?;
    reader.known(value, place, &["rewrite", "exclude"]);
    if page.starts_with("/api") || split_url(&page).is_some() {
        reader.entry(place, Err("a function of Azure as the page for what is missing".to_owned()));
        return None;
    }
    let mut except = Vec::new();
    if let Some(Value::Array(list)) = value.member("exclude") {
        for (at, excluded) in list.iter().enumerate() {
            let Value::String(excluded) = excluded else { continue };
            match patterns(excluded) {
                Ok(paths) => except.extend(paths.from),
                Err(what) => reader.refuse(&format!("{place}.exclude[{at}]"), &what),
            }
        }
    }
    let to = match page_of(&page) {
        Ok(to) => to,
        Err(what) => {
            reader.entry(place, Err(what));
            return None;
        }
    };
    let mut members: Members = vec![("from", string("/*"), None)];
    if !except.is_empty() {
        members.push(("except", one_or_list(&except), None));
    }
    members.push(("to", Value::String(to), None));
    match reader.options.files.as_deref().map(Existing::new) {
        Some(existing) => {
            let served: Vec<String> = existing.keys().map(pattern_of).collect();
            if !served.is_empty() {
                let pass = vec![
                    ("from", one_or_list(&served), None),
                    ("ignoreTrailingSlash", Value::Bool(true), None),
                    ("pass", Value::Bool(true), None),
                ];
                reader.last("rewrites", place, pass);
            }
        }
        None => members.push(("fallback", Value::Bool(true), None)),
    }
    reader.last("rewrites", place, members);
    reader.entry(place, Ok(()));
    Some(except)
}
