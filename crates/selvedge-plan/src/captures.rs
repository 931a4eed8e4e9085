//! What a match captured.

use crate::layout::MAX_CAPTURES;
use crate::span::Span;

/// What the wildcards of a pattern (or the groups of a regex) matched, by their number.
#[cfg_attr(not(feature = "trace"), allow(unreachable_pub))]
pub struct Captures {
    spans: [Span; MAX_CAPTURES],
    len: usize,
}

impl Captures {
    pub(crate) const NONE: Captures = Captures { spans: [Span::EMPTY; MAX_CAPTURES], len: 0 };

    pub(crate) fn get(&self, number: u32) -> Span {
        self.spans.get(number as usize).copied().filter(|_| (number as usize) < self.len).unwrap_or(Span::EMPTY)
    }

    pub(crate) fn push(&mut self, span: Span) {
        if let Some(slot) = self.spans.get_mut(self.len) {
            *slot = span;
            self.len += 1;
        }
    }

    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }
}
