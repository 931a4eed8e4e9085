//! Names of parameters that a rule lists, as an automaton: a name costs by its length, whatever the number of names.

use crate::layout::names::{ACCEPTS, COUNT_SHIFT, ENDS, TARGET_BITS};
use crate::plan::Plan;

/// `[start, nodes]`, see [`crate::layout::names`].
#[derive(Clone, Copy)]
pub(crate) struct Names<'p> {
    pub(crate) plan: Plan<'p>,
    pub(crate) at: u32,
}

impl Names<'_> {
    /// Whether the name that the bytes make is listed, or fits a wildcard.
    pub(crate) fn contain(self, name: impl Iterator<Item = u8>) -> bool {
        let mut node = self.word(0);
        // A node fails to a shallower one; a forged one that does not must end all the same.
        let mut depth = 1u32;
        let mut flags = self.word(node.wrapping_add(1));
        for byte in name {
            if flags & ACCEPTS != 0 {
                return true;
            }
            loop {
                if let Some(child) = self.child(node, byte) {
                    (node, depth) = (child, depth + 1);
                    break;
                }
                let shallower = self.word(node);
                if shallower == node || depth == 0 {
                    break;
                }
                (node, depth) = (shallower, depth - 1);
            }
            flags = self.word(node.wrapping_add(1));
        }
        flags & (ACCEPTS | ENDS) != 0
    }

    /// The node that follows by `byte`: children are in the order of their bytes.
    fn child(self, node: u32, byte: u8) -> Option<u32> {
        let (mut first, mut end) = (0, self.word(node.wrapping_add(1)) >> COUNT_SHIFT);
        while first < end {
            let middle = first + (end - first) / 2;
            let child = self.word(node.wrapping_add(2 + middle));
            match ((child >> TARGET_BITS) as u8).cmp(&byte) {
                core::cmp::Ordering::Equal => return Some(child & ((1 << TARGET_BITS) - 1)),
                core::cmp::Ordering::Less => first = middle + 1,
                core::cmp::Ordering::Greater => end = middle,
            }
        }
        None
    }

    fn word(self, index: u32) -> u32 {
        self.plan.word(self.at, index)
    }
}
