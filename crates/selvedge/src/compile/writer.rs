//! Writes the flat bytes of a plan: words at aligned offsets, strings anywhere, equal small ones once.

use selvedge_plan::layout::{self, HEADER_WORDS, TOKEN_LENGTH, instruction};
use selvedge_plan::{Plan, checksum};

use super::bytes::push_number;
use super::interner::{Interner, Kind};
use super::map::Mapping;
use crate::expression::{Class, Expression, Instruction, is_led_to, links};

pub(super) struct Writer {
    bytes: Vec<u8>,
    interner: Interner,
    has_regex: bool,
    needs_full: bool,
    /// Where the plan's token goes, once it is known.
    tokens: Vec<u32>,
    pub(super) map: Mapping,
}

impl Writer {
    pub(super) fn new() -> Writer {
        Writer {
            bytes: vec![0; 4 * HEADER_WORDS as usize],
            interner: Interner::default(),
            has_regex: false,
            needs_full: false,
            tokens: vec![4 * layout::TOKEN],
            map: Mapping::default(),
        }
    }

    /// Appends words and returns where they begin.
    pub(super) fn words(&mut self, words: &[u32]) -> u32 {
        while !self.bytes.len().is_multiple_of(4) {
            self.bytes.push(0);
        }
        let at = self.bytes.len() as u32;
        self.bytes.reserve(4 * words.len());
        for word in words {
            self.bytes.extend_from_slice(&word.to_le_bytes());
        }
        at
    }

    /// As [`Writer::words`]; equal records are written once.
    pub(super) fn record(&mut self, words: Vec<u32>) -> u32 {
        self.shared(Kind::Record, &words)
    }

    /// As [`Writer::record`] for what the reader walks for each rule, see [`layout::MAX_SHARED`].
    pub(super) fn walked(&mut self, words: Vec<u32>) -> u32 {
        self.shared(Kind::Walked, &words)
    }

    fn shared(&mut self, kind: Kind, words: &[u32]) -> u32 {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.interner.find(&self.bytes, kind, &bytes).unwrap_or_else(|| {
            let at = self.words(words);
            self.interner.add(&self.bytes, kind, at, bytes.len());
            at
        })
    }

    /// Offset and length of a string; equal strings are written once.
    pub(super) fn text(&mut self, text: &str) -> [u32; 2] {
        if let Some(at) = self.interner.find(&self.bytes, Kind::Text, text.as_bytes()) {
            return [at, text.len() as u32];
        }
        let [at, len] = self.new_text(text);
        self.interner.add(&self.bytes, Kind::Text, at, text.len());
        [at, len]
    }

    /// Offset and length of a string that is not expected twice: a path of a large rule set.
    pub(super) fn new_text(&mut self, text: &str) -> [u32; 2] {
        [self.bytes(text.as_bytes()), text.len() as u32]
    }

