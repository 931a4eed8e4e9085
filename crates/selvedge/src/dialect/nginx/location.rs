//! What stands in a location: `return`, `rewrite`, `if`, `try_files`, `proxy_pass`.

use super::Reader;
use super::choose::{Kind, Location};
use super::condition::condition;
use super::guard::is_lost_guard;
use super::known::{is_guard, is_harmless};
use super::lex::Directive;
use super::permissions::is_permission;
use super::target::{Names, template};
use crate::dialect::pcre::{Pcre, Spelled};
use crate::dialect::route::{Action, Route, literal};
use crate::dialect::sink::string;
use crate::dialect::when::add;
use crate::rules::Value;

impl Reader {
    pub(super) fn location(&mut self, location: &Location<'_>) {
        for directive in location.items {
            self.directives += 1;
            let done = match directive.name.as_str() {
                "location" => match location.unread.iter().find(|(span, _)| *span == directive.span) {
                    Some((_, what)) => Err(what.clone()),
                    None => continue,
                },
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
                if is_lost_guard(directive) {
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

    /// `return`, `rewrite` and `if`, in a server or a location.
    pub(super) fn act(&mut self, directive: &Directive, location: Option<&Location<'_>>) -> Result<(), String> {
        match directive.name.as_str() {
            "if" => {
                let condition = condition(directive)?;
                let mut done = Ok(());
                for inner in directive.block.as_deref().unwrap_or_default() {
                    self.directives += 1;
                    // What cannot be read does not hide a guard after it.
                    done = done.and(match inner.name.as_str() {
                        "return" => self.give(inner, location, &condition),
                        "rewrite" => self.rewrite(inner, location, &condition),
                        other => Err(format!("{other:?} in an if")),
                    });
                }
                done
            }
            "return" => self.give(directive, location, &[]),
            _ => self.rewrite(directive, location, &[]),
        }
    }

    fn give(
        &mut self,
        directive: &Directive,
        location: Option<&Location<'_>>,
        when: &[(String, Value)],
    ) -> Result<(), String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let (status, to) = match words.as_slice() {
            [url] if url.contains("://") || url.starts_with('$') => (302, Some(*url)),
            [code] => (code.parse().map_err(|_| format!("the status {code:?}"))?, None),
            [code, to] => (code.parse().map_err(|_| format!("the status {code:?}"))?, Some(*to)),
            _ => return Err("a return as this one".to_owned()),
        };
        let is_guard = matches!(status, 400..=599);
        if let (Err(what), false) = (add(&mut self.when.clone(), when.to_vec()), is_guard) {
            return Err(what);
        }
        let patterns = location.map_or_else(|| vec!["/*".to_owned()], |location| location.patterns.clone());
        let mut route = self.route(directive.span, patterns, String::new(), when);
        route.paths = location.map(Location::paths).unwrap_or_default();
        match (status, to) {
            (301 | 302 | 303 | 307 | 308, Some(to)) => {
                let path = location.map_or_else(|| Some("/{splat}".to_owned()), Location::path);
                let captures = location.map(|location| location.captures.as_slice()).unwrap_or_default();
                let (to, keeps) = template(to, &Names { captures, path: path.as_deref() })?;
                route.query = (!keeps && !to.contains('?')).then(|| string("drop"));
                (route.action, route.status) = (Action::Redirect, status);
                set_target(&mut route, to);
                self.routes.push(route);
                Ok(())
            }
            (444 | 499, _) => {
                self.answer(&route, 403)?;
                Err(format!("the status {status}; it is 403 here"))
            }
            (400..=599, None) => self.answer(&route, status),
            (400..=599, Some(_)) => {
                self.answer(&route, status)?;
                Err(format!("a text of a return; it answers {status} alone"))
            }
            _ => Err(format!("a return of {status} as this one")),
        }
    }

    fn rewrite(
        &mut self,
        directive: &Directive,
        location: Option<&Location<'_>>,
        when: &[(String, Value)],
    ) -> Result<(), String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let (pattern, to, flag) = match words.as_slice() {
            [pattern, to] => (*pattern, *to, ""),
            [pattern, to, flag] => (*pattern, *to, *flag),
            _ => return Err("a rewrite as this one".to_owned()),
        };
        let is_url = to.starts_with("http://") || to.starts_with("https://") || to.starts_with("$scheme");
        let status = match flag {
            "permanent" => 301,
            "redirect" => 302,
            _ if is_url => 302,
            _ => return Err("a rewrite whose result locations are looked for again with".to_owned()),
        };
        add(&mut self.when.clone(), when.to_vec())?;
        let path = Pcre::new(pattern, false)?.path("")?;
        let patterns: Vec<String> = path.patterns.iter().map(Spelled::text).collect();
        if let Some(location) = location.filter(|location| location.text != "/") {
            let prefix = literal(&location.text);
            let inside = |pattern: &String| {
                matches!(location.kind, Kind::First | Kind::Prefix) && pattern.starts_with(&prefix)
                    || *pattern == prefix
            };
            if !patterns.iter().all(inside) {
                return Err("two expressions that a path has to match".to_owned());
            }
        }
        let (to, own) = match to.split_once('?') {
            Some((path, "")) => (path.to_owned(), Some("drop")),
            Some((path, query)) => match query.strip_suffix('?') {
                Some(query) => (format!("{path}?{query}"), None),
                None => (format!("{path}?{query}"), Some("merge")),
            },
            None => (to.to_owned(), None),
        };
        let (to, _) = template(&to, &Names { captures: &path.captures, path: None })?;
        let mut route = self.route(directive.span, patterns, to, when);
        (route.action, route.status, route.query) = (Action::Redirect, status, own.map(string));
        self.routes.push(route);
        Ok(())
    }

    /// `try_files $uri $uri/ /index.html`
    pub(super) fn try_files(&mut self, directive: &Directive, location: &Location<'_>) -> Result<(), String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let Some((last, files)) = words.split_last() else { return Err("try_files without files".to_owned()) };
        if !files.iter().all(|file| matches!(*file, "$uri" | "$uri/" | "$uri/index.html")) {
            return Err("other files of try_files than that of the path: write \"html\"".to_owned());
        }
        if !files.iter().any(|file| *file != "$uri") {
            let message = "a folder's own page is served as well, which $uri alone leaves out";
            self.sink.note("changed-meaning", directive.span, message, "nothing, if that does not matter");
        }
        if *last == "=404" {
            return Ok(());
        }
        let (path, query) = last.split_once('?').unwrap_or((last, ""));
        if !path.starts_with('/') || path.contains('$') || !matches!(query, "" | "$args" | "$query_string") {
            return Err(format!("try_files that end with {last:?}"));
        }
        let mut route = self.route(directive.span, location.patterns.clone(), path.to_owned(), &[]);
        (route.action, route.yields, route.paths) = (Action::Rewrite, true, location.paths());
        self.routes.push(route);
        Ok(())
    }

    pub(super) fn proxy(&mut self, directive: &Directive, location: &Location<'_>) -> Result<(), String> {
        let [to] = directive.words.as_slice() else { return Err("a proxy_pass as this one".to_owned()) };
        let Some((scheme, host, path)) = crate::dialect::line::split_url(&to.text) else {
            return Err("a proxy_pass to an upstream".to_owned());
        };
        let group = self.upstreams.iter().find(|(name, _)| host.eq_ignore_ascii_case(name));
        let host = match group {
            Some((_, server)) => server.as_deref().ok_or("a proxy_pass to an upstream: name one of its servers")?,
            None => host,
        };
        let (Some(own), false) = (location.path(), to.text.contains('$')) else {
            return Err("a proxy_pass for an expression".to_owned());
        };
        let origin = crate::dialect::origin(host, scheme == "https").ok_or("a proxy_pass as this one")?;
        // With a path, it replaces what the location is for.
        let target = match path {
            "" => own,
            path => format!("{path}{}", own.strip_prefix(&location.text).unwrap_or_default()),
        };
        let mut route = self.route(directive.span, location.patterns.clone(), target, &[]);
        route.action = Action::Proxy(origin);
        self.routes.push(route);
        Ok(())
    }
}

fn set_target(route: &mut crate::dialect::route::Route, to: String) {
    if let Some(mapping) = route.mappings.first_mut() {
        mapping.to = to;
    }
}
