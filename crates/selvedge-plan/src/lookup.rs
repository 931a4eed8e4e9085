//! Which rules of a list a path can concern, in rule order, without looking at the others.

use crate::checksum::hash;
use crate::condition;
use crate::glob::{Captures, matches, same, slash_fits, trimmed};
use crate::layout::{MAX_DEPTH, entry, meta};
use crate::plan::Plan;
use crate::work::{Span, Work};

/// Candidates that are gathered at a time; a path with more is looked up again from the last one on.
const BATCH: usize = 24;

/// Where a matcher's indices begin.
const EXACT_CASE: u32 = 0;
const FOLDED: u32 = 5;

/// Entries of one matcher for one path, ascending, beginning after `after`.
struct Batch {
    entries: [u32; BATCH],
    len: usize,
    after: u32,
}

impl Batch {
    /// Whether it is full of what comes before `entry`.
    fn is_past(&self, entry: u32) -> bool {
        self.len == BATCH && self.entries.last().is_some_and(|most| *most < entry)
    }

    fn insert(&mut self, entry: u32) {
        if entry < self.after {
            return;
        }
        let mut at = self.len;
        while at > 0 && self.entries.get(at - 1).is_some_and(|before| *before > entry) {
            at -= 1;
        }
        if at > 0 && self.entries.get(at - 1) == Some(&entry) || at == BATCH {
            return;
        }
        self.len = (self.len + 1).min(BATCH);
        let mut moving = entry;
        for slot in self.entries.iter_mut().take(self.len).skip(at) {
            core::mem::swap(slot, &mut moving);
        }
    }
}

/// One matcher of a plan, see [`crate::layout`].
#[derive(Clone, Copy)]
pub(crate) struct Matcher<'p> {
    plan: Plan<'p>,
    record: u32,
}

