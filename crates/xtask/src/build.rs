//! `cargo xtask build`: wasm and TypeScript into `pkg/dist`.

use anyhow::{Context, Result};
use std::fs;

use crate::{bundle, repo, tools, wasm};

#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Quicker, larger wasm: no link-time optimisation, no wasm-opt
    #[arg(long)]
    dev: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    package(args.dev)?;
    println!("pkg/dist is built");
    Ok(())
}

/// Builds the package as it is published.
pub(crate) fn release() -> Result<()> {
    package(false)
}

fn package(dev: bool) -> Result<()> {
    tools::wasm_target()?;
    tools::shim_modules()?;
    wasm::build(dev)?;
    bundle::build()?;
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(repo::root().join(licence), repo::pkg().join(licence))
            .with_context(|| format!("cannot copy {licence}"))?;
    }
    Ok(())
}
