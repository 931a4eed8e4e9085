//! Rule files that people already have: text → rules and findings.
//!
//! Each vendor's grammar and meaning is a dialect, and named explicitly: the same line means different things to different
//! vendors.

use crate::finding::Finding;
use crate::rules::Value;
use crate::source::Places;

/// Rules read from a vendor's file.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The rules, as a tree that [`Rules::from_value`](crate::Rules::from_value) reads.
    pub rules: Value,
    /// Where in the file each rule and its parts were written.
    pub places: Places,
    /// What cannot be honoured, and what is probably not meant.
    pub findings: Vec<Finding>,
}
