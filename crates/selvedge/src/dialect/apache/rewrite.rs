//! `RewriteRule` with its flags and conditions.

use super::condition::{self, Cond, Test};
use super::lex::Directive;
use super::target::{Names, template};
use super::{Reader, is_internal};
use crate::dialect::arrange::Later;
use crate::dialect::line::{Word, is_resolved, split_url};
use crate::dialect::pcre::{Matcher, PathPattern, Pcre, Spelled};
use crate::dialect::route::{Action, Mapping, Route, Spans};
use crate::dialect::sink::string;
use crate::rules::Value;

/// What a RewriteRule does.
pub(super) struct Rule {
    pub(super) route: Route,
    /// The status of an answer without a target.
    pub(super) answer: Option<u16>,
    /// Apache looks at the rules again after it.
    again: bool,
    /// What it compares a path with.
    matcher: Matcher,
    /// The paths of its route.
    own: Later,
    /// Conditions that a second look sees as the first did.
    has_conditions: bool,
}

struct Flags {
    status: Option<u16>,
    last: bool,
    end: bool,
    fold: bool,
    append: bool,
    discard: bool,
    no_escape: bool,
    forbidden: bool,
    proxy: bool,
}

impl Reader {
    pub(super) fn rewrite_rule(&mut self, directive: &Directive) -> Result<(), String> {
        let conditions = std::mem::take(&mut self.conditions);
        let taken = self.rule(directive, &conditions);
        if taken.is_err() {
            self.left_out += conditions.len();
        }
        let Some(rule) = taken? else { return Ok(()) };
        self.rules.push(rule);
        Ok(())
    }