impl<'p> Matcher<'p> {
    pub(crate) fn new(plan: Plan<'p>, record: u32) -> Matcher<'p> {
        Matcher { plan, record }
    }

    /// Offers the rules that `path` concerns and whose guards hold to `accept`, in rule order, until it returns true.
    pub(crate) fn find(
        self,
        work: &mut Work<'_>,
        path: Span,
        accept: &mut dyn FnMut(&mut Work<'_>, u32, &Captures) -> bool,
    ) -> bool {
        let key = trimmed(work, path);
        let mut tried = 0;
        let mut after = 0;
        // An exact rule that nothing before it can pre-empt is settled by one look into the table.
        if let Some(number) = self.exact(work, EXACT_CASE, work.get(key)) {
            let found = self.entry(number);
            if found.flags() & entry::FINAL != 0 {
                if slash_fits(work, found.flags(), path) {
                    if guard(work, found.rule, path) && accept(work, found.rule, &Captures::NONE) {
                        return true;
                    }
                    tried = found.rule;
                }
                after = number + 1;
            }
        }
        let folded = self.has_index(FOLDED).then(|| lower_case(work, key));
        loop {
            let mut batch = Batch { entries: [0; BATCH], len: 0, after };
            self.gather(work, work.get(key), EXACT_CASE, &mut batch);
            if let Some(folded) = folded {
                self.gather(work, work.get(folded), FOLDED, &mut batch);
            }
            self.scan(work, &mut batch);
            for number in batch.entries.into_iter().take(batch.len) {
                if !work.takes(1) {
                    return false;
                }
                let candidate = self.entry(number);
                if candidate.rule == tried {
                    continue;
                }
                if let Some(captures) = matches(work, candidate.at, candidate.len_flags, path) {
                    tried = candidate.rule;
                    if guard(work, candidate.rule, path) && accept(work, candidate.rule, &captures) {
                        return true;
                    }
                }
            }
            if batch.len < BATCH {
                return false;
            }
            after = batch.entries.last().map_or(u32::MAX, |last| last.saturating_add(1));
        }
    }

    /// Whether a rule that does something has a pattern that matches `path`, conditions left aside.
    pub(crate) fn concerns(self, work: &mut Work<'_>, path: Span) -> bool {
        work.patterns_only = true;
        let mut acts = false;
        self.find(work, path, &mut |work, rule, _| {
            acts = work.plan.word(rule, 0) & meta::PASS == 0;
            true
        });
        work.patterns_only = false;
        acts
    }

    fn has_index(self, index: u32) -> bool {
        self.plan.word(self.record, index + 1) != 0 || self.plan.word(self.record, index + 4) != 0
    }

    fn entry(self, number: u32) -> Entry {
        let at = self.plan.record(self.plan.word(self.record, 12), 4, number);
        Entry {
            rule: self.plan.word(at, 0),
            at: self.plan.word(at, 1),
            len_flags: self.plan.word(at, 2),
            next: self.plan.word(at, 3),
        }
    }

    /// The first entry whose literal is `key`.
    fn exact(self, work: &Work<'_>, index: u32, key: &[u8]) -> Option<u32> {
        let table = self.plan.word(self.record, index);
        let slots = self.plan.count(self.record, index + 1);
        if slots == 0 {
            return None;
        }
        let hash = hash(0, key);
        let mut slot = hash & (slots - 1);
        for _ in 0..slots {
            let found = self.plan.word(table, slot);
            if found == 0 || !work.takes(1) {
                return None;
            }
            if found >> 24 == hash >> 24 {
                let number = (found & 0xFF_FFFF).wrapping_sub(1);
                let fields = self.entry(number);
                let literal = self.plan.slice(fields.at, fields.len_flags & 0xFF_FFFF);
                if same(literal, key, index == FOLDED) {
                    return Some(number);
                }
            }
            slot = (slot + 1) & (slots - 1);
        }
        None
    }

    fn edge(self, work: &Work<'_>, index: u32, node: u32, segment: &[u8]) -> u32 {
        let table = self.plan.word(self.record, index + 2);
        let slots = self.plan.count(self.record, index + 3);
        if slots == 0 {
            return 0;
        }
        let mut slot = hash(node, segment) & (slots - 1);
        for _ in 0..slots {
            let at = self.plan.record(table, 4, slot);
            match self.plan.word(at, 0) {
                0 => return 0,
                _ if !work.takes(1) => return 0,
                owner if owner == node => {
                    let literal = self.plan.slice(self.plan.word(at, 1), self.plan.word(at, 2));
                    if same(literal, segment, index == FOLDED) {
                        return self.plan.word(at, 3);
                    }
                }
                _ => {}
            }
            slot = (slot + 1) & (slots - 1);
        }
        0
    }

    /// What is tried for every path. The list is ascending, so a later batch goes on where the one before it ended.
    fn scan(self, work: &Work<'_>, batch: &mut Batch) {
        let list = self.plan.word(self.record, 10);
        let count = self.plan.count(self.record, 11);
        let (mut first, mut end) = (0, count);
        while first < end {
            let middle = first + (end - first) / 2;
            if self.plan.word(list, middle) < batch.after { first = middle + 1 } else { end = middle }
        }
        for n in first..count {
            let entry = self.plan.word(list, n);
            if batch.is_past(entry) || !work.takes(1) {
                return;
            }
            batch.insert(entry);
        }
    }

    fn gather(self, work: &Work<'_>, key: &[u8], index: u32, batch: &mut Batch) {
        if let Some(number) = self.exact(work, index, key) {
            self.insert_list(work, number.wrapping_add(1), batch);
        }
        let root = self.plan.word(self.record, index + 4);
        if root == 0 {
            return;
        }
        let last_segment = key.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        let mut stack = [(0u32, 0usize); MAX_DEPTH + 2];
        let mut depth = 1;
        if let Some(first) = stack.first_mut() {
            *first = (root, 0);
        }
        while depth > 0 && work.takes(1) {
            depth -= 1;
            let (node, at) = stack.get(depth).copied().unwrap_or_default();
            self.insert_list(work, self.plan.word(node, 2), batch);
            if self.plan.word(node, 3) != 0 {
                self.insert_list(work, self.edge(work, index, node | 1, last_segment), batch);
            }
            let rest = key.get(at..).unwrap_or_default();
            if rest.is_empty() {
                self.insert_list(work, self.plan.word(node, 1), batch);
                continue;
            }
            let rest = rest.get(1..).unwrap_or_default();
            let len = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
            let segment = rest.get(..len).unwrap_or_default();
            let param = if len > 0 { self.plan.word(node, 0) } else { 0 };
            for child in [param, self.edge(work, index, node, segment)] {
                if child != 0
                    && let Some(slot) = stack.get_mut(depth)
                {
                    *slot = (child, at + 1 + len);
                    depth += 1;
                }
            }
        }
    }

    fn insert_list(self, work: &Work<'_>, first: u32, batch: &mut Batch) {
        let mut next = first;
        // A list is ascending; a forged one that is not must end all the same.
        let mut last = 0;
        while next > last && !batch.is_past(next - 1) && work.takes(1) {
            last = next;
            batch.insert(next - 1);
            next = self.entry(next - 1).next;
        }
    }
}

#[derive(Clone, Copy)]
struct Entry {
    rule: u32,
    at: u32,
    len_flags: u32,
    next: u32,
}

impl Entry {
    fn flags(self) -> u32 {
        self.len_flags >> 24
    }
}

fn lower_case(work: &mut Work<'_>, key: Span) -> Span {
    let mark = work.mark();
    work.push_span(key);
    let copy = work.since(mark);
    work.get_mut(copy).make_ascii_lowercase();
    copy
}

/// Whether a rule's `except` and `when` let it act on `path`. What was looked at is remembered for `Vary`.
pub(crate) fn guard(work: &mut Work<'_>, rule: u32, path: Span) -> bool {
    let plan = work.plan;
    let guard = plan.word(rule, 1);
    if guard == 0 {
        return true;
    }
    for n in 0..work.count(guard, 2) {
        let (at, flags) = (plan.word(guard, 3 + 2 * n), plan.word(guard, 4 + 2 * n));
        if matches(work, at, flags, path).is_some() {
            return false;
        }
    }
    if work.patterns_only {
        return true;
    }
    work.tested |= plan.word(guard, 1);
    match plan.word(guard, 0) {
        0 => true,
        condition => {
            work.read_more = true;
            condition::holds(work, condition, 0)
        }
    }
}
