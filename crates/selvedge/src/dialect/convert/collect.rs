//! What a rule set comes to in the lines of rule files, and what does not fit there.

mod headers;
mod stay;
mod written;

use std::collections::HashSet;

use super::added::Added;
use super::changes::Changes;
use super::collected::Collected;
use super::conditions::{Conditions, conditions};
use super::lines;
use super::origins::{ANOTHER_SERVER, Pair, pairs};
use super::paths::{Path, paths};
use super::slash::{Own, own};
use super::template::target;
use crate::dialect::vendor::Lines;
use crate::dialect::written::Redirect;
use crate::dialect::{Dialect, Form, Options, Parsed, parse};
use crate::finding::{Finding, Severity};
use crate::places::Span;
use crate::rules::Value;

/// What a file comes to; `by_line`: its order is that of its lines, not that of its kinds; `tables`: it is written as tables,
/// which say more than lines.
pub(super) fn collect(parsed: &Parsed, by_line: bool, tables: bool, dialect: Dialect) -> Collected {
    let mut collector = Collector {
        parsed,
        by_line,
        tables,
        dialect,
        told: HashSet::new(),
        fold: false,
        exact: false,
        rewrites: Vec::new(),
        added: Added::of(&parsed.rules),
        changes: Changes::default(),
        out: Collected::default(),
    };
    let Value::Object(members) = &parsed.rules else { return collector.out };
    collector.told = collector.acting(members);
    collector.fold = members.contains(&("ignoreCase".to_owned(), Value::Bool(true)));
    collector.exact = members.contains(&("ignoreTrailingSlash".to_owned(), Value::Bool(false)));
    let is_own = parsed.written.of == Some(dialect);
    if is_own {
        collector.written();
    }
    let proxied = if is_own { Vec::new() } else { pairs(&parsed.rules) };
    // Before rewrites: a line for everything takes their paths.
    for pair in proxied.iter().filter(|pair| pair.rewrite.is_none()) {
        collector.proxied(pair, None, &pair.place);
    }
    for (name, value) in members {
        let rules = match value {
            Value::Null => continue,
            Value::Array(rules) => rules.as_slice(),
            single => std::slice::from_ref(single),
        };
        for (position, rule) in rules.iter().enumerate().filter(|(_, rule)| **rule != Value::Null) {
            let place = format!("{name}[{position}]");
            match name.as_str() {
                "$schema" | "ignoreCase" | "ignoreTrailingSlash" => {}
                // What its lines and blocks come to.
                "redirects" | "rewrites" | "origins" | "headers" if is_own => {}
                "redirects" => collector.redirect(rule, &place, false),
                "rewrites" => match proxied.iter().find(|pair| pair.rewrite == Some(position)) {
                    Some(pair) => collector.proxied(pair, Some(rule), &place),
                    None => collector.redirect(rule, &place, true),
                },
                // They are written with their rewrites, or after these.
                "origins" => {}
                "headers" => collector.headers(rule, position, &place),
                _ => collector.cannot(if value == rule { name } else { &place }, &format!("rules of {name:?}")),
            }
        }
    }
    if dialect.vendor().removes_headers && !is_own {
        collector.join_blocks();
    }
    let Collector { rewrites, changes, mut out, .. } = collector;
    out.findings.extend(changes.findings());
    out.redirects.extend(rewrites);
    if by_line && !is_own {
        out.redirects.sort_by_key(|redirect| redirect.line);
    }
    out
}

