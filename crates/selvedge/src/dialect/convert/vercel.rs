//! Rules as `vercel.json`.

mod headers;
mod held;

use super::added::Added;
use super::changes::Changes;
use super::collect::{member, reads_visitor, runs_late};
use super::destination::destination;
use super::has::{Told, has};
use super::json;
use super::origins::{ANOTHER_SERVER, Pair, pairs};
use super::paths::Path;
use super::slash::{Own, own};
use super::source::source;
use super::template::put;
use crate::dialect::sink::Members;
use crate::dialect::vercel::{WELL_KNOWN, slash_of_files, slash_rule};
use crate::dialect::{Options, Parsed, vercel_json};
use crate::finding::{Finding, Severity};
use crate::places::Places;
use crate::rules::Value;
use held::Held;

/// Where editors find what the file may hold.
pub(super) const SCHEMA: &str = "https://openapi.vercel.sh/vercel.json";

/// Of a rule that passes under conditions.
const LATER_TAKES: &str = "has no rules that pass under conditions: a later rule may take these paths";

/// Of a rule whose paths an earlier one keeps from it.
const EARLIER_PASS: &str = "has no way to keep from this rule what an earlier one lets pass: it may take these paths";

const LEFT_OUT: &str = "it is left out: keep it in Selvedge's rules, or write it by hand";

/// The members of the file, and what does not fit there.
pub(super) fn members(parsed: &Parsed) -> (Vec<(String, Value)>, Vec<Finding>) {
    let mut writer = Writer {
        parsed,
        fold: false,
        slashes: false,
        held: Held::default(),
        members: Vec::new(),
        added: Added::of(&parsed.rules),
        changes: Changes::default(),
        findings: Vec::new(),
    };
    let Value::Object(members) = &parsed.rules else { return (Vec::new(), Vec::new()) };
    writer.fold = members.contains(&("ignoreCase".to_owned(), Value::Bool(true)));
    writer.slashes = members.contains(&("ignoreTrailingSlash".to_owned(), Value::Bool(false)));
    if let Some(html) = member(&parsed.rules, "html").filter(|html| **html != Value::Null) {
        writer.html(html);
    }
    let proxied = pairs(&parsed.rules);
    for (kind, read) in [("redirects", Kind::Redirect), ("rewrites", Kind::Rewrite), ("headers", Kind::Headers)] {
        let rules = match member(&parsed.rules, kind) {
            None => &[],
            Some(Value::Array(rules)) => rules.as_slice(),
            Some(single) => std::slice::from_ref(single),
        };
        let mut list = Vec::new();
        writer.held = Held::default();
        // First: a rewrite of everything takes their paths.
        for pair in proxied.iter().filter(|pair| read == Kind::Rewrite && pair.rewrite.is_none()) {
            let entries = writer.proxied(pair, None, &pair.place);
            list.extend(entries.into_iter().filter(|entry| writer.takes(kind, entry, &pair.place)));
        }
        for (position, rule) in rules.iter().enumerate().filter(|(_, rule)| **rule != Value::Null) {
            let place = format!("{kind}[{position}]");
            let pair = proxied.iter().find(|pair| read == Kind::Rewrite && pair.rewrite == Some(position));
            let entries = match pair {
                Some(pair) => writer.proxied(pair, Some(rule), &place),
                None if read == Kind::Headers => writer.headers(position, rule, &place),
                None => writer.rule(read, rule, &place),
            };
            list.extend(entries.into_iter().filter(|entry| writer.takes(kind, entry, &place)));
        }
        if !list.is_empty() {
            writer.members.push((kind.to_owned(), Value::Array(list)));
        }
    }
    let known = ["$schema", "ignoreCase", "ignoreTrailingSlash", "html", "redirects", "rewrites", "origins", "headers"];
    for (name, _) in members.iter().filter(|(name, value)| *value != Value::Null && !known.contains(&name.as_str())) {
        writer.cannot(name, &format!("rules of {name:?}"));
    }
    let Writer { members, changes, mut findings, .. } = writer;
    findings.extend(changes.findings());
    (members, findings)
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Redirect,
    Rewrite,
    Headers,
}

