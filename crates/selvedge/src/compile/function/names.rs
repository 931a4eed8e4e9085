//! Lists of parameter names as an expression of JavaScript.

use super::script::in_expression;

/// An expression that holds for each of the names; `utm_*`, `*_id` and `*x*` are wildcards.
pub(super) fn as_expression(names: &[String]) -> String {
    let names = names.iter().map(|name| {
        let escaped = name.split('*').map(in_expression).collect::<Vec<_>>();
        escaped.join("[\\s\\S]*")
    });
    format!("/^(?:{})$/", names.collect::<Vec<_>>().join("|"))
}
