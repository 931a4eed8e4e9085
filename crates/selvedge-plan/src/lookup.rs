//! Which rules of a list a path can concern, in rule order, without looking at the others.

use crate::FULL;
use crate::captures::Captures;
use crate::checksum::hash;
use crate::condition;
use crate::glob::{matches, same, slash_fits, trimmed};
use crate::heap;
use crate::layout::subject::BY_NAME;
use crate::layout::{MAX_DEPTH, entry, meta};
use crate::pairs::Pairs;
use crate::plan::Plan;
use crate::span::Span;
use crate::work::Work;

/// Where a matcher's indices begin.
const EXACT_CASE: u32 = 0;
const FOLDED: u32 = 5;

/// One matcher of a plan, see [`crate::layout`].
#[derive(Clone, Copy)]
pub(crate) struct Matcher(u32);

impl Matcher {
    pub(crate) fn new(record: u32) -> Matcher {
        Matcher(record)
    }

    /// Whether there is a rule that `path` concerns and whose guards hold.
    pub(crate) fn any(self, work: &mut Work<'_>, path: Span) -> bool {
        Candidates::new(self, path).next(work).is_some()
    }

    /// Whether a rule that does something has a pattern that matches `path`, conditions left aside.
    pub(crate) fn concerns(self, work: &mut Work<'_>, path: Span) -> bool {
        work.patterns_only = true;
        let first = Candidates::new(self, path).next(work);
        work.patterns_only = false;
        first.is_some_and(|rule| work.plan.word(rule, 0) & meta::PASS == 0)
    }

    /// The lists that `path` touches.
    fn lists(self, work: &mut Work<'_>, path: Span) -> Lists {
        let key = trimmed(work, path);
        let folded = self.has_index(work.plan, FOLDED).then(|| lower_case(work, key));
        let mut lists = Lists { at: work.mark(), len: 0 };
        self.gather(work, key, EXACT_CASE, &mut lists);
        if let Some(folded) = folded {
            self.gather(work, folded, FOLDED, &mut lists);
        }
        self.add(work, work.plan.word(self.0, 10), &mut lists);
        lists.order(work);
        lists
    }

    fn has_index(self, plan: Plan<'_>, index: u32) -> bool {
        plan.word(self.0, index + 1) != 0 || plan.word(self.0, index + 4) != 0
    }

    fn entry(self, plan: Plan<'_>, number: u32) -> Entry {
        let at = plan.record(plan.word(self.0, 11), 4, number);
        Entry { rule: plan.word(at, 0), at: plan.word(at, 1), len_flags: plan.word(at, 2), next: plan.word(at, 3) }
    }

    /// The first entry whose literal is `key`.
    fn exact(self, work: &Work<'_>, index: u32, key: &[u8]) -> Option<u32> {
        let plan = work.plan;
        let table = plan.word(self.0, index);
        let slots = plan.count(self.0, index + 1);
        if slots == 0 {
            return None;
        }
        let hash = hash(0, key);
        let mut slot = hash & (slots - 1);
        for _ in 0..slots {
            let found = plan.word(table, slot);
            if found == 0 || !work.takes(1) {
                return None;
            }
            if found >> 24 == hash >> 24 {
                let number = (found & 0xFF_FFFF).wrapping_sub(1);
                let fields = self.entry(work.plan, number);
                let literal = plan.slice(fields.at, fields.len_flags & 0xFF_FFFF);
                if same(literal, key, index == FOLDED) {
                    return Some(number);
                }
            }
            slot = (slot + 1) & (slots - 1);
        }
        None
    }

    fn edge(self, work: &Work<'_>, index: u32, node: u32, segment: &[u8]) -> u32 {
        let plan = work.plan;
        let table = plan.word(self.0, index + 2);
        let slots = plan.count(self.0, index + 3);
        if slots == 0 {
            return 0;
        }
        let mut slot = hash(node, segment) & (slots - 1);
        for _ in 0..slots {
            let at = plan.record(table, 4, slot);
            match plan.word(at, 0) {
                0 => return 0,
                _ if !work.takes(1) => return 0,
                owner if owner == node => {
                    let literal = plan.slice(plan.word(at, 1), plan.word(at, 2));
                    if same(literal, segment, index == FOLDED) {
                        return plan.word(at, 3);
                    }
                }
                _ => {}
            }
            slot = (slot + 1) & (slots - 1);
        }
        0
    }

