//! Routes by who asks: what leads some viewers elsewhere keeps them out of what the others see.

use crate::dialect::hosting::reader::text;
use crate::dialect::key::may_be_key;
use crate::rules::Value;

/// Whether a route that cannot be read leads some viewers elsewhere, by who they are.
pub(super) fn sends_away(route: &Value) -> bool {
    let by_viewer = |sets: &Value| matches!(sets, Value::Array(sets) if sets.iter().any(asks_who));
    leads(route) && route.member("match").is_some_and(by_viewer)
}

fn leads(route: &Value) -> bool {
    let Some(Value::Array(list)) = route.member("handle") else { return false };
    list.iter().any(|handler| match handler.member("routes") {
        Some(Value::Array(routes)) => routes.iter().any(leads),
        _ => is_lead(handler),
    })
}

/// Whether a handler leads elsewhere: by a redirect or a rewrite.
pub(super) fn is_lead(handler: &Value) -> bool {
    match text(handler, "handler").as_deref() {
        Some("static_response") => text(handler, "status_code").is_some_and(|status| status.starts_with('3')),
        Some("rewrite") => text(handler, "uri").is_some(),
        _ => false,
    }
}

/// Whether a set of matchers asks for an address, a cookie or a key.
fn asks_who(set: &Value) -> bool {
    let Value::Object(matchers) = set else { return false };
    matchers.iter().any(|(name, value)| match name.as_str() {
        "remote_ip" | "client_ip" | "vars" | "vars_regexp" | "tls" => true,
        "header" | "header_regexp" => {
            matches!(value, Value::Object(headers) if headers.iter().any(|(name, _)| may_be_key(name)))
        }
        "not" => matches!(value, Value::Array(sets) if sets.iter().any(asks_who)),
        "expression" => {
            let whole = match value {
                Value::String(expression) => Some(expression.clone()),
                object => text(object, "expr"),
            };
            let words = ["cookie", "remote", "client_ip", "header", "Header", "tls", "vars", "auth"];
            whole.is_none_or(|expression| words.iter().any(|word| expression.contains(word)))
        }
        _ => false,
    })
}