    /// Appends bytes and returns where they begin.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> u32 {
        let at = self.bytes.len() as u32;
        self.bytes.extend_from_slice(bytes);
        at
    }

    /// Appends a number of a record that is bytes.
    pub(super) fn number(&mut self, number: u32) -> u32 {
        let at = self.bytes.len() as u32;
        push_number(&mut self.bytes, number);
        at
    }

    /// Bits of a place in what was written so far.
    pub(super) fn bits(&self) -> u32 {
        usize::BITS - self.bytes.len().leading_zeros()
    }

    /// A string that was written.
    pub(super) fn read(&self, at: u32, len: u32) -> &str {
        str::from_utf8(self.read_bytes(at, len)).unwrap_or_default()
    }

    /// Bytes that were written.
    pub(super) fn read_bytes(&self, at: u32, len: u32) -> &[u8] {
        self.bytes.get(at as usize..(at + len) as usize).unwrap_or_default()
    }

    /// A word that was written.
    pub(super) fn word(&self, offset: u32, index: u32) -> u32 {
        let at = (offset + 4 * index) as usize;
        let word = self.bytes.get(at..).and_then(|rest| rest.first_chunk());
        word.map_or(0, |word| u32::from_le_bytes(*word))
    }

    /// Notes whether what was written asks for more than a small reader can do.
    pub(super) fn asks_for_more(&mut self, more: bool) {
        self.needs_full |= more;
    }

    /// Where the program of a regular expression stands, for one place that asks for it.
    pub(super) fn regex(&mut self, source: &str) -> u32 {
        // Rules were checked before they came here.
        let instructions = Expression::new(source).map(|expression| expression.instructions()).unwrap_or_default();
        self.has_regex = true;
        let mut record = vec![instructions.len() as u32];
        for (number, (instruction, links)) in instructions.iter().zip(links(&instructions)).enumerate() {
            let (kind, argument) = match instruction {
                Instruction::Class(class) => (instruction::CLASS, self.class(class) / 4),
                Instruction::Other(kind, argument) => (*kind, *argument),
            };
            let led_to = if is_led_to(&instructions, number, links) { instruction::LED_TO } else { 0 };
            record.extend([kind | led_to | argument << 8, links]);
        }
        self.walked(record)
    }

    /// Whether a regular expression matches in `text`, as the reader will see it.
    pub(super) fn matches(source: &str, text: &str) -> bool {
        let mut writer = Writer::new();
        let program = writer.regex(source);
        Plan::load(&writer.finish(0, |_| String::new())).is_ok_and(|plan| plan.matches(program, text.as_bytes()))
    }

    /// The record of a class of characters.
    fn class(&mut self, class: &Class) -> u32 {
        let mut ascii = [0u32; 4];
        let mut others = Vec::new();
        for (first, last) in &class.ranges {
            for character in *first..=(*last).min(0x7F) {
                if let Some(word) = ascii.get_mut(character as usize / 32) {
                    *word |= 1 << (character % 32);
                }
            }
            if *last > 0x7F {
                // A class that goes on to the last character, as a negated one does, takes bytes that are not UTF-8 as well.
                let last = if *last == u32::from(char::MAX) { layout::NOT_UTF8 } else { *last };
                others.extend([(*first).max(0x80), last]);
            }
        }
        let mut record = ascii.to_vec();
        record.push(others.len() as u32 / 2);
        record.extend(others);
        self.record(record)
    }

    /// A note on the encoding of a variant; it begins with the plan's token.
    pub(super) fn note(&mut self, encoding: &[u8]) -> [u32; 2] {
        let [at, token] = self.new_text(&"0".repeat(TOKEN_LENGTH));
        self.bytes.extend_from_slice(encoding);
        self.tokens.push(at);
        [at, token + encoding.len() as u32]
    }

    /// Overwrites one word.
    pub(super) fn set(&mut self, offset: u32, index: u32, word: u32) {
        self.set_bytes(offset + 4 * index, &word.to_le_bytes());
    }

    /// Overwrites bytes.
    pub(super) fn set_bytes(&mut self, at: u32, bytes: &[u8]) {
        let at = at as usize;
        if let Some(slot) = self.bytes.get_mut(at..at + bytes.len()) {
            slot.copy_from_slice(bytes);
        }
    }

    /// Completes the header and gives the plan. `token` makes its token of the bytes without one.
    pub(super) fn finish(mut self, flags: u32, token: impl FnOnce(&[u8]) -> String) -> Vec<u8> {
        let has_regex = if self.has_regex { layout::HAS_REGEX } else { 0 };
        let needs_full = if self.needs_full { layout::NEEDS_FULL } else { 0 };
        self.set(0, layout::FLAGS, flags | has_regex | needs_full);
        self.set(0, layout::MAGIC, layout::MAGIC_NUMBER);
        self.set(0, layout::VERSION, layout::VERSION_NUMBER);
        self.set(0, layout::LENGTH, self.bytes.len() as u32);
        // The token is part of what is checked, so it is made first.
        let token = token(&self.bytes);
        for at in std::mem::take(&mut self.tokens) {
            self.set_bytes(at, token.as_bytes());
        }
        let sum = checksum(self.bytes.get(layout::CHECKED_FROM..).unwrap_or_default());
        self.set(0, layout::CHECKSUM, sum as u32);
        self.set(0, layout::CHECKSUM + 1, (sum >> 32) as u32);
        self.bytes
    }
}

/// Regular expressions as the reader follows them.
#[cfg(test)]
mod oracle;
