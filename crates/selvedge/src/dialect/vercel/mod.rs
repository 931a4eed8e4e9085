//! `vercel.json`: redirects, rewrites, headers, `cleanUrls` and `trailingSlash`.
//!
//! Documented at <https://vercel.com/docs/project-configuration>. Vercel takes the slash and the clean address first, then
//! redirects, then headers, then a file that is there, then rewrites; sources ignore case.
//!
//! One difference is on purpose: where a slash at the end counts, `/a/:path*` takes `/a/` and `/a/b/` as well, as `/a/*`
//! does; Vercel takes neither.

mod condition;
mod source;
mod target;

use selvedge_plan::path::has_dots;

use super::line::{Word, has_host, split_url};
use super::route::literal;
use super::sink::{Members, Sink};
use super::{Options, Parsed, invalid_json};
use crate::finding::Severity;
use crate::places::{Places, Span, json_places};
use crate::rules::{DOTS, RESOLVE_DOTS, Value, suggest};
use condition::Condition;
use source::{Capture, Source};
use target::{Names, template};

/// Reads a `vercel.json` file. What has nothing to do with routing is left alone.
pub fn vercel_json(text: &str, options: &Options) -> Parsed {
    let (file, places) = match json_places(text) {
        Ok(read) => read,
        Err(invalid) => return invalid_json(&invalid),
    };
    let clean = member(&file, "cleanUrls") == Some(&Value::Bool(true));
    let served = options.files.as_deref().map(|files| served(files, clean));
    let mut reader = Reader { places: &places, sink: Sink::default(), served, exact_slash: false, last_proxy: None };
    if !matches!(file, Value::Object(_)) {
        reader.error("invalid-value", "", "expected an object", "");
        return reader.sink.finish();
    }
    if let Some(Value::Array(routes)) = member(&file, "routes").filter(|routes| **routes != Value::Array(Vec::new())) {
        let message = format!("{} legacy routes, which are not read", routes.len());
        reader.error("not-honoured", "routes", message, "write them as redirects, rewrites and headers");
    }
    let slash = match member(&file, "trailingSlash") {
        Some(Value::Bool(slash)) => Some(*slash),
        _ => None,
    };
    reader.setting("ignoreCase", Value::Bool(true));
    if slash.is_none() {
        reader.exact_slash = true;
        reader.setting("ignoreTrailingSlash", Value::Bool(false));
    }
    if clean {
        reader.clean_urls(slash == Some(true));
    }
    if slash.is_some() {
        reader.files_without_slash();
    }
    reader.html(clean, slash);
    for kind in ["redirects", "rewrites", "headers"] {
        let list = match member(&file, kind) {
            None | Some(Value::Null) => continue,
            Some(Value::Array(list)) => list,
            Some(_) => {
                reader.error("invalid-value", kind, "expected a list", "");
                continue;
            }
        };
        if kind == "rewrites" {
            reader.files_first(list);
        }
        reader.last_proxy = list.iter().rposition(|item| kind == "rewrites" && is_proxy(item));
        for (position, item) in list.iter().enumerate() {
            let place = format!("{kind}[{position}]");
            match kind {
                "redirects" => reader.redirect(item, &place),
                "rewrites" => reader.rewrite(item, &place, position),
                _ => reader.headers(item, &place),
            }
        }
    }
    reader.sink.finish()
}

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
    /// A trailing slash more or less counts: no setting of the file takes it away before.
    exact_slash: bool,
    /// The last rewrite to another server: those before it must not reach it.
    last_proxy: Option<usize>,
}

/// The parts that all three kinds have.
struct Common {
    from: Value,
    except: Option<Value>,
    captures: Vec<Capture>,
    condition: Condition,
    either_slash: bool,
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

    fn setting(&mut self, name: &'static str, value: Value) {
        self.sink.setting(name, value);
    }

    /// `/a.html` and `/a/index` redirect to `/a`.
    fn clean_urls(&mut self, slash: bool) {
        let span = self.span("cleanUrls");
        let to = if slash { "/:splat/" } else { "/:splat" };
        for (from, to) in [
            (strings(&["/index.html", "/index"]), "/"),
            (strings(&["/*/index.html", "/*/index"]), to),
            (Value::String("/*.html".to_owned()), to),
        ] {
            let mut members =
                vec![("from", from, None), ("to", text(to), None), ("status", Value::Number(f64::from(308)), None)];
            if self.exact_slash {
                members.push(("ignoreTrailingSlash", Value::Bool(true), None));
            }
            self.sink.rule("redirects", span, members);
        }
    }

