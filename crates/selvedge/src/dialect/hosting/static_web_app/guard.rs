//! Routes that keep requests out: by roles, or by their status.

use crate::dialect::sink::string;
use crate::rules::Value;

/// Whether only some may ask. What is not a list of roles is taken for one, and so is another spelling of the name.
pub(super) fn is_guarded(item: &Value) -> bool {
    let Value::Object(members) = item else { return false };
    let mut roles = members.iter().filter(|(name, _)| name.eq_ignore_ascii_case("allowedRoles"));
    roles.any(|(_, roles)| match roles {
        Value::Null => false,
        Value::Array(roles) => !roles.is_empty() && !roles.contains(&string("anonymous")),
        _ => true,
    })
}

/// Whether a route refuses in a way that is not read: by a status as text, or under another spelling of the name; or by one
/// whose paths or methods are not.
pub(super) fn refuses(item: &Value, is_readable: bool) -> bool {
    let Value::Object(members) = item else { return false };
    members.iter().filter(|(name, _)| name.eq_ignore_ascii_case("statusCode")).any(|(name, status)| match status {
        Value::Null => false,
        Value::Number(status) => *status >= 400.0 && !(is_readable && name == "statusCode"),
        Value::String(status) => status.trim().parse().is_ok_and(|status: u16| status >= 400),
        _ => true,
    })
}

pub(super) fn is_methods(methods: &Value) -> bool {
    matches!(methods, Value::Array(list) if !list.is_empty() && list.iter().all(|method| matches!(method, Value::String(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase()))))
}
