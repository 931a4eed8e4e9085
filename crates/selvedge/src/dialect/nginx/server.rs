//! Servers: the hosts and the schemes that each is for.

use super::known::{closes, is_harmless, is_harmless_file, is_off};
use super::lex::Directive;
use super::map::Map;
use super::names::{Name, leave_out_repeated, texts, when, when_default};
use super::permissions::{Permissions, is_permission};
use super::{Reader, named, viewer};
use crate::dialect::sink::{has_stars, string, unread};
use crate::dialect::when::but_for;
use crate::places::Span;
use crate::rules::Value;
use std::rc::Rc;

/// A server: what it is for.
struct Server<'d> {
    items: &'d [Directive],
    names: Rc<Vec<Name>>,
    https: Option<bool>,
    is_default: bool,
}

impl Reader {
    pub(super) fn servers(&mut self, all: &[Directive]) {
        let mut found = Vec::new();
        let mut loose = Vec::new();
        self.find(all, &mut found, &mut loose);
        // What includes a file for a server is not known.
        let named =
            found.iter().flat_map(|items| items.iter()).filter_map(|item| Some((named::name_of(item)?, item.span)));
        self.unasked = named.filter(|(name, _)| !named::is_asked_for(name, all)).map(|(_, span)| span).collect();
        let (mut servers, mut dropped) = (Vec::new(), Vec::new());
        for items in found {
            match self.server(items) {
                Ok(server) => servers.push(server),
                Err((span, what)) => {
                    self.refuse(span, &what);
                    dropped.push((items, span));
                }
            }
        }
        // A file that is included in a server.
        if servers.is_empty() && dropped.is_empty() {
            self.items(&loose);
            return self.unused_maps();
        }
        self.around = Permissions::default().read(&loose);
        let names_one = |directive: &Directive| !directive.words.first().is_some_and(|word| has_stars(&word.text));
        if loose.iter().any(|directive| directive.name == "include" && names_one(directive)) {
            self.around.ask("include");
        }
        for span in std::mem::take(&mut self.around.unknown) {
            self.refuse(span, "permissions of nginx for all servers; all paths without others are answered 403");
        }
        // Its hosts are not known: they are all that no other server names.
        for (items, span) in dropped.into_iter().filter(|(items, _)| items.iter().any(closes)) {
            self.when = but_for(texts(servers.iter().flat_map(|server| server.names.iter())));
            self.close(span, vec!["/*".to_owned()], Vec::new());
            let what = "a guard in a server whose hosts are not known; all paths of hosts that no other server names are answered 403";
            self.refuse(items.first().map_or(span, |first| first.span), what);
        }
        for directive in &loose {
            self.directives += 1;
            if is_permission(&directive.name) {
                continue;
            }
            let path = directive.words.first().map_or("", |word| word.text.as_str());
            let what = match directive.name.as_str() {
                "add_header" | "expires" => {
                    self.outer.push(directive.clone());
                    continue;
                }
                "proxy_hide_header" => {
                    let names = Value::Array(directive.words.iter().map(|word| string(&word.text)).collect());
                    self.sink.rule("headers", directive.span, vec![("remove", names, None)]);
                    continue;
                }
                "index" => match self.index(directive, None) {
                    Ok(()) => continue,
                    Err(what) => what,
                },
                "include" if has_stars(path) => {
                    self.left_out += 1;
                    self.sink.nothing_included(directive.span, "include", path);
                    continue;
                }
                "include" => {
                    format!("{}; it may keep requests out: all paths are answered 403", unread("include", path))
                }
                name => format!("the directive {name:?} outside of a server"),
            };
            self.refuse(directive.span, &what);
        }
        for https in [Some(true), Some(false), None] {
            let group = servers.iter_mut().filter(|server| server.https == https);
            leave_out_repeated(group.filter_map(|server| Rc::get_mut(&mut server.names)));
        }
        let schemes = servers.iter().any(|server| server.https != servers.first().and_then(|first| first.https));
        for https in [Some(true), Some(false), None] {
            let group: Vec<&Server<'_>> = servers.iter().filter(|server| server.https == https).collect();
            // The first one is for all other hosts, unless another says that it is.
            let default = group.iter().position(|server| server.is_default).unwrap_or(0);
            let order = (0..group.len()).filter(|at| *at != default).chain([default]);
            for server in order.filter_map(|at| group.get(at).map(|server| (*server, at == default))) {
                let (server, is_default) = server;
                if !is_default && server.names.is_empty() {
                    // Of its port it is never asked, and another port is another site.
                    if let Some(first) = server.items.first() {
                        self.directives += 1;
                        self.refuse(first.span, "a second server without a name, which is for no host");
                    }
                    continue;
                }
                self.when.clear();
                self.https = https;
                self.names = Rc::clone(&server.names);
                if schemes && let Some(https) = https {
                    self.when.push(("scheme".to_owned(), string(scheme(https))));
                }
                let others = group.iter().filter(|other| !std::ptr::eq(**other, server));
                let others: Vec<&Name> = others.flat_map(|other| other.names.iter()).collect();
                self.when.extend(if is_default {
                    when_default(&server.names, &others)
                } else {
                    when(server.names.iter(), &others)
                });
                self.items(server.items);
            }
        }
        self.unused_maps();
    }

