//! TypeScript into `pkg/dist`: ES modules that share chunks, the same as CommonJS in `dist/cjs`, and declarations.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

use crate::{repo, run, tools};

/// The package's entry points: `exports` of pkg/package.json, as files of js-shim/src.
pub(crate) const ENTRIES: [&str; 5] =
    ["index", "compile", "lambda-edge", "compiled/lambda-edge", "compiled/regex/lambda-edge"];

pub(crate) fn build() -> Result<()> {
    let source = repo::shim().join("src");
    let (entries, absent): (Vec<_>, Vec<_>) =
        ENTRIES.iter().map(|entry| source.join(entry).with_extension("ts")).partition(|file| file.exists());
    for file in &absent {
        eprintln!(
            "  not there yet, left out of the package: {}",
            file.strip_prefix(repo::root()).unwrap_or(file).display()
        );
    }
    let dist = repo::pkg().join("dist");
    match fs::remove_dir_all(&dist) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).context("cannot empty pkg/dist");
        }
        _ => fs::create_dir_all(&dist)?,
    }
    if entries.is_empty() {
        return Ok(());
    }
    ecmascript_modules(&entries, &source, &dist)?;
    commonjs(&dist)?;
    declarations(&dist)
}

fn ecmascript_modules(entries: &[PathBuf], source: &Path, dist: &Path) -> Result<()> {
    let mut esbuild = esbuild();
    esbuild
        .args(entries)
        .args(["--bundle", "--splitting", "--format=esm", "--platform=neutral", "--target=node20,es2022"])
        .args(["--chunk-names=chunks/[name]-[hash]", "--log-level=warning"])
        .arg(format!("--outbase={}", source.display()))
        .arg(format!("--outdir={}", dist.display()));
    run::quietly("esbuild: ES modules", &mut esbuild).map(drop)
}

/// Each ES module turned into CommonJS one to one, so that the wasm and the classes are shared there too. The folder's
/// own package.json makes `.js` and `.d.ts` mean CommonJS: no import has to be renamed.
fn commonjs(dist: &Path) -> Result<()> {
    let mut modules = Vec::new();
    files_ending(dist, ".js", &mut modules)?;
    let out = dist.join("cjs");
    let mut esbuild = esbuild();
    esbuild
        .args(&modules)
        .args(["--format=cjs", "--platform=node", "--target=node20", "--log-level=warning"])
        .arg(format!("--outbase={}", dist.display()))
        .arg(format!("--outdir={}", out.display()));
    run::quietly("esbuild: CommonJS", &mut esbuild)?;
    fs::write(out.join("package.json"), "{ \"type\": \"commonjs\", \"sideEffects\": false }\n")?;
    Ok(())
}

fn declarations(dist: &Path) -> Result<()> {
    let mut tsc = run::command(tools::shim_program("tsc"));
    tsc.arg("--project").arg(repo::shim().join("tsconfig.json"));
    tsc.args(["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--outDir"]).arg(dist);
    run::quietly("tsc: types", &mut tsc)?;
    let mut types = Vec::new();
    files_ending(dist, ".d.ts", &mut types)?;
    for file in types {
        let copy = dist.join("cjs").join(file.strip_prefix(dist)?);
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&file, copy)?;
    }
    Ok(())
}

pub(crate) fn esbuild() -> std::process::Command {
    run::command(tools::shim_program("esbuild"))
}

fn files_ending(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_ending(&path, ending, found)?;
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    Ok(())
}