struct Writer<'p> {
    parsed: &'p Parsed,
    fold: bool,
    /// A trailing slash counts.
    slashes: bool,
    /// What earlier rules of the list keep from later ones.
    held: Held,
    members: Vec<(String, Value)>,
    added: Added,
    changes: Changes,
    findings: Vec<Finding>,
}

impl Writer<'_> {
    /// Says that a rule is written, and means something else there.
    fn changes(&mut self, place: &str, what: &str) {
        self.changes.add(place, self.parsed.places.span(place), format!("Vercel {what}"));
    }

    fn cannot(&mut self, place: &str, what: &str) {
        self.finding(Severity::Error, place, format!("Vercel has no {what}"), LEFT_OUT);
    }

    /// Whether Vercel takes what would be written: its own reader has the last word.
    fn takes(&mut self, kind: &str, entry: &Value, place: &str) -> bool {
        let rules = Value::Object(vec![(kind.to_owned(), Value::Array(vec![entry.clone()]))]);
        let alone = Parsed::new(rules, Places::new(), Vec::new());
        let read = vercel_json(&json::document(&alone, SCHEMA, &[]), &Options::new());
        let refused = read.findings.into_iter().find(|finding| finding.severity == Severity::Error);
        let taken = refused.is_none();
        if let Some(Finding { message, .. }) = refused {
            self.finding(Severity::Error, place, message, LEFT_OUT);
        }
        taken
    }

    fn finding(&mut self, severity: Severity, place: &str, message: String, help: &str) {
        if self.findings.iter().any(|known| known.place == place && known.message == message) {
            return;
        }
        let span = self.parsed.places.span(place);
        let (code, help, place) = ("not-expressible", help.to_owned(), place.to_owned());
        self.findings.push(Finding { code, severity, place, span, message, help });
    }

    fn html(&mut self, html: &Value) {
        for (name, value) in [("clean", "file"), ("index", "index.html")] {
            match member(html, name) {
                None | Some(Value::Bool(false)) => {}
                Some(Value::String(text)) if text == value => {}
                Some(_) => self.cannot(&format!("html.{name}"), &format!("{name:?} but {value:?}")),
            }
        }
        if member(html, "clean") == Some(&Value::String("file".to_owned())) {
            self.members.push(("cleanUrls".to_owned(), Value::Bool(true)));
        }
        match member(html, "trailingSlash") {
            Some(Value::String(mode)) if mode != "keep" => {
                self.members.push(("trailingSlash".to_owned(), Value::Bool(mode == "add")));
            }
            _ => {}
        }
        let by_vercel = Value::String(WELL_KNOWN.to_owned());
        let said = |name: &&&str| member(html, name).is_some_and(|value| **name != "except" || *value != by_vercel);
        for name in ["for", "except", "at"].iter().filter(said) {
            self.cannot(&format!("html.{name}"), &format!("{name:?} of clean URLs"));
        }
    }

    /// Lines that lead to another server, from the two rules that they are.
    fn proxied(&mut self, pair: &Pair<'_>, rewrite: Option<&Value>, place: &str) -> Vec<Value> {
        match pair.proxied(rewrite) {
            Err(what) => {
                self.cannot(&pair.place, &what);
                Vec::new()
            }
            Ok((lines, headers)) => {
                if !headers.is_empty() {
                    self.cannot(&format!("{}.to", pair.place), "request headers for another server");
                }
                if pair.others_rewrite {
                    self.changes(place, ANOTHER_SERVER);
                }
                lines.iter().flat_map(|line| self.rule(Kind::Rewrite, line, place)).collect()
            }
        }
    }

    /// One entry for each pattern and each way in which the conditions hold.
    fn rule(&mut self, kind: Kind, rule: &Value, place: &str) -> Vec<Value> {
        let before = self.errors();
        let (paths, known): (_, &[&str]) = match kind {
            Kind::Redirect => ("from", &["from", "to", "status", "when", "except", "query", "fallback", "at"]),
            Kind::Rewrite => ("from", &["from", "to", "when", "except", "query", "fallback", "at"]),
            Kind::Headers => ("for", &["for", "set", "append", "when", "except"]),
        };
        let Value::Object(members) = rule else { return Vec::new() };
        if kind == Kind::Redirect && self.is_of_trailing_slash(rule) {
            return Vec::new();
        }
        let exact = member(rule, "ignoreTrailingSlash").map_or(self.slashes, |ignore| *ignore == Value::Bool(false));
        if member(rule, "pass") == Some(&Value::Bool(true)) {
            if !self.held.hold(rule, exact) {
                self.changes(place, LATER_TAKES);
            }
            return Vec::new();
        }
        for (name, _) in members {
            if !known.contains(&name.as_str()) && !["ignoreCase", "ignoreTrailingSlash"].contains(&name.as_str()) {
                self.cannot(&format!("{place}.{name}"), &format!("{name:?}"));
            }
        }
        if !member(rule, "ignoreCase").map_or(self.fold, |fold| *fold == Value::Bool(true)) {
            self.changes(place, "matches paths in any case");
        }
        if kind == Kind::Rewrite && member(rule, "fallback") != Some(&Value::Bool(true)) {
            self.changes(place, "serves a file that is there in place of a rewrite");
        }
        if kind == Kind::Redirect && member(rule, "fallback") == Some(&Value::Bool(true)) {
            self.changes(place, "serves no file in place of a redirect: redirects come first, also where a file is");
        }
        if runs_late(rule) {
            self.cannot(&format!("{place}.at"), "\"at\" of this kind");
        }
        let has_query = matches!(member(rule, "to"), Some(Value::String(to)) if to.contains('?'));
        match member(rule, "query") {
            Some(Value::String(mode)) if mode == "merge" => {}
            Some(Value::String(mode)) if mode != "keep" => {
                self.cannot(&format!("{place}.query"), "way to drop the query");
            }
            Some(Value::Object(_)) => self.cannot(&format!("{place}.query"), "way to keep a part of the query"),
            _ if has_query => self.changes(place, "adds the request's query to a target that has one"),
            _ => {}
        }
        let (ways, told) = has(member(rule, "when"));
        for told in told {
            match told {
                Told::Changes(what) => self.changes(place, what),
                Told::Cannot(at, what) => self.cannot(&format!("{place}.when{at}"), &what),
            }
        }
        let all = Value::String("/*".to_owned());
        let patterns = match member(rule, paths).unwrap_or(&all) {
            Value::Array(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        let mut made = Vec::new();
        let sound = self.errors() == before;
        for pattern in patterns {
            let path = match source_of(kind, member(rule, "to"), pattern, exact) {
                Ok(Some(path)) => path,
                Ok(None) => continue,
                Err(what) => {
                    self.cannot(&format!("{place}.{paths}"), &what);
                    continue;
                }
            };
            let (sources, is_taken) = match self.held.sources(&path.text, pattern, rule, exact) {
                Ok(sources) => sources,
                Err(what) => {
                    self.cannot(&format!("{place}.except"), &what);
                    continue;
                }
            };
            if is_taken {
                self.changes(place, EARLIER_PASS);
            }
            for (source, way) in sources.iter().flat_map(|source| ways.iter().map(move |way| (source, way))) {
                let facts = way.captured.iter().filter(|(_, name)| !path.captures.contains(name)).cloned().collect();
                let path = Path {
                    facts,
                    text: source.text.clone(),
                    captures: path.captures.clone(),
                    bare: source.bare,
                    ..path
                };
                let mut entry = vec![("source".to_owned(), Value::String(path.text.clone()))];
                entry.extend(way.members());
                match kind {
                    Kind::Headers => {
                        let lines = self.lines(rule, &path, place);
                        if lines.is_empty() {
                            continue;
                        }
                        entry.push(("headers".to_owned(), Value::Array(lines)));
                    }
                    _ => {
                        let Some(Value::String(to)) = member(rule, "to") else { continue };
                        match destination(to).and_then(|to| put(&to, &path, true)) {
                            Ok(to) => entry.push(("destination".to_owned(), Value::String(to))),
                            Err(what) => self.cannot(&format!("{place}.to"), &what),
                        }
                    }
                }
                if kind == Kind::Redirect {
                    entry.push(status(rule));
                }
                made.push(Value::Object(entry));
            }
        }
        if self.errors() == before {
            self.held.take(rule, patterns);
        }
        // Of headers, those that cannot be written cost themselves.
        if self.errors() > before && !(kind == Kind::Headers && sound) { Vec::new() } else { made }
    }

    /// Whether a redirect is what `trailingSlash` says, which is a member of the file then.
    fn is_of_trailing_slash(&mut self, rule: &Value) -> bool {
        let rule_of = |members: Members| object(members.into_iter().map(|(name, value, _)| (name, value)));
        let is_set = self.members.iter().any(|(name, _)| name == "trailingSlash");
        let slash_of = |rule: &Value| [true, false].into_iter().find(|slash| *rule == rule_of(slash_rule(*slash)));
        if let Some(slash) = slash_of(rule) {
            if !is_set {
                self.members.push(("trailingSlash".to_owned(), Value::Bool(slash)));
            }
            return true;
        }
        let others = match member(&self.parsed.rules, "redirects") {
            Some(Value::Array(rules)) => rules.as_slice(),
            _ => &[],
        };
        // That of files comes in front of it.
        *rule == rule_of(slash_of_files()) && (is_set || others.iter().any(|other| slash_of(other).is_some()))
    }

    fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    }
}

