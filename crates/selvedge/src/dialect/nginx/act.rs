//! `return`, `rewrite` and `if`, in a server or a location.

use super::Reader;
use super::choose::{Kind, Location};
use super::condition::{Holds, If, condition};
use super::groups::{Given, given};
use super::guard::Answer;
use super::known::{is_guard, is_harmless};
use super::lex::Directive;
use super::map::{Branch, folded};
use super::permissions::is_permission;
use super::server::scheme;
use super::target::{Names, by_scheme, is_named, put, template};
use crate::dialect::pcre::{Pcre, Spelled};
use crate::dialect::route::{Action, Mapping, Route, literal};
use crate::dialect::sink::string;
use crate::dialect::when::add;
use crate::rules::Value;

/// The paths that a directive is for.
pub(super) struct For {
    pub(super) patterns: Vec<String>,
    /// What `$1` is, from 1.
    pub(super) captures: Vec<String>,
    /// What variables of groups with names are.
    pub(super) given: Vec<Given>,
    /// Placeholders that may be several labels of a host.
    pub(super) wide: Vec<String>,
    /// Further members of each rule.
    pub(super) paths: Vec<(&'static str, Value)>,
    /// The path of the request, as a template.
    pub(super) path: Option<String>,
}

impl For {
    fn of(location: Option<&Location<'_>>, unsure: &[String]) -> For {
        match location {
            Some(location) => For {
                patterns: location.patterns.clone(),
                captures: location.captures.clone(),
                given: given(&location.names, &location.captures, unsure),
                wide: Vec::new(),
                paths: location.paths(),
                path: location.path(),
            },
            None => For {
                patterns: vec!["/*".to_owned()],
                captures: Vec::new(),
                given: Vec::new(),
                wide: Vec::new(),
                paths: Vec::new(),
                path: Some("/{splat}".to_owned()),
            },
        }
    }
}

impl Reader {
    pub(super) fn act(&mut self, directive: &Directive, location: Option<&Location<'_>>) -> Result<(), String> {
        match directive.name.as_str() {
            "if" => self.act_if(directive, location),
            "return" => self.give(directive, &For::of(location, &self.unsure), location, &[]),
            _ => self.rewrite(directive, location, &[], &For::of(None, &[])),
        }
    }

    fn act_if(&mut self, directive: &Directive, location: Option<&Location<'_>>) -> Result<(), String> {
        let block = directive.block.as_deref().unwrap_or_default();
        self.directives += block.len();
        if let Some(branches) = self.branches(directive, block) {
            let name = If::read(directive)?.variable;
            // What one row does not have, none has: the rows count as one.
            return branches?
                .iter()
                .map(|branch| self.act_branch(name, branch, block, location))
                .fold(Ok(()), Result::and);
        }
        let Some(Holds { when, captures, names, wide }) = condition(directive)? else { return Ok(()) };
        let mut paths = For::of(location, &self.unsure);
        if let Some(captures) = captures {
            // "$1" is what the expression that matched last has.
            paths.given.extend(given(&names, &captures, &self.unsure));
            (paths.captures, paths.wide) = (captures, wide);
        }
        let mut done = Ok(());
        let gives = block.iter().any(|inner| inner.name == "return");
        let (adds, others): (Vec<_>, Vec<_>) = block.iter().partition(|inner| inner.name == "add_header");
        self.given.clear();
        for inner in adds.into_iter().chain(others) {
            // What cannot be read does not hide a guard after it.
            done = done.and(match inner.name.as_str() {
                "add_header" if gives => self.give_header(inner, location),
                "return" => self.give(inner, &paths, location, &when),
                "rewrite" => self.rewrite(inner, location, &when, &paths),
                other => Err(format!("{other:?} in an if")),
            });
        }
        done
    }

