//! `cargo xtask build`: wasm and TypeScript into `pkg/dist`.

use anyhow::{Context, Result};
use std::fs;

use crate::{bundle, inside, notices, repo, run, sbom, tools, wasm};

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
    tools::wasm_target(tools::WASM_TARGET)?;
    tools::shim_modules()?;
    wasm::build(dev)?;
    bundle::build()?;
    schema()?;
    others_code()?;
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(repo::root().join(licence), repo::pkg().join(licence))
            .with_context(|| format!("cannot copy {licence}"))?;
    }
    Ok(())
}

/// Whose code is in the package: its licences, and the bill of materials.
fn others_code() -> Result<()> {
    let (components, dist) = (inside::components()?, repo::pkg().join("dist"));
    fs::write(dist.join("THIRD-PARTY.txt"), notices::text(&components)?)?;
    Ok(fs::write(dist.join("sbom.cdx.json"), sbom::document(&components, env!("CARGO_PKG_VERSION"))?)?)
}

/// The JSON Schema of rules, or the last one when nothing has changed that it is made from.
fn schema() -> Result<()> {
    let (script, types) = (repo::shim().join("schema.mjs"), repo::shim().join("src/rules.ts"));
    let (schema, stamp) = (repo::pkg().join("schema.json"), repo::scratch().join("schema.input"));
    let input = fs::read_to_string(&script)? + &fs::read_to_string(&types)?;
    if schema.exists() && fs::read_to_string(&stamp).is_ok_and(|last| last == input) {
        return Ok(());
    }
    run::quietly("JSON Schema", run::command("node").arg(script).arg(schema))?;
    Ok(fs::write(stamp, input)?)
}
