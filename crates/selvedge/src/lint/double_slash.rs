//! `double-slash`: `{path}` begins with a slash of its own.

use crate::rules::{Fact, Filter, Model, Part};
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    let redirects = rules.redirects.iter().enumerate().map(|(at, rule)| ("redirects", at, &rule.to));
    let rewrites = rules.rewrites.iter().enumerate().map(|(at, rule)| ("rewrites", at, &rule.to));
    for (list, at, to) in redirects.chain(rewrites) {
        let doubled = to.parts.windows(2).find_map(|pair| match pair {
            [Part::Literal(before), Part::Fact { fact: Fact::Path, filter: Filter { encode: false, .. } }]
                if before.ends_with('/') =>
            {
                Some(before)
            }
            _ => None,
        });
        // A path that is nothing but `/{path}` collapses to one slash.
        if let Some(before) = doubled.filter(|before| before.len() > 1) {
            let message = "{path} begins with a slash, so this leads to a path with \"//\"";
            let without = before.trim_end_matches('/');
            // Next to a host stands nothing but a label.
            let help = match without.split_once("://") {
                Some((_, host)) if !host.contains('/') => {
                    format!("end \"from\" with \"/*\", and write {:?}", format!("{before}:splat"))
                }
                _ => format!("write {:?}", format!("{without}{{path}}")),
            };
            report.warning("double-slash", &format!("{list}[{at}].to"), message, help);
        }
    }
}
