//! Explanations never contradict the engine.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod cases;
mod random;
mod reasons;
#[path = "../shared/mod.rs"]
mod shared;

use selvedge::trace::{Trace, Verdict};

/// What is wrong with a trace by itself: rules one by one come to something else than the engine with all of them, or a
/// rule acts although something speaks against it.
fn contradictions(trace: &Trace) -> Vec<String> {
    let mut wrong = Vec::new();
    for stage in &trace.stages {
        let unexplained = stage.remarks.iter().filter(|remark| remark.starts_with("unexplained"));
        wrong.extend(unexplained.map(|remark| format!("{}: {remark}", stage.stage)));
        for step in &stage.steps {
            let reason = step.reason.as_ref();
            let sound = match step.verdict {
                Verdict::Acted => reason.is_none_or(|reason| reason.code == "variant"),
                Verdict::Preempted | Verdict::Unreached => reason.is_some_and(|reason| reason.by.is_some()),
                _ => reason.is_some_and(|reason| !reason.text.is_empty()) && step.changes.is_empty(),
            };
            if !sound {
                wrong.push(format!("{}: {step:?}", stage.stage));
            }
        }
    }
    wrong
}
