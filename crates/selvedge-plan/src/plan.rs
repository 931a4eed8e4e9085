use core::fmt;

use crate::FULL;
use crate::checksum::checksum;
use crate::layout::{self, HAS_REGEX, record};
use crate::span::Span;
use crate::stage::Stage;

/// The bytes of a plan that passed the checks of [`Plan::load`].
#[derive(Clone, Copy)]
pub struct Plan<'p> {
    bytes: &'p [u8],
}

impl<'p> Plan<'p> {
    /// Checks that `bytes` are a whole and unaltered plan of this version. Reads every byte once.
    ///
    /// # Errors
    ///
    /// [`InvalidPlan`] says what is wrong.
    pub fn load(bytes: &'p [u8]) -> Result<Plan<'p>, InvalidPlan> {
        let plan = Plan { bytes };
        if plan.word_at(layout::MAGIC) != layout::MAGIC_NUMBER {
            return Err(InvalidPlan::NotAPlan);
        }
        if plan.word_at(layout::VERSION) != layout::VERSION_NUMBER {
            return Err(InvalidPlan::Version);
        }
        if plan.word_at(layout::LENGTH) as usize != bytes.len() || bytes.len() < 4 * layout::HEADER_WORDS as usize {
            return Err(InvalidPlan::Length);
        }
        let sum = checksum(bytes.get(layout::CHECKED_FROM..).unwrap_or_default());
        let stored = u64::from(plan.word_at(layout::CHECKSUM)) | u64::from(plan.word_at(layout::CHECKSUM + 1)) << 32;
        if sum != stored {
            return Err(InvalidPlan::Checksum);
        }
        if cfg!(not(feature = "regex")) && plan.has_regexes() {
            return Err(InvalidPlan::NeedsRegex);
        }
        if !FULL && plan.needs_full() {
            return Err(InvalidPlan::NeedsFull);
        }
        if plan.is_sound() { Ok(plan) } else { Err(InvalidPlan::Structure) }
    }

    /// Whether the stage records with their inputs and endings, which callers read without the reader, lie inside the plan
    /// and are within their limits. The reader takes anything else that was forged as zero.
    fn is_sound(self) -> bool {
        self.bytes.len() < Span::MAX && Stage::ALL.into_iter().all(|stage| self.stage_is_sound(stage))
    }

    fn stage_is_sound(self, stage: Stage) -> bool {
        let record = self.stage(stage);
        let sections = self.sections_at(record);
        let words = (1 + sections).saturating_add(self.word(record, sections).saturating_mul(2));
        record == 0
            || self.are_texts(record, record::INPUT_COUNT, record::INPUT_WORDS, layout::MAX_INPUTS)
                && self.holds(record, words)
                && self.are_endings(self.word_at(layout::ENDINGS + stage as u32))
    }

    fn are_endings(self, table: u32) -> bool {
        table == 0 || self.are_texts(table, 0, 2, layout::MAX_ENDINGS)
    }

    /// Whether word `count` of a record counts entries of `words` words, no more than `limit`, each of which ends with the
    /// place of a text that is inside.
    fn are_texts(self, record: u32, count: u32, words: u32, limit: usize) -> bool {
        let texts = self.word(record, count);
        texts as usize <= limit
            && (1..=texts).all(|n| {
                let last = count + words * n;
                u64::from(self.word(record, last - 1)) + u64::from(self.word(record, last)) <= self.bytes.len() as u64
            })
    }

    /// Whether `words` words at `offset` are inside.
    fn holds(self, offset: u32, words: u32) -> bool {
        u64::from(offset) + 4 * u64::from(words) <= self.bytes.len() as u64
    }

    /// Bytes that passed [`Plan::load`] before.
    pub(crate) fn checked(bytes: &'p [u8]) -> Plan<'p> {
        Plan { bytes }
    }

    /// The plan's bytes.
    pub fn as_bytes(self) -> &'p [u8] {
        self.bytes
    }

    /// Whether the plan has regular expressions.
    pub fn has_regexes(self) -> bool {
        self.word_at(layout::FLAGS) & HAS_REGEX != 0
    }

    /// Whether a reader without the feature `full` cannot run the plan.
    pub fn needs_full(self) -> bool {
        self.word_at(layout::FLAGS) & layout::NEEDS_FULL != 0
    }

    /// Whether nothing may pass where the engine fails at `stage`.
    pub fn blocks(self, stage: Stage) -> bool {
        self.word_at(layout::FLAGS) & layout::BLOCKS << stage as u32 != 0
    }

    /// What this plan's notes begin with.
    pub fn token(self) -> &'p [u8] {
        self.slice(4 * layout::TOKEN, layout::TOKEN_LENGTH as u32)
    }

    /// Path + `?` + query of a changed request must be shorter than this; `None`: the platform has no limit.
    pub fn max_uri(self) -> Option<usize> {
        match self.word_at(layout::MAX_URI) {
            0 => None,
            limit => Some(limit as usize),
        }
    }

    /// Words that the output of a decision needs at most.
    pub fn output_words(self) -> usize {
        // More than any rules of this length can put out: a forged number must not ask for all memory.
        (self.word_at(layout::OUTPUT_WORDS) as usize).min(4 * self.bytes.len())
    }

    /// The ops of the op list at `offset`.
    pub fn ops(self, offset: u32) -> impl ExactSizeIterator<Item = u32> {
        (0..self.count(offset, 0)).map(move |n| self.record(offset.wrapping_add(4), layout::op::WORDS, n))
    }

