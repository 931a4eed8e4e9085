//! nginx: servers, locations, `return`, `rewrite`, `try_files`, `proxy_pass`, `error_page`.
//!
//! Documented at <https://nginx.org/en/docs/http/ngx_http_core_module.html#location> and
//! <https://nginx.org/en/docs/http/ngx_http_rewrite_module.html>. What a server says of redirects comes before its locations. Of
//! these one is chosen: by the whole path, by the longest beginning with `^~`, by the first expression, by the longest beginning.

mod act;
mod choose;
mod condition;
mod constants;
mod groups;
mod guard;
mod headers;
mod known;
mod lex;
mod location;
mod map;
mod named;
mod names;
mod pages;
mod permissions;
mod proxy;
mod server;
mod target;
mod viewer;

use std::rc::Rc;

use choose::Location;
use constants::{constants, is_constant};
use guard::Answer;
use known::{is_guard, is_harmless, is_off};
use lex::{Directive, directives};
use map::Map;
use named::Named;
use names::Name;
use permissions::{Permissions, is_permission, returns, server_returns};
use viewer::{is_lost_guard, set_by_viewer};

use super::arrange::{Later, arrange};
use super::existing::Existing;
use super::route::{Mapping, Route};
use super::sink::{Members, Sink, string};
use super::when::add;
use super::{Options, Parsed};
use crate::places::Span;
use crate::rules::Value;

/// Reads a configuration. What cannot be carried over is a finding; a note says how much that is.
pub(super) fn nginx(text: &str, options: &Options) -> Parsed {
    let mut reader = Reader {
        sink: Sink::default(),
        routes: Vec::new(),
        last: Vec::new(),
        directives: 0,
        left_out: 0,
        when: Vec::new(),
        https: None,
        names: Rc::default(),
        before: (0, Later::new(true)),
        around: Permissions::default(),
        upstreams: Vec::new(),
        maps: Vec::new(),
        kind: None,
        headed: Vec::new(),
        parts: Vec::new(),
        is_missing: false,
        pages: Vec::new(),
        indexes: Vec::new(),
        keeps_slashes: false,
        site: options.files.clone().unwrap_or_default(),
        bodies: Vec::new(),
        named: Vec::new(),
        unasked: Vec::new(),
        outer: Vec::new(),
        adds: Vec::new(),
        unsure: Vec::new(),
        given: Vec::new(),
        of_viewer: Vec::new(),
        defined: Vec::new(),
    };
    match directives(text) {
        Ok(all) => reader.servers(&all),
        Err((span, what)) => reader.sink.error("invalid-line", span, what, "nginx would not start with this file"),
    }
    reader.finish(options)
}

struct Reader {
    sink: Sink,
    routes: Vec<Route>,
    last: Vec<(&'static str, Span, Members)>,
    directives: usize,
    left_out: usize,
    /// Of the server that is read.
    when: Vec<(String, Value)>,
    /// Whether it is for HTTPS, or for HTTP; `None` if it is for both.
    https: Option<bool>,
    /// Its names.
    names: Rc<Vec<Name>>,
    /// The paths of so many routes, or of more.
    before: (usize, Later),
    /// What all servers have from around them.
    around: Permissions,
    /// Names that are not hosts, each with its server, if it has one alone.
    upstreams: Vec<(String, Option<String>)>,
    maps: Vec<Map>,
    /// `default_type` of the server.
    kind: Option<String>,
    /// Paths of locations that have headers of their own.
    headed: Vec<String>,
    /// Patterns of its answers, but for those of all paths, and whether one of the answers is 404.
    parts: Vec<String>,
    is_missing: bool,
    /// The same answers, to be given for folders whose page they are for.
    pages: Vec<(Route, Answer)>,
    /// The names of these pages.
    indexes: Vec<String>,
    /// `merge_slashes off`
    keeps_slashes: bool,
    /// The files of the site, as far as they are known.
    site: Vec<String>,
    /// What the server's answers of a status have as their body.
    bodies: Vec<(u16, Value)>,
    /// Its locations with a name.
    named: Vec<(String, Named)>,
    /// Locations with a name that nothing leads to.
    unasked: Vec<Span>,
    /// `add_header` and `expires` around all servers.
    outer: Vec<Directive>,
    /// Those of the server, and these.
    adds: Vec<Directive>,
    /// Variables of the server that more than one of its expressions gives.
    unsure: Vec<String>,
    /// Headers of the answer that the `if` that is read gives.
    given: Vec<(String, Value)>,
    /// Variables of the server that say who asks.
    of_viewer: Vec<String>,
    /// Variables around all servers, each with what it is made of.
    defined: Vec<(String, Vec<String>)>,
}

impl Reader {
    fn refuse(&mut self, span: Span, what: &str) {
        self.left_out += 1;
        self.sink.error(
            "not-honoured",
            span,
            format!("rules do not have {what}"),
            "leave it out, or write what it does as rules",
        );
    }

