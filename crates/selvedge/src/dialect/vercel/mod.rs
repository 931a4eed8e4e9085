//! `vercel.json`: redirects, rewrites, headers, `cleanUrls` and `trailingSlash`.
//!
//! Documented at <https://vercel.com/docs/project-configuration>. Vercel takes the slash and the clean address first, then
//! redirects, then headers, then a file that is there, then rewrites; sources ignore case.

mod condition;
mod earlier;
mod entry;
mod order;
mod refused;
mod route_parts;
mod route_paths;
mod routes;
mod rules;
mod settings;
mod source;
mod target;
mod viewer;

use super::sink::{Sink, string};
use super::{Options, Parsed, invalid_json};
use crate::finding::Severity;
use crate::places::{Places, Span, json_places};
use crate::rules::{Value, suggest};
use order::Order;
#[cfg(feature = "migrate")]
pub(super) use rules::origin;
use settings::served;
pub(super) use settings::{slash_of_files, slash_rule};
#[cfg(feature = "migrate")]
pub(super) use source::{Capture, Matched, Source};
#[cfg(feature = "migrate")]
pub(super) use target::{Names, template};

/// Reads a `vercel.json` file. What has nothing to do with routing is left alone.
pub fn vercel_json(text: &str, options: &Options) -> Parsed {
    let (file, places) = match json_places(text) {
        Ok(read) => read,
        Err(invalid) => return invalid_json(text, &invalid),
    };
    let clean = member(&file, "cleanUrls") == Some(&Value::Bool(true));
    let served = options.files.as_deref().map(|files| served(files, clean));
    let mut reader = Reader {
        places: &places,
        sink: Sink::default(),
        served,
        of_next: false,
        slash: None,
        order: Order::default(),
        forced: false,
        rewrites_at: None,
    };
    if !matches!(file, Value::Object(_)) {
        reader.error("invalid-value", "", "expected an object", "");
        return reader.sink.finish();
    }
    let slash = match member(&file, "trailingSlash") {
        Some(Value::Bool(slash)) => Some(*slash),
        _ => None,
    };
    reader.unknown_settings(&file);
    for name in ["cleanUrls", "trailingSlash"] {
        // What a next.config leaves out may be null.
        let is_none = |value: &Value| *value == Value::Null && is_of_next(&file);
        if member(&file, name).is_some_and(|value| !matches!(value, Value::Bool(_)) && !is_none(value)) {
            reader.error("invalid-value", name, "expected true or false", "write it without quotes");
        }
    }
    (reader.slash, reader.of_next) = (slash, is_of_next(&file));
    reader.settings(clean);
    for (name, what) in [("basePath", "write it into each source"), ("i18n", "write the locales into the sources")] {
        if member(&file, name).is_some_and(|value| !matches!(value, Value::Null) && *value != string("")) {
            reader.error("not-honoured", name, format!("{name:?} of Next.js is not read"), what);
        }
    }
    let routes = reader.items(&file, "routes", "routes");
    reader.routes(&routes);
    // Before redirects, as @vercel/routing-utils has them.
    if let Some(slash) = slash {
        reader.slashes(slash);
    }
    for (item, place) in reader.items(&file, "redirects", "redirects") {
        reader.redirect(item, &place);
    }
    reader.rewrites(&file, clean && slash != Some(true));
    for (item, place) in reader.items(&file, "headers", "headers") {
        reader.headers(item, &place);
    }
    reader.sink.finish()
}

/// What the schema of @vercel/routing-utils takes of these lists.
const MAX_ITEMS: usize = 2048;
const LIMITED: [&str; 3] = ["redirects", "rewrites", "headers"];

/// How long it lets a source and a destination be.
pub(super) const MAX_LENGTH: usize = 4096;

/// The members that are read.
const ROUTING: [&str; 6] = ["redirects", "rewrites", "headers", "routes", "cleanUrls", "trailingSlash"];

/// What `trailingSlash` leaves alone, as @vercel/routing-utils does.
pub(super) const WELL_KNOWN: &str = "/.well-known/*";

