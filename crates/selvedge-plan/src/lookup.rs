//! Which rules of a list a path can concern, in rule order, without looking at the others.

use crate::FULL;
use crate::captures::Captures;
use crate::checksum::hash;
use crate::condition;
use crate::cursor::Cursor;
use crate::glob::{matches, same, slash_fits, trimmed};
use crate::heap;
use crate::layout::subject::BY_NAME;
use crate::layout::{MAX_DEPTH, entry, meta, node};
use crate::pairs::Pairs;
use crate::plan::Plan;
use crate::span::Span;
use crate::table::Slots;
use crate::work::Work;

/// Where a matcher's indices begin: `[table of exact paths, table of edges, root node]`.
const EXACT_CASE: u32 = 0;
const FOLDED: u32 = 3;
/// The first entry that is tried for every path.
const SCANNED: u32 = 6;

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
        first.is_some_and(|rule| work.plan.word(rule.record, 0) & meta::PASS == 0)
    }

    /// The lists that `path` touches; `exact`: the one that its exact case leads to.
    fn lists(self, work: &mut Work<'_>, path: Span, exact: u32) -> Lists {
        let key = trimmed(work, path);
        let plan = work.plan;
        let has_folded = plan.word(self.0, FOLDED) | plan.word(self.0, FOLDED + 2) != 0;
        let folded = has_folded.then(|| lower_case(work, key));
        let mut lists = Lists { at: work.mark(), len: 0 };
        add(work, exact, &mut lists);
        self.gather(work, key, EXACT_CASE, &mut lists);
        if let Some(folded) = folded {
            add(work, self.find(work, FOLDED, 0, work.get(folded)), &mut lists);
            self.gather(work, folded, FOLDED, &mut lists);
        }
        add(work, plan.word(self.0, SCANNED), &mut lists);
        lists.order(work);
        lists
    }

    /// What a table of an index leads to, 0 for nothing: for the parent 0 the first entry whose literal is `key`, else the node
    /// below that parent.
    fn find(self, work: &Work<'_>, index: u32, parent: u32, key: &[u8]) -> u32 {
        let plan = work.plan;
        let table = plan.word(self.0, index + u32::from(parent != 0));
        for at in Slots::new(work, table, hash(parent, key)) {
            let literal = if parent == 0 {
                Cursor::new(plan, Entry::at(plan, at).pattern).bytes()
            } else if plan.word(at, node::PARENT) == parent {
                plan.slice(plan.word(at, node::SEGMENT), plan.word(at, node::SEGMENT + 1) & !node::BY_LAST)
            } else {
                continue;
            };
            if same(literal, key, index == FOLDED) {
                return at;
            }
        }
        0
    }

    fn gather(self, work: &mut Work<'_>, key: Span, index: u32, lists: &mut Lists) {
        let plan = work.plan;
        let root = plan.word(self.0, index + 2);
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
            let (at_node, at) = stack.get(depth).copied().unwrap_or_default();
            add(work, plan.word(at_node, node::REST), lists);
            if plan.word(at_node, node::SEGMENT + 1) & node::BY_LAST != 0 {
                let last_segment = work.get(key).rsplit(|byte| *byte == b'/').next().unwrap_or_default();
                match self.find(work, index, at_node | 1, last_segment) {
                    0 => {}
                    child => add(work, plan.word(child, node::REST), lists),
                }
            }
            let rest = work.get(key).get(at..).unwrap_or_default();
            if rest.is_empty() {
                add(work, plan.word(at_node, node::ENDS), lists);
                continue;
            }
            let rest = rest.get(1..).unwrap_or_default();
            let len = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
            let segment = rest.get(..len).unwrap_or_default();
            let param = if len > 0 { plan.word(at_node, node::PARAM) } else { 0 };
            for child in [param, self.find(work, index, at_node, segment)] {
                if child != 0
                    && let Some(slot) = stack.get_mut(depth)
                {
                    *slot = (child, at + 1 + len);
                    depth += 1;
                }
            }
        }
    }
}

/// Adds the list that begins with the entry at `first`, or the lists that the event's values lead to; none for 0.
fn add(work: &mut Work<'_>, first: u32, lists: &mut Lists) {
    if first == 0 {
        return;
    }
    let entry = Entry::at(work.plan, first);
    if !FULL || entry.flags & entry::LOOK_UP == 0 {
        return lists.add(work, first);
    }
    look_up(work, entry.rule, lists);
    if entry.next != 0 {
        lists.add(work, entry.next);
    }
}

/// `[table, n, n × (subject, input + 1)]`
fn look_up(work: &mut Work<'_>, record: u32, lists: &mut Lists) {
    let plan = work.plan;
    for n in 0..work.count(record, 1) {
        let (subject, position) = (plan.word(record, 2 + 2 * n), plan.word(record, 3 + 2 * n));
        let Some(input) = work.input(position) else { continue };
        let mut pairs = Pairs::new(work, subject & !BY_NAME, input);
        while let Some((name, value)) = pairs.next(work) {
            let key = condition::key(work, subject, position, name, value);
            for first in Slots::new(work, plan.word(record, 0), key) {
                lists.add(work, first);
            }
        }
    }
}

