//! What a question about an op and a piece of text came to.

/// The answer to a question about an op.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The wildcard does not match; the value stays as it is.
    No,
    /// The wildcard matches.
    Yes,
    /// The value becomes this text: position in the scratch bytes (plus its base) and length.
    Text(u32, u32),
    /// The value cannot be had, and the one that is there must not go on: the line goes.
    Removed,
}