    /// What stands in a server.
    fn items(&mut self, items: &[Directive]) {
        let items = &constants(items);
        self.bodies = self.bodies_of(items);
        self.unsure = groups::unsure(items);
        self.of_viewer = set_by_viewer(items, &self.defined);
        self.named =
            items.iter().filter_map(|it| Some((named::name_of(it)?.to_owned(), named::read(it).ok()?))).collect();
        self.adds = self.outer.iter().chain(items).filter(|item| item.name == "add_header").cloned().collect();
        let mut locations: Vec<Location<'_>> = Vec::new();
        let first = self.routes.len();
        self.parts.clear();
        self.pages.clear();
        self.indexes = indexes(items);
        self.kind = choose::default_type(items);
        self.is_missing = false;
        let pages = self.last.len();
        let mut all_end = server_returns(items);
        for directive in items {
            self.directives += 1;
            let done = match (directive.name.as_str(), &directive.block) {
                ("location", Some(_)) if self.unasked.contains(&directive.span) => Ok(()),
                ("location", Some(_)) if named::name_of(directive).is_some() => named::read(directive).map(|_| ()),
                ("location", Some(block)) => Location::read(directive, block).map(|location| locations.push(location)),
                ("return" | "rewrite" | "if", _) => self.act(directive, None),
                ("error_page", _) => self.error_page(directive),
                ("index", _) => self.index(directive, None),
                ("set", _) if is_constant(directive) => Ok(()),
                ("listen" | "server_name", _) => Ok(()),
                ("include", _) => self.include(directive, vec!["/*".to_owned()], Vec::new()),
                ("merge_slashes", _) => {
                    self.keeps_slashes |= is_off(&directive.words);
                    Ok(())
                }
                ("add_header" | "expires", _) => Ok(()),
                (name, _) if is_permission(name) => Ok(()),
                (name, _) if is_harmless(name, &directive.words) => Ok(()),
                (name, _) if is_guard(name, &directive.words) => {
                    self.close(directive.span, vec!["/*".to_owned()], Vec::new());
                    Err(format!("the directive {name:?} here; all paths of the server are answered 403"))
                }
                (name, _) => Err(format!("the directive {name:?} here")),
            };
            if let Err(mut what) = done {
                all_end &= directive.name != "return";
                if is_lost_guard(directive, &self.of_viewer) {
                    self.close(directive.span, vec!["/*".to_owned()], Vec::new());
                    what += "; all paths of the server are answered 403, since it may keep any of them in: write it as \"responses\" instead";
                }
                self.refuse(directive.span, &what);
            }
        }
        let around = if all_end { Permissions::default() } else { self.around.read(items) };
        for span in &around.unknown {
            let what = "passwords and permissions of nginx; all paths of the server that it is for are answered 403: see Basic auth in the recipes";
            self.refuse(*span, what);
        }
        let mut locations = choose::flat(locations);
        choose::sort(&mut locations);
        let start = items.first().map_or(Span { line: 1, column: 1, length: 1 }, |first| first.span);
        if let Some(span) = choose::hidden(&locations) {
            self.permit(&around, start, vec!["/*".to_owned()], Vec::new());
            for location in &locations {
                self.directives += location.items.len();
                self.left_out += location.items.len();
                let what = "locations, where a ^~ location has a longer one below it";
                if location.is_guarded() {
                    self.close(location.span, location.patterns.clone(), location.paths());
                    self.refuse(location.span, &format!("{what} (line {}); its paths are answered 403", span.line));
                } else {
                    self.refuse(location.span, &format!("{what} (line {})", span.line));
                }
            }
            return;
        }
        let has_own = |it: &Location<'_>| it.scopes().flatten().any(|item| is_permission(&item.name));
        let is_asked = around.who().sure.others().is_some();
        let own_count = locations.iter().filter(|it| has_own(it) || (is_asked && returns(it.items))).count();
        let whole = |patterns: &[String]| patterns.iter().any(|pattern| pattern == "/*");
        if own_count == 0 {
            self.permit(&around, start, vec!["/*".to_owned()], Vec::new());
        }
        for location in &locations {
            let own = location.scopes().fold(around.clone(), |outer, items| outer.read(items));
            let ends = all_end || returns(location.items);
            if own_count > 0 && !ends {
                for span in own.unknown.clone() {
                    let what = "passwords and permissions of nginx; the location's paths that it is for are answered 403: see Basic auth in the recipes";
                    self.refuse(span, what);
                }
                self.permit(&own, location.span, location.patterns.clone(), location.paths());
            }
            let has_return = self.location(location);
            if ends && !(all_end || has_return) && own.who().sure.others().is_some() {
                // Without its answer nothing else keeps them out.
                self.close(location.span, location.patterns.clone(), location.paths());
            }
        }
        if own_count > 0 && !locations.iter().any(|location| whole(&location.patterns)) {
            self.permit(&around, start, vec!["/*".to_owned()], Vec::new());
        }
        self.headers(items, &locations);
        self.close_folders(first);
        self.looked_for_again(first, pages);
        // A page of errors is also for an answer that says 404, which rules make without one.
        if self.is_missing
            && let Some(at) =
                self.last.iter().skip(pages).position(|(kind, _, _)| matches!(*kind, "rewrites" | "redirects"))
        {
            let (_, span, _) = self.last.remove(pages + at);
            self.refuse(span, "an error_page for what a return of 404 answers");
        }
    }

