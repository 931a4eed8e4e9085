//! Rules taken apart: for tools that ask what one rule does where the whole set would run it.

use std::collections::HashSet;

use selvedge_plan::Stage;

use super::{Compiler, answers, rewrites};
use crate::diagnostic::Diagnostics;
use crate::platform::Target;
use crate::rules::{Condition, Model};

/// The rules with the stage of each spelled out: any part of them runs where the whole runs it.
pub(crate) fn pinned(rules: &Model, target: Target) -> Model {
    let placed = Compiler { rules, table: target.table(), problems: Diagnostics::new() }.place();
    let mut pinned = rules.clone();
    for (rule, stage) in pinned.responses.iter_mut().zip(placed.responses) {
        rule.at = Some(stage);
    }
    for (rule, stage) in pinned.redirects.iter_mut().zip(placed.redirects) {
        rule.at = Some(stage);
    }
    for (rule, stage) in pinned.rewrites.iter_mut().zip(placed.rewrites) {
        rule.at = Some(stage);
    }
    for (rule, stage) in pinned.headers.iter_mut().zip(placed.headers) {
        rule.at = Some(stage);
    }
    for (rule, stage) in pinned.precompressed.iter_mut().zip(placed.precompressed) {
        rule.at = Some(stage);
    }
    if let Some(html) = &mut pinned.html {
        html.at = Some(placed.html);
    }
    pinned
}

/// A plan of rules that are not checked against the platform: parts of a sound set, and questions about it. There is no
/// longest URI, so that nothing of what they do is dropped. `token` is the whole plan's: they trust its notes.
pub(crate) fn plan_of_part(rules: &Model, target: Target, token: &str) -> Result<Vec<u8>, Diagnostics> {
    let table = crate::platform::Table { max_uri: None, ..target.table() };
    let mut compiler = Compiler { rules, table, problems: Diagnostics::new() };
    let placed = compiler.place();
    compiler.lay_out(target.platform(), &placed, |_| token.to_owned())
}

/// What a redirect with `"fallback"` asks of the origin's answer.
pub(crate) fn missing(target: Target, when: Option<&Condition>) -> Condition {
    answers::missing(target.table(), when)
}

/// The same of a rewrite.
pub(crate) fn asks_again(target: Target, when: Option<&Condition>) -> Condition {
    rewrites::asks_again(target.table(), when)
}

/// The rules of a pinned list that take part at a stage, by number: what passes earlier does so there, too.
pub(crate) fn takes_part(here: Stage, list: impl Iterator<Item = (Option<Stage>, bool)>) -> HashSet<usize> {
    let (stages, rules): (Vec<Stage>, Vec<(usize, bool)>) =
        list.enumerate().map(|(number, (at, pass))| (at.unwrap_or(here), (number, pass))).unzip();
    super::with_passes(&rules, &stages, here, |(_, pass)| *pass).into_iter().map(|(number, _)| *number).collect()
}
