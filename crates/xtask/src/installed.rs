//! The package as users get it: packed, and installed in an empty project outside the checkout.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

use crate::{repo, run};

/// An empty project with the packed package in its node_modules; removed when dropped.
pub(crate) struct Installed {
    folder: PathBuf,
    tarball: PathBuf,
}

impl Installed {
    pub(crate) fn new() -> Result<Self> {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
        let name = format!("selvedge-{}-{}", std::process::id(), since_epoch.as_nanos());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder)?;
        let project = Self { tarball: pack(&folder)?, folder };
        fs::write(project.folder().join("package.json"), "{ \"private\": true }\n")?;
        let mut npm = run::npm();
        npm.args(["install", "--offline", "--no-audit", "--no-fund", "--no-package-lock"]).arg(&project.tarball);
        run::quietly("npm install of the packed package in an empty project", npm.current_dir(project.folder()))?;
        Ok(project)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What `npm publish` would upload.
    pub(crate) fn tarball(&self) -> &Path {
        &self.tarball
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        // A leftover in the system's temporary folder is not a reason to fail.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Each project has a tarball of its own: steps run next to each other.
fn pack(folder: &Path) -> Result<PathBuf> {
    let mut npm = run::npm();
    npm.args(["pack", "--json", "--pack-destination"]).arg(folder);
    let printed = run::output(npm.current_dir(repo::pkg()))?;
    let packed: serde_json::Value = serde_json::from_str(&printed).context("npm pack printed no JSON")?;
    // An array of packages up to npm 11.6, an object by name after.
    let entry = packed.get(0).or_else(|| packed.as_object()?.values().next());
    let file = entry.and_then(|entry| entry.get("filename")?.as_str()).context("npm pack named no file")?;
    Ok(folder.join(file))
}
