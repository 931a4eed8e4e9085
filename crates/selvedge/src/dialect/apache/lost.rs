//! RewriteRules that are left out, and what that does to those after them: none of them may let in what Apache keeps out.

use super::Reader;
use super::flags::{Leads, leads, redirects, refuses};
use super::guard::{Closing, closed};
use super::lex::{Directive, Owned};
use crate::dialect::line::split_url;
use crate::dialect::route::Route;
use crate::dialect::taken::Taken;
use crate::places::Span;

/// What the rule before says of the next one.
pub(super) enum Precondition {
    /// It counts only where the first of the chain does.
    Chain(Directive, Vec<(Directive, usize)>),
    /// Where the rule on a line counts, so many do not; and whether it counts by who asks.
    Skip(u32, usize, bool),
}

/// A rewrite that is left out: its paths, and what it makes of them, as a template.
pub(super) struct Lost {
    span: Span,
    closing: Closing,
    to: String,
}

impl Reader {
    /// Why a rule is left out whatever it says itself; with its paths closed, where it keeps requests out.
    pub(super) fn left_out_by_precondition(
        &mut self,
        directive: &Directive,
        conditions: &[(Directive, usize)],
    ) -> Option<String> {
        let flags = flags_of(directive);
        let what = match self.precondition.take()? {
            Precondition::Chain(head, of_head) => {
                // What it is compared with is what the first one makes; what it may keep out is what that is for.
                let folds = if super::flags::folds(flags_of(&head)) { ",NC" } else { "" };
                let flags = match refuses(flags) {
                    Some(status) => format!("[R={status}{folds}]"),
                    None if redirects(flags) => format!("[R{folds}]"),
                    None => String::new(),
                };
                let mut whole = head.clone();
                whole.span = directive.span;
                whole.words.truncate(1);
                let word = |text: &str| Owned { text: text.to_owned(), span: directive.span };
                whole.words.extend([word(target_of(directive)), word(&flags)]);
                let said = self.close_rule(&whole, &of_head).or_else(|| self.close_login(&whole, &of_head));
                self.lose(&whole, &of_head);
                if matches!(leads(flags_of(directive)), Some(Leads::Chain)) {
                    self.precondition = Some(Precondition::Chain(head, of_head));
                }
                with("a rule of a chain, which counts only where those before it do", said)
            }
            Precondition::Skip(line, count, by_viewer) => {
                let said = self.close_rule(directive, conditions);
                let said = said.or_else(|| self.close_login(directive, conditions));
                let said = said.or_else(|| by_viewer.then(|| self.close_skipped(directive, conditions)).flatten());
                self.lose(directive, conditions);
                self.precondition = (count > 1).then_some(Precondition::Skip(line, count - 1, by_viewer));
                with(&format!("a rule that line {line} may skip"), said)
            }
        };
        Some(what)
    }

    /// Keeps in mind what a rule that is left out says of others.
    pub(super) fn lose(&mut self, directive: &Directive, conditions: &[(Directive, usize)]) {
        if self.is_off() || !self.is_on {
            return;
        }
        let flags = flags_of(directive);
        if self.precondition.is_none() {
            self.precondition = match leads(flags) {
                Some(Leads::Chain) => Some(Precondition::Chain(directive.clone(), conditions.to_vec())),
                Some(Leads::Skip(count)) => {
                    let by_viewer = self.asks_who(conditions);
                    (count > 0).then_some(Precondition::Skip(directive.span.line, count, by_viewer))
                }
                None => None,
            };
        }
        let to = target_of(directive);
        if to == "-" || split_url(to).is_some() || redirects(flags) || refuses(flags).is_some() {
            return;
        }
        let Some(closing) = self.closing(directive, conditions) else { return };
        let slash = if to.starts_with(['/', '$', '%']) { "" } else { "/" };
        let base = if slash.is_empty() { "" } else { self.base.as_deref().unwrap_or(slash) };
        self.lost.push(Lost { span: directive.span, closing, to: format!("{base}{}", opened(to)) });
    }

    /// Keeps in mind a rewrite that is left out after it was read.
    pub(super) fn lose_route(&mut self, route: &Route) {
        let to = route.mappings.first().map(|mapping| mapping.to.clone()).unwrap_or_default();
        self.lost.push(Lost { span: route.spans.line, closing: Closing::of(route), to });
    }

    /// Closes what leads to a guard, by one rewrite or by several: what is closed is a guard to those that lead to it.
    pub(super) fn led_to_guarded(&mut self) {
        loop {
            let closed = self.closed.len();
            self.rewritten_to_guarded();
            self.lost_to_guarded();
            if self.closed.len() == closed {
                break;
            }
        }
    }

    /// Closes what a rewrite that is left out leads to a guard: without it the path itself would come out.
    fn lost_to_guarded(&mut self) {
        let answers = self.rules.iter().filter(|rule| rule.answer.is_some()).map(|rule| &rule.route);
        let of_rules = answers.chain(self.gone.iter().map(|(route, _)| route));
        let patterns = of_rules.flat_map(|route| route.patterns()).filter(|pattern| *pattern != "/*");
        let taken = Taken::new(patterns.chain(self.closed.iter().map(String::as_str)));
        let (led, kept) = std::mem::take(&mut self.lost).into_iter().partition(|lost: &Lost| taken.takes(&lost.to));
        self.lost = kept;
        for lost in led {
            let said = closed(&lost.closing.from, 403);
            let message = format!("the rewrite that is left out may lead to what is kept in; {said}");
            self.sink.error("not-honoured", lost.span, message, "write what it does as rules");
            self.close_as(lost.closing, 403);
        }
    }
}

fn with(what: &str, said: Option<String>) -> String {
    said.map_or_else(|| what.to_owned(), |said| format!("{what}; {said}"))
}

fn flags_of(directive: &Directive) -> &str {
    directive.words.get(2).map(|word| word.text.as_str()).unwrap_or_default()
}

fn target_of(directive: &Directive) -> &str {
    directive.words.get(1).map(|word| word.text.as_str()).unwrap_or("-")
}

/// A target as a template: what is not its own text may be any.
fn opened(to: &str) -> String {
    let path = to.split('?').next().unwrap_or_default();
    let Some(first) = path.find(['$', '%']) else { return path.to_owned() };
    let last = path.rfind(['$', '%']).unwrap_or(first);
    let after = path.get(last + 1..).unwrap_or_default();
    let end = match after.strip_prefix('{') {
        Some(inner) => inner.split_once('}').map_or("", |(_, end)| end),
        None => after.get(1..).unwrap_or_default(),
    };
    format!("{}{{x}}{end}", path.get(..first).unwrap_or_default())
}
