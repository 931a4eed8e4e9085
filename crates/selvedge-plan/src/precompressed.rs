//! Files compressed ahead of time: which variant to ask the origin for, and what to say of it in the response.

use crate::accept::rank;
use crate::checksum::hash;
use crate::cursor::Cursor;
use crate::layout::{self, meta, role};
use crate::negotiate::{Coding, trim};
use crate::outcome::Refusal;
use crate::span::Span;
use crate::table::Slots;
use crate::work::Work;

/// A variant that is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Variant {
    pub(crate) coding: u32,
    pub(crate) suffix: Span,
    pub(crate) ops: u32,
    pub(crate) ops_with_note: u32,
}

/// Every coding of a rule, in its order, see [`choices`].
const ALL: u32 = 0x4321;

/// Packs the positions of the available codings into one word: four bits each, the most preferred lowest.
pub fn choices(positions: impl DoubleEndedIterator<Item = u32>) -> u32 {
    positions.rev().fold(0, |rest, position| rest << 4 | (position + 1))
}

/// The request half of a precompressed rule:
/// `[meta, guard, manifest, n, n × (coding, suffix, length, ops, ops with note)]`.
pub(crate) fn choose(work: &Work<'_>, record: u32, path: Span, class: u32) -> Result<Variant, Refusal> {
    let plan = work.plan;
    let text = work.get(path);
    let count = work.count(record, 3);
    let word = |n: u32, index: u32| plan.word(record, 4 + 5 * n + index);
    if text.ends_with(b"/") {
        return Err(Refusal::Directory);
    }
    if (0..count).any(|n| word(n, 2) > 0 && text.ends_with(plan.slice(word(n, 1), word(n, 2)))) {
        return Err(Refusal::Variant);
    }
    let mut choices = match plan.word(record, 0) & meta::MANIFEST {
        0 => ALL,
        _ => manifest(work, record, text),
    };
    let identity = rank(class, Coding::Identity as u32);
    let mut best = Err(if choices == 0 { Refusal::Unlisted } else { Refusal::Coding });
    let mut best_rank = 0;
    while choices != 0 {
        let n = (choices & 0xF).wrapping_sub(1);
        choices >>= 4;
        if n >= count {
            break;
        }
        let coding = word(n, 0);
        let rank = rank(class, coding);
        if rank > best_rank && rank >= identity {
            best_rank = rank;
            best = if coding == Coding::Identity as u32 {
                Err(Refusal::Coding)
            } else {
                let suffix = Span::plan(word(n, 1), word(n, 2));
                Ok(Variant { coding, suffix, ops: word(n, 3), ops_with_note: word(n, 4) })
            };
        }
    }
    best
}

/// The choices that there are of the file at `path`.
fn manifest(work: &Work<'_>, record: u32, path: &[u8]) -> u32 {
    for at in Slots::new(work, work.plan.word(record, 2), hash(1, path)) {
        let mut cursor = Cursor::new(work.plan, at);
        if cursor.bytes() == path {
            return cursor.number();
        }
    }
    0
}

/// The response half: `[meta, guard, vary ops, n, n × (coding, ops, ops if it came with gzip as well)]`.
pub(crate) fn label(work: &mut Work<'_>, rule: u32, file: Span, encoding: Option<(u32, u32)>) {
    let plan = work.plan;
    work.emit(plan.word(rule, 2));
    if !matches!(work.status, 200 | 206 | 304) {
        return;
    }
    let given = work.role(role::CONTENT_TYPE).unwrap_or(Span::EMPTY);
    if work.content_type.is_none()
        && is_generic(work.get(given))
        && let Some(media_type) = media_type(work, file)
    {
        work.emit_text(plan.word_at(layout::CONTENT_TYPE_OP), media_type);
        work.content_type = Some(media_type);
    }
    let Some((coding, _)) = encoding else { return };
    let ops = (0..work.count(rule, 3)).find(|n| plan.word(rule, 4 + 3 * n) == coding);
    let Some(n) = ops else { return };
    let given = work.role(role::CONTENT_ENCODING).unwrap_or(Span::EMPTY);
    let given = trim(work.get(given));
    // RFC 9110 §8.4.1: in any case, and `x-gzip` is gzip. `identity` (§12.5.3) is not a coding.
    let is = |name: &[u8]| given.eq_ignore_ascii_case(name);
    if given.is_empty() || is(b"identity") {
        work.emit(plan.word(rule, 5 + 3 * n));
    } else if is(b"gzip") || is(b"x-gzip") {
        work.emit(plan.word(rule, 6 + 3 * n));
    }
}

fn is_generic(media_type: &[u8]) -> bool {
    let essence = trim(media_type.split(|byte| *byte == b';').next().unwrap_or_default());
    let generic = [&b"octet-stream"[..], b"gzip", b"zstd", b"brotli"];
    essence.is_empty()
        || generic.iter().any(|end| {
            let start = essence.len().wrapping_sub(end.len());
            essence.get(start..).is_some_and(|it| it.eq_ignore_ascii_case(end))
        })
}

/// The media type of a file by its name.
fn media_type(work: &Work<'_>, file: Span) -> Option<Span> {
    let plan = work.plan;
    let text = work.get(file);
    let name = text.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let dot = name.iter().rposition(|byte| *byte == b'.')?;
    let extension = work.get(file.slice(text, name.get(dot + 1..)?));
    let table = plan.word_at(layout::MEDIA_TYPES);
    (0..work.count(table, 0)).map(|n| plan.record(table.wrapping_add(4), 4, n)).find_map(|at| {
        let known = plan.slice(plan.word(at, 0), plan.word(at, 1));
        known.eq_ignore_ascii_case(extension).then(|| Span::plan(plan.word(at, 2), plan.word(at, 3)))
    })
}
