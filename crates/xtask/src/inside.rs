//! What is inside the package that others wrote: the crates in each `.wasm`, and the npm libraries in the command line.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::{bundle, repo, run, tools, wasm};

/// A crate or an npm library, and what holds it.
pub(crate) struct Component {
    pub(crate) origin: Origin,
    pub(crate) name: String,
    pub(crate) version: String,
    /// An SPDX expression.
    pub(crate) licence: String,
    /// The files of the package that hold code of it.
    pub(crate) inside: BTreeSet<String>,
    /// What the lockfile says that its archive hashes to: algorithm and hex digits.
    pub(crate) checksum: Option<(&'static str, String)>,
    folder: PathBuf,
}

/// Where a component comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Cargo,
    Npm,
    /// With the toolchain.
    Rust,
}

impl Component {
    /// The texts of its licence, each with the name of its file; one that has none must not go into the package.
    pub(crate) fn licence_texts(&self) -> Result<Vec<(String, String)>> {
        const NAMES: [&str; 4] = ["licen", "copying", "unlicense", "notice"];
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder).with_context(|| format!("cannot read {}", self.folder.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if NAMES.iter().any(|start| name.to_lowercase().starts_with(start)) && entry.file_type()?.is_file() {
                files.push(name);
            }
        }
        files.sort();
        // Of a choice that has the MIT licence, that is ours: it says the least.
        let mit = files.iter().any(|name| name.to_lowercase().contains("mit"));
        files.retain(|name| !(mit && self.licence.contains("OR") && name.to_lowercase().contains("apache")));
        if files.is_empty() {
            bail!("{} {} comes without the text of its licence ({})", self.name, self.version, self.licence);
        }
        files.into_iter().map(|name| Ok((name.clone(), fs::read_to_string(self.folder.join(name))?))).collect()
    }
}

/// Everything, by origin and name. Needs the built command line.
pub(crate) fn components() -> Result<Vec<Component>> {
    let mut components = crates()?;
    components.push(standard_library()?);
    components.extend(libraries()?);
    Ok(components)
}

fn crates() -> Result<Vec<Component>> {
    let mut inside: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for artifact in &wasm::ARTIFACTS {
        let mut tree = run::cargo();
        tree.args(["tree", "--quiet", "--package", artifact.package, "--target", tools::WASM_TARGET]);
        tree.args(["--edges", "normal,no-proc-macro", "--prefix", "none", "--no-dedupe", "--format", "{p}"]);
        for line in run::output(tree.args(artifact.features))?.lines() {
            // "name v1.2.3", and for our own crates their folder.
            if let [name, version] = line.split_whitespace().collect::<Vec<_>>().as_slice() {
                let version = version.trim_start_matches('v');
                let files = inside.entry(((*name).to_owned(), version.to_owned())).or_default();
                files.insert(format!("{}.wasm", artifact.name));
            }
        }
    }
    let printed = run::output(run::cargo().args(["metadata", "--format-version", "1", "--all-features"]))?;
    let metadata: Value = serde_json::from_str(&printed)?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("cargo metadata names no packages")?;
    let checksums = checksums()?;
    let mut components = Vec::new();
    for (key, inside) in inside {
        let (name, version) = &key;
        let is = |package: &&Value| text(package, "name") == Some(name) && text(package, "version") == Some(version);
        let package = packages.iter().find(is).with_context(|| format!("cargo metadata has no {name} {version}"))?;
        let manifest = Path::new(text(package, "manifest_path").unwrap_or_default());
        components.push(Component {
            origin: Origin::Cargo,
            licence: text(package, "license").with_context(|| format!("{name} names no licence"))?.replace('/', " OR "),
            folder: manifest.parent().unwrap_or(manifest).to_owned(),
            checksum: checksums.get(&key).map(|sum| ("SHA-256", sum.clone())),
            inside,
            name: name.clone(),
            version: version.clone(),
        });
    }
    Ok(components)
}

/// Of each crate of Cargo.lock that comes from a registry.
fn checksums() -> Result<BTreeMap<(String, String), String>> {
    let lock = fs::read_to_string(repo::root().join("Cargo.lock"))?;
    let mut checksums = BTreeMap::new();
    for package in lock.split("[[package]]") {
        let field = |name: &str| {
            let start = format!("{name} = \"");
            let line = package.lines().find_map(|line| line.strip_prefix(&start))?;
            Some(line.trim_end_matches('"').to_owned())
        };
        if let (Some(name), Some(version), Some(sum)) = (field("name"), field("version"), field("checksum")) {
            checksums.insert((name, version), sum);
        }
    }
    Ok(checksums)
}

