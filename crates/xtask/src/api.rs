//! `cargo xtask api`: the public API of the published crates, compared with the listing of it in the tree.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;

use crate::{repo, run};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write the listings anew, once a change is meant
    #[arg(long)]
    keep: bool,
}

/// In the order in which they are published.
pub(crate) const PUBLISHED: [&str; 2] = ["selvedge-plan", "selvedge"];

pub(crate) fn run(args: &Args) -> Result<()> {
    for name in PUBLISHED {
        if args.keep {
            fs::write(listing(name), list(name)?)?;
        } else {
            check(name)?;
        }
    }
    Ok(())
}

/// Fails where the API is not the one that is listed, and says what was added and removed.
pub(crate) fn check(name: &str) -> Result<()> {
    let path = listing(name);
    let before = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let now = list(name)?;
    let missing = |all: &str, from: &str, sign: char| -> Vec<String> {
        let there: std::collections::HashSet<&str> = all.lines().collect();
        from.lines().filter(|line| !there.contains(line)).map(|line| format!("{sign} {line}")).collect()
    };
    let changes = [missing(&now, &before, '-'), missing(&before, &now, '+')].concat();
    if changes.is_empty() {
        return Ok(());
    }
    bail!(
        "the public API of {name} changed:\n{}\nsay so in CHANGELOG.md, then run cargo xtask api --keep",
        changes.join("\n")
    );
}

fn listing(name: &str) -> PathBuf {
    repo::root().join("crates").join(name).join("api.txt")
}

/// One line for each public item, with all features; implementations that the compiler derives are left out.
fn list(name: &str) -> Result<String> {
    let mut cargo = run::cargo();
    cargo.args(["rustdoc", "--quiet", "--package", name, "--lib", "--all-features", "--", "--cap-lints", "allow"]);
    cargo.args(["-Z", "unstable-options", "--output-format", "json"]);
    // rustdoc's JSON is for nightly; what the pinned toolchain writes is what the library that reads it was chosen for.
    run::run(cargo.env("RUSTC_BOOTSTRAP", "1"))?;
    let json = repo::target().join("doc").join(format!("{}.json", name.replace('-', "_")));
    let api = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()?;
    Ok(api.to_string())
}
