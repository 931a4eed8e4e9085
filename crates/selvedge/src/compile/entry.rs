//! An entry of a matcher: a pattern of a rule.

/// `[rule, pattern or literal offset, length | flags << 24, next entry + 1]`
pub(super) type Entry = [u32; 4];
