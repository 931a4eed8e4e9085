//! An expression for a text that is compared as it is.

use super::{Node, Set};

pub(super) fn write(node: &Node) -> Result<String, String> {
    super::path::spell(node, &mut |set, _| one(set))
}

/// A byte beyond ASCII is a part of a character: either all of them fit or none.
pub(super) fn one(set: Set) -> Result<String, String> {
    let high = (0x80..=0xff).filter(|byte| set.has(*byte)).count();
    match high {
        0 | 0x80 => Ok(set.class()),
        _ => Err("a character beyond ASCII".to_owned()),
    }
}
