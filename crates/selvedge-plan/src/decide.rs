//! One event through the sections of its stage.

use crate::experiment::{Experiment, target};
use crate::glob::Captures;
use crate::layout::{self, meta, note as mode, place, role, section};
use crate::lookup::{Candidates, Matcher, guard};
use crate::note::{self, Note};
use crate::path;
use crate::precompressed::{self, Variant};
use crate::query;
use crate::redirect::{join_query, leads_to_itself};
use crate::slashes;
use crate::span::Span;
use crate::stage::Stage;
use crate::steps;
use crate::template::{self, collapse};
use crate::work::Work;

/// GET and HEAD in [`crate::Event::accept`].
const METHOD_SHIFT: u32 = 16;

pub(crate) fn decide(work: &mut Work<'_>, stage: Stage, accept: u32) {
    let mut pass = Pass::new(work, stage, accept);
    let answered = pass.sections(work);
    if stage.is_request() && !answered {
        pass.finish_request(work);
    } else if let Some(uri) = pass.uri {
        // A fallback rewrite: the origin is to be asked again for this path and query.
        work.emit_text(work.plan.word_at(layout::URI_OP), uri);
        if pass.query_changed {
            work.emit_text(work.plan.word_at(layout::QUERY_OP), pass.query);
        }
    }
}

