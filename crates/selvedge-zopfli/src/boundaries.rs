//! Where blocks begin and end: the division of tokens that takes the fewest bits, as far as can be told by how often symbols occur.

use crate::histogram::Histogram;
use crate::token::Token;

/// The least distance of two places where a block may begin, in tokens.
const MIN_STEP: usize = 32;
/// So many such places there are at most: all pairs of them are compared.
const MAX_PLACES: usize = 400;
/// After that each boundary is looked for so many steps around.
const REACH: usize = 2;
/// In tokens: the distance of two places where it is looked for.
const GRAIN: usize = 4;
/// So many times, since each boundary's best place depends on its neighbours.
const SWEEPS: usize = 2;
/// What the header takes: bits at least, and for each symbol that occurs.
const HEADER: f64 = 60.0;
const HEADER_SYMBOL: f64 = 4.0;

/// The tokens that begin blocks, but the first.
pub(crate) fn boundaries(tokens: &[Token], data: &[u8], start: usize) -> Vec<usize> {
    let step = MIN_STEP.max(tokens.len().div_ceil(MAX_PLACES));
    let sizes = Sizes::new();
    // What has occurred up to each place.
    let mut sums = vec![Histogram::new()];
    let mut at = start;
    for piece in tokens.chunks(step) {
        let mut sum = sums[sums.len() - 1].clone();
        at = sum.add_all(piece, data, at);
        sums.push(sum);
    }
    // The fewest bits up to each place, and where the last block of them begins.
    let mut best: Vec<(f64, usize)> = vec![(0.0, 0)];
    for sum in &sums[1..] {
        let bits =
            best.iter().enumerate().map(|(start, &(before, _))| (before + sizes.block(&sums[start], sum), start));
        best.extend(bits.min_by(|one, other| one.0.total_cmp(&other.0)));
    }
    let mut boundaries = Vec::new();
    let mut place = best.len() - 1;
    while let (_, start @ 1..) = best[place] {
        boundaries.push(start * step);
        place = start;
    }
    boundaries.reverse();
    for _ in 0..SWEEPS {
        refine(tokens, data, start, &mut boundaries, REACH * step, &sizes);
    }
    boundaries
}

/// Moves each boundary to the best place so far around it.
fn refine(tokens: &[Token], data: &[u8], start: usize, boundaries: &mut [usize], reach: usize, sizes: &Sizes) {
    // Where the block before the boundary begins: its first token, and its first byte.
    let (mut first, mut from) = (0, start);
    for index in 0..boundaries.len() {
        let boundary = boundaries[index];
        let end = boundaries.get(index + 1).copied().unwrap_or(tokens.len());
        let mut both = Histogram::new();
        both.add_all(&tokens[first..end], data, from);
        let least = (first + 1).max(boundary.saturating_sub(reach));
        let most = (end - 1).min(boundary + reach);
        let mut before = Histogram::new();
        let mut at = before.add_all(&tokens[first..least], data, from);
        let mut best = (f64::INFINITY, boundary, at);
        for place in least..=most {
            if (place - least).is_multiple_of(GRAIN) || place == boundary {
                let bits = sizes.block(&Histogram::new(), &before) + sizes.block(&before, &both);
                if bits < best.0 {
                    best = (bits, place, at);
                }
            }
            at = before.add_all(&tokens[place..=place], data, at);
        }
        (_, first, from) = best;
        boundaries[index] = first;
    }
}

/// About how many bits blocks take, but for those that they take wherever they are cut.
struct Sizes {
    /// n · log₂ n.
    logarithms: Vec<f32>,
}

impl Sizes {
    fn new() -> Self {
        Self { logarithms: (0..4096).map(weighted).collect() }
    }

    /// A block of what occurred between two sums.
    fn block(&self, before: &Histogram, after: &Histogram) -> f64 {
        HEADER + self.words(&before.litlens, &after.litlens) + self.words(&before.distances, &after.distances)
    }

    fn words<const N: usize>(&self, before: &[u32; N], after: &[u32; N]) -> f64 {
        let (mut all, mut used, mut sum) = (0, 0, 0.0);
        for (before, after) in before.iter().zip(after) {
            let count = after - before;
            all += count;
            used += u32::from(count > 0);
            sum += self.weighted(count);
        }
        f64::from(self.weighted(all) - sum) + HEADER_SYMBOL * f64::from(used)
    }

    fn weighted(&self, count: u32) -> f32 {
        self.logarithms.get(count as usize).copied().unwrap_or_else(|| weighted(count))
    }
}

fn weighted(count: u32) -> f32 {
    let count = f64::from(count.max(1));
    (count * count.log2()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two alphabets, one after the other: a code for each takes less than a code for both.
    #[test]
    fn a_block_ends_where_the_symbols_change() {
        let data: Vec<u8> = (0..8000u32).map(|at| (at * at % 31) as u8 + if at < 3001 { 0 } else { 100 }).collect();
        let found = boundaries(&vec![Token::LITERAL; data.len()], &data, 0);
        assert_eq!(found.len(), 1);
        assert!(found[0].abs_diff(3001) <= GRAIN, "{found:?}");
        assert!(boundaries(&vec![Token::LITERAL; 3001], &data, 0).is_empty());
        assert!(boundaries(&[], &data, 0).is_empty());
    }
}
