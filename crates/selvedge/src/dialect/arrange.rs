//! The lines of a file, in their order, as lists of rules by kind.
//!
//! A vendor's file is one first-match list; Selvedge runs several lists in turn. To keep the file's order, every line also
//! adds a `pass` rule to each other list in which a later line could match the same path.

use std::collections::BTreeSet;

use super::existing::{Existing, pattern_of};
use super::route::{Action, Route, is_exact, one_or_list};
use super::sink::{Members, Sink, string};
use crate::places::Span;
use crate::rules::{Value, pattern::normalise};

/// A list of rules, at request or where the origin has nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Redirects,
    LateRedirects,
    Origins,
    Rewrites,
    LateRewrites,
}

impl Slot {
    const ALL: [Slot; 5] = [Slot::Redirects, Slot::LateRedirects, Slot::Origins, Slot::Rewrites, Slot::LateRewrites];

    fn list(self) -> &'static str {
        match self {
            Slot::Redirects | Slot::LateRedirects => "redirects",
            Slot::Origins => "origins",
            Slot::Rewrites | Slot::LateRewrites => "rewrites",
        }
    }

    fn is_late(self) -> bool {
        matches!(self, Slot::LateRedirects | Slot::LateRewrites)
    }

    /// The member that holds the patterns.
    fn paths(self) -> &'static str {
        if self == Slot::Origins { "for" } else { "from" }
    }
}

/// Makes rules of the lines, which are in the order in which they are tried.
pub(super) fn arrange(routes: &[Route], existing: Option<&Existing>, sink: &mut Sink) {
    let taken = existing.map(|existing| existing.taken_from(routes)).unwrap_or_default();
    let files = |at: usize| taken.get(at).map(Vec::as_slice).unwrap_or_default();
    // A late line is one that needs the origin's word for what exists.
    let late = |route: &Route| route.yields && existing.is_none() && !route.is_exact();
    // From the end: which later lines act where, and on which paths.
    let folds = routes.iter().any(Route::folds);
    let mut later: [Later; 5] = std::array::from_fn(|_| Later::new(folds));
    let mut passes: Vec<([bool; 5], [bool; 5])> = vec![Default::default(); routes.len()];
    for ((at, route), passes) in routes.iter().enumerate().zip(&mut passes).rev() {
        let (own, of_files) = passes;
        let acts = acts(route, late(route));
        let dead = is_dead(route, files(at));
        for ((slot, later), (own, of_files)) in
            Slot::ALL.into_iter().zip(&later).zip(own.iter_mut().zip(of_files.iter_mut()))
        {
            let here = acts.contains(&slot) && !dead;
            // A redirect at once ends everything.
            let ends = acts.contains(&Slot::Redirects);
            *own = !here && !ends && !dead && route.patterns().any(|pattern| later.may_take(pattern));
            *of_files = files(at).iter().any(|key| here || later.may_take(&pattern_of(key)));
        }
        if !dead {
            for (slot, later) in Slot::ALL.into_iter().zip(&mut later) {
                if acts.contains(&slot) {
                    route.patterns().for_each(|pattern| later.add(pattern));
                }
            }
        }
    }
    let by_scheme = asks_scheme_before(routes, sink);
    let rewrites_at = stage_of_rewrites(routes, &passes, by_scheme);
    if rewrites_at == Some("origin-request") {
        warn_of_hosts(routes, sink);
    }
    for ((at, route), (own, of_files)) in routes.iter().enumerate().zip(passes) {
        let keys: Vec<String> = files(at).iter().map(|key| pattern_of(key)).collect();
        for (slot, _) in Slot::ALL.into_iter().zip(of_files).filter(|(_, pass)| *pass) {
            // A file is at one path, whatever the line's case.
            let mut of_files = route.clone();
            of_files.paths.retain(|(name, _)| *name != "ignoreCase");
            pass(&of_files, slot, &keys, (false, rewrites_at), sink);
        }
        let patterns: Vec<String> = route.patterns().map(str::to_owned).collect();
        for (slot, _) in Slot::ALL.into_iter().zip(own).filter(|(_, pass)| *pass) {
            pass(route, slot, &patterns, (route.exact_slash, rewrites_at), sink);
        }
        if is_dead(route, files(at)) {
            continue;
        }
        for slot in acts(route, late(route)) {
            act(route, *slot, rewrites_at, sink);
        }
    }
}

