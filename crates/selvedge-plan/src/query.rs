//! Query strings: `application/x-www-form-urlencoded` pairs, kept byte for byte where no rule changes them.

use core::ops::Range;

use crate::encode::encode;
use crate::heap::sort;
use crate::layout::{meta, place};
use crate::names::Names;
use crate::path::hex_value;
use crate::sink::Sink;
use crate::span::Span;
use crate::work::Work;

/// The non-empty pair at or after `start`, and where the next one begins.
pub(crate) fn pair_at(query: &[u8], start: usize) -> Option<(Range<usize>, usize)> {
    let mut start = start;
    loop {
        let rest = query.get(start..).filter(|rest| !rest.is_empty())?;
        let len = rest.iter().position(|byte| *byte == b'&').unwrap_or(rest.len());
        if len > 0 {
            return Some((start..start + len, start + len + 1));
        }
        start += 1;
    }
}

/// Name and value of a pair; without `=` the value is empty.
pub(crate) fn split(pair: &[u8]) -> (&[u8], &[u8]) {
    match pair.iter().position(|byte| *byte == b'=') {
        Some(at) => (pair.get(..at).unwrap_or_default(), pair.get(at + 1..).unwrap_or_default()),
        None => (pair, pair.get(pair.len()..).unwrap_or_default()),
    }
}

/// The bytes of form-encoded text, decoded one at a time; an invalid escape is literal.
fn decoded(text: &[u8]) -> impl Iterator<Item = u8> {
    let mut rest = text;
    core::iter::from_fn(move || {
        let (byte, after) = match rest {
            [b'%', high, low, after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                (hex_value(*high) << 4 | hex_value(*low), after)
            }
            [b'+', after @ ..] => (b' ', after),
            [byte, after @ ..] => (*byte, after),
            [] => return None,
        };
        rest = after;
        Some(byte)
    })
}

pub(crate) fn form_equal(text: &[u8], plain: &[u8]) -> bool {
    decoded(text).eq(plain.iter().copied())
}

/// Text that is form-encoded, decoded into the working memory.
pub(crate) fn form_decoded(work: &mut Work<'_>, text: Span) -> Span {
    let mark = work.mark();
    let (text, mut out) = work.read(text);
    decoded(text).for_each(|byte| out.push(byte));
    work.since(mark)
}

/// Names are looked up by byte in two lists, and pairs are compared some sixteen times when they are sorted.
const STEPS_PER_BYTE: u32 = 32;

/// Applies one query rule: `[meta, guard, drops, keeps]`, each list of names 0 or its offset. The new query, in the working
/// memory.
pub(crate) fn apply(work: &mut Work<'_>, rule: u32, query: Span) -> Span {
    let plan = work.plan;
    let flags = plan.word(rule, 0);
    let lists = [(plan.word(rule, 2), false), (plan.word(rule, 3), true)];
    if !work.takes(query.len.saturating_mul(STEPS_PER_BYTE)) {
        return query;
    }
    let wanted = |pair: &[u8]| {
        let (name, _) = split(pair);
        lists.iter().all(|(at, kept)| *at == 0 || Names { plan, at: *at }.contain(decoded(name)) == *kept)
    };
    let mark = work.mark();
    if flags & meta::SORT == 0 {
        let (text, mut out) = work.read(query);
        let mut start = 0;
        let mut first = true;
        let mut same = flags & meta::LOWERCASE == 0;
        while let Some((pair, next)) = pair_at(text, start) {
            start = next;
            let pair = text.get(pair).unwrap_or_default();
            if wanted(pair) {
                push_pair(&mut out, pair, flags, &mut first);
            } else {
                same = false;
            }
        }
        return if same { query } else { work.since(mark) };
    }
    // Sorted: positions of the pairs go into spare memory first.
    let (text, mut out) = work.read(query);
    let spare = core::mem::take(&mut out.bytes);
    let room = spare.len().saturating_sub(8 * text.split(|byte| *byte == b'&').count() + 8);
    let (head, tail) = match spare.split_at_mut_checked(room) {
        Some(parts) if room > 0 => parts,
        _ => {
            out.overflow();
            return Span::EMPTY;
        }
    };
    out.bytes = head;
    let mut first = true;
    for pair in by_name(text, tail, &wanted, flags & meta::LOWERCASE != 0).unwrap_or_default() {
        push_pair(&mut out, text.get(range(pair)).unwrap_or_default(), flags, &mut first);
    }
    work.since(mark)
}

/// Where a pair begins and ends.
type Pair = [u8; 8];

fn range(pair: &Pair) -> Range<usize> {
    let both = u64::from_le_bytes(*pair);
    (both >> 32) as usize..both as u32 as usize
}

/// The pairs of `text` that are wanted, by name and then by position; `None`: `spare` is too small.
fn by_name<'s>(text: &[u8], spare: &'s mut [u8], wanted: &dyn Fn(&[u8]) -> bool, lower: bool) -> Option<&'s [Pair]> {
    let (pairs, _) = spare.as_chunks_mut::<8>();
    let mut count = 0;
    let mut start = 0;
    while let Some((range, next)) = pair_at(text, start) {
        start = next;
        if wanted(text.get(range.clone()).unwrap_or_default()) {
            *pairs.get_mut(count)? = ((range.start as u64) << 32 | range.end as u64).to_le_bytes();
            count += 1;
        }
    }
    let pairs = pairs.get_mut(..count)?;
    let name = |pair: &Pair| split(text.get(range(pair)).unwrap_or_default()).0;
    sort(pairs, |a, b| {
        let by_name = if lower {
            name(a).iter().map(u8::to_ascii_lowercase).cmp(name(b).iter().map(u8::to_ascii_lowercase))
        } else {
            name(a).cmp(name(b))
        };
        by_name.then(range(a).start.cmp(&range(b).start)).is_lt()
    });
    Some(pairs)
}

/// The names that a query has, to look for others among them.
pub(crate) struct Known {
    query: Span,
    /// Its pairs by name, in the working memory.
    pairs: Span,
}

impl Known {
    pub(crate) fn new(work: &mut Work<'_>, query: Span) -> Known {
        let mark = work.mark();
        let (text, mut out) = work.read(query);
        out.fill(|spare| by_name(text, spare, &|_| true, false).map(|pairs| 8 * pairs.len()));
        Known { query, pairs: work.since(mark) }
    }

    /// Whether the query has a pair of the same name, as it is written.
    pub(crate) fn has(&self, work: &Work<'_>, pair: Span) -> bool {
        let text = work.get(self.query);
        let (wanted, _) = split(work.get(pair));
        let pairs = work.get(self.pairs).as_chunks().0;
        pairs.binary_search_by(|pair| split(text.get(range(pair)).unwrap_or_default()).0.cmp(wanted)).is_ok()
    }
}

fn push_pair(out: &mut Sink<'_>, pair: &[u8], flags: u32, first: &mut bool) {
    if !core::mem::take(first) {
        out.push(b'&');
    }
    if flags & meta::LOWERCASE == 0 {
        out.push_all(pair);
        return;
    }
    let (name, value) = split(pair);
    for (text, after) in [(name, &b"="[..]), (value, b"")] {
        for byte in decoded(text) {
            encode(&[byte.to_ascii_lowercase()], place::COMPONENT, false, out);
        }
        out.push_all(after);
    }
}