/// Every artifact has some of it.
fn standard_library() -> Result<Component> {
    let sysroot = run::output(run::command("rustc").args(["--print", "sysroot"]))?;
    let version = run::output(run::command("rustc").arg("--version"))?;
    let folder = repo::scratch().join("rust-licence");
    fs::create_dir_all(&folder)?;
    let texts = Path::new(sysroot.trim()).join("share/doc/rust");
    let mit = [texts.join("licenses/MIT.txt"), texts.join("LICENSE-MIT")];
    let mit = mit.iter().find_map(|file| fs::read_to_string(file).ok()).context("the toolchain has no MIT.txt")?;
    fs::write(folder.join("LICENSE-MIT"), format!("Copyright (c) The Rust Project Contributors\n\n{mit}"))?;
    Ok(Component {
        origin: Origin::Rust,
        name: "rust-std".to_owned(),
        version: version.split_whitespace().nth(1).context("rustc names no version")?.to_owned(),
        licence: "MIT OR Apache-2.0".to_owned(),
        inside: wasm::ARTIFACTS.iter().map(|artifact| format!("{}.wasm", artifact.name)).collect(),
        checksum: None,
        folder,
    })
}

/// What esbuild put into the programs of the command line, and into the plugins.
fn libraries() -> Result<Vec<Component>> {
    let described = bundle::inputs().map(|path| {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok::<Value, anyhow::Error>(serde_json::from_str(&text)?)
    });
    let described = described.into_iter().collect::<Result<Vec<_>>>()?;
    let mut inside: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for inputs in &described {
        let outputs = inputs.get("outputs").and_then(Value::as_object).context("esbuild named no outputs")?;
        for (output, description) in outputs {
            let program = output.rsplit('/').next().unwrap_or(output);
            let files = description.get("inputs").and_then(Value::as_object).context("esbuild named no inputs")?;
            for library in files.keys().filter_map(|file| library_of(file)) {
                inside.entry(library).or_default().insert(program.to_owned());
            }
        }
    }
    let lock: Value = serde_json::from_str(&fs::read_to_string(repo::shim().join("package-lock.json"))?)?;
    // One that lies in several folders is one.
    let mut components: BTreeMap<(String, String), Component> = BTreeMap::new();
    for (path, inside) in inside {
        let folder = repo::root().join(path);
        let manifest: Value = serde_json::from_str(&fs::read_to_string(folder.join("package.json"))?)?;
        let name = path.rsplit_once("node_modules/").map_or(path, |(_, name)| name).to_owned();
        let version = text(&manifest, "version").with_context(|| format!("{name} has no version"))?.to_owned();
        let licence = text(&manifest, "license").with_context(|| format!("{name} names no licence"))?.to_owned();
        let locked = path.strip_prefix("js-shim/").and_then(|path| lock.get("packages")?.get(path));
        let integrity = locked.and_then(|locked| text(locked, "integrity")?.strip_prefix("sha512-"));
        let checksum = integrity.map(|sum| ("SHA-512", hex_of_base64(sum)));
        let known = components.entry((name.clone(), version.clone())).or_insert_with(|| Component {
            origin: Origin::Npm,
            name,
            version,
            licence,
            inside: BTreeSet::new(),
            checksum,
            folder,
        });
        known.inside.extend(inside);
    }
    Ok(components.into_values().collect())
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

/// The folder of the library that a file is of: `js-shim/node_modules/a/node_modules/@b/c`.
fn library_of(file: &str) -> Option<&str> {
    let start = file.rfind("node_modules/")? + "node_modules/".len();
    let name = file.get(start..)?;
    let mut slashes = name.match_indices('/').map(|(at, _)| at);
    let end = slashes.nth(usize::from(name.starts_with('@')))?;
    file.get(..start + end)
}

/// RFC 4648 §4, of what npm wrote.
fn hex_of_base64(text: &str) -> String {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut hex = String::new();
    let (mut bits, mut count) = (0_u32, 0);
    for value in text.chars().map_while(|c| DIGITS.find(c)) {
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            hex.push_str(&format!("{:02x}", bits >> count & 0xFF));
        }
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_found_by_their_folders() {
        assert_eq!(library_of("js-shim/node_modules/a/lib/b.js"), Some("js-shim/node_modules/a"));
        assert_eq!(
            library_of("js-shim/node_modules/a/node_modules/@b/c/d.js"),
            Some("js-shim/node_modules/a/node_modules/@b/c")
        );
        assert_eq!(library_of("js-shim/cli/main.ts"), None);
    }

    /// RFC 4648 §10.
    #[test]
    fn base64_becomes_hex() {
        assert_eq!(hex_of_base64("Zm9vYmFy"), "666f6f626172");
        assert_eq!(hex_of_base64("Zm9vYg=="), "666f6f62");
    }
}
