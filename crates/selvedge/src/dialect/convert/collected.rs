//! What is written into rule files: lines of `_redirects` and blocks of `_headers`.

use crate::finding::Finding;

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

/// Where blocks add to what an earlier block set, one that replaces it takes it away first.
pub(super) fn replace_earlier(blocks: &mut [Block]) {
    for at in 1..blocks.len() {
        let (earlier, later) = blocks.split_at_mut(at);
        let Some(block) = later.first_mut() else { return };
        for (name, _) in &block.set {
            let is_it = |other: &String| other.eq_ignore_ascii_case(name);
            let sets =
                |other: &Block| other.set.iter().any(|(name, _)| is_it(name)) && may_meet(&other.path, &block.path);
            if !block.remove.iter().any(is_it) && earlier.iter().any(sets) {
                block.remove.push(name.clone());
            }
        }
    }
}

/// Whether a path may be for both, as far as what they begin with says.
fn may_meet(one: &str, other: &str) -> bool {
    let begin = |path: &str| path.split([':', '*']).next().unwrap_or_default().to_owned();
    let (a, b) = (begin(one), begin(other));
    let exact = a == one && b == other;
    // The two that stand for a path with its slash and without.
    let twins = other.strip_suffix('/') == Some(one) && !one.ends_with('*');
    !twins && if exact { a == b } else { a.starts_with(&b) || b.starts_with(&a) }
}
