//! Answers: what keeps requests out, and what comes before it.

use super::choose::Location;
use super::known::is_harmless_file;
use super::lex::Directive;
use super::permissions::Permissions;
use super::{Reader, disjoint};
use crate::dialect::own::Own;
use crate::dialect::route::{Action, Mapping, Route, is_exact, one_or_list};
use crate::dialect::sink::{Members, has_stars, string, unread};
use crate::dialect::taken::{Taken, are_apart, is_below, with_folders};
use crate::dialect::when::add;
use crate::places::Span;
use crate::rules::Value;

/// What is answered.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) text: Option<String>,
    /// The type of the text, if it is not plain.
    pub(super) kind: Option<String>,
    pub(super) headers: Vec<(String, Value)>,
}

/// Whether a rule is sure to take its paths from an answer for some: what a rewrite leads to is looked for among all rules again.
fn takes(route: &Route, paths: &[String]) -> bool {
    route.acts_in(paths) && (route.yields || route.action != Action::Rewrite)
}

impl Answer {
    pub(super) fn of(status: u16) -> Answer {
        Answer { status, text: None, kind: None, headers: Vec::new() }
    }
}

impl Reader {
    /// Answers 403 where a guard stands that rules do not have: what it keeps out must not come in.
    pub(super) fn close(&mut self, span: Span, from: Vec<String>, paths: Vec<(&'static str, Value)>) {
        let route = Route { paths, ..self.route(span, from, String::new(), &[]) };
        self.respond(&route, &Answer::of(403), Vec::new());
    }

    /// A file that is not read may keep requests out.
    pub(super) fn include(
        &mut self,
        directive: &Directive,
        from: Vec<String>,
        paths: Vec<(&'static str, Value)>,
    ) -> Result<(), String> {
        if is_harmless_file(directive) {
            return Ok(());
        }
        let path = directive.words.first().map_or("", |word| word.text.as_str());
        if has_stars(path) {
            self.left_out += 1;
            self.sink.nothing_included(directive.span, "include", path);
            return Ok(());
        }
        self.close(directive.span, from, paths);
        let what = unread("include", path);
        Err(format!("{what}; it may keep requests out, so the paths that it is for are answered 403"))
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
        if let Err(what) = self.answer(&route, &Answer::of(403)) {
            self.refuse(span, &what);
        }
    }

    /// `internal`: whoever asks for it from outside finds nothing; as a page of errors it is served all the same.
    pub(super) fn hide(&mut self, span: Span, location: &Location<'_>) -> Result<(), String> {
        let (is_missing, pages) = (self.is_missing, self.pages.len());
        // A rewrite may lead to it, too.
        let parts = self.parts.len();
        let route = self.route(span, location.patterns.clone(), String::new(), &[]);
        let done = self.answer(&Route { paths: location.paths(), ..route }, &Answer::of(404));
        self.parts.truncate(parts);
        self.pages.truncate(pages);
        self.is_missing = is_missing;
        done
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
        self.respond(&Route { paths: location.paths(), ..route }, &Answer::of(403), Vec::new());
        joined.and(if inner.unknown.is_empty() {
            Ok(())
        } else {
            Err("permissions of nginx for methods; others are answered 403".to_owned())
        })
    }

    /// Answers come before all else, so what is chosen before this one is left out of its paths; but for rules that may not act.
    pub(super) fn answer(&mut self, route: &Route, answer: &Answer) -> Result<(), String> {
        let (seen, before) = &mut self.before;
        self.routes.iter().skip(*seen).flat_map(Route::patterns).for_each(|pattern| before.add(pattern));
        *seen = self.routes.len();
        if !route.patterns().any(|pattern| before.may_take(pattern)) {
            self.respond(route, answer, Vec::new());
            return Ok(());
        }
        let (own, spelled) = (Own::of(route), route.any_case());
        let meets =
            |pattern: &str| spelled.iter().any(|own| disjoint(own, pattern) != Some(true) && !are_apart(own, pattern));
        let may_take = |other: &&Route| own.meets(other) && other.any_case().iter().any(|pattern| meets(pattern));
        let earlier: Vec<&Route> = self.routes.iter().filter(may_take).collect();
        let mut is_exact =
            route.paths.is_empty() && earlier.iter().all(|other| other.when == self.when && !other.folds());
        let mut except = Vec::new();
        if is_exact {
            let (sure, unsure): (Vec<&Route>, Vec<&Route>) =
                earlier.into_iter().partition(|other| takes(other, &spelled));
            // A location that such a rule is for as a whole serves nothing.
            let is_lost = |pattern: &str| unsure.iter().any(|other| other.patterns().any(|own| own == pattern));
            let open = sure.iter().flat_map(|other| other.patterns()).filter(|pattern| !is_lost(pattern));
            except.extend(open.map(str::to_owned));
            is_exact = unsure.iter().all(|other| other.patterns().all(|own| except.iter().any(|it| is_below(own, it))));
        }
        self.respond(route, answer, except);
        if !is_exact {
            return Err(format!("an answer after a rule for the same paths; {} comes before that rule", answer.status));
        }
        Ok(())
    }

    /// Answers for folders whose page is answered for: nginx looks for it as if it had been asked for by its name, but where
    /// the folder itself leads elsewhere.
    pub(super) fn close_folders(&mut self, first: usize) {
        let leads =
            |route: &Route| matches!(route.action, Action::Redirect | Action::Proxy(_)) && route.when == self.when;
        let routes = self.routes.get(first..).unwrap_or_default();
        let may_hold_folders = |pattern: &String| pattern.starts_with('~') || pattern.ends_with(['*', '/']);
        // A location that is chosen before it may hold a folder, and serves that.
        let is_served_before = |at: usize, pattern: &str| {
            let served = routes.iter().take(at).filter(|route| route.action == Action::Stay).flat_map(Route::any_case);
            served.filter(may_hold_folders).any(|own| own != pattern && disjoint(&own, pattern) != Some(true))
        };
        let all = routes.iter().enumerate().filter(|(_, route)| leads(route));
        let all = all.flat_map(|(at, route)| route.any_case().into_iter().map(move |pattern| (at, pattern)));
        let (unsure, except): (Vec<_>, Vec<_>) = all.partition(|(at, pattern)| is_served_before(*at, pattern));
        let is_unsure = !unsure.is_empty();
        let except: Vec<(Route, String)> =
            except.into_iter().filter_map(|(at, pattern)| Some((routes.get(at)?.clone(), pattern))).collect();
        for (mut route, answer) in std::mem::take(&mut self.pages) {
            let own: Vec<String> = route.patterns().map(str::to_owned).collect();
            let mut all = own.clone();
            with_folders(&mut all, &self.indexes);
            all.retain(|pattern| !own.contains(pattern));
            let folders = Taken::new(all.iter().map(String::as_str));
            let (except, lost): (Vec<_>, Vec<_>) = except.iter().partition(|(route, _)| route.acts_in(&all));
            let except: Vec<String> = except.into_iter().map(|(_, pattern)| pattern.clone()).collect();
            if except.iter().any(|pattern| pattern == "/*") {
                continue;
            }
            if is_unsure && all.iter().any(|pattern| !is_exact(pattern))
                || lost.iter().any(|(_, pattern)| folders.meets(pattern))
            {
                let what =
                    "an answer for the pages of folders of which some lead elsewhere; these are answered as well";
                self.refuse(route.spans.line, what);
            }
            if !all.is_empty() {
                route.mappings = vec![Mapping { from: all, to: String::new() }];
                self.respond(&route, &answer, except);
            }
        }
        self.pages.clear();
    }

    pub(super) fn respond(&mut self, route: &Route, answer: &Answer, mut except: Vec<String>) {
        let from: Vec<String> = route.patterns().map(str::to_owned).collect();
        if from != ["/*"] || !except.is_empty() {
            self.parts.extend(from.iter().cloned());
        }
        self.is_missing |= answer.status == 404 && answer.text.is_none();
        self.pages.push((route.clone(), answer.clone()));
        let mut members: Members = vec![("for", one_or_list(&from), None)];
        except.dedup();
        if !except.is_empty() {
            members.push(("except", one_or_list(&except), None));
        }
        members.extend(route.paths.iter().map(|(name, value)| (*name, value.clone(), None)));
        if !route.when.is_empty() {
            members.push(("when", Value::Object(route.when.clone()), None));
        }
        members.push(("status", Value::Number(f64::from(answer.status)), None));
        let mut headers = answer.headers.clone();
        if answer.text.is_some() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            headers.extend(answer.kind.iter().map(|kind| ("Content-Type".to_owned(), string(kind))));
        }
        if !headers.is_empty() {
            members.push(("headers", Value::Object(headers), None));
        }
        match (&answer.text, self.bodies.iter().find(|(status, _)| *status == answer.status)) {
            (Some(text), _) => members.push(("body", string(text), None)),
            (None, Some((_, body))) => members.push(("body", body.clone(), None)),
            (None, None) => {}
        }
        self.sink.rule("responses", route.spans.line, members);
    }
}
