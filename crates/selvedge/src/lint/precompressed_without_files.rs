//! `precompressed-without-files`: variants that are taken for granted.

use crate::rules::Model;
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    for (at, rule) in rules.precompressed.iter().enumerate().filter(|(_, rule)| rule.files.is_none()) {
        let suffix = rule.encodings.iter().map(|(_, suffix)| suffix.as_str()).find(|suffix| !suffix.is_empty());
        report.note(
            "precompressed-without-files",
            &format!("precompressed[{at}]"),
            format_args!(
                "every file that matches counts as compressed: one without its \"{}\" is 404",
                suffix.unwrap_or(".br")
            ),
            "list what there is in \"files\"",
        );
    }
}
