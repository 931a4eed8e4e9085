//! `swallowed-origin`: a rewrite for every path, meant for the pages of an app, that also rewrites what another origin serves.

use crate::analysis::condition::implies;
use crate::analysis::pattern::{paths_cover, paths_meet, pattern_covers};
use crate::rules::{Model, OriginRule, Part, Paths, Pattern, Rewrite};
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    for (at, rewrite) in rules.rewrites.iter().enumerate() {
        if rewrite.pass || !is_one_page(rewrite) {
            continue;
        }
        // Rules that act where the origin has nothing are tried apart from the others.
        let earlier = rules.rewrites.iter().take(at).filter(|other| other.fallback == rewrite.fallback);
        let swallowed = rules.origins.iter().position(|origin| {
            swallows(rewrite, origin) && !earlier.clone().any(|other| paths_meet(&other.from, &origin.paths))
        });
        if let Some(origin) = swallowed {
            let place = format!("rewrites[{at}]");
            let other = report.name(&format!("origins[{origin}]"), &place);
            let asked = if rewrite.fallback {
                "which is asked for this one page where it answers 404"
            } else {
                "which is asked for this one page as well"
            };
            report.warning(
                "swallowed-origin",
                &place,
                format_args!("{other} has an origin of its own for some of these paths, {asked}"),
                "take its paths out with \"except\"",
            );
        }
    }
}

/// Whether all paths become the same one, as a page of an app does.
fn is_one_page(rewrite: &Rewrite) -> bool {
    rewrite.to.parts.iter().all(|part| matches!(part, Part::Literal(_)))
}

/// Whether the rewrite takes paths of the origin, and others: an origin for all paths is one more of the same site. What the
/// rewrite excepts must leave something: files, by `*.*`, are not all that an origin of its own serves.
fn swallows(rewrite: &Rewrite, origin: &OriginRule) -> bool {
    let (from, paths) = (&rewrite.from, &origin.paths);
    let without_exceptions = Paths { except: Vec::new(), ..from.clone() };
    let excepted = |pattern: &Pattern| {
        from.except.iter().any(|except| pattern_covers((except, from.ignore_case), (pattern, paths.ignore_case)))
    };
    origin.to.is_some()
        && implies(origin.when.as_ref(), rewrite.when.as_ref())
        && paths_cover(&without_exceptions, paths)
        && !paths_cover(paths, from)
        && !paths.patterns.iter().all(excepted)
}
