//! `permanent-personal-redirect`: what differs between viewers, and is remembered for good.

use crate::rules::{Model, Subject};
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    for (at, rule) in rules.redirects.iter().enumerate() {
        let Some(when) = rule.when.as_ref().filter(|_| matches!(rule.status, 301 | 308)) else { continue };
        if when.reads(Subject::is_personal) {
            let temporary = if rule.status == 301 { 302 } else { 307 };
            report.warning(
                "permanent-personal-redirect",
                &format!("redirects[{at}].status"),
                format_args!("browsers keep a {} for good, but what this rule decides by may change", rule.status),
                format_args!("use {temporary}"),
            );
        }
    }
}
