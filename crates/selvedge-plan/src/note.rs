//! Notes between stages: `<plan id, 8 hex digits>;e=<coding>.<length of its suffix>;p=<path>`.
//!
//! `e` is what the request half of a precompressed rule chose; `p` the path as viewer-request left it, where origin-request
//! changed more than a suffix. A note of another plan is no note.

use crate::layout::ID;
use crate::work::{Span, Work};

#[derive(Clone, Copy, Default)]
pub(crate) struct Note {
    /// Number of the coding and length of its suffix.
    pub(crate) encoding: Option<(u32, u32)>,
    pub(crate) path: Option<Span>,
}

/// The note in `value`; nothing where it was not written under this plan.
pub(crate) fn read(work: &Work<'_>, value: Span) -> Note {
    let mut note = Note::default();
    let text = work.get(value);
    let id = id_text(work.plan.word_at(ID));
    if text.get(..8) != Some(&id[..]) {
        return note;
    }
    let mut at = 8;
    let mut rest = text.get(at..).unwrap_or_default();
    if let [b';', b'e', b'=', coding @ b'0'..=b'3', b'.', tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] = rest {
        note.encoding = Some((u32::from(coding - b'0'), u32::from(tens - b'0') * 10 + u32::from(ones - b'0')));
        at += 7;
        rest = text.get(at..).unwrap_or_default();
    }
    if let [b';', b'p', b'=', path @ ..] = rest {
        note.path = Some(value.part(at + 3, path.len()));
    }
    note
}

/// Writes a note into the working memory.
pub(crate) fn write(work: &mut Work<'_>, encoding: Option<(u32, u32)>, path: Option<Span>) -> Span {
    let mark = work.mark();
    let id = id_text(work.plan.word_at(ID));
    work.sink().push_all(&id);
    if let Some((coding, suffix)) = encoding {
        work.sink().push_all(&encoding_text(coding, suffix));
    }
    if let Some(path) = path {
        work.sink().push_all(b";p=");
        work.push_span(path);
    }
    work.since(mark)
}

/// The first part of a note: the plan's id.
pub fn id_text(id: u32) -> [u8; 8] {
    let mut text = [0; 8];
    for (place, digit) in text.iter_mut().enumerate() {
        let nibble = (id >> (28 - 4 * place)) as u8 & 15;
        *digit = if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    }
    text
}

/// The part of a note that tells the chosen encoding.
pub fn encoding_text(coding: u32, suffix: u32) -> [u8; 7] {
    let digit = |number: u32| b'0' + (number % 10) as u8;
    [b';', b'e', b'=', digit(coding), b'.', digit(suffix / 10), digit(suffix)]
}