    fn rule(&mut self, directive: &Directive, conditions: &[(Directive, usize)]) -> Result<Option<Rule>, String> {
        if !self.is_on {
            return Err("a RewriteRule before \"RewriteEngine On\"".to_owned());
        }
        if self.files().is_some() {
            return Err("a RewriteRule in <Files>".to_owned());
        }
        let [pattern, target, flags @ ..] = directive.words.as_slice() else {
            return Err("a RewriteRule without a target".to_owned());
        };
        let flags = flags.first().map_or("", |flags| flags.text.as_str());
        let flags = read_flags(flags)?;
        let in_host = self.sections.iter().any(|section| section.name == "virtualhost")
            && !self.sections.iter().any(|section| section.is_directory);
        let base = if in_host { "" } else { "/" };
        let (negated, text) = match pattern.text.strip_prefix('!') {
            Some(text) => (true, text),
            None => (false, pattern.text.as_str()),
        };
        let pcre = Pcre::new(text, flags.fold)?;
        let conds = conditions
            .iter()
            .map(|(directive, number)| condition::read(&directive.words, *number))
            .collect::<Result<Vec<_>, _>>()?;
        let all = Pcre::new("^", false)?;
        let Joined { when, yields, mut except, path, captures, more } = joined(&conds)?;
        if negated {
            except.push(one(pcre.path(base)?)?);
        }
        let own = if negated { &all } else { &pcre };
        let mut spelled = own.path(base)?;
        if let Some(path) = path {
            // Two expressions for one path: only where one of them is for all.
            let is_all = spelled.patterns == all.path(base)?.patterns
                || pattern.text == "."
                || pattern.text == ".*"
                || pattern.text == "(.*)"
                || pattern.text == "^(.*)$";
            if !is_all || target.text.contains('$') {
                return Err("two expressions that a path has to match".to_owned());
            }
            spelled = path.path("")?;
        }
        if target.text == "-" && flags.status.is_none() && !flags.forbidden && flags.proxy {
            return Err("a proxy without a target".to_owned());
        }
        let mut when = when;
        for (name, value) in self.around() {
            match when.iter().find(|(own, _)| *own == name) {
                Some((_, own)) if *own == value => {}
                Some(_) => return Err(format!("a condition on the {name} in a virtual host for one")),
                None => when.push((name, value)),
            }
        }
        if let Some(more) = more {
            self.sink.note(
                "changed-meaning",
                directive.span,
                format!("the rule acts {more}"),
                "nothing, if that does not matter",
            );
        }
        let reads_viewer =
            when.iter().any(|(name, _)| ["host", "query", "header", "method", "not", "any"].contains(&name.as_str()));
        let spans = Spans { line: directive.span, from: pattern.span, to: target.span, status: None, when: None };
        let from: Vec<String> = spelled.patterns.iter().map(spell).collect();
        let mut paths = Vec::new();
        if spelled.fold {
            paths.push(("ignoreCase", Value::Bool(true)));
        }
        if !except.is_empty() {
            paths.push(("except", Value::Array(except)));
        }
        let has_conditions = !when.is_empty();
        let mut route = Route {
            spans,
            mappings: vec![Mapping { from, to: String::new() }],
            action: Action::Stay,
            status: 200,
            when,
            reads_viewer,
            yields: yields || (self.files_first && !matches!(flags.status, Some(300..=399))),
            exact_slash: false,
            paths,
            query: None,
        };
        let rule = |route: Route, answer, again| {
            let own = paths_of(&route);
            Ok(Some(Rule { route, answer, again, matcher: pcre.matcher(), own, has_conditions }))
        };
        let gone = flags.status.filter(|status| !(300..400).contains(status));
        if let Some(status) = gone.or(flags.forbidden.then_some(403)) {
            if yields {
                return Err("an answer that yields to files".to_owned());
            }
            return rule(route, Some(status), false);
        }
        if target.text == "-" {
            if flags.status.is_some() {
                return Err("a redirect without a target".to_owned());
            }
            // "What exists is served as it is", before all that follows.
            if conds.iter().any(|cond| matches!(cond.test, Test::Exists(true))) {
                if conds.iter().all(|cond| matches!(cond.test, Test::Exists(true)))
                    && spelled.patterns == all.path(base)?.patterns
                {
                    self.files_first = true;
                    return Ok(None);
                }
                return Err("a condition that a file exists, with others".to_owned());
            }
            return if flags.last || flags.end { rule(route, None, false) } else { Ok(None) };
        }
        if conds.iter().any(|cond| matches!(cond.test, Test::Exists(true))) {
            return Err("a condition that a file exists".to_owned());
        }
        if !flags.last && !flags.end && flags.status.is_none() && split_url(&target.text).is_none() {
            return Err("a RewriteRule whose result the next ones go on with: add [L]".to_owned());
        }
        if !flags.last && !flags.end && flags.status.is_some() {
            return Err("a redirect that goes on to the next rules: add [L]".to_owned());
        }
        let is_url = split_url(&target.text).is_some() || target.text.starts_with("%{REQUEST_SCHEME}://");
        let is_redirect = flags.status.is_some() || (is_url && !flags.proxy);
        let (path, own_query) = match target.text.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target.text.as_str(), None),
        };
        let path = if is_url || path.starts_with('/') || path.starts_with("%{") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base.as_deref().unwrap_or("/"))
        };
        let names = Names { captures: &spelled.captures, conditions: &captures, encodes: !flags.no_escape };
        let mut to = template(&path, &names)?;
        if split_url(&to).is_some_and(|(_, host, _)| captures.iter().any(|name| host.contains(&format!("{{{name}}}"))))
        {
            return Err("a host that is taken from the request: write it out".to_owned());
        }
        if let Some((_, host, _)) = split_url(&to)
            && host.ends_with("{path}")
        {
            // What follows a host begins with a slash of its own.
            if spelled.patterns != all.path(base)?.patterns {
                return Err("the whole path after a host, but for a pattern of all paths".to_owned());
            }
            to = to.replacen("{path}", "/{splat}", 1);
        }
        is_resolved(Word { text: &to, span: target.span }, &mut self.sink).ok_or("dot segments in a target")?;
        let query = own_query.filter(|query| !query.is_empty());
        if let Some(query) = query {
            to = format!("{to}?{}", template(query, &Names { encodes: false, ..names })?);
        }
        route.query = match (query, own_query) {
            _ if flags.append && query.is_some() => Some(string("merge")),
            _ if flags.discard || (query.is_none() && own_query.is_some() && !flags.append) => Some(string("drop")),
            _ => None,
        };
        if is_redirect {
            route.action = Action::Redirect;
            route.status = flags.status.unwrap_or(302);
        } else if is_url {
            let Some((scheme, host, rest)) = split_url(&to) else { return Err("a proxy to another scheme".to_owned()) };
            let origin = crate::dialect::origin(host, scheme == "https")
                .ok_or("a proxy to a host that depends on the request")?;
            route.action = Action::Proxy(origin);
            to = if rest.is_empty() { "/".to_owned() } else { rest.to_owned() };
        } else {
            route.action = Action::Rewrite;
        }
        let again = !flags.end && route.action == Action::Rewrite;
        if let Some(mapping) = route.mappings.first_mut() {
            mapping.to = to;
        }
        rule(route, None, again)
    }

    /// Leaves out rewrites whose result Apache would change once more.
    pub(super) fn rewritten_again(&mut self) {
        let mut bad = Vec::new();
        for (at, rule) in self.rules.iter().enumerate().filter(|(_, rule)| rule.again) {
            let to = rule.route.mappings.first().map(|mapping| mapping.to.as_str()).unwrap_or_default();
            let to = to.split('?').next().unwrap_or_default();
            let literal = !to.contains('{');
            // The page of a folder is looked for by its name.
            let page = if to.ends_with('/') { "index.html" } else { "" };
            let texts = [to.strip_prefix('/').unwrap_or(to), to].map(|to| [to.to_owned(), format!("{to}{page}")]);
            let mut texts = texts.concat();
            texts.dedup();
            for (other_at, other) in self.rules.iter().enumerate() {
                let same = other
                    .route
                    .mappings
                    .first()
                    .map(|mapping| mapping.to.as_str())
                    .unwrap_or_default()
                    .split('?')
                    .next()
                    == Some(to);
                let matches = if literal {
                    texts.iter().any(|text| other.matcher.may_match(text))
                } else {
                    other.may_match_beginning(to)
                };
                if !matches {
                    continue;
                }
                // What stops there ends the second look.
                if other.route.action == Action::Stay && other.answer.is_none() && !other.has_conditions && literal {
                    break;
                }
                let first_did_not = other_at < at && other.has_conditions && other.is_for_all();
                let exists =
                    other.route.yields && literal && to.rsplit('/').next().is_some_and(|name| name.contains('.'));
                if (same && literal)
                    || first_did_not
                    || exists
                    || (other.route.action == Action::Stay && other.answer.is_none())
                {
                    continue;
                }
                bad.push((at, other.route.spans.line.line));
                break;
            }
        }
        for (at, line) in bad.into_iter().rev() {
            let rule = self.rules.remove(at);
            self.refuse(
                rule.route.spans.line,
                &format!("a second look at the rules: line {line} may match what this one makes; [END] prevents it"),
            );
        }
    }

    /// Leaves out pages of errors that Apache, which looks for them by all rules, would not serve as they are.
    pub(super) fn pages_of_errors(&mut self) {
        for (page, span) in std::mem::take(&mut self.pages) {
            let by_rule = |rule: &&Rule| {
                let matches = rule.matcher.may_match(&page) || rule.matcher.may_match(page.trim_start_matches('/'));
                let did_not = rule.has_conditions && rule.is_for_all();
                let is_kept = rule.route.action == Action::Stay && rule.answer.is_none();
                let exists = rule.route.yields;
                matches && !did_not && !is_kept && !exists
            };
            let line = self.rules.iter().find(by_rule).map(|rule| rule.route.spans.line.line);
            let pattern = crate::dialect::route::literal(&page);
            let line = line.or_else(|| {
                self.redirects.iter().find(|route| meets(route, &pattern)).map(|route| route.spans.line.line)
            });
            if let Some(line) = line {
                self.refuse(span, &format!("a page of errors that another rule changes: that of line {line}"));
                self.last.retain(|(_, of, _)| *of != span);
            }
        }
    }

    /// All routes in the order in which they count, and answers as rules.
    pub(super) fn in_order(&mut self) -> Vec<Route> {
        let mut before = Later::default();
        let mut routes: Vec<Route> = Vec::new();
        for rule in std::mem::take(&mut self.rules) {
            let taken = rule.route.patterns().any(|pattern| before.may_take(pattern));
            match rule.answer {
                // Answers come before all else.
                Some(status) if taken => self.answer_first(&rule.route, status),
                Some(status) => self.answer(&rule.route, status),
                None => {
                    rule.route.patterns().for_each(|pattern| before.add(pattern));
                    routes.push(rule.route);
                }
            }
        }
        for (route, status) in std::mem::take(&mut self.gone) {
            let redirects = self.redirects.iter().filter(|other| other.spans.line < route.spans.line);
            let mut earlier = routes.iter().filter(|other| !is_internal(other)).chain(redirects);
            let own = paths_of(&route);
            if earlier.any(|other| other.patterns().any(|pattern| own.may_take(pattern))) {
                self.answer_first(&route, status);
            } else {
                self.answer(&route, status);
            }
        }
        // RewriteRules come first, wherever they stand; of what they rewrite, a Redirect still sees the path.
        let mut all: Vec<(Route, bool)> = routes.into_iter().map(|route| (route, false)).collect();
        for redirect in std::mem::take(&mut self.redirects) {
            let own = paths_of(&redirect);
            let meets = |route: &Route| route.patterns().any(|pattern| own.may_take(pattern));
            let at = all.iter().position(|(route, _)| is_internal(route) && meets(route)).unwrap_or(all.len());
            let after = || all.iter().skip(at).filter(|(route, is_redirect)| !is_redirect && meets(route));
            let changes_query =
                |route: &Route| route.query.is_some() || route.mappings.iter().any(|it| it.to.contains('?'));
            if after().any(|(route, _)| !is_internal(route)) {
                self.refuse(redirect.spans.line, "a Redirect between RewriteRules for the same paths");
            } else if after().any(|(route, _)| changes_query(route)) {
                self.refuse(redirect.spans.line, "a Redirect with the query that a RewriteRule makes");
            } else {
                all.insert(at, (redirect, true));
            }
        }
        let mut kept: Vec<Route> = Vec::with_capacity(all.len());
        for (route, _) in all.into_iter().rev() {
            // A rule for what does not exist ends nothing where a file is.
            let own = paths_of(&route);
            let later = |other: &Route| {
                !other.yields && other.action != Action::Stay && other.patterns().any(|it| own.may_take(it))
            };
            if route.yields && kept.iter().any(later) {
                self.refuse(
                    route.spans.line,
                    "a rule for what does not exist, before others for the same paths: put it last",
                );
            } else {
                kept.push(route);
            }
        }
        kept.reverse();
        kept
    }

    /// An answer that is not the first rule of its paths: it guards more of them, rather than fewer.
    fn answer_first(&mut self, route: &Route, status: u16) {
        let what = format!("an answer after a rule for the same paths; {status} comes before that rule");
        self.refuse(route.spans.line, &what);
        self.answer(route, status);
    }

    pub(super) fn answer(&mut self, route: &Route, status: u16) {
        let from: Vec<String> = route.patterns().map(str::to_owned).collect();
        let mut members = vec![("for", crate::dialect::route::one_or_list(&from), Some(route.spans.from))];
        members.extend(route.paths.iter().map(|(name, value)| (*name, value.clone(), None)));
        if !route.when.is_empty() {
            members.push(("when", Value::Object(route.when.clone()), None));
        }
        members.push(("status", Value::Number(f64::from(status)), None));
        self.sink.rule("responses", route.spans.line, members);
    }
}