    /// A file's path loses the slash that it does not have, whatever the setting says of others.
    fn files_without_slash(&mut self) {
        let members = vec![
            ("from", text("/*.:extension/"), None),
            ("ignoreTrailingSlash", Value::Bool(false), None),
            ("except", text(WELL_KNOWN), None),
            ("to", text("/:splat.:extension"), None),
            ("status", Value::Number(f64::from(308)), None),
        ];
        self.sink.rule("redirects", self.span("trailingSlash"), members);
    }

    /// What is served is served, whatever the rewrites say.
    fn files_first(&mut self, rewrites: &[Value]) {
        let Some(served) = self.served.as_ref().filter(|served| !served.is_empty()) else { return };
        let from = strings(&served.iter().map(String::as_str).collect::<Vec<_>>());
        let conditions = |item: &Value| member(item, "has").or(member(item, "missing")).is_some();
        // Where a rewrite looks at the viewer's request, so early must this come.
        let at = rewrites.iter().any(conditions).then(|| ("at", text("viewer-request"), None));
        let proxies = rewrites.iter().any(is_proxy);
        for (list, paths) in [("origins", "for"), ("rewrites", "from")] {
            if rewrites.is_empty() || list == "origins" && !proxies {
                continue;
            }
            let mut members = vec![
                (paths, from.clone(), None),
                ("ignoreCase", Value::Bool(false), None),
                ("ignoreTrailingSlash", Value::Bool(false), None),
                ("pass", Value::Bool(true), None),
            ];
            members.extend(at.clone().filter(|_| list == "rewrites"));
            self.sink.rule(list, self.span("rewrites"), members);
        }
    }

    fn html(&mut self, clean: bool, slash: Option<bool>) {
        let mut members = Vec::new();
        if clean {
            members.push(("index".to_owned(), text("index.html")));
            members.push(("clean".to_owned(), text("file")));
        }
        if let Some(slash) = slash {
            members.push(("trailingSlash".to_owned(), text(if slash { "add" } else { "remove" })));
        }
        if slash == Some(true) {
            members.push(("except".to_owned(), text(WELL_KNOWN)));
        }
        if !members.is_empty() {
            self.setting("html", Value::Object(members));
        }
    }

    fn redirect(&mut self, item: &Value, place: &str) {
        self.known(item, place, &["source", "destination", "permanent", "statusCode", "has", "missing"]);
        let Some(common) = self.common(item, place) else { return };
        let Some((to, _)) = self.destination(item, place, &common) else { return };
        let status = match (member(item, "permanent"), member(item, "statusCode")) {
            (Some(Value::Bool(permanent)), _) => f64::from(if *permanent { 308 } else { 307 }),
            (_, Some(Value::Number(status))) => *status,
            _ => f64::from(308),
        };
        if ![301, 302, 303, 307, 308].map(f64::from).contains(&status) {
            let place = format!("{place}.statusCode");
            return self.error(
                "not-honoured",
                &place,
                format!("{status} is not a redirect"),
                "301, 302, 303, 307 or 308",
            );
        }
        let spelled = if member(item, "permanent").is_some() { "permanent" } else { "statusCode" };
        let span = self.places.span(&format!("{place}.{spelled}"));
        let mut members = self.members("from", place, &common);
        members.extend(query_mode(&to));
        members.push(("to", Value::String(to), self.places.span(&format!("{place}.destination"))));
        members.push(("status", Value::Number(status), span));
        self.sink.rule("redirects", self.span(place), members);
    }

