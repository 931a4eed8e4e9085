//! The matches at each position, found once: every search for a path looks them up.

use crate::symbol::{MAX_DISTANCE, MAX_LENGTH, MIN_LENGTH};
use crate::token::Token;

/// What may be read after the input's end.
pub(crate) const PADDING: usize = MAX_LENGTH + 8;

const HASH_BITS: u32 = 16;
/// Twice the window, so that the farthest position has a place of its own.
const PLACES: usize = 2 * MAX_DISTANCE;
const NOBODY: u32 = u32::MAX;
/// So many strings are looked at for one position; only input made for it has more.
const MAX_DEPTH: usize = 4096;

/// Finds matches: a binary tree for each hash of three bytes, sorted by what follows, the nearest at its root.
pub(crate) struct Finder<'a> {
    /// The input, and padding.
    data: &'a [u8],
    end: usize,
    next: usize,
    roots: Vec<u32>,
    children: Vec<[u32; 2]>,
    found: Vec<Token>,
}

impl<'a> Finder<'a> {
    /// `data` is the input and [`PADDING`].
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            end: data.len() - PADDING,
            next: 0,
            roots: vec![NOBODY; 1 << HASH_BITS],
            children: vec![[NOBODY; 2]; PLACES],
            found: Vec::new(),
        }
    }

    /// The matches of the next positions, up to `end`.
    pub(crate) fn matches(&mut self, end: usize) -> Matches {
        let start = self.next;
        let mut matches = Matches { start, tokens: Vec::new(), ends: Vec::with_capacity(end - start + 1) };
        matches.ends.push(0);
        while self.next < end {
            self.found.clear();
            self.insert();
            matches.push(&self.found);
            self.next += 1;
        }
        matches
    }

    /// Puts the next position into its tree, and finds for each length the nearest match.
    fn insert(&mut self) {
        let at = self.next;
        let limit = MAX_LENGTH.min(self.end - at);
        if limit < MIN_LENGTH {
            return;
        }
        let root = &mut self.roots[hash(self.data, at)];
        let mut node = core::mem::replace(root, at as u32);
        // Where the next string that is less, and the next that is greater, will hang: place and side.
        let mut hooks = [(at % PLACES, 0), (at % PLACES, 1)];
        let mut shared = [0, 0];
        let mut longest = MIN_LENGTH - 1;
        for _ in 0..MAX_DEPTH {
            let there = node as usize;
            if node == NOBODY || at - there > MAX_DISTANCE {
                break;
            }
            let length = common(self.data, there, at, shared[0].min(shared[1])).min(limit);
            let [less, greater] = self.children[there % PLACES];
            if length > longest {
                longest = length;
                self.found.push(Token::matching(length, at - there));
                if length == limit {
                    // It takes the other's place.
                    self.hang(hooks[0], less);
                    self.hang(hooks[1], greater);
                    return;
                }
            }
            let side = usize::from(self.data[there + length] > self.data[at + length]);
            self.hang(hooks[side], node);
            hooks[side] = (there % PLACES, 1 - side);
            shared[side] = length;
            node = if side == 0 { greater } else { less };
        }
        self.hang(hooks[0], NOBODY);
        self.hang(hooks[1], NOBODY);
    }

    fn hang(&mut self, (place, side): (usize, usize), node: u32) {
        self.children[place][side] = node;
    }
}

fn hash(data: &[u8], at: usize) -> usize {
    let bytes = u32::from_le_bytes([data[at], data[at + 1], data[at + 2], 0]);
    (bytes.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize
}

/// How many bytes are the same at two positions, of which so many are known to be.
fn common(data: &[u8], one: usize, other: usize, known: usize) -> usize {
    let mut length = known;
    while length < MAX_LENGTH {
        let difference = eight(data, one + length) ^ eight(data, other + length);
        if difference != 0 {
            return length + difference.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    length
}

fn eight(data: &[u8], at: usize) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&data[at..at + 8]);
    u64::from_le_bytes(bytes)
}

/// The matches of a stretch of input.
pub(crate) struct Matches {
    start: usize,
    /// For each position the matches that no other is as long and as cheap as, the longest first.
    tokens: Vec<Token>,
    ends: Vec<u32>,
}

impl Matches {
    /// Takes the matches of the next position, the shortest and nearest first.
    fn push(&mut self, found: &[Token]) {
        let mut symbol = usize::MAX;
        for &token in found.iter().rev() {
            // What is shorter and no cheaper is not needed: a match is as good as any part of it.
            if token.distance_symbol() != symbol {
                symbol = token.distance_symbol();
                self.tokens.push(token);
            }
        }
        self.ends.push(self.tokens.len() as u32);
    }

    /// Those at a position of the input.
    pub(crate) fn at(&self, position: usize) -> &[Token] {
        let index = position - self.start;
        &self.tokens[self.ends[index] as usize..self.ends[index + 1] as usize]
    }
}