/// A rule of a matcher.
#[derive(Clone, Copy)]
pub(crate) struct Rule {
    /// Where it stands: no other rule stands there.
    pub(crate) at: u32,
    /// Its words, which may be those of other rules as well.
    pub(crate) record: u32,
    /// Its own bytes, which follow.
    pub(crate) own: u32,
}

impl Rule {
    fn at(plan: Plan<'_>, at: u32) -> Rule {
        let mut cursor = Cursor::new(plan, at);
        let record = cursor.number().wrapping_mul(4);
        Rule { at, record, own: cursor.at }
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
    /// The first entry of the exact path.
    exact: u32,
}

impl Candidates {
    pub(crate) fn new(matcher: Matcher, path: Span) -> Candidates {
        Candidates { matcher, path, captures: Captures::NONE, lists: None, tried: 0, after: 0, exact: 0 }
    }

    pub(crate) fn next(&mut self, work: &mut Work<'_>) -> Option<Rule> {
        if self.lists.is_none()
            && let Some(rule) = self.begin(work)
        {
            return Some(rule);
        }
        let lists = self.lists.get_or_insert_with(|| self.matcher.lists(work, self.path, self.exact));
        while let Some(candidate) = lists.next(work) {
            if !work.takes(1) {
                return None;
            }
            if candidate.at < self.after || candidate.rule == self.tried {
                continue;
            }
            if matches(work, candidate.pattern, candidate.flags, self.path, &mut self.captures) {
                self.tried = candidate.rule;
                if let Some(rule) = allowed(work, candidate.rule, self.path) {
                    return Some(rule);
                }
            }
        }
        None
    }

    /// An exact rule that nothing before it can pre-empt is settled by one look into the table.
    fn begin(&mut self, work: &mut Work<'_>) -> Option<Rule> {
        if self.after > 0 {
            return None;
        }
        self.exact = self.matcher.find(work, EXACT_CASE, 0, work.get(trimmed(work, self.path)));
        if self.exact == 0 {
            return None;
        }
        let found = Entry::at(work.plan, self.exact);
        if found.flags & entry::FINAL == 0 {
            return None;
        }
        self.after = found.at.wrapping_add(1);
        if !slash_fits(work, found.flags, self.path) {
            return None;
        }
        self.tried = found.rule;
        allowed(work, found.rule, self.path)
    }
}

/// The rule at `at`, where its guard lets it act on `path`.
fn allowed(work: &mut Work<'_>, at: u32, path: Span) -> Option<Rule> {
    let rule = Rule::at(work.plan, at);
    guard(work, rule.record, path).then_some(rule)
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
    fn next(&mut self, work: &mut Work<'_>) -> Option<Entry> {
        let plan = work.plan;
        let heads = self.heads(work);
        let first = *heads.first()?;
        let entry = Entry::at(plan, u32::from_le_bytes(first));
        // A list is ascending; a forged one that is not must end all the same.
        let mut next = Some(entry.next).filter(|next| *next > entry.at);
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
        Some(entry)
    }
}

/// The place of an entry, in the bytes of the working memory.
type Head = [u8; 4];

fn earlier(a: &Head, b: &Head) -> bool {
    u32::from_le_bytes(*a) < u32::from_le_bytes(*b)
}

#[derive(Clone, Copy)]
struct Entry {
    at: u32,
    flags: u32,
    rule: u32,
    pattern: u32,
    /// The next entry of its list; 0 after the last.
    next: u32,
}

impl Entry {
    fn at(plan: Plan<'_>, at: u32) -> Entry {
        let mut cursor = Cursor::new(plan, at);
        let flags = cursor.number();
        let rule = at.wrapping_sub(cursor.number());
        let next = if flags & entry::NEXT != 0 { at.wrapping_add(cursor.number()) } else { 0 };
        Entry { at, flags, rule, pattern: cursor.at, next }
    }
}

fn lower_case(work: &mut Work<'_>, key: Span) -> Span {
    let mark = work.mark();
    work.push_span(key);
    let copy = work.since(mark);
    work.get_mut(copy).make_ascii_lowercase();
    copy
}

/// Whether the `except` and `when` of a rule with this record let it act on `path`. What was looked at is remembered for `Vary`.
pub(crate) fn guard(work: &mut Work<'_>, record: u32, path: Span) -> bool {
    let plan = work.plan;
    let guard = plan.word(record, 1);
    if guard == 0 {
        return true;
    }
    for n in 0..work.count(guard, 2) {
        let (at, flags) = (plan.word(guard, 3 + 2 * n), plan.word(guard, 4 + 2 * n));
        let mut unused = Captures::NONE;
        if matches(work, at, flags >> 24, path, &mut unused) {
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
