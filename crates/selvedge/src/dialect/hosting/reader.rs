//! What reading any host's configuration needs: places, routes in their order, findings, and closed paths.

use selvedge_plan::path::has_dots;

use crate::dialect::arrange::arrange;
use crate::dialect::existing::Existing;
use crate::dialect::line::split_url;
use crate::dialect::route::{Action, Mapping, Route, one_or_list};
use crate::dialect::sink::{Members, Sink, string};
use crate::dialect::{Options, Parsed, origin};
use crate::places::{Places, Span};
use crate::rules::{DOTS, Value};

/// Members of `when`.
pub(super) type When = Vec<(String, Value)>;

pub(super) struct Reader<'p> {
    places: &'p Places,
    pub(super) options: &'p Options,
    pub(super) sink: Sink,
    /// In the order in which the host tries them.
    routes: Vec<Route>,
    /// Rules that come after all others of their kind.
    last: Vec<(&'static str, Span, Members)>,
    entries: usize,
    left_out: usize,
}

/// Patterns, and further members of their rules.
#[derive(Clone, Debug, Default)]
pub(super) struct Paths {
    pub(super) from: Vec<String>,
    pub(super) more: Vec<(&'static str, Value)>,
}

impl Paths {
    pub(super) fn new(from: impl IntoIterator<Item = impl Into<String>>) -> Paths {
        Paths { from: from.into_iter().map(Into::into).collect(), more: Vec::new() }
    }

    /// Whether the patterns ignore case.
    pub(super) fn folds(&self) -> bool {
        self.more.iter().any(|(name, _)| *name == "ignoreCase")
    }