/// Rules of one list that run at two stages would not keep their order: where one reads the viewer's request, all rewrites
/// run with it, unless one has to run where the origin is asked.
fn stage_of_rewrites(routes: &[Route], passes: &[([bool; 5], [bool; 5])], by_scheme: bool) -> Option<&'static str> {
    if !routes.iter().any(|route| route.reads_viewer) {
        return None;
    }
    // The scheme is told late: what is before a rewrite and asks for it has to see the path before it.
    if by_scheme || routes.iter().any(stays_at_origin) {
        return Some("origin-request");
    }
    let [.., rewrites, _] = Slot::ALL.map(|slot| slot as usize);
    let in_list = |passes: &[bool; 5]| passes.get(rewrites) == Some(&true);
    let mut with_passes = routes.iter().zip(passes);
    let reads = with_passes
        .any(|(route, (own, of_files))| route.reads_viewer && (is_rewrite(route) || in_list(own) || in_list(of_files)));
    let by_country = routes.iter().any(|route| route.when.iter().any(|(name, _)| name == "country"));
    (reads && !by_country).then_some("viewer-request")
}

/// Whether an answer or a redirect by the scheme comes before a rewrite of paths that it may be for.
fn asks_scheme_before(routes: &[Route], sink: &Sink) -> bool {
    let mut own = Later::new(true);
    for answer in sink.answers() {
        let member = |name: &str| answer.iter().find(|(own, _)| own == name).map(|(_, value)| value);
        match member("for").filter(|_| member("when").is_some_and(any_asks_scheme)) {
            Some(Value::Array(all)) => all.iter().for_each(|one| own.add(text_of(one))),
            Some(one) => own.add(text_of(one)),
            None => {}
        }
    }
    for route in routes {
        if is_rewrite(route) && route.patterns().any(|pattern| own.may_take(pattern)) {
            return true;
        }
        if matches!(route.action, Action::Redirect) && route.when.iter().any(|(name, value)| asks_scheme(name, value)) {
            route.patterns().for_each(|pattern| own.add(pattern));
        }
    }
    false
}

/// A pattern; of an expression, one that may be for any path.
fn text_of(pattern: &Value) -> &str {
    if let Value::String(text) = pattern { text } else { "~" }
}

/// Whether a member of `when` compares the scheme, also inside of others.
fn asks_scheme(name: &str, value: &Value) -> bool {
    match name {
        "scheme" => true,
        "not" => any_asks_scheme(value),
        "any" => matches!(value, Value::Array(ways) if ways.iter().any(any_asks_scheme)),
        _ => false,
    }
}

fn any_asks_scheme(when: &Value) -> bool {
    matches!(when, Value::Object(members) if members.iter().any(|(name, value)| asks_scheme(name, value)))
}

/// The lists that a line has a rule in.
fn acts(route: &Route, late: bool) -> &'static [Slot] {
    match (&route.action, late) {
        (Action::Redirect, false) => &[Slot::Redirects],
        (Action::Redirect, true) => &[Slot::LateRedirects],
        (Action::Rewrite, false) => &[Slot::Rewrites],
        (Action::Rewrite, true) => &[Slot::LateRewrites],
        (Action::Proxy(_), _) => &[Slot::Origins, Slot::Rewrites],
        (Action::Stay, _) => &[],
    }
}

/// A file is at the one path that the line is for.
fn is_dead(route: &Route, files: &[String]) -> bool {
    !files.is_empty() && route.is_exact() && !route.folds()
}

/// A rewrite that cannot run at viewer-request: the origin is chosen by the path before it, or the status set by it.
fn stays_at_origin(route: &Route) -> bool {
    matches!(route.action, Action::Proxy(_)) || route.status >= 400
}

fn is_rewrite(route: &Route) -> bool {
    matches!(route.action, Action::Rewrite | Action::Proxy(_))
}

/// At origin-request the host is the origin's on some platforms, unless the viewer's is forwarded.
fn warn_of_hosts(routes: &[Route], sink: &mut Sink) {
    let by_host = |route: &&Route| is_rewrite(route) && route.when.iter().any(|(name, _)| name == "host");
    if let Some(route) = routes.iter().find(by_host) {
        warn_of_host(route.spans.line, sink);
    }
}

pub(super) fn warn_of_host(span: Span, sink: &mut Sink) {
    let message = "with proxied paths, error pages or conditions on the scheme in the file, rewrites compare the host where the origin is asked";
    sink.warning("host-at-origin", span, message, "forward the Host header to the origin stages");
}

