//! What a vendor's file says, as the vendor has it. In a file of the same vendor it stays as it is: rules say all of it too, but what
//! they say is not always one line again.

use std::collections::HashSet;

use super::Dialect;
use crate::places::Span;

/// A line of `_redirects`.
#[derive(Clone, Debug, PartialEq)]
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
    /// What the server is sent that the line asks; `_redirects` has no way to say it.
    pub(super) headers: Vec<(String, String)>,
}

/// A block of `_headers`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    pub(super) line: u32,
    pub(super) path: String,
    pub(super) remove: Vec<String>,
    pub(super) set: Vec<(String, String)>,
    /// Those of `set` that come to what earlier blocks set.
    pub(super) added: Vec<String>,
}

/// What was read of a file, in the order in which it counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Written {
    /// Whose file it is; `None`: no vendor's of lines and blocks.
    pub(super) of: Option<Dialect>,
    pub(super) lines: Vec<(Span, Redirect)>,
    pub(super) blocks: Vec<(Span, Block)>,
    /// Lines that yield to files.
    pub(super) yielding: HashSet<u32>,
}

impl Written {
    /// Whether a file comes before what the line does.
    pub(super) fn yields(&self, line: u32) -> bool {
        self.yielding.contains(&line)
    }

    /// Leaves out what is wrong on these lines.
    pub(super) fn without(&mut self, wrong: &[u32]) {
        self.lines.retain(|(_, own)| !wrong.contains(&own.line));
        self.blocks.retain(|(_, own)| !wrong.contains(&own.line));
    }
}
