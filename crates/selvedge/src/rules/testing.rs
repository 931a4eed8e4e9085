//! What the tests of this folder share.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::{Model, Value};

/// The rules of a document that must be right.
pub(crate) fn rules(json: &str) -> Model {
    let value: Value = serde_json::from_str(json).unwrap();
    Model::from_value(&value).unwrap_or_else(|problems| panic!("{json}\n{problems}"))
}

/// The problems of a document, as `place: message, help`.
pub(crate) fn problems(json: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(json).unwrap();
    match Model::from_value(&value) {
        Ok(rules) => panic!("nothing wrong with {json}\n{rules:?}"),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

/// Checks that a document has exactly one problem, at this place, and that the message contains this.
#[track_caller]
pub(crate) fn assert_problem(json: &str, place: &str, message: &str) {
    let problems = problems(json);
    match problems.as_slice() {
        [problem] if problem.starts_with(&format!("{place}: ")) && problem.contains(message) => {}
        _ => panic!("{json}\nexpected {place}: …{message}…, found {problems:#?}"),
    }
}
