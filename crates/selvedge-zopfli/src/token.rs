//! What a block is made of: a literal, or a match.

use crate::symbol;

/// A step through the input in one word: nine bits of its length, fifteen of its distance less one, and the distance's symbol.
/// A literal has the length 1.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token(u32);

const LENGTH_BITS: u32 = 9;
const DISTANCE_BITS: u32 = 15;
const LENGTH: u32 = (1 << LENGTH_BITS) - 1;
const DISTANCE: u32 = (1 << DISTANCE_BITS) - 1;

impl Token {
    pub(crate) const LITERAL: Token = Token(1);

    pub(crate) fn matching(length: usize, distance: usize) -> Self {
        let symbol = symbol::distance_symbol(distance) as u32;
        Self(length as u32 | (distance as u32 - 1) << LENGTH_BITS | symbol << (LENGTH_BITS + DISTANCE_BITS))
    }

    pub(crate) fn length(self) -> usize {
        (self.0 & LENGTH) as usize
    }

    pub(crate) fn with_length(self, length: usize) -> Self {
        Self(self.0 & !LENGTH | length as u32)
    }

    pub(crate) fn distance(self) -> usize {
        (self.0 >> LENGTH_BITS & DISTANCE) as usize + 1
    }

    pub(crate) fn distance_symbol(self) -> usize {
        (self.0 >> (LENGTH_BITS + DISTANCE_BITS)) as usize
    }

    pub(crate) fn is_literal(self) -> bool {
        self.length() == 1
    }
}