    /// Whether rules have anything to do at `stage`.
    pub fn uses(self, stage: Stage) -> bool {
        self.stage(stage) != 0
    }

    /// The inputs that decisions at `stage` read: (kind, header name).
    pub fn inputs(self, stage: Stage) -> impl ExactSizeIterator<Item = (u32, &'p str)> {
        let record = self.stage(stage);
        let count = if record == 0 { 0 } else { self.word(record, record::INPUT_COUNT) };
        (0..count.min(layout::MAX_INPUTS as u32)).map(move |n| {
            let at = record::INPUTS + record::INPUT_WORDS * n;
            (self.word(record, at), self.str(self.word(record, at + 1), self.word(record, at + 2)))
        })
    }

    /// Flags of the stage: [`layout::USES_ACCEPT`] and the like.
    pub fn stage_flags(self, stage: Stage) -> u32 {
        match self.stage(stage) {
            0 => 0,
            record => self.word(record, record::FLAGS),
        }
    }

    /// Whether a response may send its request to the origin again: origin-response has rewrites.
    pub fn has_fallbacks(self) -> bool {
        let record = self.stage(Stage::OriginResponse);
        let sections = self.sections_at(record);
        record != 0
            && (0..self.count(record, sections)).any(|n| {
                self.word(record, sections + 1 + 2 * n) & !layout::section::BELOW_400 == layout::section::REWRITES
            })
    }

    /// The word of a stage record that counts its sections.
    fn sections_at(self, record: u32) -> u32 {
        let inputs = self.word(record, record::INPUT_COUNT).min(layout::MAX_INPUTS as u32);
        record::INPUTS + record::INPUT_WORDS * inputs + layout::role::COUNT + 2
    }

    pub(crate) fn stage(self, stage: Stage) -> u32 {
        self.word_at(layout::STAGES + stage as u32)
    }

    /// A word of the header.
    pub(crate) fn word_at(self, index: u32) -> u32 {
        self.word(0, index)
    }

    /// The word `index` of the record at `offset`, which is a multiple of four; 0 out of bounds.
    // A call where bytes are dear, and the reader reads words all over.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub fn word(self, offset: u32, index: u32) -> u32 {
        let at = (offset / 4).wrapping_add(index) as usize;
        self.bytes.as_chunks().0.get(at).map_or(0, |word| u32::from_le_bytes(*word))
    }

    /// The words from one index to another of the record at `offset`; none where they are not all there.
    pub(crate) fn words(self, offset: u32, first: u32, end: u32) -> &'p [[u8; 4]] {
        let index = |number: u32| (offset / 4).wrapping_add(number) as usize;
        self.bytes.as_chunks().0.get(index(first)..index(end)).unwrap_or_default()
    }

    /// A word that counts records: never more than there can be.
    pub(crate) fn count(self, offset: u32, index: u32) -> u32 {
        self.word(offset, index).min(self.bytes.len() as u32 / 4)
    }

    /// The offset of record `number` of `words` words each in the table at `table`.
    pub(crate) fn record(self, table: u32, words: u32, number: u32) -> u32 {
        table.wrapping_add(number.wrapping_mul(4 * words))
    }

    /// `len` bytes at `offset`; empty out of bounds.
    #[cfg_attr(target_arch = "wasm32", inline(never))]
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub fn slice(self, offset: u32, len: u32) -> &'p [u8] {
        let at = offset as usize;
        self.bytes.get(at..at.saturating_add(len as usize)).unwrap_or_default()
    }

    /// A string; empty out of bounds or where the bytes are not UTF-8.
    pub fn str(self, offset: u32, len: u32) -> &'p str {
        core::str::from_utf8(self.slice(offset, len)).unwrap_or_default()
    }
}

/// Why bytes are not a plan that this reader takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidPlan {
    /// The bytes do not begin as a plan does.
    NotAPlan,
    /// A plan of another version of the format.
    Version,
    /// The length differs from the one noted: truncated, or something was appended.
    Length,
    /// The bytes were altered.
    Checksum,
    /// The plan has regular expressions and this reader has none.
    NeedsRegex,
    /// The plan asks for more than this reader, built without the feature `full`, can do.
    NeedsFull,
    /// Records point outside of the plan, or count more than there can be.
    Structure,
}

impl InvalidPlan {
    /// The number that passes the WebAssembly border, never 0.
    pub fn code(self) -> u32 {
        match self {
            InvalidPlan::NotAPlan => 1,
            InvalidPlan::Version => 2,
            InvalidPlan::Length => 3,
            InvalidPlan::Checksum => 4,
            InvalidPlan::NeedsRegex => 5,
            InvalidPlan::Structure => 6,
            InvalidPlan::NeedsFull => 7,
        }
    }
}

impl fmt::Display for InvalidPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InvalidPlan::NotAPlan => "these bytes are not a Selvedge plan; compile the rules first",
            InvalidPlan::Version => {
                "the plan was compiled by another version of Selvedge; compile the rules again with this one"
            }
            InvalidPlan::Length => "the plan is truncated or has bytes appended; copy or compile it again",
            InvalidPlan::Checksum => "the plan was altered after it was compiled; compile the rules again",
            InvalidPlan::NeedsRegex => "the plan has regular expressions and this reader was built without them",
            InvalidPlan::NeedsFull => {
                "the plan asks for more than this reader, built without the feature `full`, can do"
            }
            InvalidPlan::Structure => "records of the plan point outside of it; compile the rules again",
        })
    }
}

impl core::error::Error for InvalidPlan {}
