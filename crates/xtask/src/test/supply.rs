//! The steps on what others wrote and the package contains, and on how it is built.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

use super::report::Report;
use crate::{repo, run, tools};

/// Licences, sources, bans and advisories of crates; advisories of npm libraries.
pub(crate) fn supply(report: &mut Report) -> Result<()> {
    let deny = tools::cargo_deny()?;
    let check = |what: &[&str]| {
        let mut deny = run::command(&deny);
        run::run(deny.args(["--log-level", "error", "check", "--hide-inclusion-graph"]).args(what))
    };
    report.check("licences, bans and sources of crates", || check(&["licenses", "bans", "sources"]));
    match run::output(run::command(&deny).args(["fetch", "db"])) {
        Ok(_) => report.check("advisories of crates", || check(&["advisories"])),
        Err(_) => report.skipped("advisories of crates", "the database of RustSec cannot be fetched from here"),
    }
    match audit()? {
        Some(found) => report.check("advisories of npm libraries", || match found.as_slice() {
            [] => Ok(()),
            found => bail!("npm audit names {}", found.join(", ")),
        }),
        None => report.skipped("advisories of npm libraries", "the npm registry in use answers no audits"),
    }
    Ok(())
}

/// Libraries with advisories among those that build the package, of which some are bundled; `None` where nobody knows.
fn audit() -> Result<Option<Vec<String>>> {
    let mut npm = run::npm();
    npm.args(["audit", "--json"]).current_dir(repo::shim());
    let output = npm.output().context("cannot start npm")?;
    let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let names = said.get("vulnerabilities").and_then(Value::as_object);
    Ok(names.map(|names| names.keys().cloned().collect()))
}

/// The package built once more, in a copy of the checkout elsewhere: the same bytes.
pub(crate) fn reproducible(report: &mut Report) -> Result<()> {
    report.check("two builds in two folders give the same bytes", || {
        let copy = Copy::new()?;
        let mut cargo = run::cargo();
        cargo.args(["run", "--quiet", "--package", "xtask", "--", "build"]).current_dir(&copy.folder);
        cargo.env("CARGO_TARGET_DIR", copy.folder.join("target"));
        run::quietly("cargo xtask build in a copy of the checkout (minutes)", &mut cargo)?;
        let (here, there) = (repo::pkg(), copy.folder.join("pkg"));
        let (mut first, mut second) = (Vec::new(), Vec::new());
        files(&here, Path::new(""), &mut first)?;
        files(&there, Path::new(""), &mut second)?;
        if first != second {
            let differ = |file: &&PathBuf| first.contains(file) != second.contains(file);
            let names = first.iter().chain(&second).filter(differ).map(|file| file.display().to_string());
            bail!("only one build has {}", names.collect::<Vec<_>>().join(", "));
        }
        for file in &first {
            if fs::read(here.join(file))? != fs::read(there.join(file))? {
                bail!(
                    "{} differs: compare it with {}",
                    here.join(file).display(),
                    copy.keep().join("pkg").join(file).display()
                );
            }
        }
        println!("  {} files are the same", first.len());
        Ok(())
    });
    Ok(())
}

/// What git tracks, or would track, in another folder; removed when dropped.
struct Copy {
    folder: PathBuf,
    kept: std::cell::Cell<bool>,
}

impl Copy {
    fn new() -> Result<Copy> {
        // A path of another length, so that one that gets into the package moves what follows.
        let name = format!("selvedge-built-elsewhere-{}", std::process::id());
        let copy = Copy { folder: std::env::temp_dir().join(name), kept: std::cell::Cell::new(false) };
        let mut git = run::command("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        for file in run::output(&mut git)?.split('\0').filter(|file| !file.is_empty()) {
            let (from, to) = (repo::root().join(file), copy.folder.join(file));
            // What was removed and not yet committed is not there.
            if from.is_file() {
                fs::create_dir_all(to.parent().unwrap_or(&copy.folder))?;
                fs::copy(&from, &to).with_context(|| format!("cannot copy {file}"))?;
            }
        }
        Ok(copy)
    }

    /// Leaves it there, to be looked at.
    fn keep(&self) -> &Path {
        self.kept.set(true);
        &self.folder
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        if !self.kept.get() {
            // A leftover in the system's temporary folder is not a reason to fail.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// The files below a folder, in order, less what `npm pack` leaves there.
fn files(root: &Path, below: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let mut entries = fs::read_dir(root.join(below))?.collect::<std::io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            files(root, &path, found)?;
        } else if path.extension().is_none_or(|ending| ending != "tgz") {
            found.push(path);
        }
    }
    Ok(())
}
