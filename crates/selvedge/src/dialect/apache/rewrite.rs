//! `RewriteRule` with its flags and conditions.

use super::Reader;
use super::condition::{self, Test};
use super::flags;
use super::joined::{Joined, joined, one, simple};
use super::lex::{Directive, Owned};
use super::target::{Names, template};
use crate::dialect::line::{Word, is_resolved, split_url};
use crate::dialect::own::Own;
use crate::dialect::pcre::{Matcher, Pcre, Spelled};
use crate::dialect::route::{Action, Mapping, Route, Spans};
use crate::dialect::sink::string;
use crate::dialect::when::add;
use crate::rules::Value;

/// What a RewriteRule does.
pub(super) struct Rule {
    pub(super) route: Route,
    /// The status of an answer without a target.
    pub(super) answer: Option<u16>,
    /// Apache looks at the rules again after it.
    pub(super) again: bool,
    /// What it compares a path with.
    pub(super) matcher: Matcher,
    /// The paths of its route.
    pub(super) own: Own,
    /// Conditions that a second look sees as the first did.
    pub(super) has_conditions: bool,
}

impl Reader {
    pub(super) fn rewrite_rule(&mut self, directive: &Directive) -> Result<(), String> {
        let conditions = std::mem::take(&mut self.conditions);
        if self.is_on
            && let Some(what) = self.left_out_by_precondition(directive, &conditions)
        {
            self.left_out += conditions.len();
            return Err(what);
        }
        let taken = self.rule(directive, &conditions);
        let what = match taken {
            Ok(rule) => {
                self.rules.extend(rule);
                return Ok(());
            }
            Err(what) => what,
        };
        self.left_out += conditions.len();
        self.lose(directive, &conditions);
        let said = self.close_rule(directive, &conditions);
        match said.or_else(|| self.close_login(directive, &conditions)) {
            Some(closed) => Err(format!("{what}; {closed}")),
            None => Err(what),
        }
    }

