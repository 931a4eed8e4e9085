//! The redirects of a rule set as entries of a list, and what does not fit there.

use std::fmt;

use super::path::{Path, Piece, path, pieces};
use super::{Changes, List};
use crate::by_text::Known;
use crate::dialect::convert::collect::{member, reads_visitor, strings};
use crate::dialect::line::split_url;
use crate::finding::{Finding, Severity};
use crate::places::Places;
use crate::rules::Value;

/// A redirect, or an answer without a target.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) place: Place,
    /// Any, if there are none.
    pub(super) hosts: Vec<String>,
    /// The one that it is for.
    pub(super) scheme: Option<&'static str>,
    pub(super) path: Path,
    /// The path with its trailing slash and without it is the same.
    pub(super) either_slash: bool,
    pub(super) fold: bool,
    pub(super) query: Vec<(String, String)>,
    /// Text, and what stars of the path stand for; empty for an answer.
    pub(super) to: Vec<Piece>,
    pub(super) status: u32,
    /// Whether the request's query is appended.
    pub(super) keeps_query: bool,
}

/// The rule of an entry: `redirects[3]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    list: &'static str,
    at: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.list, self.at)
    }
}

pub(super) struct Entries {
    places: Places,
    list: List,
    all: Vec<Entry>,
    changes: Changes,
    left_out: Vec<Finding>,
}

impl Entries {
    /// A rule is dropped once its entry is made: there may be a million.
    pub(super) fn of(rules: Value, places: Places, list: List) -> Entries {
        let (all, changes, left_out) = (Vec::new(), Changes::default(), Vec::new());
        let mut entries = Entries { places, list, all, changes, left_out };
        let Value::Object(members) = rules else { return entries };
        let is = |name: &str, value: bool| members.iter().any(|(own, it)| own == name && *it == Value::Bool(value));
        let general = (is("ignoreCase", true), is("ignoreTrailingSlash", false));
        for (name, value) in members {
            let rules = match value {
                Value::Null => continue,
                Value::Array(rules) => rules,
                single => vec![single],
            };
            match name.as_str() {
                "$schema" | "ignoreCase" | "ignoreTrailingSlash" => {}
                "redirects" => entries.rules("redirects", rules, general),
                "responses" => entries.rules("responses", rules, general),
                _ => entries.cannot(&name, &format!("rules of {name:?}")),
            }
        }
        entries
    }