    fn rewrite(&mut self, item: &Value, place: &str, position: usize) {
        self.known(item, place, &["source", "destination", "has", "missing"]);
        let Some(common) = self.common(item, place) else { return };
        let Some((mut to, used)) = self.destination(item, place, &common) else { return };
        let span = self.places.span(&format!("{place}.destination"));
        if let Some(url) = to.strip_prefix("https://").or_else(|| to.strip_prefix("http://")) {
            let (host, path) = url.split_at(url.find(['/', '?', '#']).unwrap_or(url.len()));
            let Some(origin) = origin(host, to.starts_with("https:")) else {
                let help = "an origin is written out; choose it by rules of \"origins\"";
                let place = format!("{place}.destination");
                return self.error("not-honoured", &place, "a host that depends on the request", help);
            };
            if self.served.is_none() {
                let message = "on Vercel a file that is there is served instead; here the other server is always asked";
                let help = "give the list of files (--site FOLDER), or take their paths out by \"except\"";
                self.warning("file-yields", place, message, help);
            }
            let mut members = self.members("for", place, &common);
            members.push(("to", origin, span));
            self.sink.rule("origins", self.span(place), members);
            let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
            let mut members = self.members("from", place, &common);
            members.extend(query_mode(&path));
            members.push(("to", Value::String(path), span));
            return self.sink.rule("rewrites", self.span(place), members);
        }
        if self.last_proxy.is_some_and(|last| position < last) {
            let mut members = self.members("for", place, &common);
            members.push(("pass", Value::Bool(true), None));
            self.sink.rule("origins", self.span(place), members);
        }
        to = with_unused(to, &common.captures, &used);
        let mut members = self.members("from", place, &common);
        members.extend(query_mode(&to));
        members.push(("to", Value::String(to), span));
        if self.served.is_none() {
            members.push(("fallback", Value::Bool(true), None));
        }
        self.sink.rule("rewrites", self.span(place), members);
    }

    fn headers(&mut self, item: &Value, place: &str) {
        self.known(item, place, &["source", "headers", "has", "missing"]);
        let Some(common) = self.common(item, place) else { return };
        let Some(Value::Array(list)) = member(item, "headers") else {
            return self.error("missing-field", place, "\"headers\" is missing", "a list of { \"key\", \"value\" }");
        };
        let names = Names { captures: &common.captures, facts: &common.condition.facts };
        let mut set: Vec<(String, Value)> = Vec::new();
        for (position, header) in list.iter().enumerate() {
            let place = format!("{place}.headers[{position}]");
            let (Some(Value::String(key)), Some(Value::String(value))) =
                (member(header, "key"), member(header, "value"))
            else {
                self.error("missing-field", &place, "expected { \"key\": text, \"value\": text }", "");
                continue;
            };
            match template(value, &names, false) {
                Ok((value, _)) => {
                    // The later of two wins, whatever their case.
                    set.retain(|(other, _)| !other.eq_ignore_ascii_case(key));
                    set.push((key.clone(), Value::String(value)));
                }
                Err(message) => self.error("not-honoured", &place, message, "write the value out"),
            }
        }
        if set.is_empty() {
            return;
        }
        let mut members = self.members("for", place, &common);
        members.push(("set", Value::Object(set), self.places.span(&format!("{place}.headers"))));
        self.sink.rule("headers", self.span(place), members);
    }

    fn common(&mut self, item: &Value, place: &str) -> Option<Common> {
        let spelled = format!("{place}.source");
        let Some(Value::String(source)) = member(item, "source") else {
            self.error("missing-field", place, "\"source\" is missing", "which paths it is for");
            return None;
        };
        let parsed = Source::parse(source);
        if let Some(c) = parsed.as_ref().ok().and_then(Source::never) {
            let message = format!("a path never holds {c:?}, so this never matches");
            self.warning("never-matches", &spelled, message, "write the path alone; a query is tested by \"has\"");
            return None;
        }
        let matched = match parsed.and_then(|source| source.matched()) {
            Ok(matched) => matched,
            Err(message) => {
                self.error("not-honoured", &spelled, message, "");
                return None;
            }
        };
        match condition::read(member(item, "has"), member(item, "missing")) {
            Ok(condition) => {
                let source::Matched { from, except, captures, either_slash } = matched;
                Some(Common { from, except, captures, condition, either_slash })
            }
            Err((part, message)) => {
                self.error("not-honoured", &format!("{place}.{part}"), message, "");
                None
            }
        }
    }

    fn destination(&mut self, item: &Value, place: &str, common: &Common) -> Option<(String, Vec<String>)> {
        let Some(Value::String(destination)) = member(item, "destination") else {
            self.error("missing-field", place, "\"destination\" is missing, or no text", "where to");
            return None;
        };
        let spelled = format!("{place}.destination");
        if has_dots(destination.as_bytes()) {
            self.error("not-honoured", &spelled, DOTS, RESOLVE_DOTS);
            return None;
        }
        has_host(Word { text: destination, span: self.span(&spelled) }, &mut self.sink)?;
        let names = Names { captures: &common.captures, facts: &common.condition.facts };
        match template(destination, &names, true) {
            // Vercel resolves a path without its slash from the root.
            Ok((to, used)) if split_url(&to).is_none() && !to.starts_with('/') => Some((format!("/{to}"), used)),
            Ok(translated) => Some(translated),
            Err(message) => {
                self.error("not-honoured", &spelled, message, "");
                None
            }
        }
    }