    /// A header of the answer that an `if` gives; it has those alone, and so none from around it.
    fn give_header(&mut self, directive: &Directive, location: Option<&Location<'_>>) -> Result<(), String> {
        let is_same = |other: &Directive| other.words == directive.words;
        let around = location.into_iter().flat_map(Location::scopes).flatten().chain(&self.adds);
        let around: Vec<&Directive> = around.filter(|item| item.name == "add_header" && !is_same(item)).collect();
        let names = |item: &Directive| item.words.first().map(|word| word.text.to_ascii_lowercase());
        if !around.is_empty() {
            return Err("an add_header in an if, where others are around it".to_owned());
        }
        let Some((_, Value::Object(edit))) = super::headers::header(directive, false)? else { return Ok(()) };
        if edit.iter().any(|(name, _)| self.given.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))) {
            return Err(format!("a second add_header for {} in an if", names(directive).unwrap_or_default()));
        }
        self.given.extend(edit);
        Ok(())
    }

    /// The branches into an `if` on the variable of a map.
    fn branches(&mut self, directive: &Directive, block: &[Directive]) -> Option<Result<Vec<Branch>, String>> {
        let test = If::read(directive).ok()?;
        let name = test.variable.strip_prefix('$')?;
        let map = self.maps.iter_mut().find(|map| map.name == name)?;
        map.is_used = true;
        let is_named = block.iter().flat_map(|inner| &inner.words).any(|word| is_named(&word.text, name));
        let (branches, span) = (map.branches(&test, is_named), map.span);
        if branches.iter().flatten().any(|branch| branch.is_wider) {
            let message = "$request_uri is compared without the query of the request, and with slashes merged";
            self.sink.note("changed-meaning", span, message, "nothing, if that does not matter");
        }
        Some(branches)
    }

    fn act_branch(
        &mut self,
        variable: &str,
        branch: &Branch,
        block: &[Directive],
        location: Option<&Location<'_>>,
    ) -> Result<(), String> {
        let own;
        let paths = match (&branch.paths, location) {
            (None, _) => {
                own = For::of(location, &self.unsure);
                &own
            }
            (Some(paths), None) => paths,
            (Some(paths), Some(location)) if location.kind == Kind::Prefix && location.text == "/" => paths,
            _ => return Err("a map of paths in a location that is for some of them".to_owned()),
        };
        let mut done = Ok(());
        for inner in block {
            done = done.and(match inner.name.as_str() {
                "return" => {
                    let mut inner = inner.clone();
                    for word in &mut inner.words {
                        word.text = put(&word.text, variable.trim_start_matches('$'), &branch.value);
                    }
                    self.give(&inner, paths, location, &branch.when)
                }
                other => Err(format!("{other:?} in an if on a map")),
            });
        }
        done
    }

    fn give(
        &mut self,
        directive: &Directive,
        paths: &For,
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
        let mut route = self.route(directive.span, paths.patterns.clone(), String::new(), when);
        route.paths.clone_from(&paths.paths);
        let given = std::mem::take(&mut self.given);
        match (status, to) {
            (300..=399, _) if !given.is_empty() => Err("headers of a redirect in an if".to_owned()),
            (301 | 302 | 303 | 307 | 308, Some(to)) => {
                let names = Names {
                    captures: &paths.captures,
                    given: &paths.given,
                    wide: &paths.wide,
                    path: paths.path.as_deref(),
                };
                (route.action, route.status) = (Action::Redirect, status);
                for (mut route, to) in by_schemes(&route, to) {
                    let (to, keeps) = template(&to, &names)?;
                    route.query = (!keeps && !to.contains('?')).then(|| string("drop"));
                    if let Some(mapping) = route.mappings.first_mut() {
                        mapping.to = to;
                    }
                    self.redirect(route);
                }
                Ok(())
            }
            (444 | 499, _) => {
                self.answer(&route, &Answer::of(403))?;
                let message = format!("the status {status} closes the connection without an answer; it is 403 here");
                self.sink.note("changed-meaning", directive.span, message, "nothing, if that does not matter");
                Ok(())
            }
            (400..=599, Some(text)) if text.contains('$') => {
                self.answer(&route, &Answer::of(status))?;
                Err(format!("variables of nginx in the text of a return; it answers {status} alone"))
            }
            (200..=299 | 400..=599, Some(text)) if !text.contains('$') => {
                let kind = location.and_then(Location::default_type).or_else(|| self.kind.clone());
                let has_text = !text.is_empty() && !selvedge_plan::is_bodiless(status);
                self.answer(&route, &Answer { status, text: has_text.then(|| text.to_owned()), kind, headers: given })
            }
            (200..=299 | 400..=599, None) => self.answer(&route, &Answer { headers: given, ..Answer::of(status) }),
            _ => Err(format!("a return of {status} as this one")),
        }
    }

    fn rewrite(
        &mut self,
        directive: &Directive,
        location: Option<&Location<'_>>,
        when: &[(String, Value)],
        around: &For,
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
            "last" => 200,
            // In a server both begin the search for a location.
            "break" if location.is_none_or(serves_files) => 200,
            "break" => 0,
            _ => return Err("a rewrite whose result the rewrites after it are tried on: give it a flag".to_owned()),
        };
        add(&mut self.when.clone(), when.to_vec())?;
        let pcre = Pcre::new(pattern, false)?;
        let path = pcre.path("")?;
        let patterns: Vec<String> = path.patterns.iter().map(Spelled::text).collect();
        let begins = |location: &&Location<'_>| matches!(location.kind, Kind::First | Kind::Prefix);
        if let Some(location) = location.filter(|location| !(begins(location) && location.text == "/")) {
            let prefix = literal(&location.text);
            let inside = |pattern: &String| begins(&location) && pattern.starts_with(&prefix) || *pattern == prefix;
            // The location is for one of the spellings alone.
            let has_case = path.fold && prefix.bytes().any(|byte| byte.is_ascii_alphabetic());
            if has_case || !patterns.iter().all(inside) {
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
        let given = [given(&pcre.names, &path.captures, &self.unsure), around.given.clone()].concat();
        let names = Names { captures: &path.captures, given: &given, wide: &around.wide, path: None };
        let mut route = self.route(directive.span, patterns, String::new(), when);
        (route.status, route.query, route.paths) = (status, own.map(string), folded(path.fold));
        for (mut route, to) in by_schemes(&route, &to) {
            let (to, _) = template(&to, &names)?;
            if let Some(mapping) = route.mappings.first_mut() {
                mapping.to = to;
            }
            self.rewritten(route, location)?;
        }
        Ok(())
    }

    /// A rewrite whose target is known; of the status 0 it stays in its location.
    fn rewritten(&mut self, mut route: Route, location: Option<&Location<'_>>) -> Result<(), String> {
        let status = route.status;
        if let (0, Some(location)) = (status, location) {
            route.status = 200;
            return self.rewritten_proxy(route, location);
        }
        if status == 200 {
            route.action = Action::Rewrite;
            self.routes.push(route);
        } else {
            route.action = Action::Redirect;
            self.redirect(route);
        }
        Ok(())
    }

    /// A redirect from the server's scheme to the other one that changes nothing else would lead to itself without its scheme.
    fn redirect(&mut self, mut route: Route) {
        let leads_back = |mapping: &Mapping| {
            let (to, rest) = mapping.to.split_once("://")?;
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let path = path.split('?').next().unwrap_or_default();
            let is_same = |from: &String| *from == path.replace("{splat}", "*") || (from == "/*" && path.contains('{'));
            Some(
                to.eq_ignore_ascii_case(scheme(!self.https?))
                    && mapping.from.iter().any(is_same)
                    && may_be_for(&route.when, host)
                    && self.may_have(host),
            )
        };
        if let Some(https) = self.https
            && route.mappings.iter().any(|mapping| leads_back(mapping) == Some(true))
            && !route.when.iter().any(|(name, _)| name == "scheme")
        {
            route.when.insert(0, ("scheme".to_owned(), string(scheme(https))));
        }
        self.routes.push(route);
    }
}