/// Patterns and conditions.
fn head(route: &Route, slot: Slot, patterns: &[String], exact_slash: bool) -> Members {
    let mut members: Members = vec![(slot.paths(), one_or_list(patterns), Some(route.spans.from))];
    if exact_slash {
        members.push(("ignoreTrailingSlash", Value::Bool(false), None));
    }
    members.extend(route.paths.iter().map(|(name, value)| (*name, value.clone(), None)));
    if !route.when.is_empty() {
        members.push(("when", Value::Object(route.when.clone()), route.spans.when));
    }
    members
}

fn pass(
    route: &Route,
    slot: Slot,
    patterns: &[String],
    (exact_slash, rewrites_at): (bool, Option<&str>),
    sink: &mut Sink,
) {
    let mut members = head(route, slot, patterns, exact_slash);
    members.push(("pass", Value::Bool(true), None));
    if slot.is_late() {
        members.push(("fallback", Value::Bool(true), None));
    } else if slot == Slot::Rewrites {
        members.extend(rewrites_at.map(|stage| ("at", string(stage), None)));
    }
    sink.rule(slot.list(), route.spans.line, members);
}

fn act(route: &Route, slot: Slot, rewrites_at: Option<&str>, sink: &mut Sink) {
    for mapping in &route.mappings {
        let mut members = head(route, slot, &mapping.from, route.exact_slash);
        match (&route.action, slot) {
            (Action::Proxy(origin), Slot::Origins) => {
                members.push(("to", origin.clone(), Some(route.spans.to)));
            }
            _ => members.push(("to", string(&mapping.to), Some(route.spans.to))),
        }
        if slot != Slot::Origins {
            members.extend(route.query.clone().map(|query| ("query", query, None)));
        }
        if matches!(route.action, Action::Redirect) || route.status >= 400 {
            members.push(("status", Value::Number(f64::from(route.status)), route.spans.status));
        }
        if slot.is_late() {
            members.push(("fallback", Value::Bool(true), None));
        } else if slot == Slot::Rewrites {
            members.extend(rewrites_at.map(|stage| ("at", string(stage), None)));
        }
        sink.rule(slot.list(), route.spans.line, members);
    }
}

/// The paths of the lines that come later, coarsely: what a pattern begins with. More than enough does no harm.
#[derive(Default)]
pub(super) struct Later {
    /// Of patterns without wildcards.
    exact: BTreeSet<String>,
    /// What the others begin with.
    open: BTreeSet<String>,
    /// How long these are.
    lengths: BTreeSet<usize>,
    /// Some of them ignore case, so none counts.
    folds: bool,
}

impl Later {
    /// `folds` says that case is not to count.
    pub(super) fn new(folds: bool) -> Later {
        Later { folds, ..Later::default() }
    }

    pub(super) fn add(&mut self, pattern: &str) {
        let (begin, exact) = self.beginning(pattern);
        if exact {
            self.exact.insert(begin);
        } else {
            self.lengths.insert(begin.len());
            self.open.insert(begin);
        }
    }

    fn beginning(&self, pattern: &str) -> (String, bool) {
        let (begin, exact) = beginning(pattern);
        (if self.folds { begin.to_lowercase() } else { begin }, exact)
    }

    /// Whether a later pattern may match a path that this one matches.
    pub(super) fn may_take(&self, pattern: &str) -> bool {
        let (begin, exact) = self.beginning(pattern);
        let shorter = || {
            let mut lengths = self.lengths.range(..=begin.len());
            lengths.any(|len| begin.get(..*len).is_some_and(|part| self.open.contains(part)))
        };
        let longer =
            |set: &BTreeSet<String>| set.range(begin.clone()..).next().is_some_and(|next| next.starts_with(&begin));
        shorter() || if exact { self.exact.contains(&begin) } else { longer(&self.open) || longer(&self.exact) }
    }
}

/// The literal text that a pattern begins with, normalised and without its trailing slash, and whether that is all of it.
pub(super) fn beginning(pattern: &str) -> (String, bool) {
    if pattern.starts_with('~') {
        return (String::new(), false);
    }
    let exact = is_exact(pattern);
    let end = if exact { pattern.len() } else { pattern.find([':', '*', '{']).unwrap_or(pattern.len()) };
    let text = pattern.get(..end).unwrap_or_default();
    let text = normalise(text).unwrap_or_else(|| text.to_owned());
    (text.trim_end_matches('/').to_owned(), exact)
}