struct Collector<'p> {
    parsed: &'p Parsed,
    dialect: Dialect,
    fold: bool,
    exact: bool,
    by_line: bool,
    tables: bool,
    /// Lines of which something is written.
    told: HashSet<u32>,
    /// They run after all redirects.
    rewrites: Vec<Redirect>,
    added: Added,
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
        let says_no = |code: &str| ["self-redirect", "forbidden-header"].contains(&code);
        let is_refused = |finding: &Finding| nothing || finding.severity == Severity::Error || says_no(finding.code);
        let refused = read.findings.into_iter().find(is_refused);
        let taken = refused.is_none();
        if let Some(Finding { message, .. }) = refused {
            self.left_out(place, message);
        }
        taken
    }

    fn left_out(&mut self, place: &str, message: String) {
        self.left_out_at(place, self.parsed.places.span(place), message);
    }

    fn left_out_at(&mut self, place: &str, span: Option<Span>, message: String) {
        if self.out.findings.iter().any(|known| known.place == place && known.span == span && known.message == message)
        {
            return;
        }
        let help = "it is left out: keep it in Selvedge's rules, or write it by hand".to_owned();
        let (code, severity) = ("not-expressible", Severity::Error);
        self.out.findings.push(Finding { code, severity, place: place.to_owned(), span, message, help });
    }

    fn line(&self, place: &str) -> u32 {
        self.parsed.places.span(place).map_or(0, |Span { line, .. }| line)
    }

    /// A line that leads to another server, from the two rules that it is.
    fn proxied(&mut self, pair: &Pair<'_>, rewrite: Option<&Value>, place: &str) {
        if !self.dialect.vendor().proxies {
            return self.cannot(&pair.place, "lines that ask another server");
        }
        match pair.proxied(rewrite) {
            Err(what) => self.cannot(&pair.place, &what),
            Ok((lines, headers)) => {
                if !headers.is_empty() && !self.tables {
                    let what = "request headers in lines; netlify.toml has them";
                    self.cannot(&format!("{}.to", pair.place), what);
                }
                if pair.others_rewrite {
                    self.changes(place, ANOTHER_SERVER);
                }
                for line in lines {
                    self.line_of(&line, place, true, &headers);
                }
            }
        }
    }

    fn redirect(&mut self, rule: &Value, place: &str, rewrite: bool) {
        self.line_of(rule, place, rewrite, &[]);
    }

    fn line_of(&mut self, rule: &Value, place: &str, rewrite: bool, headers: &[(String, String)]) {
        if passes(rule) {
            return self.stay(rule, place, rewrite);
        }
        let before = self.out.findings.len();
        let exact = self.paths_are(rule, place, false).unwrap_or(self.exact);
        let known = ["from", "to", "status", "when", "query", "fallback", "ignoreCase", "ignoreTrailingSlash", "at"];
        self.others(rule, place, &known);
        self.at_request(rule, place);
        let fallback =
            member(rule, "fallback") == Some(&Value::Bool(true)) || self.parsed.written.yields(self.line(place));
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
        let Conditions { query, conditions, sites, captured } = self.conditions(member(rule, "when"), place);
        let Some(Value::String(to)) = member(rule, "to") else { return };
        if !self.dialect.vendor().rewrites_query && rewrite && to.contains('?') {
            self.changes(place, "leaves out the query of the path that a line rewrites to");
        }
        let slash_counts = !rewrite && !self.dialect.vendor().ignores_slash;
        // What a star takes may end in a slash.
        if slash_counts
            && strings(member(rule, "from")).iter().any(|from| from.ends_with('*') && own(from, to).is_some())
        {
            let what = "way to leave a slash out of what a star took: the line would lead to itself";
            return self.cannot(&format!("{place}.to"), what);
        }
        for mut path in self.patterns(member(rule, "from"), &format!("{place}.from"), Lines::Redirects, exact) {
            if !self.tables && path.text.contains(char::is_whitespace) {
                self.cannot(&format!("{place}.from"), "path with a blank in lines; netlify.toml has it");
                continue;
            }
            if self.dialect.vendor().takes_no_segment && path.text.contains("/*/") {
                self.changes(place, "takes a star between slashes for no segment as well");
            }
            path.facts.clone_from(&captured);
            if let Some(name) = path.begins_another() {
                self.cannot(&format!("{place}.when"), &format!("way to tell :{name} from another name"));
            }
            // The spelling that is the target is left out.
            if slash_counts && own(&path.text, to) == Some(Own::Slash(path.text.ends_with('/'))) {
                continue;
            }
            match target(to, &path, self.dialect) {
                Ok(to) if self.out.findings.len() == before => {
                    let all = [String::new()];
                    for site in if sites.is_empty() { all.as_slice() } else { &sites } {
                        let (query, conditions) = (query.clone(), conditions.clone());
                        let (line, from, force) = (self.line(place), format!("{site}{}", path.text), !fallback);
                        let (to, headers) = (to.clone(), headers.to_vec());
                        let redirect = Redirect { line, from, to, status, force, query, conditions, headers };
                        // A table holds a blank, which would end the path of a line.
                        let as_line = Redirect { from: redirect.from.replace(' ', "%20"), ..redirect.clone() };
                        let text = lines::redirect(&as_line, self.dialect.vendor().files_first);
                        if self.takes(place, &text, Form::Redirects(self.dialect)) {
                            let list = if rewrite { &mut self.rewrites } else { &mut self.out.redirects };
                            list.push(redirect);
                        }
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

    /// What the rule asks of a request; what the vendor has no condition for is told.
    fn conditions(&mut self, when: Option<&Value>, place: &str) -> Conditions {
        if when.is_some() && !self.dialect.vendor().has_conditions {
            self.cannot(&format!("{place}.when"), "conditions");
            return Conditions::default();
        }
        let (read, refused) = conditions(when);
        for (name, what) in refused {
            self.cannot(&format!("{place}.when.{name}"), &what);
        }
        read
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

    /// Rules that run later see what is answered, which these vendors' lines do not.
    fn at_request(&mut self, rule: &Value, place: &str) {
        if runs_late(rule) {
            self.cannot(&format!("{place}.at"), "\"at\" of this kind");
        }
    }

    fn others(&mut self, rule: &Value, place: &str, known: &[&str]) {
        let Value::Object(members) = rule else { return };
        for (name, _) in members.iter().filter(|(name, value)| *value != Value::Null && !known.contains(&name.as_str()))
        {
            self.cannot(&format!("{place}.{name}"), &format!("{name:?}"));
        }
    }

    fn patterns(&mut self, from: Option<&Value>, place: &str, lines: Lines, exact: bool) -> Vec<Path> {
        let items = match from {
            Some(Value::Array(items)) => items.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        let mut all = Vec::new();
        for item in items {
            match paths(item, lines, self.dialect, exact) {
                Ok(paths) => all.extend(paths),
                Err(what) => self.cannot(place, &what),
            }
        }
        all
    }
}

/// Whether the rule says that it runs once there is an answer.
pub(super) fn runs_late(rule: &Value) -> bool {
    member(rule, "at").is_some_and(|at| !matches!(at, Value::String(stage) if stage.ends_with("-request")))
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