    fn gather(self, work: &mut Work<'_>, key: Span, index: u32, lists: &mut Lists) {
        if let Some(number) = self.exact(work, index, work.get(key)) {
            self.add(work, number.wrapping_add(1), lists);
        }
        let plan = work.plan;
        let root = plan.word(self.0, index + 4);
        if root == 0 {
            return;
        }
        let mut stack = [(0u32, 0usize); MAX_DEPTH + 2];
        let mut depth = 1;
        if let Some(first) = stack.first_mut() {
            *first = (root, 0);
        }
        while depth > 0 && work.takes(1) {
            depth -= 1;
            let (node, at) = stack.get(depth).copied().unwrap_or_default();
            self.add(work, plan.word(node, 2), lists);
            if plan.word(node, 3) != 0 {
                let last_segment = work.get(key).rsplit(|byte| *byte == b'/').next().unwrap_or_default();
                let first = self.edge(work, index, node | 1, last_segment);
                self.add(work, first, lists);
            }
            let rest = work.get(key).get(at..).unwrap_or_default();
            if rest.is_empty() {
                self.add(work, plan.word(node, 1), lists);
                continue;
            }
            let rest = rest.get(1..).unwrap_or_default();
            let len = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
            let segment = rest.get(..len).unwrap_or_default();
            let param = if len > 0 { plan.word(node, 0) } else { 0 };
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

    /// Adds the list that begins with an entry (+ 1), or the lists that the event's values lead to.
    fn add(self, work: &mut Work<'_>, first: u32, lists: &mut Lists) {
        let Some(number) = first.checked_sub(1) else { return };
        let entry = self.entry(work.plan, number);
        if !FULL || entry.flags() & entry::LOOK_UP == 0 {
            return lists.add(work, number);
        }
        self.look_up(work, entry.rule, lists);
        if let Some(rest) = entry.next.checked_sub(1) {
            lists.add(work, rest);
        }
    }

    /// `[table, slots, n, n × (subject, input + 1)]`
    fn look_up(self, work: &mut Work<'_>, record: u32, lists: &mut Lists) {
        let plan = work.plan;
        let (table, slots) = (plan.word(record, 0), plan.count(record, 1));
        for n in 0..work.count(record, 2) {
            let (subject, position) = (plan.word(record, 3 + 2 * n), plan.word(record, 4 + 2 * n));
            let Some(input) = work.input(position) else { continue };
            let mut pairs = Pairs::new(work, subject & !BY_NAME, input);
            while let Some((name, value)) = pairs.next(work) {
                let key = condition::key(work, subject, position, name, value);
                let mut slot = key & slots.wrapping_sub(1);
                for _ in 0..slots {
                    let at = plan.record(table, 2, slot);
                    let Some(first) = plan.word(at, 1).checked_sub(1).filter(|_| work.takes(1)) else { break };
                    if plan.word(at, 0) == key {
                        lists.add(work, first);
                        break;
                    }
                    slot = (slot + 1) & (slots - 1);
                }
            }
        }
    }
}

/// The rules of a matcher that `path` concerns and whose guards hold, in rule order, one after the other.
pub(crate) struct Candidates {
    matcher: Matcher,
    path: Span,
    /// What the wildcards of the last rule's pattern matched.
    pub(crate) captures: Captures,
    lists: Option<Lists>,
    /// The last rule whose pattern matched: it may have others.
    tried: u32,
    /// Entries from this one on are still to come.
    after: u32,
}

impl Candidates {
    pub(crate) fn new(matcher: Matcher, path: Span) -> Candidates {
        Candidates { matcher, path, captures: Captures::NONE, lists: None, tried: 0, after: 0 }
    }

    pub(crate) fn next(&mut self, work: &mut Work<'_>) -> Option<u32> {
        if self.lists.is_none()
            && let Some(rule) = self.begin(work)
        {
            return Some(rule);
        }
        let lists = self.lists.get_or_insert_with(|| self.matcher.lists(work, self.path));
        while let Some((number, candidate)) = lists.next(work, self.matcher) {
            if !work.takes(1) {
                return None;
            }
            if number < self.after || candidate.rule == self.tried {
                continue;
            }
            if matches(work, candidate.at, candidate.len_flags, self.path, &mut self.captures) {
                self.tried = candidate.rule;
                if guard(work, candidate.rule, self.path) {
                    return Some(candidate.rule);
                }
            }
        }
        None
    }

    /// An exact rule that nothing before it can pre-empt is settled by one look into the table.
    fn begin(&mut self, work: &mut Work<'_>) -> Option<u32> {
        if self.after > 0 {
            return None;
        }
        let number = self.matcher.exact(work, EXACT_CASE, work.get(trimmed(work, self.path)))?;
        let found = self.matcher.entry(work.plan, number);
        if found.flags() & entry::FINAL == 0 {
            return None;
        }
        self.after = number.wrapping_add(1);
        if !slash_fits(work, found.flags(), self.path) {
            return None;
        }
        self.tried = found.rule;
        guard(work, found.rule, self.path).then_some(found.rule)
    }
}

/// The lists that a path touches, merged in rule order: the next entry of each, as a heap in the working memory. An entry
/// is in one list, so it stands for its list.
struct Lists {
    at: usize,
    len: usize,
}

impl Lists {
    fn add(&mut self, work: &mut Work<'_>, first: u32) {
        work.sink().push_all(&first.to_le_bytes());
        self.len += 1;
    }

    fn heads<'w>(&self, work: &'w mut Work<'_>) -> &'w mut [Head] {
        work.get_mut(Span::work(self.at, 4 * self.len)).as_chunks_mut().0
    }

    fn order(&self, work: &mut Work<'_>) {
        heap::order(self.heads(work), earlier);
    }

    /// The next entry of all lists. One that was added twice, by two values of one name, is given once.
    fn next(&mut self, work: &mut Work<'_>, matcher: Matcher) -> Option<(u32, Entry)> {
        let plan = work.plan;
        let heads = self.heads(work);
        let first = *heads.first()?;
        let number = u32::from_le_bytes(first);
        let entry = matcher.entry(plan, number);
        // A list is ascending; a forged one that is not must end all the same.
        let mut next = entry.next.checked_sub(1).filter(|next| *next > number);
        while let Some((head, others)) = heads.get_mut(..self.len).and_then(<[Head]>::split_first_mut)
            && *head == first
        {
            match (next.take(), others.last()) {
                (Some(next), _) => *head = next.to_le_bytes(),
                (None, last) => {
                    *head = last.copied().unwrap_or_default();
                    self.len -= 1;
                }
            }
            heap::sink(heads.get_mut(..self.len).unwrap_or_default(), 0, earlier);
        }
        Some((number, entry))
    }
}

/// The number of an entry, in the bytes of the working memory.
type Head = [u8; 4];

fn earlier(a: &Head, b: &Head) -> bool {
    u32::from_le_bytes(*a) < u32::from_le_bytes(*b)
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
        let mut unused = Captures::NONE;
        if matches(work, at, flags, path, &mut unused) {
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
