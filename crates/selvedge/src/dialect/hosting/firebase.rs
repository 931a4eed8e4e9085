//! Firebase Hosting: the part `hosting` of a `firebase.json`.
//!
//! Documented at <https://firebase.google.com/docs/hosting/full-config>. Redirects come first, then a file that is there, then
//! rewrites, then the site's 404.html. Headers are of all entries that fit.

use super::glob;
use super::reader::{Paths, Reader, resolved, target_text, text};
use crate::dialect::line::split_url;
use crate::dialect::pcre::{Pcre, Spelled};
use crate::dialect::route::{Action, one_or_list};
use crate::dialect::sink::{Members, string};
use crate::dialect::{Capture, Matched, Names, Source, template};
use crate::rules::Value;

/// How the site is built and deployed.
const APART: [&str; 10] = [
    "$schema",
    "appAssociation",
    "frameworksBackend",
    "ignore",
    "postdeploy",
    "predeploy",
    "public",
    "site",
    "source",
    "target",
];

pub(super) fn read(file: &Value, reader: &mut Reader<'_>) {
    let (hosting, place) = match file.member("hosting") {
        Some(Value::Array(sites)) => match sites.as_slice() {
            [only] => (only, "hosting[0]."),
            _ => return reader.invalid("hosting", "several sites: put the one of these rules into a file of its own"),
        },
        Some(hosting) => (hosting, "hosting."),
        None => (file, ""),
    };
    let Value::Object(members) = hosting else { return reader.invalid("hosting", "expected an object") };
    let is_set = |name: &str| hosting.member(name) == Some(&Value::Bool(true));
    for (name, value) in members.iter().filter(|(_, value)| *value != Value::Null) {
        let at = format!("{place}{name}");
        match name.as_str() {
            "redirects" => each(value, &at, reader, redirect),
            "cleanUrls" if matches!(value, Value::Bool(_)) => reader.entry(&at, Ok(())),
            "trailingSlash" if matches!(value, Value::Bool(_)) => reader.entry(&at, Ok(())),
            "rewrites" | "headers" => {}
            name if APART.contains(&name) => {}
            // Of a file without "hosting": what else a project has.
            _ if place.is_empty() && !["i18n", "cleanUrls", "trailingSlash"].contains(&name.as_str()) => {}
            name => reader.entry(&at, Err(format!("{name:?}"))),
        }
    }
    let slash = match hosting.member("trailingSlash") {
        Some(Value::Bool(slash)) => Some(*slash),
        _ => None,
    };
    addresses(is_set("cleanUrls"), slash, &format!("{place}cleanUrls"), reader);
    let null = Value::Null;
    each(hosting.member("rewrites").unwrap_or(&null), &format!("{place}rewrites"), reader, rewrite);
    each(hosting.member("headers").unwrap_or(&null), &format!("{place}headers"), reader, headers);
    let members = vec![
        ("from", string("/*"), None),
        ("to", string("/404.html"), None),
        ("status", Value::Number(404.0), None),
        ("fallback", Value::Bool(true), None),
    ];
    reader.last("rewrites", place.trim_end_matches('.'), members);
    reader.sink.setting("slashes", string("merge"));
}

