//! Maps by text that live while a plan is written.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use selvedge_plan::checksum;

pub(super) type ByText<T> = HashMap<String, T, BuildHasherDefault<PlanHasher>>;

/// The plan's own hash for maps that live while it is written; nobody can gain by choosing keys.
#[derive(Default)]
pub(super) struct PlanHasher(u64);

impl Hasher for PlanHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = self.0.rotate_left(5) ^ checksum(bytes);
    }

    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