/// A route for each scheme that its target differs by, with that target.
fn by_schemes(route: &Route, to: &str) -> Vec<(Route, String)> {
    let of_one = |(scheme, to): (Option<&str>, String)| {
        let mut route = route.clone();
        match (scheme, route.when.iter().find(|(name, _)| name == "scheme")) {
            (Some(scheme), Some((_, own))) if *own != string(scheme) => return None,
            (Some(scheme), None) => route.when.push(("scheme".to_owned(), string(scheme))),
            _ => {}
        }
        Some((route, to))
    };
    by_scheme(to).into_iter().filter_map(of_one).collect()
}

/// Nothing in a location acts on a path that was rewritten there.
fn serves_files(location: &Location<'_>) -> bool {
    let is_quiet = |item: &Directive| {
        matches!(item.name.as_str(), "rewrite" | "return" | "if" | "location" | "add_header" | "expires")
            || is_permission(&item.name)
            || (is_harmless(&item.name, &item.words) && !is_guard(&item.name, &item.words))
    };
    location.items.iter().all(is_quiet)
}

/// Whether conditions may hold for a host, which may be one of the request.
fn may_be_for(when: &[(String, Value)], host: &str) -> bool {
    let is = |name: &Value| match name {
        Value::String(name) => name.starts_with('*') || name.eq_ignore_ascii_case(host),
        _ => true,
    };
    host.contains('{')
        || when.iter().filter(|(name, _)| name == "host").all(|(_, hosts)| match hosts {
            Value::Array(hosts) => hosts.iter().any(is),
            one => is(one),
        })
}
