//! Locations: which paths each is for, and which one is chosen.

use super::Reader;
use super::lex::Directive;
use super::target::{Names, template};
use crate::dialect::apache::or_absent;
use crate::dialect::pcre::{Pcre, Spelled};
use crate::dialect::route::{Action, literal};
use crate::dialect::sink::string;
use crate::dialect::when::add;
use crate::places::Span;
use crate::rules::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Exact,
    /// `^~`
    First,
    Regex,
    Prefix,
}

pub(super) struct Location<'d> {
    kind: Kind,
    text: String,
    pub(super) patterns: Vec<String>,
    captures: Vec<String>,
    fold: bool,
    pub(super) items: &'d [Directive],
    pub(super) span: Span,
}

/// In the order in which they are chosen.
pub(super) fn sort(locations: &mut [Location<'_>]) {
    // Expressions stay in the order of the file.
    locations.sort_by_key(|it| (it.kind, if it.kind == Kind::Regex { 0 } else { usize::MAX - it.text.len() }));
}

/// A `^~` location that another one below it takes paths from, for which expressions would be tried after all.
pub(super) fn hidden(locations: &[Location<'_>]) -> Option<Span> {
    let plain = |first: &Location<'_>| {
        locations
            .iter()
            .any(|it| it.kind == Kind::Prefix && it.text.len() > first.text.len() && it.text.starts_with(&first.text))
    };
    locations.iter().find(|it| it.kind == Kind::First && plain(it)).map(|it| it.span)
}

impl<'d> Location<'d> {
    pub(super) fn read(directive: &Directive, items: &'d [Directive]) -> Result<Location<'d>, String> {
        let words: Vec<&str> = directive.words.iter().map(|word| word.text.as_str()).collect();
        let (kind, text, fold) = match words.as_slice() {
            ["=", text] => (Kind::Exact, *text, false),
            ["^~", text] => (Kind::First, *text, false),
            ["~", text] => (Kind::Regex, *text, false),
            ["~*", text] => (Kind::Regex, *text, true),
            [text] if text.starts_with('/') => (Kind::Prefix, *text, false),
            _ => return Err(format!("a location as {:?}", words.join(" "))),
        };
        let mut location = Location {
            kind,
            text: text.to_owned(),
            patterns: Vec::new(),
            captures: Vec::new(),
            fold: false,
            items,
            span: directive.span,
        };
        match kind {
            Kind::Exact => location.patterns.push(literal(text)),
            Kind::First | Kind::Prefix => location.patterns.push(format!("{}*", literal(text))),
            Kind::Regex => {
                let path = Pcre::new(text, fold)?.path("")?;
                location.patterns = path.patterns.iter().map(Spelled::text).collect();
                (location.captures, location.fold) = (path.captures, path.fold);
            }
        }
        Ok(location)
    }

    pub(super) fn paths(&self) -> Vec<(&'static str, Value)> {
        if self.fold { vec![("ignoreCase", Value::Bool(true))] } else { Vec::new() }
    }

    /// Whether something in it keeps requests out.
    pub(super) fn is_guarded(&self) -> bool {
        self.items.iter().any(guards)
    }

    /// The path of the request, as a template.
    fn path(&self) -> Option<String> {
        match self.kind {
            Kind::Exact => Some(self.text.clone()),
            Kind::First | Kind::Prefix => Some(format!("{}{{splat}}", self.text)),
            Kind::Regex => None,
        }
    }
}

/// Whether a directive keeps requests out.
pub(super) fn guards(item: &Directive) -> bool {
    let is_answer = |word: &str| word.parse().is_ok_and(|status: u16| status >= 400);
    match item.name.as_str() {
        "return" => item.words.first().is_some_and(|word| is_answer(&word.text)),
        "if" => item.block.iter().flatten().any(guards),
        name => super::known::is_guard(name, &item.words),
    }
}

/// Whether something in a directive keeps requests out, however deep.
pub(super) fn closes(item: &Directive) -> bool {
    guards(item) || item.block.iter().flatten().any(closes)
}

/// A guard that nothing was made of: an `if` that cannot be read, a location that cannot, or one in another.
pub(super) fn is_lost_guard(item: &Directive) -> bool {
    match item.name.as_str() {
        "if" => condition(item).is_err() && closes(item),
        _ => item.block.is_some() && closes(item) && item.name != "limit_except",
    }
}

impl Reader {
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
        if self.upstreams.contains(&host.to_ascii_lowercase()) {
            return Err("a proxy_pass to an upstream: name one of its servers".to_owned());
        }
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

/// The safe uses of `if`: a comparison of the host, the scheme, the method or a header.
fn condition(directive: &Directive) -> Result<Vec<(String, Value)>, String> {
    let text = directive.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let inner =
        text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).map(str::trim).ok_or("an if as this one")?;
    let words: Vec<&str> = inner.split(' ').collect();
    let [variable, operator, value] = words.as_slice() else { return Err(format!("an if as ({inner})")) };
    let (negated, operator) = operator.strip_prefix('!').map_or((false, *operator), |rest| (true, rest));
    let regex = |fold: bool| {
        let pcre = Pcre::new(value, fold)?;
        if pcre.groups > 0 && value.contains('(') && !value.contains("(?:") {
            // Its groups would be those that $1 means.
            return Err("an if that captures".to_owned());
        }
        Ok(Value::Object(vec![("regex".to_owned(), string(pcre.text()?))]))
    };
    let test = match operator {
        "=" => string(if *variable == "$host" { value.to_ascii_lowercase() } else { (*value).to_owned() }),
        "~" => regex(false)?,
        "~*" => regex(true)?,
        _ => return Err(format!("an if as ({inner})")),
    };
    let member = match *variable {
        "$host" => ("host".to_owned(), test),
        "$scheme" if operator == "=" => ("scheme".to_owned(), test),
        "$request_method" if operator == "=" => ("method".to_owned(), test),
        name => match name.strip_prefix("$http_") {
            Some(header) if header != "host" => {
                ("header".to_owned(), Value::Object(vec![(header.replace('_', "-"), test)]))
            }
            _ => match name.strip_prefix("$arg_") {
                Some(parameter) if operator == "=" && value.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                    ("query".to_owned(), Value::Object(vec![(parameter.to_owned(), test)]))
                }
                _ => return Err(format!("an if on {name}")),
            },
        },
    };
    // A header that is not there is empty to nginx.
    let matches_empty = operator != "=" && Pcre::new(value, false)?.may_match("");
    let member = if matches_empty { or_absent(member) } else { member };
    Ok(if negated { vec![("not".to_owned(), Value::Object(vec![member]))] } else { vec![member] })
}
