//! What becomes of a rule that matches.
#![cfg_attr(not(feature = "trace"), allow(dead_code, unreachable_pub))] // Nobody reads it.

/// What became of a rule that matched.
pub type Outcome = Result<(), Refusal>;

/// Why a rule that matched did nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A value does not fit into the template at this offset.
    Unfit(u32),
    /// It would lead to the request itself.
    Itself,
    /// Its share was not drawn.
    Share,
    /// A server could find a `.` or `..` segment in the path.
    Dots,
    /// The method is neither GET nor HEAD.
    Method,
    /// A rule of another section says which file it is.
    Routed,
    /// The path names a file.
    File,
    /// The path names a directory.
    Directory,
    /// The path is that of a variant.
    Variant,
    /// The list of files does not have it.
    Unlisted,
    /// No coding suits the client better.
    Coding,
    /// The path ends with several slashes.
    Slashes,
    /// No pattern matches.
    Pattern,
    /// There is nothing to change.
    Nothing,
}
