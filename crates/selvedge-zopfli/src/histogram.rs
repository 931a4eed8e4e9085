//! How often each symbol occurs.

use crate::symbol::{self, DISTANCES, END, LITLENS};
use crate::token::Token;

#[derive(Clone, PartialEq)]
pub(crate) struct Histogram {
    pub(crate) litlens: [u32; LITLENS],
    pub(crate) distances: [u32; DISTANCES],
}

impl Histogram {
    pub(crate) fn new() -> Self {
        Self { litlens: [0; LITLENS], distances: [0; DISTANCES] }
    }

    /// Of a block: what its tokens are, and its end.
    pub(crate) fn of(tokens: &[Token], data: &[u8], start: usize) -> Self {
        let mut histogram = Self::new();
        histogram.add_all(tokens, data, start);
        histogram.litlens[END] = 1;
        histogram
    }

    /// Counts the tokens from a position of the input on; the position after them.
    pub(crate) fn add_all(&mut self, tokens: &[Token], data: &[u8], start: usize) -> usize {
        let mut at = start;
        for &token in tokens {
            if token.is_literal() {
                self.litlens[usize::from(data[at])] += 1;
            } else {
                self.litlens[symbol::length_symbol(token.length())] += 1;
                self.distances[token.distance_symbol()] += 1;
            }
            at += token.length();
        }
        at
    }

    /// The bits that follow the symbols.
    pub(crate) fn extra_bits(&self) -> u64 {
        let litlens =
            self.litlens.iter().enumerate().map(|(symbol, &count)| u64::from(count * symbol::litlen_extra(symbol)));
        let distances =
            self.distances.iter().enumerate().map(|(symbol, &count)| u64::from(count * symbol::distance_extra(symbol)));
        litlens.sum::<u64>() + distances.sum::<u64>()
    }
}
