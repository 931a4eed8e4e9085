//! What keeps people out of a site of IIS and is not a rule: sections of permissions, handlers that refuse, and sections that
//! stand in another file.

use super::{Element, HARMLESS, elements, is, name, place};
use crate::dialect::hosting::reader::{Paths, Reader, When};
use crate::dialect::pcre::{Pcre, Spelled};
use crate::dialect::sink::string;
use crate::rules::Value;

/// What decides who may come in.
const GUARDS: [&str; 5] = ["authorization", "authentication", "dynamicIpSecurity", "ipSecurity", "access"];

/// Sections that may keep requests out, whatever is in them.
const MAY_GUARD: [&str; 7] =
    ["globalRules", "handlers", "httpHandlers", "modules", "requestFiltering", "rules", "isapiCgiRestriction"];

pub(super) fn is_guard(node: Element<'_>) -> bool {
    GUARDS.contains(&name(node))
}

/// Closes what not everybody may see.
pub(super) fn guards(section: Element<'_>, paths: &Paths, reader: &mut Reader<'_>) {
    for guard in elements(section).filter(|guard| is_guard(*guard)) {
        if !restricts(guard) || guard.attribute("configSource").is_some() {
            continue;
        }
        reader.close(&place(guard), paths.clone(), When::new());
        reader.entry(&place(guard), Err(format!("<{}>; the paths are answered 403", name(guard))));
    }
}

/// Whether a guard keeps anybody out. What is not known to let everybody in does.
fn restricts(guard: Element<'_>) -> bool {
    let everybody = |user: Element<'_>| {
        let is_allowed = name(user) == "allow" || user.attribute("accessType") == Some("Allow");
        is_allowed && user.attribute("users") == Some("*") || name(user) == "clear"
    };
    let mut inside = elements(guard);
    match name(guard) {
        "authorization" => !inside.all(everybody),
        // How users are known, unless nobody may be unknown.
        "authentication" => inside.any(|way| {
            let on = is(way, "enabled", true);
            if name(way) == "anonymousAuthentication" { !on } else { on && name(way) != "forms" }
        }),
        // Without one of these it only counts.
        "dynamicIpSecurity" => inside.any(|way| is(way, "enabled", false)),
        _ => true,
    }
}

/// Whether an element keeps anybody out, or may.
pub(super) fn may_refuse(node: Element<'_>) -> bool {
    let lists = ["hiddenSegments", "denyUrlSequences", "denyQueryStringSequences", "filteringRules"];
    let has_source = node.attribute("configSource").is_some();
    match name(node) {
        _ if is_guard(node) => true,
        name if MAY_GUARD.contains(&name) && has_source => true,
        "add" => {
            refused(node).is_some() || node.attribute("allowed").is_some_and(|it| it.eq_ignore_ascii_case("false"))
        }
        "action" => matches!(node.attribute("type"), Some("AbortRequest" | "CustomResponse")),
        name if lists.contains(&name) => elements(node).any(|item| !matches!(super::name(item), "remove" | "clear")),
        _ => !is(node, "allowUnlisted", true),
    }
}

/// Sections that are in another file (<https://learn.microsoft.com/dotnet/framework/configure-apps/file-schema/>,
/// `configSource`), which nobody reads here: what may keep people out closes all paths.
pub(super) fn sourced(section: Element<'_>, reader: &mut Reader<'_>) {
    let is_own = |node: &Element<'_>| node.is_element() && node.attribute("configSource").is_some();
    for node in section.descendants().filter(is_own) {
        let what = format!("<{}> of another file, which is not read", name(node));
        if is_guard(node) || MAY_GUARD.contains(&name(node)) {
            reader.close_all(&place(node), Paths::new(["/*"]), When::new());
            let what = format!("{what}: it may keep requests out, and the paths are answered 403");
            reader.entry(&place(node), Err(what));
        } else if section.has_tag_name("system.webServer") && !HARMLESS.contains(&name(node)) {
            reader.entry(&place(node), Err(what));
        }
    }
}

/// What a handler answers that only refuses.
fn refused(handler: Element<'_>) -> Option<u16> {
    let kind = handler.attribute("type")?.split(',').next()?.trim().rsplit('.').next()?;
    match kind {
        "HttpNotFoundHandler" => Some(404),
        "HttpForbiddenHandler" => Some(403),
        "HttpMethodNotAllowedHandler" => Some(405),
        _ => None,
    }
}

/// A handler that refuses what it is for, such as that which keeps the views of an application in.
pub(super) fn handler(item: Element<'_>, reader: &mut Reader<'_>) {
    let Some(status) = refused(item).filter(|_| name(item) == "add") else { return };
    let mut when = When::new();
    let verbs: Vec<Value> = item.attribute("verb").unwrap_or("*").split(',').map(|verb| string(verb.trim())).collect();
    if !verbs.contains(&string("*")) {
        when.push(("method".to_owned(), Value::Array(verbs)));
    }
    let paths: Result<Vec<String>, String> = item.attribute("path").unwrap_or("*").split(',').map(named).collect();
    let taken = match paths {
        Ok(paths) => {
            reader.answer(&place(item), &Paths::new(paths), &[], &when, status);
            Ok(())
        }
        Err(what) => {
            reader.close_all(&place(item), Paths::new(["/*"]), when);
            Err(format!("{what}; all paths are answered 403"))
        }
    };
    reader.entry(&place(item), taken);
}

/// The patterns of the path of a handler: a name at any depth with `*` and `?`, or a path below the site.
fn named(path: &str) -> Result<String, String> {
    let path = path.trim().trim_start_matches('/');
    if path == "*" {
        return Ok("/*".to_owned());
    }
    let expression = regex_lite::escape(path).replace("\\*", ".*").replace("\\?", ".");
    let begin = if path.contains('/') { "^/" } else { "/" };
    let found = Pcre::new(&format!("{begin}{expression}(?:/|$)"), true)?.path("")?;
    match found.patterns.as_slice() {
        [Spelled::Regex(regex)] => Ok(format!("~{regex}")),
        _ => Err(format!("a handler for {path:?}")),
    }
}
