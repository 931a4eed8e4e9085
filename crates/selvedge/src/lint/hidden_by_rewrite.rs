//! `hidden-by-rewrite`: an answer or a redirect of origin-request, and a rewrite of viewer-request that takes its paths away.

use selvedge_plan::Stage;

use crate::analysis::condition::exclude;
use crate::analysis::meeting::Meeting;
use crate::analysis::pattern::{Shape, paths_meet, pattern_covers, patterns_meet};
use crate::compile::Placement;
use crate::rules::{Kind, Part, Paths, Pattern, Rule, Template};
use crate::sources::Report;

/// So many pairs are looked at: rules for nearly all paths, in thousands on either side, would take minutes.
const MAX_PAIRS: usize = 1 << 20;

pub(super) fn check(placement: &Placement<'_>, report: &mut Report<'_>) {
    let rules = placement.rules;
    let at_viewer = |kind: Kind| placement.of(kind).iter().filter(|placed| placed.stage == Stage::ViewerRequest);
    let rewrites = at_viewer(Kind::Rewrites).filter_map(|placed| {
        let rewrite = rules.rewrites.get(placed.number).filter(|rewrite| !rewrite.pass)?;
        Some((Kind::Rewrites.member().place(placed.number), placed.rule, vec![&rewrite.to]))
    });
    let experiments = at_viewer(Kind::Experiments).filter_map(|placed| {
        let variants = &rules.experiments.get(placed.number)?.variants;
        let to = variants.iter().filter_map(|variant| variant.to.as_ref()).collect();
        Some((Kind::Experiments.member().place(placed.number), placed.rule, to))
    });
    let movers: Vec<_> = experiments.chain(rewrites).collect();
    if movers.is_empty() {
        return;
    }
    let mut meeting = Meeting::default();
    for (at, (_, rule, _)) in movers.iter().enumerate() {
        rule.paths().into_iter().for_each(|paths| meeting.insert(at, paths));
    }
    let mut left = MAX_PAIRS;
    for kind in [Kind::Responses, Kind::Redirects] {
        for placed in placement.of(kind).iter().filter(|placed| placed.stage == Stage::OriginRequest) {
            let Some(paths) = placed.rule.paths() else { continue };
            let hides = |rule: &dyn Rule, targets: &[&Template]| {
                let never = placed.rule.when().zip(rule.when()).is_some_and(|(one, other)| exclude(one, other));
                !never
                    && rule.paths().is_some_and(|from| paths_meet(from, paths))
                    && targets.iter().any(|to| !covers(paths, to))
            };
            let mut near = meeting.of(paths).take(left).inspect(|_| left -= 1).filter_map(|at| movers.get(at));
            let Some((mover, ..)) = near.find(|(_, rule, to)| hides(*rule, to)) else { continue };
            let because = placed.reads.origin.map_or_else(String::new, |what| format!(", since it reads {what}"));
            report.warning(
                "hidden-by-rewrite",
                &kind.member().place(placed.number).to_string(),
                format!("does not see the paths that {mover} changes: that rule runs first, at viewer-request, and this one at origin-request{because}"),
                "add the paths that it makes to this rule, or leave the paths of this rule out of it by \"except\"",
            );
        }
    }
}

/// Whether the rule is certainly for all paths that a target makes.
fn covers(paths: &Paths, to: &Template) -> bool {
    if let Some(made) = to.as_literal().and_then(|text| Pattern::parse(text.split('?').next()?).ok()) {
        let made = (&made, false);
        return paths.patterns.iter().any(|own| pattern_covers((own, paths.ignore_case), made))
            && !paths.except.iter().any(|except| patterns_meet((except, paths.ignore_case), made));
    }
    let mut pieces = Vec::new();
    for part in &to.parts {
        let Part::Literal(text) = part else {
            pieces.push(None);
            continue;
        };
        let path = text.split('?').next().unwrap_or_default();
        pieces.push(Some(path));
        if path.len() < text.len() {
            break;
        }
    }
    let made = Shape::target(pieces);
    let shapes = |pattern| Shape::of(pattern, paths.ignore_case);
    paths.patterns.iter().any(|own| shapes(own).is_some_and(|all| all.iter().any(|it| it.covers(&made))))
        && !paths.except.iter().any(|except| shapes(except).is_none_or(|all| all.iter().any(|it| it.meets(&made))))
}
