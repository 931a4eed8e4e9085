//! What a rule set comes to in the lines of rule files, and what does not fit there.

use std::collections::HashSet;

use super::changes::Changes;
use super::collected::{Block, Collected, Redirect};
use super::lines;
use super::paths::{Path, paths};
use super::template::{target, value};
use crate::dialect::{Dialect, Form, Options, Parsed, parse};
use crate::finding::{Finding, Severity};
use crate::places::Span;
use crate::rules::Value;

/// What a file comes to; `by_line`: its order is that of its lines, not that of its kinds.
pub(super) fn collect(parsed: &Parsed, by_line: bool, dialect: Dialect) -> Collected {
    let mut collector = Collector {
        parsed,
        by_line,
        dialect,
        told: HashSet::new(),
        fold: false,
        exact: false,
        rewrites: Vec::new(),
        changes: Changes::default(),
        out: Collected::default(),
    };
    let Value::Object(members) = &parsed.rules else { return collector.out };
    collector.told = collector.acting(members);
    collector.fold = members.contains(&("ignoreCase".to_owned(), Value::Bool(true)));
    collector.exact = members.contains(&("ignoreTrailingSlash".to_owned(), Value::Bool(false)));
    for (name, value) in members {
        let rules = match value {
            Value::Null => continue,
            Value::Array(rules) => rules.as_slice(),
            single => std::slice::from_ref(single),
        };
        for (position, rule) in rules.iter().enumerate() {
            let place = format!("{name}[{position}]");
            match name.as_str() {
                "$schema" | "ignoreCase" | "ignoreTrailingSlash" => {}
                "redirects" => collector.redirect(rule, &place, false),
                "rewrites" => collector.redirect(rule, &place, true),
                "headers" => collector.headers(rule, &place),
                _ => collector.cannot(if value == rule { name } else { &place }, &format!("rules of {name:?}")),
            }
        }
    }
    let Collector { rewrites, changes, mut out, .. } = collector;
    out.findings.extend(changes.findings());
    out.redirects.extend(rewrites);
    if by_line {
        out.redirects.sort_by_key(|redirect| redirect.line);
    }
    if dialect.vendor().removes_headers {
        replace_earlier(&mut out.headers);
    }
    out
}

/// Where blocks add to what an earlier block set, one that replaces it takes it away first.
fn replace_earlier(blocks: &mut [Block]) {
    for at in 1..blocks.len() {
        let (earlier, later) = blocks.split_at_mut(at);
        let Some(block) = later.first_mut() else { return };
        for (name, _) in &block.set {
            let is_it = |other: &String| other.eq_ignore_ascii_case(name);
            let sets =
                |other: &Block| other.set.iter().any(|(name, _)| is_it(name)) && may_meet(&other.path, &block.path);
            if !block.remove.iter().any(is_it) && earlier.iter().any(sets) {
                block.remove.push(name.clone());
            }
        }
    }
}

/// Whether a path may be for both, as far as what they begin with says.
fn may_meet(one: &str, other: &str) -> bool {
    let begin = |path: &str| path.split([':', '*']).next().unwrap_or_default().to_owned();
    let (a, b) = (begin(one), begin(other));
    let exact = a == one && b == other;
    // The two that stand for a path with its slash and without.
    let twins = other.strip_suffix('/') == Some(one) && !one.ends_with('*');
    !twins && if exact { a == b } else { a.starts_with(&b) || b.starts_with(&a) }
}

struct Collector<'p> {
    parsed: &'p Parsed,
    dialect: Dialect,
    fold: bool,
    exact: bool,
    by_line: bool,
    /// Lines of which something is written.
    told: HashSet<u32>,
    /// They run after all redirects.
    rewrites: Vec<Redirect>,
    changes: Changes,
    out: Collected,
}

