//! One event through the sections of its stage.

use crate::captures::Captures;
use crate::experiment::Experiment;
use crate::layout::{self, meta, note as mode, role, section};
use crate::lookup::{Candidates, Matcher, guard};
use crate::note::{self, Note};
use crate::observer::{Moment, Nobody, Observed, Observer, Outcome, Refusal};
use crate::path;
use crate::precompressed::{self, Variant};
use crate::query;
use crate::redirect::{join_query, leads_to_itself, path_len};
use crate::slashes;
use crate::span::Span;
use crate::stage::Stage;
use crate::steps;
use crate::template;
use crate::work::Work;

/// GET and HEAD in [`crate::Event::accept`].
const METHOD_SHIFT: u32 = 16;

pub(crate) fn decide(work: &mut Work<'_>, stage: Stage, accept: u32) {
    observe(work, stage, accept, &mut Nobody);
}

/// As [`decide`]; `observer` is told what happens.
pub(crate) fn observe(work: &mut Work<'_>, stage: Stage, accept: u32, observer: &mut impl Observer) {
    let mut pass = Pass::new(work, stage, accept);
    pass.sections(work, observer);
    pass.finish(work);
}

/// What the sections of one stage hand to each other.
pub(crate) struct Pass {
    stage: Stage,
    pub(crate) accept: u32,
    /// The path as the message has it.
    raw: Span,
    /// The normalised path that patterns see now.
    pub(crate) path: Span,
    /// The path that is set, where a rule set one.
    pub(crate) uri: Option<Span>,
    /// The op list that appends a file name to the path as it came, and the name.
    pub(crate) appended: Option<(u32, Span)>,
    pub(crate) query: Span,
    query_changed: bool,
    /// An origins or rewrites rule matched, so html leaves the path alone.
    pub(crate) routed: bool,
    /// The precompressed variant that is asked for: coding, suffix, ops with and without a note.
    variant: Option<Variant>,
    /// The normalised path that came: at response stages that of the file that the origin was asked for.
    file: Span,
    note: Note,
    /// There is a note that no stage before can have written.
    foreign_note: bool,
    /// The request was answered, or the response replaced.
    pub(crate) answered: bool,
}

impl Pass {
    fn new(work: &mut Work<'_>, stage: Stage, accept: u32) -> Pass {
        let raw = work.role(role::PATH).unwrap_or(Span::EMPTY);
        let mut note = Note::default();
        let mut foreign_note = false;
        if work.stage_word(0) & mode::READ != 0
            && let Some(value) = work.role(role::NOTE)
        {
            match note::read(work, value, raw) {
                Some(ours) => note = ours,
                None => foreign_note = true,
            }
        }
        let mut pass = Pass {
            stage,
            accept,
            raw,
            path: raw,
            uri: None,
            appended: None,
            query: work.role(role::QUERY).unwrap_or(Span::EMPTY),
            query_changed: false,
            routed: false,
            variant: None,
            file: raw,
            note,
            foreign_note,
            answered: false,
        };
        pass.file = normal(work, pass.shown());
        pass.path = match note.path {
            Some(path) if !stage.is_request() => normal(work, path),
            _ => pass.file,
        };
        pass
    }

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
                section::SLASHES | section::TRAILING_SLASH | section::HTML => {
                    let outcome = match kind {
                        section::SLASHES => self.slashes(work, at),
                        section::HTML => self.html(work, at),
                        _ => self.trailing_slash(work, at),
                    };
                    let captures = &Captures::NONE;
                    observer.see(Moment { work, pass: self }, Observed::Rule { at, outcome, captures });
                }
                section::EXPERIMENTS | section::COOKIES => self.experiments(work, kind, at, observer),
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

    /// The path that the patterns of a section see.
    pub(crate) fn path_of(&self, kind: u32) -> Span {
        if kind == section::ENCODED { self.file } else { self.path }
    }

