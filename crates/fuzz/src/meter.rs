//! Counts what a run allocates, so that "bounded" is a number.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What a run may allocate in sum, whether it is freed again or not: this bounds memory and work at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    /// Bytes for whatever the input is.
    pub(crate) once: usize,
    /// Bytes for each byte of it.
    pub(crate) per_byte: usize,
}

impl Allowance {
    /// Panics if `run` allocates more. Counts all threads: nothing else may run meanwhile.
    pub(crate) fn watch(self, len: usize, run: impl FnOnce()) {
        let region = Region::new(ALLOCATOR);
        run();
        let change = region.change();
        let allocated = change.bytes_allocated + usize::try_from(change.bytes_reallocated).unwrap_or_default();
        let allowed = self.once + self.per_byte * len;
        assert!(allocated <= allowed, "{allocated} bytes allocated for an input of {len}, {allowed} are allowed");
    }
}
