//! A column of the grid that `cargo xtask test` prints, where it asks for one.

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

/// Writes what each group of cases came to: `{ "passed", "failed", "skipped": { reason: count } }`.
pub(crate) fn write(name: &str, title: &str, groups: Map<String, Value>) {
    write_to("SELVEDGE_REPORTS", name, title, groups);
}

/// The same for another grid, in the folder that the variable `folder` names.
pub(crate) fn write_to(folder: &str, name: &str, title: &str, groups: Map<String, Value>) {
    let Some(folder) = std::env::var_os(folder).map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).unwrap();
    let report = json!({ "name": name, "title": title, "groups": groups });
    fs::write(folder.join(format!("{name}.json")), report.to_string()).unwrap();
}
