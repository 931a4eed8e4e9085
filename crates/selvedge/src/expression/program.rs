//! A tree as the instructions that the reader follows, see [`selvedge_plan::layout::instruction`].
//!
//! Each form has the states of regex-lite in the same order, without those that only lead on: so the reader prefers what it prefers.

use selvedge_plan::layout::{MAX_CAPTURES, instruction};

use super::class::Class;
use super::tree::{Repeat, Tree};

/// An instruction, before it has its place in a plan.
pub(crate) enum Instruction {
    Class(Class),
    /// Kind and argument.
    Other(u32, u32),
}

/// The instructions of a whole expression: its tree as group 0.
pub(super) fn program(tree: &Tree) -> Vec<Instruction> {
    let mut program = Program::default();
    program.group(0, tree);
    program.push(instruction::MATCH, 0);
    program.instructions
}

/// The links that go with instructions.
pub(crate) fn links(instructions: &[Instruction]) -> Vec<u32> {
    let mut links = vec![0; instructions.len()];
    for (from, instruction) in instructions.iter().enumerate().rev() {
        if let Instruction::Other(instruction::SPLIT | instruction::SPLIT_LAST | instruction::JUMP, target) =
            instruction
            && let Some(target) = links.get_mut(*target as usize)
        {
            let next = *target & 0xFFFF;
            *target = *target & 0xFFFF_0000 | (from as u32 + 1);
            if let Some(own) = links.get_mut(from) {
                *own |= next << 16;
            }
        }
    }
    links
}

/// Whether something leads to the instruction `number` without taking a character; `links` are its own.
pub(crate) fn is_led_to(instructions: &[Instruction], number: usize, links: u32) -> bool {
    let before = number.checked_sub(1).and_then(|before| instructions.get(before));
    let goes_on = [instruction::SPLIT, instruction::SPLIT_LAST, instruction::SAVE, instruction::LOOK];
    links & 0xFFFF != 0 || matches!(before, Some(Instruction::Other(kind, _)) if goes_on.contains(kind))
}

#[derive(Default)]
struct Program {
    instructions: Vec<Instruction>,
}

impl Program {
    fn here(&self) -> u32 {
        self.instructions.len() as u32
    }

    /// Adds an instruction and returns its number.
    fn push(&mut self, kind: u32, argument: u32) -> u32 {
        self.instructions.push(Instruction::Other(kind, argument));
        self.here() - 1
    }

    /// Lets the jump or split `from` lead to what comes next.
    fn lead_here(&mut self, from: u32) {
        let here = self.here();
        if let Some(Instruction::Other(_, target)) = self.instructions.get_mut(from as usize) {
            *target = here;
        }
    }

    fn add(&mut self, tree: &Tree) {
        match tree {
            Tree::Empty => {}
            Tree::Char(scalar) => {
                self.push(instruction::CHAR, *scalar);
            }
            Tree::Class(class) => self.instructions.push(Instruction::Class(class.clone())),
            Tree::Look(kind) => {
                self.push(instruction::LOOK, *kind);
            }
            Tree::Group(number, of) => self.group(*number, of),
            Tree::Concat(parts) => parts.iter().for_each(|part| self.add(part)),
            Tree::Alternate(parts) => self.alternatives(parts),
            Tree::Repeat(repeat) => self.repeat(repeat),
        }
    }

    fn group(&mut self, number: usize, of: &Tree) {
        if number >= MAX_CAPTURES {
            return self.add(of);
        }
        self.push(instruction::SAVE, 2 * number as u32);
        self.add(of);
        self.push(instruction::SAVE, 2 * number as u32 + 1);
    }

    fn alternatives(&mut self, parts: &[Tree]) {
        let Some((last, others)) = parts.split_last() else { return };
        let mut ends = Vec::new();
        for part in others {
            let split = self.push(instruction::SPLIT, 0);
            self.add(part);
            ends.push(self.push(instruction::JUMP, 0));
            self.lead_here(split);
        }
        self.add(last);
        ends.into_iter().for_each(|end| self.lead_here(end));
    }

    fn repeat(&mut self, Repeat { min, max, greedy, of }: &Repeat) {
        // Into what follows or past it; back to what was before or on.
        let (past, back) = match greedy {
            true => (instruction::SPLIT, instruction::SPLIT_LAST),
            false => (instruction::SPLIT_LAST, instruction::SPLIT),
        };
        let Some(max) = max else {
            let question = (*min == 0).then(|| self.push(past, 0));
            for _ in 1..*min {
                self.add(of);
            }
            let start = self.here();
            self.add(of);
            match question {
                // What can match nothing is repeated as `(x+)?`: as `x*` its alternatives would change places.
                Some(question) if !of.matches_empty() => self.push(instruction::JUMP, question),
                _ => self.push(back, start),
            };
            question.into_iter().for_each(|question| self.lead_here(question));
            return;
        };
        for _ in 0..*min {
            self.add(of);
        }
        let mut splits = Vec::new();
        for _ in *min..*max {
            splits.push(self.push(past, 0));
            self.add(of);
        }
        splits.into_iter().for_each(|split| self.lead_here(split));
    }
}
