//! What literals, lengths and distances cost, as the search for a path sees it.

use crate::block::Code;
use crate::histogram::Histogram;
use crate::symbol::{self, DISTANCES, MAX_LENGTH, MIN_LENGTH};

/// A bit. A stretch's costs must fit into a word: a million literals of 15 bits.
pub(crate) const BIT: u32 = 256;
/// A code has no longer words, RFC 1951 §3.2.7.
const MAX_COST: f64 = 15.0;

#[derive(Clone)]
pub(crate) struct Costs {
    pub(crate) literals: [u32; 256],
    pub(crate) lengths: [u32; MAX_LENGTH + 1],
    /// By symbol.
    pub(crate) distances: [u32; 32],
}

impl Costs {
    /// By how often each symbol occurs: what the best code could come to.
    pub(crate) fn of(histogram: &Histogram) -> Self {
        let litlens = entropies(&histogram.litlens);
        let distances = entropies(&histogram.distances);
        Self::from_symbols(|symbol| litlens[symbol], |symbol| distances[symbol])
    }

    /// By the words of a block's code.
    pub(crate) fn by_code(code: &Code, histogram: &Histogram) -> Self {
        let word = |length: u8, otherwise: u32| if length == 0 { otherwise } else { u32::from(length) * BIT };
        let litlens = entropies(&histogram.litlens);
        let distances = entropies(&histogram.distances);
        Self::from_symbols(
            |symbol| word(code.litlens[symbol], litlens[symbol]),
            |symbol| word(code.distances[symbol], distances[symbol]),
        )
    }

    /// Of the code that is given, RFC 1951 §3.2.6.
    pub(crate) fn fixed() -> Self {
        Self::from_symbols(|symbol| u32::from(fixed_length(symbol)) * BIT, |_| 5 * BIT)
    }

    fn from_symbols(litlen: impl Fn(usize) -> u32, distance: impl Fn(usize) -> u32) -> Self {
        let mut costs = Self { literals: [0; 256], lengths: [0; MAX_LENGTH + 1], distances: [0; 32] };
        for (byte, cost) in costs.literals.iter_mut().enumerate() {
            *cost = litlen(byte);
        }
        for (length, cost) in costs.lengths.iter_mut().enumerate().skip(MIN_LENGTH) {
            let symbol = symbol::length_symbol(length);
            *cost = litlen(symbol) + symbol::litlen_extra(symbol) * BIT;
        }
        for (symbol, cost) in costs.distances.iter_mut().enumerate().take(DISTANCES) {
            *cost = distance(symbol) + symbol::distance_extra(symbol) * BIT;
        }
        costs
    }
}

/// The length of the fixed code's words.
pub(crate) fn fixed_length(symbol: usize) -> u8 {
    match symbol {
        0..144 => 8,
        144..256 => 9,
        256..280 => 7,
        _ => 8,
    }
}

/// What never occurs costs as much as what occurs once.
pub(crate) fn entropies<const N: usize>(counts: &[u32; N]) -> [u32; N] {
    let sum: u32 = counts.iter().sum();
    let all = f64::from(sum.max(1)).log2();
    counts.map(|count| ((all - f64::from(count.max(1)).log2()).min(MAX_COST) * f64::from(BIT)) as u32)
}
