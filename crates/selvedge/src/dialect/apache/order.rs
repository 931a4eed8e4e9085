//! The rules of a file in the order in which they count, and what Apache's second look at them would change.

use super::guard::closed;
use super::rewrite::Rule;
use super::{Reader, is_internal};
use crate::dialect::arrange::Later;
use crate::dialect::own::Own;
use crate::dialect::route::{Action, Route, beginning, keeps_path};
use crate::dialect::taken::{Taken, with_folders};
use crate::rules::Value;

impl Reader {
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
            let meets = |other: &Rule| match literal {
                true => texts.iter().any(|text| other.matcher.may_match(text)),
                false => other.may_match_beginning(to),
            };
            // Without the rewrite the path itself would come out.
            let is_guarded = self.rules.iter().any(|other| other.answer.is_some() && meets(other));
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
                if !meets(other) {
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
                bad.push((at, other.route.spans.line.line, is_guarded));
                break;
            }
        }
        for (at, line, is_guarded) in bad.into_iter().rev() {
            let rule = self.rules.remove(at);
            let what =
                format!("a second look at the rules: line {line} may match what this one makes; [END] prevents it");
            if is_guarded {
                self.close_route(&rule.route, &what);
            } else {
                self.refuse(rule.route.spans.line, &what);
                self.lose_route(&rule.route);
            }
        }
    }

    /// The paths of guards and answers. What an answer is for as a whole needs no second look.
    fn taken(&self) -> Taken {
        let answers = self.gone.iter().flat_map(|(route, _)| route.patterns()).filter(|pattern| *pattern != "/*");
        Taken::new(self.closed.iter().map(String::as_str).chain(answers))
    }

    /// Leaves out rewrites to what a guard or an answer of `Redirect` is for: Apache looks at them after it as well.
    pub(super) fn rewritten_to_guarded(&mut self) {
        let taken = self.taken();
        // Of [END] too, the page of a folder is looked for by all rules.
        let answers = self.rules.iter().filter(|rule| rule.answer.is_some()).flat_map(|rule| rule.route.patterns());
        let answers = Taken::new(answers.filter(|pattern| *pattern != "/*"));
        let has_page = |to: &str| {
            let path = to.split('?').next().unwrap_or_default();
            path.ends_with(['/', '}']) && self.indexes.iter().any(|name| answers.takes(&format!("{path}{name}")))
        };
        let leads_in = |rule: &Rule| {
            let is_rewrite = rule.route.action == Action::Rewrite;
            let takes = |to: &str| taken.takes(to) || (!rule.again && has_page(to));
            is_rewrite && rule.route.mappings.iter().any(|mapping| takes(&mapping.to))
        };
        let leads: Vec<bool> = self.rules.iter().map(leads_in).collect();
        let (bad, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.rules).into_iter().zip(leads).partition(|(_, leads)| *leads);
        self.rules = kept.into_iter().map(|(rule, _)| rule).collect();
        let bad = bad.into_iter().map(|(rule, _)| rule);
        for rule in bad {
            self.close_route(&rule.route, "a rewrite to what is answered otherwise by a guard or a Redirect");
        }
    }

    /// Answers 403 for the paths of a rewrite that leads to a guard: it is one for what leads to it.
    fn close_route(&mut self, route: &Route, what: &str) {
        let from: Vec<String> = route.patterns().map(str::to_owned).collect();
        self.refuse(route.spans.line, &format!("{what}; {}", closed(&from, 403)));
        self.answer(route, 403);
        // Of what is closed as a whole, nothing can be rewritten to the rest of it.
        if from != ["/*"] || !route.paths.is_empty() {
            self.closed.extend(from);
        }
    }

    /// Leaves out pages of errors that Apache, which looks for them by all rules, would not serve as they are.
    pub(super) fn pages_of_errors(&mut self) {
        let taken = self.taken();
        for (page, span) in std::mem::take(&mut self.pages) {
            if taken.takes(&page) {
                self.refuse(span, "a page of errors that a guard or a Redirect answers otherwise");
                self.last.retain(|(_, of, _)| *of != span);
                continue;
            }
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
                self.redirects
                    .iter()
                    .find(|route| Own::of(route).may_take(&pattern, false))
                    .map(|route| route.spans.line.line)
            });
            if let Some(line) = line {
                self.refuse(span, &format!("a page of errors that another rule changes: that of line {line}"));
                self.last.retain(|(_, of, _)| *of != span);
            }
        }
    }

    /// All routes in the order in which they count, and answers as rules.
    pub(super) fn in_order(&mut self) -> Vec<Route> {
        let mut before = Later::new(self.rules.iter().any(|rule| rule.route.folds()));
        let mut routes: Vec<Route> = Vec::new();
        for rule in std::mem::take(&mut self.rules) {
            let taken = rule.route.patterns().any(|pattern| before.may_take(pattern));
            match rule.answer {
                // Answers come before all else.
                Some(status) if taken => {
                    let own = Own::of(&rule.route);
                    let mut earlier = routes.iter().filter(|other| own.meets(other));
                    let is_same = earlier.all(keeps_path);
                    self.answer_first(&rule.route, status, is_same);
                }
                Some(status) => self.answer(&rule.route, status),
                None => {
                    rule.route.patterns().for_each(|pattern| before.add(pattern));
                    routes.push(rule.route);
                }
            }
        }
        for (route, status) in std::mem::take(&mut self.gone) {
            let redirects = self.redirects.iter().filter(|other| other.spans.line < route.spans.line);
            let earlier = routes.iter().filter(|other| !is_internal(other)).chain(redirects);
            let own = Own::of(&route);
            let mut earlier = earlier.filter(|other| own.meets(other));
            let first = earlier.next().map(|first| keeps_path(first) && earlier.all(keeps_path));
            match first {
                Some(is_same) => self.answer_first(&route, status, is_same),
                None => self.answer(&route, status),
            }
        }
        // RewriteRules come first, wherever they stand; of what they rewrite, a Redirect still sees the path.
        let mut all: Vec<(Route, bool)> = routes.into_iter().map(|route| (route, false)).collect();
        // From the last one: each comes before the later ones for its paths as well.
        for redirect in std::mem::take(&mut self.redirects).into_iter().rev() {
            let own = Own::of(&redirect);
            let meets = |route: &Route| {
                route.patterns().any(|it| own.may_take(it, route.folds()) && !is_apart(&redirect, route, it))
            };
            let comes_later =
                |(route, is_redirect): &(Route, bool)| (*is_redirect || is_internal(route)) && meets(route);
            let at = all.iter().position(comes_later).unwrap_or(all.len());
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
            let own = Own::of(&route);
            let later = |other: &Route| !other.yields && other.action != Action::Stay && own.meets(other);
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
    /// Where that rule leads to the same path of another host or scheme, the answer there is the same.
    fn answer_first(&mut self, route: &Route, status: u16, is_same: bool) {
        if is_same {
            let message = format!("{status} is answered at once, without the redirect of all paths before it");
            self.sink.note("changed-meaning", route.spans.line, message, "nothing, if both hosts have these rules");
        } else {
            let what = format!("an answer after a rule for the same paths; {status} comes before that rule");
            self.refuse(route.spans.line, &what);
        }
        self.answer(route, status);
    }

    pub(super) fn answer(&mut self, route: &Route, status: u16) {
        let mut from: Vec<String> = route.patterns().map(str::to_owned).collect();
        with_folders(&mut from, &self.indexes);
        let mut members = vec![("for", crate::dialect::route::one_or_list(&from), Some(route.spans.from))];
        members.extend(route.paths.iter().map(|(name, value)| (*name, value.clone(), None)));
        if !route.when.is_empty() {
            members.push(("when", Value::Object(route.when.clone()), None));
        }
        members.push(("status", Value::Number(f64::from(status)), None));
        members.extend(self.body_of(status));
        self.sink.rule("responses", route.spans.line, members);
    }
}

/// Whether a route has no path of another one's expression: all paths of that are in a folder which the route has nothing of.
fn is_apart(route: &Route, other: &Route, expression: &str) -> bool {
    let Some(source) = expression.strip_prefix("~^") else { return false };
    let folder = beginning(source);
    let is_elsewhere = |own: &str| {
        let begin = own.split([':', '*', '{', '%']).next().unwrap_or_default();
        begin.starts_with('/') && !begin.starts_with(folder) && !folder.starts_with(begin)
    };
    !route.folds() && !other.folds() && route.patterns().all(is_elsewhere)
}

impl Rule {
    fn is_for_all(&self) -> bool {
        self.route.patterns().all(|pattern| pattern == "/*")
    }

    /// Whether a path that begins with the text of a template may be one of this rule's.
    fn may_match_beginning(&self, to: &str) -> bool {
        let begin = to.split('{').next().unwrap_or_default();
        self.own.may_take(&format!("{}*", begin.replace(':', "{:}")), false)
    }
}
