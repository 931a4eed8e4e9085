//! `costly-expression`: a regular expression with instructions enough to make a long text slow.

use crate::analysis::scopes::each_scope;
use crate::expression::{Expression, REPEAT_LESS, thousands};
use crate::rules::{Match, Model, Pattern};
use crate::sources::Report;

/// Instructions from which on an expression is worth a word: those that people write for paths have some twenty.
const COSTLY: usize = 500;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    each_scope(rules, &mut |place, paths, when| {
        for pattern in paths.patterns.iter().chain(&paths.except) {
            if let Pattern::Regex { source, .. } = pattern {
                look(source, place, report);
            }
        }
        if let Some(when) = when {
            when.visit(&mut |_, test| {
                if let Match::Regex(source) = test {
                    look(source, &format!("{place}.when"), report);
                }
            });
        }
    });
    for (at, rule) in rules.headers.iter().enumerate() {
        for (name, replacements) in &rule.replace {
            for replacement in replacements {
                look(&replacement.regex, &format!("headers[{at}].replace[\"{}\"]", name.as_str()), report);
            }
        }
    }
}

fn look(source: &str, place: &str, report: &mut Report<'_>) {
    // Most are known to be small by their length, unless they repeat something by number.
    if source.len() < COSTLY / 2 && !source.contains('{') {
        return;
    }
    let size = Expression::new(source).map_or(0, |expression| expression.size());
    if size > COSTLY {
        report.warning(
            "costly-expression",
            place,
            format_args!(
                "the regular expression compiles to {} instructions; at worst each is tried at each character",
                thousands(size as u64)
            ),
            REPEAT_LESS,
        );
    }
}