/// Whether a path of the pattern may be one of the route's.
fn meets(route: &Route, pattern: &str) -> bool {
    paths_of(route).may_take(pattern)
}

fn paths_of(route: &Route) -> Later {
    let mut own = Later::default();
    route.patterns().for_each(|pattern| own.add(pattern));
    own
}

impl Rule {
    fn is_for_all(&self) -> bool {
        self.route.patterns().all(|pattern| pattern == "/*")
    }

    /// Whether a path that begins with the text of a template may be one of this rule's.
    fn may_match_beginning(&self, to: &str) -> bool {
        let begin = to.split('{').next().unwrap_or_default();
        self.own.may_take(&format!("{}*", begin.replace(':', "{:}")))
    }
}

fn read_flags(text: &str) -> Result<Flags, String> {
    let mut flags = Flags {
        status: None,
        last: false,
        end: false,
        fold: false,
        append: false,
        discard: false,
        no_escape: false,
        forbidden: false,
        proxy: false,
    };
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let inner = match inner {
        Some(inner) => inner,
        None if text.is_empty() => "",
        None => return Err(format!("flags as {text:?}")),
    };
    for flag in inner.split(',').map(str::trim).filter(|flag| !flag.is_empty()) {
        let (name, value) = flag.split_once('=').unwrap_or((flag, ""));
        match name.to_ascii_uppercase().as_str() {
            "R" | "REDIRECT" => {
                let status = match value.to_ascii_lowercase().as_str() {
                    "" | "temp" => 302,
                    "permanent" => 301,
                    "seeother" => 303,
                    number => number.parse().map_err(|_| format!("the status {number:?}"))?,
                };
                if !matches!(status, 301 | 302 | 303 | 307 | 308 | 400..=599) {
                    return Err(format!("the status {status}"));
                }
                flags.status = Some(status);
            }
            "L" | "LAST" => flags.last = true,
            "END" => flags.end = true,
            "NC" | "NOCASE" => flags.fold = true,
            "QSA" | "QSAPPEND" => flags.append = true,
            "QSD" | "QSDISCARD" => flags.discard = true,
            "NE" | "NOESCAPE" => flags.no_escape = true,
            "F" | "FORBIDDEN" => flags.forbidden = true,
            "G" | "GONE" => flags.status = Some(410),
            "P" | "PROXY" => flags.proxy = true,
            "PT" | "PASSTHROUGH" | "NS" | "NOSUBREQ" | "DPI" | "DISCARDPATH" => {}
            _ => return Err(format!("the flag [{flag}]")),
        }
    }
    flags.last |= flags.forbidden || flags.proxy || flags.status.is_some_and(|status| status >= 400);
    Ok(flags)
}

