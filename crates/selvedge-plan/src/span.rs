//! A piece of text in one of the three memories of a decision.

use core::num::NonZeroU32;

/// Two words, so that it travels in registers: the upper two bits of the place say which memory it is in, and are never 0.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    place: NonZeroU32,
    pub(crate) len: u32,
}

pub(crate) enum Source {
    Plan,
    Input,
    Work,
}

const SHIFT: u32 = 30;
const PLAN: NonZeroU32 = memory(1);
const INPUT: NonZeroU32 = memory(2);
const WORK: NonZeroU32 = memory(3);

const fn memory(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number << SHIFT) {
        Some(bits) => bits,
        None => NonZeroU32::MIN,
    }
}

impl Span {
    /// The length that no memory exceeds.
    pub(crate) const MAX: usize = 1 << SHIFT;

    pub(crate) const EMPTY: Span = Span { place: PLAN, len: 0 };

    fn new(memory: NonZeroU32, at: u32, len: u32) -> Span {
        Span { place: memory | at & (Span::MAX as u32 - 1), len }
    }

    pub(crate) fn plan(at: u32, len: u32) -> Span {
        Span::new(PLAN, at, len)
    }

    pub(crate) fn input(at: u32, len: u32) -> Span {
        Span::new(INPUT, at, len)
    }

    /// What was written to the working memory at `at`.
    pub(crate) fn work(at: usize, len: usize) -> Span {
        Span::new(WORK, at as u32, len as u32)
    }

    pub(crate) fn whole_input(text: &[u8]) -> Span {
        Span::input(0, text.len() as u32)
    }

    pub(crate) fn at(self) -> usize {
        self.place.get() as usize % Span::MAX
    }

    pub(crate) fn source(self) -> Source {
        match self.place.get() >> SHIFT {
            1 => Source::Plan,
            2 => Source::Input,
            _ => Source::Work,
        }
    }

    pub(crate) fn part(self, start: usize, len: usize) -> Span {
        let start = (start as u32).min(self.len);
        Span { place: self.place.saturating_add(start), len: (len as u32).min(self.len - start) }
    }

    /// `part`, a slice of `text`, as a part of the span of `text`.
    pub(crate) fn slice(self, text: &[u8], part: &[u8]) -> Span {
        let start = (part.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
        self.part(start, part.len())
    }

    pub(crate) fn bounds(self) -> (usize, usize) {
        (self.at(), self.at().saturating_add(self.len as usize))
    }

    /// The last `len` bytes.
    pub(crate) fn last(self, len: usize) -> Span {
        self.part((self.len as usize).saturating_sub(len), len)
    }

    /// The last `len` bytes less.
    pub(crate) fn without(self, len: u32) -> Span {
        Span { len: self.len.saturating_sub(len), ..self }
    }
}