    /// The entries in their order; what cannot be written is said by [`Entries::cannot`].
    pub(super) fn take(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.all)
    }

    /// The entries without those that an earlier one hides: a list looks for the address itself, not for the first that fits.
    pub(super) fn take_visible(&mut self) -> Vec<Entry> {
        let mut all = self.take();
        let mut known = Seen::default();
        all.retain(|entry| {
            let is_hidden = entry.query.is_empty()
                && (known.hides("", &entry.path)
                    || (!entry.hosts.is_empty() && entry.hosts.iter().all(|host| known.hides(host, &entry.path))));
            if !is_hidden && entry.query.is_empty() && entry.scheme.is_none() {
                match entry.hosts.as_slice() {
                    [] => known.add("", &entry.path),
                    hosts => hosts.iter().for_each(|host| known.add(host, &entry.path)),
                }
            }
            !is_hidden
        });
        all
    }

    pub(super) fn cannot(&mut self, place: impl fmt::Display, what: &str) {
        let place = place.to_string();
        let message = format!("{} has no {what}", self.list.title());
        let help = "it is left out: keep it in Selvedge's rules, or write it by hand".to_owned();
        let span = self.places.span(&place);
        let (code, severity) = ("not-expressible", Severity::Error);
        self.left_out.push(Finding { code, severity, place, span, message, help });
    }

    /// Says that an entry is written, and means something else there.
    pub(super) fn changes(&mut self, place: Place, what: &str) {
        let message = format!("{} {what}", self.list.title());
        let place = place.to_string();
        self.changes.add(&place, self.places.span(&place), message);
    }

    pub(super) fn findings(self) -> Vec<Finding> {
        let Entries { changes, mut left_out, .. } = self;
        left_out.extend(changes.findings());
        left_out
    }

    fn rules(&mut self, list: &'static str, rules: Vec<Value>, general: (bool, bool)) {
        self.all.reserve(rules.len());
        for (at, rule) in rules.into_iter().enumerate().filter(|(_, rule)| *rule != Value::Null) {
            self.rule(&rule, Place { list, at }, general);
        }
    }

    fn rule(&mut self, rule: &Value, place: Place, (fold, exact): (bool, bool)) {
        let before = self.left_out.len();
        let is_answer = place.list == "responses";
        let from = if is_answer { "for" } else { "from" };
        let known = [from, "to", "status", "when", "query", "ignoreCase", "ignoreTrailingSlash"];
        if let Value::Object(members) = rule {
            for (name, _) in
                members.iter().filter(|(name, value)| *value != Value::Null && !known.contains(&name.as_str()))
            {
                self.cannot(format_args!("{place}.{name}"), &format!("{name:?}"));
            }
        }
        let when = member(rule, "when");
        let status = match member(rule, "status") {
            Some(Value::Number(status)) => *status as u32,
            _ if is_answer => 200,
            _ if reads_visitor(when) => 302,
            _ => 301,
        };
        if is_answer && status < 400 {
            self.cannot(place, "answer but that a page is gone");
        }
        let Conditions { hosts, scheme, query } = self.conditions(when, place);
        let either_slash = member(rule, "ignoreTrailingSlash").map_or(!exact, |ignore| *ignore != Value::Bool(false));
        let fold = member(rule, "ignoreCase").map_or(fold, |fold| *fold == Value::Bool(true));
        let items = match member(rule, from) {
            Some(Value::Array(items)) => items.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        };
        for item in items {
            let path = match path(item) {
                Ok(path) => path,
                Err(what) => {
                    self.cannot(format_args!("{place}.{from}"), &what);
                    continue;
                }
            };
            let stars = if let Path::Stars(texts) = &path { texts.len() - 1 } else { 0 };
            let to = match member(rule, "to") {
                Some(Value::String(to)) => pieces(to, stars),
                _ if is_answer => Ok(Vec::new()),
                _ => return,
            };
            let to = match to {
                Ok(to) => to,
                Err(what) => {
                    self.cannot(format_args!("{place}.to"), &what);
                    continue;
                }
            };
            if self.list != List::Csv && names_host(&to) {
                self.cannot(format_args!("{place}.to"), "placeholder in the name of a host");
                continue;
            }
            let has_query = to.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains('?')));
            let keeps_query = match member(rule, "query") {
                Some(Value::String(mode)) if mode == "drop" => false,
                None if has_query => false,
                Some(Value::Object(names)) if !has_query && drops(names, &query) => true,
                None if query.is_empty() || is_answer => true,
                Some(Value::String(mode)) if mode == "keep" && query.is_empty() => !has_query,
                _ => {
                    self.cannot(place, "such way with the query");
                    continue;
                }
            };
            if self.left_out.len() == before {
                let (hosts, query) = (hosts.clone(), query.clone());
                self.all.push(Entry { place, hosts, scheme, path, either_slash, fold, query, to, status, keeps_query });
            }
        }
    }

    fn conditions(&mut self, when: Option<&Value>, place: Place) -> Conditions {
        let mut found = Conditions::default();
        let Some(Value::Object(members)) = when else { return found };
        for (name, test) in members {
            match (name.as_str(), test) {
                ("host", Value::String(_) | Value::Array(_)) if !strings(Some(test)).concat().contains(':') => {
                    found.hosts = strings(Some(test))
                }
                // What else is a list leaves out, as all that it does not know.
                ("scheme", Value::String(scheme)) if self.list.knows_schemes() => {
                    found.scheme = ["http", "https"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known));
                    if found.scheme.is_none() {
                        self.cannot(format_args!("{place}.when.{name}"), "such scheme");
                    }
                }
                ("query", Value::Object(tests)) if tests.iter().all(|(_, test)| matches!(test, Value::String(_))) => {
                    found.query.extend(tests.iter().map(|(name, test)| (name.clone(), strings(Some(test)).concat())));
                }
                _ => self.cannot(format_args!("{place}.when.{name}"), &format!("condition on {name:?} as this one")),
            }
        }
        found
    }
}