struct Joined {
    when: Vec<(String, Value)>,
    yields: bool,
    except: Vec<Value>,
    path: Option<Pcre>,
    captures: Vec<String>,
    more: Option<&'static str>,
}

/// The conditions of a rule as one `when`.
fn joined(conds: &[Cond]) -> Result<Joined, String> {
    let mut out =
        Joined { when: Vec::new(), yields: false, except: Vec::new(), path: None, captures: Vec::new(), more: None };
    let mut at = 0;
    while let Some(cond) = conds.get(at) {
        let length = conds.iter().skip(at).take_while(|cond| cond.or).count() + 1;
        let group = conds.get(at..(at + length).min(conds.len())).unwrap_or_default();
        at += group.len().max(1);
        out.more = out.more.or(group.iter().find_map(|cond| cond.more));
        if let Some(last) = group.last().filter(|last| !last.captures.is_empty()) {
            out.captures.clone_from(&last.captures);
        }
        match group {
            [_] => match &cond.test {
                Test::When(members) => add(&mut out.when, members.clone())?,
                Test::Path(pcre, true) => out.except.push(one(pcre.path("")?)?),
                Test::Path(pcre, false) if out.path.is_none() => out.path = Some(pcre.as_ref().clone()),
                Test::Path(..) => return Err("two expressions that a path has to match".to_owned()),
                Test::Exists(true) => {}
                Test::Exists(false) => out.yields = true,
                Test::Always(true) => {}
                Test::Always(false) => return Err("a condition that never holds".to_owned()),
            },
            group if group.iter().all(|cond| matches!(cond.test, Test::Exists(true))) => {}
            group => {
                if group.iter().any(|cond| !cond.captures.is_empty()) {
                    out.captures.clear();
                }
                let ways = group.iter().map(|cond| {
                    if let Test::When(members) = &cond.test { Some(Value::Object(members.clone())) } else { None }
                });
                let ways = ways.collect::<Option<Vec<_>>>().ok_or("an [OR] of conditions on files or paths")?;
                add(&mut out.when, vec![("any".to_owned(), Value::Array(ways))])?;
            }
        }
    }
    Ok(out)
}

