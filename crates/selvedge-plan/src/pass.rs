//! The state of an event on its way through the sections of a stage, and what goes out of it in the end.

use crate::FULL;
use crate::layout::{self, note as mode, role, section};
use crate::note::{self, Note};
use crate::path;
use crate::precompressed::Variant;
use crate::span::Span;
use crate::stage::Stage;
use crate::work::Work;

/// GET and HEAD in [`crate::Event::accept`].
const METHOD_SHIFT: u32 = 16;

/// What the sections of one stage hand to each other.
pub(crate) struct Pass {
    pub(crate) stage: Stage,
    pub(crate) accept: u32,
    /// The path as the message has it.
    pub(crate) raw: Span,
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
    pub(crate) variant: Option<Variant>,
    /// The normalised path that came: at response stages that of the file that the origin was asked for.
    pub(crate) file: Span,
    pub(crate) note: Note,
    /// There is a note that no stage before can have written.
    foreign_note: bool,
    /// The request was answered, or the response replaced.
    pub(crate) answered: bool,
}

impl Pass {
    pub(crate) fn new(work: &mut Work<'_>, stage: Stage, accept: u32) -> Pass {
        let raw = work.role(role::PATH).unwrap_or(Span::EMPTY);
        let mut note = Note::default();
        let mut foreign_note = false;
        if FULL
            && work.stage_word(0) & mode::READ != 0
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

    /// The path that the patterns of a section see.
    pub(crate) fn path_of(&self, kind: u32) -> Span {
        if kind == section::ENCODED { self.file } else { self.path }
    }

    /// The path without the suffix of a chosen variant, which is not part of the path that rules see.
    pub(crate) fn shown(&self) -> Span {
        self.raw.without(self.note.encoding.map_or(0, |(_, suffix)| suffix))
    }

    /// The method is GET or HEAD.
    pub(crate) fn is_get(&self) -> bool {
        self.accept >> METHOD_SHIFT <= 1
    }

    pub(crate) fn set_query(&mut self, work: &Work<'_>, query: Span) {
        if !work.same(query, self.query) {
            self.query = query;
            self.query_changed = true;
        }
    }

    pub(crate) fn set_uri(&mut self, work: &mut Work<'_>, uri: Span) {
        self.uri = Some(uri);
        work.lengthened(uri);
        // What the origin is asked again does not change which response this is.
        if self.stage.is_request() {
            self.path = normal(work, uri);
        }
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
        let noted = FULL
            && modes & mode::WRITE != 0
            && (self.variant.is_some() || (moved && self.stage == Stage::OriginRequest));
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