    /// Whether the host of a target may be one of the server's own, as far as it says which these are.
    pub(super) fn may_have(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        self.names.is_empty() || host.contains('{') || self.names.iter().any(|name| name.may_be_for(&host))
    }

    /// Other uses than in an `if` are not read.
    fn unused_maps(&mut self) {
        for map in std::mem::take(&mut self.maps) {
            if !map.is_used {
                let what = "a map that no if here reads: write its rows as a table, see Move a site";
                self.refuse(map.span, what);
            }
        }
    }

    fn find<'d>(&mut self, all: &'d [Directive], servers: &mut Vec<&'d [Directive]>, loose: &mut Vec<Directive>) {
        for directive in all {
            self.defined.extend(viewer::defined(directive));
            match (directive.name.as_str(), &directive.block) {
                ("http", Some(block)) => self.find(block, servers, loose),
                ("server", Some(block)) => servers.push(block),
                ("upstream", Some(block)) => {
                    let name = directive.words.first().map(|word| word.text.to_ascii_lowercase());
                    self.upstreams.extend(name.map(|name| (name, only_server(block))));
                }
                ("events" | "types", Some(_)) => {}
                ("merge_slashes", _) => self.keeps_slashes |= is_off(&directive.words),
                ("include", _) if is_harmless_file(directive) => self.directives += 1,
                ("map", Some(_)) => {
                    self.directives += 1;
                    match Map::read(directive) {
                        Ok(map) => self.maps.push(map),
                        Err(what) => self.refuse(directive.span, &what),
                    }
                }
                ("geo" | "split_clients", Some(_)) => {
                    self.directives += 1;
                    self.refuse(directive.span, &format!("{}: write what it says as conditions", directive.name));
                }
                (name, _) if is_harmless(name, &directive.words) => {}
                _ => loose.push(directive.clone()),
            }
        }
    }

    fn server<'d>(&mut self, items: &'d [Directive]) -> Result<Server<'d>, (Span, String)> {
        let mut server = Server { items, names: Rc::default(), https: None, is_default: false };
        let mut names = Vec::new();
        let (mut secure, mut plain) = (false, false);
        for directive in items {
            let words = || directive.words.iter().map(|word| word.text.as_str());
            match directive.name.as_str() {
                "listen" => {
                    let https = words().any(|word| word == "ssl")
                        || words().next().is_some_and(|port| port == "443" || port.ends_with(":443"));
                    server.is_default |= words().any(|word| word.starts_with("default"));
                    secure |= https;
                    plain |= !https;
                }
                "server_name" => {
                    for (at, name) in (0..).zip(words()).filter(|(_, name)| !matches!(*name, "_" | "")) {
                        let read = Name::read(name, (directive.span.line, at));
                        names.extend(read.map_err(|what| (directive.span, format!("{what} as the name of a server")))?);
                    }
                }
                _ => {}
            }
        }
        server.names = Rc::new(names);
        // Without `listen` it is for port 80.
        server.https = if secure && plain { None } else { Some(secure) };
        Ok(server)
    }
}

/// The server of a group that has no other; what chooses between several changes nothing.
fn only_server(group: &[Directive]) -> Option<String> {
    let mut servers = group.iter().filter(|item| item.name == "server");
    let [address] = servers.next()?.words.as_slice() else { return None };
    (servers.next().is_none() && !address.text.contains(['$', '/'])).then(|| address.text.clone())
}

pub(super) const SCHEMES: [&str; 2] = ["http", "https"];

pub(super) fn scheme(https: bool) -> &'static str {
    let [plain, secure] = SCHEMES;
    if https { secure } else { plain }
}
