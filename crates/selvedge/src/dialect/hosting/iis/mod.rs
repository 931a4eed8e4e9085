//! IIS: the `system.webServer` of a `web.config`.
//!
//! Documented at <https://learn.microsoft.com/iis/configuration/system.webserver/> and, for rewrites,
//! <https://learn.microsoft.com/iis/extensions/url-rewrite-module/url-rewrite-module-configuration-reference>. What restricts
//! access closes its paths. HTTP.sys makes paths canonical before any module sees them: `%2F`, `%5C` and `\` are slashes there, and runs
//! of slashes are one.

mod condition;
mod guard;
mod map;
mod order;
mod rule;
mod target;

use roxmltree::{Document, Node};

use guard::{guards, handler, is_guard, may_refuse, sourced};

use super::reader::{Paths, Reader, When, resolved, target_text};
use super::xml;
use crate::dialect::pcre::{Pcre, Spelled};
use crate::dialect::route::{Action, literal};
use crate::dialect::sink::string;
use crate::dialect::{Options, Parsed};
use crate::places::Places;
use crate::rules::Value;

/// An element.
pub(super) type Element<'d> = Node<'d, 'd>;

pub(super) fn parse(text: &str, options: &Options) -> Parsed {
    let document = match xml::document(text) {
        Ok(document) => document,
        Err(parsed) => return *parsed,
    };
    let places = places(&document);
    let mut reader = Reader::new(&places, options);
    let root = document.root_element();
    if root.has_tag_name("configuration") {
        configuration(root, &mut reader);
        reader.reads_slashes();
    } else {
        reader.invalid(&place(root), "expected <configuration>");
    }
    reader.finish()
}

fn places(document: &Document<'_>) -> Places {
    let mut places = Places::new();
    for node in document.descendants().filter(Node::is_element) {
        places.insert(place(node), xml::span(node));
    }
    places
}

/// Where an element stands.
fn place(node: Node<'_, '_>) -> String {
    format!("node{}", node.id().get())
}

fn elements<'d>(node: Element<'d>) -> impl Iterator<Item = Element<'d>> {
    node.children().filter(Node::is_element)
}

fn name<'d>(node: Element<'d>) -> &'d str {
    node.tag_name().name()
}

/// An attribute that is `true` or `false`.
fn is(node: Element<'_>, attribute: &str, default: bool) -> bool {
    node.attribute(attribute).map_or(default, |value| value.eq_ignore_ascii_case("true"))
}

/// How the server itself works, or what only an application reads.
const HARMLESS: [&str; 9] = [
    "asp",
    "caching",
    "globalModules",
    "httpCompression",
    "httpTracing",
    "serverRuntime",
    "tracing",
    "urlCompression",
    "validation",
];

fn configuration(root: Element<'_>, reader: &mut Reader<'_>) {
    for section in elements(root) {
        match name(section) {
            "system.webServer" => web_server(section, reader),
            "system.web" => {
                sourced(section, reader);
                guards(section, &Paths::new(["/*"]), reader);
            }
            "location" => location(section, reader),
            _ => {}
        }
    }
}

/// A part of the site with settings of its own.
fn location(node: Element<'_>, reader: &mut Reader<'_>) {
    let path = node.attribute("path").unwrap_or_default().trim_matches('/');
    if matches!(path, "" | ".") {
        return configuration(node, reader);
    }
    let bare = literal(&format!("/{path}"));
    let paths = Paths::new([format!("{bare}/*"), bare]);
    if node.descendants().any(|inside| inside.is_element() && may_refuse(inside)) {
        reader.close(&place(node), paths, When::new());
        return reader
            .entry(&place(node), Err("a location that not everybody may see; its paths are answered 403".to_owned()));
    }
    reader.entry(&place(node), Err("settings for a part of the site".to_owned()));
}

fn web_server(section: Element<'_>, reader: &mut Reader<'_>) {
    sourced(section, reader);
    for part in elements(section) {
        match name(part) {
            "rewrite" => rule::rewrite(part, reader),
            "httpRedirect" if is(part, "enabled", false) => {
                let taken = redirect_all(part, reader);
                reader.entry(&place(part), taken);
            }
            "httpRedirect" => {}
            "httpProtocol" => each(part, "customHeaders", reader, header),
            "staticContent" => each(section, "staticContent", reader, static_content),
            "httpErrors" => each(section, "httpErrors", reader, error_page),
            "defaultDocument" => default_document(part, reader),
            "security" => security(part, reader),
            "directoryBrowse" if !is(part, "enabled", true) => {}
            other if HARMLESS.contains(&other) => {}
            "handlers" => elements(part).for_each(|item| handler(item, reader)),
            // Static files have no need of them.
            "modules" => {}
            other => reader.entry(&place(part), Err(format!("<{other}>"))),
        }
    }
}

