//! One home for each word that Rust and TypeScript share: see `vocabulary.rs`, which writes it for TypeScript.

use selvedge::dialect::Dialect;
use selvedge::{Platform, Stage, Target};
use selvedge_plan::layout::NOTE_HEADER;
use std::path::Path;

use super::{Files, code_lines};
use crate::vocabulary;

/// Folders of what ships and of the local edge; tests may say what they expect in words of their own.
const FOLDERS: [&str; 5] =
    ["js-shim/src", "js-shim/cli", "js-shim/local-edge", "crates/selvedge/src", "crates/selvedge-wasm/src"];

/// Where the lists and the header's name are defined for Rust.
const HOMES: [&str; 3] = ["crates/selvedge/src/platform", "crates/selvedge/src/dialect", "crates/selvedge/src/rules"];

/// The demo's requests, whose expectations are literal.
const EXPECTATIONS: &str = "js-shim/local-edge/requests.mjs";

/// The one module that reads the bytes of a plan in JavaScript.
const PLAN: &str = "js-shim/src/core/plan.ts";

pub(super) fn have_one_home(files: &Files, problems: &mut Vec<String>) {
    let lists = lists();
    let sources = FOLDERS.iter().flat_map(|folder| files.under(folder));
    for (path, text) in sources.filter(|(path, _)| is_code(path)) {
        for (number, line) in code_lines(text) {
            let second = |what: &str, home: &str| format!("{}:{number}: {what}; take it from {home}", path.display());
            if line.contains(&format!("\"{NOTE_HEADER}\"")) {
                problems.push(second("names the note's header again", "NOTE_HEADER"));
            }
            for (home, names) in &lists {
                if lists_all(line, names) {
                    problems.push(second(&format!("lists {} again", names.join(", ")), home));
                }
            }
            if let Some((module, name)) = copied_number(line) {
                problems.push(second(&format!("has {name} of the plan's layout again"), module));
            }
            if (line.contains("DataView") || line.contains("getUint32")) && path != Path::new(PLAN) {
                problems.push(second("reads a plan's bytes", PLAN));
            }
        }
    }
}

fn is_code(path: &Path) -> bool {
    let ours = path.extension().is_some_and(|ending| ["ts", "mjs", "rs"].iter().any(|code| ending == *code));
    let test = path.to_string_lossy().contains("test");
    ours && !test && path != Path::new(EXPECTATIONS) && !HOMES.iter().any(|home| path.starts_with(home))
}

/// Each list of names, and what it is called in TypeScript.
fn lists() -> [(&'static str, Vec<&'static str>); 4] {
    [
        ("STAGES", Stage::REAL.map(Stage::name).to_vec()),
        ("PLATFORMS", Platform::ALL.map(Platform::name).to_vec()),
        ("DIALECTS", Dialect::ALL.map(Dialect::name).to_vec()),
        ("FACTS", Target::FACTS.to_vec()),
    ]
}

/// Whether a line has all names of a list in a row, as values or as a union of types.
fn lists_all(line: &str, names: &[&str]) -> bool {
    let quoted = |separator: &str| names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(separator);
    [", ", " | "].iter().any(|separator| line.contains(&quoted(separator)))
}

/// A constant of the layout that a line of TypeScript defines once more: its module and its name.
fn copied_number(line: &str) -> Option<(&'static str, &'static str)> {
    let (name, value) =
        line.trim_start_matches("export ").strip_prefix("const ")?.trim_end_matches(';').split_once(" = ")?;
    // 0 and 1 are not copies: whatever is numbered begins with them.
    let value: u32 = value.parse().ok().filter(|value| *value > 1)?;
    vocabulary::numbers()
        .find(|(_, number)| number.name == name && number.value == value)
        .map(|(module, number)| (module, number.name))
}

#[cfg(test)]
mod tests {
    use super::{copied_number, lists_all};

    #[test]
    fn copies_are_seen() {
        let names = ["netlify", "cloudflare"];
        assert!(lists_all(r#"const D = ["netlify", "cloudflare"] as const;"#, &names));
        assert!(lists_all(r#"readonly d?: "netlify" | "cloudflare";"#, &names));
        assert!(!lists_all(r#"if (d === "netlify")"#, &names));
        assert_eq!(copied_number("export const SET = 11;"), Some(("op", "SET")));
        assert_eq!(copied_number("const MEDIA_TYPES = 23;"), Some(("header", "MEDIA_TYPES")));
        assert_eq!(copied_number("const MEDIA_TYPES = 24;"), None);
    }
}