impl Collector<'_> {
    /// Says that a rule is written, and means something else there.
    fn changes(&mut self, place: &str, what: &str) {
        let message = format!("{} {what}", self.dialect.title());
        self.changes.add(place, self.parsed.places.span(place), message);
    }

    fn cannot(&mut self, place: &str, what: &str) {
        self.left_out(place, format!("{} has no {what}", self.dialect.title()));
    }

    /// Whether the vendor takes what would be written: its own reader has the last word.
    fn takes(&mut self, place: &str, text: &str, form: Form) -> bool {
        let read = parse(text, form, &Options::new());
        // A line that does nothing there is one that it warns of, and reads as no rule.
        let nothing = ["redirects", "rewrites", "headers"].iter().all(|kind| member(&read.rules, kind).is_none());
        let refused = read.findings.into_iter().find(|finding| nothing || finding.severity == Severity::Error);
        let taken = refused.is_none();
        if let Some(Finding { message, .. }) = refused {
            self.left_out(place, message);
        }
        taken
    }

    fn left_out(&mut self, place: &str, message: String) {
        let span = self.parsed.places.span(place);
        let help = "it is left out: keep it in Selvedge's rules, or write it by hand".to_owned();
        let (code, severity) = ("not-expressible", Severity::Error);
        self.out.findings.push(Finding { code, severity, place: place.to_owned(), span, message, help });
    }

    fn line(&self, place: &str) -> u32 {
        self.parsed.places.span(place).map_or(0, |Span { line, .. }| line)
    }

    fn redirect(&mut self, rule: &Value, place: &str, rewrite: bool) {
        if self.by_line && passes(rule) {
            return self.stay(rule, place);
        }
        let before = self.out.findings.len();
        let exact = self.paths_are(rule, place, false).unwrap_or(self.exact);
        let known = ["from", "to", "status", "when", "query", "fallback", "ignoreCase", "ignoreTrailingSlash"];
        self.others(rule, place, &known);
        let fallback = member(rule, "fallback") == Some(&Value::Bool(true));
        let status = match member(rule, "status") {
            Some(Value::Number(status)) => *status as u32,
            _ if rewrite => 200,
            _ if reads_visitor(member(rule, "when")) => 302,
            _ => 301,
        };
        match member(rule, "query") {
            None => {}
            Some(Value::String(mode)) if mode == "keep" => {}
            Some(_) => self.cannot(&format!("{place}.query"), "other way with the query than to keep it"),
        }
        if !self.dialect.vendor().files_first && fallback {
            self.changes(place, "serves no file in place of a line: lines come first, also where a file is");
        }
        let (query, conditions) = self.conditions(member(rule, "when"), &format!("{place}.when"));
        let Some(Value::String(to)) = member(rule, "to") else { return };
        if !self.dialect.vendor().rewrites_query && rewrite && to.contains('?') {
            self.changes(place, "leaves out the query of the path that a line rewrites to");
        }
        for path in self.patterns(member(rule, "from"), &format!("{place}.from"), exact) {
            match target(to, &path, self.dialect) {
                Ok(to) if self.out.findings.len() == before => {
                    let (query, conditions) = (query.clone(), conditions.clone());
                    let (line, from, force) = (self.line(place), path.text, !fallback);
                    let redirect = Redirect { line, from, to, status, force, query, conditions };
                    let text = lines::redirect(&redirect, self.dialect.vendor().files_first);
                    if self.takes(place, &text, Form::Redirects(self.dialect)) {
                        let list = if rewrite { &mut self.rewrites } else { &mut self.out.redirects };
                        list.push(redirect);
                    }
                }
                Ok(_) => {}
                Err(what) => self.cannot(&format!("{place}.to"), &what),
            }
        }
    }

    /// The lines that have a rule which does something.
    fn acting(&self, members: &[(String, Value)]) -> HashSet<u32> {
        let lists = members.iter().filter_map(|(name, rules)| match rules {
            Value::Array(rules) => Some((name, rules)),
            _ => None,
        });
        let rules = lists.flat_map(|(name, rules)| rules.iter().enumerate().map(move |(at, rule)| (name, at, rule)));
        let acting = rules.filter(|(_, _, rule)| !passes(rule));
        acting.map(|(name, at, _)| self.line(&format!("{name}[{at}]"))).collect()
    }

    /// A rule that passes. Mostly the order of the lines says it; a line that does nothing else but keep later ones from its
    /// path serves what is there.
    fn stay(&mut self, rule: &Value, place: &str) {
        let Value::Object(members) = rule else { return };
        if !self.told.insert(self.line(place)) {
            return;
        }
        for from in strings(member(rule, "from").or(member(rule, "for"))) {
            let to = from.replace("/*", "/:splat");
            let kept =
                members.iter().filter(|(name, _)| matches!(name.as_str(), "when" | "ignoreTrailingSlash")).cloned();
            let own = [("from".to_owned(), Value::String(from)), ("to".to_owned(), Value::String(to))];
            self.redirect(&Value::Object(own.into_iter().chain(kept).collect()), place, true);
        }
    }

    fn headers(&mut self, rule: &Value, place: &str) {
        let before = self.out.findings.len();
        let exact = self.paths_are(rule, place, self.dialect.vendor().folds_headers).unwrap_or(self.exact);
        self.others(rule, place, &["for", "set", "remove", "on", "ignoreCase", "ignoreTrailingSlash"]);
        if member(rule, "on").is_some_and(|on| *on != Value::String("response".to_owned())) {
            self.cannot(&format!("{place}.on"), "headers of requests");
        }
        let remove: Vec<String> = strings(member(rule, "remove"));
        if !remove.is_empty() && !self.dialect.vendor().removes_headers {
            self.cannot(&format!("{place}.remove"), "way to take a header away");
        }
        if remove.iter().any(|name| name.contains('*')) {
            self.cannot(&format!("{place}.remove"), "wildcards in names of headers");
        }
        let all = Value::String("/*".to_owned());
        let patterns = self.patterns(Some(member(rule, "for").unwrap_or(&all)), &format!("{place}.for"), exact);
        for path in patterns {
            let mut set = Vec::new();
            if let Some(Value::Object(headers)) = member(rule, "set") {
                for (name, values) in headers {
                    for text in strings(Some(values)) {
                        match value(&text, &path, self.dialect) {
                            Ok(text) => set.push((name.clone(), text)),
                            Err(what) => self.cannot(&format!("{place}.set[{name:?}]"), &what),
                        }
                    }
                }
            }
            if self.out.findings.len() == before {
                let (line, remove) = (self.line(place), remove.clone());
                let block = Block { line, path: path.text, remove, set };
                if self.takes(place, &lines::block(&block), Form::Headers(self.dialect)) {
                    self.out.headers.push(block);
                }
            }
        }
    }

    /// What the rule says about case and slashes; the trailing slash, if it says.
    fn paths_are(&mut self, rule: &Value, place: &str, folds: bool) -> Option<bool> {
        let fold = member(rule, "ignoreCase").map_or(self.fold, |fold| *fold == Value::Bool(true));
        let letters = || strings(member(rule, "for")).concat().contains(char::is_alphabetic);
        if fold && !folds {
            self.changes(place, "tells the cases of paths apart");
        } else if folds && !fold && letters() {
            self.changes(place, "ignores the case of the paths of headers");
        }
        let exact = member(rule, "ignoreTrailingSlash").map(|ignore| *ignore == Value::Bool(false));
        if exact.unwrap_or(self.exact) && self.dialect.vendor().ignores_slash {
            self.changes(place, "ignores a trailing slash");
        }
        exact
    }

    fn others(&mut self, rule: &Value, place: &str, known: &[&str]) {
        let Value::Object(members) = rule else { return };
        for (name, _) in members.iter().filter(|(name, value)| *value != Value::Null && !known.contains(&name.as_str()))
        {
            self.cannot(&format!("{place}.{name}"), &format!("{name:?}"));
        }
    }

    fn patterns(&mut self, from: Option<&Value>, place: &str, exact: bool) -> Vec<Path> {
        let items = match from {
            Some(Value::Array(items)) => items.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        let mut all = Vec::new();
        for item in items {
            match paths(item, self.dialect, exact) {
                Ok(paths) => all.extend(paths),
                Err(what) => self.cannot(place, &what),
            }
        }
        all
    }

    /// Query pairs and conditions.
    #[allow(clippy::type_complexity)] // Two lists of pairs.
    fn conditions(
        &mut self,
        when: Option<&Value>,
        place: &str,
    ) -> (Vec<(String, String)>, Vec<(&'static str, Vec<String>)>) {
        let (mut query, mut conditions) = (Vec::new(), Vec::new());
        let Some(Value::Object(members)) = when else { return (query, conditions) };
        for (name, test) in members {
            let place = format!("{place}.{name}");
            match (name.as_str(), test) {
                _ if !self.dialect.vendor().has_conditions => self.cannot(&place, "conditions"),
                ("country", Value::String(_) | Value::Array(_)) => conditions.push(("Country", strings(Some(test)))),
                ("language", Value::String(_) | Value::Array(_)) => conditions.push(("Language", strings(Some(test)))),
                ("cookie", Value::Object(cookies)) => match cookies.as_slice() {
                    [(name, Value::Bool(true))] => conditions.push(("Cookie", vec![name.clone()])),
                    _ => self.cannot(&place, "test on cookies but that one of some is there"),
                },
                ("query", Value::Object(tests)) => {
                    for (name, test) in tests {
                        match test {
                            Value::String(value) if !value.is_empty() && !value.contains([' ', '#', '=', ':']) => {
                                query.push((name.clone(), value.clone()));
                            }
                            _ => self.cannot(&format!("{place}.{name}"), "test on a parameter but that it is a text"),
                        }
                    }
                }
                _ => self.cannot(&place, &format!("condition on {name:?} as this one")),
            }
        }
        (query, conditions)
    }
}

fn passes(rule: &Value) -> bool {
    member(rule, "pass") == Some(&Value::Bool(true))
}

/// What Selvedge's default status looks at: an answer for some is not for good.
pub(super) fn reads_visitor(when: Option<&Value>) -> bool {
    match when {
        Some(Value::Object(members)) => members.iter().any(|(name, value)| match name.as_str() {
            "cookie" | "header" | "language" | "country" | "device" | "ip" => true,
            "not" => reads_visitor(Some(value)),
            "any" => match value {
                Value::Array(items) => items.iter().any(|item| reads_visitor(Some(item))),
                single => reads_visitor(Some(single)),
            },
            _ => false,
        }),
        _ => false,
    }
}

pub(super) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => {
            members.iter().find(|(member, value)| member == name && *value != Value::Null).map(|(_, value)| value)
        }
        _ => None,
    }
}

pub(super) fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => items.iter().flat_map(|item| strings(Some(item))).collect(),
        _ => Vec::new(),
    }
}