/// Members that hold as well. One that is there already is asked for in another object.
fn add(when: &mut Vec<(String, Value)>, members: Vec<(String, Value)>) -> Result<(), String> {
    for (name, value) in members {
        match when.iter_mut().find(|(own, _)| *own == name) {
            None => when.push((name, value)),
            Some((_, Value::Object(own))) if matches!(name.as_str(), "header" | "query") => match value {
                Value::Object(more) if !more.iter().any(|(name, _)| own.iter().any(|(own, _)| own == name)) => {
                    own.extend(more)
                }
                _ => return Err("two conditions on one header or parameter".to_owned()),
            },
            Some(own) if name == "not" => {
                // Neither may hold.
                let both = Value::Array(vec![own.1.clone(), value]);
                own.1 = Value::Object(vec![("any".to_owned(), both)]);
            }
            Some(_) => return Err(format!("two conditions on the {name}")),
        }
    }
    Ok(())
}

/// The pattern of a path, which has to be one.
fn one(path: PathPattern) -> Result<Value, String> {
    let from: Vec<String> = path.patterns.iter().map(spell).collect();
    match crate::dialect::route::one_or_list(&from) {
        Value::Array(_) => Err("an expression with two ends".to_owned()),
        one => Ok(one),
    }
}

pub(in crate::dialect) fn spell(pattern: &Spelled) -> String {
    match pattern {
        Spelled::Path(text) => text.clone(),
        Spelled::Regex(text) => format!("~{text}"),
    }
}
