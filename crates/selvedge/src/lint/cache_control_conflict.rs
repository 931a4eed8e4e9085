//! `cache-control-conflict`: directives of one value of which one takes the sense of the other away.

use crate::analysis::cache_control::{cache_controls, directives};
use crate::rules::Model;
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    for (value, place) in cache_controls(rules) {
        if let Some((one, other)) = conflict(&directives(value)) {
            let message = format!("{one:?} and {other:?} contradict each other");
            report.warning("cache-control-conflict", &place, message, "keep the one that is meant");
        }
    }
}

/// Two directives of which one takes the sense of the other away.
fn conflict<'d>(directives: &[&'d str]) -> Option<(&'d str, &'d str)> {
    let find = |name: &str| directives.iter().find(|directive| directive.eq_ignore_ascii_case(name)).copied();
    let lives = |directive: &&&str| {
        let lower = directive.to_ascii_lowercase();
        let seconds = lower.strip_prefix("max-age=").or_else(|| lower.strip_prefix("s-maxage="));
        seconds.is_some_and(|seconds| seconds.parse::<u64>().is_ok_and(|seconds| seconds > 0))
    };
    if let (Some(public), Some(private)) = (find("public"), find("private")) {
        return Some((public, private));
    }
    let no_store = find("no-store")?;
    let stored = directives.iter().find(lives).copied().or_else(|| find("immutable"))?;
    Some((no_store, stored))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts() {
        let found = |value| conflict(&directives(value));
        assert_eq!(found("public, private"), Some(("public", "private")));
        assert_eq!(found("no-store, max-age=60"), Some(("no-store", "max-age=60")));
        assert_eq!(found("no-store, no-cache, must-revalidate, max-age=0"), None);
    }
}
