//! `hidden-by-rewrite`: an answer or a redirect of origin-request, and a rewrite of viewer-request that takes its paths away.

use selvedge_plan::Stage;

use crate::analysis::condition::exclude;
use crate::analysis::pattern::{Shape, paths_meet, pattern_covers, patterns_meet};
use crate::compile::place;
use crate::rules::{Kind, Model, Part, Paths, Pattern, Rule, Template};
use crate::sources::Report;

pub(super) fn check(rules: &Model, report: &mut Report<'_>) {
    let placement = place(rules);
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
    for kind in [Kind::Responses, Kind::Redirects] {
        for placed in placement.of(kind).iter().filter(|placed| placed.stage == Stage::OriginRequest) {
            let Some(paths) = placed.rule.paths() else { continue };
            let hides = |rule: &dyn Rule, targets: &[&Template]| {
                let never = placed.rule.when().zip(rule.when()).is_some_and(|(one, other)| exclude(one, other));
                !never
                    && rule.paths().is_some_and(|from| paths_meet(from, paths))
                    && targets.iter().any(|to| !covers(paths, to))
            };
            let Some((mover, ..)) = movers.iter().find(|(_, rule, to)| hides(*rule, to)) else { continue };
            let because = placed.reads.origin.map_or_else(String::new, |what| format!(", since it reads {what}"));
            report.warning(
                "hidden-by-rewrite",
                &kind.member().place(placed.number).to_string(),
                format!("runs at origin-request{because}, where {mover} has changed the path already, so it is not for what that rule changes"),
                "name the paths that are made as well, or leave its own paths out of the other rule by \"except\" or \"when\"",
            );
        }
    }
}

/// Whether the rule is certainly for all that a target makes.
fn covers(paths: &Paths, to: &Template) -> bool {
    let path = |text: &'_ str| text.split('?').next().map(str::to_owned).unwrap_or_default();
    if let Some(made) = to.as_literal().and_then(|text| Pattern::parse(&path(text)).ok()) {
        let made = (&made, false);
        return paths.patterns.iter().any(|own| pattern_covers((own, paths.ignore_case), made))
            && !paths.except.iter().any(|except| patterns_meet((except, paths.ignore_case), made));
    }
    let pieces: Vec<_> = to
        .parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) => Some(path(text)),
            Part::Capture { .. } | Part::Fact { .. } => None,
        })
        .collect();
    let made = Shape::target(pieces.iter().map(Option::as_deref));
    let shapes = |pattern| Shape::of(pattern, paths.ignore_case);
    paths.patterns.iter().any(|own| shapes(own).is_some_and(|all| all.iter().any(|it| it.covers(&made))))
        && !paths.except.iter().any(|except| shapes(except).is_none_or(|all| all.iter().any(|it| it.meets(&made))))
}
