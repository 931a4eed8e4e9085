//! nginx: servers, locations, `return`, `rewrite`, `try_files`, `proxy_pass`, `error_page`.
//!
//! Documented at <https://nginx.org/en/docs/http/ngx_http_core_module.html#location> and
//! <https://nginx.org/en/docs/http/ngx_http_rewrite_module.html>. What a server says of redirects comes before its locations. Of
//! these one is chosen: by the whole path, by the longest beginning with `^~`, by the first expression, by the longest beginning.

mod guard;
mod headers;
mod known;
mod lex;
mod location;
mod permissions;
mod target;

use guard::but_for;
use known::{is_guard, is_harmless, is_off};
use lex::{Directive, directives};
use location::Location;
use permissions::{Permissions, is_permission};

use super::arrange::{Later, arrange};
use super::existing::Existing;
use super::route::{Action, Mapping, Route, one_or_list};
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
        before: Default::default(),
        around: Permissions::default(),
        upstreams: Vec::new(),
        answers: Vec::new(),
        is_missing: false,
        keeps_slashes: false,
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
    /// The paths of so many routes, or of more.
    before: (usize, Later),
    /// What all servers have from around them.
    around: Permissions,
    /// Names that are not hosts.
    upstreams: Vec<String>,
    /// Patterns of its answers, and whether one of them is 404.
    answers: Vec<String>,
    is_missing: bool,
    /// `merge_slashes off`
    keeps_slashes: bool,
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
        let (mut servers, mut unread) = (Vec::new(), Vec::new());
        for items in found {
            match self.server(items) {
                Ok(server) => servers.push(server),
                Err((span, what)) => {
                    self.refuse(span, &what);
                    unread.push((items, span));
                }
            }
        }
        // A file that is included in a server.
        if servers.is_empty() && unread.is_empty() {
            return self.items(&loose);
        }
        self.around = Permissions::default().read(&loose);
        for span in std::mem::take(&mut self.around.unknown) {
            self.refuse(span, "permissions of nginx for all servers; all paths without others are answered 403");
        }
        // Its hosts are not known: they are all that no other server names.
        for (items, span) in unread.into_iter().filter(|(items, _)| items.iter().any(location::closes)) {
            self.when = but_for(servers.iter().flat_map(|server| server.names.iter().cloned()).collect());
            self.close(span, vec!["/*".to_owned()], Vec::new());
            let what = "a guard in a server whose hosts are not known; all paths of hosts that no other server names are answered 403";
            self.refuse(items.first().map_or(span, |first| first.span), what);
        }
        for directive in &loose {
            self.directives += 1;
            if is_permission(&directive.name) {
                continue;
            }
            self.refuse(directive.span, &format!("the directive {:?} outside of a server", directive.name));
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
                } else {
                    let others = (0..group.len()).filter(|at| *at != default).filter_map(|at| group.get(at));
                    self.when.extend(but_for(others.flat_map(|server| server.names.iter().cloned()).collect()));
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
                ("upstream", Some(_)) => {
                    self.upstreams.extend(directive.words.first().map(|word| word.text.to_ascii_lowercase()));
                }
                ("events" | "types", Some(_)) => {}
                ("merge_slashes", _) => self.keeps_slashes |= is_off(&directive.words),
                ("include", _) => self.refuse(directive.span, "include: put the file's text here"),
                ("map" | "geo" | "split_clients", Some(_)) => {
                    self.directives += 1;
                    self.refuse(
                        directive.span,
                        &format!("{}: write its rows as a table, see Move a site", directive.name),
                    );
                }
                (name, _) if is_harmless(name, &directive.words) => {}
                _ => loose.push(directive.clone()),
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
                ("listen" | "server_name", _) => Ok(()),
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
                if location::is_lost_guard(directive) {
                    self.close(directive.span, vec!["/*".to_owned()], Vec::new());
                    what += "; all paths of the server are answered 403, since it may keep any of them in: write it as \"responses\" instead";
                }
                self.refuse(directive.span, &what);
            }
        }
        let around = self.around.read(items);
        for span in &around.unknown {
            let what = "passwords and permissions of nginx; all paths of the server that it is for are answered 403: see Basic auth in the recipes";
            self.refuse(*span, what);
        }
        location::sort(&mut locations);
        let start = items.first().map_or(Span { line: 1, column: 1, length: 1 }, |first| first.span);
        if let Some(span) = location::hidden(&locations) {
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
        let own_count = locations.iter().filter(|it| it.items.iter().any(|item| is_permission(&item.name))).count();
        let whole = |patterns: &[String]| patterns.iter().any(|pattern| pattern == "/*");
        if own_count == 0 {
            self.permit(&around, start, vec!["/*".to_owned()], Vec::new());
        }
        for location in &locations {
            if own_count > 0 {
                let own = around.read(location.items);
                for span in own.unknown.clone() {
                    let what = "passwords and permissions of nginx; the location's paths that it is for are answered 403: see Basic auth in the recipes";
                    self.refuse(span, what);
                }
                self.permit(&own, location.span, location.patterns.clone(), location.paths());
            }
            self.location(location);
        }
        if own_count > 0 && !locations.iter().any(|location| whole(&location.patterns)) {
            self.permit(&around, start, vec!["/*".to_owned()], Vec::new());
        }
        self.headers(items, &locations);
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
        let acts = |other: &&Route| !matches!(other.action, Action::Stay | Action::Rewrite);
        let patterns = routes.iter().filter(acts).flat_map(Route::patterns);
        let (mut literals, mut expressions) = (Later::default(), Vec::new());
        for pattern in patterns.chain(self.answers.iter().map(String::as_str)) {
            match pattern.strip_prefix('~') {
                Some(regex) => expressions.extend(regex_lite::Regex::new(regex)),
                None => literals.add(pattern),
            }
        }
        let is_taken = |page: &str| {
            literals.may_take(&super::route::literal(page)) || expressions.iter().any(|regex| regex.is_match(page))
        };
        for (kind, span, members) in self.last.split_off(pages) {
            let to = members.iter().find(|(name, _, _)| *name == "to");
            match to {
                Some((_, Value::String(page), _)) if kind == "rewrites" && is_taken(page) => {
                    self.refuse(span, "a page of errors that another rule of the server takes");
                }
                _ => self.last.push((kind, span, members)),
            }
        }
        for route in &routes {
            let page = route.mappings.first().map(|mapping| mapping.to.as_str()).unwrap_or_default();
            if route.action == Action::Rewrite && is_taken(page) {
                self.refuse(route.spans.line, "a page of try_files that another rule of the server takes");
            } else {
                self.routes.push(route.clone());
            }
        }
        self.before.0 = self.routes.len();
    }

    fn location(&mut self, location: &Location<'_>) {
        for directive in location.items {
            self.directives += 1;
            let done = match directive.name.as_str() {
                "add_header" | "expires" => Ok(()),
                name if is_permission(name) => Ok(()),
                "internal" => {
                    self.hide(directive.span, location);
                    Ok(())
                }
                "limit_except" => self.limit(directive, location),
                name if is_guard(name, &directive.words) => {
                    self.close(directive.span, location.patterns.clone(), location.paths());
                    Err(format!("the directive {name:?} in a location; its paths are answered 403"))
                }
                "return" | "rewrite" | "if" => self.act(directive, Some(location)),
                "try_files" => self.try_files(directive, location),
                "proxy_pass" => self.proxy(directive, location),
                name if is_harmless(name, &directive.words) => Ok(()),
                name => Err(format!("the directive {name:?} in a location")),
            };
            if let Err(mut what) = done {
                if location::is_lost_guard(directive) {
                    self.close(directive.span, location.patterns.clone(), location.paths());
                    what += "; the location's paths are answered 403: write it as \"responses\" instead";
                }
                self.refuse(directive.span, &what);
            }
        }
        // No other location is looked at.
        let stay = self.route(location.span, location.patterns.clone(), String::new(), &[]);
        self.routes.push(Route { paths: location.paths(), ..stay });
    }

    fn route(&self, span: Span, from: Vec<String>, to: String, more: &[(String, Value)]) -> Route {
        let mut when = self.when.clone();
        // Without a condition a guard is for more.
        if add(&mut when, more.to_vec()).is_err() {
            when.clone_from(&self.when);
        }
        Route::stay(span, vec![Mapping { from, to }], when)
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
        if !self.keeps_slashes {
            self.sink.setting("slashes", string("merge"));
        }
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
