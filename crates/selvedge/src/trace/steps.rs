//! Steps under construction: the rules of a stage in the order in which they run, and where the message stands.

use http::request;

use super::change::changes;
use super::lab::{Lab, Sight, State};
use super::model::{Reason, Step, Verdict};
use super::verdict::{Candidate, verdicts};
use crate::diagnostic::Diagnostics;
use crate::rules::Model;

/// The rules of one stage, as far as they were looked at.
pub(super) struct Walk<'w> {
    pub(super) lab: &'w Lab,
    pub(super) sight: Sight<'w>,
    /// The rules that acted so far, and what the stages' notes need.
    pub(super) so_far: Model,
    /// The message after them.
    pub(super) state: State,
    pub(super) steps: Vec<Step>,
}

/// A rule of a list, before anybody looked at it.
pub(super) struct Listed<'r> {
    pub(super) number: usize,
    pub(super) rule: String,
    pub(super) candidate: Candidate<'r>,
}

impl<'w> Walk<'w> {
    pub(super) fn new(lab: &'w Lab, sight: Sight<'w>) -> Result<Walk<'w>, Diagnostics> {
        let so_far = lab.around(sight.stage);
        let state = lab.state(&so_far, &sight)?;
        Ok(Walk { lab, sight, so_far, state, steps: Vec::new() })
    }

    /// Why each rule of a list does not match, `None` where it does, at this point of the stage.
    pub(super) fn verdicts(&self, list: &[Listed<'_>]) -> Result<Vec<Option<Reason>>, Diagnostics> {
        let candidates: Vec<Candidate<'_>> = list
            .iter()
            .map(|listed| Candidate { paths: listed.candidate.paths, when: listed.candidate.when.clone() })
            .collect();
        verdicts(self.lab, &self.so_far, &self.sight, &candidates)
    }

    /// A list where the first match wins: `winner` is the rule that the engine took. Returns the place of its step.
    pub(super) fn first_match(
        &mut self,
        kind: &'static str,
        list: &[Listed<'_>],
        winner: Option<usize>,
        passed_over: &dyn Fn(usize) -> Result<Reason, Diagnostics>,
    ) -> Result<Option<usize>, Diagnostics> {
        let mut acted = None;
        for (listed, unmatched) in list.iter().zip(self.verdicts(list)?) {
            let mut step = step(kind, listed);
            let won = acted.is_some();
            match (winner, unmatched) {
                (Some(number), _) if number == listed.number => {
                    step.verdict = Verdict::Acted;
                    acted = Some(self.steps.len());
                }
                (_, Some(reason)) => step.reason = Some(reason),
                (Some(number), None) if won => {
                    let place = format!("{kind}[{number}]");
                    step.verdict = Verdict::Preempted;
                    step.reason = Some(Reason::by(&place, format!("{place} came first")));
                }
                (_, None) => step.reason = Some(passed_over(listed.number)?),
            }
            self.steps.push(step);
        }
        Ok(acted)
    }

    /// Takes the message after one more rule, which is in `so_far` by now, and notes the changes at its step.
    pub(super) fn advance(&mut self, step: Option<usize>) -> Result<bool, Diagnostics> {
        let state = self.lab.state(&self.so_far, &self.sight)?;
        let found = changes(&self.state, &state);
        let changed = !found.is_empty();
        if let Some(step) = step.and_then(|at| self.steps.get_mut(at)) {
            step.changes.extend(found);
        }
        self.state = state;
        Ok(changed)
    }

    /// A list of which every match acts: `take` puts the rule into `so_far`.
    pub(super) fn every_match(
        &mut self,
        kind: &'static str,
        list: &[Listed<'_>],
        refused: &dyn Fn(usize) -> Option<Reason>,
        take: &dyn Fn(&mut Model, usize),
    ) -> Result<(), Diagnostics> {
        for (listed, unmatched) in list.iter().zip(self.verdicts(list)?) {
            let mut step = step(kind, listed);
            step.reason = unmatched.or_else(|| refused(listed.number));
            let matched = step.reason.is_none();
            self.steps.push(step);
            if matched {
                take(&mut self.so_far, listed.number);
                self.settle()?;
            }
        }
        Ok(())
    }

    /// What the last rule, which matched, came to.
    pub(super) fn settle(&mut self) -> Result<(), Diagnostics> {
        let last = self.steps.len().checked_sub(1);
        let changed = self.advance(last)?;
        if let Some(step) = self.steps.last_mut() {
            step.verdict = if changed { Verdict::Acted } else { Verdict::Idle };
            step.reason = (!changed).then(|| Reason::new("nothing", "matches, and changes nothing here"));
        }
        Ok(())
    }

    /// Rules that nobody looked at.
    pub(super) fn unreached(&mut self, kind: &'static str, list: &[Listed<'_>], by: &str) {
        for listed in list {
            let reason = Some(Reason::by(by, format!("{by} answered")));
            self.steps.push(Step { verdict: Verdict::Unreached, reason, ..step(kind, listed) });
        }
    }
}

/// A step of a rule that did not match; the caller knows more.
pub(super) fn step(kind: &'static str, listed: &Listed<'_>) -> Step {
    Step { place: format!("{kind}[{}]", listed.number), ..single(kind, listed.rule.clone()) }
}

/// The same of a kind that is not a list.
pub(super) fn single(kind: &'static str, rule: String) -> Step {
    let place = kind.to_owned();
    Step {
        kind,
        place,
        file: None,
        span: None,
        rule,
        on_answer: false,
        verdict: Verdict::Unmatched,
        reason: None,
        changes: Vec::new(),
    }
}

/// Files have other names for GET and HEAD only.
pub(super) fn other_method(request: &request::Parts) -> Option<Reason> {
    let method = request.method.as_str();
    (!matches!(method, "GET" | "HEAD")).then(|| Reason::new("method", format!("method is {method}, not GET or HEAD")))
}