fn each(
    list: &Value,
    place: &str,
    reader: &mut Reader<'_>,
    read: fn(&Value, &str, &mut Reader<'_>) -> Result<(), String>,
) {
    match list {
        Value::Array(list) => {
            for (at, item) in list.iter().enumerate() {
                let place = format!("{place}[{at}]");
                let taken = read(item, &place, reader);
                reader.entry(&place, taken);
            }
        }
        Value::Null => {}
        _ => reader.invalid(place, "expected a list"),
    }
}

/// Addresses without `.html`, and with or without a slash at their end.
fn addresses(clean: bool, slash: Option<bool>, place: &str, reader: &mut Reader<'_>) {
    let mut html = Vec::new();
    if clean {
        let end = if slash == Some(true) { "/" } else { "" };
        for (from, to) in [
            ("/index.html", "/".to_owned()),
            ("/*/index.html", format!("/{{splat}}{end}")),
            ("/*.html", format!("/{{splat}}{end}")),
        ] {
            let mut route = reader.route(place, Paths::new([from]), to, Vec::new());
            (route.action, route.status) = (Action::Redirect, 301);
            reader.push(route);
        }
        html.push(("index".to_owned(), string("index.html")));
        html.push(("clean".to_owned(), string("file")));
    }
    if let Some(slash) = slash {
        html.push(("trailingSlash".to_owned(), string(if slash { "add" } else { "remove" })));
    }
    if !html.is_empty() {
        reader.sink.setting("html", Value::Object(html));
    }
}

/// What an entry is for, and what its target may name.
fn source(item: &Value, captures: bool) -> Result<(Paths, Vec<Capture>), String> {
    let glob = text(item, "source").or_else(|| text(item, "glob"));
    match (glob, text(item, "regex")) {
        (Some(_), Some(_)) => Err("an entry with \"source\" and \"regex\"".to_owned()),
        (Some(source), None) if captures && is_named(&source) => named(&source),
        (Some(glob), None) => Ok((glob::paths(&glob)?, Vec::new())),
        (None, Some(regex)) => {
            let pcre = Pcre::new(&regex, false)?;
            let pattern = pcre.path("")?;
            let from = pattern.patterns.into_iter().map(|pattern| match pattern {
                Spelled::Path(path) => path,
                Spelled::Regex(regex) => format!("~{regex}"),
            });
            let mut paths = Paths::new(from);
            if pattern.fold {
                paths.more.push(("ignoreCase", Value::Bool(true)));
            }
            let bare = |group: &String| group.trim_matches(['{', '}']).to_owned();
            let numbered = pattern.captures.iter().zip(1..);
            let mut captures: Vec<Capture> = numbered
                .map(|(group, number): (&String, usize)| Capture {
                    name: Some(number.to_string()),
                    reference: bare(group),
                })
                .collect();
            captures.extend(pcre.names.iter().filter_map(|(name, number)| {
                let group = pattern.captures.get(number.checked_sub(1)?)?;
                Some(Capture { name: Some(name.clone()), reference: bare(group) })
            }));
            Ok((paths, captures))
        }
        (None, None) => Err("an entry without \"source\"".to_owned()),
    }
}

/// Whether a source has `:name`.
fn is_named(source: &str) -> bool {
    let mut rest = source;
    while let Some((_, after)) = rest.split_once(':') {
        if after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return true;
        }
        rest = after;
    }
    false
}

/// `/blog/:year/:rest*`, which neither case nor a slash at the end matters to.
fn named(source: &str) -> Result<(Paths, Vec<Capture>), String> {
    let source = if source.starts_with('/') { source.to_owned() } else { format!("/{source}") };
    let matched = Source::parse(&source)?.matched(false)?;
    let [Matched { from, except: None, captures, .. }] = matched.as_slice() else {
        return Err(format!("a source as {source:?}"));
    };
    let either = ["ignoreCase", "ignoreTrailingSlash"].map(|name| (name, Value::Bool(true)));
    let from = match (from, from.member("regex")) {
        (Value::String(pattern), _) => pattern.clone(),
        (_, Some(Value::String(regex))) => format!("~{}/?$", regex.trim_end_matches('$')),
        _ => return Err(format!("a source as {source:?}")),
    };
    Ok((Paths { from: vec![from], more: either.into() }, captures.clone()))
}

/// What a path and its target are without a last segment that may be missing: `/old/:rest*` to `/new/:rest*` leads `/old` to `/new`.
fn without_the_last<'t>(source: &'t str, destination: &'t str) -> Option<(&'t str, &'t str)> {
    let (path, name) = source.rsplit_once("/:")?;
    let (target, same) = destination.rsplit_once("/:")?;
    (!path.is_empty() && name == same && name.ends_with(['?', '*'])).then_some((path, target))
}

