//! Matching a regular expression in a time that is known before: characters × instructions.
//!
//! A first pass reads the text from its end, and finds for each place the instructions from which a match can be completed.
//! A second one reads it from the beginning, and always takes the first alternative that can be completed, so that it never
//! has to go back. All matches of a text cost what one costs; an engine that searches anew from the end of each match may
//! read to the end of the text each time. Matches are those of regex-lite: leftmost, and by the order of the alternatives.
//!
//! The first pass keeps a set of instructions for each place of one block, and of every other block the one at its
//! beginning. From that it is repeated when the second pass comes to the block, so that memory stays small.

use crate::captures::Captures;
use crate::character::{first, last};
use crate::layout::{MAX_CAPTURES, MAX_INSTRUCTIONS, instruction};
use crate::program::{Program, holds};
use crate::span::Span;

/// A word of the working memory.
pub(crate) type Word = [u8; 4];

/// Places of a block.
const BLOCK: usize = 256;

/// A slot that holds no place.
const NOWHERE: u32 = u32::MAX;

/// On the stack: undo a slot. Otherwise the number of an instruction to try.
const UNDO: u32 = 1 << 31;

pub(crate) struct Search<'p> {
    program: Program<'p>,
    /// Words of a set.
    width: usize,
    /// Instructions that lead to a match from the place at hand.
    here: Set,
    /// The same for the place one character on.
    after: Set,
    /// Going backwards: whose predecessors are still to be found. Forwards: what was tried at this place.
    marks: Set,
    slots: [u32; 2 * MAX_CAPTURES],
    /// The block whose sets are in memory.
    block: usize,
    /// Where to look next; `None` when all is found.
    next: Option<usize>,
    last_end: Option<usize>,
}

