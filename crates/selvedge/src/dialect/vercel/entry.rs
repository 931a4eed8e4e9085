//! What the items of all three lists have: `source`, `has`, `missing`, and mostly `destination`.

use selvedge_plan::path::has_dots;

use super::condition::{self, Condition};
use super::refused::refused_part;
use super::source::{BEGINS, Capture, Matched, Source};
use super::target::{Names, template};
use super::{MAX_LENGTH, Reader, member};
use crate::dialect::line::{has_host, split_url};
use crate::dialect::sink::{Members, string};
use crate::rules::{DOTS, RESOLVE_DOTS, Value, suggest};

/// Paths that an item is for, and when.
pub(super) struct Entry {
    pub(super) from: Value,
    except: Option<Value>,
    pub(super) captures: Vec<Capture>,
    pub(super) condition: Condition,
    /// `ignoreTrailingSlash`, where it is not that of the file.
    either_slash: Option<bool>,
}

impl Entry {
    /// Takes these paths out.
    pub(super) fn but(&mut self, pattern: &str) {
        let mut all = match self.except.take() {
            Some(Value::Array(all)) => all,
            one => one.into_iter().collect(),
        };
        all.push(string(pattern));
        self.except = Some(Value::Array(all));
    }
}

impl Reader<'_> {
    /// What the item matches: mostly one entry.
    pub(super) fn entries(&mut self, item: &Value, place: &str) -> Option<Vec<Entry>> {
        let spelled = format!("{place}.source");
        let Some(Value::String(source)) = member(item, "source") else {
            self.error("missing-field", place, "\"source\" is missing, or no text", "which paths it is for");
            return None;
        };
        let parsed = Source::parse(source);
        if let Some(c) = parsed.as_ref().ok().and_then(Source::never) {
            let message = format!("a path never holds {c:?}, so this never matches");
            self.warning("never-matches", &spelled, message, "write the path alone; a query is tested by \"has\"");
            return None;
        }
        if source.len() > MAX_LENGTH {
            self.too_long(&spelled);
            return None;
        }
        let hidden = self.slash.filter(|adds| !adds || !self.of_next).and_then(|slash| hidden_by_slash(source, slash));
        if let Some(message) = hidden {
            let other = source.strip_suffix('/').map_or_else(|| format!("{source}/"), str::to_owned);
            self.warning("never-matches", &spelled, message, format!("write {other:?}"));
            return None;
        }
        // Next.js takes one slash more than there is.
        let exact = !self.of_next || source.len() > 1 && source.ends_with('/');
        let matched = match parsed.and_then(|source| source.matched(exact)) {
            Ok(matched) => matched,
            Err(message) => {
                let help = instead_of(source, &message);
                self.error("not-honoured", &spelled, message, help);
                return None;
            }
        };
        match condition::read(member(item, "has"), member(item, "missing")) {
            Ok(condition) => {
                let entry = |Matched { from, except, captures, either_slash }| {
                    let condition = condition.clone();
                    let either_slash = (either_slash || !exact) != self.of_next;
                    let either_slash = either_slash.then_some(!self.of_next);
                    Entry { from, except, captures, condition, either_slash }
                };
                Some(matched.into_iter().map(entry).collect())
            }
            Err((part, message)) => {
                self.error("not-honoured", &format!("{place}.{part}"), message, "");
                None
            }
        }
    }

    /// The destination as a target, and the names of what it puts in outside of its query.
    pub(super) fn destination(&mut self, item: &Value, place: &str, entry: &Entry) -> Option<(String, Vec<String>)> {
        let Some(Value::String(destination)) = member(item, "destination") else {
            self.error("missing-field", place, "\"destination\" is missing, or no text", "where to");
            return None;
        };
        let spelled = format!("{place}.destination");
        if destination.is_empty() {
            self.error(
                "invalid-value",
                &spelled,
                "the destination is empty",
                "write where to: \"/\" is the front page",
            );
            return None;
        }
        if has_dots(destination.as_bytes()) {
            self.error("not-honoured", &spelled, DOTS, RESOLVE_DOTS);
            return None;
        }
        if destination.len() > MAX_LENGTH {
            self.too_long(&spelled);
            return None;
        }
        if let Some(refused) = refused_part(destination) {
            let message =
                format!("Vercel refuses {refused:?} in a destination: it is for a group that the source does not have");
            self.error(
                "not-honoured",
                &spelled,
                message,
                "in a path write %28 and %29 for parentheses, and %3A for a colon",
            );
            return None;
        }
        let names = Names { captures: &entry.captures, facts: &entry.condition.facts };
        let used = template(&outside_query(destination), &names, true).map(|(_, used)| used).unwrap_or_default();
        match template(destination, &names, true) {
            // Vercel resolves a path without its slash from the root.
            Ok((to, _)) if split_url(&to).is_none() && !to.starts_with('/') => Some((format!("/{to}"), used)),
            Ok((to, _)) => {
                has_host(&to, self.span(&spelled), &mut self.sink)?;
                Some((to, used))
            }
            Err(message) => {
                self.error("not-honoured", &spelled, message, "");
                None
            }
        }
    }

    fn too_long(&mut self, place: &str) {
        let message = format!("Vercel takes {MAX_LENGTH} characters");
        self.error("invalid-value", place, message, "write a pattern for several paths, or shorter ones");
    }

    /// `from` or `for`, `except` and `when`.
    pub(super) fn members(&self, from: &'static str, place: &str, entry: &Entry) -> Members {
        let mut members = vec![(from, entry.from.clone(), self.places.span(&format!("{place}.source")))];
        members.extend(entry.except.clone().map(|except| ("except", except, None)));
        let either_slash = entry.either_slash.map(|either| ("ignoreTrailingSlash", Value::Bool(either), None));
        members.extend(either_slash);
        let has = self.places.span(&format!("{place}.has"));
        members.extend(entry.condition.when.clone().map(|when| ("when", when, has)));
        members
    }

    pub(super) fn known(&mut self, item: &Value, place: &str, names: &[&str]) {
        let Value::Object(members) = item else { return };
        // Next.js asks these of paths outside its base and its locales, of which there are none here.
        let is_off = |name: &str, value: &Value| ["basePath", "locale"].contains(&name) && *value == Value::Bool(false);
        let unknown = |name: &str, value: &Value| !names.contains(&name) && !is_off(name, value);
        for (name, _) in members.iter().filter(|(name, value)| unknown(name, value)) {
            let place = format!("{place}.{name}");
            match of_rules(name, names).or_else(|| suggest(name, names.iter().copied())) {
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

/// A destination without its query, whose names are apart.
fn outside_query(destination: &str) -> String {
    let (before, fragment) = destination.split_once('#').unwrap_or((destination, ""));
    let path = before.split('?').next().unwrap_or_default();
    format!("{path}#{fragment}")
}

/// Whether `trailingSlash`, which comes first, leaves no path that the source is for.
fn hidden_by_slash(source: &str, slash: bool) -> Option<&'static str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_~".contains(c);
    let last = source.rsplit('/').next().unwrap_or_default();
    match slash {
        true if source.starts_with("/.well-known") => None,
        true => (!last.is_empty() && last.chars().all(is_plain))
            .then_some("\"trailingSlash\" comes first and adds a slash: no path that ends so comes here"),
        false => (last.is_empty() && source.len() > 1)
            .then_some("\"trailingSlash\" comes first and takes the slash away: no path that ends so comes here"),
    }
}

/// What a source that cannot be read was probably meant to say.
fn instead_of(source: &str, message: &str) -> String {
    if message == BEGINS && !source.contains("://") {
        return format!("write {:?}", format!("/{}", source.trim_start_matches('^').trim_start_matches('/')));
    }
    instead_of_wildcard(source).to_owned()
}

fn instead_of_wildcard(source: &str) -> &'static str {
    if source.contains("://") {
        return "write the path alone; a host is tested by \"has\"";
    }
    if source.contains('?') && !source.contains("(?") {
        return "write the path alone; a query is tested by \"has\"";
    }
    if source.contains("/*") { "write \"/:path*\" for the rest of a path" } else { "" }
}

/// What rules of Selvedge's call otherwise.
fn of_rules<'n>(name: &str, names: &[&'n str]) -> Option<&'n str> {
    let pairs =
        [("from", "source"), ("for", "source"), ("to", "destination"), ("status", "statusCode"), ("when", "has")];
    let (_, meant) = pairs.iter().find(|(own, _)| *own == name)?;
    names.iter().find(|known| *known == meant).copied()
}
