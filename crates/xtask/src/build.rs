//! `cargo xtask build`: wasm and TypeScript into `pkg/dist`.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

use crate::{adapters, bundle, documents, inside, notices, repo, run, sbom, summary, tools, vocabulary, wasm};

#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Unoptimised wasm: quicker to build, larger and slower
    #[arg(long)]
    dev: bool,
    /// TypeScript alone, around the wasm as it was built last
    #[arg(long, conflicts_with = "dev")]
    typescript: bool,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    package(match args {
        Args { typescript: true, .. } => Wasm::AsItIs,
        Args { dev: true, .. } => Wasm::Dev,
        _ => Wasm::Release,
    })?;
    println!("pkg/dist is built");
    Ok(())
}

/// Builds the package as it is published.
pub(crate) fn release() -> Result<()> {
    package(Wasm::Release)
}

/// Builds the package to be tried: where it was never built for publication, nobody waits for the optimisers.
pub(crate) fn to_try() -> Result<()> {
    package(if wasm::was_optimised() { Wasm::Release } else { Wasm::Dev })
}

/// How the wasm in the package is made.
enum Wasm {
    Release,
    Dev,
    /// As it was built last.
    AsItIs,
}

fn package(how: Wasm) -> Result<()> {
    tools::shim_modules()?;
    if let Wasm::AsItIs = how {
        wasm::is_built()?;
    } else {
        tools::wasm_target(tools::WASM_TARGET)?;
        wasm::build(matches!(how, Wasm::Dev))?;
    }
    vocabulary::write()?;
    adapters::write()?;
    bundle::build()?;
    schemas()?;
    others_code()?;
    documents()?;
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(repo::root().join(licence), repo::pkg().join(licence))
            .with_context(|| format!("cannot copy {licence}"))?;
    }
    Ok(())
}

/// README.md, llms.txt, and what users read of docs/. What is not in the package is linked to in the repository.
fn documents() -> Result<()> {
    let (root, package) = (repo::root(), repo::pkg());
    let read =
        |path: &Path| fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {}", path.display()));
    let chapters = summary::chapters(&read(Path::new(summary::PATH))?).into_iter().map(|chapter| chapter.path);
    let left = ["docs/internals", "docs/benchmarks"];
    let is_packaged = |path: &PathBuf| path.starts_with("docs") && !left.iter().any(|folder| path.starts_with(folder));
    let packaged: Vec<PathBuf> = chapters.filter(is_packaged).collect();
    if package.join("docs").exists() {
        fs::remove_dir_all(package.join("docs"))?;
    }
    for path in packaged.iter().map(PathBuf::as_path).chain([Path::new(summary::LLMS), Path::new("README.md")]) {
        // The registry shows README.md by itself.
        let has = |target: &Path| path != Path::new("README.md") && packaged.iter().any(|it| it == target);
        let text = documents::relinked(&read(path)?, |to| documents::address(path, to, has))?;
        let file = package.join(path);
        fs::create_dir_all(file.parent().unwrap_or(&package))?;
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// Whose code is in the package: its licences, and the bill of materials.
fn others_code() -> Result<()> {
    let (components, dist) = (inside::components()?, repo::pkg().join("dist"));
    fs::write(dist.join("THIRD-PARTY.txt"), notices::text(&components)?)?;
    Ok(fs::write(dist.join("sbom.cdx.json"), sbom::document(&components, env!("CARGO_PKG_VERSION"))?)?)
}

/// The JSON Schemas, each made anew where something has changed that it is made from.
fn schemas() -> Result<()> {
    let mut rules = fs::read_dir(repo::shim().join("src/rules"))?
        .map(|file| Ok(file?.path()))
        .collect::<Result<Vec<_>, std::io::Error>>()?;
    rules.sort();
    let names = repo::shim().join("src/generated/names.ts");
    rules.push(names.clone());
    schema("schema.json", ["src/rules/rules.ts", "Rules", "Selvedge rules"], &rules)?;
    let config = "local-edge/distribution/config.ts";
    let named = [config, "DistributionConfig", "A distribution for selvedge dev"];
    schema("distribution.schema.json", named, &[repo::shim().join(config), names])
}

fn schema(name: &str, arguments: [&str; 3], types: &[PathBuf]) -> Result<()> {
    let script = repo::shim().join("schema.mjs");
    let (schema, stamp) = (repo::pkg().join(name), repo::scratch().join(name).with_extension("input"));
    let mut input = fs::read_to_string(&script)?;
    for file in types {
        input += &fs::read_to_string(file)?;
    }
    if schema.exists() && fs::read_to_string(&stamp).is_ok_and(|last| last == input) {
        return Ok(());
    }
    run::quietly(name, run::command("node").arg(script).args(arguments).arg(schema))?;
    Ok(fs::write(stamp, input)?)
}