/// What an entry is for besides its path.
#[derive(Default)]
struct Conditions {
    hosts: Vec<String>,
    scheme: Option<&'static str>,
    query: Vec<(String, String)>,
}

impl Entry {
    /// The one path, with what both spellings of it are.
    pub(super) fn spellings(&self) -> Option<Vec<String>> {
        let Path::Exact(path) = &self.path else { return None };
        let bare = path.strip_suffix('/').unwrap_or(path);
        Some(if !self.either_slash || bare.is_empty() {
            vec![path.clone()]
        } else {
            vec![bare.to_owned(), format!("{bare}/")]
        })
    }

    /// What stands before the one star, which is at the end after a slash.
    pub(super) fn prefix(&self) -> Option<&str> {
        let Path::Stars(texts) = &self.path else { return None };
        match texts.as_slice() {
            [begin, end] if end.is_empty() && begin.ends_with('/') => Some(begin),
            _ => None,
        }
    }

    /// The target as text, if it has no stars.
    pub(super) fn text(&self) -> Option<String> {
        self.to.iter().map(|piece| if let Piece::Text(text) = piece { Some(text.as_str()) } else { None }).collect()
    }

    /// The target before a star at its end.
    pub(super) fn text_before_star(&self) -> Option<&str> {
        match self.to.as_slice() {
            [Piece::Text(text), Piece::Star(0)] => Some(text),
            _ => None,
        }
    }
}

/// The addresses that earlier entries are for.
#[derive(Default)]
struct Seen {
    exact: Known<String>,
    /// What stands before the first star.
    begins: Known<String>,
    key: String,
}

impl Seen {
    fn key(&mut self, host: &str, path: &str) -> &str {
        self.key.clear();
        self.key.push_str(host);
        self.key.push(' ');
        self.key.push_str(path);
        &self.key
    }

    fn add(&mut self, host: &str, path: &Path) {
        let key = self.key(host, path.begin()).to_owned();
        match path {
            Path::Exact(_) => self.exact.insert(key),
            Path::Stars(_) => self.begins.insert(key),
        };
    }

    fn hides(&mut self, host: &str, path: &Path) -> bool {
        let begin = path.begin();
        self.key(host, begin);
        if matches!(path, Path::Exact(_)) && self.exact.contains(&self.key) {
            return true;
        }
        if self.begins.is_empty() {
            return false;
        }
        let mut is_hidden = self.begins.contains(&self.key);
        let mut rest = begin;
        while let Some((folder, _)) = rest.trim_end_matches('/').rsplit_once('/').filter(|_| !is_hidden) {
            self.key(host, folder);
            self.key.push('/');
            is_hidden = self.begins.contains(&self.key);
            rest = folder;
        }
        is_hidden
    }
}

/// Whether a star stands where a host may be: only rules see whether what it takes is a name.
fn names_host(to: &[Piece]) -> bool {
    let Some(star) = to.iter().position(|piece| matches!(piece, Piece::Star(_))) else { return false };
    let before: String =
        to.iter().take(star).map(|piece| if let Piece::Text(text) = piece { text.as_str() } else { "" }).collect();
    let path = split_url(&before).map_or(before.as_str(), |(_, _, path)| path);
    !path.starts_with(['/', '?', '#'])
}

/// Whether these are the names of the parameters that the rule is chosen by.
fn drops(mode: &[(String, Value)], query: &[(String, String)]) -> bool {
    let [(drop, names)] = mode else { return false };
    let own: Vec<&str> = query.iter().map(|(name, _)| name.as_str()).collect();
    drop == "drop" && strings(Some(names)) == own
}
