//! Choices out of a fuzzer's bytes.

use arbitrary::{Result, Unstructured};

/// One of `choices`.
pub(crate) fn one<'c, T: ?Sized>(bytes: &mut Unstructured<'_>, choices: &[&'c T]) -> Result<&'c T> {
    bytes.choose(choices).copied()
}

/// Up to `most` of `choices`, one after another.
pub(crate) fn some(bytes: &mut Unstructured<'_>, choices: &[&str], most: usize) -> Result<String> {
    let count = bytes.int_in_range(0..=most)?;
    (0..count).map(|_| one(bytes, choices)).collect()
}

/// True once in `times`.
pub(crate) fn seldom(bytes: &mut Unstructured<'_>, times: u8) -> Result<bool> {
    bytes.ratio(1, times)
}
