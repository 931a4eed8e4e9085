//! What is written into rule files: lines of `_redirects` and blocks of `_headers`.

use crate::dialect::written::{Block, Redirect};
use crate::finding::Finding;

#[derive(Default)]
pub(super) struct Collected {
    pub(super) redirects: Vec<Redirect>,
    pub(super) headers: Vec<Block>,
    pub(super) findings: Vec<Finding>,
}

/// One block for each path, where a vendor has no more; and what cannot be in one: its path, and why.
pub(super) fn one_for_each_path(blocks: Vec<Block>) -> (Vec<Block>, Vec<String>) {
    let (mut out, mut lost) = (Vec::<Block>::new(), Vec::new());
    for block in blocks {
        let Some(at) = out.iter().position(|known| known.path == block.path) else {
            out.push(block);
            continue;
        };
        // What stands between the two must not come before the one, nor after the other.
        let free = |one: &Block| {
            let between = out.iter().skip(at + 1).filter(|other| may_meet(&other.path, &block.path));
            between.flat_map(Block::names).all(|name| !one.names().any(|own| own.eq_ignore_ascii_case(name)))
        };
        let moves = !free(&block);
        if moves && !out.get(at).is_some_and(free) {
            lost.push(block.path);
            continue;
        }
        let mut first = out.remove(at);
        first.add(block);
        let at = if moves { out.len() } else { at };
        out.insert(at, first);
    }
    (out, lost)
}

impl Block {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.remove.iter().chain(self.set.iter().map(|(name, _)| name)).map(String::as_str)
    }

    /// With what a later block for the same path does.
    fn add(&mut self, later: Block) {
        let Block { remove, set, added, .. } = later;
        let replaced = |name: &String| {
            let is_it = |other: &String| other.eq_ignore_ascii_case(name);
            remove.iter().any(is_it) || set.iter().any(|(other, _)| is_it(other)) && !added.iter().any(is_it)
        };
        self.set.retain(|(name, _)| !replaced(name));
        self.remove.extend(remove);
        self.set.extend(set);
        self.added.extend(added);
    }
}

/// Where blocks add to what an earlier block set, one that replaces it takes it away first.
pub(super) fn replace_earlier(blocks: &mut [Block]) {
    for at in 1..blocks.len() {
        let (earlier, later) = blocks.split_at_mut(at);
        let Some(block) = later.first_mut() else { return };
        for (name, _) in block.set.iter().filter(|(name, _)| !block.added.contains(name)) {
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
