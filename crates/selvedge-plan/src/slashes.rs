//! The options `slashes` and `encodedSlashes`: the path as rules, and then the origin, are to see it.

use crate::layout::slashes::{DECODE, MERGE};
use crate::path::{after_escaped_slash, after_slash};
use crate::span::Span;
use crate::work::Work;

/// Whether a slash or backslash is escaped in `path`.
pub(crate) fn are_encoded(path: &[u8]) -> bool {
    (0..path.len()).any(|at| path.get(at..).is_some_and(|rest| after_escaped_slash(rest).is_some()))
}

/// `path` with its slashes as the options want them, not yet normalised; `None` where they are so.
///
/// A backslash is written as the slash that it counts as, here as in the URL standard: what the origin is asked must not be
/// up to how it reads one. Slashes are merged before dot segments are resolved, so that `/a//../b` is `/b`, as
/// servers that merge have it.
pub(crate) fn arranged(work: &mut Work<'_>, path: Span, options: u32) -> Option<Span> {
    let mark = work.mark();
    let (text, mut out) = work.read(path);
    let mut rest = text;
    let mut follows = false;
    while let [byte, others @ ..] = rest {
        let slash = if options & DECODE != 0 { after_slash(rest) } else { others_after(*byte, others) };
        match slash {
            Some(_) if follows && options & MERGE != 0 => {}
            Some(_) => out.push(b'/'),
            None => out.push(*byte),
        }
        follows = slash.is_some();
        rest = slash.unwrap_or(others);
    }
    let arranged = work.since(mark);
    if work.same(arranged, path) {
        work.back_to(mark);
        return None;
    }
    Some(arranged)
}

/// What follows a slash or backslash as it is.
fn others_after(byte: u8, others: &[u8]) -> Option<&[u8]> {
    matches!(byte, b'/' | b'\\').then_some(others)
}
