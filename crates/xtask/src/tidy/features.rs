//! Crates that this program needs are compiled once: cargo compiles a crate anew for each set of features, and with it all that
//! is built on it.

use anyhow::Result;
use std::collections::BTreeSet;

use crate::run;

/// Each crate that `cargo xtask` needs has the same features in `cargo test --workspace` and in wasm-pack's programs.
pub(super) fn are_the_same(problems: &mut Vec<String>) -> Result<()> {
    let own = crates(&["--package", "xtask"])?;
    let others = [
        ("the workspace", &["--workspace"][..]),
        ("wasm-bindgen-tools", &["--package", "xtask", "--features", "wasm-bindgen-tools"]),
    ];
    for (name, arguments) in others {
        let theirs = crates(arguments)?;
        problems.extend(own.difference(&theirs).map(|krate| {
            format!("crates/xtask/Cargo.toml: {krate} has other features in {name}, and is compiled twice: name them here as well")
        }));
    }
    Ok(())
}

/// What of others is compiled, `NAME VERSION FEATURES`.
fn crates(arguments: &[&str]) -> Result<BTreeSet<String>> {
    let mut cargo = run::cargo();
    cargo.args(["tree", "--quiet", "--prefix", "none", "--format", "{p} {f}"]).args(arguments);
    let tree = run::output(&mut cargo)?;
    let lines = tree.lines().map(|line| line.trim_end_matches(" (*)").trim_end());
    Ok(lines.filter(|line| !line.is_empty() && !line.contains('/')).map(str::to_owned).collect())
}
