//! One event through the sections of its stage.

use crate::FULL;
use crate::captures::Captures;
use crate::experiment::Experiment;
use crate::layout::{self, meta, role, section};
use crate::lookup::{Candidates, Matcher, Rule, guard};
use crate::observer::{Moment, Nobody, Observed, Observer};
use crate::outcome::{Outcome, Refusal};
use crate::pass::{Pass, normal};
use crate::path;
use crate::precompressed;
use crate::query;
use crate::redirect::{join_query, leads_to_itself, path_len};
use crate::slashes;
use crate::span::Span;
use crate::stage::Stage;
use crate::steps;
use crate::template;
use crate::work::Work;

pub(crate) fn decide(work: &mut Work<'_>, stage: Stage, accept: u32) {
    observe(work, stage, accept, &mut Nobody);
}

/// As [`decide`]; `observer` is told what happens.
pub(crate) fn observe(work: &mut Work<'_>, stage: Stage, accept: u32, observer: &mut impl Observer) {
    let mut pass = Pass::new(work, stage, accept);
    pass.sections(work, observer);
    pass.finish(work);
}

impl Pass {
    /// Runs the stage's sections, until a request is answered.
    // Where bytes are not dear, it is inlined with what it calls for each rule: only then is all of a pass in registers.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn sections(&mut self, work: &mut Work<'_>, observer: &mut impl Observer) {
        for n in 0..work.stage_count(2) {
            let (flagged, at) = (work.stage_word(3 + 2 * n), work.stage_word(4 + 2 * n));
            let kind = flagged & !section::BELOW_400;
            observer.see(Moment { work, pass: self }, Observed::Section { kind: flagged, at });
            if (flagged != kind && work.status >= 400) || !self.is_due(work, kind) {
                observer.see(Moment { work, pass: self }, Observed::Skipped);
                continue;
            }
            match kind {
                section::SLASHES | section::TRAILING_SLASH | section::HTML if FULL => {
                    let outcome = match kind {
                        section::SLASHES => self.slashes(work, at),
                        section::HTML => self.html(work, at),
                        _ => self.trailing_slash(work, at),
                    };
                    let captures = &Captures::NONE;
                    observer.see(Moment { work, pass: self }, Observed::Rule { at, outcome, captures });
                }
                section::EXPERIMENTS | section::COOKIES if FULL => self.experiments(work, kind, at, observer),
                section::ALWAYS => work.emit(at),
                section::EVERY_PATH => {
                    if guard(work, at, self.path) {
                        steps::run(work, work.plan.word(at, 2), &Captures::NONE);
                    }
                }
                _ => self.rules(work, kind, at, observer),
            }
            if self.answered && self.stage.is_request() {
                return;
            }
        }
    }

    /// Whether a section is for the message as it stands.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn is_due(&self, work: &Work<'_>, kind: u32) -> bool {
        match kind {
            section::REWRITES | section::ENCODED => !self.answered,
            section::STATUS => work.status == 200 && !self.answered,
            section::PRECOMPRESSED => self.is_get(),
            _ => true,
        }
    }

    /// The rules of a matcher. Of query and header rules every match acts, elsewhere the first that acts or passes is the
    /// last.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn rules(&mut self, work: &mut Work<'_>, kind: u32, at: u32, observer: &mut impl Observer) {
        let mut rules = Candidates::new(Matcher::new(at), self.path_of(kind));
        while let Some(rule) = rules.next(work) {
            let passes = work.plan.word(rule.record, 0) & meta::PASS != 0;
            let outcome = if passes { Ok(()) } else { self.act(work, kind, rule, &rules.captures) };
            let captures = &rules.captures;
            observer.see(Moment { work, pass: self }, Observed::Rule { at: rule.at, outcome, captures });
            if outcome.is_ok() && !matches!(kind, section::QUERY | section::HEADERS) {
                return;
            }
        }
    }

    /// What a rule does whose patterns match and whose guard holds.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn act(&mut self, work: &mut Work<'_>, kind: u32, rule: Rule, captures: &Captures) -> Outcome {
        let record = rule.record;
        match kind {
            section::ANSWERS => return self.answer(work, rule, captures),
            section::ORIGINS if FULL => return self.origin(work, record),
            section::REWRITES | section::STATUS => return self.rewrite(work, kind, rule, captures),
            section::QUERY if FULL => {
                let changed = query::apply(work, record, self.query);
                self.set_query(work, changed);
            }
            section::PRECOMPRESSED if FULL => {
                self.variant = precompressed::choose(work, record, self.path, self.accept).ok()
            }
            section::HEADERS => steps::run(work, work.plan.word(record, 2), captures),
            section::ENCODED if FULL => precompressed::label(work, record, self.file, self.note.encoding),
            _ => {}
        }
        Ok(())
    }

    /// The path as the options on slashes want it, for all that follows; or the answer to a path that they refuse.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn slashes(&mut self, work: &mut Work<'_>, at: u32) -> Outcome {
        let options = work.plan.word(at, 0);
        let shown = self.shown();
        if options & layout::slashes::REJECT != 0 && self.stage.is_request() && slashes::are_encoded(work.get(shown)) {
            work.emit(work.plan.word(at, 1));
            self.answered = true;
            return Ok(());
        }
        if let Some(arranged) = slashes::arranged(work, shown, options) {
            let path = normal(work, arranged);
            // A path from a note was arranged when it was noted.
            if self.note.path.is_none() || self.stage.is_request() {
                self.path = path;
            }
            self.file = path;
            if self.stage.is_request() {
                self.uri = Some(path);
            }
            work.arranged = Some(path);
            return Ok(());
        }
        Err(Refusal::Nothing)
    }

    /// A redirect, `[meta, guard, ops, steps, query rule]`, or a response, `[meta, guard, ops, steps]`.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn answer(&mut self, work: &mut Work<'_>, rule: Rule, captures: &Captures) -> Outcome {
        let plan = work.plan;
        let record = rule.record;
        let (flags, ops) = (plan.word(record, 0), plan.word(record, 2));
        if flags & meta::REDIRECT != 0 {
            let mark = work.mark();
            let to = template::target(work, flags, rule.own, captures)?;
            let query = match flags & meta::DROPS {
                _ if !FULL => self.query,
                0 => self.query,
                _ => query::apply(work, plan.word(record, 4), self.query),
            };
            let location = join_query(work, to, query, flags);
            if location != to {
                work.read_more = true;
            }
            if leads_to_itself(work, location, flags & meta::ABSOLUTE != 0, self.uri.unwrap_or(self.raw)) {
                work.back_to(mark);
                return Err(Refusal::Itself);
            }
            work.emit(ops);
            work.emit_text(plan.word_at(layout::LOCATION_OP), location);
        } else {
            work.emit(ops);
        }
        if flags & meta::READS_MORE != 0 {
            work.read_more = true;
        }
        if flags & meta::STEPS != 0 {
            steps::run(work, plan.word(record, 3), captures);
        }
        let reads_unnamed = flags & meta::PRIVATE != 0 && self.stage == Stage::ViewerRequest;
        if reads_unnamed || self.stage == Stage::OriginRequest && work.read_more {
            work.emit(plan.word_at(layout::NO_STORE_OPS));
        }
        let vary = work.stage_word(1);
        while work.tested != 0 {
            work.emit(plan.word(vary, work.tested.trailing_zeros()));
            work.tested &= work.tested - 1;
        }
        self.answered = true;
        Ok(())
    }

    /// `[n, n × experiment]`: the path that a variant leads to, or the cookie that says which it is.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn experiments(&mut self, work: &mut Work<'_>, kind: u32, list: u32, observer: &mut impl Observer) {
        let plan = work.plan;
        let mut captures = Captures::NONE;
        for n in 0..work.count(list, 0) {
            let at = plan.word(list, 1 + n);
            let Some((variant, new)) = Experiment::new(at).choose(work, self.path, &mut captures) else { continue };
            let mut outcome = Ok(());
            if kind != section::COOKIES || new {
                work.emit(plan.word(variant, 4));
            }
            if plan.word(variant, 3) != 0 {
                match template::target(work, meta::TEMPLATE, plan.word(variant, 3), &captures) {
                    Ok(to) => self.set_uri(work, to),
                    Err(refusal) => outcome = Err(refusal),
                }
            }
            let seen = Observed::Variant { at, variant, new, outcome, captures: &captures };
            observer.see(Moment { work, pass: self }, seen);
        }
    }

    /// `[meta, guard, ops, weight of 2³¹ or 0xFFFFFFFF, salt]`
    fn origin(&mut self, work: &mut Work<'_>, rule: u32) -> Outcome {
        let plan = work.plan;
        let identifier = work.role(role::REQUEST_ID).unwrap_or(Span::EMPTY);
        if crate::experiment::share(plan.word(rule, 4), work.get(identifier)) >= plan.word(rule, 3) {
            return Err(Refusal::Share);
        }
        if plan.word(rule, 0) & meta::PREFIX != 0 {
            if path::has_dots(work.get(self.path)) {
                return Err(Refusal::Dots);
            }
            // After the origin's own path, dot segments would lead further up than the rules saw.
            if path::has_dots(work.get(self.raw)) {
                self.uri.get_or_insert(self.path);
            }
        }
        work.emit(plan.word(rule, 2));
        self.routed = true;
        Ok(())
    }

    /// `[meta, guard, ops of its status]`
    fn rewrite(&mut self, work: &mut Work<'_>, kind: u32, rule: Rule, captures: &Captures) -> Outcome {
        let plan = work.plan;
        let (flags, ops) = (plan.word(rule.record, 0), plan.word(rule.record, 2));
        let to = template::target(work, flags, rule.own, captures)?;
        if kind != section::STATUS {
            self.lead(work, flags, to);
        } else if to.len > 0 && !work.same(to, self.file) {
            // A response has the status of the rewrite that led to its file. What that looked at may look different by now: a
            // rewrite before it in the list may have led elsewhere, and have changed query and host.
            return Ok(());
        } else if ops != 0 {
            // Rules after this one see it.
            work.status = plan.word(ops, 1) >> 16;
        }
        work.emit(ops);
        self.routed = true;
        Ok(())
    }

    /// The request goes to this path and query.
    #[inline(always)]
    fn lead(&mut self, work: &mut Work<'_>, flags: u32, to: Span) {
        let path = to.part(0, path_len(work.get(to)));
        if flags & meta::KEEP_QUERY == 0 || path.len < to.len {
            let whole = join_query(work, to, self.query, flags);
            let query = whole.part(path_len(work.get(whole)) + 1, whole.len as usize);
            self.set_query(work, query);
        }
        self.set_uri(work, path);
    }
}
