//! Rules that nothing is wrong with by themselves. Others are not written in another form, where nobody would say so: a target that
//! rules refuse may be an open redirect there.

use crate::diagnostic::Diagnostic;
use crate::dialect::Parsed;
use crate::finding::{Finding, Severity};
use crate::places::{Heads, head};
use crate::rules::{Model, Value};

/// The rules without those that something is wrong with, each of which leaves its place empty, and what that is.
pub(super) fn sound(mut parsed: Parsed) -> (Parsed, Vec<Finding>) {
    let mut wrong = problems(&parsed);
    // No other form has bodies, which says so itself; a file of the site is not read for it.
    wrong.retain(|finding| !finding.place.ends_with(".body"));
    if wrong.is_empty() {
        return (parsed, wrong);
    }
    let lines = wrong.iter().filter_map(|finding| Some(parsed.places.span(head(&finding.place))?.line));
    let lines: Vec<u32> = lines.collect();
    parsed.written.without(&lines);
    let places = Heads::of(wrong.iter().map(|finding| finding.place.as_str()));
    let Value::Object(members) = &mut parsed.rules else { return (parsed, wrong) };
    for (name, value) in members {
        match value {
            Value::Array(rules) => {
                let rules = rules.iter_mut().enumerate();
                rules.filter(|(at, _)| places.has(&format!("{name}[{at}]"))).for_each(|(_, rule)| *rule = Value::Null);
            }
            single if places.has(name) || places.has(&format!("{name}[0]")) => *single = Value::Null,
            _ => {}
        }
    }
    (parsed, wrong)
}

/// What is wrong with rules that a file came to.
pub(super) fn problems(parsed: &Parsed) -> Vec<Finding> {
    let Err(problems) = Model::from_value(&parsed.rules) else { return Vec::new() };
    let finding = |Diagnostic { code, place, message, help }| {
        let span = parsed.places.span(&place);
        Finding { code, severity: Severity::Error, place, span, message, help }
    };
    problems.into_iter().map(finding).collect()
}