/// A member of an object.
fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => members.iter().find(|(member, _)| member == name).map(|(_, value)| value),
        _ => None,
    }
}

struct Reader<'p> {
    places: &'p Places,
    sink: Sink,
    /// The paths at which the site has a file, where that is known: rewrites yield to them.
    served: Option<Vec<String>>,
    /// Of Next.js, whose sources take a slash at the end; to @vercel/routing-utils it counts.
    of_next: bool,
    /// `trailingSlash`.
    slash: Option<bool>,
    /// Of the rewrites: later ones do not take the paths of those before them.
    order: Order,
    /// Rewrites that come before the files of the site.
    forced: bool,
    /// Where the rewrites of the file run, if one of them reads the request.
    rewrites_at: Option<&'static str>,
}

impl Reader<'_> {
    /// A file without trailing slash has its rules where it was written, and other things at its first line.
    fn span(&self, place: &str) -> Span {
        self.places.span(place).unwrap_or(Span { line: 1, column: 1, length: 1 })
    }

    fn error(&mut self, code: &'static str, place: &str, message: impl Into<String>, help: impl Into<String>) {
        self.sink.finding(code, Severity::Error, self.span(place), message, help);
    }

    fn warning(&mut self, code: &'static str, place: &str, message: impl Into<String>, help: impl Into<String>) {
        self.sink.finding(code, Severity::Warning, self.span(place), message, help);
    }

    /// The items of a list, each with its place.
    fn items<'v>(&mut self, value: &'v Value, name: &str, place: &str) -> Vec<(&'v Value, String)> {
        match member(value, name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => {
                if items.len() > MAX_ITEMS && LIMITED.contains(&name) {
                    let message = format!("Vercel refuses a list of more than 2,048: this has {}", items.len());
                    self.error("invalid-value", place, message, "write redirects as bulk redirects, or several as one");
                }
                items.iter().enumerate().map(|(at, item)| (item, format!("{place}[{at}]"))).collect()
            }
            Some(_) => {
                self.error("invalid-value", place, "expected a list", "write [ … ] around it");
                Vec::new()
            }
        }
    }

    /// Vercel refuses a file with a name that it does not know. Those that have nothing to do with routing are none of our business,
    /// but for those that were meant to have.
    fn unknown_settings(&mut self, file: &Value) {
        let Value::Object(members) = file else { return };
        for (name, _) in members.iter().filter(|(name, _)| !ROUTING.contains(&name.as_str())) {
            if let Some(near) = suggest(name, ROUTING.into_iter()) {
                let span = self.places.name_span(name).unwrap_or_else(|| self.span(name));
                self.sink.error("unknown-field", span, "unknown field", format!("did you mean {near:?}?"));
            }
        }
    }

    fn setting(&mut self, name: &'static str, value: Value) {
        self.sink.setting(name, value);
    }
}

fn is_proxy(item: &Value) -> bool {
    matches!(destination(item), Some(Value::String(to)) if is_url(to))
}

/// The paths that a rewrite, or a route, is for.
fn source(item: &Value) -> Option<&Value> {
    member(item, "source").or_else(|| member(item, "src"))
}

/// Where a rewrite, or a route, leads.
fn destination(item: &Value) -> Option<&Value> {
    member(item, "destination").or_else(|| member(item, "dest"))
}

/// Whether the file says what a next.config returns.
fn is_of_next(file: &Value) -> bool {
    let list = |name: &str| match member(file, name) {
        Some(Value::Array(items)) => items.as_slice(),
        _ => &[],
    };
    let is_marked = |item: &Value| ["basePath", "locale"].iter().any(|name| member(item, name).is_some());
    matches!(member(file, "rewrites"), Some(Value::Object(_)))
        || ["basePath", "i18n"].iter().any(|name| member(file, name).is_some())
        || ["redirects", "rewrites", "headers"].iter().any(|name| list(name).iter().any(is_marked))
}

fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn strings(texts: &[&str]) -> Value {
    Value::Array(texts.iter().copied().map(text).collect())
}

#[cfg(test)]
mod tests;
