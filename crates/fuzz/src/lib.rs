//! Fuzz targets: each takes any bytes and panics where Selvedge does not hold what it promises.
//!
//! `cargo xtask fuzz TARGET` runs one under libFuzzer, which looks for bytes that reach new code; the tests run each on
//! its corpus and on seeds made from the conformance cases. What a target holds the answers against is in
//! [`reference`](mod@reference), [`judge`] and [`meter`].
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is a finding"
)]

mod cases;
mod exchange;
mod judge;
mod meter;
mod pieces;
mod reference;
mod targets;

pub use targets::TARGETS;

/// A piece of Selvedge, and what has to hold for any bytes that it is given.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What `cargo xtask fuzz` calls it; its corpus is in the folder of this name.
    pub name: &'static str,
    /// One line: what it gives to what, and what must hold.
    pub about: &'static str,
    /// Longer inputs find nothing more.
    pub max_len: usize,
    /// Inputs to begin with, besides the corpus.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Makes what all runs share, which no single one has to answer for.
    prepare: fn(),
    run: fn(&[u8]),
    /// Bytes that one run may allocate for each byte of its input, and once; what is promised is that this is bounded.
    allowance: meter::Allowance,
}

impl Target {
    /// Runs it once.
    ///
    /// # Panics
    ///
    /// If something that has to hold does not.
    pub fn run(&self, bytes: &[u8]) {
        (self.prepare)();
        let bytes = &bytes[..bytes.len().min(self.max_len)];
        self.allowance.watch(bytes.len(), || (self.run)(bytes));
    }
}

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