fn each(
    section: Element<'_>,
    inside: &str,
    reader: &mut Reader<'_>,
    read: fn(Element<'_>, &mut Reader<'_>) -> Result<(), String>,
) {
    for list in elements(section).filter(|list| name(*list) == inside) {
        for item in elements(list) {
            let taken = read(item, reader);
            reader.entry(&place(item), taken);
        }
    }
}

fn redirect_all(node: Element<'_>, reader: &mut Reader<'_>) -> Result<(), String> {
    let to = node.attribute("destination").unwrap_or_default();
    if elements(node).next().is_some() || to.contains('$') || is(node, "childOnly", false) {
        return Err("such an httpRedirect".to_owned());
    }
    let status = match node.attribute("httpResponseStatus") {
        None | Some("Found") => 302,
        Some("Permanent") => 301,
        Some("Temporary") => 307,
        Some("PermRedirect") => 308,
        Some(other) => return Err(format!("the status {other:?}")),
    };
    let to = target_text(to);
    let to = if is(node, "exactDestination", false) { to } else { format!("{}/{{splat}}", to.trim_end_matches('/')) };
    let mut route = reader.route(&place(node), Paths::new(["/*"]), target::absolute(&resolved(to)?)?, When::new());
    (route.action, route.status) = (Action::Redirect, status);
    reader.push(route);
    Ok(())
}

fn header(item: Element<'_>, reader: &mut Reader<'_>) -> Result<(), String> {
    let of = |attribute: &str| item.attribute(attribute).unwrap_or_default();
    let edit = match name(item) {
        "add" => {
            let value = of("value").replace('{', "{{").replace('}', "}}");
            ("set", Value::Object(vec![(of("name").to_owned(), string(value))]))
        }
        "remove" => ("remove", Value::Array(vec![string(of("name"))])),
        "clear" => return Ok(()),
        other => return Err(format!("<{other}>")),
    };
    reader.sink.rule("headers", reader.span(&place(item)), vec![(edit.0, edit.1, None)]);
    Ok(())
}

fn static_content(item: Element<'_>, reader: &mut Reader<'_>) -> Result<(), String> {
    let of = |attribute: &str| item.attribute(attribute).unwrap_or_default();
    let set = |name: &str, value: String| Value::Object(vec![(name.to_owned(), Value::String(value))]);
    let members = match name(item) {
        "mimeMap" => {
            let ending = of("fileExtension");
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
            if !ending.starts_with('.') || !ending.bytes().all(is_plain) {
                return Err(format!("the type of {ending:?}"));
            }
            if ending == "." {
                return plain_names(item, of("mimeType"), reader);
            }
            vec![
                ("for", string(format!("*{ending}")), None),
                ("set", set("Content-Type", of("mimeType").to_owned()), None),
            ]
        }
        "clientCache" => match of("cacheControlMode") {
            "UseMaxAge" => {
                let age = seconds(of("cacheControlMaxAge")).ok_or("such a cacheControlMaxAge")?;
                vec![("default", set("Cache-Control", format!("max-age={age}")), None)]
            }
            "DisableCache" => vec![("default", set("Cache-Control", "no-cache".to_owned()), None)],
            "" | "NoControl" => return Ok(()),
            other => return Err(format!("the cacheControlMode {other:?}")),
        },
        // Of a type that a server above has.
        "remove" | "clear" => return Ok(()),
        other => return Err(format!("<{other}>")),
    };
    reader.last("headers", &place(item), members);
    Ok(())
}

/// The type of files whose names have no dot. A page may be served under such a name, and has its own: only what says nothing
/// useful is replaced.
fn plain_names(item: Element<'_>, media: &str, reader: &mut Reader<'_>) -> Result<(), String> {
    let from = || ("for", Value::Object(vec![("regex".to_owned(), string("/[^./]+$"))]), None);
    let set = || Value::Object(vec![("Content-Type".to_owned(), string(media))]);
    let unknown = Value::Array(["application/octet-stream", "binary/octet-stream"].map(string).to_vec());
    let when = Value::Object(vec![("contentType".to_owned(), unknown)]);
    reader.last("headers", &place(item), vec![from(), ("default", set(), None)]);
    reader.last("headers", &place(item), vec![from(), ("when", when, None), ("set", set(), None)]);
    Ok(())
}

/// `7.12:30:00`: days, hours, minutes, seconds.
fn seconds(time: &str) -> Option<u64> {
    let (days, time) = time.split_once('.').unwrap_or(("0", time));
    let parts: Option<Vec<u64>> = time.split(':').map(|part| part.parse().ok().filter(|part| *part < 60)).collect();
    let [hours, minutes, seconds] = parts?.try_into().ok()?;
    let days: u32 = days.parse().ok()?;
    Some(u64::from(days) * 86_400 + hours * 3_600 + minutes * 60 + seconds)
}

