//! `try_files` and `uri strip_prefix`, as `caddy adapt` writes them.

use super::{Around, close, refuses};
use crate::dialect::hosting::reader::{Paths, Reader, target_text, text};
use crate::dialect::route::{Action, Mapping, literal};
use crate::dialect::taken::Taken;
use crate::rules::Value;
use selvedge_plan::path::has_dots;

/// The files that a route looks for by `try_files`, of which it serves the first that exists.
pub(super) fn tried(route: &Value) -> Option<&[Value]> {
    let (Some(Value::Array(sets)), Some(Value::Array(handlers))) = (route.member("match"), route.member("handle"))
    else {
        return None;
    };
    let ([Value::Object(set)], [handler]) = (sets.as_slice(), handlers.as_slice()) else { return None };
    let [(name, file)] = set.as_slice() else { return None };
    let serves = text(handler, "handler").as_deref() == Some("rewrite")
        && text(handler, "uri").as_deref() == Some("{http.matchers.file.relative}");
    // Programs have their files split.
    let is_plain = matches!(file, Value::Object(members) if members.len() == 1);
    match file.member("try_files") {
        Some(Value::Array(files)) if name == "file" && serves && is_plain => Some(files),
        _ => None,
    }
}

/// Serves a page where the path has no file. `later` are the routes that look at the page after it.
pub(super) fn try_files(
    files: &[Value],
    place: &str,
    own: &Around,
    later: &[Value],
    reader: &mut Reader<'_>,
) -> Result<(), String> {
    let names: Option<Vec<&str>> =
        files.iter().map(|file| if let Value::String(name) = file { Some(name.as_str()) } else { None }).collect();
    let names = names.ok_or("such files")?;
    let (last, own_files) = names.split_last().ok_or("try_files without files")?;
    let of_path = ["{http.request.uri.path}", "{http.request.uri.path}/", "{http.request.uri.path}/index.html"];
    if !own_files.iter().all(|name| of_path.contains(name)) || own_files.is_empty() {
        return Err("other files of try_files than that of the path: write \"html\"".to_owned());
    }
    if !own_files.iter().any(|name| *name != "{http.request.uri.path}") {
        let message = "a folder's own page is served as well, which {path} alone leaves out";
        reader.sink.note("changed-meaning", reader.span(place), message, "nothing, if that does not matter");
    }
    if of_path.contains(last) {
        return Ok(());
    }
    let acts: Option<Vec<String>> = later.iter().map(paths_of).collect::<Option<Vec<_>>>().map(|all| all.concat());
    if *last == "=404" {
        return match acts.is_some_and(|patterns| patterns.is_empty()) {
            true => Ok(()),
            false => Err("try_files with =404 before routes that answer".to_owned()),
        };
    }
    if !last.starts_with('/') || last.contains(['{', '*', '\\']) || has_dots(last.as_bytes()) {
        return Err(format!("try_files that end with {last:?}"));
    }
    let is_taken = |patterns: Vec<String>| Taken::new(patterns.iter().map(String::as_str)).takes(last);
    if acts.is_none_or(is_taken) {
        let what = "try_files whose page later routes look at";
        if !later.iter().filter(|route| refuses(route)).any(|route| paths_of(route).is_none_or(is_taken)) {
            return Err(what.to_owned());
        }
        // Without it the path itself would come out.
        close(place, own, reader);
        return Err(format!("{what}, and one of them refuses; the paths are answered 403"));
    }
    if own.stripped.is_some() {
        return Err("try_files after a prefix is taken off the path".to_owned());
    }
    let mut route = reader.route(place, own.paths(), target_text(last), own.when.clone());
    (route.action, route.yields) = (Action::Rewrite, true);
    reader.push(route);
    Ok(())
}

/// The paths that a route may answer otherwise than by the file; `None` where these may be all.
fn paths_of(route: &Value) -> Option<Vec<String>> {
    let Some(Value::Array(handlers)) = route.member("handle") else { return Some(Vec::new()) };
    let quiet = ["encode", "file_server", "headers", "log_append", "request_body", "tracing", "vars"];
    if handlers.iter().all(|handler| text(handler, "handler").is_some_and(|name| quiet.contains(&name.as_str()))) {
        return Some(Vec::new());
    }
    let Some(Value::Array(sets)) = route.member("match") else { return None };
    let mut all = Vec::new();
    for set in sets {
        let Some(Value::Array(paths)) = set.member("path") else { return None };
        for path in paths {
            let Value::String(path) = path else { return None };
            let (begin, end) = path.split_once('*').map_or((path.as_str(), ""), |(begin, _)| (begin, "*"));
            all.push(format!("{}{end}", literal(begin)));
        }
    }
    // Of a star at the beginning it is not known here what it is for.
    all.iter().all(|path| path.starts_with('/')).then_some(all)
}

/// Takes a prefix off the paths below it.
pub(super) fn strip(prefix: &str, place: &str, own: &Around, reader: &mut Reader<'_>) -> Result<(), String> {
    let bare = prefix.trim_end_matches('/');
    let is_plain = bare.starts_with('/') && !bare.contains(['{', '*', '%', '\\']) && !own.when_or_except();
    if !is_plain || own.paths.as_ref().is_some_and(|paths| *paths != [format!("{bare}/*")]) {
        return Err("a prefix that is taken off the path".to_owned());
    }
    let below = Paths { from: vec![format!("{}/*", literal(bare))], ..own.paths() };
    let mut route = reader.route(place, below, "/{splat}".to_owned(), own.when.clone());
    route.action = Action::Rewrite;
    if own.paths.is_none() {
        route.mappings.insert(0, Mapping { from: vec![literal(bare)], to: "/".to_owned() });
        let message = "only whole segments are taken off, as of /a/b, and not of /ab";
        reader.sink.note("changed-meaning", reader.span(place), message, "nothing, if that does not matter");
    }
    reader.push(route);
    Ok(())
}
