//! What keeps requests out: permissions as answers of 403, and what becomes of a guard that rules do not have.
//!
//! Such a guard closes all that it may be for. It is never left out: what Apache keeps in would come out.

use super::Reader;
use super::flags::{folds, refuses};
use super::joined::{one, wider};
use super::known::is_harmless_file;
use super::lex::Directive;
use super::permissions::Permissions;
use super::sections::{Scope, below};
use crate::dialect::access::Who;
use crate::dialect::pcre::Pcre;
use crate::dialect::route::{Route, one_or_list};
use crate::dialect::sink::{Members, has_stars, unread};
use crate::dialect::taken::with_folders;
use crate::dialect::when::add;
use crate::places::Span;
use crate::rules::Value;

/// The permissions of one section, of one kind: `Require`, or `Allow` and `Deny`.
pub(super) struct Guard {
    kind: usize,
    span: Span,
    scope: Scope,
    /// It counts instead of what is around it, and nothing else is around the section that narrows its paths.
    is_whole: bool,
    around: Vec<(String, Value)>,
    who: Who,
}

/// The paths of a rule that keeps requests out, or may.
pub(super) struct Closing {
    span: Span,
    pub(super) from: Vec<String>,
    except: Vec<String>,
    when: Vec<(String, Value)>,
}

impl Closing {
    /// The paths of a rule that was read.
    pub(super) fn of(route: &Route) -> Closing {
        let except = route.paths.iter().filter(|(name, _)| *name == "except").flat_map(|(_, value)| match value {
            Value::Array(all) => all.clone(),
            one => vec![one.clone()],
        });
        Closing {
            span: route.spans.line,
            from: route.any_case(),
            except: except.filter_map(pattern_of).collect(),
            when: route.when.clone(),
        }
    }
}

impl Reader {
    /// The permissions of the section that is about to close.
    pub(super) fn guarded(&mut self, permissions: Permissions) {
        let Some(span) = permissions.span else { return };
        let scope = self.scope();
        let unknown = permissions.unknown.clone();
        let is_added = permissions.is_added;
        let is_whole =
            self.sections.iter().filter(|section| section.scope.as_ref().is_some_and(|it| it.paths.is_some())).count()
                <= 1
                && !self.is_skipped();
        let mut is_closed = false;
        for (kind, who) in permissions.finish().into_iter().enumerate() {
            let Some(who) = who else { continue };
            is_closed |= who.sure.clone().others().is_some();
            let (scope, around) = (scope.clone(), self.around());
            // `AuthMerging` is for the first kind alone.
            let is_whole = is_whole && !(is_added && kind == 0);
            self.guards.push(Guard { kind, span, scope, is_whole, around, who });
        }
        if scope.is_elsewhere {
            return;
        }
        for (span, what) in unknown {
            let what = if is_closed { format!("{what}; {}", closed(&patterns(&scope), 403)) } else { what };
            self.refuse(span, &what);
        }
    }

    /// Makes answers of all permissions. Those of an inner section count instead of those around it.
    pub(super) fn keep_out(&mut self) {
        let guards = std::mem::take(&mut self.guards);
        for (at, guard) in guards.iter().enumerate() {
            let Some(others) = guard.who.sure.clone().others() else { continue };
            if guard.scope.is_elsewhere {
                continue;
            }
            let counts_instead = |(other_at, other): &(usize, &Guard)| {
                other.kind == guard.kind
                    && other.is_whole
                    && !other.scope.is_elsewhere
                    && other.around == guard.around
                    && other.scope.methods == guard.scope.methods
                    && (other.scope.rank, *other_at) > (guard.scope.rank, at)
            };
            let from = patterns(&guard.scope);
            let (mut except, mut is_covered) = (Vec::new(), false);
            for (_, other) in guards.iter().enumerate().filter(counts_instead) {
                match &other.scope.paths {
                    Some(paths) if *paths != from => except.extend(paths.iter().cloned()),
                    _ => is_covered = true,
                }
            }
            let mut when = guard.around.clone();
            let all = add(&mut when, guard.scope.methods.clone()).and_then(|()| add(&mut when, others));
            if is_covered {
                continue;
            }
            if all.is_err() {
                when.clone_from(&guard.around);
            }
            self.close_paths(guard.span, from, except, when, 403);
        }
    }

