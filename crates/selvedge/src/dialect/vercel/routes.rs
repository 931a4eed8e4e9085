//! `routes`, the older form: expressions for the whole path, tried in order, each with what it does.
//!
//! Documented at <https://vercel.com/docs/project-configuration#routes>. Redirects, pages, other servers, error pages and headers
//! are rules here; what a function of Vercel's or a later phase would do is an error.

use super::earlier::Earlier;
use super::order::{Acts, Order};
use super::route_parts::{ALIASES, List, goes_on, lists_of, refuses, spelled, spelled_of, src, status};
use super::route_paths::paths;
use super::source::Capture;
use super::target::{Names, template};
use super::viewer::asks_who;
use super::{Reader, condition, destination, is_url, member, source, text};
use crate::dialect::certain::{fits_always, leads_always};
use crate::dialect::line::split_url;
use crate::dialect::route::beginning;
use crate::dialect::sink::Members;
use crate::places::Span;
use crate::rules::Value;

/// The members that are read, besides `handle` and those with two names.
const KNOWN: [&str; 8] = ["headers", "continue", "methods", "has", "missing", "caseSensitive", "check", "mitigate"];

/// A route without what it does.
struct Route {
    from: Value,
    except: Vec<Value>,
    captures: Vec<Capture>,
    when: Option<Value>,
    facts: Vec<(String, String)>,
    folds: bool,
    /// The files of the site come before it.
    late: bool,
    /// The lists of the routes after it: there it passes, or one of them would take its paths.
    after: Vec<List>,
    position: usize,
    span: Span,
}

