//! Query strings: `application/x-www-form-urlencoded` pairs, kept byte for byte where no rule changes them.

use core::ops::Range;

use crate::encode::encode;
use crate::layout::{meta, place};
use crate::path::hex_value;
use crate::plan::Plan;
use crate::work::{Sink, Span, Work};

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

pub(crate) fn form_decode(work: &mut Work<'_>, text: Span) {
    let (text, mut out) = work.read(text);
    decoded(text).for_each(|byte| out.push(byte));
}

/// The first value of the parameter `name`, decoded into the working memory.
pub(crate) fn value(work: &mut Work<'_>, query: Span, name: &[u8]) -> Option<Span> {
    let raw = raw_value(work, query, name)?;
    let mark = work.mark();
    form_decode(work, raw);
    Some(work.since(mark))
}

fn raw_value(work: &Work<'_>, query: Span, name: &[u8]) -> Option<Span> {
    let text = work.get(query);
    let mut start = 0;
    while let Some((pair, next)) = pair_at(text, start) {
        start = next;
        let pair = text.get(pair)?;
        let (key, value) = split(pair);
        if form_equal(key, name) {
            return Some(crate::condition::part_of(text, value, query));
        }
    }
    None
}

/// Applies one query rule: `[meta, guard, drops, drops × (kind, offset, length), keeps, keeps × (…)]`. The new query, in
/// the working memory.
pub(crate) fn apply(work: &mut Work<'_>, rule: u32, query: Span) -> Span {
    let plan = work.plan;
    let flags = plan.word(rule, 0);
    let drops = Names { plan, at: rule.wrapping_add(8) };
    let keeps = Names { plan, at: plan.record(rule.wrapping_add(12), 3, plan.count(rule, 2)) };
    let pairs = work.get(query).split(|byte| *byte == b'&').count();
    if !work.takes((drops.len() + keeps.len()).saturating_mul(pairs as u32)) {
        return query;
    }
    let wanted = |pair: &[u8]| {
        let (name, _) = split(pair);
        (flags & meta::KEEP_LIST == 0 || keeps.contain(name)) && !drops.contain(name)
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
    let room = spare.len().saturating_sub(8 * pairs + 8);
    let (head, tail) = match spare.split_at_mut_checked(room) {
        Some(parts) if room > 0 => parts,
        _ => {
            out.overflow();
            return Span::EMPTY;
        }
    };
    out.bytes = head;
    let (slots, _) = tail.as_chunks_mut::<8>();
    let mut count = 0;
    let mut start = 0;
    while let Some((range, next)) = pair_at(text, start) {
        start = next;
        if wanted(text.get(range.clone()).unwrap_or_default())
            && let Some(slot) = slots.get_mut(count)
        {
            *slot = ((range.start as u64) << 32 | range.end as u64).to_le_bytes();
            count += 1;
        }
    }
    let slots = slots.get_mut(..count).unwrap_or_default();
    let range = |slot: &[u8; 8]| {
        let both = u64::from_le_bytes(*slot);
        (both >> 32) as usize..both as u32 as usize
    };
    let pair = |slot: &[u8; 8]| text.get(range(slot)).unwrap_or_default();
    let lower = flags & meta::LOWERCASE != 0;
    sort(slots, |a, b| {
        let ((name_a, _), (name_b, _)) = (split(pair(a)), split(pair(b)));
        let by_name = if lower {
            name_a.iter().map(u8::to_ascii_lowercase).cmp(name_b.iter().map(u8::to_ascii_lowercase))
        } else {
            name_a.cmp(name_b)
        };
        by_name.then(range(a).start.cmp(&range(b).start)).is_lt()
    });
    let mut first = true;
    for slot in slots.iter() {
        push_pair(&mut out, pair(slot), flags, &mut first);
    }
    work.since(mark)
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

/// Heap sort: no allocation and no worst case that a viewer could choose.
fn sort<T: Copy>(items: &mut [T], less: impl Fn(&T, &T) -> bool) {
    let sift = |items: &mut [T], mut root: usize, end: usize| {
        loop {
            let mut child = 2 * root + 1;
            if child >= end {
                return;
            }
            let below = |items: &[T], a: usize, b: usize| matches!((items.get(a), items.get(b)), (Some(a), Some(b)) if less(a, b));
            if child + 1 < end && below(items, child, child + 1) {
                child += 1;
            }
            if !below(items, root, child) {
                return;
            }
            swap(items, root, child);
            root = child;
        }
    };
    for root in (0..items.len() / 2).rev() {
        sift(items, root, items.len());
    }
    for end in (1..items.len()).rev() {
        swap(items, 0, end);
        sift(items, 0, end);
    }
}

/// `slice::swap` without its panic, whose message would weigh more than the sort.
fn swap<T: Copy>(items: &mut [T], a: usize, b: usize) {
    if let (Some(&left), Some(&right)) = (items.get(a), items.get(b)) {
        for (at, item) in [(a, right), (b, left)] {
            if let Some(slot) = items.get_mut(at) {
                *slot = item;
            }
        }
    }
}

/// Parameter names of a rule; `utm_*`, `*_id` and `*x*` are wildcards.
struct Names<'p> {
    plan: Plan<'p>,
    at: u32,
}

impl Names<'_> {
    fn len(&self) -> u32 {
        self.plan.count(self.at, 0)
    }

    fn contain(&self, name: &[u8]) -> bool {
        (0..self.len()).any(|n| {
            let text = self.plan.slice(self.plan.word(self.at, 2 + 3 * n), self.plan.word(self.at, 3 + 3 * n));
            // All the decoded bytes, or as many from the front, from the back, or anywhere.
            let Some(back) = decoded(name).count().checked_sub(text.len()) else { return false };
            let (first, last) = match self.plan.word(self.at, 1 + 3 * n) {
                0 if back > 0 => return false,
                0 | 1 => (0, 0),
                2 => (back, back),
                _ => (0, back),
            };
            (first..=last).any(|skip| decoded(name).skip(skip).take(text.len()).eq(text.iter().copied()))
        })
    }
}
