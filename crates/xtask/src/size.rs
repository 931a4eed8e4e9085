//! `cargo xtask size`: bytes of what ships.

use anyhow::{Result, bail};
use flate2::{Compression, write::GzEncoder};
use std::collections::HashMap;
use std::fs;
use std::io::Write;

use crate::installed::Installed;
use crate::{adapters, build, bundle, run, wasm};

/// One entry point as esbuild bundles it for Node, minified.
pub(crate) struct Bundle {
    pub(crate) import: String,
    pub(crate) budget_kb: u64,
    raw: usize,
    gzip: usize,
}

impl Bundle {
    pub(crate) fn within_budget(&self) -> Result<()> {
        println!("  {} bytes raw, {} gzip'd", self.raw, self.gzip);
        if self.gzip as u64 > self.budget_kb * 1024 {
            bail!("{} bytes are over the budget of {} KB", self.gzip, self.budget_kb);
        }
        Ok(())
    }
}

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Print the largest functions of each wasm artifact too, this many
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    functions: usize,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    build::release()?;
    println!("{:44} {:>9} {:>9}  budget", "", "raw", "gzip -9");
    for artifact in &wasm::ARTIFACTS {
        let bytes = fs::read(wasm::folder().join(format!("{}.wasm", artifact.name)))?;
        println!("{:44} {:>9} {:>9}", format!("{}.wasm", artifact.name), bytes.len(), gzip(&bytes)?);
    }
    for bundle in bundles()? {
        println!(
            "{:44} {:>9} {:>9}  {} KB",
            format!("bundle of {}", bundle.import),
            bundle.raw,
            bundle.gzip,
            bundle.budget_kb
        );
    }
    for artifact in &wasm::ARTIFACTS {
        println!("\ncode of {}.wasm by crate, before wasm-opt", artifact.name);
        let functions = functions(artifact)?;
        print_largest(functions.iter().map(|(name, bytes)| (crate_of(name), *bytes)), usize::MAX);
        if args.functions > 0 {
            println!("largest functions of {}.wasm", artifact.name);
            print_largest(functions.into_iter(), args.functions);
        }
    }
    Ok(())
}

/// Name and bytes of each function, before wasm-opt takes the names.
fn functions(artifact: &wasm::Artifact) -> Result<Vec<(String, usize)>> {
    let module = walrus::Module::from_file(wasm::named(artifact))?;
    let named = module.funcs.iter_local().map(|(id, function)| {
        let mangled = module.funcs.get(id).name.as_deref().unwrap_or_default();
        let name = format!("{:#}", rustc_demangle::demangle(mangled));
        (name, function.original_range.as_ref().map_or(0, |range| range.len()))
    });
    Ok(named.collect())
}

/// Adds up what has one name, and prints the largest.
fn print_largest(named: impl Iterator<Item = (String, usize)>, count: usize) {
    let mut sums = HashMap::new();
    for (name, bytes) in named {
        *sums.entry(name).or_insert(0) += bytes;
    }
    let mut sorted: Vec<_> = sums.into_iter().collect();
    sorted.sort_by(|(name, size), (other_name, other)| other.cmp(size).then_with(|| name.cmp(other_name)));
    for (name, bytes) in sorted.into_iter().filter(|(_, bytes)| *bytes >= 100).take(count) {
        println!("  {bytes:>9}  {name}");
    }
}

/// The first path segment of a function's name: `<serde::A as b::C>::d` comes from serde.
fn crate_of(name: &str) -> String {
    let path = name.trim_start_matches(['<', '&', '(', '[', '*']).trim_start_matches("mut ").trim_start_matches("dyn ");
    let (krate, rest) = path.split_once("::").unwrap_or(("", path));
    let is_crate = !rest.is_empty() && krate.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_crate && !krate.is_empty() { krate.to_owned() } else { "(exports, builtins)".to_owned() }
}

/// Bundles each entry point with a budget in the adapters' table, from the installed package.
pub(crate) fn bundles() -> Result<Vec<Bundle>> {
    let project = Installed::new()?;
    let mut bundles = Vec::new();
    for adapter in adapters::read()? {
        for (form, budget_kb) in &adapter.budgets {
            let import = adapters::import(&adapter.entry, form);
            let entry = project.folder().join("entry.mjs");
            fs::write(&entry, format!("export {{ {} }} from \"{import}\";\n", adapter.maker))?;
            let mut esbuild = bundle::esbuild();
            esbuild.arg(&entry).args([
                "--bundle",
                "--minify",
                "--platform=node",
                "--format=esm",
                "--log-level=warning",
            ]);
            let text = run::output(&mut esbuild)?;
            bundles.push(Bundle { import, budget_kb: *budget_kb, raw: text.len(), gzip: gzip(text.as_bytes())? });
        }
    }
    Ok(bundles)
}

/// How many bytes are left by `gzip -9`.
pub(crate) fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::crate_of;

    #[test]
    fn names_tell_their_crate() {
        assert_eq!(crate_of("core::fmt::write"), "core");
        assert_eq!(crate_of("<alloc::string::String as core::fmt::Write>::write_str"), "alloc");
        assert_eq!(crate_of("decide"), "(exports, builtins)");
    }
}
