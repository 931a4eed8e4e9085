//! The rooms of the library: dependencies between them go one way.

use std::path::Path;

use super::{Files, code_lines};

const LIBRARY: &str = "crates/selvedge/src";

/// Each may name those before it.
const ROOMS: [&str; 12] = [
    "expression",
    "platform",
    "rules",
    "build",
    "places",
    "compile",
    "analysis",
    "dialect",
    "engine",
    "sources",
    "lint",
    "trace",
];

pub(super) fn depend_on_lower_ones(files: &Files, problems: &mut Vec<String>) {
    for (at, room) in ROOMS.iter().enumerate() {
        let higher = ROOMS.get(at + 1..).unwrap_or_default();
        for (path, text) in files.under(Path::new(LIBRARY).join(room)).filter(|(path, _)| !is_test(path)) {
            for (number, line) in code_lines(text) {
                if let Some(other) = higher.iter().find(|other| names(line, other)) {
                    problems.push(format!("{}:{number}: {room} stands below {other}", path.display()));
                }
            }
        }
    }
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| Path::new(part.as_os_str()).file_stem().is_some_and(|stem| stem == "tests"))
}

/// Whether a line of code names something of a room.
fn names(line: &str, room: &str) -> bool {
    line.split("crate::").skip(1).any(|rest| rest.strip_prefix(room).is_some_and(|rest| rest.starts_with("::")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_named_by_a_path() {
        assert!(names("use crate::rules::Value;", "rules"));
        assert!(names("    Some(crate::rules::suggest(a, b))", "rules"));
        assert!(!names("use crate::rules_of::Value;", "rules"));
        assert!(!names("use crate::platform::rules::Value;", "rules"));
    }

    #[test]
    fn a_file_above_is_reported() {
        let text = "use crate::compile::compile;\n".to_owned();
        let files = Files { texts: vec![(Path::new(LIBRARY).join("rules/when.rs"), text)] };
        let mut problems = Vec::new();
        depend_on_lower_ones(&files, &mut problems);
        assert_eq!(problems, ["crates/selvedge/src/rules/when.rs:1: rules stands below compile"]);
    }
}
