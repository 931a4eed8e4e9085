//! The targets under libFuzzer. `cargo xtask fuzz` builds it and names the target in SELVEDGE_FUZZ_TARGET; `--list` prints
//! the targets, `--seeds FOLDER` writes those of the named one.
#![no_main]
#![allow(clippy::panic, reason = "a panic is a finding")]

use std::sync::OnceLock;

use selvedge_fuzz::{TARGETS, Target};

static TARGET: OnceLock<&Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(
    init: start(),
    |bytes: &[u8]| {
        if let Some(target) = TARGET.get() {
            target.run(bytes);
        }
    }
);

fn start() {
    let words: Vec<String> = std::env::args().collect();
    if words.get(1).is_some_and(|word| word == "--list") {
        for target in TARGETS {
            println!("{:20} {}", target.name, target.about);
        }
        std::process::exit(0);
    }
    let name = std::env::var("SELVEDGE_FUZZ_TARGET").unwrap_or_default();
    let Some(target) = selvedge_fuzz::target(&name) else { panic!("SELVEDGE_FUZZ_TARGET names no target") };
    if let [_, option, folder, ..] = words.as_slice()
        && option == "--seeds"
    {
        for (number, seed) in (target.seeds)().iter().enumerate() {
            if let Err(error) = std::fs::write(format!("{folder}/seed-{number}"), seed) {
                panic!("cannot write seeds into {folder}: {error}");
            }
        }
        std::process::exit(0);
    }
    TARGET.get_or_init(|| target);
}
