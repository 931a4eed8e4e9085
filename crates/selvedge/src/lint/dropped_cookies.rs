//! `dropped-cookies`: `set` of `Set-Cookie`, which takes the place of all cookies that the origin sets.

use crate::Engine;
use crate::rules::{HeaderName, Model, On};
use crate::sources::Report;

pub(super) fn check(rules: &Model, engine: Option<&Engine>, report: &mut Report<'_>) {
    // Where a response is cached, setting a cookie is an error, which says more.
    if engine.is_none() {
        return;
    }
    for (at, rule) in rules.headers.iter().enumerate().filter(|(_, rule)| rule.on == On::Response) {
        let is_cookie = |name: &HeaderName| name.lower() == "set-cookie";
        // Who removes them as well means it; and what a vendor's line says is the vendor's meaning.
        if rule.remove.iter().any(is_cookie) || report.is_rule_file(&format!("headers[{at}]")) {
            continue;
        }
        for (name, _) in rule.set.iter().filter(|(name, _)| is_cookie(name)) {
            report.warning(
                "dropped-cookies",
                &format!("headers[{at}].set[\"{}\"]", name.as_str()),
                "takes the place of every cookie that the origin sets here, such as a session's",
                "write it in \"append\"; if that is meant, \"remove\" them in this rule as well",
            );
        }
    }
}