/// A name in a destination may have the mark of the source's; at its end, or before a slash, it does not begin a query.
fn without_marks(destination: &str) -> String {
    let mut segments = destination.split('/').map(|segment| match segment.strip_suffix('?') {
        Some(name) if name.starts_with(':') => name,
        _ => segment,
    });
    let first = segments.next().unwrap_or_default().to_owned();
    segments.fold(first, |so_far, segment| so_far + "/" + segment)
}

fn redirect(item: &Value, place: &str, reader: &mut Reader<'_>) -> Result<(), String> {
    reader.known(item, place, &["source", "glob", "regex", "destination", "type"]);
    let destination = text(item, "destination").ok_or("a redirect without \"destination\"")?;
    let spelled = text(item, "source").or_else(|| text(item, "glob")).unwrap_or_default();
    if let Some((path, target)) = without_the_last(&spelled, &destination) {
        let whole = ["source", "glob", "destination"];
        let mut shorter = vec![("source".to_owned(), string(path)), ("destination".to_owned(), string(target))];
        if let Value::Object(members) = item {
            shorter.extend(members.iter().filter(|(name, _)| !whole.contains(&name.as_str())).cloned());
        }
        redirect(&Value::Object(shorter), place, reader)?;
    }
    let destination = without_marks(&destination);
    let (paths, captures) = source(item, true)?;
    let to = match template(&destination, &Names { captures: &captures, facts: &[] }, true) {
        Ok((to, _)) => resolved(to)?,
        Err(what) => return Err(format!("a destination as {destination:?}: {what}")),
    };
    if !to.starts_with('/') && split_url(&to).is_none() {
        return Err(format!("a redirect to {destination:?}"));
    }
    let status = text(item, "type").map_or(Ok(301), |status| status.parse::<u16>());
    let Ok(status @ (301 | 302 | 303 | 307 | 308)) = status else { return Err("such a type of a redirect".to_owned()) };
    let mut route = reader.route(place, paths, to, Vec::new());
    route.query = destination.contains('?').then(|| string("merge"));
    (route.action, route.status) = (Action::Redirect, status);
    reader.push(route);
    Ok(())
}

fn rewrite(item: &Value, place: &str, reader: &mut Reader<'_>) -> Result<(), String> {
    let (paths, _) = source(item, false)?;
    let Some(destination) = text(item, "destination").filter(|to| split_url(to).is_none()) else {
        // No later entry takes its paths.
        let route = reader.route(place, paths, String::new(), Vec::new());
        reader.push(route);
        return Err("a rewrite but to a file of the site".to_owned());
    };
    reader.known(item, place, &["source", "glob", "regex", "destination"]);
    let to = resolved(format!("/{}", target_text(destination.trim_start_matches('/'))))?;
    let mut route = reader.route(place, paths, to, Vec::new());
    (route.action, route.yields) = (Action::Rewrite, true);
    reader.push(route);
    Ok(())
}

fn headers(item: &Value, place: &str, reader: &mut Reader<'_>) -> Result<(), String> {
    reader.known(item, place, &["source", "glob", "regex", "headers"]);
    let (paths, _) = source(item, false)?;
    let Some(Value::Array(list)) = item.member("headers") else {
        return Err("an entry without \"headers\"".to_owned());
    };
    let mut set: Vec<(String, Value)> = Vec::new();
    for header in list {
        let (Some(key), Some(value)) = (text(header, "key"), text(header, "value")) else {
            return Err("a header but as { \"key\": text, \"value\": text }".to_owned());
        };
        set.retain(|(other, _)| !other.eq_ignore_ascii_case(&key));
        set.push((key, string(value.replace('{', "{{").replace('}', "}}"))));
    }
    let mut members: Members = vec![("for", one_or_list(&paths.from), None)];
    members.extend(paths.more.into_iter().map(|(name, value)| (name, value, None)));
    members.push(("set", Value::Object(set), None));
    reader.sink.rule("headers", reader.span(place), members);
    Ok(())
}
