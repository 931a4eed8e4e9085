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

use super::apache::Owned;
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
        before: Default::default(),
        others: Vec::new(),
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
    /// Of its scheme, where it is for all hosts but these.
    others: Vec<String>,
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
        let mut servers = Vec::new();
        for items in found {
            match self.server(items) {
                Ok(server) => servers.push(server),
                Err((span, what)) => self.refuse(span, &what),
            }
        }
        // A file that is included in a server.
        if servers.is_empty() {
            return self.items(&loose);
        }
        // Servers inherit it: it may be what guards them.
        for directive in &loose {
            self.directives += 1;
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
                self.others.clear();
                if schemes && let Some(https) = https {
                    self.when.push(("scheme".to_owned(), string(if https { "https" } else { "http" })));
                }
                if !is_default {
                    self.when.push(("host".to_owned(), one_or_list(&server.names)));
                } else {
                    let others = (0..group.len()).filter(|at| *at != default).filter_map(|at| group.get(at));
                    self.others = others.flat_map(|server| server.names.iter().cloned()).collect();
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
                (name, _) if is_harmless(name, &directive.words) => Ok(()),
                (name, _) if is_guard(name, &directive.words) => {
                    self.close(directive.span, vec!["/*".to_owned()], Vec::new());
                    Err(format!("the directive {name:?} here; all paths of the server are answered 403"))
                }
                (name, _) => Err(format!("the directive {name:?} here")),
            };
            if let Err(what) = done {
                self.refuse(directive.span, &what);
            }
        }
        location::sort(&mut locations);
        if let Some(span) = location::hidden(&locations) {
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
                if directive.name == "if" && location.has_path() && location::guards(directive) {
                    self.close(directive.span, location.patterns.clone(), location.paths());
                    what += "; the location's paths are answered 403";
                }
                self.refuse(directive.span, &what);
            }
        }
        // No other location is looked at.
        let stay = self.route(location.span, location.patterns.clone(), String::new(), &[]);
        self.routes.push(Route { paths: location.paths(), ..stay });
    }

    /// Answers 403 where a guard stands that rules do not have: what it keeps out must not come in.
    fn close(&mut self, span: Span, from: Vec<String>, paths: Vec<(&'static str, Value)>) {
        let route = Route { paths, ..self.route(span, from, String::new(), &self.others()) };
        self.respond(&route, 403, Vec::new());
    }

    /// Keeps a guard of the default server from the hosts of the others.
    fn others(&self) -> Vec<(String, Value)> {
        if self.others.is_empty() {
            return Vec::new();
        }
        let hosts = Value::Object(vec![("host".to_owned(), one_or_list(&self.others))]);
        vec![("not".to_owned(), hosts)]
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

    /// An answer with a status alone. Answers come before all else, so what is chosen before this one is left out of its paths.
    fn answer(&mut self, route: &Route, status: u16) -> Result<(), String> {
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

    fn respond(&mut self, route: &Route, status: u16, mut except: Vec<String>) {
        let from: Vec<String> = route.patterns().map(str::to_owned).collect();
        self.answers.extend(from.iter().cloned());
        self.is_missing |= status == 404;
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

fn is_off(words: &[Owned]) -> bool {
    matches!(words, [word] if word.text == "off")
}

/// What keeps requests out, and is not a rule.
fn is_guard(name: &str, words: &[Owned]) -> bool {
    let guards = [
        "deny",
        "internal",
        "auth_basic",
        "auth_request",
        "auth_jwt",
        "auth_oidc",
        "limit_except",
        "valid_referers",
        "secure_link",
        "ssl_verify_client",
        "ssl_reject_handshake",
    ];
    guards.contains(&name) && !is_off(words)
}

/// What changes nothing that a viewer sees, or only how the server itself works.
fn is_harmless(name: &str, words: &[Owned]) -> bool {
    // Switched off they guard nothing.
    let guards = ["auth_basic", "auth_request", "auth_jwt", "auth_oidc", "ssl_verify_client", "ssl_reject_handshake"];
    HARMLESS.contains(&name)
        || (guards.contains(&name) && is_off(words))
        || ["gzip", "brotli", "open_file_cache", "server_names_hash_", "types_hash_", "variables_hash_", "ssl_session_"]
            .iter()
            .any(|begin| name.starts_with(begin))
}

const HARMLESS: [&str; 49] = [
    "access_log",
    "aio",
    "charset",
    "client_body_buffer_size",
    "client_body_temp_path",
    "client_body_timeout",
    "client_header_buffer_size",
    "client_header_timeout",
    "daemon",
    "default_type",
    "directio",
    "error_log",
    "fastcgi_temp_path",
    "http2",
    "http3",
    "keepalive_requests",
    "keepalive_timeout",
    "large_client_header_buffers",
    "load_module",
    "log_format",
    "log_not_found",
    "master_process",
    "output_buffers",
    "pcre_jit",
    "pid",
    "port_in_redirect",
    "proxy_temp_path",
    "reset_timedout_connection",
    "resolver",
    "resolver_timeout",
    "root",
    "scgi_temp_path",
    "send_timeout",
    "sendfile",
    "server_tokens",
    "ssl_buffer_size",
    "ssl_certificate",
    "ssl_certificate_key",
    "ssl_ciphers",
    "ssl_dhparam",
    "ssl_ecdh_curve",
    "ssl_prefer_server_ciphers",
    "ssl_protocols",
    "tcp_nodelay",
    "tcp_nopush",
    "user",
    "uwsgi_temp_path",
    "worker_processes",
    "worker_rlimit_nofile",
];

#[cfg(test)]
mod tests;
