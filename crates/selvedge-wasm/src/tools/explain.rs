//! One request through rules, step by step.

use std::borrow::Cow;

use selvedge::Diagnostics;
use selvedge::lint::Found;
use selvedge::trace::{Exchange, Trace, Unexplained, explain_files};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::sources::{File, read, target};

#[derive(Deserialize)]
struct Question<'q> {
    #[serde(borrow)]
    sources: Vec<File<'q>>,
    platform: Cow<'q, str>,
    #[serde(default)]
    facts: Vec<Cow<'q, str>>,
    exchange: Exchange,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Answer {
    Trace(Box<Trace>),
    /// What is wrong with the rules.
    Findings(Vec<Found>),
    /// What is wrong with the request.
    Problems(Vec<Problem>),
}

#[derive(Serialize)]
struct Problem {
    place: String,
    message: String,
    help: String,
}

/// `{ sources, platform, facts?, exchange }` → `{ trace }`, `{ findings }` of the rules, or `{ problems }` of the request.
#[wasm_bindgen]
pub fn explain(question: &str) -> Result<String, JsError> {
    super::answer(question, |question: Question<'_>| {
        let target = target(&question.platform, &question.facts)?;
        Ok(match explain_files(&read(&question.sources)?, target, &question.exchange) {
            Ok(trace) => Answer::Trace(Box::new(trace)),
            Err(Unexplained::Rules(found)) => Answer::Findings(found),
            Err(Unexplained::Request(wrong)) => Answer::Problems(problems(wrong)),
        })
    })
}

fn problems(wrong: Diagnostics) -> Vec<Problem> {
    let problem =
        |wrong: selvedge::Diagnostic| Problem { place: wrong.place, message: wrong.message, help: wrong.help };
    wrong.into_iter().map(problem).collect()
}