fn error_page(item: Element<'_>, reader: &mut Reader<'_>) -> Result<(), String> {
    let of = |attribute: &str| item.attribute(attribute).unwrap_or_default();
    match (name(item), of("statusCode")) {
        ("remove" | "clear", _) => return Ok(()),
        ("error", "404") => {}
        ("error", status) => return Err(format!("a page for {status}")),
        (other, _) => return Err(format!("<{other}>")),
    }
    if item.attribute("subStatusCode").is_some_and(|code| code != "-1") {
        return Err("a page for a part of the errors 404".to_owned());
    }
    let to = target::absolute(&resolved(target_text(&of("path").replace('\\', "/")))?)?;
    let fallback = ("fallback", Value::Bool(true), None);
    let (from, to) = (("from", string("/*"), None), ("to", Value::String(to), None));
    if of("responseMode") == "Redirect" {
        let status = ("status", Value::Number(302.0), None);
        reader.last("redirects", &place(item), vec![from, to, status, fallback]);
    } else {
        let status = ("status", Value::Number(404.0), None);
        reader.last("rewrites", &place(item), vec![from, to, status, fallback]);
    }
    Ok(())
}

fn default_document(part: Element<'_>, reader: &mut Reader<'_>) {
    let names = part.descendants().filter(|node| node.has_tag_name("add"));
    let first = names.filter_map(|node| node.attribute("value")).next();
    if let Some(first) = first.filter(|first| is(part, "enabled", true) && !first.contains('/')) {
        reader.sink.setting("html", Value::Object(vec![("index".to_owned(), string(first))]));
    }
    reader.entry(&place(part), Ok(()));
}

fn security(part: Element<'_>, reader: &mut Reader<'_>) {
    guards(part, &Paths::new(["/*"]), reader);
    for filtering in elements(part).filter(|node| !is_guard(*node)) {
        if name(filtering) != "requestFiltering" {
            reader.entry(&place(filtering), Err(format!("<{}>", name(filtering))));
            continue;
        }
        for list in elements(filtering) {
            // What is refused by a query or a header may be any path.
            if matches!(name(list), "filteringRules" | "denyQueryStringSequences") && may_refuse(list) {
                reader.close_all(&place(list), Paths::new(["/*"]), When::new());
                reader.entry(&place(list), Err(format!("<{}>; the paths are answered 403", name(list))));
                continue;
            }
            for item in elements(list) {
                let taken = filter(name(list), item, reader);
                reader.entry(&place(item), taken);
            }
            if !is(list, "allowUnlisted", true) {
                let taken = unlisted(list, reader);
                reader.entry(&place(list), taken);
            } else if elements(list).next().is_none() {
                reader.entry(&place(list), Err(format!("<{}>", name(list))));
            }
        }
    }
}

/// Requests that are answered 404, whatever is there.
fn filter(list: &str, item: Element<'_>, reader: &mut Reader<'_>) -> Result<(), String> {
    let of = |attribute: &str| regex_lite::escape(&item.attribute(attribute).unwrap_or_default().replace('\\', "/"));
    let expression = match (list, name(item)) {
        (_, "remove" | "clear") => return Ok(()),
        ("fileExtensions" | "verbs", "add") if is(item, "allowed", true) => return Ok(()),
        ("hiddenSegments", "add") => format!("/{}(?:/|$)", of("segment")),
        ("denyUrlSequences", "add") => of("sequence"),
        ("fileExtensions", "add") => format!("{}(?:/|$)", of("fileExtension")),
        ("verbs", "add") => {
            let when =
                vec![("method".to_owned(), Value::Array(vec![string(item.attribute("verb").unwrap_or_default())]))];
            reader.answer(&place(item), &Paths::new(["/*"]), &[], &when, 404);
            return Ok(());
        }
        _ => return Err(format!("<{list}>")),
    };
    let found = Pcre::new(&expression, true)?.path("")?;
    let mut paths = Paths::new(found.patterns.iter().map(Spelled::text));
    if found.fold {
        paths.more.push(("ignoreCase", Value::Bool(true)));
    }
    reader.answer(&place(item), &paths, &[], &When::new(), 404);
    Ok(())
}

/// What a list does not name is answered 404 as well.
fn unlisted(list: Element<'_>, reader: &mut Reader<'_>) -> Result<(), String> {
    let allowed = elements(list).filter(|item| name(*item) == "add" && is(*item, "allowed", true));
    let named = |attribute: &'static str| allowed.filter_map(move |item| item.attribute(attribute));
    let (mut except, mut when) = (Vec::new(), When::new());
    match name(list) {
        "fileExtensions" => except.extend(named("fileExtension").map(|ending| match ending {
            // Names without a dot.
            "." => "~/[^./]*$".to_owned(),
            ending => format!("~(?i){}$", regex_lite::escape(ending)),
        })),
        "verbs" => {
            let methods: Vec<Value> = named("verb").map(string).collect();
            if !methods.is_empty() {
                let listed = Value::Object(vec![("method".to_owned(), Value::Array(methods))]);
                when.push(("not".to_owned(), listed));
            }
        }
        other => return Err(format!("<{other}>")),
    }
    reader.answer(&place(list), &Paths::new(["/*"]), &except, &when, 404);
    Ok(())
}
