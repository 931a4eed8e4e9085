//! Sections without a matcher: `security` and header rules for every path, which the compiler joins.

use selvedge_plan::Moment;
use selvedge_plan::layout::section;

use super::change::changes;
use super::model::{Reason, Step, Verdict};
use super::stage::{Section, StageObserver};
use super::state::State;
use super::verdict::refused;
use crate::compile::MappedPart;
use crate::rules::Paths;

impl<'s> StageObserver<'s> {
    /// What each rule adds to the section.
    pub(super) fn parts(&mut self, moment: &mut Moment<'_, '_>) {
        let Section { kind, at, .. } = self.section;
        let parts = self.compiled.map.groups(self.message.stage).nth(self.groups).unwrap_or_default();
        self.groups += 1;
        if kind == section::EVERY_PATH && !moment.admits(kind, at) {
            for part in parts {
                let Some((mut step, paths)) = self.part(*part) else { continue };
                let reason = refused(self.compiled, &self.message, moment, kind, (at, paths));
                step.reason = Some(reason);
                self.steps.push(step);
            }
            return;
        }
        for (number, part) in parts.iter().enumerate() {
            let after = self.after_parts(moment, parts.get(number + 1));
            let changes = changes(&self.state, &after);
            self.state = after;
            let Some((mut step, _)) = self.part(*part) else { continue };
            step.verdict = if changes.is_empty() { Verdict::Idle } else { Verdict::Acted };
            step.reason = changes.is_empty().then(|| Reason::new("nothing", "matches, and changes nothing here"));
            step.changes = changes;
            self.steps.push(step);
        }
        if parts.is_empty() {
            let after = self.after_parts(moment, None);
            self.unasked(after);
        }
    }

    /// Takes the message as it is after what no rule asks for by itself, and says why that was done.
    pub(super) fn unasked(&mut self, after: State) {
        let changes = changes(&self.state, &after);
        self.state = after;
        let Some(change) = changes.first() else { return };
        let remark = match change.name.as_deref() {
            Some("vary") => format!("Vary names what rules for this path read: {}", change.after.join(", ")),
            Some("cache-control") => {
                "the answer depends on more than the path, so Cache-Control stays private, no-store".to_owned()
            }
            name => format!("{} of the client goes, since an experiment sets it", name.unwrap_or_default()),
        };
        self.remarks.push(remark);
    }

    /// The step of a part, and the paths of its rule.
    pub(super) fn part(&self, part: MappedPart) -> Option<(Step, Option<&'s Paths>)> {
        match part.paths {
            None => Some((self.compiled.rules.security()?, None)),
            Some(paths) => {
                let named = self.compiled.rules.of(paths)?;
                Some((named.step(section::HEADERS), Some(named.paths)))
            }
        }
    }

    /// The message after the parts of the section that come before `end`, or after all.
    fn after_parts(&self, moment: &mut Moment<'_, '_>, end: Option<&MappedPart>) -> State {
        let plan = moment.plan();
        let Section { kind, at, .. } = self.section;
        // An op list, or a rule with steps, of which some are op lists: `[n, n × (kind, a, b)]`.
        let (steps, count, list, ops) = match (kind, end) {
            (section::ALWAYS, end) => (0, 0, at, end.map_or(usize::MAX, |end| end.ops as usize)),
            (_, None) => (plan.word(at, 2), plan.word(plan.word(at, 2), 0), 0, 0),
            (_, Some(end)) => {
                let steps = plan.word(at, 2);
                (steps, end.steps, plan.word(steps, 1 + 3 * end.steps + 1), end.ops as usize)
            }
        };
        let mut effects = self.effects(moment, steps, count);
        if ops > 0 {
            self.compiled.engine.add_ops(&mut effects, list, ops);
        }
        State::new(effects, &self.message)
    }
}
