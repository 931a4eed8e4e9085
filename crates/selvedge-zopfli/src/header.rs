//! How a block tells its code: the lengths of the words, with runs, in a code of their own. RFC 1951 §3.2.7.

use crate::bits::Bits;
use crate::code;
use crate::cost::{BIT, entropies};
use crate::symbol::{DISTANCES, END, LITLENS};

const SYMBOLS: usize = 19;
/// The order in which the words' lengths are written, so that those at the end are seldom needed.
const ORDER: [usize; SYMBOLS] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// The last length again.
const AGAIN: Run = Run { symbol: 16, least: 3, most: 6, extra: 2 };
/// Lengths of zero.
const ZEROS: [Run; 2] =
    [Run { symbol: 17, least: 3, most: 10, extra: 3 }, Run { symbol: 18, least: 11, most: 138, extra: 7 }];

/// So often the runs are chosen by what they cost in the code that the last choice led to.
const ROUNDS: usize = 3;

/// A symbol that stands for a run: the shortest, the longest, and the bits that tell which.
struct Run {
    symbol: usize,
    least: usize,
    most: usize,
    extra: u32,
}

/// A symbol, the bits that follow it, and how many lengths it stands for.
#[derive(Clone, Copy)]
struct Item {
    symbol: usize,
    value: u32,
    extra: u32,
    length: usize,
}

pub(crate) struct Header {
    /// How many lengths there are of each kind.
    litlens: usize,
    distances: usize,
    items: Vec<Item>,
    lengths: [u8; SYMBOLS],
    pub(crate) bits: u64,
}

impl Header {
    pub(crate) fn new(litlens: &[u8; LITLENS], distances: &[u8; DISTANCES]) -> Self {
        let used = |lengths: &[u8], least: usize| {
            lengths.iter().rposition(|&length| length > 0).map_or(0, |last| last + 1).max(least)
        };
        let (litlen_count, distance_count) = (used(litlens, END + 1), used(distances, 1));
        let sequence = [&litlens[..litlen_count], &distances[..distance_count]].concat();
        // At first a guess: each takes four bits.
        let (mut best, mut counts) = Self::by_costs(&sequence, &[4 * BIT; SYMBOLS]);
        for _ in 1..ROUNDS {
            let next;
            (next, counts) = Self::by_costs(&sequence, &entropies(&counts));
            if next.bits < best.bits {
                best = next;
            }
        }
        Self { litlens: litlen_count, distances: distance_count, ..best }
    }

    /// The header of these lengths as their symbols cost, and how often each symbol occurs in it.
    fn by_costs(sequence: &[u8], costs: &[u32; SYMBOLS]) -> (Self, [u32; SYMBOLS]) {
        let items = cheapest(sequence, costs);
        let mut counts = [0; SYMBOLS];
        for item in &items {
            counts[item.symbol] += 1;
        }
        let lengths = code::lengths(&counts, 7);
        let words = items.iter().map(|item| u64::from(lengths[item.symbol]) + u64::from(item.extra)).sum::<u64>();
        let bits = 14 + 3 * written(&lengths) as u64 + words;
        (Self { litlens: 0, distances: 0, items, lengths, bits }, counts)
    }

    pub(crate) fn write(&self, bits: &mut Bits) {
        let count = written(&self.lengths);
        bits.push((self.litlens - 257) as u32, 5);
        bits.push((self.distances - 1) as u32, 5);
        bits.push((count - 4) as u32, 4);
        for &symbol in &ORDER[..count] {
            bits.push(self.lengths[symbol].into(), 3);
        }
        let words = code::words(&self.lengths);
        for item in &self.items {
            bits.push(words[item.symbol].into(), self.lengths[item.symbol].into());
            bits.push(item.value, item.extra);
        }
    }
}

/// How many of the lengths are written.
fn written(lengths: &[u8; SYMBOLS]) -> usize {
    ORDER.iter().rposition(|&symbol| lengths[symbol] > 0).map_or(0, |last| last + 1).max(4)
}

/// The cheapest items that stand for the lengths.
fn cheapest(lengths: &[u8], costs: &[u32; SYMBOLS]) -> Vec<Item> {
    // What it costs from each place to the end, and the first item of that.
    let mut rest = vec![0; lengths.len() + 1];
    let mut steps = Vec::with_capacity(lengths.len());
    let mut same = 0;
    for (at, &length) in lengths.iter().enumerate().rev() {
        same = if lengths.get(at + 1) == Some(&length) { same + 1 } else { 1 };
        let symbol = usize::from(length);
        let mut step = Item { symbol, value: 0, extra: 0, length: 1 };
        let mut best = costs[symbol] + rest[at + 1];
        let mut consider = |run: &Run, count: usize| {
            let cost = costs[run.symbol] + run.extra * BIT + rest[at + count];
            if cost < best {
                best = cost;
                step = Item { symbol: run.symbol, value: (count - run.least) as u32, extra: run.extra, length: count };
            }
        };
        if at > 0 && lengths[at - 1] == length {
            (AGAIN.least..=AGAIN.most.min(same)).for_each(|count| consider(&AGAIN, count));
        }
        if length == 0 {
            // One that goes on beyond a shorter one costs no more.
            ZEROS.iter().filter(|run| run.least <= same).for_each(|run| consider(run, run.most.min(same)));
        }
        rest[at] = best;
        steps.push(step);
    }
    steps.reverse();
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(&step) = steps.get(at) {
        items.push(step);
        at += step.length;
    }
    items
}
