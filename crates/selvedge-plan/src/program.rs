//! A regular expression as the plan holds it: a nondeterministic automaton, see [`crate::layout::instruction`].

use crate::character::first;
use crate::layout::{MAX_INSTRUCTIONS, instruction, look};
use crate::plan::Plan;

/// The program at an offset of a plan. A forged one may say anything; nothing here goes beyond its instructions.
#[derive(Clone, Copy)]
pub(crate) struct Program<'p> {
    plan: Plan<'p>,
    /// An instruction and its links each.
    code: &'p [[u8; 8]],
}

impl<'p> Program<'p> {
    pub(crate) fn new(plan: Plan<'p>, at: u32) -> Program<'p> {
        let len = plan.word(at, 0).min(MAX_INSTRUCTIONS as u32);
        Program { plan, code: plan.slice(at.wrapping_add(4), 8 * len).as_chunks().0 }
    }

    pub(crate) fn len(self) -> usize {
        self.code.len()
    }

    /// Steps that matching a text of `len` bytes takes, see [`crate::work`].
    pub(crate) fn cost(self, len: usize) -> u32 {
        let cost = self.len() as u64 * (len as u64 + 1) / 4;
        u32::try_from(cost).unwrap_or(u32::MAX)
    }

    /// The number of the last instruction, which is the match.
    pub(crate) fn end(self) -> usize {
        self.len().saturating_sub(1)
    }

    /// Kind and argument of an instruction.
    pub(crate) fn get(self, number: usize) -> (u32, u32) {
        let word = self.words(number) as u32;
        (word & 0x7F, word >> 8)
    }

    /// Whether something leads to an instruction without taking a character.
    pub(crate) fn is_led_to(self, number: usize) -> bool {
        self.words(number) as u32 & instruction::LED_TO != 0
    }

    fn words(self, number: usize) -> u64 {
        self.code.get(number).map_or(0, |words| u64::from_le_bytes(*words))
    }

    /// The jumps that lead to an instruction, ascending.
    pub(crate) fn jumps_to(self, number: usize) -> impl Iterator<Item = usize> {
        let links = move |number: usize| (self.words(number) >> 32) as u32;
        let mut jump = links(number) & 0xFFFF;
        let mut least = 0;
        core::iter::from_fn(move || {
            // A forged list that does not ascend, or has what leads elsewhere, must not be walked again and again.
            let from = (jump as usize).checked_sub(1).filter(|from| jump > least && *from < self.len())?;
            let (kind, target) = self.get(from);
            let leads_here = matches!(kind, instruction::SPLIT | instruction::SPLIT_LAST | instruction::JUMP);
            if !leads_here || target as usize != number {
                return None;
            }
            least = jump;
            jump = links(from) >> 16;
            Some(from)
        })
    }

    /// Whether an instruction takes the character.
    pub(crate) fn takes(self, number: usize, character: u32) -> bool {
        match self.get(number) {
            (instruction::CHAR, scalar) => scalar == character,
            (instruction::CLASS, record) => self.class_has(record.wrapping_mul(4), character),
            _ => false,
        }
    }

    fn class_has(self, class: u32, character: u32) -> bool {
        if character < 0x80 {
            return self.plan.word(class, character >> 5) >> (character & 31) & 1 == 1;
        }
        // The ranges ascend: the first one that does not end before it.
        let (mut first, mut end) = (0, self.plan.count(class, 4));
        while first < end {
            let middle = first + (end - first) / 2;
            if self.plan.word(class, 6 + 2 * middle) < character { first = middle + 1 } else { end = middle }
        }
        first < self.plan.count(class, 4) && self.plan.word(class, 5 + 2 * first) <= character
    }

    /// Whether there may be a match in `text`: false where it must begin at the start, and not with what stands there. That
    /// settles most expressions for paths.
    pub(crate) fn may_match(self, text: &[u8]) -> bool {
        let mut at = 0;
        let mut anchored = false;
        for number in 0..self.len() {
            match self.get(number) {
                (instruction::SAVE, _) => {}
                (instruction::LOOK, look::START) => anchored = true,
                (instruction::CHAR | instruction::CLASS, _) if anchored => {
                    let rest = text.get(at..).unwrap_or_default();
                    let (character, len) = first(rest);
                    if rest.is_empty() || !self.takes(number, character) {
                        return false;
                    }
                    at += len;
                }
                _ => return true,
            }
        }
        self.len() > 0
    }
}

/// Whether an assertion holds at a place of `text`.
pub(crate) fn holds(kind: u32, text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| text.get(at)).copied();
    let after = text.get(at).copied();
    let is_word = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match kind {
        look::START => before.is_none(),
        look::END => after.is_none(),
        look::START_LINE => matches!(before, None | Some(b'\n')),
        look::END_LINE => matches!(after, None | Some(b'\n')),
        look::START_CRLF => match before {
            Some(b'\r') => after != Some(b'\n'),
            before => matches!(before, None | Some(b'\n')),
        },
        look::END_CRLF => match after {
            Some(b'\n') => before != Some(b'\r'),
            after => matches!(after, None | Some(b'\r')),
        },
        look::WORD => is_word(before) != is_word(after),
        look::NOT_WORD => is_word(before) == is_word(after),
        look::WORD_START => !is_word(before) && is_word(after),
        look::WORD_END => is_word(before) && !is_word(after),
        look::WORD_START_HALF => !is_word(before),
        look::WORD_END_HALF => !is_word(after),
        _ => false,
    }
}
