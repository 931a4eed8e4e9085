//! The working memory of one decision: a bump over a slice, so that the reader never allocates.

use core::cell::Cell;

use crate::event::{ABSENT, Event};
use crate::layout::{record, role};
use crate::plan::Plan;
use crate::sink::Sink;
use crate::span::{Source, Span};

/// The step budget of a decision: [`STEPS_PER_BYTE`] for each byte of the plan and each byte of the event, counted from
/// [`SHORT_EVENT`] up. A compiled plan never needs as many, whatever a viewer or an origin sends; the budget makes a
/// forged plan, whose records may point anywhere, terminate.
///
/// A section runs once, and in it each entry of a matcher comes up once, so that each record is looked at once for each
/// place in the rules that it was written for: that is [`MAX_SHARED`](crate::layout::MAX_SHARED) times at most. Each word of
/// a record costs at most one step for each byte of the event: reading, decoding or comparing an input once for the record
/// that asks for it is charged by the input's length, a list of options by its length for each value that is compared with
/// them (a value takes a byte of the event or more), a pattern by its tokens for each byte of the path, a regular expression
/// by a quarter of its instructions, which have two words each: a path may become longer than it came
/// (by a target's values: then there are more steps, see [`Work::lengthened`]). What is walked
/// without regard to rules (the event's parameters where they are looked up, a query that is sorted) is charged to the
/// record that asks for it, which has words enough. So the steps are at most
/// `words × MAX_SHARED × (bytes of the event + 1)`, and a word has four bytes.
fn steps(plan: usize, event: usize) -> u64 {
    // Neither is longer than `Span::MAX`, so this cannot overflow.
    plan as u64 * STEPS_PER_BYTE * (SHORT_EVENT + event as u64)
}

/// A word of a plan is looked at as often as it is shared.
const STEPS_PER_BYTE: u64 = crate::layout::MAX_SHARED as u64 / 4;
/// What each word may cost besides the event: the records of a path that has one byte.
const SHORT_EVENT: u64 = 16;

pub(crate) struct Work<'a> {
    pub(crate) plan: Plan<'a>,
    pub(crate) record: u32,
    pub(crate) status: u32,
    input: &'a [u8],
    /// End of each input in `input`, after the words that are put out.
    ends: &'a [u32],
    bytes: &'a mut [u8],
    used: usize,
    pub(crate) words: &'a mut [u32],
    pub(crate) put: usize,
    base: u32,
    /// Something did not fit: the decision is void.
    pub(crate) full: bool,
    /// A condition was looked at, or a value other than the path.
    pub(crate) read_more: bool,
    /// Bits of the stage's vary table: headers that conditions looked at.
    pub(crate) tested: u32,
    /// The site's language for this event, once it was looked up.
    pub(crate) language: Option<Span>,
    /// The path as the options on slashes leave it, where they change it.
    pub(crate) arranged: Option<Span>,
    /// The type of the file, where the origin does not tell it.
    pub(crate) content_type: Option<Span>,
    /// Guards leave conditions aside.
    pub(crate) patterns_only: bool,
    steps: Cell<u64>,
    /// Bytes of the event, or of the longest text that it was made into: what steps were given for.
    longest: usize,
}