impl<'p> Search<'p> {
    /// `None` where a first look shows that `text` does not match.
    pub(crate) fn new(program: Program<'p>, text: &[u8]) -> Option<Search<'p>> {
        program.may_match(text).then_some(Search {
            program,
            width: program.len().div_ceil(32),
            here: Set::EMPTY,
            after: Set::EMPTY,
            marks: Set::EMPTY,
            slots: [NOWHERE; 2 * MAX_CAPTURES],
            block: 0,
            next: None,
            last_end: None,
        })
    }

    /// Words of memory that a text of `len` bytes needs.
    pub(crate) fn memory(&self, len: usize) -> usize {
        let rows = (len + 1).min(BLOCK) * self.width;
        let marks = len / BLOCK * (self.width + 1);
        rows + marks + 4 * self.program.len()
    }

    /// The first pass; whether there is a match. Without memory that is all that it finds out.
    pub(crate) fn prepare(&mut self, text: &[u8], memory: &mut [Word]) -> bool {
        self.step(text, text.len(), None);
        let found = self.sweep(text, memory, text.len(), 0);
        self.next = found.then_some(0);
        found
    }

    /// Whether there is another match, after [`Search::prepare`] with the same text and memory; what it is, `group` tells.
    pub(crate) fn find(&mut self, text: &[u8], memory: &mut [Word]) -> bool {
        self.next_match(text, memory).is_some()
    }

    fn next_match(&mut self, text: &[u8], memory: &mut [Word]) -> Option<()> {
        let mut at = self.next.take()?;
        while at <= text.len() {
            self.load(text, memory, at);
            if self.here.has(0) {
                let end = self.walk(text, memory, at)?;
                // An empty match where the last one ended is none.
                if end > at || self.last_end != Some(at) {
                    (self.next, self.last_end) = (Some(end), Some(end));
                    return Some(());
                }
            }
            at += first(text.get(at..).unwrap_or_default()).1;
        }
        None
    }

    /// From `at`, whose set is `here`, back to `floor`; whether a match can begin anywhere there.
    fn sweep(&mut self, text: &[u8], memory: &mut [Word], mut at: usize, floor: usize) -> bool {
        let mut found = false;
        loop {
            found |= self.here.has(0);
            if found && memory.is_empty() {
                return true;
            }
            self.here.store(memory, at % BLOCK * self.width, self.width);
            let (character, len) = last(text.get(..at).unwrap_or_default());
            if at < floor + len {
                return found;
            }
            let before = at - len;
            if before / BLOCK != at / BLOCK {
                let mark = self.mark_of(at / BLOCK);
                if let Some(place) = memory.get_mut(mark) {
                    *place = (at as u32).to_le_bytes();
                }
                self.here.store(memory, mark + 1, self.width);
            }
            core::mem::swap(&mut self.here, &mut self.after);
            self.step(text, before, Some(character));
            at = before;
        }
    }

    /// Where memory keeps the first place of a block other than the first.
    fn mark_of(&self, block: usize) -> usize {
        BLOCK * self.width + (block - 1) * (self.width + 1)
    }

    /// The set of `at`, before `character`, from that of the place after it.
    fn step(&mut self, text: &[u8], at: usize, character: Option<u32>) {
        let Search { program, width, here, after, marks, .. } = self;
        here.clear(*width);
        let mut add = |marks: &mut Set, number: usize| {
            if here.insert(number) && program.is_led_to(number) {
                marks.insert(number);
            }
        };
        add(marks, program.end());
        if let Some(character) = character {
            after.each(*width, |number| {
                if let Some(before) = number.checked_sub(1)
                    && program.takes(before, character)
                {
                    add(marks, before);
                }
            });
        }
        while let Some(number) = marks.take_last() {
            if let Some(before) = number.checked_sub(1) {
                let goes_on = match program.get(before) {
                    (instruction::SPLIT | instruction::SPLIT_LAST | instruction::SAVE, _) => true,
                    (instruction::LOOK, kind) => holds(kind, text, at),
                    _ => false,
                };
                if goes_on {
                    add(marks, before);
                }
            }
            for jump in program.jumps_to(number) {
                add(marks, jump);
            }
        }
    }

    /// Makes `here` the set of `at`.
    fn load(&mut self, text: &[u8], memory: &mut [Word], at: usize) {
        let block = at / BLOCK;
        if block != self.block {
            self.block = block;
            let mut from = text.len();
            if block < text.len() / BLOCK {
                let mark = self.mark_of(block + 1);
                from = memory.get(mark).map_or(0, |place| u32::from_le_bytes(*place) as usize);
                self.here.load(memory, mark + 1, self.width);
            } else {
                self.after.clear(self.width);
                self.step(text, from, None);
            }
            self.sweep(text, memory, from, block * BLOCK);
        }
        self.here.load(memory, at % BLOCK * self.width, self.width);
    }

    /// The second pass, from where a match begins; the end of the match.
    fn walk(&mut self, text: &[u8], memory: &mut [Word], start: usize) -> Option<usize> {
        self.slots = [NOWHERE; 2 * MAX_CAPTURES];
        let stack_at = self.memory(text.len()).checked_sub(4 * self.program.len())?;
        let (mut at, mut number) = (start, 0);
        loop {
            number = self.choose(memory.get_mut(stack_at..)?, at, number)?;
            if number == self.program.end() {
                return Some(at);
            }
            let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
            at += first(rest).1;
            number += 1;
            self.load(text, memory, at);
        }
    }

    /// From an instruction to the one that takes the next character, or the last: by the first way that leads to a match.
    ///
    /// A loop that took nothing comes back to where it was; that way is given up, as regex-lite does.
    fn choose(&mut self, stack: &mut [Word], at: usize, from: usize) -> Option<usize> {
        self.marks.clear(self.width);
        let mut stack = Stack { words: stack, len: 0 };
        let mut number = from;
        loop {
            if number < self.program.len() && self.here.has(number) && self.marks.insert(number) {
                match self.program.get(number) {
                    (instruction::CHAR | instruction::CLASS | instruction::MATCH, _) => {
                        // The marks are empty again for the first pass.
                        self.marks.clear(self.width);
                        return Some(number);
                    }
                    (instruction::SPLIT, target) => {
                        stack.push(target, 0)?;
                        number += 1;
                    }
                    (instruction::SPLIT_LAST, target) => {
                        stack.push(number as u32 + 1, 0)?;
                        number = target as usize;
                    }
                    (instruction::JUMP, target) => number = target as usize,
                    (instruction::SAVE, slot) => {
                        if let Some(place) = self.slots.get_mut(slot as usize) {
                            stack.push(UNDO | slot, *place)?;
                            *place = at as u32;
                        }
                        number += 1;
                    }
                    _ => number += 1,
                }
                continue;
            }
            number = loop {
                let (entry, before) = stack.pop()?;
                if entry & UNDO == 0 {
                    break entry as usize;
                }
                if let Some(place) = self.slots.get_mut((entry & !UNDO) as usize) {
                    *place = before;
                }
            };
        }
    }

    /// Start and end of a group of the last match; group 0 is all of it.
    pub(crate) fn group(&self, number: usize) -> Option<(usize, usize)> {
        let [start, end] = *self.slots.as_chunks().0.get(number)?;
        (start != NOWHERE && end != NOWHERE).then_some((start as usize, end as usize))
    }

    /// The groups of the last match, as parts of the text.
    pub(crate) fn captures(&self, text: Span, found: &mut Captures) {
        for number in 0..MAX_CAPTURES {
            let group = self.group(number).map(|(start, end)| text.part(start, end.saturating_sub(start)));
            found.push(group.unwrap_or(Span::EMPTY));
        }
    }
}

/// Instructions of a program, one bit each.
struct Set {
    words: [u32; MAX_INSTRUCTIONS / 32],
    /// No word beyond this one has a bit, as far as [`Set::take_last`] is asked.
    top: usize,
}

impl Set {
    const EMPTY: Set = Set { words: [0; MAX_INSTRUCTIONS / 32], top: 0 };

