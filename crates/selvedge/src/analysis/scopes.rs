//! What rules are for: their paths and conditions.

use crate::rules::{Condition, Kind, Model, Paths, Pattern};

/// Calls `f` with the place, the paths and the condition of every rule that has more than plain paths.
pub(crate) fn each_scope(rules: &Model, f: &mut dyn FnMut(&str, &Paths, Option<&Condition>)) {
    for kind in Kind::ALL {
        for (number, rule) in kind.rules(rules) {
            let Some(paths) = rule.paths() else { continue };
            // The place is spelled out for the few rules that have something to say.
            if rule.when().is_some() || !paths.except.is_empty() || paths.patterns.iter().any(is_regex) {
                f(&kind.member().place(number).to_string(), paths, rule.when());
            }
        }
    }
}

fn is_regex(pattern: &Pattern) -> bool {
    matches!(pattern, Pattern::Regex { .. })
}
