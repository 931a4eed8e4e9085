//! `rewritten-assets`: a rewrite of every path to one page, which scripts, styles and images become as well.

use crate::analysis::pattern::pattern_covers;
use crate::rules::{Condition, Model, Part, Pattern, Rewrite, Subject, Token};
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    let Ok(all) = Pattern::parse("/*") else { return };
    for (at, rule) in rules.rewrites.iter().enumerate() {
        // An error takes the place of everything, and a rewrite before this one may be for what the page needs.
        if rule.pass || rule.fallback || rule.status.is_some() || !is_page(rule) {
            continue;
        }
        let covers = rule.from.patterns.iter().any(|own| pattern_covers((own, rule.from.ignore_case), (&all, false)));
        let earlier = rules.rewrites.get(..at).unwrap_or_default();
        let leaves = |patterns: &[Pattern]| patterns.iter().any(is_open);
        if covers
            && rule.when.as_ref().is_none_or(is_of_host)
            && !leaves(&rule.from.except)
            && !earlier.iter().any(|other| leaves(&other.from.patterns))
        {
            report.warning(
                "rewritten-assets",
                &format!("rewrites[{at}]"),
                "scripts, styles and images of the page are this page as well",
                "leave files alone, \"except\": { \"files\": true }; or say \"fallback\": true, for what does not exist",
            );
        }
    }
}

/// Whether all paths become one page.
fn is_page(rule: &Rewrite) -> bool {
    let [Part::Literal(to)] = rule.to.parts.as_slice() else { return false };
    let path = to.split('?').next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    !name.contains('.') || name.ends_with(".html") || name.ends_with(".htm")
}

/// Whether a pattern is for more than one path, or for a file: a site that is known has them one by one.
fn is_open(pattern: &Pattern) -> bool {
    let Pattern::Path { anchored: true, tokens, .. } = pattern else { return true };
    match tokens.as_slice() {
        [Token::Literal(path)] => path.rsplit('/').next().is_some_and(|name| name.contains('.')),
        tokens => !tokens.is_empty(),
    }
}

/// Whether a condition compares nothing but the host: no viewer asks for pages and for files at different ones.
fn is_of_host(when: &Condition) -> bool {
    !when.reads(|subject| !matches!(subject, Subject::Host | Subject::Scheme))
}
