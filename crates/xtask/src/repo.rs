//! Where things are in the checkout.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let xtask = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    Path::new(&xtask).ancestors().nth(2).map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Cargo's target folder, where everything built or installed goes.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => std::env::current_dir().unwrap_or_else(|_| root()).join(dir),
        None => root().join("target"),
    }
}

/// Pinned tools, installed by [`crate::tools`] and [`crate::node`].
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// What this program keeps between runs.
pub(crate) fn scratch() -> PathBuf {
    target().join("xtask")
}

/// What each runtime made of the conformance cases, and the grid of it.
pub(crate) fn conformance() -> PathBuf {
    target().join("conformance")
}

/// What became of hostile messages in each adapter, and the grid of it.
pub(crate) fn hostile() -> PathBuf {
    target().join("hostile")
}

/// The TypeScript half of the package.
pub(crate) fn shim() -> PathBuf {
    root().join("js-shim")
}

/// The npm package.
pub(crate) fn pkg() -> PathBuf {
    root().join("pkg")
}

/// Copies all that a folder holds.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()))?;
        } else {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
