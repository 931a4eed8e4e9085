//! `try_files` and `uri strip_prefix`, as `caddy adapt` writes them.

use super::{Around, CLOSED, close, is_quiet, is_refusal, refuses};
use crate::dialect::hosting::reader::{Paths, Reader, target_text, text};
use crate::dialect::route::{Action, Mapping, folded, is_exact, literal};
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

/// The files of a path itself.
const OF_PATH: [&str; 3] =
    ["{http.request.uri.path}", "{http.request.uri.path}/", "{http.request.uri.path}/index.html"];

/// Serves a page where the path has no file. `later` are the routes that look at the page after it.
pub(super) fn try_files(
    files: &[Value],
    place: &str,
    own: &Around,
    later: &[Value],
    reader: &mut Reader<'_>,
) -> Result<(), String> {
    let names: Vec<&str> = files.iter().map(name_of).collect();
    let taken = page(&names, place, own, later, reader);
    let refused = |patterns: Vec<String>| {
        let refused = Taken::new(patterns.iter().map(String::as_str));
        names.iter().any(|name| !OF_PATH.contains(name) && refused.takes(name))
    };
    match taken {
        // Without it the path itself would come out of what a later route refuses.
        Err(what) if later.iter().filter(|route| refuses(route)).any(|it| paths_of(it).is_none_or(refused)) => {
            close(place, own, reader);
            Err(format!("{what}, and a later route refuses; {CLOSED}"))
        }
        taken => taken,
    }
}

/// What is no text may be any file.
fn name_of(file: &Value) -> &str {
    if let Value::String(name) = file { name } else { "{}" }
}

fn page(names: &[&str], place: &str, own: &Around, later: &[Value], reader: &mut Reader<'_>) -> Result<(), String> {
    let (last, own_files) = names.split_last().ok_or("try_files without files")?;
    if !own_files.iter().all(|name| OF_PATH.contains(name)) || own_files.is_empty() {
        return Err("other files of try_files than that of the path: write \"html\"".to_owned());
    }
    if !own_files.iter().any(|name| *name != "{http.request.uri.path}") {
        let message = "a folder's own page is served as well, which {path} alone leaves out";
        reader.sink.note("changed-meaning", reader.span(place), message, "nothing, if that does not matter");
    }
    if OF_PATH.contains(last) {
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
        return Err("try_files whose page later routes look at".to_owned());
    }
    if own.stripped.is_some() {
        return Err("try_files after a prefix is taken off the path".to_owned());
    }
    let mut paths = own.paths();
    // A later route sees a path that has a file, and the page in the place of one that has none: rules that act at once see both.
    let mine = Taken::new(paths.from.iter().map(String::as_str));
    let leads = |route: &&Value| !is_guard(route);
    if later.iter().filter(leads).flat_map(|route| paths_of(route).unwrap_or_default()).any(|path| mine.meets(&path)) {
        return Err("try_files before a route that answers some of its paths".to_owned());
    }
    // A rule for one path would be taken for one that has no file there.
    for path in paths.from.iter_mut().filter(|path| is_exact(path)) {
        *path = folded(path);
    }
    let mut route = reader.route(place, paths, target_text(last), own.when.clone());
    (route.action, route.yields) = (Action::Rewrite, true);
    reader.push(route);
    Ok(())
}

/// Whether all that a route does is to keep requests out, whether or not there is a file.
fn is_guard(route: &Value) -> bool {
    let Some(Value::Array(handlers)) = route.member("handle") else { return false };
    handlers.iter().all(|handler| match handler.member("routes") {
        Some(Value::Array(routes)) => routes.iter().all(is_guard),
        _ => is_refusal(handler),
    })
}

/// The paths that a route may answer otherwise than by the file; `None` where these may be all.
fn paths_of(route: &Value) -> Option<Vec<String>> {
    if is_quiet(route, false) {
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
