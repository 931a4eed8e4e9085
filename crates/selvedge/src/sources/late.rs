//! Fallbacks that a platform cannot ask for.

use crate::diagnostic::Diagnostic;
use crate::rules::Value;

/// Whether the problem is that a platform cannot ask the origin again, or not see that it has nothing.
pub(crate) fn is_late(rules: &Value, problem: &Diagnostic) -> bool {
    problem.code == "not-on-platform" && rule(rules, &problem.place).is_some_and(|rule| is_true(rule, "fallback"))
}

/// Whether it is that of a line that passes. Then no line acts there either: the one that would is to blame.
pub(crate) fn is_late_pass(rules: &Value, problem: &Diagnostic) -> bool {
    is_late(rules, problem) && rule(rules, &problem.place).is_some_and(|rule| is_true(rule, "pass"))
}

fn is_true(rule: &Value, name: &str) -> bool {
    rule.member(name) == Some(&Value::Bool(true))
}

/// The rule that a place is in.
pub(super) fn rule<'v>(rules: &'v Value, place: &str) -> Option<&'v Value> {
    let (list, rest) = place.split_at(place.find(['[', '.']).unwrap_or(place.len()));
    match rules.member(list)? {
        Value::Array(items) => items.get(rest.strip_prefix('[')?.split_once(']')?.0.parse::<usize>().ok()?),
        // A single rule in the place of a list.
        single => Some(single),
    }
}