impl<'a> Work<'a> {
    /// `None`: the number of inputs differs from the plan's, or they are longer than any message.
    pub(crate) fn new(
        plan: Plan<'a>,
        record: u32,
        event: Event<'a>,
        bytes: &'a mut [u8],
        words: &'a mut [u32],
        base: u32,
    ) -> Option<Work<'a>> {
        let count = if record == 0 { 0 } else { plan.word(record, 1) as usize };
        let (words, ends) = words.split_at_mut_checked(words.len().checked_sub(count)?)?;
        let room = bytes.len().min(Span::MAX);
        let bytes = bytes.get_mut(..room).filter(|_| event.text.len() < Span::MAX)?;
        // A single input needs no separator, and a NUL in it does no harm.
        let mut rest = event.text;
        for (n, end) in ends.iter_mut().enumerate() {
            let separator = if count > 1 { rest.iter().position(|byte| *byte == 0) } else { None };
            *end = match separator {
                Some(at) if n + 1 < count => {
                    rest = rest.get(at + 1..)?;
                    (event.text.len() - rest.len() - 1) as u32
                }
                None if n + 1 == count => event.text.len() as u32,
                _ => return None,
            };
        }
        Some(Work {
            plan,
            record,
            status: event.status,
            input: event.text,
            ends,
            bytes,
            used: 0,
            words,
            put: 0,
            base,
            full: false,
            read_more: false,
            tested: 0,
            language: None,
            arranged: None,
            content_type: None,
            patterns_only: false,
            steps: Cell::new(steps(plan.as_bytes().len(), event.text.len())),
            longest: event.text.len(),
        })
    }

    /// A path or a line became what values made of it: what is longer than the event, and than all before, may cost more to match.
    /// Each byte counts once, or a forged plan would get more steps from each text than it takes to write the next.
    pub(crate) fn lengthened(&mut self, text: Span) {
        let len = text.len as usize;
        let more = len.saturating_sub(self.longest);
        if more > 0 && !self.exhausted() {
            self.longest = len;
            self.steps.set(self.steps.get().saturating_add(steps(self.plan.as_bytes().len(), more)));
        }
    }

    /// Takes `steps` of those that are left; false where there are none.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(crate) fn takes(&self, steps: u32) -> bool {
        let left = self.steps.get().saturating_sub(u64::from(steps));
        self.steps.set(left);
        left > 0
    }

    /// Whether the plan wanted more steps than a decision may take.
    pub(crate) fn exhausted(&self) -> bool {
        self.steps.get() == 0
    }

    /// [`Plan::count`] of records that are all going to be looked at.
    pub(crate) fn count(&self, record: u32, index: u32) -> u32 {
        self.counted(self.plan.word(record, index))
    }

    /// A number of records that are all going to be looked at: never more than there can be.
    pub(crate) fn counted(&self, count: u32) -> u32 {
        let count = count.min(self.plan.as_bytes().len() as u32);
        if self.takes(count) { count } else { 0 }
    }

    /// The input at `position - 1`, `None` for 0 or where it is absent.
    pub(crate) fn input(&self, position: u32) -> Option<Span> {
        let end = *self.ends.get((position as usize).checked_sub(1)?)?;
        let start = match position {
            1 => 0,
            _ => self.ends.get(position as usize - 2)? + 1,
        };
        let span = Span::input(start, end.checked_sub(start)?);
        (self.get(span) != ABSENT).then_some(span)
    }

    /// The input with a role, see [`role`].
    pub(crate) fn role(&self, role: u32) -> Option<Span> {
        self.input(self.plan.word(self.record, self.roles() + role))
    }

    /// Where the role words of the stage record begin.
    fn roles(&self) -> u32 {
        record::INPUTS + record::INPUT_WORDS * self.ends.len() as u32
    }

    /// The path that placeholders read.
    pub(crate) fn path(&self) -> Option<Span> {
        self.arranged.or_else(|| self.role(role::PATH))
    }

    /// Word `index` after the role words of the stage record.
    pub(crate) fn stage_word(&self, index: u32) -> u32 {
        self.plan.word(self.record, self.roles() + role::COUNT + index)
    }

    /// As [`Work::stage_word`], for a number of records.
    pub(crate) fn stage_count(&self, index: u32) -> u32 {
        self.counted(self.stage_word(index))
    }

    pub(crate) fn get(&self, span: Span) -> &[u8] {
        let (at, end) = span.bounds();
        match span.source() {
            Source::Plan => self.plan.as_bytes().get(at..end).unwrap_or_default(),
            Source::Input => self.input.get(at..end).unwrap_or_default(),
            Source::Work => self.bytes.get(at..end).unwrap_or_default(),
        }
    }

    /// Whether two texts are the same.
    pub(crate) fn same(&self, one: Span, other: Span) -> bool {
        self.get(one) == self.get(other)
    }

    /// Text that was written here, to change in place; empty for other text.
    pub(crate) fn get_mut(&mut self, span: Span) -> &mut [u8] {
        let (at, end) = span.bounds();
        match span.source() {
            Source::Work => self.bytes.get_mut(at..end).unwrap_or_default(),
            _ => Default::default(),
        }
    }

    /// The text of `span` to read, and a sink to write to.
    pub(crate) fn read(&mut self, span: Span) -> (&[u8], Sink<'_>) {
        let (at, end) = span.bounds();
        let (below, above) = match self.bytes.split_at_mut_checked(self.used) {
            Some((below, above)) => (below, above),
            None => (Default::default(), Default::default()),
        };
        let text = match span.source() {
            Source::Plan => self.plan.as_bytes().get(at..end).unwrap_or_default(),
            Source::Input => self.input.get(at..end).unwrap_or_default(),
            Source::Work => below.get(at..end).unwrap_or_default(),
        };
        (text, Sink { bytes: above, used: &mut self.used, len: 0, full: &mut self.full })
    }

    pub(crate) fn sink(&mut self) -> Sink<'_> {
        self.read(Span::EMPTY).1
    }

    pub(crate) fn push_span(&mut self, span: Span) {
        let (text, mut out) = self.read(span);
        out.push_all(text);
    }

    pub(crate) fn push(&mut self, byte: u8) {
        self.sink().push(byte);
    }

    pub(crate) fn mark(&self) -> usize {
        self.used
    }

    /// What was written since `mark`.
    pub(crate) fn since(&self, mark: usize) -> Span {
        Span::work(mark, self.used.saturating_sub(mark))
    }

    /// Forgets what was written since `mark`.
    pub(crate) fn back_to(&mut self, mark: usize) {
        self.used = self.used.min(mark);
    }

    /// Takes back that `text` was forgotten; nothing was written since.
    #[cfg(feature = "regex")]
    pub(crate) fn keep(&mut self, text: Span) -> Span {
        if let Source::Work = text.source() {
            self.used = self.used.max(text.bounds().1);
        }
        text
    }

    /// Moves `text`, the last that was written, down to `to`: what stood between is forgotten.
    pub(crate) fn close_gap(&mut self, to: usize, text: Span) {
        let (at, len) = (text.at(), text.len as usize);
        for n in 0..len {
            if let Some(byte) = self.bytes.get(at + n).copied()
                && let Some(slot) = self.bytes.get_mut(to + n)
            {
                *slot = byte;
            }
        }
        self.used = to + len;
    }

    /// The text of `span`, and working memory beyond what is used; not kept.
    pub(crate) fn spare(&mut self, span: Span) -> (&[u8], &mut [u8]) {
        let (text, sink) = self.read(span);
        (text, sink.bytes)
    }

    /// Working memory for another use than text, beyond what was written so far; what is written next comes after it.
    #[cfg(feature = "regex")]
    pub(crate) fn reserve(&mut self, len: usize) -> Option<Span> {
        let at = self.used;
        let end = at.checked_add(len)?;
        if end > self.bytes.len() {
            self.full = true;
            return None;
        }
        self.used = end;
        Some(Span::work(at, len))
    }

    /// Text that was there before `memory` was reserved, and that memory.
    #[cfg(feature = "regex")]
    pub(crate) fn with_text(&mut self, text: Span, memory: Span) -> (&[u8], &mut [u8]) {
        let (at, end) = text.bounds();
        let (below, above) = self.bytes.split_at_mut_checked(memory.at()).unwrap_or_default();
        let text = match text.source() {
            Source::Plan => self.plan.as_bytes().get(at..end).unwrap_or_default(),
            Source::Input => self.input.get(at..end).unwrap_or_default(),
            Source::Work => below.get(at..end).unwrap_or_default(),
        };
        (text, above.get_mut(..memory.len as usize).unwrap_or_default())
    }

    /// Puts out a constant op list; one that is out of bounds is none.
    pub(crate) fn emit(&mut self, ops: u32) {
        if ops != 0 && (ops as usize) < self.plan.as_bytes().len() {
            self.word(ops);
        }
    }

    /// Puts out one op with `text` as its value.
    pub(crate) fn emit_text(&mut self, op: u32, text: Span) {
        let text = match text.source() {
            Source::Work => text,
            _ => {
                let mark = self.mark();
                self.push_span(text);
                self.since(mark)
            }
        };
        self.word(op | crate::layout::op::DYNAMIC);
        self.word(self.address(text));
        self.word(text.len);
    }

    /// Where the caller finds text of the working memory.
    pub(crate) fn address(&self, text: Span) -> u32 {
        self.base.wrapping_add(text.at() as u32)
    }

    fn word(&mut self, word: u32) {
        match self.words.get_mut(self.put) {
            Some(slot) => *slot = word,
            // The compiler counted them: more memory is not what this plan lacks.
            None => self.steps.set(0),
        }
        self.put += 1;
    }
}

#[cfg(feature = "trace")]
impl<'a> Work<'a> {
    /// Answers a question: what that changes here is taken back, but for a lack of memory.
    pub(crate) fn aside<T>(&mut self, question: impl FnOnce(&mut Work<'a>) -> T) -> T {
        let (used, put, longest, steps) = (self.used, self.put, self.longest, self.steps.replace(u64::MAX));
        let (read_more, tested, language, arranged) = (self.read_more, self.tested, self.language, self.arranged);
        let answer = question(self);
        (self.used, self.put, self.longest) = (used, put, longest);
        (self.read_more, self.tested, self.language, self.arranged) = (read_more, tested, language, arranged);
        self.steps.set(steps);
        answer
    }

    /// The words that were put out, and the memory where their texts are.
    pub(crate) fn output(&self) -> (&[u32], &[u8]) {
        (self.words.get(..self.put).unwrap_or_default(), self.bytes)
    }
}