    fn clear(&mut self, width: usize) {
        self.words.iter_mut().take(width).for_each(|word| *word = 0);
    }

    fn has(&self, number: usize) -> bool {
        self.words.get(number / 32).is_some_and(|word| word >> (number % 32) & 1 == 1)
    }

    /// Whether it was not there.
    fn insert(&mut self, number: usize) -> bool {
        let Some(word) = self.words.get_mut(number / 32) else { return false };
        let bit = 1 << (number % 32);
        let new = *word & bit == 0;
        *word |= bit;
        self.top = self.top.max(number / 32);
        new
    }

    fn take_last(&mut self) -> Option<usize> {
        loop {
            let word = self.words.get_mut(self.top)?;
            if let Some(bit) = word.checked_ilog2() {
                *word ^= 1 << bit;
                return Some(32 * self.top + bit as usize);
            }
            self.top = self.top.checked_sub(1)?;
        }
    }

    fn each(&self, width: usize, mut see: impl FnMut(usize)) {
        for (n, word) in self.words.iter().take(width).enumerate() {
            let mut rest = *word;
            while rest != 0 {
                see(32 * n + rest.trailing_zeros() as usize);
                rest &= rest - 1;
            }
        }
    }

    fn store(&self, memory: &mut [Word], at: usize, width: usize) {
        let slots = memory.get_mut(at..at + width).unwrap_or_default();
        for (slot, word) in slots.iter_mut().zip(self.words) {
            *slot = word.to_le_bytes();
        }
    }

    fn load(&mut self, memory: &[Word], at: usize, width: usize) {
        let slots = memory.get(at..at + width).unwrap_or_default();
        for (word, slot) in self.words.iter_mut().zip(slots) {
            *word = u32::from_le_bytes(*slot);
        }
    }
}

/// Alternatives that were passed, and slots to undo on the way back to them.
struct Stack<'m> {
    words: &'m mut [Word],
    len: usize,
}

impl Stack<'_> {
    fn push(&mut self, entry: u32, before: u32) -> Option<()> {
        let [first, second] = self.words.get_mut(2 * self.len..)?.first_chunk_mut()?;
        (*first, *second) = (entry.to_le_bytes(), before.to_le_bytes());
        self.len += 1;
        Some(())
    }

    fn pop(&mut self) -> Option<(u32, u32)> {
        self.len = self.len.checked_sub(1)?;
        let [first, second] = self.words.get(2 * self.len..)?.first_chunk()?;
        Some((u32::from_le_bytes(*first), u32::from_le_bytes(*second)))
    }
}
