//! The search for the path whose block takes the fewest bits: costs follow from a path, and a path from costs.

use core::ops::Range;

use crate::block::Code;
use crate::cost::Costs;
use crate::histogram::Histogram;
use crate::matches::Matches;
use crate::path::{Paths, Region};
use crate::token::Token;

/// Looks for better tokens than these, so many times.
pub(crate) fn improve(
    paths: &mut Paths,
    data: &[u8],
    matches: &Matches,
    range: Range<usize>,
    tokens: &[Token],
    iterations: u32,
) -> Vec<Token> {
    let mut counts = Histogram::of(tokens, data, range.start);
    let mut last = Code::good(&counts).bits;
    let mut best = (last, counts.clone(), tokens.to_vec());
    let mut tokens = Vec::new();
    let mut random = Random::new();
    let mut is_shaken = false;
    for iteration in 0..iterations {
        // Words have whole bits: what they come to leads elsewhere than what they would come to at best, and each farther
        // from where the other came to rest.
        let costs = if iteration % 2 == 0 { Costs::by_code(&Code::good(&counts), &counts) } else { Costs::of(&counts) };
        paths.cheapest(data, matches, &[Region { range: range.clone(), costs }], &mut tokens);
        let histogram = Histogram::of(&tokens, data, range.start);
        let bits = Code::good(&histogram).bits;
        if bits < best.0 {
            best = (bits, histogram.clone(), tokens.clone());
        }
        if bits == last {
            // It has come to rest, near the best one or not.
            counts = best.1.clone();
            random.shake(&mut counts.litlens);
            random.shake(&mut counts.distances);
            is_shaken = true;
        } else if is_shaken {
            counts = mixed(&histogram, &counts);
        } else {
            counts = histogram;
        }
        last = bits;
    }
    best.2
}

/// Slower to come to rest, and nearer to the best.
fn mixed(new: &Histogram, old: &Histogram) -> Histogram {
    let mut mixed = new.clone();
    mixed.litlens.iter_mut().zip(&old.litlens).for_each(|(count, old)| *count += old / 2);
    mixed.distances.iter_mut().zip(&old.distances).for_each(|(count, old)| *count += old / 2);
    mixed
}

/// The same numbers each time: xorshift, after Marsaglia.
struct Random(u32);

impl Random {
    fn new() -> Self {
        Self(0x9e37_79b9)
    }

    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    /// Gives a third of the symbols the counts of others.
    fn shake(&mut self, counts: &mut [u32]) {
        for index in 0..counts.len() {
            if (self.next() >> 4).is_multiple_of(3) {
                counts[index] = counts[self.next() as usize % counts.len()];
            }
        }
    }
}
