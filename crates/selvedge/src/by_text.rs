//! Maps by text that live as long as one question: while a plan is written, or rules are checked.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use selvedge_plan::checksum;

/// By text.
pub(crate) type ByText<T> = By<String, T>;
/// By anything.
pub(crate) type By<K, T> = HashMap<K, T, BuildHasherDefault<PlanHasher>>;
/// Without values.
pub(crate) type Known<K> = HashSet<K, BuildHasherDefault<PlanHasher>>;

/// The plan's own hash. Whoever chooses the keys wrote the rules, and has nothing to gain.
#[derive(Default)]
pub(crate) struct PlanHasher(u64);

impl Hasher for PlanHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = self.0.rotate_left(5) ^ checksum(bytes);
    }

    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
