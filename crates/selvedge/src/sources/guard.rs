//! Rules that keep requests out. A line of those is never left out: without it, what it refuses would be answered.

use crate::rules::{Value, refuses};

/// Whether a rule, as it was written, answers requests with a refusal.
pub(super) fn is_guard(list: &str, rule: &Value) -> bool {
    let refusal = match rule.member("status") {
        Some(Value::Number(status)) => refuses(*status as u16),
        _ => false,
    };
    // A fallback refuses only what the origin does not have.
    refusal && matches!(list, "responses" | "rewrites") && rule.member("fallback") != Some(&Value::Bool(true))
}