    /// `from` or `for`, `except` and `when`.
    fn members(&self, from: &'static str, place: &str, common: &Common) -> Members {
        let mut members = vec![(from, common.from.clone(), self.places.span(&format!("{place}.source")))];
        members.extend(common.except.clone().map(|except| ("except", except, None)));
        if common.either_slash && self.exact_slash {
            members.push(("ignoreTrailingSlash", Value::Bool(true), None));
        }
        let has = self.places.span(&format!("{place}.has"));
        members.extend(common.condition.when.clone().map(|when| ("when", when, has)));
        members
    }

    fn known(&mut self, item: &Value, place: &str, names: &[&str]) {
        let Value::Object(members) = item else { return };
        for (name, _) in members.iter().filter(|(name, _)| !names.contains(&name.as_str())) {
            let place = format!("{place}.{name}");
            match suggest(name, names.iter().copied()) {
                // Vercel refuses a file with a name that it does not know.
                Some(near) => {
                    let span = self.places.name_span(&place).unwrap_or_else(|| self.span(&place));
                    let help = format!("did you mean {near:?}?");
                    self.sink.error("unknown-field", span, "unknown field", help);
                }
                None => {
                    let help = "leave it out, or write what it does as rules";
                    self.error("not-honoured", &place, format!("{name:?} is not honoured"), help);
                }
            }
        }
    }
}

/// The paths at which Vercel serves the files of a site: their own, a folder for its index.html, and with clean addresses a
/// page's without its extension.
fn served(files: &[String], clean: bool) -> Vec<String> {
    let mut paths = Vec::new();
    for file in files {
        let path = literal(&format!("/{}", file.trim_start_matches('/')));
        if let Some(folder) = path.strip_suffix("/index.html") {
            paths.push(format!("{folder}/"));
            if !folder.is_empty() {
                paths.push(folder.to_owned());
            }
        } else if let Some(page) = path.strip_suffix(".html").filter(|_| clean) {
            paths.push(page.to_owned());
        }
        paths.push(path);
    }
    paths
}

fn is_proxy(item: &Value) -> bool {
    matches!(member(item, "destination"), Some(Value::String(to)) if to.starts_with("https://") || to.starts_with("http://"))
}

/// The server of a URL.
fn origin(host: &str, https: bool) -> Option<Value> {
    if host.contains(['{', '@']) {
        return None;
    }
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let mut fields = vec![
        ("domainName".to_owned(), text(name)),
        ("protocol".to_owned(), text(if https { "https" } else { "http" })),
    ];
    if let Some(port) = port {
        fields.push(("port".to_owned(), Value::Number(port.parse::<u16>().ok()?.into())));
    }
    Some(Value::Object(vec![("custom".to_owned(), Value::Object(fields))]))
}

/// Vercel hands a function what the path held, if the destination used none of it. Files do not look at it.
fn with_unused(to: String, captures: &[Capture], used: &[String]) -> String {
    let path = to.split(['?', '#']).next().unwrap_or_default();
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let named = captures.iter().filter_map(|capture| Some((capture.name.as_deref()?, capture.reference.as_str())));
    if is_file || named.clone().any(|(name, _)| used.iter().any(|used| used == name)) {
        return to;
    }
    let (before, hash) = to.split_at(to.find('#').unwrap_or(to.len()));
    let mut out = before.to_owned();
    for (name, reference) in named {
        out.push(if out.contains('?') { '&' } else { '?' });
        out.push_str(&format!("{name}={{{reference}}}"));
    }
    out + hash
}

/// The request's query is kept in addition to that of the destination.
fn query_mode(to: &str) -> Option<(&'static str, Value, Option<Span>)> {
    to.contains('?').then(|| ("query", text("merge"), None))
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn strings(texts: &[&str]) -> Value {
    Value::Array(texts.iter().copied().map(text).collect())
}

#[cfg(test)]
mod tests;
