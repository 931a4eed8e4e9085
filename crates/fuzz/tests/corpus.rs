//! Each target on its seeds, on its corpus, and on random bytes: what a fuzzer found once stays fixed, and targets that do
//! not work at all are noticed without a fuzzer.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use selvedge_fuzz::{TARGETS, Target};

/// One test: what a run allocates is counted for the whole process.
#[test]
fn targets_hold_on_their_corpus() {
    let mut failures = Vec::new();
    let mut random = Random(1);
    for target in TARGETS {
        let mut inputs = known(target);
        inputs.extend((0..240).step_by(6).map(|len| (0..len).map(|_| random.byte()).collect()));
        // One of each target: the first is seldom alone.
        if let Some(bytes) = inputs.iter().find(|bytes| fails(target, bytes)) {
            failures.push(format!("{}: b\"{}\"", target.name, bytes.escape_ascii()));
        }
    }
    assert!(failures.is_empty(), "the panics above are of\n{}", failures.join("\n"));
}

/// Blind changes of what is known, at the speed of code that nobody watches: `cargo xtask fuzz TARGET --blind`.
#[test]
#[ignore = "runs as long as it is told to"]
fn a_target_holds_on_blind_changes() {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let target = selvedge_fuzz::target(&variable("SELVEDGE_FUZZ_TARGET")).unwrap();
    let time = Duration::from_secs(variable("SELVEDGE_FUZZ_SECONDS").parse().unwrap());
    let started = Instant::now();
    let mut random = Random(started.elapsed().as_nanos() as u64 ^ u64::from(std::process::id()) << 32);
    let known = known(target);
    let mut executions = 0_u64;
    while started.elapsed() < time {
        for _ in 0..1000 {
            let bytes = changed(&known, &mut random);
            assert!(!fails(target, &bytes), "{}: b\"{}\"", target.name, bytes.escape_ascii());
        }
        executions += 1000;
    }
    println!("{}: {executions} executions", target.name);
}

/// Its seeds and its corpus.
fn known(target: &Target) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name);
    let files = fs::read_dir(folder).into_iter().flatten().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    (target.seeds)().into_iter().chain(files).collect()
}

fn fails(target: &Target, bytes: &[u8]) -> bool {
    std::panic::catch_unwind(|| target.run(bytes)).is_err()
}

/// A few bytes put in, taken out or replaced, by what other inputs have there or by anything.
fn changed(known: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let pick = |random: &mut Random| known.get(random.below(known.len())).map_or(&[][..], Vec::as_slice);
    let mut bytes = pick(random).to_vec();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        let removed = random.below(4).min(bytes.len() - at);
        let other = pick(random);
        let from = random.below(other.len() + 1);
        let len = random.below(9).min(other.len() - from);
        let new: Vec<u8> = match random.below(3) {
            0 => other.iter().skip(from).take(len).copied().collect(),
            1 => vec![random.byte()],
            _ => Vec::new(),
        };
        bytes.splice(at..at + removed, new);
    }
    bytes
}

/// A linear congruential generator: the same each time for the same state.
struct Random(u64);

impl Random {
    fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        (self.0 >> 56) as u8
    }

    fn below(&mut self, end: usize) -> usize {
        let word = usize::from(self.byte()) << 8 | usize::from(self.byte());
        word % end.max(1)
    }
}