    /// What is taken out of them, which they lose.
    pub(super) fn take_except(&mut self) -> Vec<String> {
        let text = |value: &Value| match (value, value.member("regex")) {
            (_, Some(Value::String(regex))) => Some(format!("~{regex}")),
            (Value::String(path), _) => Some(path.clone()),
            _ => None,
        };
        let at = self.more.iter().position(|(name, _)| *name == "except");
        match at.map(|at| self.more.remove(at).1) {
            Some(Value::Array(list)) => list.iter().filter_map(text).collect(),
            Some(one) => text(&one).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

impl<'p> Reader<'p> {
    pub(super) fn new(places: &'p Places, options: &'p Options) -> Reader<'p> {
        Reader { places, options, sink: Sink::default(), routes: Vec::new(), last: Vec::new(), entries: 0, left_out: 0 }
    }

    /// Where a place of the file is written; its beginning, if that is not known.
    pub(super) fn span(&self, place: &str) -> Span {
        self.places.span(place).unwrap_or(Span { line: 1, column: 1, length: 1 })
    }

    /// Counts an entry of the file, and says so where it cannot be taken over.
    pub(super) fn entry(&mut self, place: &str, taken: Result<(), String>) {
        self.entries += 1;
        if let Err(what) = taken {
            self.left_out += 1;
            self.refuse(place, &what);
        }
    }

    /// A part that is not taken over.
    pub(super) fn refuse(&mut self, place: &str, what: &str) {
        let help = "leave it out, or write what it does as rules";
        self.sink.error("not-honoured", self.span(place), format!("rules do not have {what}"), help);
    }

    /// The file is not what the host takes.
    pub(super) fn invalid(&mut self, place: &str, message: impl Into<String>) {
        self.entries += 1;
        self.left_out += 1;
        self.sink.error("invalid-value", self.span(place), message, "");
    }

    /// Entries of a name that the host does not have, or has for something else.
    pub(super) fn known(&mut self, value: &Value, place: &str, names: &[&str]) {
        let Value::Object(members) = value else { return };
        for (name, value) in members.iter().filter(|(name, _)| !names.contains(&name.as_str())) {
            if *value != Value::Null {
                self.refuse(&join(place, name), &format!("{name:?}"));
            }
        }
    }

    pub(super) fn route(&self, place: &str, paths: Paths, to: String, when: When) -> Route {
        let mappings = vec![Mapping { from: paths.from, to }];
        Route { paths: paths.more, ..Route::stay(self.span(place), mappings, when) }
    }

    /// A star of a target stands for itself.
    pub(super) fn push(&mut self, mut route: Route) {
        for mapping in route.mappings.iter_mut().filter(|it| it.from.iter().any(|pattern| pattern.contains('*'))) {
            mapping.to = mapping.to.replace('*', "%2A");
        }
        self.routes.push(route);
    }

    /// The routes so far.
    pub(super) fn routes(&self) -> &[Route] {
        &self.routes
    }

    pub(super) fn last(&mut self, kind: &'static str, place: &str, members: Members) {
        self.last.push((kind, self.span(place), members));
    }

    /// The same, before those that are there.
    pub(super) fn before_last(&mut self, kind: &'static str, place: &str, members: Members) {
        self.last.insert(0, (kind, self.span(place), members));
    }

    /// An answer with a status alone, before everything else.
    pub(super) fn answer(&mut self, place: &str, paths: &Paths, except: &[String], when: &When, status: u16) {
        let mut members: Members = vec![("for", one_or_list(&paths.from), None)];
        if !except.is_empty() {
            members.push(("except", one_or_list(except), None));
        }
        members.extend(paths.more.iter().map(|(name, value)| (*name, value.clone(), None)));
        if !when.is_empty() {
            members.push(("when", Value::Object(when.clone()), None));
        }
        members.push(("status", Value::Number(f64::from(status)), None));
        let span = self.span(place);
        self.sink.rule("responses", span, members);
    }

    /// Answers 404 where a rewrite so far leads to a file that is hidden; a page for what is missing is no page then.
    pub(super) fn hide(&mut self, place: &str, is_hidden: impl Fn(&str) -> bool) {
        let leads = |route: &Route| {
            route.action == Action::Rewrite && route.mappings.iter().any(|mapping| is_hidden(&mapping.to))
        };
        let (hidden, others): (Vec<Route>, Vec<Route>) = std::mem::take(&mut self.routes).into_iter().partition(leads);
        self.routes = others;
        for route in hidden.into_iter().filter(|route| !route.yields) {
            for mapping in route.mappings {
                let paths = Paths { from: mapping.from, more: route.paths.clone() };
                self.answer(place, &paths, &[], &route.when, 404);
            }
        }
    }

    /// Answers 403 where a guard stands that rules do not have. What came before it in the file for everybody stays open; where
    /// nothing did, case and a slash at the end do not open the paths either. What yields to files leaves these to the guard, and
    /// what may not act its paths.
    pub(super) fn close(&mut self, place: &str, paths: Paths, when: When) {
        let is_open = |route: &&Route| {
            route.when.is_empty() && route.paths.is_empty() && !route.yields && route.acts_in(&paths.from)
        };
        let open = self.routes.iter().filter(is_open);
        let except: Vec<String> = open.flat_map(Route::patterns).map(str::to_owned).collect();
        if except.is_empty() {
            return self.close_all(place, paths, when);
        }
        self.answer(place, &paths, &except, &when, 403);
    }

    /// The same, whatever came before it.
    pub(super) fn close_all(&mut self, place: &str, mut paths: Paths, when: When) {
        paths.more.retain(|(name, _)| *name != "ignoreCase");
        paths.more.extend(["ignoreCase", "ignoreTrailingSlash"].map(|name| (name, Value::Bool(true))));
        self.answer(place, &paths, &[], &when, 403);
    }

    /// The host compares a path that it has decoded, with its slashes merged.
    pub(super) fn reads_slashes(&mut self) {
        self.sink.setting("slashes", string("merge"));
        self.sink.setting("encodedSlashes", string("decode"));
    }

    pub(super) fn finish(mut self) -> Parsed {
        self.sink.setting("ignoreTrailingSlash", Value::Bool(false));
        let existing = self.options.files.as_deref().map(Existing::new);
        arrange(&self.routes, existing.as_ref(), &mut self.sink);
        for (kind, span, members) in std::mem::take(&mut self.last) {
            self.sink.rule(kind, span, members);
        }
        self.sink.share("entries", self.entries, self.left_out);
        self.sink.finish()
    }
}

/// A page of the site or another server, as what a route does and the path that is asked for.
pub(super) fn served(to: &str) -> Result<(Action, String), String> {
    let Some((scheme, host, path)) = split_url(to) else {
        let path = if to.starts_with('/') { to.to_owned() } else { format!("/{to}") };
        return Ok((Action::Rewrite, path));
    };
    let origin = origin(host, scheme == "https").filter(|_| !host.is_empty());
    let origin = origin.ok_or("a server whose name depends on the request")?;
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    Ok((Action::Proxy(origin), path))
}

/// A target without dot segments.
pub(super) fn resolved(to: String) -> Result<String, String> {
    if has_dots(to.as_bytes()) { Err(DOTS.to_owned()) } else { Ok(to) }
}

/// Text of a target that stands for itself.
pub(super) fn target_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '{' => out.push_str("{{"),
            '}' => out.push_str("}}"),
            ':' if rest.peek().is_some_and(|next| next.is_ascii_alphabetic() || *next == '_') => out.push_str("{:}"),
            _ => out.push(c),
        }
    }
    out
}

/// The place of a member.
pub(super) fn join(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}

/// A member's text; a number is one, too.
pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    match value.member(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
