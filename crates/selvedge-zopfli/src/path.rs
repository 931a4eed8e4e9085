//! The cheapest way through a stretch of input, by given costs.

use core::ops::Range;

use crate::cost::Costs;
use crate::matches::Matches;
use crate::symbol::{MAX_LENGTH, MIN_LENGTH};
use crate::token::Token;

/// Positions that share what symbols cost.
pub(crate) struct Region {
    pub(crate) range: Range<usize>,
    pub(crate) costs: Costs,
}

/// Memory for searches.
#[derive(Default)]
pub(crate) struct Paths {
    /// What it costs to get from a position to the end.
    costs: Vec<u32>,
    /// The first step of that way.
    steps: Vec<Token>,
}

impl Paths {
    /// The cheapest tokens for regions that follow one another. A match may lead from one into the next.
    pub(crate) fn cheapest(&mut self, data: &[u8], matches: &Matches, regions: &[Region], tokens: &mut Vec<Token>) {
        let start = regions.first().map_or(0, |region| region.range.start);
        let end = regions.last().map_or(0, |region| region.range.end);
        self.costs.resize(self.costs.len().max(end - start + 1), 0);
        self.steps.resize(self.steps.len().max(end - start), Token::LITERAL);
        self.costs[end - start] = 0;
        for region in regions.iter().rev() {
            self.search(data, matches, region, start, end);
        }
        tokens.clear();
        let mut at = 0;
        while at < end - start {
            let token = self.steps[at];
            tokens.push(token);
            at += token.length();
        }
    }

    /// From the end to the beginning, so that each position is written once.
    fn search(&mut self, data: &[u8], matches: &Matches, region: &Region, start: usize, end: usize) {
        let Costs { literals, lengths, distances } = &region.costs;
        for position in region.range.clone().rev() {
            let at = position - start;
            let rest = &self.costs[at..=end - start];
            let mut best = rest[1] + literals[usize::from(data[position])];
            let mut step = Token::LITERAL;
            let mut cheapest = u32::MAX;
            let mut source = Token::LITERAL;
            let found = matches.at(position);
            for (index, &token) in found.iter().enumerate() {
                // A farther match serves shorter lengths too, should its symbol be cheaper.
                let cost = distances[token.distance_symbol()];
                if cost < cheapest {
                    (cheapest, source) = (cost, token);
                }
                let most = token.length().min(rest.len() - 1);
                // What matches without end is taken in the longest steps.
                let least = if most == MAX_LENGTH {
                    most
                } else {
                    found.get(index + 1).map_or(MIN_LENGTH, |next| next.length() + 1)
                };
                if least > most {
                    continue;
                }
                for ((length, &cost), &rest) in (least..).zip(&lengths[least..=most]).zip(&rest[least..=most]) {
                    let sum = cheapest + cost + rest;
                    if sum < best {
                        best = sum;
                        step = source.with_length(length);
                    }
                }
            }
            self.costs[at] = best;
            self.steps[at] = step;
        }
    }
}
