//! Input into blocks, RFC 1951.

use core::ops::Range;

use crate::bits::Bits;
use crate::block::{self, Code};
use crate::boundaries::boundaries;
use crate::cost::Costs;
use crate::histogram::Histogram;
use crate::matches::{Finder, Matches, PADDING};
use crate::path::{Paths, Region};
use crate::search;
use crate::token::Token;

/// So much is searched at once: what the costs of paths have room for.
const STRETCH: usize = 1_000_000;
/// So often paths and boundaries follow from each other before that.
const ROUNDS: u32 = 4;

/// Writes the whole input; `iterations` is how many paths through each block are looked at.
pub(crate) fn deflate(input: &[u8], iterations: u32, bits: &mut Bits) {
    let data = [input, &[0; PADDING]].concat();
    let mut finder = Finder::new(&data);
    let mut paths = Paths::default();
    let mut start = 0;
    loop {
        let end = input.len().min(start + STRETCH);
        let matches = finder.matches(end);
        let blocks = joined(divided(&mut paths, &data, &matches, start..end, iterations), &data);
        for (index, (range, tokens)) in blocks.iter().enumerate() {
            let is_last = end == input.len() && index + 1 == blocks.len();
            write(&mut paths, &data, &matches, range, tokens, is_last, bits);
        }
        if end == input.len() {
            return;
        }
        start = end;
    }
}

/// The blocks of a stretch. Its boundaries are looked for while matches may cross them, then each block by itself.
fn divided(
    paths: &mut Paths,
    data: &[u8],
    matches: &Matches,
    stretch: Range<usize>,
    iterations: u32,
) -> Vec<(Range<usize>, Vec<Token>)> {
    let start = stretch.start;
    let costs = |tokens: &[Token], start| Costs::of(&Histogram::of(tokens, data, start));
    let mut tokens = Vec::new();
    paths.cheapest(data, matches, &[Region { range: stretch.clone(), costs: Costs::fixed() }], &mut tokens);
    let mut regions = vec![Region { range: stretch, costs: costs(&tokens, start) }];
    for _ in 0..ROUNDS {
        paths.cheapest(data, matches, &regions, &mut tokens);
        regions = cut(&tokens, data, start)
            .map(|(range, tokens)| Region { costs: costs(tokens, range.start), range })
            .collect();
    }
    let blocks = cut(&tokens, data, start);
    blocks
        .map(|(range, tokens)| (range.clone(), search::improve(paths, data, matches, range, tokens, iterations)))
        .collect()
}

/// The blocks that tokens are best divided into.
fn cut<'a>(tokens: &'a [Token], data: &[u8], start: usize) -> impl Iterator<Item = (Range<usize>, &'a [Token])> {
    let mut ends = boundaries(tokens, data, start);
    ends.push(tokens.len());
    let (mut first, mut at) = (0, start);
    ends.into_iter().map(move |end| {
        let tokens = &tokens[first..end];
        let from = at;
        first = end;
        at += tokens.iter().map(|token| token.length()).sum::<usize>();
        (from..at, tokens)
    })
}

/// Blocks that take no more bits as one are one.
fn joined(blocks: Vec<(Range<usize>, Vec<Token>)>, data: &[u8]) -> Vec<(Range<usize>, Vec<Token>)> {
    let mut joined: Vec<(u64, Range<usize>, Vec<Token>)> = Vec::new();
    for (range, tokens) in blocks {
        let mut last = (size(&range, &tokens, data), range, tokens);
        while let Some((bits, range, tokens)) = joined.pop() {
            let both = (range.start..last.1.end, [&tokens[..], &last.2].concat());
            let sum = bits + last.0;
            let size = size(&both.0, &both.1, data);
            if size > sum {
                joined.push((bits, range, tokens));
                break;
            }
            last = (size, both.0, both.1);
        }
        joined.push(last);
    }
    joined.into_iter().map(|(_, range, tokens)| (range, tokens)).collect()
}

/// About how many bits a block takes, in the way that takes the fewest.
fn size(range: &Range<usize>, tokens: &[Token], data: &[u8]) -> u64 {
    let histogram = Histogram::of(tokens, data, range.start);
    let coded = Code::good(&histogram).bits.min(Code::fixed(&histogram).bits);
    coded.min(block::stored_bits(range.len(), 0))
}

/// Writes a block in the way that takes the fewest bits.
fn write(
    paths: &mut Paths,
    data: &[u8],
    matches: &Matches,
    range: &Range<usize>,
    tokens: &[Token],
    is_last: bool,
    bits: &mut Bits,
) {
    let input = &data[range.clone()];
    let dynamic = Code::best(&Histogram::of(tokens, data, range.start));
    let mut plain = Vec::new();
    paths.cheapest(data, matches, &[Region { range: range.clone(), costs: Costs::fixed() }], &mut plain);
    let fixed = Code::fixed(&Histogram::of(&plain, data, range.start));
    if !input.is_empty() && block::stored_bits(input.len(), bits.gap()) <= dynamic.bits.min(fixed.bits) {
        block::write_stored(input, is_last, bits);
    } else if fixed.bits <= dynamic.bits {
        fixed.write(&plain, input, is_last, bits);
    } else {
        dynamic.write(tokens, input, is_last, bits);
    }
}