    fn route(&self, span: Span, from: Vec<String>, to: String, more: &[(String, Value)]) -> Route {
        let mut when = self.when.clone();
        // Without a condition a guard is for more.
        if add(&mut when, more.to_vec()).is_err() {
            when.clone_from(&self.when);
        }
        Route::stay(span, vec![Mapping { from, to }], when)
    }

    fn finish(mut self, options: &Options) -> Parsed {
        self.sink.setting("ignoreTrailingSlash", Value::Bool(false));
        if !self.keeps_slashes {
            self.sink.setting("slashes", string("merge"));
        }
        // It decodes a path before it chooses a location.
        self.sink.setting("encodedSlashes", string("decode"));
        let existing = options.files.as_deref().map(Existing::new);
        arrange(&self.routes, existing.as_ref(), &mut self.sink);
        for (kind, span, members) in std::mem::take(&mut self.last) {
            if kind == "html" {
                self.sink.setting(
                    "html",
                    Value::Object(members.into_iter().map(|(name, value, _)| (name.to_owned(), value)).collect()),
                );
            } else {
                self.sink.rule(kind, span, members);
            }
        }
        self.sink.taken_over(self.directives, self.left_out);
        self.sink.finish()
    }
}

/// The names that the page of a folder may have.
fn indexes(items: &[Directive]) -> Vec<String> {
    let of = |items: &[Directive]| -> Vec<String> {
        let own = items.iter().filter(|item| item.name == "index");
        own.flat_map(|item| &item.words).map(|word| word.text.clone()).collect()
    };
    let inner = items.iter().flat_map(|item| item.block.as_deref().map(indexes).unwrap_or_default());
    let mut names: Vec<String> = of(items).into_iter().chain(inner).chain(["index.html".to_owned()]).collect();
    names.dedup();
    names
}

/// Whether two patterns have no path in common, where both are literal but for a star at the end.
fn disjoint(one: &str, other: &str) -> Option<bool> {
    let read = |pattern: &'_ str| -> Option<(usize, bool)> {
        let text = pattern.strip_suffix('*').unwrap_or(pattern);
        (!text.starts_with('~') && !text.contains([':', '*', '{', '%']))
            .then_some((text.len(), text.len() < pattern.len()))
    };
    let ((one_length, one_open), (other_length, other_open)) = (read(one)?, read(other)?);
    let (one, other) = (one.get(..one_length)?, other.get(..other_length)?);
    Some(!(one == other || (one_open && other.starts_with(one)) || (other_open && one.starts_with(other))))
}

#[cfg(test)]
mod tests;
