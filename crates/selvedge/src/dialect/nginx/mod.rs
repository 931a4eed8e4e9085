//! nginx: servers, locations, `return`, `rewrite`, `try_files`, `proxy_pass`, `error_page`.
//!
//! Documented at <https://nginx.org/en/docs/http/ngx_http_core_module.html#location> and
//! <https://nginx.org/en/docs/http/ngx_http_rewrite_module.html>. What a server says of redirects comes before its locations. Of
//! these one is chosen: by the whole path, by the longest beginning with `^~`, by the first expression, by the longest beginning.

mod lex;
mod location;
mod target;

use lex::{Directive, directives};
use location::Location;

use super::arrange::{Later, arrange};
use super::existing::Existing;
use super::route::{Action, Mapping, Route, Spans, one_or_list};
use super::sink::{Members, Sink, string};
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
        answers: Vec::new(),
        is_missing: false,
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
    /// Patterns of its answers, and whether one of them is 404.
    answers: Vec<String>,
    is_missing: bool,
}

/// A server: what it is for.
struct Server<'d> {
    items: &'d [Directive],
    names: Vec<String>,
    https: Option<bool>,
    is_default: bool,
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

    fn servers(&mut self, all: &[Directive]) {
        let mut found = Vec::new();
        let mut loose = Vec::new();
        self.find(all, &mut found, &mut loose);
        let mut servers = Vec::new();
        for items in found {
            match self.server(items) {
                Ok(server) => servers.push(server),
                Err((span, what)) => self.refuse(span, &what),
            }
        }
        // A file that is included in a server.
        if servers.is_empty() && !loose.is_empty() {
            return self.items(&loose);
        }
        let schemes = servers.iter().any(|server| server.https != servers.first().and_then(|first| first.https));
        for https in [Some(true), Some(false), None] {
            let group: Vec<&Server<'_>> = servers.iter().filter(|server| server.https == https).collect();
            // The first one is for all other hosts, unless another says that it is.
            let default = group.iter().position(|server| server.is_default).unwrap_or(0);
            let order = (0..group.len()).filter(|at| *at != default).chain([default]);
            for server in order.filter_map(|at| group.get(at).map(|server| (*server, at == default))) {
                let (server, is_default) = server;
                self.when.clear();
                if schemes && let Some(https) = https {
                    self.when.push(("scheme".to_owned(), string(if https { "https" } else { "http" })));
                }
                if !is_default {
                    self.when.push(("host".to_owned(), one_or_list(&server.names)));
                }
                self.items(server.items);
            }
        }
    }

    fn find<'d>(&mut self, all: &'d [Directive], servers: &mut Vec<&'d [Directive]>, loose: &mut Vec<Directive>) {
        for directive in all {
            match (directive.name.as_str(), &directive.block) {
                ("http", Some(block)) => self.find(block, servers, loose),
                ("server", Some(block)) => servers.push(block),
                ("events" | "types" | "upstream", Some(_)) => {}
                ("include", _) => self.refuse(directive.span, "include: put the file's text here"),
                ("map" | "geo" | "split_clients", Some(_)) => {
                    self.directives += 1;
                    self.refuse(
                        directive.span,
                        &format!("{}: write its rows as a table, see Move a site", directive.name),
                    );
                }
                ("location" | "rewrite" | "return" | "if" | "error_page" | "try_files", _) => {
                    loose.push(directive.clone())
                }
                _ => {}
            }
        }
    }

    fn server<'d>(&mut self, items: &'d [Directive]) -> Result<Server<'d>, (Span, String)> {
        let mut server = Server { items, names: Vec::new(), https: None, is_default: false };
        for directive in items {
            let words = || directive.words.iter().map(|word| word.text.as_str());
            match directive.name.as_str() {
                "listen" => {
                    let https = words().any(|word| word == "ssl")
                        || words().next().is_some_and(|port| port == "443" || port.ends_with(":443"));
                    server.is_default |= words().any(|word| word.starts_with("default"));
                    server.https = if server.https.is_some_and(|other| other != https) { None } else { Some(https) };
                }
                "server_name" => {
                    for name in words().filter(|name| !matches!(*name, "_" | "")) {
                        let name = name
                            .strip_prefix('.')
                            .map_or_else(|| vec![name.to_owned()], |name| vec![name.to_owned(), format!("*.{name}")]);
                        if name.iter().any(|name| name.strip_prefix("*.").unwrap_or(name).contains(['*', '~', '$'])) {
                            return Err((directive.span, format!("a server whose name is {:?}", name.concat())));
                        }
                        server.names.extend(name);
                    }
                }
                _ => {}
            }
        }
        Ok(server)
    }

    /// What stands in a server.
    fn items(&mut self, items: &[Directive]) {
        let mut locations: Vec<Location<'_>> = Vec::new();
        let first = self.routes.len();
        self.answers.clear();
        self.is_missing = false;
        let pages = self.last.len();
        for directive in items {
            self.directives += 1;
            let done = match (directive.name.as_str(), &directive.block) {
                ("location", Some(block)) => Location::read(directive, block).map(|location| locations.push(location)),
                ("return" | "rewrite" | "if", _) => self.act(directive, None),
                ("error_page", _) => self.error_page(directive),
                ("index", _) => match directive.words.as_slice() {
                    [name] if !name.text.contains(['/', '$']) => {
                        self.last.retain(|(kind, _, _)| *kind != "html");
                        self.last.push(("html", directive.span, vec![("index", string(&name.text), None)]));
                        Ok(())
                    }
                    _ => Err("several names of a folder's page".to_owned()),
                },
                (
                    "listen" | "server_name" | "root" | "access_log" | "error_log" | "charset" | "sendfile"
                    | "server_tokens",
                    _,
                ) => Ok(()),
                (name, _) if name.starts_with("ssl_") => Ok(()),
                (name, _) => Err(format!("the directive {name:?} here")),
            };
            if let Err(what) = done {
                self.refuse(directive.span, &what);
            }
        }
        location::sort(&mut locations);
        if let Some(span) = location::hidden(&locations) {
            self.refuse(span, "a ^~ location with a longer one below it");
            return;
        }
        for location in &locations {
            self.location(location);
        }
        self.looked_for_again(first, pages);
        // A page of errors is also for an answer that says 404, which rules make without one.
        if self.is_missing
            && let Some(at) = self.last.iter().skip(pages).position(|(kind, _, _)| *kind == "rewrites")
        {
            let (_, span, _) = self.last.remove(pages + at);
            self.refuse(span, "an error_page for what a return of 404 answers");
        }
    }

    /// Leaves out pages of try_files and of errors that another rule of the server takes: nginx looks for them by all of them.
    fn looked_for_again(&mut self, first: usize, pages: usize) {
        let routes = self.routes.split_off(first);
        let may_take = |pattern: &str, path: &str| match pattern.strip_prefix('~') {
            Some(regex) => regex_lite::Regex::new(regex).is_ok_and(|regex| regex.is_match(path)),
            None => {
                let mut own = Later::default();
                own.add(pattern);
                own.may_take(&super::route::literal(path))
            }
        };
        let is_taken = |page: &str, answers: &[String]| {
            let acts = |other: &&Route| !matches!(other.action, Action::Stay | Action::Rewrite);
            let mut patterns =
                routes.iter().filter(acts).flat_map(Route::patterns).chain(answers.iter().map(String::as_str));
            patterns.any(|pattern| may_take(pattern, page))
        };
        for (kind, span, members) in self.last.split_off(pages) {
            let to = members.iter().find(|(name, _, _)| *name == "to");
            match to {
                Some((_, Value::String(page), _)) if kind == "rewrites" && is_taken(page, &self.answers) => {
                    self.refuse(span, "a page of errors that another rule of the server takes");
                }
                _ => self.last.push((kind, span, members)),
            }
        }
        for route in &routes {
            let page = route.mappings.first().map(|mapping| mapping.to.as_str()).unwrap_or_default();
            if route.action == Action::Rewrite && is_taken(page, &self.answers) {
                self.refuse(route.spans.line, "a page of try_files that another rule of the server takes");
            } else {
                self.routes.push(route.clone());
            }
        }
    }

    fn location(&mut self, location: &Location<'_>) {
        for directive in location.items {
            self.directives += 1;
            let done = match directive.name.as_str() {
                "return" | "rewrite" | "if" => self.act(directive, Some(location)),
                "try_files" => self.try_files(directive, location),
                "proxy_pass" => self.proxy(directive, location),
                "root" | "access_log" | "log_not_found" => Ok(()),
                name => Err(format!("the directive {name:?} in a location")),
            };
            if let Err(what) = done {
                self.refuse(directive.span, &what);
            }
        }
        // No other location is looked at.
        let stay = self.route(location.span, location.patterns.clone(), String::new(), &[]);
        self.routes.push(Route { paths: location.paths(), ..stay });
    }

    fn route(&self, span: Span, from: Vec<String>, to: String, more: &[(String, Value)]) -> Route {
        let when: Vec<(String, Value)> = self.when.iter().chain(more).cloned().collect();
        let reads_viewer = when.iter().any(|(name, _)| name != "scheme");
        let spans = Spans { line: span, from: span, to: span, status: None, when: None };
        Route {
            spans,
            mappings: vec![Mapping { from, to }],
            action: Action::Stay,
            status: 200,
            when,
            reads_viewer,
            yields: false,
            exact_slash: false,
            paths: Vec::new(),
            query: None,
        }
    }

    /// An answer with a status alone. Answers come before all else.
    fn answer(&mut self, route: &Route, status: u16) -> Result<(), String> {
        let mut before = Later::default();
        self.routes.iter().flat_map(Route::patterns).for_each(|pattern| before.add(pattern));
        if route.patterns().any(|pattern| before.may_take(pattern)) {
            return Err("an answer after a rule for the same paths: put it first".to_owned());
        }
        let from: Vec<String> = route.patterns().map(str::to_owned).collect();
        self.answers.extend(from.iter().cloned());
        self.is_missing |= status == 404;
        let mut members: Members = vec![("for", one_or_list(&from), None)];
        members.extend(route.paths.iter().map(|(name, value)| (*name, value.clone(), None)));
        if !route.when.is_empty() {
            members.push(("when", Value::Object(route.when.clone()), None));
        }
        members.push(("status", Value::Number(f64::from(status)), None));
        self.sink.rule("responses", route.spans.line, members);
        Ok(())
    }

    fn error_page(&mut self, directive: &Directive) -> Result<(), String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let ["404", page] = words.as_slice() else { return Err("an error_page but for 404 and a page".to_owned()) };
        if !page.starts_with('/') || page.contains('$') {
            return Err(format!("an error_page as {page:?}"));
        }
        let mut members: Members = vec![("from", string("/*"), None), ("to", string(page), None)];
        if !self.when.is_empty() {
            members.push(("when", Value::Object(self.when.clone()), None));
        }
        members.extend([("status", Value::Number(404.0), None), ("fallback", Value::Bool(true), None)]);
        self.last.push(("rewrites", directive.span, members));
        Ok(())
    }

    fn finish(mut self, options: &Options) -> Parsed {
        self.sink.setting("ignoreTrailingSlash", Value::Bool(false));
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
        if self.directives > 0 {
            let (all, taken) = (self.directives, self.directives.saturating_sub(self.left_out));
            let span = Span { line: 1, column: 1, length: 1 };
            let message = format!("{taken} of {all} directives are taken over ({} %)", taken * 100 / all);
            let help = if taken < all { "each of the others has a finding" } else { "" };
            self.sink.note("taken-over", span, message, help);
        }
        self.sink.finish()
    }
}

#[cfg(test)]
mod tests;