/// A path with a slash at its end, or as it is.
fn spelled(path: &str, slash: bool) -> String {
    if slash { format!("{path}/") } else { path.to_owned() }
}

/// The source of a pattern. `None`: the redirect never acts.
fn source_of(kind: Kind, to: Option<&Value>, pattern: &Value, exact: bool) -> Result<Option<Path>, String> {
    let own = match (pattern, to) {
        (Value::String(text), Some(Value::String(to))) if kind == Kind::Redirect => {
            own(text, to).map(|own| (own, text.trim_end_matches('/')))
        }
        _ => None,
    };
    match own {
        None => source(pattern, exact, to.filter(|_| kind == Kind::Rewrite)).map(Some),
        // One that counts the slash says itself which spelling it is for.
        Some((Own::Slash(slash), text)) if exact => {
            let is_target = !text.ends_with('*') && *pattern == text_of(&spelled(text, slash));
            if is_target { Ok(None) } else { source(pattern, exact, None).map(Some) }
        }
        Some((Own::OtherCase, _)) => {
            Err("way to tell letter cases apart: the redirect would lead to itself".to_owned())
        }
        // What a star takes may end in the slash.
        Some((Own::Slash(false), text)) if text.ends_with('*') => Ok(None),
        Some((Own::Slash(true), text)) if text.ends_with('*') => source(&text_of(text), true, None).map(|path| {
            let text = path.text.strip_suffix("(.*)").map(|text| format!("{text}(.*[^/])"));
            Some(Path { text: text.unwrap_or_else(|| path.text.clone()), ..path })
        }),
        // The other spelling alone.
        Some((Own::Slash(slash), text)) => source(&text_of(&spelled(text, !slash)), true, None).map(Some),
    }
}

/// `permanent`, or `statusCode`.
fn status(rule: &Value) -> (String, Value) {
    match member(rule, "status") {
        Some(Value::Number(status)) if *status == 308.0 => ("permanent".to_owned(), Value::Bool(true)),
        Some(Value::Number(status)) if *status == 307.0 => ("permanent".to_owned(), Value::Bool(false)),
        Some(Value::Number(status)) => ("statusCode".to_owned(), Value::Number(*status)),
        _ => {
            let status = if reads_visitor(member(rule, "when")) { 302.0 } else { 301.0 };
            ("statusCode".to_owned(), Value::Number(status))
        }
    }
}

pub(super) fn object<'n>(members: impl IntoIterator<Item = (&'n str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

pub(super) fn text_of(text: &str) -> Value {
    Value::String(text.to_owned())
}