impl Reader<'_> {
    pub(super) fn routes(&mut self, routes: &[(&Value, String)]) {
        self.place_rewrites(routes);
        let mut after_files = false;
        self.order = Order::new(routes.iter().map(|(item, _)| {
            after_files |= member(item, "handle").is_some();
            (*item, after_files && self.served.is_none())
        }));
        let mut late = false;
        // What earlier routes take from everybody: no later one answers there.
        let mut taken = Earlier::default();
        for (position, (item, place)) in routes.iter().enumerate() {
            let after = lists_of(routes.get(position + 1..).unwrap_or_default());
            match member(item, "handle") {
                Some(Value::String(phase)) if phase == "filesystem" => {
                    late = true;
                    self.files_first(&after, place);
                    continue;
                }
                Some(_) => {
                    let help = "write what it does as redirects, rewrites and headers";
                    self.error(
                        "not-honoured",
                        place,
                        "of the phases of Vercel only \"filesystem\" is known here",
                        help,
                    );
                    return;
                }
                None => {}
            }
            match self.route(item, place, (late, after, position), &taken) {
                Some((route, acts)) if route.is_for_everybody(item) => taken.add(route.from, item, acts),
                None if !late && (refuses(item) || asks_who(item) && !goes_on(item)) => {
                    self.close(item, place, &taken.taken)
                }
                Some(_) => {}
                None => {}
            }
        }
    }

    /// One route as rules, and whether it acts on all its paths. `None`: it cannot be honoured; the sink knows why.
    fn route(
        &mut self,
        item: &Value,
        place: &str,
        at: (bool, Vec<List>, usize),
        taken: &Earlier,
    ) -> Option<(Route, bool)> {
        let route = self.route_head(item, place, at)?;
        let (set, location) = self.headers_of_route(item, place, &route)?;
        let acts = self.act(item, place, &route, location, taken)?;
        if !set.is_empty() {
            let mut members = self.head(&route, "for");
            members.push(("set", Value::Object(set), self.places.span(&format!("{place}.headers"))));
            self.sink.rule("headers", route.span, members);
        }
        Some((route, acts))
    }

    /// Answers 403 where rules do not have what a route keeps requests out by.
    fn close(&mut self, item: &Value, place: &str, taken: &[Value]) {
        let src = src(item);
        let (from, mut except) = match paths(src, "(?i)") {
            Ok((from, except, _)) if !src.is_empty() => (from, except),
            _ => (text(&format!("{}*", beginning(src))), Vec::new()),
        };
        except.extend_from_slice(taken);
        let mut members: Members = vec![("for", from, Some(self.span(place)))];
        if !except.is_empty() {
            members.push(("except", Value::Array(except), None));
        }
        members.extend(["ignoreCase", "ignoreTrailingSlash"].map(|name| (name, Value::Bool(true), None)));
        members.push(("status", Value::Number(403.0), None));
        self.sink.rule("responses", self.span(place), members);
    }

    /// What it does besides setting headers, and whether it does so on all its paths. `None`: it cannot be honoured; the sink knows
    /// why.
    fn act(
        &mut self,
        item: &Value,
        place: &str,
        route: &Route,
        location: Option<String>,
        taken: &Earlier,
    ) -> Option<bool> {
        let goes_on = goes_on(item);
        let mut status = match status(item) {
            None | Some(Value::Null) => None,
            Some(Value::Number(status)) => Some(*status),
            Some(_) => {
                let place = format!("{place}.{}", spelled(item, ["status", "statusCode"]));
                self.error("invalid-value", &place, "expected a number", "");
                return None;
            }
        };
        match member(item, "mitigate").map(|mitigate| member(mitigate, "action")) {
            None => {}
            Some(Some(Value::String(action))) if action == "deny" => status = Some(403.0),
            Some(_) => {
                let message = "only \"deny\" of \"mitigate\" is known here; the paths are answered 403";
                self.error("not-honoured", &format!("{place}.mitigate"), message, "protect these paths at the origin");
                return None;
            }
        }
        let dest = match destination(item) {
            Some(Value::String(dest)) => Some(dest),
            Some(_) => {
                let place = format!("{place}.{}", spelled(item, ["dest", "destination"]));
                self.error("not-honoured", &place, "only a path or a URL is known here", "write it as a text");
                return None;
            }
            None => None,
        };
        match (dest, location, status) {
            (None, Some(to), Some(status)) if [301.0, 302.0, 303.0, 307.0, 308.0].contains(&status) => {
                let acts = leads_always([spelled_of(&route.from).as_str()], &to, !self.of_next);
                let mut members = self.head(route, "from");
                members.push(("to", Value::String(to), None));
                members.push(("status", Value::Number(status), None));
                members.extend(self.fallback(route));
                self.sink.rule("redirects", route.span, members);
                Some(acts)
            }
            (None, None, Some(status)) if !route.late && (400.0..600.0).contains(&status) => {
                let mut members: Members = self.head(route, "for");
                members.retain(|(name, ..)| *name != "except");
                let except: Vec<Value> = route.except.iter().chain(&taken.taken).cloned().collect();
                if !except.is_empty() {
                    members.push(("except", Value::Array(except), None));
                }
                members.push(("status", Value::Number(status), None));
                self.sink.rule("responses", route.span, members);
                if taken.may_leave(item) {
                    let message = format!("an answer after a route that may not act; {status} comes before that route");
                    self.error(
                        "not-honoured",
                        place,
                        message,
                        "let that route lead to one place, without a part of the path",
                    );
                }
                Some(true)
            }
            (None, None, None) => {
                if !goes_on {
                    self.pass(route, &["redirects", "origins", "rewrites"]);
                }
                Some(true)
            }
            (Some(_), None, _) if goes_on => {
                let help = "let the route that follows match the path as it came";
                self.error("not-honoured", place, "a path that is changed for the routes after it", help);
                None
            }
            (Some(dest), None, status) => self.dest((item, dest), status, place, route),
            _ => {
                let help = "a redirect has \"status\" and a \"Location\"; a page has \"dest\", and for an error its \"status\"";
                self.error("not-honoured", place, "a route that answers by itself", help);
                None
            }
        }
    }

    fn route_head(
        &mut self,
        item: &Value,
        place: &str,
        (late, after, position): (bool, Vec<List>, usize),
    ) -> Option<Route> {
        self.known(item, place, &[&KNOWN[..], ALIASES.as_flattened()].concat());
        self.values_of_route(item, place)?;
        let Some(Value::String(src)) = source(item) else {
            self.error("missing-field", place, "\"src\" is missing", "which paths it is for");
            return None;
        };
        // Patterns have it from the file or the rule.
        let folds = member(item, "caseSensitive") != Some(&Value::Bool(true));
        let (from, except, captures) = match paths(src, if folds { "(?i)" } else { "" }) {
            Ok(paths) => paths,
            Err(message) => {
                let place = format!("{place}.{}", spelled(item, ["src", "source"]));
                self.error("not-honoured", &place, message, "");
                return None;
            }
        };
        let condition = match condition::read(member(item, "has"), member(item, "missing")) {
            Ok(condition) => condition,
            Err((part, message)) => {
                self.error("not-honoured", &format!("{place}.{part}"), message, "");
                return None;
            }
        };
        let mut when = condition.when;
        if let Some(methods @ Value::Array(_)) = member(item, "methods") {
            let mut members = match when {
                Some(Value::Object(members)) => members,
                _ => Vec::new(),
            };
            members.push(("method".to_owned(), methods.clone()));
            when = Some(Value::Object(members));
        }
        let (facts, span) = (condition.facts, self.span(place));
        Some(Route { from, except, captures, when, facts, folds, late, after, position, span })
    }

    /// The headers of a route, its `Location` apart. `None`: one cannot be honoured.
    #[allow(clippy::type_complexity)] // Names and values.
    fn headers_of_route(
        &mut self,
        item: &Value,
        place: &str,
        route: &Route,
    ) -> Option<(Vec<(String, Value)>, Option<String>)> {
        let (mut set, mut location) = (Vec::new(), None);
        let Some(Value::Object(headers)) = member(item, "headers") else { return Some((set, location)) };
        for (name, value) in headers {
            let place = format!("{place}.headers.{name}");
            let Value::String(value) = value else {
                self.error("invalid-value", &place, "expected a text", "");
                return None;
            };
            let is_location = name.eq_ignore_ascii_case("location");
            let value = self.filled(value, &place, route, is_location)?;
            if is_location {
                location = Some(value);
            } else {
                set.push((name.clone(), Value::String(value)));
            }
        }
        Some((set, location))
    }

    /// A page of the site or another server.
    fn dest(&mut self, (item, dest): (&Value, &str), status: Option<f64>, place: &str, route: &Route) -> Option<bool> {
        let spelled = format!("{place}.{}", spelled(item, ["dest", "destination"]));
        let span = self.places.span(&spelled);
        let to = self.filled(dest, &spelled, route, true)?;
        // Another server has none of the site's files.
        let acts = is_url(dest) || fits_always(&to);
        let others: &[&str] = if is_url(dest) { &["redirects"] } else { &["redirects", "origins"] };
        self.pass(route, others);
        self.pass_other_rewrites(route, is_url(dest));
        let path = match split_url(&to) {
            None => to,
            Some((scheme, host, path)) => {
                let Some(origin) = super::rules::origin(host, scheme == "https") else {
                    let help = "an origin is written out; choose it by rules of \"origins\"";
                    self.error("not-honoured", &spelled, "a host that depends on the request", help);
                    return None;
                };
                let mut members = self.head(route, "for");
                members.push(("to", origin, span));
                self.sink.rule("origins", route.span, members);
                if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
            }
        };
        let mut members = self.head(route, "from");
        members.extend(super::rules::query_mode(&path));
        members.push(("to", Value::String(path), span));
        match status {
            Some(status) if (400.0..600.0).contains(&status) => members.push(("status", Value::Number(status), None)),
            Some(status) if status != 200.0 => {
                let message = format!("{status} is not the status of a page");
                let place = format!("{place}.{}", super::route_parts::spelled(item, ["status", "statusCode"]));
                self.error("not-honoured", &place, message, "400 to 599, or none");
                return None;
            }
            _ => {}
        }
        if is_url(dest) {
            if route.late && self.served.is_none() {
                self.another_server_first(place);
            }
        } else {
            members.extend(self.fallback(route));
        }
        if self.fallback(route).is_none() || is_url(dest) {
            members.extend(self.stage());
        }
        self.sink.rule("rewrites", route.span, members);
        Some(acts)
    }

    fn filled(&mut self, value: &str, place: &str, route: &Route, in_path: bool) -> Option<String> {
        let names = Names { captures: &route.captures, facts: &route.facts };
        match template(value, &names, in_path) {
            Ok((value, _)) if in_path && split_url(&value).is_none() && !value.starts_with('/') => {
                Some(format!("/{value}"))
            }
            Ok((value, _)) => Some(value),
            Err(message) => {
                self.error("not-honoured", place, message, "");
                None
            }
        }
    }

    /// In these lists no later route takes the paths of this one.
    fn pass(&mut self, route: &Route, lists: &[&str]) {
        for (list, paths) in route.after.iter().filter(|(list, _)| lists.contains(list)) {
            let mut members = self.head(route, paths);
            members.push(("pass", Value::Bool(true), None));
            if *list != "origins" {
                members.extend(self.fallback(route));
            }
            if *list == "rewrites" && self.fallback(route).is_none() {
                members.extend(self.stage());
            }
            self.sink.rule(list, route.span, members);
        }
    }

    /// A later route does not take the paths of this one where it acts at another time: what another server answers is the answer,
    /// also that it has nothing.
    fn pass_other_rewrites(&mut self, route: &Route, is_proxy: bool) {
        let acts = match (is_proxy, self.fallback(route)) {
            (true, _) if self.order.has_after(route.position, Acts::Late) => {
                Some(("fallback", Value::Bool(true), None))
            }
            (false, Some(_)) if self.order.has_after(route.position, Acts::Proxy) => self.stage(),
            _ => return,
        };
        let mut members = self.head(route, "from");
        members.push(("pass", Value::Bool(true), None));
        members.extend(acts);
        self.sink.rule("rewrites", route.span, members);
    }

    /// Files that are not known come first by asking for them.
    fn fallback(&self, route: &Route) -> Option<(&'static str, Value, Option<Span>)> {
        (route.late && self.served.is_none()).then_some(("fallback", Value::Bool(true), None))
    }

    /// Paths and condition.
    fn head(&self, route: &Route, paths: &'static str) -> Members {
        let mut members: Members = vec![(paths, route.from.clone(), Some(route.span))];
        if !route.except.is_empty() {
            members.push(("except", Value::Array(route.except.clone()), None));
        }
        if !route.folds {
            members.push(("ignoreCase", Value::Bool(false), None));
        }
        members.extend(route.when.clone().map(|when| ("when", when, None)));
        members
    }
}

impl Route {
    /// Whether no later route sees its paths, whoever asks.
    fn is_for_everybody(&self, item: &Value) -> bool {
        self.when.is_none() && self.except.is_empty() && self.folds && !self.late && !goes_on(item)
    }
}
