//! Rules taken apart: for tools that ask what one rule does where the whole set would run it.

use std::collections::HashSet;

use selvedge_plan::Stage;

use super::{layout, place};
use crate::diagnostic::Diagnostics;
use crate::platform::Target;
use crate::rules::{Kind, Model};

/// The rules with the stage of each spelled out: any part of them runs where the whole runs it.
pub(crate) fn pinned(rules: &Model) -> Model {
    let placement = place(rules);
    let mut pinned = rules.clone();
    for kind in Kind::ALL {
        for placed in placement.of(kind) {
            let (at, stage) = (placed.number, Some(placed.stage));
            match kind {
                Kind::Responses => pinned.responses.get_mut(at).into_iter().for_each(|rule| rule.at = stage),
                Kind::Redirects => pinned.redirects.get_mut(at).into_iter().for_each(|rule| rule.at = stage),
                Kind::Rewrites => pinned.rewrites.get_mut(at).into_iter().for_each(|rule| rule.at = stage),
                Kind::Html => pinned.html.iter_mut().for_each(|rule| rule.at = stage),
                Kind::Precompressed => pinned.precompressed.get_mut(at).into_iter().for_each(|rule| rule.at = stage),
                Kind::RequestHeaders | Kind::ResponseHeaders => {
                    pinned.headers.get_mut(at).into_iter().for_each(|rule| rule.at = stage);
                }
                _ => {}
            }
        }
    }
    pinned
}

/// A plan of rules that are not checked against the platform: parts of a sound set, and questions about it. There is no
/// longest URI, so that nothing of what they do is dropped. `token` is the whole plan's: they trust its notes.
pub(crate) fn plan_of_part(rules: &Model, target: Target, token: &str) -> Result<Vec<u8>, Diagnostics> {
    let table = crate::platform::Table { max_uri: None, ..target.table() };
    let mut problems = Diagnostics::new();
    let placement = super::Placement::new(rules, &mut problems);
    let plan = layout::lay_out(&placement, target.platform(), table, |_| token.to_owned());
    if problems.is_empty() { plan } else { Err(problems) }
}

/// The rules of a list that take part at a stage, by number: what passes earlier does so there, too.
pub(crate) fn takes_part(rules: &Model, kind: Kind, here: Stage) -> HashSet<usize> {
    place(rules).taking_part(kind, here).into_iter().map(|placed| placed.number).collect()
}
