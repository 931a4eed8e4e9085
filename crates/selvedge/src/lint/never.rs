//! `never-matches`: a rule that contradicts itself.

use super::condition::is_impossible;
use super::pattern::is_empty;
use super::report::Report;
use crate::rules::{Condition, Model, Paths, Pattern};

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    each_scope(rules, &mut |place, paths, when| {
        if is_empty(paths) {
            report.warning(
                "never-matches",
                place,
                "\"except\" leaves nothing of the paths",
                "narrow it, or remove the rule",
            );
        } else if when.is_some_and(is_impossible) {
            let help = "remove one of the conditions that exclude each other";
            report.warning("never-matches", &format!("{place}.when"), "this condition never holds", help);
        }
    });
}

/// Calls `f` with the place, the paths and the condition of every rule that has more than plain paths.
pub(super) fn each_scope(rules: &Model, f: &mut impl FnMut(&str, &Paths, Option<&Condition>)) {
    macro_rules! lists {
        ($($list:ident . $paths:ident),*) => {$(
            for (at, rule) in rules.$list.iter().enumerate() {
                // The place is spelled out for the few rules that have something to say.
                if rule.when.is_some() || !rule.$paths.except.is_empty() || rule.$paths.patterns.iter().any(is_regex) {
                    f(&format!("{}[{at}]", stringify!($list)), &rule.$paths, rule.when.as_ref());
                }
            }
        )*};
    }
    lists!(
        responses.paths,
        redirects.from,
        experiments.paths,
        query.paths,
        origins.paths,
        rewrites.from,
        headers.paths,
        downloads.paths
    );
    for (at, rule) in rules.precompressed.iter().enumerate() {
        f(&format!("precompressed[{at}]"), &rule.paths, None);
    }
    if let Some(html) = &rules.html {
        f("html", &html.paths, None);
    }
}

fn is_regex(pattern: &Pattern) -> bool {
    matches!(pattern, Pattern::Regex { .. })
}
