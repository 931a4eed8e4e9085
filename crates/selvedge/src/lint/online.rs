//! What a check says when it knows more than the files: what addresses of other sites answered. Asking them is not done here.

use std::cell::RefCell;

use serde::Deserialize;

use super::{dead_target, lints};
use crate::by_text::Known;
use crate::compile::{compile_model, place};
use crate::outline::{StageOutline, stages_of};
use crate::platform::Target;
use crate::rules::{Model, Redirect};
use crate::sources::{FileFinding, Joined, ParsedFile, SoundPart, examine};

/// What became of a request for an address.
#[derive(Clone, Debug, Deserialize)]
pub struct TargetAnswer {
    /// The address, as [`outside_targets`] has it.
    pub url: String,
    /// The status of the last answer; 0: there was none.
    #[serde(default)]
    pub status: u16,
    /// Where it is for good, if that is another address.
    pub moved: Option<String>,
    /// Why there was no answer.
    pub problem: Option<String>,
}

/// As [`check`](super::check()), with what addresses answered; and as [`stages`](crate::stages()), in less than the time of both.
pub fn check_and_stages(
    files: &[ParsedFile<'_>],
    target: Option<Target>,
    answers: &[TargetAnswer],
) -> (Vec<FileFinding>, Vec<StageOutline>) {
    let stages = RefCell::new(Vec::new());
    let found = examine(files, target, &compile_model, |written, rules, target, plan, report| {
        let placement = place(rules);
        if report.is_whole() {
            stages.replace(stages_of(&placement));
        }
        lints(written, &placement, target, plan, report);
        dead_target::check(rules, answers, report);
    });
    (found, stages.into_inner())
}

/// The addresses of other sites that redirects lead to, each once, as far as no placeholder is a part of them.
pub fn outside_targets(files: &[ParsedFile<'_>]) -> Vec<String> {
    let joined = Joined::of(files);
    let rules = match Model::from_value(&joined.rules) {
        Ok(rules) => Some(rules),
        Err(problems) => SoundPart::of(&joined.rules, &problems).rules(),
    };
    let mut known: Known<&str> = Known::default();
    let redirects = rules.iter().flat_map(|rules| &rules.redirects);
    redirects.filter_map(outside).filter(|to| known.insert(to)).map(str::to_owned).collect()
}

/// The address that a redirect leads to, without what browsers do not send.
pub(super) fn outside(rule: &Redirect) -> Option<&str> {
    let to = rule.to.as_literal().filter(|_| rule.absolute && !rule.pass)?;
    to.split('#').next()
}
