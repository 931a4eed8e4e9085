//! A block: its code, how many bits it takes, and how it is written. RFC 1951 §3.2.3.

use crate::bits::Bits;
use crate::code;
use crate::cost::fixed_length;
use crate::header::Header;
use crate::histogram::Histogram;
use crate::symbol::{self, DISTANCES, END, FIRST_DISTANCES, LITLENS};
use crate::token::Token;

/// A stored block has no more bytes.
const MAX_STORED: usize = 0xffff;

/// The code of a block.
pub(crate) struct Code {
    pub(crate) litlens: [u8; LITLENS],
    pub(crate) distances: [u8; DISTANCES],
    /// None where the decoder knows the code.
    header: Option<Header>,
    /// Of the whole block.
    pub(crate) bits: u64,
}

/// How unlike counts may be to be taken for the same, so that their words are as long as each other and take less in the
/// header: the ratio of the most to the least, and by how much they may differ besides.
type Tolerance = (f64, f64);
const FEW: [Tolerance; 2] = [(1.5, 0.0), (1.2, 3.0)];
const MANY: [Tolerance; 9] =
    [(1.15, 0.0), (1.3, 0.0), (1.5, 0.0), (1.75, 0.0), (2.0, 0.0), (2.5, 0.0), (1.0, 3.0), (1.2, 3.0), (1.5, 3.0)];

impl Code {
    /// A good code for what a block holds, to compare blocks by.
    pub(crate) fn good(histogram: &Histogram) -> Self {
        Self::by(histogram, &FEW)
    }

    /// The best code that there is time for once.
    pub(crate) fn best(histogram: &Histogram) -> Self {
        Self::by(histogram, &MANY)
    }

    fn by(histogram: &Histogram, tolerances: &[Tolerance]) -> Self {
        let codes = tolerances.iter().map(|&tolerance| Self::dynamic(histogram, tolerance));
        codes.fold(Self::dynamic(histogram, (1.0, 0.0)), |best, code| if code.bits < best.bits { code } else { best })
    }

    fn dynamic(histogram: &Histogram, tolerance: Tolerance) -> Self {
        let mut counts = histogram.distances;
        // Decoders of old fail at fewer than two words for distances.
        let used = counts.iter().filter(|&&count| count > 0).count();
        counts.iter_mut().filter(|count| **count == 0).take(2usize.saturating_sub(used)).for_each(|count| *count = 1);
        let litlens = code::lengths(&alike(&histogram.litlens, tolerance), 15);
        let distances = code::lengths(&alike(&counts, tolerance), 15);
        let header = Header::new(&litlens, &distances);
        let bits = 3 + header.bits + words(histogram, &litlens, &distances);
        Self { litlens, distances, header: Some(header), bits }
    }

    pub(crate) fn fixed(histogram: &Histogram) -> Self {
        let litlens = core::array::from_fn(fixed_length);
        let distances = [5; DISTANCES];
        let bits = 3 + words(histogram, &litlens, &distances);
        Self { litlens, distances, header: None, bits }
    }

    /// Writes a block of these tokens.
    pub(crate) fn write(&self, tokens: &[Token], input: &[u8], is_last: bool, bits: &mut Bits) {
        bits.push(is_last.into(), 1);
        bits.push(if self.header.is_some() { 2 } else { 1 }, 2);
        if let Some(header) = &self.header {
            header.write(bits);
        }
        let litlens = self.litlen_words();
        let distances = code::words(&self.distances);
        let litlen = |symbol: usize, bits: &mut Bits| bits.push(litlens[symbol].into(), self.litlens[symbol].into());
        let mut at = 0;
        for &token in tokens {
            if token.is_literal() {
                litlen(input[at].into(), bits);
            } else {
                let symbol = symbol::length_symbol(token.length());
                litlen(symbol, bits);
                bits.push((token.length() - symbol::first_length(symbol)) as u32, symbol::litlen_extra(symbol));
                let symbol = token.distance_symbol();
                bits.push(distances[symbol].into(), self.distances[symbol].into());
                bits.push(
                    (token.distance() - usize::from(FIRST_DISTANCES[symbol])) as u32,
                    symbol::distance_extra(symbol),
                );
            }
            at += token.length();
        }
        litlen(END, bits);
    }

    fn litlen_words(&self) -> [u16; LITLENS] {
        if self.header.is_some() {
            return code::words(&self.litlens);
        }
        // The fixed code has two words more, that no block uses.
        let whole: [u8; LITLENS + 2] = core::array::from_fn(fixed_length);
        let words = code::words(&whole);
        core::array::from_fn(|symbol| words[symbol])
    }
}

/// The bits of a block but its header.
fn words(histogram: &Histogram, litlens: &[u8; LITLENS], distances: &[u8; DISTANCES]) -> u64 {
    let sum = |counts: &[u32], lengths: &[u8]| {
        counts.iter().zip(lengths).map(|(&count, &length)| u64::from(count) * u64::from(length)).sum::<u64>()
    };
    histogram.extra_bits() + sum(&histogram.litlens, litlens) + sum(&histogram.distances, distances)
}

/// Counts with their mean in place of neighbours that are about the same.
fn alike<const N: usize>(counts: &[u32; N], (ratio, slack): Tolerance) -> [u32; N] {
    let mut evened = *counts;
    let mut start = 0;
    while start < N {
        let (mut least, mut most, mut sum, mut end) = (counts[start], counts[start], 0u64, start);
        while let Some(&count) = counts.get(end) {
            (least, most) = (least.min(count), most.max(count));
            if count == 0 || f64::from(most) > f64::from(least) * ratio + slack {
                break;
            }
            sum += u64::from(count);
            end += 1;
        }
        let length = end - start;
        // A word's length, and a run of it.
        if length >= 4 {
            evened[start..end].fill(((sum + length as u64 / 2) / length as u64) as u32);
        }
        start = end.max(start + 1);
    }
    evened
}

/// The bits of stored blocks, after a byte that lacks so many.
pub(crate) fn stored_bits(length: usize, gap: u32) -> u64 {
    // Three bits of each block, and what fills its byte up.
    let first = 3 + u64::from((gap + 5) % 8);
    let blocks = length.div_ceil(MAX_STORED).max(1) as u64;
    first + 8 * (blocks - 1) + 32 * blocks + 8 * length as u64
}

/// Writes bytes as they are.
pub(crate) fn write_stored(input: &[u8], is_last: bool, bits: &mut Bits) {
    let mut pieces = input.chunks(MAX_STORED).peekable();
    while let Some(piece) = pieces.next() {
        bits.push((is_last && pieces.peek().is_none()).into(), 1);
        bits.push(0, 2);
        let length = piece.len() as u16;
        bits.push_bytes(&length.to_le_bytes());
        bits.push_bytes(&(!length).to_le_bytes());
        bits.push_bytes(piece);
    }
}
