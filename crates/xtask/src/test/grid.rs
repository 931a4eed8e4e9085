//! Grids of what was tried × where, from what each runtime wrote into a folder of target/.
//!
//! `NAME.json`, there or in the folder `runtimes`, is `{ "name", "title", "groups": { FILE: { "passed", "failed", "skipped": { REASON: COUNT } } } }`, with
//! `"rows": { FILE: { NAME: OUTCOME } }` where each one's outcome is of interest. Whatever runs the cases can add a column:
//! tests/runtimes/shared/ledger.mjs and the native tests do.

use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use crate::repo;

/// A grid: where its reports are, its name, and what its cells count.
pub(crate) struct Grid {
    folder: fn() -> PathBuf,
    name: &'static str,
    about: &'static str,
}

pub(crate) const CONFORMANCE: Grid = Grid {
    folder: repo::conformance,
    name: "conformance",
    about: "cases passed (and skipped) in each runtime; – has no case for the platform",
};

pub(crate) const HOSTILE: Grid = Grid {
    folder: repo::hostile,
    name: "hostile",
    about: "rows of tests/hostile that came to their outcome (and that cannot be had) in each adapter; – is not tried there",
};

struct Runtime {
    name: String,
    title: String,
    groups: BTreeMap<String, Cell>,
    rows: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Default)]
struct Cell {
    passed: u64,
    failed: u64,
    skipped: BTreeMap<String, u64>,
}

impl Grid {
    fn runtimes(&self) -> PathBuf {
        (self.folder)().join("runtimes")
    }

    /// Where the runners write, emptied: what one of them wrote before is not what it would write now.
    pub(crate) fn emptied(&self) -> Result<PathBuf> {
        let folder = self.runtimes();
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Prints the grid, and writes it as Markdown.
    pub(crate) fn print(&self) -> Result<()> {
        let runtimes = self.read()?;
        println!("\n{}: {}\n{}", self.name, self.about, text(&runtimes));
        let file = (self.folder)().join("grid.md");
        let content = format!("# {}\n\n{}.\n\n{}", self.name, self.about, markdown(&runtimes));
        fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))?;
        println!("the same as a table: {}", file.strip_prefix(repo::root()).unwrap_or(&file).display());
        Ok(())
    }

    fn read(&self) -> Result<Vec<Runtime>> {
        let mut runtimes = Vec::new();
        let (native, runners) = (fs::read_dir((self.folder)())?, fs::read_dir(self.runtimes())?);
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
    let rows = report.get("rows").and_then(|rows| serde_json::from_value(rows.clone()).ok()).unwrap_or_default();
    Runtime { name: text("name"), title: text("title"), groups: groups.collect(), rows }
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
    let mut text = String::new();
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
    let mut text = String::new();
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
    for (file, names) in rows(runtimes) {
        let _ = writeln!(text, "\n## {file}\n");
        let known: Vec<&Runtime> = runtimes.iter().filter(|each| each.rows.contains_key(&file)).collect();
        let mut row = |cells: Vec<String>| {
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        };
        row(std::iter::once("row".to_owned()).chain(known.iter().map(|each| each.name.clone())).collect());
        row(std::iter::once("---".to_owned()).chain(known.iter().map(|_| "---".to_owned())).collect());
        for name in names {
            let outcome = |each: &&Runtime| each.rows.get(&file)?.get(&name).cloned();
            let outcomes = known.iter().map(|each| outcome(each).unwrap_or_else(|| "–".to_owned()).replace('|', "\\|"));
            row(std::iter::once(name.replace('|', "\\|")).chain(outcomes).collect());
        }
    }
    text
}

/// The names of all rows of each file.
fn rows(runtimes: &[Runtime]) -> BTreeMap<String, BTreeSet<String>> {
    let mut rows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, found) in runtimes.iter().flat_map(|each| &each.rows) {
        rows.entry(file.clone()).or_default().extend(found.keys().cloned());
    }
    rows
}
