//! `onTrap`: what happens where the engine fails.

use super::read::Node;

/// What happens to a message when the engine fails on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnTrap {
    /// `"pass"`: it goes on unchanged.
    Pass,
    /// `"block"`: 503, not to be stored.
    Block,
}

impl OnTrap {
    pub(super) fn read(node: &Node<'_>) -> Option<OnTrap> {
        node.one_of(&[("pass", OnTrap::Pass), ("block", OnTrap::Block)])
    }
}
