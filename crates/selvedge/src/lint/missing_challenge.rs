//! `missing-challenge`: a 401 that says nothing of how to log in. Browsers ask nobody for a password then.

use crate::rules::Model;
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    for (at, rule) in rules.responses.iter().enumerate() {
        let challenges = rule.headers.iter().any(|(name, _)| name.lower() == "www-authenticate");
        let place = format!("responses[{at}]");
        if rule.status == 401 && !challenges && !report.is_rule_file(&place) {
            report.warning(
                "missing-challenge",
                &place,
                "a 401 without WWW-Authenticate: browsers ask for no password (RFC 9110 \u{a7}15.5.2)",
                "add \"headers\": { \"WWW-Authenticate\": \"Basic realm=\\\"…\\\"\" }, or answer 403",
            );
        }
    }
}
