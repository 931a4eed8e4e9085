//! Answers: what keeps requests out, and what comes before it.

use super::choose::Location;
use super::condition::condition;
use super::known::closes;
use super::lex::Directive;
use super::permissions::Permissions;
use super::{Reader, disjoint};
use crate::dialect::arrange::Later;
use crate::dialect::route::{Action, Mapping, Route, one_or_list};
use crate::dialect::sink::{Members, string};
use crate::dialect::taken::with_folders;
use crate::dialect::when::add;
use crate::places::Span;
use crate::rules::Value;

impl Reader {
    /// Answers 403 where a guard stands that rules do not have: what it keeps out must not come in.
    pub(super) fn close(&mut self, span: Span, from: Vec<String>, paths: Vec<(&'static str, Value)>) {
        let route = Route { paths, ..self.route(span, from, String::new(), &[]) };
        self.respond(&route, 403, Vec::new());
    }

    /// Answers 403 for those who do not come in.
    pub(super) fn permit(
        &mut self,
        own: &Permissions,
        span: Span,
        from: Vec<String>,
        paths: Vec<(&'static str, Value)>,
    ) {
        let Some(others) = own.who().sure.others() else { return };
        let route = Route { paths, ..self.route(span, from, String::new(), &others) };
        // What is chosen before is left out where that is known, and closed as well where it is not.
        if let Err(what) = self.answer(&route, 403) {
            self.refuse(span, &what);
        }
    }

    /// `internal`: whoever asks for it from outside finds nothing; as a page of errors it is served all the same.
    pub(super) fn hide(&mut self, span: Span, location: &Location<'_>) {
        let (answers, is_missing, pages) = (self.answers.len(), self.is_missing, self.pages.len());
        let route = self.route(span, location.patterns.clone(), String::new(), &[]);
        self.respond(&Route { paths: location.paths(), ..route }, 404, Vec::new());
        self.answers.truncate(answers);
        self.pages.truncate(pages);
        self.is_missing = is_missing;
    }

    /// `limit_except GET { deny all; }`
    pub(super) fn limit(&mut self, directive: &Directive, location: &Location<'_>) -> Result<(), String> {
        let inner = Permissions::default().read(directive.block.as_deref().unwrap_or_default());
        let Some(others) = inner.who().sure.others() else { return Ok(()) };
        let mut methods: Vec<Value> =
            directive.words.iter().map(|word| string(word.text.to_ascii_uppercase())).collect();
        if methods.contains(&string("GET")) {
            methods.push(string("HEAD"));
        }
        let limited = Value::Object(vec![("method".to_owned(), Value::Array(methods))]);
        let mut when = vec![("not".to_owned(), limited)];
        let joined = add(&mut when, others);
        let route = self.route(directive.span, location.patterns.clone(), String::new(), &when);
        self.respond(&Route { paths: location.paths(), ..route }, 403, Vec::new());
        joined.and(if inner.unknown.is_empty() {
            Ok(())
        } else {
            Err("permissions of nginx for methods; others are answered 403".to_owned())
        })
    }

    /// An answer with a status alone. Answers come before all else, so what is chosen before this one is left out of its paths.
    pub(super) fn answer(&mut self, route: &Route, status: u16) -> Result<(), String> {
        let (seen, before) = &mut self.before;
        self.routes.iter().skip(*seen).flat_map(Route::patterns).for_each(|pattern| before.add(pattern));
        *seen = self.routes.len();
        if !route.patterns().any(|pattern| before.may_take(pattern)) {
            self.respond(route, status, Vec::new());
            return Ok(());
        }
        let mut own = Later::default();
        route.patterns().for_each(|pattern| own.add(pattern));
        let meets = |other: &str| route.patterns().any(|pattern| disjoint(pattern, other) != Some(true));
        let may_take = |other: &&Route| other.patterns().any(|other| meets(other) && own.may_take(other));
        let earlier: Vec<&Route> = self.routes.iter().filter(may_take).collect();
        let is_exact = route.paths.is_empty() && earlier.iter().all(|other| other.when == self.when);
        let except = earlier.iter().flat_map(|other| other.patterns()).map(str::to_owned).collect();
        if !is_exact {
            self.respond(route, status, Vec::new());
            return Err(format!("an answer after a rule for the same paths; {status} comes before that rule"));
        }
        self.respond(route, status, except);
        Ok(())
    }

    /// Answers for folders whose page is answered for: nginx looks for it as if it had been asked for by its name, but where
    /// the folder itself leads elsewhere.
    pub(super) fn close_folders(&mut self, first: usize) {
        let leads =
            |route: &&Route| matches!(route.action, Action::Redirect | Action::Proxy(_)) && route.when == self.when;
        let except: Vec<String> =
            self.routes.iter().skip(first).filter(leads).flat_map(Route::patterns).map(str::to_owned).collect();
        if except.iter().any(|pattern| pattern == "/*") {
            return;
        }
        for (mut route, status) in std::mem::take(&mut self.pages) {
            let own: Vec<String> = route.patterns().map(str::to_owned).collect();
            let mut all = own.clone();
            with_folders(&mut all, &self.indexes);
            all.retain(|pattern| !own.contains(pattern));
            if !all.is_empty() {
                route.mappings = vec![Mapping { from: all, to: String::new() }];
                self.respond(&route, status, except.clone());
            }
        }
        self.pages.clear();
    }

    fn respond(&mut self, route: &Route, status: u16, mut except: Vec<String>) {
        let from: Vec<String> = route.patterns().map(str::to_owned).collect();
        self.answers.extend(from.iter().cloned());
        self.is_missing |= status == 404;
        self.pages.push((route.clone(), status));
        let mut members: Members = vec![("for", one_or_list(&from), None)];
        except.dedup();
        if !except.is_empty() {
            members.push(("except", one_or_list(&except), None));
        }
        members.extend(route.paths.iter().map(|(name, value)| (*name, value.clone(), None)));
        if !route.when.is_empty() {
            members.push(("when", Value::Object(route.when.clone()), None));
        }
        members.push(("status", Value::Number(f64::from(status)), None));
        self.sink.rule("responses", route.spans.line, members);
    }
}

/// A guard that nothing was made of: an `if` that cannot be read, a location that cannot, or one in another.
pub(super) fn is_lost_guard(item: &Directive) -> bool {
    match item.name.as_str() {
        "if" => condition(item).is_err() && closes(item),
        _ => item.block.is_some() && closes(item) && item.name != "limit_except",
    }
}

/// A condition that the host is none of these.
pub(super) fn but_for(hosts: Vec<String>) -> Vec<(String, Value)> {
    if hosts.is_empty() {
        return Vec::new();
    }
    vec![("not".to_owned(), Value::Object(vec![("host".to_owned(), one_or_list(&hosts))]))]
}