    /// Answers with a status all that a rule may keep out which rules do not have, and says so.
    pub(super) fn close_rule(&mut self, directive: &Directive, conditions: &[(Directive, usize)]) -> Option<String> {
        let flags = directive.words.get(2).map(|word| word.text.as_str()).unwrap_or_default();
        let status = refuses(flags)?;
        let closing = self.closing(directive, conditions)?;
        let said = closed(&closing.from, status);
        self.close_as(closing, status);
        Some(said)
    }

    /// All that a rule may be for.
    pub(super) fn closing(&self, directive: &Directive, conditions: &[(Directive, usize)]) -> Option<Closing> {
        let folds = folds(directive.words.get(2).map(|word| word.text.as_str()).unwrap_or_default());
        if self.is_off() || !(self.is_on || self.turns_on) {
            return None;
        }
        let conds = wider(conditions)?;
        let scope = self.scope();
        let text = directive.words.first().map(|word| word.text.as_str()).unwrap_or_default();
        let base = self.base_of_patterns(text);
        let own = |text: &str| Pcre::new(text, folds).and_then(|pcre| pcre.path(base));
        let mut except = conds.except;
        let mut from = match (&scope.paths, text.strip_prefix('!')) {
            (Some(_), _) => patterns(&scope),
            (None, Some(text)) => {
                except.extend(own(text).and_then(|path| one(&path)));
                vec!["/*".to_owned()]
            }
            (None, None) => match own(text) {
                Ok(path) => path.any_case(),
                Err(_) => vec!["/*".to_owned()],
            },
        };
        if let (true, Some(path)) = (from == ["/*"], conds.path)
            && let Ok(path) = path.path("")
        {
            from = path.any_case();
        }
        with_folders(&mut from, &self.indexes);
        let mut when = self.around();
        if add(&mut when, conds.when).is_err() {
            when = self.around();
        }
        let except = except.into_iter().filter_map(pattern_of).collect();
        Some(Closing { span: directive.span, from, except, when })
    }

    pub(super) fn close_as(&mut self, closing: Closing, status: u16) {
        self.close_paths(closing.span, closing.from, closing.except, closing.when, status);
    }

    /// A file that is not read may keep requests out.
    pub(super) fn include(&mut self, directive: &Directive) -> Result<(), String> {
        let path = directive.words.first().map_or("", |word| word.text.as_str());
        if is_harmless_file(path) {
            return Ok(());
        }
        // `Include` needs one: Apache does not start without it.
        if directive.name == "includeoptional" && has_stars(path) {
            self.left_out += 1;
            self.sink.nothing_included(directive.span, "IncludeOptional", path);
            return Ok(());
        }
        let what = unread(&directive.name, path);
        let from = patterns(&self.scope());
        let said = closed(&from, 403);
        self.close_paths(directive.span, from, Vec::new(), self.around(), 403);
        Err(format!("{what}; it may keep requests out: {said}"))
    }

    /// `AllowMethods GET`: any other method is answered 405. HEAD is a GET to Apache.
    pub(super) fn allow_methods(&mut self, directive: &Directive) -> Result<(), String> {
        let mut methods: Vec<Value> =
            directive.words.iter().map(|word| Value::String(word.text.to_ascii_uppercase())).collect();
        if methods.contains(&Value::String("RESET".to_owned())) {
            return Ok(());
        }
        if methods.contains(&Value::String("GET".to_owned())) {
            methods.push(Value::String("HEAD".to_owned()));
        }
        let allowed = Value::Object(vec![("method".to_owned(), Value::Array(methods))]);
        let mut when = self.around();
        // Without what is around it, it is for more.
        if add(&mut when, vec![("not".to_owned(), allowed.clone())]).is_err() {
            when = vec![("not".to_owned(), allowed)];
        }
        self.close_paths(directive.span, patterns(&self.scope()), Vec::new(), when, 405);
        Ok(())
    }

    /// A rule of ModSecurity that refuses: for what requests is not read.
    pub(super) fn sec_rule(&mut self, directive: &Directive) -> Result<(), String> {
        let what = format!("the directive {:?}", directive.name);
        if !denies(directive) {
            return Err(what);
        }
        let from = patterns(&self.scope());
        let said = closed(&from, 403);
        self.close_paths(directive.span, from, Vec::new(), self.around(), 403);
        Err(format!("{what}; {said}"))
    }

