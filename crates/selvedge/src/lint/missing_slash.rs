//! `missing-slash`: a pattern without a leading slash that looks like a path, and matches at any depth.

use crate::analysis::texts::{Kind, each_text};
use crate::rules::Value;
use crate::sources::Report;

pub(super) fn check(rules: &Value, report: &mut Report<'_>) {
    each_text(rules, &mut |kind, text, place| {
        if kind != Kind::Pattern || !looks_like_a_path(text) {
            return;
        }
        let place = place.to_string();
        if !report.is_rule_file(&place) {
            let message = format!("{text:?} has no leading slash, so it matches at any depth: /x/{text} as well");
            let help =
                format!("write {:?} for this path alone, or {:?} to say so", format!("/{text}"), format!("*/{text}"));
            report.warning("missing-slash", &place, message, help);
        }
    });
}

/// A row of names. Names with a dot are those of files, which may well be meant wherever they are: `robots.txt`, `.env`.
fn looks_like_a_path(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(['/', '\\', '*']) && !text.contains('.')
}

#[cfg(test)]
mod tests {
    use super::looks_like_a_path;

    #[test]
    fn names_of_files_may_be_anywhere() {
        for path in ["about", "blog/*", "old/:id", "users/me"] {
            assert!(looks_like_a_path(path), "{path}");
        }
        for other in ["/about", "*.css", "img/*.png", "robots.txt", ".env", ".git/*", "*", "*/about"] {
            assert!(!looks_like_a_path(other), "{other}");
        }
    }
}
