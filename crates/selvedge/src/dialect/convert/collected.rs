//! What is written into rule files: lines of `_redirects` and blocks of `_headers`.

use crate::finding::Finding;

/// A line of `_redirects`.
#[derive(Debug, PartialEq)]
pub(super) struct Redirect {
    /// Of the rule.
    pub(super) line: u32,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) status: u32,
    /// Also where a file is.
    pub(super) force: bool,
    pub(super) query: Vec<(String, String)>,
    pub(super) conditions: Vec<(&'static str, Vec<String>)>,
}

/// A block of `_headers`.
#[derive(Debug, PartialEq)]
pub(super) struct Block {
    pub(super) line: u32,
    pub(super) path: String,
    pub(super) remove: Vec<String>,
    pub(super) set: Vec<(String, String)>,
}

#[derive(Default)]
pub(super) struct Collected {
    pub(super) redirects: Vec<Redirect>,
    pub(super) headers: Vec<Block>,
    pub(super) findings: Vec<Finding>,
}