    /// What Apache takes off a path before it compares: a slash, in the file of a directory.
    pub(super) fn base_of_patterns(&self, pattern: &str) -> &'static str {
        let is_directory = self.sections.iter().any(|section| section.is_directory);
        if !is_directory && (self.is_server || is_of_server(pattern)) { "" } else { "/" }
    }

    /// Says that a pattern is one of a server's own file, where the rest of the file does not.
    fn note_of_server(&mut self, pattern: &Owned) {
        let is_told = self.is_server || self.sections.iter().any(|section| section.is_directory);
        if !is_told && is_of_server(&pattern.text) {
            let message =
                "begins with a slash, as in a server's own file: in a .htaccess no path does, and the rule never holds";
            self.sink.warning(
                "changed-meaning",
                pattern.span,
                message,
                "take the slash off, or the rule out, if this is a .htaccess",
            );
        }
    }

    fn rule(&mut self, directive: &Directive, conditions: &[(Directive, usize)]) -> Result<Option<Rule>, String> {
        if !self.is_on {
            return Err("a RewriteRule before \"RewriteEngine On\"".to_owned());
        }
        if self.files().is_some() {
            return Err("a RewriteRule for a part of the site".to_owned());
        }
        let [pattern, target, flags @ ..] = directive.words.as_slice() else {
            return Err("a RewriteRule without a target".to_owned());
        };
        let flags = flags.first().map_or("", |flags| flags.text.as_str());
        if target.text == "-" && flags::only_sets(flags) {
            let message = "sets a variable, which rules do not have, and does nothing else: it is left out";
            self.sink.note(
                "changed-meaning",
                directive.span,
                message,
                "nothing, where no program of the server reads it",
            );
            return Ok(None);
        }
        let flags = flags::read(flags)?;
        let base = self.base_of_patterns(&pattern.text);
        self.note_of_server(pattern);
        let (negated, text) = match pattern.text.strip_prefix('!') {
            Some(text) => (true, text),
            None => (false, pattern.text.as_str()),
        };
        let pcre = Pcre::new(text, flags.fold)?;
        let conds = conditions
            .iter()
            .map(|(directive, number)| condition::read(&directive.words, *number))
            .collect::<Result<Vec<_>, _>>()?;
        let is_of_file = |cond: &(Directive, usize)| {
            cond.0.words.first().is_some_and(|word| word.text.to_ascii_uppercase().ends_with("_FILENAME}"))
        };
        if base.is_empty()
            && let Some((cond, _)) = conditions
                .iter()
                .zip(&conds)
                .find(|(written, cond)| is_of_file(written) && matches!(cond.test, Test::Exists(_)))
                .map(|(written, _)| written)
        {
            let message = "in a server's own file this is the path of the request, and no file: it never exists there, and here it does where the site has it";
            let help = "write %{DOCUMENT_ROOT}%{REQUEST_URI}, if that is what it means";
            self.sink.warning("changed-meaning", cond.span, message, help);
        }
        let conds = simple(&conds);
        let all = Pcre::new("^", false)?;
        let Joined { when, yields, mut except, path, mut captures, of_path, more } = joined(&conds)?;
        if negated {
            except.push(one(&pcre.path(base)?)?);
        }
        // What a condition on the path asks comes to the same as a pattern.
        let matcher = path.as_ref().filter(|_| !negated).unwrap_or(&pcre).matcher();
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
            if of_path {
                captures.clone_from(&spelled.captures);
            }
        }
        if target.text == "-" && flags.status.is_none() && !flags.forbidden && flags.proxy {
            return Err("a proxy without a target".to_owned());
        }
        let mut when = when;
        let scheme = when.iter().find(|(name, _)| name == "scheme");
        let is_other = |own: &str| scheme.is_some_and(|(_, scheme)| *scheme != string(own));
        if self.own_scheme().is_some_and(is_other) {
            return Err("a condition on the scheme in a virtual host for the other one".to_owned());
        }
        // A redirect without the condition of its host's scheme may lead to itself.
        let around = if scheme.is_some() { self.around() } else { self.around_redirect(&target.text) };
        for (name, value) in around {
            match when.iter().find(|(own, _)| *own == name) {
                Some((_, own)) if *own == value => {}
                Some(_) if name != "not" => return Err(format!("a condition on the {name} in a virtual host for one")),
                _ => add(&mut when, vec![(name, value)])?,
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
        let from: Vec<String> = spelled.patterns.iter().map(Spelled::text).collect();
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
            yields: yields || self.files_first,
            exact_slash: false,
            paths,
            query: None,
        };
        let rule = |route: Route, answer, again| {
            let own = Own::of(&route);
            Ok(Some(Rule { route, answer, again, matcher, own, has_conditions }))
        };
        let gone = flags.status.filter(|status| !(300..400).contains(status));
        if let Some(status) = gone.or(flags.forbidden.then_some(403)) {
            if yields || self.files_first {
                return Err("an answer that yields to files".to_owned());
            }
            if conds.iter().any(|cond| matches!(cond.test, Test::Exists(true))) {
                if spelled.patterns == all.path(base)?.patterns {
                    return Err("an answer for what exists alone".to_owned());
                }
                let message = "it is also for what does not exist";
                self.sink.note("changed-meaning", directive.span, message, "nothing, if that does not matter");
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
        if !flags.last && !flags.end && flags.status.is_some() && !self.last_rules.contains(&directive.span.line) {
            return Err("a redirect that goes on to the next rules: add [L]".to_owned());
        }
        let is_url = split_url(&target.text).is_some() || target.text.starts_with("%{REQUEST_SCHEME}://");
        if is_url && flags.passes && flags.status.is_none() && !flags.proxy {
            return Err("a URL with [PT], which Apache answers 400: write [R]".to_owned());
        }
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
        let names =
            Names { captures: &spelled.captures, conditions: &captures, lower: &self.lower, encodes: !flags.no_escape };
        let mut to = template(&path, &names)?;
        let is_of_condition = |host: &str| captures.iter().any(|name| !name.is_empty() && host.contains(name.as_str()));
        if split_url(&to).is_some_and(|(_, host, _)| is_of_condition(host)) {
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
}

/// Whether an expression is for paths that begin with a slash, as they do in a server's own file.
fn is_of_server(pattern: &str) -> bool {
    let rest = pattern.trim_start_matches('!').strip_prefix("^/");
    rest.is_some_and(|rest| !rest.starts_with(['?', '*', '{']))
}
