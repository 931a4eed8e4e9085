//! Regular expressions.

/// Instructions of one regular expression at most: what the reader keeps bits for.
pub const MAX_INSTRUCTIONS: usize = 2048;

/// A byte that is not part of a UTF-8 sequence, as a character: above every scalar value.
pub const NOT_UTF8: u32 = 0x11_0000;

/// Kinds of instructions. All but [`instruction::JUMP`] go on with the one that follows.
///
/// The links are two halves: 1 + the number of the first jump or split whose argument is this instruction, 0 if there is
/// none; and above it, for a jump or split, the next in the list that it is in itself. So a program can be read backwards.
pub mod instruction {
    /// Flag of a kind: something leads to the instruction without taking a character.
    pub const LED_TO: u32 = 0x80;
    /// Takes the character with this scalar value.
    pub const CHAR: u32 = 0;
    /// Takes a character of a class. The argument is a quarter of the offset of `[four words, one bit for each ASCII character,
    /// n, n × (first, last)]`; the ranges hold the other characters, ascending, to [`NOT_UTF8`](super::NOT_UTF8).
    pub const CLASS: u32 = 1;
    /// Goes on, or else with the instruction of this number.
    pub const SPLIT: u32 = 2;
    /// Goes on with the instruction of this number, or else with what follows.
    pub const SPLIT_LAST: u32 = 3;
    /// Goes on with the instruction of this number.
    pub const JUMP: u32 = 4;
    /// Goes on where an assertion holds, see [`look`](super::look).
    pub const LOOK: u32 = 5;
    /// Notes the place: twice the number of the group, and one more at its end.
    pub const SAVE: u32 = 6;
    /// The end.
    pub const MATCH: u32 = 7;
}

/// Assertions. Words are made of ASCII letters, digits and `_`.
pub mod look {
    /// `\A`
    pub const START: u32 = 0;
    /// `\z`
    pub const END: u32 = 1;
    /// `(?m:^)`
    pub const START_LINE: u32 = 2;
    /// `(?m:$)`
    pub const END_LINE: u32 = 3;
    /// `(?Rm:^)`
    pub const START_CRLF: u32 = 4;
    /// `(?Rm:$)`
    pub const END_CRLF: u32 = 5;
    /// `\b`
    pub const WORD: u32 = 6;
    /// `\B`
    pub const NOT_WORD: u32 = 7;
    /// `\b{start}`
    pub const WORD_START: u32 = 8;
    /// `\b{end}`
    pub const WORD_END: u32 = 9;
    /// `\b{start-half}`
    pub const WORD_START_HALF: u32 = 10;
    /// `\b{end-half}`
    pub const WORD_END_HALF: u32 = 11;
}