    /// The rules of a matcher. Of query and header rules every match acts, elsewhere the first that acts or passes is the
    /// last.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn rules(&mut self, work: &mut Work<'_>, kind: u32, at: u32, observer: &mut impl Observer) {
        let mut rules = Candidates::new(Matcher::new(at), self.path_of(kind));
        while let Some(rule) = rules.next(work) {
            let passes = work.plan.word(rule, 0) & meta::PASS != 0;
            let outcome = if passes { Ok(()) } else { self.act(work, kind, rule, &rules.captures) };
            let captures = &rules.captures;
            observer.see(Moment { work, pass: self }, Observed::Rule { at: rule, outcome, captures });
            if outcome.is_ok() && !matches!(kind, section::QUERY | section::HEADERS) {
                return;
            }
        }
    }

    /// What a rule does whose patterns match and whose guard holds.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn act(&mut self, work: &mut Work<'_>, kind: u32, rule: u32, captures: &Captures) -> Outcome {
        let plan = work.plan;
        match kind {
            section::ANSWERS => return self.answer(work, rule, captures),
            section::ORIGINS => return self.origin(work, rule),
            section::REWRITES | section::STATUS => return self.rewrite(work, kind, rule, captures),
            section::QUERY => {
                let changed = query::apply(work, rule, self.query);
                self.set_query(work, changed);
            }
            section::PRECOMPRESSED => self.variant = precompressed::choose(work, rule, self.path, self.accept).ok(),
            section::HEADERS => steps::run(work, plan.word(rule, 2), captures),
            section::ENCODED => precompressed::label(work, rule, self.file, self.note.encoding),
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

    /// The path without the suffix of a chosen variant, which is not part of the path that rules see.
    pub(crate) fn shown(&self) -> Span {
        self.raw.without(self.note.encoding.map_or(0, |(_, suffix)| suffix))
    }

    /// Redirects and responses.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn answer(&mut self, work: &mut Work<'_>, rule: u32, captures: &Captures) -> Outcome {
        let plan = work.plan;
        let flags = plan.word(rule, 0);
        let steps_at = if flags & meta::REDIRECT != 0 {
            let mark = work.mark();
            let (at, len) = (plan.word(rule, 3), plan.word(rule, 4));
            let to = template::target(work, flags, at, len, captures)?;
            let query = match flags & meta::DROPS {
                0 => self.query,
                _ => query::apply(work, plan.word(rule, 6), self.query),
            };
            let location = join_query(work, to, query, flags);
            if location != to {
                work.read_more = true;
            }
            if leads_to_itself(work, location, flags & meta::ABSOLUTE != 0, self.uri.unwrap_or(self.raw)) {
                work.back_to(mark);
                return Err(Refusal::Itself);
            }
            work.emit(plan.word(rule, 2));
            work.emit_text(plan.word_at(layout::LOCATION_OP), location);
            plan.word(rule, 5)
        } else {
            work.emit(plan.word(rule, 2));
            plan.word(rule, 3)
        };
        if flags & meta::READS_MORE != 0 {
            work.read_more = true;
        }
        if flags & meta::STEPS != 0 {
            steps::run(work, steps_at, captures);
        }
        if self.stage == Stage::OriginRequest && work.read_more {
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
                match template::target(work, meta::TEMPLATE, plan.word(variant, 3), 0, &captures) {
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

    /// `[meta, guard, target, length, ops of its status]`
    fn rewrite(&mut self, work: &mut Work<'_>, kind: u32, rule: u32, captures: &Captures) -> Outcome {
        let plan = work.plan;
        let flags = plan.word(rule, 0);
        let (at, len) = (plan.word(rule, 2), plan.word(rule, 3));
        let to = template::target(work, flags, at, len, captures)?;
        if kind != section::STATUS {
            self.lead(work, flags, to);
        } else if to.len > 0 && !work.same(to, self.file) {
            // A response has the status of the rewrite that led to its file. What that looked at may look different by now: a
            // rewrite before it in the list may have led elsewhere, and have changed query and host.
            return Ok(());
        }
        work.emit(plan.word(rule, 4));
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

    fn set_query(&mut self, work: &Work<'_>, query: Span) {
        if !work.same(query, self.query) {
            self.query = query;
            self.query_changed = true;
        }
    }

    fn set_uri(&mut self, work: &mut Work<'_>, uri: Span) {
        self.uri = Some(uri);
        work.lengthened(uri);
        // What the origin is asked again does not change which response this is.
        if self.stage.is_request() {
            self.path = normal(work, uri);
        }
    }

    /// GET or HEAD.
    pub(crate) fn is_get(&self) -> bool {
        self.accept >> METHOD_SHIFT <= 1
    }

    /// What became of the path goes out, unless the request was answered.
    pub(crate) fn finish(&self, work: &mut Work<'_>) {
        if self.stage.is_request() {
            if !self.answered {
                self.finish_request(work);
            }
        } else if let Some(uri) = self.uri {
            // A fallback rewrite: the origin is to be asked again for this path and query.
            work.emit_text(work.plan.word_at(layout::URI_OP), uri);
            if self.query_changed {
                work.emit_text(work.plan.word_at(layout::QUERY_OP), self.query);
            }
        }
    }

    /// What changed in the request goes out, and a note of what later stages cannot see.
    fn finish_request(&self, work: &mut Work<'_>) {
        let plan = work.plan;
        let modes = work.stage_word(0);
        // A variant that viewer-request chose stays chosen: its suffix ends whatever the path becomes.
        let earlier = match self.note.encoding {
            Some((_, len)) if self.variant.is_none() => self.raw.last(len as usize),
            _ => Span::EMPTY,
        };
        let moved = self.uri.is_some() || self.appended.is_some();
        let noted =
            modes & mode::WRITE != 0 && (self.variant.is_some() || (moved && self.stage == Stage::OriginRequest));
        if let Some(uri) = self.uri.or(self.appended.is_some().then_some(self.raw.without(earlier.len)))
            && (self.uri.is_some() || earlier.len > 0)
        {
            let mark = work.mark();
            work.push_span(uri);
            if let (None, Some((_, name))) = (self.uri, self.appended) {
                work.push_span(name);
            }
            work.push_span(self.variant.map_or(earlier, |variant| variant.suffix));
            let uri = work.since(mark);
            work.emit_text(plan.word_at(layout::URI_OP), uri);
        } else {
            if let Some((ops, _)) = self.appended {
                work.emit(ops);
            }
            if let Some(variant) = self.variant {
                // Where nothing else changes this is one constant outcome: the suffix and its note.
                work.emit(if noted && !moved { variant.ops_with_note } else { variant.ops });
            }
        }
        if noted && moved {
            let encoding = self.variant.map(|variant| (variant.coding, variant.suffix.len)).or(self.note.encoding);
            let text = note::write(work, encoding, (self.stage == Stage::OriginRequest).then_some(self.file));
            work.emit_text(plan.word_at(layout::NOTE_OP), text);
        } else if !noted && (modes & mode::DELETE != 0 || self.foreign_note) {
            work.emit(plan.word_at(layout::NO_NOTE_OPS));
        }
        if self.query_changed {
            work.emit_text(plan.word_at(layout::QUERY_OP), self.query);
        }
    }
}

/// The normalised form of a raw path.
pub(crate) fn normal(work: &mut Work<'_>, raw: Span) -> Span {
    if raw == Span::EMPTY || path::is_normal(work.get(raw)) {
        return raw;
    }
    let mark = work.mark();
    let (text, mut out) = work.read(raw);
    out.fill(|spare| path::normalise(text, spare));
    work.since(mark)
}