    /// Answers for paths, before all that leads elsewhere.
    pub(super) fn close_paths(
        &mut self,
        span: Span,
        from: Vec<String>,
        mut except: Vec<String>,
        when: Vec<(String, Value)>,
        status: u16,
    ) {
        let mut members: Members = vec![("for", one_or_list(&from), None)];
        except.dedup();
        let is_whole = from == ["/*"] && except.is_empty();
        if !except.is_empty() {
            members.push(("except", one_or_list(&except), None));
        }
        if !when.is_empty() {
            members.push(("when", Value::Object(when), None));
        }
        members.push(("status", Value::Number(f64::from(status)), None));
        members.extend(self.body_of(status));
        // Of what is closed as a whole, nothing can be rewritten to the rest of it.
        if !is_whole {
            self.closed.extend(from);
        }
        self.sink.rule("responses", span, members);
    }

    /// What keeps requests out of a section that is not read otherwise.
    pub(super) fn guard_in_skipped(&mut self, directive: &Directive) {
        let closed = match directive.name.as_str() {
            "rewritecond" => return self.conditions.push((directive.clone(), 0)),
            "rewriterule" => {
                let conditions = std::mem::take(&mut self.conditions);
                // What it skips or chains is of its section.
                let precondition = self.precondition.take();
                self.lose(directive, &conditions);
                self.precondition = precondition;
                let said = self.close_rule(directive, &conditions);
                said.or_else(|| self.close_login(directive, &conditions))
            }
            "redirect" | "redirectmatch" | "redirecttemp" | "redirectpermanent" => {
                let said = self.close_redirect(directive);
                said.or_else(|| self.close_redirect_of_viewers(directive))
            }
            "allowmethods" => {
                let said = closed(&patterns(&self.scope()), 405);
                self.allow_methods(directive).is_ok().then_some(said)
            }
            "include" | "includeoptional" => self.include(directive).err(),
            "secrule" | "secaction" if denies(directive) => self.sec_rule(directive).err(),
            _ => None,
        };
        if let Some(closed) = closed {
            self.refuse(directive.span, &format!("a guard in such a section; {closed}"));
            self.directives += 1;
        }
    }

    /// Closes what a `Redirect` with a status of 400 and more may be for.
    pub(super) fn close_redirect(&mut self, directive: &Directive) -> Option<String> {
        let (status, words) = super::redirect::status(directive).ok().filter(|(status, _)| *status >= 400)?;
        let scope = self.scope();
        let own = words.first().map(|word| word.text.as_str()).filter(|path| path.starts_with('/'));
        let mut from = match own {
            Some(path) if scope.paths.is_none() && directive.name == "redirect" => below(path),
            _ => patterns(&scope),
        };
        with_folders(&mut from, &self.indexes);
        let said = closed(&from, status);
        self.close_paths(directive.span, from, Vec::new(), self.around(), status);
        Some(said)
    }
}

/// A pattern as it stands in a rule, in our own spelling.
fn pattern_of(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Object(members) => match members.into_iter().next()? {
            (_, Value::String(text)) => Some(format!("~{text}")),
            _ => None,
        },
        _ => None,
    }
}

/// The paths of a section; of one that cannot be told, all.
pub(super) fn patterns(scope: &Scope) -> Vec<String> {
    let mut patterns = scope.paths.clone().unwrap_or_else(|| vec!["/*".to_owned()]);
    if scope.has_index {
        // The page of a folder comes under the folder's name.
        patterns.push("~/$".to_owned());
    }
    patterns
}

/// What a finding says of paths that a guard closes, and how they are opened.
pub(super) fn closed(paths: &[String], status: u16) -> String {
    let shown: Vec<String> = paths
        .iter()
        .map(|path| path.strip_prefix('~').map_or_else(|| path.clone(), |it| format!("{{ \"regex\": {it:?} }}")))
        .collect();
    let shown = if shown == ["/*"] {
        "all paths are".to_owned()
    } else {
        format!("{} {}", shown.join(" and "), if shown.len() == 1 { "is" } else { "are" })
    };
    format!("{shown} answered {status}; to open what it is not for, write it as \"responses\" and take this line out")
}

/// Whether a rule of ModSecurity refuses.
fn denies(directive: &Directive) -> bool {
    let actions = directive.words.iter().flat_map(|word| word.text.split(','));
    let mut names = actions.map(|action| action.trim().split(':').next().unwrap_or_default());
    names.any(|name| matches!(name, "deny" | "drop" | "block" | "redirect"))
}