/// What the sections of one stage hand to each other.
struct Pass {
    stage: Stage,
    accept: u32,
    /// The path as the message has it.
    raw: Span,
    /// The normalised path that patterns see now.
    path: Span,
    /// The path that is set, where a rule set one.
    uri: Option<Span>,
    /// The op list that appends a file name to the path as it came, and the name.
    appended: Option<(u32, Span)>,
    query: Span,
    query_changed: bool,
    /// An origins or rewrites rule matched, so html leaves the path alone.
    routed: bool,
    /// The precompressed variant that is asked for: coding, suffix, ops with and without a note.
    variant: Option<Variant>,
    /// The normalised path that came: at response stages that of the file that the origin was asked for.
    file: Span,
    note: Note,
    /// There is a note that no stage before can have written.
    foreign_note: bool,
    /// A rule replaced the response.
    replaced: bool,
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
            replaced: false,
        };
        pass.file = normal(work, pass.shown());
        pass.path = match note.path {
            Some(path) if !stage.is_request() => normal(work, path),
            _ => pass.file,
        };
        pass
    }

    /// Runs the stage's sections; whether a request was answered.
    fn sections(&mut self, work: &mut Work<'_>) -> bool {
        let plan = work.plan;
        for n in 0..work.stage_count(2) {
            let (kind, at) = (work.stage_word(3 + 2 * n), work.stage_word(4 + 2 * n));
            if kind & section::BELOW_400 != 0 && work.status >= 400 {
                continue;
            }
            match kind & !section::BELOW_400 {
                section::SLASHES if self.slashes(work, at) => return true,
                section::ANSWERS => {
                    let mut rules = Candidates::new(Matcher::new(at), self.path);
                    while let Some(rule) = rules.next(work).filter(|rule| !passes(work, *rule)) {
                        if self.answer(work, rule, &rules.captures) {
                            if self.stage.is_request() {
                                return true;
                            }
                            self.replaced = true;
                            break;
                        }
                    }
                }
                section::EXPERIMENTS => self.experiments(work, at),
                section::QUERY => {
                    let mut rules = Candidates::new(Matcher::new(at), self.path);
                    while let Some(rule) = rules.next(work) {
                        let changed = query::apply(work, rule, self.query);
                        self.set_query(work, changed);
                    }
                }
                section::ORIGINS => {
                    let mut rules = Candidates::new(Matcher::new(at), self.path);
                    while let Some(rule) = rules.next(work).filter(|rule| !passes(work, *rule)) {
                        if self.origin(work, rule) {
                            self.routed = true;
                            break;
                        }
                    }
                }
                section::REWRITES if !self.replaced => {
                    let mut rules = Candidates::new(Matcher::new(at), self.path);
                    while let Some(rule) = rules.next(work).filter(|rule| !passes(work, *rule)) {
                        if self.rewrite(work, rule, &rules.captures) {
                            self.routed = true;
                            break;
                        }
                    }
                }
                section::STATUS if work.status == 200 && !self.replaced => {
                    let mut rules = Candidates::new(Matcher::new(at), self.path);
                    if let Some(rule) = rules.next(work) {
                        work.emit(plan.word(rule, 2));
                    }
                }
                section::HTML => self.html(work, at),
                section::TRAILING_SLASH if self.trailing_slash(work, at) => return true,
                section::PRECOMPRESSED if self.accept >> METHOD_SHIFT <= 1 => {
                    let mut rules = Candidates::new(Matcher::new(at), self.path);
                    if let Some(rule) = rules.next(work) {
                        self.variant = precompressed::choose(work, rule, self.path, self.accept);
                    }
                }
                section::HEADERS => {
                    let mut rules = Candidates::new(Matcher::new(at), self.path);
                    while let Some(rule) = rules.next(work) {
                        steps::run(work, plan.word(rule, 2), &rules.captures);
                    }
                }
                section::ALWAYS => work.emit(at),
                section::EVERY_PATH if guard(work, at, self.path) => {
                    steps::run(work, plan.word(at, 2), &Captures::NONE);
                }
                section::ENCODED if !self.replaced => {
                    let mut rules = Candidates::new(Matcher::new(at), self.file);
                    if let Some(rule) = rules.next(work) {
                        precompressed::label(work, rule, self.file, self.note.encoding);
                    }
                }
                section::COOKIES => {
                    let mut captures = Captures::NONE;
                    for n in 0..work.count(at, 0) {
                        let experiment = Experiment::new(plan.word(at, 1 + n));
                        if let Some((variant, true)) = experiment.choose(work, self.path, &mut captures) {
                            work.emit(plan.word(variant, 4));
                        }
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// The path as the options on slashes want it, for all that follows; whether they refuse the request.
    fn slashes(&mut self, work: &mut Work<'_>, at: u32) -> bool {
        let options = work.plan.word(at, 0);
        let shown = self.shown();
        if options & layout::slashes::REJECT != 0 && self.stage.is_request() && slashes::are_encoded(work.get(shown)) {
            work.emit(work.plan.word(at, 1));
            return true;
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
        }
        false
    }

    /// The path without the suffix of a chosen variant, which is not part of the path that rules see.
    fn shown(&self) -> Span {
        self.raw.without(self.note.encoding.map_or(0, |(_, suffix)| suffix))
    }

    /// Redirects and responses; `false` where the rule turns out not to match.
    fn answer(&mut self, work: &mut Work<'_>, rule: u32, captures: &Captures) -> bool {
        let plan = work.plan;
        let flags = plan.word(rule, 0);
        let steps_at = if flags & meta::REDIRECT != 0 {
            let mark = work.mark();
            let (at, len) = (plan.word(rule, 3), plan.word(rule, 4));
            let Some(to) = template::target(work, flags, at, len, captures) else { return false };
            let location = join_query(work, to, self.query, flags);
            if location != to {
                work.read_more = true;
            }
            if leads_to_itself(work, location, flags & meta::ABSOLUTE != 0, self.uri.unwrap_or(self.raw)) {
                work.back_to(mark);
                return false;
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
        true
    }

    fn experiments(&mut self, work: &mut Work<'_>, list: u32) {
        let mut captures = Captures::NONE;
        for n in 0..work.count(list, 0) {
            let experiment = Experiment::new(work.plan.word(list, 1 + n));
            if let Some((variant, _)) = experiment.choose(work, self.path, &mut captures)
                && let Some(to) = target(work, variant, &captures)
            {
                self.set_uri(work, to);
            }
        }
    }

    /// `[meta, guard, ops, weight of 2³¹ or 0xFFFFFFFF, salt]`
    fn origin(&mut self, work: &mut Work<'_>, rule: u32) -> bool {
        let plan = work.plan;
        let identifier = work.role(role::REQUEST_ID).unwrap_or(Span::EMPTY);
        if crate::experiment::share(plan.word(rule, 4), work.get(identifier)) >= plan.word(rule, 3) {
            return false;
        }
        if plan.word(rule, 0) & meta::PREFIX != 0 {
            if path::has_dots(work.get(self.path)) {
                return false;
            }
            // After the origin's own path, dot segments would lead further up than the rules saw.
            if path::has_dots(work.get(self.raw)) {
                self.uri.get_or_insert(self.path);
            }
        }
        work.emit(plan.word(rule, 2));
        true
    }

    /// `[meta, guard, target, length, ops of its status]`
    fn rewrite(&mut self, work: &mut Work<'_>, rule: u32, captures: &Captures) -> bool {
        let plan = work.plan;
        let flags = plan.word(rule, 0);
        let (at, len) = (plan.word(rule, 2), plan.word(rule, 3));
        let Some(to) = template::target(work, flags, at, len, captures) else { return false };
        let question = work.get(to).iter().position(|byte| *byte == b'?');
        let path = to.part(0, question.unwrap_or(to.len as usize));
        if flags & meta::KEEP_QUERY == 0 || question.is_some() {
            let whole = join_query(work, to, self.query, flags);
            let query = match work.get(whole).iter().position(|byte| *byte == b'?') {
                Some(at) => whole.part(at + 1, whole.len as usize),
                None => Span::EMPTY,
            };
            self.set_query(work, query);
        }
        self.set_uri(work, path);
        work.emit(plan.word(rule, 4));
        true
    }

    fn set_query(&mut self, work: &Work<'_>, query: Span) {
        if work.get(query) != work.get(self.query) {
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

    /// `[matcher, index ops, index, length, clean ops, clean, length]`
    fn html(&mut self, work: &mut Work<'_>, at: u32) {
        if !self.is_page() {
            return;
        }
        let plan = work.plan;
        let path = self.path;
        if !last_segment_is_plain(work, path) || !Matcher::new(plan.word(at, 0)).any(work, path) {
            return;
        }
        let which = if work.get(path).ends_with(b"/") { 1 } else { 4 };
        let ops = plan.word(at, which);
        if ops == 0 {
            return;
        }
        let name = Span::plan(plan.word(at, which + 1), plan.word(at, which + 2));
        let mark = work.mark();
        work.push_span(path);
        work.push_span(name);
        self.path = work.since(mark);
        if let Some(uri) = self.uri {
            let mark = work.mark();
            work.push_span(uri);
            work.push_span(name);
            self.uri = Some(work.since(mark));
        } else {
            self.appended = Some((ops, name));
        }
    }

    /// A page can have another name: GET or HEAD, and no other rule said where it is.
    fn is_page(&self) -> bool {
        !self.routed && self.accept >> METHOD_SHIFT <= 1
    }

    /// `[matcher, ops, add, n, n × matcher of origins and rewrites]`
    fn trailing_slash(&mut self, work: &mut Work<'_>, at: u32) -> bool {
        let plan = work.plan;
        let path = self.path;
        let text = work.get(path);
        let has = text.ends_with(b"/");
        let add = plan.word(at, 2) != 0;
        if text.len() <= 1 || has == add || !self.is_page() {
            return false;
        }
        let shorter = if has { path.without(1) } else { path };
        if !last_segment_is_plain(work, shorter)
            || work.get(shorter).ends_with(b"/")
            || path::has_dots(work.get(shorter))
            || !Matcher::new(plan.word(at, 0)).any(work, path)
        {
            return false;
        }
        for n in 0..work.count(at, 3) {
            if Matcher::new(plan.word(at, 4 + n)).concerns(work, path) {
                return false;
            }
        }
        let mark = work.mark();
        let (text, mut out) = work.read(shorter);
        crate::encode::encode(text, place::PATH, true, &mut out);
        if add {
            out.push(b'/');
        }
        let to = work.since(mark);
        let to = collapse(work, to);
        let location = join_query(work, to, self.query, meta::KEEP_QUERY);
        work.emit(plan.word(at, 1));
        work.emit_text(plan.word_at(layout::LOCATION_OP), location);
        true
    }

    /// What changed in the request goes out, and a note of what later stages cannot see.
    fn finish_request(&mut self, work: &mut Work<'_>) {
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
fn normal(work: &mut Work<'_>, raw: Span) -> Span {
    if raw == Span::EMPTY || path::is_normal(work.get(raw)) {
        return raw;
    }
    let mark = work.mark();
    let (text, mut out) = work.read(raw);
    out.fill(|spare| path::normalise(text, spare));
    work.since(mark)
}

/// Whether the last segment has no dot: a page, not a file.
fn last_segment_is_plain(work: &Work<'_>, path: Span) -> bool {
    let last = work.get(path).rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    last.iter().all(|byte| *byte != b'.')
}

/// Whether a rule lets the request go on as it is.
fn passes(work: &Work<'_>, rule: u32) -> bool {
    work.plan.word(rule, 0) & meta::PASS != 0
}
