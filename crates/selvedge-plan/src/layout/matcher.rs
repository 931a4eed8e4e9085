//! Entries of a matcher, and their patterns.

/// Flags of an entry: its first number.
pub mod entry {
    /// A literal path, less one trailing slash.
    pub const EXACT: u32 = 1;
    /// No entry before it can match the same path.
    pub const FINAL: u32 = 2;
    /// A regular expression.
    pub const REGEX: u32 = 4;
    /// ASCII case does not count.
    pub const FOLD: u32 = 8;
    /// The path must end with a slash.
    pub const SLASH: u32 = 16;
    /// The path must not end with a slash.
    pub const NO_SLASH: u32 = 32;
    /// No entry of a rule: look-ups, see [`layout`](crate::layout).
    pub const LOOK_UP: u32 = 64;
    /// Another entry of the same list follows.
    pub const NEXT: u32 = 128;
}

/// Words of a node of the trie: `[parent, segment offset, length | BY_LAST, child for ":name", first entry that ends here,
/// first entry whose rest is verified]`; an offset is 0 where there is none. Edges lead to nodes by their parent and segment.
/// One whose parent has its lowest bit set has nothing but a list: of the patterns that hang at its parent, and end with its
/// segment.
pub mod node {
    /// Where the node hangs.
    pub const PARENT: u32 = 0;
    /// Offset of the segment that leads here; then its length.
    pub const SEGMENT: u32 = 1;
    /// The node for a whole `:name`.
    pub const PARAM: u32 = 3;
    /// The first entry of those that end here.
    pub const ENDS: u32 = 4;
    /// The first entry of those whose rest is verified.
    pub const REST: u32 = 5;
    /// Words of a node.
    pub const WORDS: u32 = 6;
    /// Flag of the length: lists of patterns hang here by their last segment.
    pub const BY_LAST: u32 = 1 << 31;
}

/// Flags of a pattern.
pub mod pattern {
    /// Without a leading slash: matches the last segments.
    pub const ANY_DEPTH: u32 = 1;
    /// Ends with `*`: a trailing slash belongs to the splat.
    pub const ENDS_OPEN: u32 = 2;
    /// Can be matched in one pass without looking back.
    pub const SIMPLE: u32 = 4;
}

/// Kinds of a pattern's tokens.
pub mod token {
    /// Text.
    pub const LITERAL: u32 = 0;
    /// `:name`, `[^/]+`.
    pub const PARAM: u32 = 1;
    /// `*`, `.*`.
    pub const SPLAT: u32 = 2;
    /// `*` in a pattern without a leading slash, `[^/]*`.
    pub const SEGMENT_SPLAT: u32 = 3;
    /// `/*` at the end of a pattern that is matched in one pass: nothing may follow as well.
    pub const TAIL: u32 = 4;
}

/// Tokens of a pattern at most; the matcher keeps one bit for each.
pub const MAX_TOKENS: usize = 63;
/// Captures of a pattern at most.
pub const MAX_CAPTURES: usize = 16;
/// Rules that share one record of a guard or a condition at most. What a decision costs is bounded by the plan's length,
/// so a record must not stand for any number of rules.
pub const MAX_SHARED: u32 = 16;
/// Segments that a pattern's place in the trie is made of at most; the rest is verified.
pub const MAX_DEPTH: usize = 24;
