//! Downloads.

use selvedge_plan::layout::{role, section};

use crate::compile::guard::guard;
use crate::compile::matcher::{Listed, matcher};
use crate::compile::place::Placement;
use crate::compile::stage::StageBuilder;
use crate::compile::steps::Steps;
use crate::compile::value::slots;
use crate::compile::writer::Writer;
use crate::rules::{Condition, Kind, Match, StatusRange, Subject};

/// A header rule on successful answers.
pub(crate) fn section(placement: &Placement<'_>, writer: &mut Writer, stage: &mut StageBuilder) {
    let rules = placement.at(Kind::Downloads, &placement.rules.downloads, stage.stage);
    if rules.is_empty() {
        return;
    }
    stage.role(role::PATH);
    let mut rest = rules.iter();
    let at = matcher(writer, rules.len(), &mut |writer| {
        let (rule, reads) = rest.next()?;
        let whole = |status: u16| StatusRange { first: status, last: status };
        let mut tests =
            vec![Condition::Test { subject: Subject::Status, test: Match::Status(vec![whole(200), whole(206)]) }];
        tests.extend(rule.when.clone());
        let slots = slots(*rule);
        let guard = guard(writer, stage, &rule.paths, Some(&Condition::All(tests)), reads.vary());
        let mut steps = Steps::new(writer, stage, slots.clone());
        steps.disposition(rule.filename.as_ref());
        let steps = steps.write();
        Some(Listed { record: writer.record(vec![0, guard, steps]), own: Vec::new(), paths: &rule.paths, slots })
    });
    stage.section(section::HEADERS | section::BELOW_400, at);
}
