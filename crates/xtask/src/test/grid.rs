//! The grid of conformance: groups of cases × runtimes, from what each runtime wrote into target/conformance.
//!
//! `NAME.json`, there or in the folder `runtimes`, is `{ "name", "title", "groups": { FILE: { "passed", "failed", "skipped": { REASON: COUNT } } } }`. Whatever
//! runs the cases can add a column: tests/runtimes/shared/ledger.mjs and the native tests do.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use crate::repo;

struct Runtime {
    name: String,
    title: String,
    groups: BTreeMap<String, Cell>,
}

#[derive(Default)]
struct Cell {
    passed: u64,
    failed: u64,
    skipped: BTreeMap<String, u64>,
}

/// Prints the grid, and writes it as Markdown.
pub(crate) fn print() -> Result<()> {
    let runtimes = read()?;
    println!("\n{}", text(&runtimes));
    let file = repo::conformance().join("grid.md");
    fs::write(&file, markdown(&runtimes)).with_context(|| format!("cannot write {}", file.display()))?;
    println!("the same as a table: {}", file.strip_prefix(repo::root()).unwrap_or(&file).display());
    Ok(())
}

/// Where the runners of tests/runtimes write, emptied: what one of them wrote before is not what it would write now.
pub(crate) fn emptied() -> Result<PathBuf> {
    let folder = runtimes_folder();
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn runtimes_folder() -> PathBuf {
    repo::conformance().join("runtimes")
}

fn read() -> Result<Vec<Runtime>> {
    let mut runtimes = Vec::new();
    let (native, runners) = (fs::read_dir(repo::conformance())?, fs::read_dir(runtimes_folder())?);
    for entry in native.chain(runners) {
        let file = entry?.path();
        if file.extension().is_some_and(|ending| ending == "json") {
            let report = fs::read(&file)?;
            let report: Value = serde_json::from_slice(&report).with_context(|| format!("{}", file.display()))?;
            runtimes.push(runtime(&report));
        }
    }
    runtimes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(runtimes)
}

fn runtime(report: &Value) -> Runtime {
    let text = |key: &str| report.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let groups = report.get("groups").and_then(Value::as_object).into_iter().flatten();
    let groups = groups.map(|(file, found)| {
        let count = |key: &str| found.get(key).and_then(Value::as_u64).unwrap_or(0);
        let skipped = found.get("skipped").and_then(Value::as_object).into_iter().flatten();
        let skipped = skipped.map(|(reason, count)| (reason.clone(), count.as_u64().unwrap_or(0))).collect();
        let cell = Cell { passed: count("passed"), failed: count("failed"), skipped };
        (file.trim_end_matches(".json").to_owned(), cell)
    });
    Runtime { name: text("name"), title: text("title"), groups: groups.collect() }
}

/// The names of all groups, each once.
fn groups(runtimes: &[Runtime]) -> BTreeSet<&str> {
    runtimes.iter().flat_map(|runtime| runtime.groups.keys().map(String::as_str)).collect()
}

impl Runtime {
    fn cell(&self, group: &str) -> String {
        self.groups.get(group).map_or_else(|| "–".to_owned(), Cell::to_string)
    }

    fn total(&self) -> Cell {
        let mut total = Cell::default();
        for cell in self.groups.values() {
            total.passed += cell.passed;
            total.failed += cell.failed;
            for (reason, count) in &cell.skipped {
                *total.skipped.entry(reason.clone()).or_default() += count;
            }
        }
        total
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.passed)?;
        if self.failed > 0 {
            write!(f, " FAILED {}", self.failed)?;
        }
        match self.skipped.values().sum() {
            0 => Ok(()),
            skipped => write!(f, " ({skipped})"),
        }
    }
}

/// One row for each runtime would be too wide for a terminal with the groups as columns: so the groups are rows, and the
/// runtimes are numbered columns.
fn text(runtimes: &[Runtime]) -> String {
    let mut rows = vec![std::iter::once(String::new()).chain((1..=runtimes.len()).map(|at| at.to_string())).collect()];
    for group in groups(runtimes) {
        rows.push(std::iter::once(group.to_owned()).chain(runtimes.iter().map(|each| each.cell(group))).collect());
    }
    rows.push(std::iter::once("all".to_owned()).chain(runtimes.iter().map(|each| each.total().to_string())).collect());
    let mut text =
        "conformance: cases passed (and skipped) in each runtime; – has no case for the platform\n".to_owned();
    let widths: Vec<usize> = (0..=runtimes.len())
        .map(|column| {
            rows.iter()
                .filter_map(|row: &Vec<String>| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    for row in rows {
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let padding = " ".repeat(width - cell.chars().count());
            let _ = if at == 0 { write!(text, "{cell}{padding}") } else { write!(text, "  {padding}{cell}") };
        }
        text.push('\n');
    }
    for (at, runtime) in runtimes.iter().enumerate() {
        let _ = writeln!(text, "{:2} {}", at + 1, runtime.title);
        for (reason, count) in runtime.total().skipped {
            let _ = writeln!(text, "   {count} skipped: {reason}");
        }
    }
    text
}

fn markdown(runtimes: &[Runtime]) -> String {
    let mut text =
        "# Conformance\n\nCases passed, and skipped in parentheses; – where no case is for the platform.\n\n"
            .to_owned();
    let mut row = |cells: Vec<String>| {
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    };
    row(std::iter::once("cases".to_owned()).chain(runtimes.iter().map(|each| each.name.clone())).collect());
    row(std::iter::once("---".to_owned()).chain(runtimes.iter().map(|_| "---:".to_owned())).collect());
    for group in groups(runtimes) {
        row(std::iter::once(group.to_owned()).chain(runtimes.iter().map(|each| each.cell(group))).collect());
    }
    row(std::iter::once("all".to_owned()).chain(runtimes.iter().map(|each| each.total().to_string())).collect());
    text.push('\n');
    for runtime in runtimes {
        let _ = writeln!(text, "- `{}`: {}", runtime.name, runtime.title);
        for (reason, count) in runtime.total().skipped {
            let _ = writeln!(text, "  - {count} skipped: {reason}");
        }
    }
    text
}
