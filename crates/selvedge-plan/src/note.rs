//! Notes between stages: `<token>;e=<coding>.<length of its suffix>;p=<path>`.
//!
//! `e` is what the request half of a precompressed rule chose; `p` the path as viewer-request left it, where origin-request
//! changed more than a suffix. A note with another token is not believed: it came from outside, or from other rules.

use crate::layout::{SUFFIXES, TOKEN_LENGTH};
use crate::span::Span;
use crate::work::Work;

#[derive(Clone, Copy, Default)]
pub(crate) struct Note {
    /// Number of the coding and length of its suffix.
    pub(crate) encoding: Option<(u32, u32)>,
    pub(crate) path: Option<Span>,
}

/// The note in `value`; `None` where it was not written under this plan. `raw` is the path that it came with.
pub(crate) fn read(work: &Work<'_>, value: Span, raw: Span) -> Option<Note> {
    let mut note = Note::default();
    let (token, mut rest) = work.get(value).split_at_checked(TOKEN_LENGTH)?;
    if !same(token, work.plan.token()) {
        return None;
    }
    if let [b';', b'e', b'=', coding @ b'0'..=b'3', b'.', tens @ b'0'..=b'9', ones @ b'0'..=b'9', after @ ..] = rest {
        let encoding = (u32::from(coding - b'0'), u32::from(tens - b'0') * 10 + u32::from(ones - b'0'));
        // A hook may have changed the path since.
        note.encoding = ends_so(work, raw, encoding).then_some(encoding);
        rest = after;
    }
    match rest {
        [] => {}
        [b';', b'p', b'=', path @ ..] => note.path = Some(value.last(path.len())),
        _ => return None,
    }
    Some(note)
}

/// Whether two tokens are the same, in a time that does not tell where they differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |found, (a, b)| found | (a ^ b)) == 0
}

/// Whether the path ends with a suffix of that coding and length.
fn ends_so(work: &Work<'_>, raw: Span, (coding, length): (u32, u32)) -> bool {
    let plan = work.plan;
    let table = plan.word_at(SUFFIXES);
    (0..work.count(table, 0)).map(|n| plan.record(table.wrapping_add(4), 3, n)).any(|at| {
        let suffix = plan.slice(plan.word(at, 1), plan.word(at, 2));
        plan.word(at, 0) == coding && suffix.len() == length as usize && work.get(raw).ends_with(suffix)
    })
}

/// Writes a note into the working memory.
pub(crate) fn write(work: &mut Work<'_>, encoding: Option<(u32, u32)>, path: Option<Span>) -> Span {
    let mark = work.mark();
    let token = work.plan.token();
    work.sink().push_all(token);
    if let Some((coding, suffix)) = encoding {
        work.sink().push_all(&encoding_text(coding, suffix));
    }
    if let Some(path) = path {
        work.sink().push_all(b";p=");
        work.push_span(path);
    }
    work.since(mark)
}

/// The part of a note that tells the chosen encoding.
pub fn encoding_text(coding: u32, suffix: u32) -> [u8; 7] {
    let digit = |number: u32| b'0' + (number % 10) as u8;
    [b';', b'e', b'=', digit(coding), b'.', digit(suffix / 10), digit(suffix)]
}
